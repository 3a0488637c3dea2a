"""Boards with people, papers and screens on them, and the pictures they show. Nobody in them exists: they are drawn here."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import skia

from tests.video.boards import caption, next_step, scene
from vitalreel.storyboard.pictures.agenda import AgendaItem, AgendaPicture
from vitalreel.storyboard.pictures.person import PersonPicture, Way
from vitalreel.storyboard.pictures.talent import TalentPicture
from vitalreel.storyboard.pictures.terms import TermRow, TermsPicture
from vitalreel.storyboard.pictures.voice import VoicePicture
from vitalreel.storyboard.pictures.walk import WalkPicture, WalkStep
from vitalreel.storyboard.storyboard import Scene
from vitalreel.storyboard.text import Text
from vitalreel.video.frame import Pixels
from vitalreel.video.media import Photo, Shown

PORTRAIT, CLIP, UPRIGHT, BRIGHT, STILL, SCREEN, SECOND = (
    "portrait",
    "clip",
    "upright",
    "bright",
    "still",
    "screen",
    "second",
)


def _surface(width: int, height: int) -> tuple[np.ndarray, skia.Canvas]:
    pixels = np.zeros((height, width, 4), np.uint8)
    info = skia.ImageInfo.Make(width, height, skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType)
    surface = skia.Surface.MakeRasterDirect(info, pixels)
    _KEPT.append(surface)
    return pixels, surface.getCanvas()


_KEPT: list[skia.Surface] = []


def someone(width: int, height: int, at: tuple[float, float] = (0.5, 0.44), size: float = 0.8) -> Pixels:
    """A person against a lit room: head and shoulders in three tones."""
    pixels, canvas = _surface(width, height)
    paint = skia.Paint(AntiAlias=True, Dither=True)
    points = [skia.Point(0, 0), skia.Point(width, height)]
    paint.setShader(skia.GradientShader.MakeLinear(points, [0xFFC9CDEA, 0xFF6E6BD8, 0xFF34337A], [0, 0.55, 1]))
    canvas.drawPaint(paint)
    for i in range(5):
        light = skia.Paint(Color=skia.ColorSetARGB(46 - 7 * i, 255, 255, 255))
        light.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, height * 0.035))
        left = width * (0.02 + 0.22 * i)
        canvas.drawRect(skia.Rect.MakeLTRB(left, -height * 0.1, left + width * 0.13, height * 0.62), light)
    unit = height * size
    x, y = width * at[0], height * at[1]
    soft = skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, max(0.6, height * 0.003))
    body = skia.Paint(AntiAlias=True, Color=0xFF262457)
    body.setMaskFilter(soft)
    canvas.drawOval(skia.Rect.MakeLTRB(x - unit * 0.42, y + unit * 0.27, x + unit * 0.42, y + unit * 1.3), body)
    canvas.drawRect(skia.Rect.MakeLTRB(x - unit * 0.06, y, x + unit * 0.06, y + unit * 0.32), body)
    face = skia.Paint(AntiAlias=True, Color=0xFF6A67A8)
    face.setMaskFilter(soft)
    canvas.drawOval(skia.Rect.MakeLTRB(x - unit * 0.11, y - unit * 0.15, x + unit * 0.11, y + unit * 0.17), face)
    hair = skia.Paint(AntiAlias=True, Color=0xFF2B2A63)
    hair.setMaskFilter(soft)
    canvas.drawArc(
        skia.Rect.MakeLTRB(x - unit * 0.125, y - unit * 0.19, x + unit * 0.125, y + unit * 0.16), 180, 180, True, hair
    )
    return pixels


def screen(width: int = 1280, height: int = 800, second: bool = False) -> Pixels:
    """An invented product's page: a bar at the side, rows, a switch."""
    pixels, canvas = _surface(width, height)

    def box(left: float, top: float, right: float, bottom: float, ink: int, radius: float = 6) -> None:
        canvas.drawRoundRect(
            skia.Rect.MakeLTRB(left, top, right, bottom), radius, radius, skia.Paint(AntiAlias=True, Color=ink)
        )

    box(0, 0, width, height, 0xFFFFFFFF, 0)
    box(0, 0, width * 0.17, height, 0xFF21224A, 0)
    for i in range(6):
        box(24, 96 + i * 54, 24 + width * (0.08 + 0.012 * (i % 3)), 110 + i * 54, 0xFF6E6FA8 if i != 2 else 0xFFFFFFFF)
    box(width * 0.2, 40, width * 0.46, 66, 0xFF2A2B45)
    for i in range(7):
        top = 130 + i * 84
        box(width * 0.2, top, width * 0.97, top + 68, 0xFFF3F4F9, 10)
        box(width * 0.22, top + 26, width * (0.36 + 0.03 * (i % 4)), top + 42, 0xFF54577A)
        on = i in (1, 4) or second
        box(width * 0.9, top + 20, width * 0.945, top + 48, 0xFF4038D6 if on else 0xFFC9CCDD, 14)
        knob = width * (0.934 if on else 0.911)
        canvas.drawCircle(knob, top + 34, 10, skia.Paint(AntiAlias=True, Color=0xFFFFFFFF))
    return pixels


