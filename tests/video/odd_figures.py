"""Pictures of figures that are hard to lay out: none, one, missing, negative and huge values, long names, other scripts."""

from __future__ import annotations

from dataclasses import replace

from tests.video import figures
from tests.video.figures import (
    adoption_of,
    benchmark_of,
    benchmark_row,
    group,
    seat_group,
    similar_of,
    spread,
    support_of,
)
from vitalreel.storyboard.pictures import Picture
from vitalreel.storyboard.pictures.seats import SeatsPicture
from vitalreel.storyboard.text import Text

LONG = "Gemeinschaftsklinikum Mittelrhein-Südeifel Verwaltungsgesellschaft mbH & Co. KG"
ARABIC, JAPANESE = "مستخدمًا كل أسبوع", "渡邊ホールディングスの週間利用者数"
Odd = tuple[Picture, str, str]
"""Picture, headline, language."""


def odd_figures() -> dict[str, Odd]:
    return _benchmarks() | _seats() | _grids() | _tickets() | _goals() | _groups()


def _benchmarks() -> dict[str, Odd]:
    ten = spread(0.4, 0.5, 0.6, 10)
    long = [benchmark_row(LONG, 0.5, ten), benchmark_row("Theatres", 0.9, ten), benchmark_row("Use 🚀 now", 0.1, ten)]
    huge = benchmark_row("Rota cost", 128_450_912_300, [1e9 * n for n in range(1, 30)], "¥128,450,912,300")
    huge = replace(huge, middle_text=Text("peers ¥15,000,000,000"))
    below = [benchmark_row("Change in use", -0.42, [-0.6 + 0.05 * n for n in range(20)], "−42%")]
    return {
        "one measure": (benchmark_of([benchmark_row("Seats in use", 0.84, ten)]), "One measure", "en"),
        "all alike": (benchmark_of([benchmark_row("Seats in use", 0.5, [0.5] * 12)]), "Nobody differs", "en"),
        "at zero": (benchmark_of([benchmark_row("Seats in use", 0.0, [0.0] * 12)]), "Nobody uses it", "en"),
        "long names among peers": (benchmark_of(long), "Long names, in two lines, beside others that are short", "de"),
        "a huge measure": (benchmark_of([huge], percent=False), "A huge measure", "en"),
        "below zero among peers": (benchmark_of(below), "Below zero", "en"),
        "japanese among peers": (benchmark_of([benchmark_row(JAPANESE * 2, 0.5, ten)]), "渡邊様の一年", "ja"),
        "peers right to left": (
            benchmark_of([benchmark_row(ARABIC, 0.5, ten), benchmark_row("المقاعد", 0.7, ten)]), "مقارنة", "ar",
        ),
    }  # fmt: skip


def _seats() -> dict[str, Odd]:
    active = seat_group(40, "people schedule with Larkspur every week, on all five sites and in the evening")
    long = SeatsPicture(100, 1, active, seat_group(30, LONG), seat_group(30, "never assigned to anybody at any site"))
    none = seat_group(0, "people a week")
    free = seat_group(1, "never assigned")
    return {
        "no seats": (SeatsPicture(0, 1, none), "No seats", "en"),
        "one seat, free": (SeatsPicture(1, 1, none, None, free), "One seat", "en"),
        "more in use than paid for": (SeatsPicture(80, 1, seat_group(97, "people a week")), "More than paid for", "en"),
        "part not told": (SeatsPicture(100, 1, seat_group(41, "people a week")), "Part of it", "en"),
        "a hundred million seats": (
            SeatsPicture(1e8, 500_000, seat_group(99_999_998, "in use"), seat_group(1, "quiet"), seat_group(1, "free")),
            "A hundred million seats", "en",
        ),
        "seats with long notes": (long, "Seats with long notes", "en"),
        "seats right to left": (
            SeatsPicture(640, 2, seat_group(412, ARABIC), seat_group(120, "هادئة"), seat_group(108, "لم تُخصص")), "المقاعد", "ar",
        ),
    }  # fmt: skip


def _grids() -> dict[str, Odd]:
    year = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    features = (
        "Shift swaps",
        "Open-shift offers",
        LONG[:42],
        "Rota templates",
        "Skills",
        "Fatigue limits",
        "Auto-fill 🚀",
    )
    full = [(name, [float(n * m) for m in range(12)]) for n, name in enumerate(features)]
    unknown = [("Shift swaps", (None, None, 12.0)), ("Auto-fill", (None, 0.0, 0.0))]
    places = [("تبديل المناوبات", (13.0, 0.0, 7.0)), ("التعبئة", (1.0, 2.0, None))]
    return {
        "one cell": (adoption_of([("Shift swaps", (13.0,))], ["Halden General"], 13), "One cell", "en"),
        "nothing used": (
            adoption_of([("Auto-fill", (0.0, 0.0))], ["Riverside", LONG[:30]], 13, "A note."),
            "Unused",
            "en",
        ),
        "seven by twelve": (adoption_of(full, year, 66, months=True), "Seven features over a year", "en"),
        "not known yet": (adoption_of(unknown, ["Aug", "Sep", "Oct"], 12, "A note.", True), "Not known yet", "en"),
        "japanese features": (adoption_of([("勤務表テンプレート", (13.0, 4.0))], [JAPANESE, "渡邊"], 13), "機能", "ja"),
        "sites right to left": (adoption_of(places, ["الوادي", "الشرق", "الميناء"], 13, "ملاحظة"), "الميزات", "ar"),
        "months right to left": (adoption_of(places, ["Aug", "Sep", "Oct"], 13, "", True), "الميزات", "ar"),
    }


