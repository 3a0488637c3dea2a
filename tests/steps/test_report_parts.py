"""The parts of the quarterly report over a real workspace: what is read, as of when, and that every figure opens to its rows."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML
from sqlalchemy import insert, select, text, update

from tests.steps.companies import put
from tests.steps.quarters import NOW, Opened, programme
from vitalreel.cli import main
from vitalreel.errors import BadInput
from vitalreel.measurement.estimate import Estimate, Refusal
from vitalreel.measurement.parts.part import NOT_ENOUGH, Part
from vitalreel.measurement.quarter import Period, Quarter
from vitalreel.measurement.report.finding import Report
from vitalreel.measurement.report.page import page
from vitalreel.steps.assess import with_provenance
from vitalreel.steps.doors import Doors
from vitalreel.steps.parts.cohort import of_company
from vitalreel.steps.report import document, report
from vitalreel.steps.versions import keep_choice
from vitalreel.store import tables as t
from vitalreel.wiring import open_doors, read_faces

THIRD, END = Quarter(2026, 3), dt.date(2026, 9, 30)
PERIOD = Period(THIRD, END)
JULY = dt.date(2026, 7, 6)
KINDS = ("primary", "fates", "renewals", "expansion-seats", "costs", "first-value", "response", "sponsors", "hours", "playbooks",
         "speed", "library",
         "diagnosis-renewal_window", "diagnosis-seats")  # fmt: skip


def at(day: dt.date, hour: int = 10) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, hour, tzinfo=dt.UTC)


def renewals() -> list[Opened]:
    """Twelve renewals of July: ten served, nine of them sent a film, seven watched by their sponsor; the last two held out."""
    found = []
    for i in range(12):
        one = Opened(f"a{i:02}", JULY, "served" if i < 10 else "held_out", "renewal_window")
        sent = at(JULY + dt.timedelta(days=2)) if i < 9 else None
        found.append(replace(one, sent=sent, watched=at(JULY + dt.timedelta(days=3 + i)) if i < 7 else None))
    return found


def seats() -> list[Opened]:
    """Sixty openings of the expansion play in April, half of them held out; their ninety days are over by September."""
    return [Opened(f"b{i:02}", dt.date(2026, 4, 6), "served" if i % 2 else "held_out", "seats") for i in range(60)]


def plays(root: Path) -> None:
    """The two plays' own categories and playbooks, a module file of the film they send, and the metrics chosen at the start."""
    for name, category, share in (("renewal_window", "renewal_window", "10%"), ("seats", "expansion", "50%")):
        path = root / "plays" / f"{name}.yaml"
        words = path.read_text(encoding="utf-8").replace("category: usage_drop", f"category: {category}")
        words = words.replace("holdout: 20%", f"holdout: {share}").replace(
            "due: 2 business days", "due: 2 business days, playbook: renewal"
        )
        path.write_text(words, encoding="utf-8")
    (root / "modules" / "m1.yaml").write_text("module: m1\nversion: 1\n", encoding="utf-8")
    yaml, path = YAML(typ="rt"), root / "vitalreel.yaml"
    yaml.preserve_quotes = True
    settings = yaml.load(path.read_text(encoding="utf-8"))
    settings["report"]["primary"] = ["renewal_window", "revenue"]
    settings["holdout"] = "0%"
    yaml.dump(settings, path)


def rows_of(doors: Doors) -> None:
    """The app database's part: films went to the sponsors, tasks were asked, the metrics were chosen the day before the first film."""
    with doors.engine.begin() as c:
        for table in ("touch", "outbox", "link", "view"):
            c.execute(text(f"UPDATE {table} SET contact = 's-' || account WHERE account LIKE 'a%'"))
        c.execute(update(t.view).where(t.view.c.account == "a00").values(clicked=True))
        c.execute(insert(t.task), [
            {"id": f"t{i}", "run": f"renewal_window-a{i:02}-{JULY}", "step": "call", "account": f"a{i:02}", "owner": "csm", "title": "Call",
             "due": JULY + dt.timedelta(days=20), "state": "done" if i < 6 else "open", "at": at(JULY + dt.timedelta(days=14))}
            for i in range(10)
        ])  # fmt: skip
        keep_choice(c, ("renewal_window", "revenue"), at(JULY + dt.timedelta(days=1)))


