"""An invented film about a usage drop, and pictures that are hard to lay out. Nobody in them exists."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.video import figures
from tests.video.odd_figures import odd_figures
from vitalreel.edges.typefaces import FaceFiles
from vitalreel.storyboard.captions import width_on
from vitalreel.storyboard.pictures import Picture
from vitalreel.storyboard.pictures.bars import Bar, BarsPicture
from vitalreel.storyboard.pictures.columns import Column, ColumnsPicture
from vitalreel.storyboard.pictures.line import LinePicture, Mark
from vitalreel.storyboard.pictures.next_step import NextStepPicture
from vitalreel.storyboard.pictures.statement import StatementPicture
from vitalreel.storyboard.pictures.timeline import TimelineEvent, TimelinePicture
from vitalreel.storyboard.pictures.title import TitlePicture
from vitalreel.storyboard.storyboard import Caption, CaptionWord, Scene, Storyboard
from vitalreel.storyboard.text import Text
from vitalreel.video.faces import Faces
from vitalreel.video.kit import Kit, read_kit

ROOT = Path(__file__).resolve().parents[2]
BRAND = ROOT / "src" / "vitalreel" / "library" / "brands" / "larkspur.yaml"
WEEKS = (52, 58, 61, 64, 66, 63, 67, 70, 69, 71, 72, 70, 71, 71, 68, 66, 61, 60, 55, 52, 50, 47, 46, 43, 42, 41)
NONE = Text("")
SIZES = {"wide": (480, 270), "square": (270, 270), "tall": (270, 480)}
"""One small size of every page."""


def brand() -> dict[str, Any]:
    """The shipped kit's mapping, as loaded."""
    loaded: dict[str, Any] = YAML(typ="safe").load(BRAND.read_text(encoding="utf-8"))
    return loaded


@cache
def kit() -> Kit:
    return read_kit(brand(), BRAND.name)


@cache
def face_files() -> FaceFiles:
    return FaceFiles(Path(os.environ.get("VITALREEL_ASSETS") or ROOT / "var" / "assets") / "faces")


@cache
def faces() -> Faces:
    return Faces(face_files(), kit())


def caption(start_s: float, *lines: str, word_s: float = 0.3, hold_s: float = 0.4) -> Caption:
    """Words one after the other from `start_s`."""
    at, rows = start_s, []
    for line in lines:
        row = []
        for word in line.split():
            row.append(CaptionWord(word, at, at + word_s))
            at += word_s
        rows.append(tuple(row))
    return Caption(start_s, at + hold_s, tuple(rows))


def scene(
    picture: Picture,
    headline: str = "",
    frames: int = 120,
    captions: Sequence[Caption] = (),
    source: str = "Larkspur usage log, as of 20 November 2026.",
    account: str = "Halden Health",
    exits: bool = True,
) -> Scene:
    kind = type(picture).__name__.removesuffix("Picture").lower()
    return Scene(kind, kind, frames, Text(headline), picture, tuple(captions), Text(source), Text(account), exits=exits)


def board(
    scenes: Sequence[Scene], width_px: int = 480, height_px: int = 270, theme: str = "light", language: str = "en"
) -> Storyboard:
    width = width_on(width_px, height_px)
    scenes = [
        replace(one, captions=tuple(c for whole in one.captions for c in _narrowed(whole, width))) for one in scenes
    ]
    return Storyboard(
        version=1,
        title=Text("A short note about Halden Health"),
        account="halden",  # type: ignore[arg-type]
        contact="priya",  # type: ignore[arg-type]
        module="usage_drop_recovery",
        module_version=1,
        as_of=date(2026, 11, 20),
        language=language,
        width_px=width_px,
        height_px=height_px,
        fps=30,
        brand="larkspur",
        theme=theme,
        voice="none",
        music="calm",
        scenes=tuple(scenes),
        narration=(),
        disclosure="The voice is made by a computer.",
    )


