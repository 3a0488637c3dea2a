"""Previews: drafts for the person who edits a module, in which only what changed is made again (V13)."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fastapi.testclient import TestClient
from sqlalchemy import insert

from tests.steps.filming import DAY, NOW
from vitalreel.briefs.differ import Difference
from vitalreel.cli import main
from vitalreel.cli.frame import LOOK
from vitalreel.settings import read_settings
from vitalreel.steps.doors import Doors
from vitalreel.steps.make import Batch
from vitalreel.steps.preview import MOST, Column, Previewer, one_of_each
from vitalreel.steps.shelf import Shelf
from vitalreel.steps.side_by_side import side_by_side
from vitalreel.store import tables as t
from vitalreel.web.app import make_app
from vitalreel.web.preview import Previews
from vitalreel.wiring import kit_of, open_workshop

ONE = {**os.environ, "VITALREEL_WORKERS": "1"}  # two processes take longer to start than to draw so little


@pytest.fixture(scope="module")
def previewer(doors: Doors, batch: Batch) -> Iterator[Previewer]:
    """Over a company whose one film was drafted before."""
    with open_workshop(doors, draft=True, settings=read_settings(ONE)) as workshop, Shelf(doors) as shelf:
        yield Previewer(doors, workshop, shelf)


@pytest.fixture(scope="module")
def drafted(previewer: Previewer) -> Column:
    (column,) = previewer.preview("people", ["halden"], DAY, NOW)
    return column


def test_a_preview_is_a_draft_of_the_module_as_it_is(batch: Batch, drafted: Column) -> None:
    """V13: for the module's own choice of viewer, the same film as ever; what was drawn before is found again."""
    assert drafted.made is not None and drafted.script is not None

    assert ("Halden Health", "priya") == (drafted.name, drafted.script.brief.contact)
    assert (batch.made[0].video, 0, len(batch.made[0].board.scenes)) == (
        drafted.made.video,
        drafted.made.made,
        drafted.made.reused,
    )


def test_a_changed_line_makes_its_scene_again_and_no_other(doors: Doors, previewer: Previewer, drafted: Column) -> None:
    """V12 V13: the module's file is read anew; one sentence is spoken, one scene drawn."""
    assert drafted.made is not None
    file = doors.workspace.root / "modules" / "people.yaml"
    before = file.read_text(encoding="utf-8")
    changed = before.replace("There are questions.", "There are questions to settle.")
    assert changed != before
    file.write_text(changed, encoding="utf-8")
    try:
        (column,) = previewer.preview("people", ["halden"], DAY, NOW, "priya")
    finally:
        file.write_text(before, encoding="utf-8")
    assert column.made is not None

    assert (1, drafted.made.reused - 1) == (column.made.made, column.made.reused)
    assert 1 == column.made.spoken
    assert column.made.video != drafted.made.video


def test_what_cannot_be_made_says_why_in_its_own_column(doors: Doors, previewer: Previewer) -> None:
    """V13: an account that is not there, one with nobody to show it to, and a module that is not there spoil no other column."""
    with doors.engine.begin() as c:
        c.execute(
            insert(t.account), [{"id": "empty", "name": "Empty Ltd", "segment": "long_tail", "row": {}, "updated": NOW}]
        )
    columns = previewer.preview("people", ["nobody", "empty"], DAY, NOW)
    (unknown,) = previewer.preview("no_such_module", ["halden"], DAY, NOW)

    assert [None, None, None] == [c.made for c in (*columns, unknown)]
    assert "no account 'nobody'" in columns[0].reason and "no contact is known for this account" in columns[1].reason
    assert [("nobody", ""), ("Empty Ltd", "long_tail")] == [(c.name, c.segment) for c in columns]
    assert "no module 'no_such_module'; there are: " in unknown.reason


def test_one_account_of_every_segment_is_offered(doors: Doors) -> None:
    """V13: side by side across segments; the same ones every time, and no more than stand beside each other."""
    with doors.engine.begin() as c:
        rows = [{"id": f"z{n}", "name": f"Z{n}", "segment": f"s{n // 2}", "row": {}, "updated": NOW} for n in range(20)]
        c.execute(insert(t.account), rows)
    offered = one_of_each(doors)
    with doors.engine.begin() as c:
        c.execute(t.account.delete().where(t.account.c.id.in_([r["id"] for r in rows])))

    assert MOST == len(offered) == len({one.segment for one in offered})
    assert all(int(one.account[1:]) % 2 == 0 for one in offered if one.segment.startswith("s"))
    assert offered == tuple(sorted(offered, key=lambda one: one.segment))


def test_the_page_of_drafts_needs_nothing_and_runs_nothing(drafted: Column) -> None:
    """V3 V13 P8: words beside the picture, theatre called by its name, and what a customer's name says is text."""
    theatre = replace(drafted, name="<script>", account="a&b", differs=Difference(0.02, 0.1, ()))
    refused = replace(drafted, made=None, script=None, reason="no contact is known")
    page = side_by_side("people", (drafted, theatre, refused), ("halden/film.mp4", "a/film.mp4", ""))

    assert "2% of its words and 10% of its seconds are its own: only the greeting differs" in page
    assert "&lt;script&gt;" in page and "<script" not in page and "a&amp;b" in page
    assert "There are questions." in page and "No film: no contact is known" in page
    assert [] == re.findall(r'(?:src|href)="(?:https?:)?//', page)


