"""The look in numbers: the page, the type scale and the strokes that every scene shares (px of a 1920 x 1080 page)."""

from __future__ import annotations

from vitalreel.video.lettering import Style

PAGE_W, PAGE_H = 1920.0, 1080.0
LEFT, RIGHT = 96.0, 1824.0  # margins
TOP_ONE, TOP_TWO = 316.0, 396.0  # where content starts under a headline of one line, of two
CONTENT_BOTTOM = 870.0  # nothing but captions and the source below

CHROME_Y = 94.0
HEADLINE_Y = 220.0
HEADLINE_W = 1560.0
CAPTION_Y, CAPTION_LEAD = 956.0, 54.0
CAPTION_RIGHT, SOURCE_LEFT = 1100.0, 1144.0
CAPTION_COMING = 0.42  # strength of words not yet spoken

CHROME_NAME = Style("serif", 32)
CHROME = Style("sans", 28)
TITLE = Style("serif", 120, 126)
HEADLINE = Style("serif", 68, 78)
NEXT_STEP = Style("serif", 80, 92)
STATEMENT = Style("serif", 50, 66)
HERO = Style("display", 150, tnum=True)
TIP = Style("display_bold", 104, tnum=True)
ROW_NUMBER = Style("display_bold", 60, tnum=True)
EYE = Style("display_bold", 84)
KICKER = Style("sans", 42, 54)
LINE = Style("sans", 40, 52)
BUTTON = Style("semibold", 42)
CAPTION = Style("medium", 42, 54)
LABEL = Style("sans", 34, 42)
LABEL_MEDIUM = Style("medium", 34, 42)
LABEL_STRONG = Style("semibold", 34, 42)
AXIS = Style("sans", 30, 38)
NOTE = Style("sans", 28, 42)
SOURCE = Style("sans", 26, 36)

UNIT_SHARE = 0.56  # size of a unit that is a word, beside its number

AXIS_W, GRID_W, LEADER_W, LINE_W = 3.0, 2.0, 2.0, 7.0
BAR_RADIUS, BUTTON_RADIUS, CARD_RADIUS = 5.0, 24.0, 28.0
DOT_END, DOT_START, DOT_RING = 13.0, 9.0, 6.0
