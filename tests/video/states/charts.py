"""Lines, bars, columns and dates in every state."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.video import boards
from tests.video.odd_figures import LONG
from tests.video.states.cells import NARROW, Cells, Meaningless, RefusedState, Stands, abroad, but, of_long_account
from vitalreel.storyboard import axis
from vitalreel.storyboard.pictures.bars import Bar
from vitalreel.storyboard.pictures.columns import Column
from vitalreel.storyboard.pictures.line import LinePicture, Mark
from vitalreel.storyboard.pictures.timeline import TimelineEvent
from vitalreel.storyboard.text import Text

YEN = ("¥128,450,912,300", "¥97,300,000,000", "¥8,204,551,000")


def line() -> Cells:
    easy, hard = boards.line(), boards.hard()
    dear = tuple(91e9 + 3.12e9 * (n % 5) + 1.4e9 * n for n in range(26))
    rich = but(
        easy, "The rota cost ¥128 billion this year, a third more than last", values=dear, ticks=axis.ticks(dear, "cost"),
        end_value=YEN[0], end_note="¥31,000,000,000 more than a year ago", unit="yen a week", threshold=None, falling=False,
        marks=(Mark(0, Text("¥91,000,000,000"), 0.0), Mark(13, Text("¥118,560,000,000 on 24 August"), 1.9)),
    )  # fmt: skip
    picture = easy.picture
    assert isinstance(picture, LinePicture)
    named = but(
        of_long_account(easy), end_note=f"fewer than in August at {LONG}", unit="people a week on all wards and in the evening",
        marks=(Mark(0, Text("52"), 0.0), Mark(13, Text(f"71 when {LONG[:42]} had opened"), 1.9)),
        threshold=(64.0, Text(f"80% of the seats of {LONG[:42]}")),
    )  # fmt: skip
    return {
        "none": Stands(hard["no reading"][0]),
        "one": Stands(hard["one reading"][0]),
        "zero": Stands(hard["all zero"][0]),
        "missing": Stands(hard["a gap"][0]),
        "negative": Stands(hard["negative"][0]),
        "huge": Stands(rich),
        "long": Stands(named, refused=NARROW),
    } | abroad(easy)


def _bar(name: str, before: float | None, now: float | None, shown: tuple[str, str], change: str = "") -> Bar:
    return Bar(Text(name), before, now, Text(shown[0]), Text(shown[1]), Text(change))


def bars() -> Cells:
    easy, hard = boards.bars(), boards.hard()
    one = (_bar("Halden General", 5980, 4110, ("5,980", "4,110"), "−31%"),)
    gone = (
        _bar("Halden General", 5980, None, ("5,980", "not known yet")),
        _bar("Riverside", None, 3140, ("no data", "3,140"), "new"),
        _bar("Kings Quay", None, None, ("no data", "no data")),
    )
    rich = tuple(
        _bar(name, before, now, (f"¥{before:,.0f}", f"¥{now:,.0f}"), change)
        for name, before, now, change in (
            ("Halden General", 97_300_000_000, 128_450_912_300, "+32%"),
            ("Riverside", 8_204_551_000, 4_110_000_000, "−50%"),
            ("Kings Quay", 1, 2, "+100%"),
        )
    )
    named = tuple(replace(bar, label=Text(f"{LONG} {n}")) for n, bar in enumerate((*one, *gone[1:2]), 1))
    return {
        "none": RefusedState(but(easy, bars=()), "bars.*no row"),
        "one": Stands(but(easy, "Agency hours fell by a third", bars=one)),
        "zero": Stands(hard["empty bars"][0]),
        "missing": Stands(but(easy, "Two of three are known on one side only", bars=gone)),
        "negative": Stands(hard["bars below zero"][0]),
        "huge": Stands(but(easy, "The rota cost ¥128 billion at one of three", bars=rich)),
        "long": Stands(but(of_long_account(easy), bars=named)),
    } | abroad(easy)


def _column(label: str, number: str, comparison: str = "", *workings: str, accent: bool = False) -> Column:
    return Column(Text(label), Text(number), Text(comparison), tuple(map(Text, workings)), accent)


def columns() -> Cells:
    easy = boards.columns()
    nothing = (
        _column("Agency spend avoided", "$0", "as in 2025", "0 fewer agency hours", accent=True),
        _column("Managers’ time returned", "0 h", "no manager has signed in yet"),
        _column("Shifts filled in 48 hours", "0%", "from 0% in February"),
    )
    gone = (_column("Agency spend avoided", "not known yet"), _column("", "6,240 h"), _column("Shifts filled", "96.2%"))
    below = (
        _column("Agency spend", "−$1.34M", "against 2025", accent=True),
        _column("Use of swaps", "−42%", "since August"),
        _column("Net of new people", "−1,208", "joined less left"),
    )
    rich = tuple(_column("Cost of rotas", number, "against ¥7 last year", "All hospitals") for number in YEN)
    named = tuple(_column(LONG, n, f"more than {LONG[:42]}", f"{LONG}, all of it") for n in ("96.2%", "$12.34M"))
    return {
        "none": RefusedState(but(easy, columns=()), "columns.*no figure"),
        "one": Stands(
            but(easy, columns=(_column("Agency spend avoided", "$1.34M", "less than in 2025", accent=True),))
        ),
        "zero": Stands(but(easy, "Nothing has been saved yet", columns=nothing)),
        "missing": Stands(but(easy, "Not everything is known", columns=gone)),
        "negative": Stands(but(easy, "Three figures went down", columns=below)),
        "huge": Stands(but(easy, "Three rotas cost more than ¥200 billion", columns=rich)),
        "long": Stands(but(of_long_account(easy), columns=named)),
    } | abroad(easy)


def _event(day: date, shown: str, what: str, kind: str = "past") -> TimelineEvent:
    return TimelineEvent(day, Text(shown), Text(what), kind)


def timeline() -> Cells:
    easy, hard = boards.timeline(), boards.hard()
    day = date(2026, 11, 23)
    same = tuple(
        _event(day, "23 November", f"{what} of the same day", "today") for what in ("First", "Second", "Third")
    )
    silent = (_event(date(2026, 2, 1), "1 February", ""), _event(day, "Today", "2,684 people a week", "today"))
    ages = (
        _event(date(1903, 5, 1), "1 May 1903", "Halden General opens"),
        _event(date(2026, 11, 20), "20 November 2026", "Auto-fill is switched on", "turning"),
        _event(day, "Today", "2,684 people a week", "today"),
        _event(date(2199, 12, 31), "31 December 2199", "The lease of the ground ends", "future"),
    )
    named = (
        _event(date(2026, 2, 1), "1 February 2026", f"Contract with {LONG} begins"),
        _event(day, "Monday, 23 November 2026", f"Live at {LONG}", "today"),
        _event(date(2027, 2, 1), "Monday, 1 February 2027", "Renewal", "future"),
    )
    return {
        "none": RefusedState(but(easy, events=()), "timeline.*no date"),
        "one": Stands(hard["one date"][0]),
        "zero": Stands(but(easy, "Three things on one day", events=same)),
        "missing": Stands(but(easy, "A day nobody described", events=silent)),
        "negative": Meaningless("a day is before another or after it; none is less than nothing"),
        "huge": Stands(but(easy, "Three centuries on one line", events=ages)),
        "long": Stands(but(of_long_account(easy), events=named)),
    } | abroad(easy)