# -- the command --------------------------------------------------------------------------------------------------------


def run(doors: Doors, *arguments: str) -> Result:
    root = str(doors.workspace.root)
    return CliRunner().invoke(
        main,
        ["preview", "people", "-w", root, "--as-of", DAY.isoformat(), "--json", *arguments],
        env={"VITALREEL_WORKERS": "1"},
    )


def test_the_command_writes_one_draft(
    doors: Doors, drafted: Column, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """V13 C4: its files, whole, and an exit code to look: this company sends no usage, so that a check failed."""
    monkeypatch.setattr(Previewer, "preview", lambda *_: (drafted,))
    done = run(doors, "--account", "halden", "--contact", "priya", "--out", str(tmp_path))
    assert drafted.made is not None

    assert {"film.mp4", "captions.vtt", "transcript.txt"} <= {p.name for p in tmp_path.iterdir()}
    assert (LOOK, drafted.made.video) == (done.exit_code, json.loads(done.output)["video"])


def test_the_command_puts_several_on_a_page(
    doors: Doors, previewer: Previewer, drafted: Column, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """V13: what cannot be made says why on the page and to programs; alone it is an error."""
    (nobody,) = previewer.preview("people", ["nobody"], DAY, NOW)
    alone = run(doors, "--account", "nobody")
    monkeypatch.setattr(Previewer, "preview", lambda *_: (drafted, nobody))
    several = run(doors, "--account", "halden", "--account", "nobody", "--out", str(tmp_path))
    told = json.loads(several.output)
    page = Path(told["page"]).read_text(encoding="utf-8")

    assert alone.exit_code != 0 and "no account 'nobody'" in alone.output
    assert (LOOK, ["halden", "nobody"]) == (several.exit_code, [film["account"] for film in told["films"]])
    assert "no account 'nobody'" in told["films"][1]["reason"] and "no account &#x27;nobody&#x27;" in page
    assert (tmp_path / "halden" / "film.mp4").is_file() and 'src="halden/film.mp4"' in page


@pytest.mark.parametrize(
    "arguments",
    [[part for n in range(MOST + 1) for part in ("--account", f"a{n}")],
     ["--account", "halden", "--account", "mosel", "--contact", "priya"]],
    ids=["too many", "a contact of which"],
)  # fmt: skip
def test_the_command_refuses_what_it_cannot_mean(doors: Doors, arguments: list[str]) -> None:
    """C4: before anything is opened, with what to write instead."""
    refused = run(doors, *arguments)

    assert refused.exit_code != 0 and "at most 6, and one where --contact is named" in refused.output


# -- the console --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def console(doors: Doors, batch: Batch) -> Iterator[TestClient]:
    drafts = partial(open_workshop, doors, draft=True, settings=read_settings(ONE))
    with TestClient(make_app(doors, kit_of(doors), lambda: NOW, "http://localhost:8321", drafts=drafts)) as client:
        yield client


def token(console: TestClient) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', console.get("/preview").text)
    assert found is not None
    return found[1]


def test_the_console_asks_for_each_account_once(console: TestClient) -> None:
    """V13 C1: ticked and written ones; one of each segment is offered, and what is wrong stands in its account's column."""
    blank = console.get("/preview").text
    form = {"csrf": token(console), "module": "people", "pick": ["nobody"], "accounts": "nobody, noone"}
    page = console.post("/preview", data=form).text

    assert '<option value="people"' in blank and 'name="pick" value="halden"' in blank and "<video" not in blank
    assert [1, 1] == [page.count(f"no account &#39;{name}&#39;") for name in ("nobody", "noone")]


def test_the_console_shows_drafts_beside_each_other(
    console: TestClient, previewer: Previewer, drafted: Column, monkeypatch: pytest.MonkeyPatch
) -> None:
    """V13 C1: pictures that play there, words, what was found again, failed checks with their limit; and why there is none."""
    (nobody,) = previewer.preview("people", ["nobody"], DAY, NOW)
    monkeypatch.setattr(Previews, "make", lambda *_: (drafted, nobody))
    form = {"csrf": token(console), "module": "people", "pick": ["halden"], "accounts": "nobody"}
    page = console.post("/preview", data=form).text
    assert drafted.made is not None
    film = console.get(f"/console/media/{drafted.made.video}/film.mp4", headers={"Range": "bytes=0-99"})

    assert (1, 1) == (page.count("<video"), page.count("No film: no account &#39;nobody&#39;"))
    assert "7 found again" in page and "There are questions." in page
    assert "Failed: no source gone stale." in page and 'value="halden" checked' in page
    assert (206, 100) == (film.status_code, len(film.content))


def test_the_console_makes_nothing_for_strangers_or_without_a_workshop(doors: Doors, console: TestClient) -> None:
    """P3 P8: a forged form, a path for a module, no account; and a server that makes no films says so."""
    good = {"csrf": token(console), "module": "people", "accounts": "halden"}
    tries = [{**good, "csrf": "x"}, {**good, "module": "../vitalreel"}, {**good, "accounts": " , "}]
    with TestClient(make_app(doors, kit_of(doors), lambda: NOW, "http://localhost:8321")) as bare:
        barred = bare.post("/preview", data={**good, "csrf": token(bare)})

    assert [400, 400, 400] == [console.post("/preview", data=one).status_code for one in tries]
    assert 503 == barred.status_code and "this server makes no films" in barred.json()["detail"]