def lake_of(doors: Doors) -> None:
    """The lake's part: sponsors, contracts that grow, new customers and their milestone, CSMs' time, a loss, scores by week."""
    names = [f"a{i:02}" for i in range(12)] + [f"b{i:02}" for i in range(60)]
    base = {"segment": "enterprise", "tier": 1, "csm": "csm-1"}
    put(
        doors,
        "account",
        [{**base, "account_id": a, "name": a, "since": dt.date(2025, 1, 1)} for a in names],
        dt.date(2026, 1, 5),
    )
    put(
        doors,
        "account",
        [{**base, "account_id": f"n{i}", "name": f"n{i}", "since": dt.date(2026, 5, 4)} for i in range(6)],
    )
    put(doors, "milestone", [{"account_id": f"n{i}", "milestone": "first report", "due": dt.date(2026, 6, 1),
                              "done": dt.date(2026, 6, 3) if i < 5 else None} for i in range(6)], dt.date(2026, 6, 5))  # fmt: skip
    put(doors, "contact", [{"contact_id": f"s-a{i:02}", "account_id": f"a{i:02}", "name": "S", "role": "sponsor", "active": True}
                           for i in range(9)], dt.date(2026, 1, 5))  # fmt: skip
    contract = {"start": dt.date(2025, 1, 1), "currency": "USD", "trial": False, "end": None}
    put(doors, "contract", [{**contract, "contract_id": f"c-{a}", "account_id": a, "arr": 1_000_000} for a in names])
    more = [f"b{i:02}" for i in range(60) if (i % 2 and i < 50) or i in (0, 2, 4, 6)]
    put(
        doors,
        "contract",
        [{**contract, "contract_id": f"c-{a}", "account_id": a, "arr": 1_200_000} for a in more],
        dt.date(2026, 5, 11),
    )
    put(doors, "csm_activity", [{"activity_id": f"{first}-{w}", "account_id": "a00", "day": first + dt.timedelta(weeks=w), "csm": "csm-1",
                                 "kind": "call", "minutes": 60.0 * hours + w % 2}
                                for first, hours in ((dt.date(2026, 1, 12), 20), (JULY, 12)) for w in range(12)])  # fmt: skip
    put(doors, "outcome", [{"outcome_id": "o1", "account_id": "a11", "day": dt.date(2026, 9, 1), "kind": "churned"}])
    weeks = [JULY + dt.timedelta(weeks=w) for w in range(6)]
    bands = {
        "a10": ("green", "red", "red", "yellow", "green", "green"),
        "a11": ("green", "orange", "red", "red", "red", "red"),
    }
    for n, day in enumerate(weeks):
        scores = pa.table({
            "account_id": list(bands), "day": [day] * 2, "band": [b[n] for b in bands.values()], "state": ["scored"] * 2,
            "points": [50.0] * 2, "unprompted": [50.0] * 2, "raw": [50.0] * 2, "coverage": [1.0] * 2,
            "scorecard": ["everybody"] * 2, "config": ["c"] * 2,
            "row_key": [f"{a}|{day}" for a in bands], "row_digest": [f"{a}{day}" for a in bands],
        })  # fmt: skip
        with doors.engine.begin() as c:
            doors.lake.publish(
                c, doors.lake.stage(f"s{n}", {"score": with_provenance(scores, f"s{n}", day, at(day))}), at(day)
            )


found_root: list[Path] = []
"""Where the workspace of `found` lies."""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Report]:
    root = tmp_path_factory.mktemp("parts") / "ws"
    doors = programme(root, [*renewals(), *seats()], ("renewal_window", "seats"))
    plays(root)
    rows_of(doors)
    lake_of(doors)
    doors.engine.dispose()
    doors = open_doors(root)
    found_root[:] = [root]
    yield report(doors, PERIOD)
    doors.engine.dispose()


@pytest.fixture(scope="module")
def parts(found: Report) -> dict[str, Part]:
    return {p.key: p for p in found.parts}


def rests(part: Part, *keys: str) -> tuple[str, ...]:
    return tuple(part.figure(k).rests_on for k in keys)