def _narrowed(whole: Caption, width: int) -> list[Caption]:
    """The same words in lines no longer than `width` characters, two a caption, as a film of that shape has them."""
    if all(sum(len(w.text) + 1 for w in line) <= width + 1 for line in whole.lines):
        return [whole]
    words = [word for line in whole.lines for word in line]
    least = len(_rows(words, width))
    most = least + least % 2 if least > 2 else least  # two lines a caption
    rows = _rows(words, next(w for w in range(8, width + 1) if len(_rows(words, w)) <= most))
    pairs = [tuple(rows[i : i + 2]) for i in range(0, len(rows), 2)]
    ends = [*(pair[0][0].start_s for pair in pairs[1:]), whole.end_s]
    return [Caption(pair[0][0].start_s, end, pair) for pair, end in zip(pairs, ends, strict=True)]


def _rows(words: Sequence[CaptionWord], width: int) -> list[tuple[CaptionWord, ...]]:
    """Words in lines of at most `width` characters, each as long as it can be."""
    rows: list[tuple[CaptionWord, ...]] = [()]
    for word in words:
        longer = (*rows[-1], word)
        fits = not rows[-1] or sum(len(w.text) + 1 for w in longer) <= width + 1
        rows = [*rows[:-1], longer] if fits else [*rows, (word,)]
    return rows


def title() -> Scene:
    picture = TitlePicture(
        Text("For Halden Health"),
        (Text("Priya, a short"), Text("note on your rotas")),
        Text("Prepared for Priya Raman, Chief Nursing Officer"),
        WEEKS,
        Text("26"),
        Text("weeks"),
    )
    said = caption(0.4, "Hello Priya. A short note", "about Halden Health.")
    return scene(picture, frames=150, captions=(said,), source="One petal a week since 25 May 2026.")


def line() -> Scene:
    picture = LinePicture(
        values=WEEKS,
        ticks=tuple((float(v), Text(str(v))) for v in (0, 20, 40, 60, 80)),
        labels=(
            (0, Text("Jun")),
            (4, Text("Jul")),
            (9, Text("Aug")),
            (13, Text("Sep")),
            (17, Text("Oct")),
            (22, Text("Nov")),
        ),
        end_value=Text("41"),
        end_note=Text("42% fewer than in August"),
        unit=Text("people a week"),
        marks=(Mark(0, Text("52"), 0.0), Mark(13, Text("71 on 24 August"), 1.9)),
        threshold=(64.0, Text("80% of your 80 seats")),
        land_at_s=3.2,
        note_at_s=4.0,
        falling=True,
    )
    said = caption(1.2, "In August seventy-one people", "used it every week.")
    return scene(picture, "41 people a week now, from 71 in August", 180, (said,))


def bars() -> Scene:
    rows = (
        ("Halden General", 5980, 4110, "−31%", ""),
        ("Riverside", 4240, 3140, "−26%", ""),
        ("St Brannoc’s", 3310, 2280, "−31%", ""),
        ("Kings Quay", 2060, 1690, "−18%", ""),
        ("Eastmoor", 1820, 1930, "+6%", "Eastmoor went live only in September."),
    )
    made = tuple(
        Bar(Text(n), a, b, Text(f"{a:,}"), Text(f"{b:,}"), Text(change), bool(note), Text(note))
        for n, a, b, change, note in rows
    )
    picture = BarsPicture(made, Text("a month in 2025"), Text("in 2026"), 1.6)
    said = caption(0.8, "Four of the five now lean less on agency", "staff. Eastmoor does not, yet.", word_s=0.2)
    return scene(picture, "Agency hours fell at four of your five hospitals", 150, (said,))


def columns() -> Scene:
    picture = ColumnsPicture(
        (
            _column("Agency spend avoided", "$1.34M", "less than in 2025", "38,340 fewer agency hours", accent=True),
            _column("Managers’ time returned", "6,240 h", "about three full-time posts", "118 managers"),
            _column("Shifts filled in 48 hours", "96.2%", "from 71% in February", "31,870 open shifts"),
        )
    )
    said = caption(0.5, "One point three four million dollars:", "agency hours you did not have to buy.", word_s=0.2)
    return scene(picture, "The first year put $1.34M back into your care budget", 120, (said,))


