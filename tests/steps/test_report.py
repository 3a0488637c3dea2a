"""The quarter's report over a real workspace: dates decide what counts, refusals keep their day, three files say the same."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from tests.steps.quarters import NOW, Opened, busy, programme, watch
from vitalreel.accounts.revenue import Contract
from vitalreel.cli import main
from vitalreel.edges.printers import weasy
from vitalreel.errors import Unavailable
from vitalreel.identity import AccountId
from vitalreel.measurement.arms import Floors
from vitalreel.measurement.estimate import Estimate, Refusal
from vitalreel.measurement.quarter import Period, Quarter
from vitalreel.measurement.report.finding import Finding, Report
from vitalreel.measurement.report.page import page
from vitalreel.steps.doors import Doors
from vitalreel.steps.happened import Drawn, Happened
from vitalreel.steps.report import document, report, write_report
from vitalreel.steps.retained import earliest
from vitalreel.wiring import open_printer, read_faces

THIRD, FOURTH = Quarter(2026, 3), Quarter(2026, 4)
LATER = dt.date(2026, 11, 22)


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[arg-type]


def only(found: Report) -> Finding:
    (finding,) = found.findings
    return finding


def counts(doors: Doors, quarter: Quarter, day: dt.date = LATER) -> tuple[int, int, int, int, int]:
    f = only(report(doors, Period(quarter, day)))
    return f.opened, f.served, f.held_out, f.films, f.watched


@pytest.fixture(scope="module")
def half_year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    doors = busy(tmp_path_factory.mktemp("busy") / "ws")
    yield doors
    doors.engine.dispose()


def test_dates_decide_which_quarter_something_belongs_to(tmp_path: Path):
    """M12: openings by their day, films and views by the programme's clock (London, an hour before UTC in summer); half-open."""
    doors = programme(
        tmp_path / "ws",
        [
            Opened("before", dt.date(2026, 6, 30), sent=utc(2026, 6, 30, 22, 59)),
            Opened("first", dt.date(2026, 7, 1), sent=utc(2026, 6, 30, 23, 0), watched=utc(2026, 7, 4, 9)),
            Opened("last", dt.date(2026, 9, 30), sent=utc(2026, 9, 30, 22, 59), watched=utc(2026, 10, 2, 9)),
            Opened("held", dt.date(2026, 9, 30), "held_out"),
            Opened("after", dt.date(2026, 10, 1), sent=utc(2026, 9, 30, 23, 0), watched=utc(2026, 10, 1, 9)),
        ],
    )

    assert (1, 1, 0, 1, 0) == counts(doors, Quarter(2026, 2))
    assert (3, 2, 1, 2, 1) == counts(doors, THIRD)
    assert (1, 1, 0, 1, 2) == counts(doors, FOURTH)
    assert (1, 1, 0, 1, 0) == counts(doors, THIRD, dt.date(2026, 7, 1))


def test_a_film_counts_once_and_only_by_a_person(tmp_path: Path):
    """K9 M18: three plays of one film are one film watched; a scanner's are none."""
    seen = Opened("a", dt.date(2026, 7, 6), sent=utc(2026, 7, 7, 9), watched=utc(2026, 7, 8, 9))
    scanned = Opened("b", dt.date(2026, 7, 6), sent=utc(2026, 7, 7, 9), watched=utc(2026, 7, 8, 9), by_person=False)
    doors = programme(tmp_path / "ws", [seen, scanned])
    with doors.engine.begin() as c:
        watch(c, seen, utc(2026, 8, 8, 9))
        watch(c, seen, utc(2026, 10, 8, 9))

    assert (2, 2, 0, 2, 1) == counts(doors, THIRD)
    assert (0, 0, 0, 0, 1) == counts(doors, FOURTH)


def test_an_account_whose_play_opens_twice_is_one_account(tmp_path: Path):
    """M17: the account is the unit; its first opening in the quarter counts, from the value it had then."""
    first = Opened("a", dt.date(2026, 7, 6), moved_after=10, kept=False)
    doors = programme(tmp_path / "ws", [first, replace(first, day=dt.date(2026, 9, 20), moved_after=None, kept=True)])
    f = only(report(doors, Period(THIRD, LATER)))

    assert (2, 1) == (f.opened, f.served)
    assert ((1, 0), (1, 0)) == (f.answer.n, f.answer.events)


