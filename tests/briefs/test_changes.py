"""What a film says otherwise than the last one of its module (R2)."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from tests.briefs.dossiers import falling, known, module, write
from vitalreel.briefs.changes import Moved, changes
from vitalreel.identity import plain

DROP = module("usage_drop_recovery")


def kept(text):
    return plain(text)


def test_a_film_beside_itself_differs_in_nothing():
    """R2: and every scene of it is the same."""
    film = kept(write(DROP, falling()))
    same = changes(film, film)

    assert (True, len(film["scenes"])) == (same.none, same.same)


def test_figures_names_and_sentences_that_moved_stand_side_by_side():
    """R2: another viewer and another figure; scenes that quote neither are the same."""
    before = kept(write(DROP, falling()))
    other = falling(
        extra={"contact.first_name": known("Jonas", "contact"), "contact.full_name": known("Jonas Brandt", "contact")}
    )
    found = changes(before, kept(write(DROP, other)))

    assert "drawn" not in {s.how for s in found.scenes}
    assert Moved("contact.first_name", "contact.first_name", "Priya", "Jonas") in found.facts
    assert {"wau_now"}.isdisjoint(m.fact for m in found.facts)
    title = next(s for s in found.scenes if s.scene == "title")
    assert (
        "other" == title.how
        and any("Priya" in line for line in title.gone)
        and any("Jonas" in line for line in title.new)
    )
    assert found.same > 0


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.lists(st.sampled_from("abcdef"), unique=True))
def test_every_scene_of_either_film_is_told_once_or_is_the_same(old: list[str], new: list[str]):
    """R2: whatever was left out, added or moved."""

    def film(names: list[str], word: str) -> dict[str, object]:
        line = lambda text: {"runs": [{"shown": text, "said": text, "fact": None}]}  # noqa: E731
        scenes = [{"name": n, "headline": line(n), "say": [line(word if n in "abc" else n)], "show": {}} for n in names]
        return {"scenes": scenes, "brief": {"facts": {}}}

    found = changes(film(old, "then"), film(new, "now"))
    how = {s.scene: s.how for s in found.scenes}

    assert len(how) == len(found.scenes)
    assert set(old) | set(new) >= set(how)
    assert len(set(old) | set(new)) == len(how) + found.same
    assert all(how[n] == "gone" for n in set(old) - set(new)) and all(how[n] == "new" for n in set(new) - set(old))
    assert all(how[n] == "other" for n in set(old) & set(new) & set("abc"))


def test_a_picture_that_shows_another_figure_is_told_though_its_words_are_the_same():
    """R2: a chart's line is no words."""
    film = kept(write(DROP, falling()))
    moved = json.loads(json.dumps(film))
    moved["brief"]["facts"]["weekly"]["value"] = "1 2 3"
    found = changes(film, moved)

    drawn = {s["name"] for s in film["scenes"] if "weekly" in json.dumps(s["show"])}
    assert drawn and {(name, "drawn") for name in drawn} == {(s.scene, s.how) for s in found.scenes}
    assert len(film["scenes"]) - len(drawn) == found.same