def _column(label: str, number: str, comparison: str, working: str, accent: bool = False) -> Column:
    return Column(Text(label), Text(number), Text(comparison), (Text(working),), accent)


def timeline() -> Scene:
    events = (
        (date(2026, 2, 1), "1 February", "Contract begins", "past"),
        (date(2026, 3, 9), "9 March", "First ward live at Halden General", "past"),
        (date(2026, 5, 18), "18 May", "Shift swaps open to every nurse", "past"),
        (date(2026, 7, 6), "6 July", "Payroll export repaired", "past"),
        (date(2026, 9, 21), "21 September", "Eastmoor live: all five hospitals", "turning"),
        (date(2026, 11, 23), "Today", "2,684 people a week", "today"),
        (date(2027, 2, 1), "1 February 2027", "Renewal", "future"),
    )
    made = tuple(TimelineEvent(day, Text(shown), Text(what), kind) for day, shown, what, kind in events)
    headline = "In ten months you went from one pilot ward to all five hospitals"
    return scene(
        TimelinePicture(made, date(2026, 11, 23)),
        headline,
        120,
        (caption(0.5, "Five hospitals in thirty-three weeks."),),
    )


def statement() -> Scene:
    picture = StatementPicture(
        (Text("Reminders reach people on the phone they carry."), Text("We do not know yet why offers stopped.")),
        Text("Product notes, October 2026"),
    )
    return scene(
        picture, "What brings teams back", 120, (caption(0.5, "Reminders reach people", "on their own phones."),)
    )


def next_step() -> Scene:
    picture = NextStepPicture(
        lines=(Text("Twenty minutes with Daniel"), Text("turn reminders on again")),
        line=Text("He has kept three times open for you this week."),
        button=Text("Pick a time"),
        qr="HTTPS://LARKSPUR.EXAMPLE/T/HH7Q4K",
        short_url=Text("larkspur.example/t/hh7q4k"),
        person=Text("Daniel Osei"),
        person_role=Text("Your customer success manager"),
        person_contact=Text("daniel@larkspur.example"),
        scan_note=Text("Or scan with your phone"),
    )
    said = caption(1.4, "Pick a time, or scan the code.", word_s=0.2)
    return scene(picture, frames=120, captions=(said,), source="", exits=False)


def benchmark() -> Scene:
    said = caption(0.8, "In imaging you are seven points behind", "the middle of the group.", word_s=0.2)
    source = "Open shifts filled within 48 hours, last 90 days. 41 hospital groups; band = their middle half."
    headline = "You fill open shifts faster than most of your peers, except in imaging"
    return scene(figures.benchmark(), headline, 150, (said,), source)


def seats() -> Scene:
    said = caption(0.8, "Two hundred and ten seats are paid for", "and waiting for a name.", word_s=0.2)
    source = "Each dot is ten seats; 3,200 in your contract. Seat register, 22 November 2026."
    return scene(
        figures.seats(), "You use 84% of the seats you pay for; 210 have never had an owner", 150, (said,), source
    )


def adoption() -> Scene:
    said = caption(0.8, "Auto-fill is included in your plan.", "Kings Quay and Eastmoor have not used it.", word_s=0.2)
    source = "Weeks with use of each feature, 13 weeks to 22 November 2026. Product log."
    headline = "Shift swaps are everywhere; auto-fill is not used at two hospitals"
    return scene(figures.adoption(), headline, 150, (said,), source)


def support() -> Scene:
    said = caption(0.8, "We let your payroll team down in June.", "This is what has changed since.", word_s=0.2)
    source = "One square is one ticket your team sent, by month opened. Support desk, 22 November 2026."
    headline = "June was hard on your payroll team. Every ticket since July was answered in a day"
    return scene(figures.support(), headline, 180, (said,), source)


def outcome() -> Scene:
    said = caption(0.8, "You asked for ninety-five by December.", "You passed it seven weeks early.", word_s=0.2)
    source = "Open shifts filled within 48 hours, four-week average, as of 22 November 2026."
    headline = "You set out to fill 95% of open shifts in two days. You got there in October"
    return scene(figures.outcome(), headline, 150, (said,), source)