def test_the_quarter_carries_a_figure_where_its_own_accounts_do(half_year: Doors):
    """M12 M16: the third quarter has enough accounts; the second has not, and points to all quarters together."""
    third = {f.play: f for f in report(half_year, Period(THIRD, LATER)).findings}
    second = {f.play: f for f in report(half_year, Period(Quarter(2026, 2), LATER)).findings}
    drop, small = third["usage_drop"], second["usage_drop"].answer

    assert isinstance(drop.answer, Estimate)
    assert isinstance(drop.so_far, Estimate)
    assert (135, 180) == (sum(drop.answer.n), sum(drop.so_far.n))
    assert isinstance(small, Refusal)
    assert LATER == small.earliest
    assert "counted with other quarters' accounts, the play has a figure" in small.would_help


def test_an_outcome_in_the_next_quarter_counts_once_its_window_is_over(half_year: Doors):
    """M6: on its last day the quarter's late accounts still wait; seven weeks later they count, with what happened since."""
    on_time, later = (
        next(f for f in report(half_year, Period(THIRD, d)).findings if f.play == "usage_drop")
        for d in (dt.date(2026, 9, 30), LATER)
    )

    assert on_time.opened == later.opened == 135
    assert sum(on_time.answer.n) < sum(later.answer.n) == 135
    assert sum(on_time.answer.events) < sum(later.answer.events)


def test_weeks_add_up_to_the_plays(half_year: Doors):
    """M15: the chart and the table are the same counts."""
    found = report(half_year, Period(THIRD, LATER))
    by_play = [sum(getattr(f, n) for f in found.findings) for n in ("opened", "films", "watched")]

    assert by_play == [sum(w.served + w.held_out for w in found.weeks), sum(w.films for w in found.weeks),
                       sum(w.watched for w in found.weeks)]  # fmt: skip
    assert all(by_play)


def test_a_critical_play_is_kept_from_nobody_and_nothing_is_broken(tmp_path: Path):
    """M17 T8: neither the programme's holdout nor its own keeps it away: 60 of 60 served is as planned, and no figure can be."""
    day = dt.date(2026, 7, 6)
    opened = [Opened(f"a{i:02}", day, moved_after=9 if i % 2 else None) for i in range(60)]
    f = only(report(programme(tmp_path / "ws", opened, critical=True), Period(THIRD, LATER)))

    assert isinstance(f.answer, Refusal)
    assert ("the play holds nobody out, so nothing shows what would have happened without it", None) == (
        f.answer.reason,
        f.answer.earliest,
    )


def test_a_play_that_left_the_workspace_is_still_told(tmp_path: Path):
    """M16: what it did is counted; what it changed is refused, because its goal is gone."""
    doors = programme(tmp_path / "ws", [Opened("a", dt.date(2026, 7, 6), play="retired")], plays=())
    f = only(report(doors, Period(THIRD, LATER)))

    assert ("retired", 1) == (f.play, f.opened)
    assert "no longer in the workspace" in f.answer.reason  # type: ignore[union-attr]


def test_three_files_say_the_same(half_year: Doors, assets: Path, tmp_path: Path):
    """M12 M16: the PDF holds the headline, every refusal and every day; its faces are inside; equal inputs, equal bytes."""
    found = report(half_year, Period(THIRD, dt.date(2026, 8, 20)))
    faces = read_faces(assets)
    files = write_report(found, tmp_path / "a", NOW, faces, open_printer()).files
    again = write_report(found, tmp_path / "b", NOW, faces, open_printer()).files
    read = PdfReader(files["pdf"])
    words = " ".join(" ".join(p.extract_text() for p in read.pages).split())
    machine = json.loads(files["json"].read_text(encoding="utf-8"))

    assert found.refusals
    for told in found.refusals:
        assert told.refusal.reason in words
        assert told.refusal.would_help in words
        assert f"Earliest: {told.refusal.earliest:%-d %b %Y}" in words
    assert found.headline in words
    assert 2 <= len(read.pages) <= 9  # with thirteen parts beside the plays and the revenue
    assert f"Page {len(read.pages)} of {len(read.pages)}" in words
    assert {"files": 3, "refusals": 4} == {"files": len(files), "refusals": len(machine["refusals"])}
    assert (found.headline, "2026Q3", False) == (
        machine["headline"],
        machine["quarter"]["name"],
        machine["quarter"]["over"],
    )
    assert [p.read_bytes() for p in files.values()] == [p.read_bytes() for p in again.values()]
    assert all(f.stat().st_size < 400_000 for f in files.values())