def test_every_part_is_there_and_every_figure_opens_to_its_rows(found: Report, assets: Path):
    """M15: each link of the document has its place, each row says in which figures it counts, the JSON holds them all."""
    words = page(found, read_faces(assets), NOW)
    machine = json.loads(document(found, NOW))

    assert list(KINDS) == [p.key for p in found.parts] == [p["key"] for p in machine["parts"]]
    assert set(re.findall(r'href="#([^"]+)"', words)) <= set(re.findall(r'id="([^"]+)"', words))
    for p, told in zip(found.parts, machine["parts"], strict=True):
        assert p.title in words.replace("&#39;", "'")
        assert len(p.rows) == len(told["rows"])
        assert all(p.behind(f.key) for f in p.figures if f.value), p.key
        assert p.enough or "Not enough evidence" in words
        assert p.method
        for f in p.figures:  # every figure of a part opens to rows, and every row of one to events
            assert not [row.name for row in p.behind(f.key) if not row.events], (p.key, f.key)
        assert [[e.id for e in r.events] for r in p.rows] == [[e["id"] for e in r["events"]] for r in told["rows"]]


def test_events_are_those_of_the_database_and_the_lake(parts: dict[str, Part], found: Report):
    """M15: ids that can be looked up, of the kind they say: sendings, views, tasks, activities, contracts, outcomes, scores."""
    ids = {kind: {e.id for p in parts.values() for r in p.rows for e in r.events if e.kind == kind} for kind in (
        "film sent", "view", "opening", "task", "activity", "contract", "outcome", "score", "milestone", "choice")}  # fmt: skip
    doors = open_doors(found_root[0])
    with doors.engine.connect() as c:
        stored = {
            "film sent": set(c.execute(select(t.outbox.c.key)).scalars()), "view": set(c.execute(select(t.view.c.id)).scalars()),
            "opening": set(c.execute(select(t.play_run.c.id)).scalars()), "task": set(c.execute(select(t.task.c.id)).scalars()),
            "choice": set(c.execute(select(t.play_version.c.config)).scalars()),
        }  # fmt: skip
    doors.engine.dispose()

    assert all(ids[kind] and ids[kind] <= there for kind, there in stored.items())
    assert {f"c-b{i:02}" for i in range(60)} <= ids["contract"]
    assert ({"o1"}, 24) == (ids["outcome"], len(ids["activity"]))
    assert "a10 2026-07-13" in ids["score"] and "n0 first report" in ids["milestone"]


def test_sponsors_are_those_the_crm_names_and_their_own_views_count(parts: dict[str, Part]):
    """M7: nine of ten served accounts have a sponsor, all nine were sent the film, seven watched it: 78% of tier 1."""
    assert ("9 of 10", "9 of 9", "7 of 9") == rests(parts["sponsors"], "named", "sent", "seen_1")
    assert parts["sponsors"].says.startswith("78% of the named executive sponsors in tier 1")


def test_expansion_is_read_off_the_contracts(parts: dict[str, Part]):
    """M4: a fifth more from 11 May: 25 of 30 served and 4 of 30 held out within 90 days of 6 April."""
    part = parts["expansion-seats"]

    assert ("25 of 30", "4 of 30", "0 of 12") == rests(part, "attached_served", "attached_held_out", "baseline_bought")
    assert pytest.approx(0.2 * 25 / 30) == part.figure("over_served").value
    assert [Refusal, Estimate] == [type(a) for _, a in part.answers] or isinstance(
        part.answers[0][1], Refusal | Estimate
    )
    assert {"2026-05-11"} == {r.cells[3] for r in part.behind("attached_served")}


def test_costs_count_the_quarter_s_films_at_their_tier_s_price(parts: dict[str, Part]):
    """M8: nine films of tier 3 at 100.00 to 300.00; one module's refresh for 92 days."""
    part = parts["costs"]
    films, refresh = part.figure("films"), part.figure("refresh")

    assert (90_000, 270_000, 11_342, 35_288) == (films.value, films.most, refresh.value, refresh.most)
    assert ["m1"] == [r.name for r in part.behind("refresh")]
    assert part.says.startswith(NOT_ENOUGH)


def test_hours_first_value_and_the_choice_are_told(parts: dict[str, Part]):
    """M9 M10: eight hours a week less; five of six new accounts in time; both metrics chosen the day before the first film."""
    assert pytest.approx(-8) == parts["hours"].figure("routine_change").value
    assert "That it went to strategic work is not shown" in parts["hours"].says
    assert ("5 of 6",) == rests(parts["first-value"], "in_time")
    assert 30 == parts["first-value"].figure("reached").value
    assert 2 == parts["primary"].figure("before").value
    assert parts["primary"].says.startswith("2 metrics were chosen, before the first film; 0 can carry a figure.")