def similar() -> Scene:
    said = caption(0.8, "Twenty-nine of forty-one groups like yours", "have made this one change.", word_s=0.2)
    source = (
        "41 hospital groups, unnamed by design. Hours to fill an open shift, to October 2026; thick lines are medians."
    )
    headline = "Hospital groups like yours that turned auto-fill on now fill shifts in half the time"
    return scene(figures.similar(), headline, 150, (said,), source)


def film() -> tuple[Scene, ...]:
    """One scene of each kind."""
    return (
        title(),
        line(),
        bars(),
        columns(),
        timeline(),
        benchmark(),
        seats(),
        adoption(),
        support(),
        outcome(),
        similar(),
        statement(),
        next_step(),
    )


def hard() -> dict[str, tuple[Scene, str]]:
    """Scenes that are hard to lay out, with their language."""
    day = date(2026, 9, 1)
    crowd = tuple(
        TimelineEvent(date(2026, 9, 1 + i), Text(f"{1 + i} September"), Text("Something that takes some words"), "past")
        for i in range(7)
    )
    ticks = ((0.0, Text("0")), (50.0, Text("50")), (100.0, Text("100")))
    flat = BarsPicture((Bar(Text("Nothing"), 0, 0, Text("0"), Text("0"), Text("0%")),), NONE, NONE)
    below = (
        Bar(Text("Gemeinschaftsklinikum Mittelrhein-Südeifel"), -20, -45, Text("−20"), Text("−45"), NONE),
        Bar(Text("Not known before"), None, 1250, Text("no data"), Text("1,250"), Text("new")),
    )
    names = (
        "Gemeinschaftsklinikum Mittelrhein-Südeifel",
        "Riverside",
        "Kings Quay and the islands",
        "Eastmoor",
        "St Brannoc’s",
    )
    full = tuple(
        Bar(Text(n), 9000 - 1700 * i, 12400 - 900 * i, Text(f"{9000 - 1700 * i:,}"), Text(f"{12400 - 900 * i:,}"), Text(f"+{38 + i}%"),
            i == 0, Text("The ward moved into the new building in May." if i == 0 else ""))
        for i, n in enumerate(names)
    )  # fmt: skip
    stages = tuple(
        TimelineEvent(date(2025 + i // 4, 1 + 3 * (i % 4), 20), Text(f"{20 - i} November {2025 + i // 4}"),
                      Text("All wards of all five hospitals plan here"), "turning" if i == 3 else "past")
        for i in range(7)
    )  # fmt: skip
    three = tuple(
        Column(Text("Shifts filled within 48 hours of being offered"), Text(n), Text("from 71% in February, and 64% a year ago"),
               (Text("31,870 of 33,130 open shifts, all hospitals"), Text("Peers: 84%")))
        for n in ("96.2%", "$12.34M", "6,240 hours")
    )  # fmt: skip
    invitation = NextStepPicture(
        (Text("Forty minutes with Maximiliane Oberhuber and your nursing directors"),),
        Text("She has kept three times open for you this week, and two more in the week after."),
        Text("Choose one of five times"), "HTTPS://LARKSPUR.EXAMPLE/T/HH7Q4K/WITH-MAXIMILIANE-OBERHUBER-AND-DIRECTORS",
        Text("larkspur.example/t/hh7q4k/with-maximiliane-oberhuber"), Text("Maximiliane Oberhuber-Wiśniewska"),
        Text("Principal customer success manager, acute care"), Text("m.oberhuber-wisniewska@larkspur.example"),
        scan_note=Text("Or scan the code with the camera of your phone"),
    )  # fmt: skip
    alone = StatementPicture(
        (Text("We do not know yet why fewer people come back on Mondays."), Text("We would like to find out with you."))
    )
    return {
        "bars in full": (
            scene(
                BarsPicture(full, Text("in the year before"), Text("this year")),
                "Every ward plans more of its shifts here",
            ),
            "en",
        ),
        "dates in full": (scene(TimelinePicture(stages, day), "From one pilot ward to all five hospitals"), "en"),
        "columns in full": (
            scene(ColumnsPicture(three), "The first year put $12.34M back into your care budget"),
            "en",
        ),
        "an invitation in full": (scene(invitation, source="", exits=False), "en"),
        "sentences alone": (scene(alone), "en"),
        "a long account": (
            scene(alone, account="Gemeinschaftsklinikum Mittelrhein-Südeifel Verwaltungsgesellschaft mbH & Co. KG"),
            "de",
        ),
        "Chinese, Japanese and Korean": (scene(_names(), "渡邊さん、こんにちは: 3 hospitals"), "en"),
        "one reading": (scene(_line((61,), ticks, "61%", "A trend needs three."), "One reading so far"), "en"),
        "no reading": (scene(_line((None,) * 4, ticks, "", "", "Silent since 3 May."), "No data yet"), "en"),
        "all zero": (scene(_line((0,) * 9, ticks, "0", "nobody"), "Nobody yet"), "en"),
        "a cliff": (scene(_line((96, 97, 95, 98, 96, 60, 20, 0, 0), ticks, "0", "nobody"), "Down to zero"), "en"),
        "a gap": (scene(_line((4, 5, None, None, 9, 8, None, 7), ticks, "7", "", "server move"), "A gap"), "en"),
        "negative": (scene(_line((5, -3, -40), ((-50.0, Text("−50")), *ticks[:2]), "−40", ""), "Below"), "en"),
        "empty bars": (scene(flat, "Nothing"), "en"),
        "bars below zero": (scene(BarsPicture(below, Text("in 2025"), NONE), "Below zero"), "en"),
        "huge and phrase": (
            scene(
                ColumnsPicture(
                    (
                        _column("Cost", "¥128,450,912,300", "a quarter", ""),
                        _column("Plan", "Enterprise, yearly", "as before", ""),
                    )
                ),
                "Large figures and plain words",
            ),
            "en",
        ),
        "a crowd of dates": (scene(TimelinePicture(crowd, day), "A busy week"), "en"),
        "one date": (scene(TimelinePicture(crowd[:1], day), "One date"), "en"),
        "a long title": (
            scene(
                TitlePicture(
                    Text("Gemeinschaftsklinikum Mittelrhein-Südeifel Verwaltungsgesellschaft mbH & Co. KG"),
                    (Text("Frau Al-Husseini, Ihr erstes Jahr mit Larkspur"),),
                    Text("Für Þórður Łukasz-Škvorecký, Kaufmännischer Direktor"),
                    (None, None, 3.0, 0.0, 12.0),
                ),
                account="Halden 🚀 Health",
            ),
            "de",
        ),
        "right to left": (
            scene(
                ColumnsPicture((_column("مستخدمًا كل أسبوع", "2,684", "من 1,942 في مارس", "", True),)),
                "ارتفع الاستخدام الأسبوعي بنسبة 38% منذ مارس",
                captions=(caption(0.5, "ما يقارب ألفين وسبعمئة شخص كل أسبوع،"),),
                source="سجل استخدام لاركسبر، 22 نوفمبر 2026",
                account="مجموعة الوادي الصحية",
            ),
            "ar",
        ),
    }


def odd() -> dict[str, tuple[Scene, str]]:
    """Figures that are hard to lay out, with their language."""
    return {name: (scene(picture, headline), language) for name, (picture, headline, language) in odd_figures().items()}


def _names() -> BarsPicture:
    """Names as customers write them; an emoji no face has is left out."""
    rows = (
        ("渡邊 美智子記念病院", 980),
        ("北京协和医院", 1240),
        ("서울대학교병원", 760),
        ("衛生福利部桃園醫院 🏥", 430),
    )
    return BarsPicture(
        tuple(Bar(Text(n), v - 90.0, float(v), Text(f"{v - 90}"), Text(f"{v:,}"), Text("+9%")) for n, v in rows),
        NONE,
        NONE,
    )


def _line(values: Sequence[float | None], ticks: Any, end: str, note: str, gap: str = "") -> LinePicture:
    labels = ((0, Text("Aug")), (len(values) - 1, Text("Nov")))
    return LinePicture(tuple(values), ticks, labels, Text(end), Text(note), Text("people"), (), gap_note=Text(gap))