def test_without_a_printer_the_other_two_are_written_and_no_old_pdf_stays(half_year: Doors, tmp_path: Path):
    """P6: what cannot be made is said; an earlier PDF would tell other figures."""

    class Broken:
        def pdf(self, html: str) -> bytes:
            raise Unavailable("the PDF", "Pango is not installed", "run `apt-get install pango`")

    (tmp_path / "report.pdf").write_bytes(b"%PDF of last week")
    written = write_report(report(half_year, Period(THIRD, LATER)), tmp_path, NOW, {}, Broken())

    assert ["html", "json"] == sorted(p.suffix[1:] for p in tmp_path.iterdir())
    assert ["html", "json"] == sorted(written.files)
    assert "Pango is not installed" in str(written.missing)


# -- the command --------------------------------------------------------------------------------------------------------


def run(doors: Doors, *options: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["report", "-w", str(doors.workspace.root), "--as-of", "2026-11-22", *options])
    return done.exit_code, done.stdout, done.stderr


def test_the_command_keeps_its_contract(half_year: Doors, tmp_path: Path, assets: Path):
    """commands.md: files, headline, refusals; the quarter asked for, as of the day; the folder asked for."""
    code, out, _ = run(half_year, "--quarter", "2026Q3", "--out", str(tmp_path), "--json")
    document = json.loads(out)

    assert 0 == code
    assert {"html", "json", "pdf"} == set(document["files"])
    assert all(Path(f).parent == tmp_path and Path(f).stat().st_size for f in document["files"].values())
    assert document["headline"].startswith("Usage drop: +38.4 points")
    assert [("renewal_window", "2029-10-10")] * 2 == [(r["play"], r["earliest"]) for r in document["refusals"]]
    assert all(r["reason"] and r["would_help"] for r in document["refusals"])


def test_the_quarter_that_holds_the_day_is_the_default(half_year: Doors, assets: Path):
    """commands.md: --as-of moves it too; the folder names quarter and day, so that no report takes another's place."""
    code, out, _ = run(half_year, "--json")
    document = json.loads(out)

    assert (0, "2026Q4", False) == (code, document["quarter"], document["over"])
    assert "2026Q4-as-of-2026-11-22" == Path(document["files"]["pdf"]).parent.name


@pytest.mark.parametrize(("quarter", "says"), [("2026Q5", "such as 2026Q3"), ("2027Q1", "name 2026Q4")])
def test_a_quarter_that_makes_no_sense_is_wrong_use(half_year: Doors, quarter: str, says: str):
    """commands.md: exit 2, one sentence with the remedy."""
    code, out, err = run(half_year, "--quarter", quarter)

    assert (2, "") == (code, out)
    assert says in err


def test_a_missing_library_ends_with_3_after_the_files(half_year: Doors, monkeypatch: pytest.MonkeyPatch, assets: Path):
    """commands.md: a dependency is down; stdout is still one document, and it says what is missing."""

    def absent() -> None:
        raise Unavailable("the PDF", "Pango is not installed", f"run `sudo apt-get install -y {weasy.LIBRARIES}`")

    monkeypatch.setattr(weasy, "library", absent)
    code, out, err = run(half_year, "--quarter", "2026Q2", "--json")
    document = json.loads(out)

    assert 3 == code
    assert {"html", "json"} == set(document["files"])
    assert weasy.LIBRARIES in document["missing"]
    assert weasy.LIBRARIES in err