def test_tasks_signals_reds_and_losses_are_told(parts: dict[str, Part]):
    """M14 M20: six of ten tasks done; two days from signal to film; of two reds one recovered; the loss was flagged 57 days ahead."""
    assert ("6 of 10",) == rests(parts["playbooks"], "done-renewal")
    speed = parts["speed"]
    assert ("10 of 10",) == rests(speed, "acted")
    assert {"2": 9, "14": 1} == {d: [r.cells[3] for r in speed.behind("acted")].count(d) for d in ("2", "14")}
    assert (["a10"], ["a10", "a11"]) == tuple([r.name for r in speed.behind(k)] for k in ("recovered", "red"))
    (lost,) = speed.behind("flagged")
    assert ("a11", "2026-07-06", "2026-09-01", "57", "renewal_window") == (lost.name, *lost.cells[1:])


def test_the_library_and_the_chain_of_a_play_are_told(parts: dict[str, Part]):
    """M11 M21: the one module that is sent raises no alarm of silence; of ten served nine were sent, seven watched, one clicked."""
    library, chain = parts["library"], parts["diagnosis-renewal_window"]

    assert ["m1"] == [r.name for r in library.behind("fired")]
    assert "m1" not in [r.name for r in library.behind("silent")]
    assert library.figure("silent").value == library.figure("modules").value - 1  # type: ignore[operator]
    assert ("9 of 10", "7 of 9", "1 of 7") == rests(chain, "sent", "watched", "clicked")
    assert "Whether it works is not known yet" in chain.says


def test_what_is_learnt_later_is_not_in_an_earlier_report(found: Report, tmp_path: Path):
    """M12: as of 7 July no film had been sent: no sponsor had seen one, nothing had been acted on."""
    doors = programme(tmp_path / "ws", renewals(), ("renewal_window",))
    plays_only = doors.workspace.root / "plays" / "renewal_window.yaml"
    plays_only.write_text(
        plays_only.read_text(encoding="utf-8").replace("category: usage_drop", "category: renewal_window"),
        encoding="utf-8",
    )
    early = {p.key: p for p in report(doors, Period(THIRD, JULY + dt.timedelta(days=1))).parts}

    assert 10 == early["sponsors"].figure("accounts").value
    assert () == early["sponsors"].behind("sent")
    assert () == early["speed"].behind("acted")
    assert not early["costs"].behind("films")


def test_films_of_the_quarter_are_answered_on_their_page(parts: dict[str, Part]):
    """M1: nine films were sent, seven watched by a person, one answered; the answer opens to the film and the view."""
    part = parts["response"]

    assert ("1 of 9", "1 of 9") == rests(part, "answered", "answered_channel_email")
    assert ["film sent", "view", "answer"] == [e.kind for e in part.behind("answered")[0].events]


def test_churn_and_renewals_say_why_nothing_can_be_told_yet(parts: dict[str, Part]):
    """M3 M5: nobody is held out from the programme; the renewals' half year still runs for all twelve accounts."""
    fates, renewals = parts["fates"], parts["renewals"]

    assert fates.says.startswith("Not enough evidence: the programme holds nobody out")
    assert ["Churn, served less others made alike"] == [title for title, _ in fates.answers]
    assert 12 == len(renewals.rows)
    assert isinstance(renewals.answers[0][1], Refusal)


def test_the_loaded_company_is_a_cohort_by_what_was_known_before(found: Report, tmp_path: Path):
    """M3: thirty served in April against the held out, who met the trigger that day, and others, whose day is chosen."""
    root = Path(found_root[0])
    done = CliRunner().invoke(main, ["cohort", "-w", str(root), "--as-of", str(END), "--play", "seats", "--end", "churned",
                                     "--out", str(tmp_path / "c.csv"), "--json"])  # fmt: skip
    said = json.loads(done.stdout)
    own = [a for a in said["accounts"] if a["treated"]]

    assert (1, 30, 72) == (done.exit_code, len(own), len(said["accounts"]))
    assert {"2026-04-06"} == {a["index"] for a in said["accounts"]}
    assert not next(a for a in said["accounts"] if a["account"] == "b01")["hit"]
    assert pytest.approx(math.log1p(10_000)) == own[0]["known"]["revenue, log"]
    assert 460.0 == own[0]["known"]["days a customer"]
    assert 73 == len((tmp_path / "c.csv").read_text(encoding="utf-8").splitlines())
    with pytest.raises(BadInput, match="there is no such play"):
        of_company(open_doors(root), END, ["seat"], "churned", 90)