def _tickets() -> dict[str, Odd]:
    busy = [(60 + 10 * n, 8 * n, 3) for n in range(12)]
    note, more = "All of last month’s tickets waited longer than a day, and some of them longer than a week", LONG
    last = support_of([(4, 0), (3, 1), (2, 20)], ("Sep", "Oct", "Nov"), note, more)
    return {
        "no tickets": (support_of([(0, 0)] * 6), "No tickets", "en"),
        "one ticket": (support_of([(1, 0)], ("Nov",)), "One ticket", "en"),
        "a year of many": (support_of(busy, tuple("JFMAMJJASOND"), "A note.", "More of it."), "Many tickets", "en"),
        "hardest last": (last, "The last month was the hardest", "en"),
        "hardest first": (support_of([(2, 20), (4, 0)], ("Oct", "Nov"), note, more), "The first was", "en"),
        "answers not on record": (support_of([(2, 1, 4), (0, 0, 3)], ("Oct", "Nov")), "Answers not on record", "en"),
        "tickets right to left": (support_of([(3, 8), (9, 1)], ("Oct", "Nov"), ARABIC), "الدعم", "ar"),
    }


def _goals() -> dict[str, Odd]:
    goal = figures.outcome()
    plain = replace(goal, quote=Text(""), credit=Text(""))

    def at(start: float, now: float, target: float | None, *shown: str, state: str = "") -> Picture:
        texts = {
            "start_text": Text(shown[0]),
            "now_text": Text(shown[1]),
            "target_text": Text("Your goal: " + shown[2]),
        }
        return replace(plain, start=start, now=now, target=target, state=Text(state), **texts)

    long = replace(
        goal,
        quote=Text(f"“{LONG}: {LONG}.”"),
        start_note=Text("when you set the goal with Priya in February, in the kick-off meeting"),
        now_note=Text("in the four weeks to 22 November, on all five sites and in the evening"),
    )
    return {
        "worse than at the start": (at(0.71, 0.6, 0.95, "71%", "60%", "95%", state="35 points to go"), "Worse", "en"),
        "much worse than at the start": (at(0.71, 0.1, 0.95, "71%", "10%", "95%"), "Much worse", "en"),
        "no step yet": (at(0.71, 0.71, 0.95, "71%", "71%", "95%", state="24 points to go"), "No step yet", "en"),
        "fewer is better": (at(28, 14, 12, "28 hours", "14 hours", "12 hours", state="2 hours to go"), "Hours", "en"),
        "far beyond": (at(1, 1000, 2, "1", "1,000", "2", state="reached 3 May"), "Far beyond", "en"),
        "all the same": (at(0, 0, 0, "0", "0", "0", state="reached"), "All zero", "en"),
        "no goal set": (at(71, 80, None, "71", "80", ""), "No goal set", "en"),
        "a huge goal": (
            at(1e9, 1.2e11, 3e11, "¥1,000,000,000", "¥120,000,000,000", "¥300,000,000,000", state=LONG[:40]), "Huge", "en",
        ),
        "below zero": (at(-40, -12, 10, "−40", "−12", "10", state="22 points to go"), "Below zero", "en"),
        "a long quote": (long, "A long quote", "en"),
        "a goal right to left": (
            replace(goal, quote=Text(f"«{ARABIC}»"), start_note=Text(ARABIC), now_note=Text(ARABIC), credit=Text("ليلى")),
            "الهدف", "ar",
        ),
    }  # fmt: skip


def _groups() -> dict[str, Odd]:
    five = group(28, 14, 5, 2.0, "the 5 that did", " h")
    same = group(0, 0, 5, 0.0, "the 5 that did", " h")
    same = replace(same, pairs=((0.0, 0.0),) * 5, before=0.0, after=0.0, after_text=Text("0"))
    huge = replace(group(1e9, 4e9, 6, 1.0, LONG), after_text=Text("¥4,000,000,000"))
    below = group(-30, -12, 6, 1.0, "the 6 that did")
    return {
        "five a side": (similar_of(five, five), "Five a side, at the same place", "en"),
        "nothing anywhere": (similar_of(same, same), "Nothing anywhere", "en"),
        "huge and long": (similar_of(huge, group(1e9, 9e8, 6, 1.0, "the others")), "Huge and long", "en"),
        "groups below zero": (similar_of(below, group(-30, 5, 6, 1.0, "the 6 that did not")), "Below zero", "en"),
        "japanese groups": (similar_of(replace(five, words=Text(JAPANESE * 2)), five), "渡邊様の一年", "ja"),
        "groups right to left": (similar_of(replace(five, words=Text(ARABIC)), five), "عملاء مشابهون", "ar"),
    }