def test_every_figure_opens_to_its_accounts_and_events(half_year: Doors, assets: Path):
    """M15, issue 6 line 8: each count is the number of rows behind it, each link has its place, and the JSON holds both."""
    found = report(half_year, Period(THIRD, LATER))
    text = page(found, read_faces(assets), NOW)
    machine = json.loads(document(found, NOW))
    places = set(re.findall(r'id="([^"]+)"', text))

    for f, told in zip(found.findings, machine["findings"], strict=True):
        own = [b for b in f.behind if b.own_arm]
        assert (f.served, f.held_out) == tuple(sum(b.own_arm == arm for b in own) for arm in ("served", "held_out"))
        assert f.opened == sum(day in THIRD for b in f.behind for day, _ in b.opened)
        assert (f.films, f.watched) == (sum(len(b.films) for b in f.behind), sum(len(b.watched) for b in f.behind))
        over = [b for b in f.behind if b.window_over <= LATER]
        for arm, n, events in zip(("served", "held_out"), f.so_far.n, f.so_far.events or (), strict=True):
            assert (n, events) == (
                sum(b.arm == arm for b in over),
                sum(b.arm == arm and b.outcome_on is not None for b in over),
            )
        assert [b.account for b in f.behind] == [b["account"] for b in told["behind"]]
        for b in f.behind:
            by = Counter(e.kind for e in b.events)
            assert (len(b.opened), len(b.films), len(b.watched)) == (by["opening"], by["film sent"], by["view"])
            assert by["usage.active_users"] == len({d for d in (b.outcome_on, b.own_outcome_on) if d})
            assert by["draw"] in (1, 2) and all(e.id for e in b.events)
        if f.rebound:
            assert sum(n for n, _, _ in f.rebound.arms.values()) == len(f.rebound.moved)
            for arm, (_, then, later) in f.rebound.arms.items():
                mine = [(m.then, m.later) for m in f.rebound.moved if m.arm == arm]
                assert (then, later) == pytest.approx(tuple(sum(v) / len(mine) for v in zip(*mine, strict=True)))
    assert found.revenue is not None
    assert found.revenue.sums.after == sum(k["after"] for k in machine["revenue"]["cohort"])
    links = re.findall(r'href="#([^"]+)"', text)
    assert len(links) > 20
    assert set(links) <= places
    assert all(e.id and e.day for s in found.silences for each in s.behind.values() for e in each)
    assert all(k.contracts for k in (*found.revenue.cohort, *found.revenue.drawn))
    kept = next(b for f in found.findings for b in f.behind if b.films)
    assert f"film sent {kept.films[0]} {next(e.id for e in kept.events if e.kind == 'film sent')}" in text


def test_the_log_s_own_shares_and_strata_are_used(half_year: Doors):
    """M17: the programme's and the play's draw together, from the log; looks as the workspace says."""
    drop = next(f for f in report(half_year, Period(THIRD, LATER)).findings if f.play == "usage_drop")

    assert {("enterprise", 0.28)} == {(b.stratum, round(b.planned or 0, 9)) for b in drop.behind}
    assert isinstance(drop.so_far, Estimate)
    assert "from the assignment log for 180 of 180 accounts" == drop.so_far.checks["planned shares"]
    assert "look 2, at 45% of what was planned" in drop.so_far.checks["looks"]


def test_revenue_is_what_the_contracts_say(half_year: Doors):
    """M6: twelve contracts ended in the quarter, fifteen were raised by a fifth when that was learnt; nobody is old enough to compare."""
    found = report(half_year, Period(THIRD, LATER)).revenue
    assert found is not None
    ended = [i for i in range(180) if i % 15 == 7]
    raised = [i for i in range(0, 180, 12) if i not in ended]
    arr = [1_000_000 + 10_000 * i for i in range(180)]

    assert (180, sum(arr)) == (found.sums.accounts, found.sums.before)
    assert (sum(arr[i] for i in ended), sum(arr[i] // 5 for i in raised)) == (found.sums.lost, found.sums.grown)
    assert isinstance(found.nrr, Estimate)
    assert ("C", pytest.approx(found.sums.after / found.sums.before)) == (found.nrr.grade, found.nrr.value)
    assert isinstance(found.added.answer, Refusal)


def test_the_programme_s_part_names_the_day_from_which_it_could_be_told():
    """M16: six months after the twentieth draw of the slower arm; no day where too few were drawn, or had no revenue."""
    first = dt.date(2026, 7, 1)
    draws = {
        (f"a{i:02}", "*"): Drawn("s", 0.5, first + dt.timedelta(days=i), "held_out" if i % 2 else "served")
        for i in range(60)
    }
    log = Happened({}, {}, {}, {}, (), draws)
    paid = {AccountId(a): (Contract("c", dt.date(2025, 1, 1), None, ((first, 100),)),) for a, _ in draws}

    assert first + dt.timedelta(days=39 + 182) == earliest(log, paid, Floors())
    assert earliest(log, dict(list(paid.items())[:30]), Floors()) is None
