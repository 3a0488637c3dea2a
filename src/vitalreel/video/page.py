"""The three shapes a film can have: where things stand on each page, and at what sizes text is set there."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from vitalreel.errors import Refused
from vitalreel.video.lettering import Style


@dataclass(frozen=True, slots=True)
class Type:
    """The roles text is set in; px of the page."""

    chrome_name: Style
    chrome: Style
    title: Style
    headline: Style
    next_step: Style
    statement: Style
    hero: Style
    tip: Style
    row_number: Style
    eye: Style
    kicker: Style
    line: Style
    button: Style
    caption: Style
    label: Style
    label_medium: Style
    label_strong: Style
    axis: Style
    note: Style
    source: Style

    def sized(self, by: float, **roles: Style) -> Type:
        """Every role `by` times as large, but those given."""
        grown = {f.name: getattr(self, f.name) for f in fields(self)}
        grown = {name: replace(s, size=round(s.size * by), lead=round(s.lead * by)) for name, s in grown.items()}
        return Type(**{**grown, **roles})


@dataclass(frozen=True, slots=True)
class Page:
    """A shape in px of its own layout; pictures of any size of the same shape are scaled from it."""

    name: str
    width: float
    height: float
    left: float  # margins
    right: float
    chrome_y: float  # baseline of the sign's line
    headline_y: float  # baseline of the first line
    headline_best: int  # lines worth a smaller headline
    headline_lines: int  # at most
    content_bottom: float  # nothing but captions and the source below
    caption_y: float  # first baseline of two
    caption_right: float  # where captions end that have a source line beside them
    source_left: float
    source_y: float  # last baseline
    text: Type
    below_headline: float = 96.0  # from its last baseline to where content starts
    rise: float = 1.0  # how far things rise as they enter, against the wide page

    @property
    def wide(self) -> bool:
        """Whether things may stand side by side; else they stand one below the other."""
        return self.width > self.height

    @property
    def headline_w(self) -> float:
        return min(self.right - self.left, 1560.0)

    @property
    def middle(self) -> float:
        """Half way between the sign's line and the captions, a little above it on the wide page, where eyes rest."""
        return 500.0 if self.wide else (self.chrome_y + self.content_bottom) / 2

    def top(self, lines: int) -> float:
        """Where content starts below a headline of so many lines."""
        return self.headline_y + self.below_headline + (max(1, lines) - 1) * (self.text.headline.lead + 2)


_TYPE = Type(
    chrome_name=Style("serif", 32),
    chrome=Style("sans", 28),
    title=Style("serif", 120, 126),
    headline=Style("serif", 68, 78),
    next_step=Style("serif", 80, 92),
    statement=Style("serif", 50, 66),
    hero=Style("display", 150, tnum=True),
    tip=Style("display_bold", 104, tnum=True),
    row_number=Style("display_bold", 60, tnum=True),
    eye=Style("display_bold", 84),
    kicker=Style("sans", 42, 54),
    line=Style("sans", 40, 52),
    button=Style("semibold", 42),
    caption=Style("medium", 42, 54),
    label=Style("sans", 34, 42),
    label_medium=Style("medium", 34, 42),
    label_strong=Style("semibold", 34, 42),
    axis=Style("sans", 30, 38),
    note=Style("sans", 28, 42),
    source=Style("sans", 26, 36),
)

WIDE = Page(
    "16:9", 1920, 1080, 96, 1824, 94, 220, 2, 2, 870, 956, 1100, 1144, 1010, _TYPE,
)  # fmt: skip
SQUARE = Page(
    "1:1", 1080, 1080, 72, 1008, 96, 202, 2, 3, 818, 886, 1008, 72, 1032,
    _TYPE.sized(
        1.1,
        chrome_name=Style("serif", 34), chrome=Style("sans", 30, 36), source=Style("sans", 24, 30),
        title=Style("serif", 96, 102), headline=Style("serif", 72, 82), next_step=Style("serif", 72, 80),
        statement=Style("serif", 56, 68), hero=Style("display", 132, tnum=True), tip=Style("display_bold", 122, tnum=True),
        kicker=Style("sans", 40, 50), caption=Style("medium", 46, 58),
        label=Style("sans", 38, 46), label_medium=Style("medium", 38, 46), label_strong=Style("semibold", 38, 46),
    ),
    62, 0.79,
)  # fmt: skip
TALL = Page(
    "9:16", 1080, 1920, 80, 1000, 266, 402, 3, 4, 1436, 1514, 1000, 80, 1668,
    _TYPE.sized(
        1.24,
        chrome_name=Style("serif", 38), chrome=Style("sans", 34, 40), source=Style("sans", 28, 36),
        title=Style("serif", 118, 124), headline=Style("serif", 84, 98), next_step=Style("serif", 88, 98),
        statement=Style("serif", 68, 84), hero=Style("display", 168, tnum=True), tip=Style("display_bold", 148, tnum=True),
        caption=Style("medium", 52, 66),
    ),
    70, 0.79,
)  # fmt: skip
PAGES = (WIDE, SQUARE, TALL)


def page_for(width_px: int, height_px: int) -> Page:
    """The page a picture of this size is laid out on; its sides are even, as video needs. Raises Refused for other shapes."""
    for page in PAGES:
        if width_px * page.height == height_px * page.width and width_px % 2 == 0 and height_px % 2 == 0:
            return page
    raise Refused(
        f"a film of {width_px} x {height_px} px",
        f"scenes are laid out for {', '.join(page.name for page in PAGES)} with even sides",
        "use 1920x1080, 1280x720, 1080x1080, 1080x1920 or 480x270",
    )
