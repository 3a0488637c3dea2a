"""A play is read with every mistake named by its place."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest

from tests.triggers.books import SHIPPED
from tests.triggers.plays import RAW, play
from vitalreel.errors import BadConfiguration
from vitalreel.signals.catalogue import read_catalogue
from vitalreel.steps.plays import look_at_plays, proved
from vitalreel.store.workspace import EXAMPLES, LIBRARY, create, read_programme, read_yaml
from vitalreel.triggers.matrix import Ahead, Span, TaskStep

FORM = jsonschema.Draft202012Validator(
    json.loads((LIBRARY / "schemas" / "play.schema.json").read_text(encoding="utf-8"))
)


def test_a_play_reads_as_it_is_written():
    """T1 T6: steps, waits, windows and the person at the end survive reading."""
    got = play()

    assert (0, 14, 21) == tuple(s.after_days for s in got.ladder)
    assert Span(3, True) == got.ladder[0].window
    assert isinstance(got.ladder[-1], TaskStep)


def test_a_window_may_lie_before_a_date_of_the_account_s():
    """R3 T2: as people write it, and written again the same."""
    got = play(ladder=[{**RAW["ladder"][0], "window": "5 to 10 business days before qbr.next"}, RAW["ladder"][2]])

    assert Ahead(5, 10, True, "qbr.next") == got.ladder[0].window
    assert "5 to 10 business days before qbr.next" == str(got.ladder[0].window)


def test_a_ladder_without_an_end_is_refused():
    """T6: what happens when nobody answers is always defined."""
    with pytest.raises(BadConfiguration, match="does not end with a person"):
        play(ladder=RAW["ladder"][:2])


FILM, AGAIN, TASK = RAW["ladder"]
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a start": ({"already_true": "maybe"}, "already_true.*fire, skip"),
    "a share": ({"holdout": "95%"}, "holdout.*at most 90%"),
    "a success": ({"success": {"metric": "x", "moves": "better", "within": "45 days"}}, "moves.*up 15%"),
    "no condition": ({"when": None}, "'when' is missing"),
    "a role": ({"ladder": [{**FILM, "to": "boss"}, TASK]}, "ladder step 1.*'boss'.*sponsor"),
    "a role that is misspelt": ({"ladder": [{**FILM, "to": "champion else admn"}, TASK]}, "'admn'.*did you mean admin"),
    "a channel": ({"ladder": [{**FILM, "channels": ["emial"]}, TASK]}, "ladder step 1: channels.*did you mean email"),
    "a window": ({"ladder": [{**FILM, "window": "soon"}, TASK]}, "window.*5 to 10 days before qbr.next"),
    "a key": ({"teirs": [1]}, r"'teirs' is not known \(did you mean tiers\?\)"),
    "two keys": ({"hold_out": "20%", "prio": 1}, "'hold_out' is not known.*holdout.*'prio' is not known"),
    "a key of a part": (
        {"episode": {"closes": "x", "cool_down": "9 days"}},
        "episode: 'closes' is not known.*closes_when",
    ),
    "a key of a film": ({"ladder": [{**FILM, "windw": "x"}, TASK]}, "ladder step 1: 'windw' is not known.*window"),
    "a key of a task": (
        {"ladder": [{**TASK, "task": {**TASK["task"], "who": "x"}}]},
        "step 1: task: 'who' is not known",
    ),
    "a film that is a task": ({"ladder": [{**TASK, "module": "m1"}]}, "ladder step 1: 'module' is not known"),
    "a tier": ({"tiers": [9]}, "tiers.*cannot read 9.*from 1 to 4"),
    "a tier in words": ({"tiers": ["one"]}, "tiers.*cannot read 'one'"),
    "a tier twice": ({"tiers": [1, 1]}, "tiers.*1 is there twice"),
    "a priority": ({"priority": "high"}, "priority.*cannot read 'high'.*from 0 to 100"),
    "a flag": ({"critical": "yes"}, "'critical' must be true or false"),
    "a stop": ({"stop_when": ["sucess"]}, "stop_when.*'sucess'.*did you mean success"),
    "an empty title": ({"ladder": [{**TASK, "task": {**TASK["task"], "title": ""}}]}, "'title' is missing"),
    "nobody": ({"ladder": [FILM]}, "does not end with a person"),
}
BY_READER: dict[str, tuple[dict[str, Any], str]] = {
    "a window that ends first": (
        {"ladder": [{**FILM, "window": "10 to 5 days before renewal"}, TASK]},
        "window.*ends before it begins.*5 to 10 days before renewal",
    ),
    "days that go back": ({"ladder": [AGAIN, {**TASK, "after": "1 days"}]}, "back in time"),
    "a step's name twice": (
        {"ladder": [FILM, {**AGAIN, "step": "show"}, TASK]},
        "ladder step 2: an earlier step is called 'show'",
    ),
}
"""What a schema cannot say."""


@pytest.mark.parametrize(("change", "names"), [*WRONG.values(), *BY_READER.values()], ids=[*WRONG, *BY_READER])
def test_a_mistake_is_named_with_its_place_and_remedy(change: dict[str, Any], names: str):
    """C7 P5: the person who wrote the file can mend it from the message alone."""
    with pytest.raises(BadConfiguration, match=f"plays/usage_drop.yaml.*{names}"):
        play(**change)


@pytest.mark.parametrize("change", [change for change, _ in WRONG.values()], ids=WRONG)
def test_editors_refuse_by_the_schema_what_the_reader_refuses(change: dict[str, Any]):
    """T3: the form of a play, as files say it; the play these change is sound by both."""
    assert FORM.is_valid(RAW)
    assert not FORM.is_valid({**RAW, **change})


@pytest.mark.parametrize(
    "path", [*LIBRARY.glob("plays/*.yaml"), *EXAMPLES.glob("*/plays/*.yaml")], ids=lambda p: p.stem
)
def test_every_play_there_is_follows_the_schema(path: Path):
    """T1 T3: those in the box and those of the examples."""
    assert [] == [e.message for e in FORM.iter_errors(read_yaml(path, path.name))]


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"segments": ["mid-market"]}, "segments.*'mid-market' is not known.*did you mean mid_market"),
        (
            {"ladder": [{**FILM, "module": "usage_drop_recovry"}, TASK]},
            "step show: module: no module.*usage_drop_recovery",
        ),
        ({"success": {**RAW["success"], "metric": "usage.active_user"}}, "success.metric.*usage.active_users"),
        ({"when": "usage.active_usrs < 5"}, "when.*usage.active_users"),
    ],
)
def test_a_play_is_proved_by_the_catalogue_and_the_films_there_are(change: dict[str, Any], names: str):
    """T3: before it is saved, and by `vitalreel check`."""
    catalogue = read_catalogue(read_yaml(LIBRARY / "signals.yaml", "signals.yaml"), "signals.yaml")
    films = [{**FILM, "module": "usage_drop_recovery"}, TASK]

    assert "usage_drop" == proved({**RAW, "ladder": films}, "x", catalogue, ["usage_drop_recovery"], SHIPPED).play.name
    with pytest.raises(BadConfiguration, match=f"plays/usage_drop.yaml.*{names}"):
        proved({**RAW, "ladder": films, **change}, "plays/usage_drop.yaml", catalogue, ["usage_drop_recovery"], SHIPPED)


@pytest.mark.parametrize(
    ("part", "change", "names"),
    [
        ("", {"hold_out": "20%", "pilots": 1}, "'hold_out' is not known.*holdout.*'pilots' is not known.*pilot"),
        ("caps", {"concurrent_plays": "x"}, "caps.concurrent_plays.*cannot read 'x'.*from 1 to 99"),
        ("caps", {"contact": "1 in 7 weeks"}, "caps.contact.*1 in 7 days"),
        ("sending", {"link_days": "many"}, "sending.link_days.*cannot read 'many'"),
        ("sending", {"plan_agian": 2}, "sending: 'plan_agian' is not known.*plan_again"),
    ],
)
def test_what_all_plays_share_is_read_as_strictly(part: str, change: dict[str, Any], names: str):
    """P5 T7: a cap that is misspelt is no cap."""
    raw = read_yaml(LIBRARY / "vitalreel.yaml", "vitalreel.yaml")
    wrong = {**raw, part: {**raw[part], **change}} if part else {**raw, **change}

    with pytest.raises(BadConfiguration, match=f"vitalreel.yaml.*{names}"):
        read_programme(wrong, "vitalreel.yaml")


def test_check_names_every_play_that_is_wrong(tmp_path: Path):
    """T3 P5: a mistake in one file does not hide the next, and of two plays with one name neither is silently lost."""
    workspace = create(tmp_path / "ws")
    plays = workspace.root / "plays"
    drop = (plays / "usage_drop.yaml").read_text(encoding="utf-8")
    (plays / "advocacy.yaml").write_text(drop, encoding="utf-8")
    (plays / "milestone.yaml").write_text(drop.replace("priority:", "prioritty:"), encoding="utf-8")
    (plays / "pre_qbr.yaml").write_text(drop.replace("module: usage_drop_recovery", "module: zzz"), encoding="utf-8")
    catalogue = read_catalogue(read_yaml(LIBRARY / "signals.yaml", "signals.yaml"), "signals.yaml")
    found = [
        e for e in look_at_plays(SimpleNamespace(workspace=workspace), catalogue) if isinstance(e, BadConfiguration)
    ]

    assert [
        ("plays/milestone.yaml", "'prioritty' is not known (did you mean priority?)"),
        ("plays/pre_qbr.yaml: step show_the_line: module", "no module 'zzz'"),
        ("plays/usage_drop.yaml", "plays/advocacy.yaml is a play named 'usage_drop' too"),
    ] == [(e.where, e.what) for e in found]
