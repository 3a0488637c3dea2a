"""The look in numbers that every page shares: strokes, radii and strengths."""

from __future__ import annotations

CAPTION_COMING = 0.42  # strength of words not yet spoken
UNIT_SHARE = 0.56  # size of a unit that is a word, beside its number

AXIS_W, GRID_W, LEADER_W, LINE_W = 3.0, 2.0, 2.0, 7.0
BAR_RADIUS, BUTTON_RADIUS, CARD_RADIUS = 5.0, 24.0, 28.0
DOT_END, DOT_START, DOT_RING = 13.0, 9.0, 6.0
