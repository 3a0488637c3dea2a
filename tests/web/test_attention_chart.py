"""The picture of a module's attention on one film's timeline."""

from __future__ import annotations

import re

from vitalreel.tracking.attention import Scene, Viewer, attend
from vitalreel.web.charts import attention

FOUND = attend([
    Viewer((Scene("hello", 0, 6000), Scene("<ask>", 6000, 12_000)), 12_000, spans)
    for spans in (((0, 12_000),), ((0, 9000), (6000, 9000)), ((0, 3000),))
])  # fmt: skip
SCENES = [{"name": "hello", "start_s": 0.0, "end_s": 3.0}, {"name": "<ask>", "start_s": 3.0, "end_s": 12.0},
          {"name": "only here", "start_s": 12.0, "end_s": 15.0}]  # fmt: skip


def test_the_picture_says_in_words_what_it_draws():
    """Who cannot see it hears it: reach, share, leavers and replays, scene by scene (K6)."""
    label = re.search(r'aria-label="([^"]+)"', attention(FOUND, SCENES, 15.0))

    assert label is not None
    assert "Hello: 3 of 3 reached it and saw 83% on average, 1 left" in label[1]
    assert "&lt;ask&gt;: 2 of 3 reached it and saw 50% on average, 1 left, 1 again" in label[1]


def test_scenes_stand_where_this_film_has_them_and_others_are_left_blank():
    """Another film of the module may be longer or lack a scene (K6)."""
    drawn = attention(FOUND, SCENES, 15.0)
    names = re.findall(r'<text class="m" x="([\d.]+)" y="80">([^<]+)<', drawn)

    assert [("2.0", "Hello"), ("154.0", "&lt;ask&gt;")] == names
    assert "only here" not in drawn.lower() and "<ask>" not in drawn