@dataclass(frozen=True, slots=True)
class Reel:
    """Footage out of one drawn picture: a mark at its foot moves, so that pictures differ."""

    base: Pixels
    count: int = 120
    fps: float = 30.0

    @property
    def width_px(self) -> int:
        return self.base.shape[1]

    @property
    def height_px(self) -> int:
        return self.base.shape[0]

    def picture(self, number: int) -> Pixels:
        shown = np.array(self.base)
        left = int(number / self.count * (self.width_px - 8))
        shown[self.height_px // 2 : self.height_px // 2 + 4, left : left + 8, :3] = 240
        return shown


@cache
def media() -> Shown:
    return {
        PORTRAIT: Photo(someone(900, 1200)),
        CLIP: Reel(someone(1280, 720, (0.67, 0.44), 1.1)),
        UPRIGHT: Reel(someone(540, 960, (0.5, 0.4), 0.6)),
        BRIGHT: Reel(np.full((360, 640, 4), 255, np.uint8)),
        STILL: Reel(someone(1280, 720, (0.67, 0.44), 1.1), 1),
        SCREEN: Photo(screen()),
        SECOND: Photo(screen(second=True)),
    }


def terms() -> Scene:
    rows = (
        ("Seats", "3,200", "3,400"),
        ("Per seat, per month", "$10.40", "$10.40"),
        ("Plan", "Hospital", "Hospital"),
        ("Term", "12 months", "12 months"),
        ("Price rise", "", "none"),
    )
    picture = TermsPicture(
        tuple(TermRow(Text(a), Text(b), Text(c)) for a, b, c in rows),
        Text("This year"),
        Text("From 1 February 2027"),
        TermRow(Text("Total for the year"), Text("$399,360"), Text("$424,320")),
        Text("+$24,960, all of it the 200 seats"),
        (
            Text("Two hundred more seats cover the wards that open at Eastmoor in March."),
            Text("To change anything, tell Daniel by 3 December. Watching this signs nothing."),
        ),
    )
    source = "Quote Q-2291, valid to 31 January 2027. US dollars, before tax."
    said = caption(0.6, "Ten dollars forty a seat, same as today.")
    return scene(picture, "The price per seat stays as it is", 120, (said,), source)


def agenda() -> Scene:
    rows = (
        ("Did we meet your goal?", "Shifts filled in 48 hours", "10 min"),
        ("What should Eastmoor do next?", "Auto-fill and the March wards", "10 min"),
        ("What went wrong in June?", "Payroll export, and the repair", "5 min"),
        ("What is next year for?", "Your goal for 2027, in your words", "20 min"),
    )
    picture = AgendaPicture(
        tuple(AgendaItem(Text(a), Text(b), Text(c)) for a, b, c in rows),
        Text("Thursday 3 December"),
        (Text("10:00 to 10:45, Halden time"), Text("Priya, Daniel, and Ana for finance")),
    )
    said = caption(0.6, "Four questions, and the longest is yours.")
    headline = "On 3 December, forty-five minutes on four questions"
    return scene(picture, headline, 120, (said,), "Invitation sent 20 November 2026.")


def person(photograph: str | None = PORTRAIT) -> Scene:
    ways = (("Write", "daniel@larkspur.example"), ("Call", "+1 555 0142"), ("Choose a time", "larkspur.example/daniel"))
    picture = PersonPicture(
        Text("Daniel Osei"),
        Text("Your customer success manager at Larkspur"),
        tuple(Way(Text(a), Text(b)) for a, b in ways),
        Text("He answers every message himself, and knows your five sites."),
        photograph,
    )
    return scene(picture, "Daniel answers", 120, (caption(0.6, "Daniel answers every message", "himself."),), "")


def voice(photograph: str | None = PORTRAIT) -> Scene:
    levels = tuple(
        abs(math.sin(i / 9) ** 2 * math.sin(i / 41 + 0.6)) * (0.6 + 0.4 * math.sin(i * 1.7) ** 2) for i in range(120)
    )
    picture = VoicePicture(
        Text("Daniel Osei"),
        Text("Your customer success manager at Larkspur"),
        Text("Spoken by a computer. Daniel approved every word on 20 November 2026."),
        levels,
        0.6,
        3.6,
        photograph,
    )
    said = caption(0.6, "I have followed your rollout since", "the first site went live in March.", word_s=0.22)
    return scene(picture, "Daniel on your rollout", 120, (said,), "")


def walk() -> Scene:
    picture = WalkPicture(
        (
            WalkStep(SCREEN, Text("Open Offers in the menu at the left."), (0.0, 0.24, 0.17, 0.31)),
            WalkStep(SCREEN, Text("Each team has its own switch."), (0.2, 0.26, 0.97, 0.36), 1.6),
            WalkStep(SECOND, Text("Turn them on, and open shifts go out by themselves."), (0.88, 0.15, 0.97, 0.9), 2.6),
        )
    )
    said = caption(0.6, "Open Offers. Each team", "has its own switch.", word_s=0.25)
    return scene(
        picture, "Auto-fill is one switch for each team", 150, (said,), "Larkspur 4.2, screens of 18 November 2026."
    )


def talent(clip: str = CLIP) -> Scene:
    picture = TalentPicture(clip, Text("Marit Lindqvist"), Text("Chief Executive, Larkspur"), (0.67, 0.4))
    said = caption(
        0.6, "Priya, thank you for a year of hard work.", "I want to show you what it added up to.", word_s=0.15
    )
    return scene(picture, "Marit Lindqvist on your year", 120, (said,), "")


def presented() -> Scene:
    """A clip that a computer made."""
    one = talent()
    told = Text("Synthetic presenter. Made by a computer.")
    return replace(one, kind="presented", picture=replace(one.picture, disclosure=told))  # type: ignore[type-var, call-arg]


def answering() -> Scene:
    """The last scene with the photograph of whoever answers."""
    last = next_step()
    return replace(last, kind="answering", picture=replace(last.picture, portrait=PORTRAIT))  # type: ignore[type-var, call-arg]


def people() -> tuple[Scene, ...]:
    """One scene of each kind."""
    return terms(), agenda(), person(), voice(), walk(), talent()


LONG = "Gemeinschaftsklinikum Mittelrhein-Südeifel Verwaltungsgesellschaft mbH & Co. KG"
HOPEFUL = "Wolfeschlegelsteinhausenbergerdorff"


def hard_people() -> dict[str, tuple[Scene, str]]:
    """Scenes that are hard to lay out, with their language."""
    only = TermsPicture((TermRow(Text("Seats"), Text("0"), Text("1")),), Text("Now"), Text("Next"))
    huge = TermsPicture(
        tuple(
            TermRow(Text(f"Klinikum Süd {n}"), Text("¥128,450,912,300"), Text("¥1,128,450,912,300")) for n in range(6)
        ),
        Text("From 1 January 2026"),
        Text("From 1 January 2027 for three years"),
        TermRow(Text("Total for all three years"), Text("¥770,705,473,800"), Text("−¥6,770,705,473,800")),
        Text("Less what was paid twice"),
    )
    arabic_terms = TermsPicture(
        (TermRow(Text("المقاعد"), Text("3,200"), Text("3,400")), TermRow(Text("الخطة"), Text("أساسية"), Text("كاملة"))),
        Text("هذا العام"),
        Text("من 1 فبراير 2027"),
        TermRow(Text("المجموع"), Text("$399,360"), Text("$424,320")),
        notes=(Text("المشاهدة لا توقّع شيئًا."),),
    )
    questions = tuple(
        AgendaItem(Text(f"What should {HOPEFUL[:14]} do {n}?"), Text("With whom, and by when"), Text("120 min"))
        for n in ("first", "second", "third", "fourth", "fifth")
    )
    nobody = PersonPicture(Text(f"{HOPEFUL} Þórður Łukasz-Škvorecký"), Text(LONG), ())
    ways = tuple(Way(Text(w), Text(f"{w.lower()}.with.a.long.name@larkspur-health.example")) for w in ("Write", "Call"))
    arabic_voice = VoicePicture(
        Text("ليلى حداد"),
        Text("مديرة نجاح العملاء"),
        Text("صوت اصطناعي، كُتب من بياناتكم."),
        (0.2, 0.9, 0.5),
        0.6,
        2.4,
        None,
        Text("صوت اصطناعي"),
    )
    silent = VoicePicture(Text("Ægir Þórsson"), Text(""), Text("Spoken by a computer."), (), 0.6, 0.7, None)
    whole = WalkPicture((WalkStep(SCREEN, Text("One page.")),))
    steps = tuple(
        WalkStep(
            PORTRAIT if n % 2 else SCREEN, Text(f"Step of {HOPEFUL}, on its {o} page"), (0.0, 0.0, 1.0, 0.1), n * 0.7
        )
        for n, o in enumerate(("first", "second", "third", "fourth", "fifth"))
    )
    arabic_walk = WalkPicture((WalkStep(SCREEN, Text("افتح العروض."), (0.2, 0.26, 0.97, 0.36)),))
    named = TalentPicture(BRIGHT, Text(LONG[:40]), Text("Kaufmännischer Direktor"), (0.0, 0.0))
    arabic_talent = TalentPicture(UPRIGHT, Text("ليلى حداد"), Text("الرئيسة التنفيذية"))
    return {
        "one row of terms": (scene(only, ""), "en"),
        "huge terms": (scene(huge, "Three years at once, in one currency and with one signature"), "en"),
        "terms right to left": (scene(arabic_terms, "السعر لكل مقعد كما هو"), "ar"),
        "a full agenda": (scene(AgendaPicture(questions, Text("Monday"), (Text(LONG),)), "Five questions"), "en"),
        "a person without ways": (scene(nobody, ""), "en"),
        "long addresses": (scene(PersonPicture(Text("Bo"), Text(""), ways), ""), "en"),
        "voice right to left": (scene(arabic_voice, "", account="مجموعة الوادي الصحية"), "ar"),
        "a silent voice": (scene(silent, ""), "is"),
        "one whole capture": (scene(whole, ""), "en"),
        "five captures": (scene(WalkPicture(steps), "Captures of two shapes, one after the other"), "en"),
        "walk right to left": (scene(arabic_walk, "مفتاح واحد لكل فريق"), "ar"),
        "a white clip": (scene(named, ""), "de"),
        "an upright clip": (scene(arabic_talent, "", account="مجموعة الوادي الصحية", source=""), "ar"),
    }
