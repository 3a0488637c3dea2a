"""Values as figures: how each unit is shown on screen and said by the voice, by the editorial rules for numbers.

Rounding is for the ear only, and never across a goal, a limit, zero or the whole: where rounding would land on or beyond
one of these, a finer figure is said. Whatever is left out is owned up to by "nearly", "just over" or "about".
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from babel.core import UnknownLocaleError
from babel.numbers import UnknownCurrencyError, get_currency_name, get_currency_symbol

from vitalreel.briefs.fact import Value
from vitalreel.briefs.numerals import cardinal, compact, decimal, ordinal, year
from vitalreel.errors import BadInput

STYLES = ("", "exact", "rounded", "whole", "one decimal", "two figures")
"""How a fact may be said; "" is the unit's own way: counts rounded, percents whole, money to two figures, prices exact."""

UNITS = (
    "count:<one>|<many>, percent, percent:1, points, money:<CUR>, price:<CUR>, hours, number, date, month, week or name"
)
SMALL_PRINT = Decimal("0.025")
"""Off by no more than this, a rounded figure is "nearly" or "just over"; further off it is "about"."""
CLOSE = Decimal("0.02")
"""One significant figure will do where it is this near; else two."""
YEAR_AFTER_MONTHS = 11
_NO_SYMBOL_GAP = frozenset("$€£¥₹₩₪₺₫₦₱")
_SUBUNIT = {"USD": "cent", "AUD": "cent", "CAD": "cent", "NZD": "cent", "SGD": "cent", "EUR": "cent", "GBP": "penny"}
_SAID_CURRENCY = {
    "USD": ("dollar", "dollars"),
    "EUR": ("euro", "euros"),
    "GBP": ("pound", "pounds"),
    "JPY": ("yen", "yen"),
}
_SHOWN_CURRENCY = {"AUD": "A$", "CAD": "C$", "NZD": "NZ$"}


def show(value: Value, unit: str, limit: float | None = None) -> str:
    """`value` for the eye: "1,204", "41%", "7 points", "$48,500", "$10.40", "12 October 2026", "week of 5 October 2026".

    percent: a ratio, 0.41 is 41%; "percent:1" keeps one decimal. money and price: integer cents; money drops the cents
    from a hundred upward, price keeps them. Minus signs are real ones. limit: as in `say`, minded by percents only, the
    rest being shown exactly. Raises BadInput for a value the unit cannot carry.
    """
    kind, detail = _parts(unit)
    match kind:
        case "name":
            return str(value)
        case "date" | "month" | "week":
            return _show_day(_day(value, unit), kind)
        case "percent":
            return f"{_grouped(_shown_percent(_number(value, unit), detail, limit))}%"
        case "money" | "price":
            return _show_money(_number(value, unit), detail, kind == "price")
        case "points" | "hours":
            number = _tidy(_number(value, unit))
            return f"{_grouped(number)} {kind if abs(number) != 1 else kind[:-1]}"
        case _:
            return _grouped(_tidy(_number(value, unit)))


def say(value: Value, unit: str, style: str, as_of: date, limit: float | None = None) -> str:
    """`value` for the ear, in words: "just over twelve hundred", "forty-one per cent", "the twelfth of October".

    style: one of STYLES. as_of: dates more than eleven months from it carry their year. limit: the goal or limit the value
    is held against, in the value's own unit; the words stay on the value's side of it.
    Raises BadInput for an unknown unit or style, or a value the unit cannot carry.
    """
    if style not in STYLES:
        raise BadInput("said", f"no style {style!r}", f"use one of {', '.join(s for s in STYLES if s)}")
    kind, detail = _parts(unit)
    if kind == "name":
        return str(value)
    if kind in ("date", "month", "week"):
        return _say_day(_day(value, unit), kind, as_of)
    number = _number(value, unit)
    edge = None if limit is None else _number(limit, unit)
    match kind:
        case "percent":
            return _say_percent(number * 100, style or ("one decimal" if detail else "whole"), _times_100(edge))
        case "money" | "price":
            return _say_money(
                number / 100, detail, style or ("exact" if kind == "price" else "two figures"), _cents(edge)
            )
        case "points" | "hours":
            words = _say_number(number, style or "one decimal", edge)
            return f"{words} {kind[:-1] if abs(number) == 1 else kind}"
        case "count":
            return _say_number(number, style or "rounded", edge)
        case _:
            return _say_number(number, style or "one decimal", edge)


def say_amount(amount: Decimal, currency: str, scale: str = "") -> str:
    """Money exactly: "ten dollars forty", or with scale "million", "one point two million dollars". currency: ISO code."""
    one, many = currency_words(currency)
    return f"{decimal(amount)} {scale} {many}" if scale else _exact_money(amount, currency, one, many)


def noun(value: Value, unit: str) -> str:
    """The thing counted, in the number that fits: "person" for 1, "people" otherwise; "" for other units."""
    kind, detail = _parts(unit)
    if kind != "count" or not detail:
        return ""
    one, _, many = detail.partition("|")
    return one if value == 1 else many or one


# Reading units and values


def _parts(unit: str) -> tuple[str, str]:
    kind, _, detail = unit.partition(":")
    known = ("count", "percent", "points", "money", "price", "hours", "number", "date", "month", "week", "name")
    if kind not in known or (kind in ("money", "price") and len(detail) != 3):
        raise BadInput("unit", f"no unit {unit!r}", f"use {UNITS}")
    return kind, detail


def _number(value: Value, unit: str) -> Decimal:
    if isinstance(value, str | date | bool) or not math.isfinite(value):
        raise BadInput(f"unit {unit}", f"{value!r} is not a number")
    return Decimal(str(value))


def _day(value: Value, unit: str) -> date:
    if not isinstance(value, date):
        raise BadInput(f"unit {unit}", f"{value!r} is not a date")
    return value


def _times_100(number: Decimal | None) -> Decimal | None:
    return None if number is None else number * 100


def _cents(number: Decimal | None) -> Decimal | None:
    return None if number is None else number / 100


# For the eye


def _grouped(number: Decimal) -> str:
    return f"{number:,f}".replace("-", "−")


def _tidy(number: Decimal) -> Decimal:
    """Whole from a hundred upward; below, at most one decimal, and none that is zero; nothing turns into zero."""
    return _near(number, (0,) if abs(number) >= 100 else (1, 2, 3), (Decimal(0),))


def _near(number: Decimal, places: Iterable[int], edges: Iterable[Decimal]) -> Decimal:
    """`number` to the first of `places` decimals that keeps it on its own side of every edge; exact where none does."""
    for count in places:
        near = number.quantize(Decimal(1).scaleb(-count), ROUND_HALF_EVEN)
        if not any(_crosses(number, near, edge) for edge in edges):
            return _plain(near)
    return _plain(number)


def _plain(number: Decimal) -> Decimal:
    """Without trailing zeros or an exponent."""
    whole = number.to_integral_value()
    return whole if number == whole else number.normalize()


def _crosses(exact: Decimal, near: Decimal, edge: Decimal) -> bool:
    """Whether rounding lands on `edge`, or beyond it, from off it."""
    return (exact > edge >= near) or (exact < edge <= near) or (exact == edge != near)


def _percent_edges(limit: Decimal | None = None) -> tuple[Decimal, ...]:
    return (Decimal(0), Decimal(100), Decimal(-100), *(() if limit is None else (limit,)))


def _shown_percent(ratio: Decimal, detail: str, limit: float | None) -> Decimal:
    edge = None if limit is None else Decimal(str(limit)) * 100
    return _near(ratio * 100, (1, 2, 3) if detail else _percent_places(ratio * 100), _percent_edges(edge))


def _percent_places(percent: Decimal) -> tuple[int, ...]:
    """Whole percents; one decimal below one, where a whole would be half as much again, or none."""
    return (1, 2, 3) if abs(percent) < 1 else (0, 1, 2, 3)


def _show_money(cents: Decimal, currency: str, exact: bool) -> str:
    amount = abs(cents) / 100
    keeps_cents = amount != amount.to_integral_value() and (exact or amount < 100)
    figure = f"{amount:,.2f}" if keeps_cents else f"{amount.quantize(Decimal(1), ROUND_HALF_EVEN):,f}"
    symbol = _SHOWN_CURRENCY.get(currency) or _currency_symbol(currency)
    gap = "" if symbol[-1] in _NO_SYMBOL_GAP else " "
    return f"{'−' if cents < 0 else ''}{symbol}{gap}{figure}"


def _currency_symbol(currency: str) -> str:
    try:
        return get_currency_symbol(currency, locale="en")
    except (UnknownCurrencyError, UnknownLocaleError):
        return currency


def _show_day(day: date, kind: str) -> str:
    if kind == "month":
        return f"{day:%B} {day.year}"
    return f"{'week of ' if kind == 'week' else ''}{day.day} {day:%B} {day.year}"


# For the ear


def _say_day(day: date, kind: str, as_of: date) -> str:
    far = abs((day.year - as_of.year) * 12 + day.month - as_of.month)
    suffix = f" {year(day.year)}" if far > YEAR_AFTER_MONTHS or _past_the_day(day, as_of, far) else ""
    if kind == "month":
        return f"{day:%B}{suffix}"
    spoken = f"the {ordinal(day.day)} of {day:%B}{suffix}"
    return f"the week of {spoken}" if kind == "week" else spoken


def _past_the_day(day: date, as_of: date, months: int) -> bool:
    """Whether eleven calendar months apart is more than eleven months by the day."""
    if months != YEAR_AFTER_MONTHS:
        return False
    return day.day > as_of.day if day > as_of else day.day < as_of.day


def _say_percent(percent: Decimal, style: str, limit: Decimal | None) -> str:
    places = (1, 2, 3) if style == "one decimal" else _percent_places(percent)
    near = _plain(percent) if style == "exact" else _near(percent, places, _percent_edges(limit))
    return f"{decimal(near)} per cent"


def _say_money(amount: Decimal, currency: str, style: str, limit: Decimal | None) -> str:
    one, many = currency_words(currency)
    if style == "exact" or abs(amount) < 100:
        return _exact_money(amount, currency, one, many)
    words = _say_number(amount, style, limit)
    return f"{words} {many}"


def _exact_money(amount: Decimal, currency: str, one: str, many: str) -> str:
    """ "ten dollars forty", "forty-eight thousand five hundred dollars", "sixty cents"."""
    sign = "minus " if amount < 0 else ""
    units, cents = divmod(int(abs(amount) * 100), 100)
    if units == 0 and cents:
        part = _SUBUNIT.get(currency, "hundredth")
        many_parts = "pence" if part == "penny" else f"{part}s"
        return f"{sign}{cardinal(cents)} {part if cents == 1 else many_parts}"
    tail = "" if not cents else f" {'oh ' if cents < 10 else ''}{cardinal(cents)}"
    words = compact(Decimal(units)) if units >= 10**6 else cardinal(units)
    return f"{sign}{words} {one if units == 1 else many}{tail}"


def currency_words(currency: str) -> tuple[str, str]:
    """The currency's name for one and for many: "dollar", "dollars". currency: ISO code, itself where it is not known."""
    if currency in _SAID_CURRENCY:
        return _SAID_CURRENCY[currency]
    try:
        return tuple(get_currency_name(currency, count=n, locale="en") for n in (1, 2))  # type: ignore[return-value]
    except (UnknownCurrencyError, UnknownLocaleError):
        return currency, currency


def _say_number(number: Decimal, style: str, limit: Decimal | None) -> str:
    edges = (Decimal(0), *(() if limit is None else (limit,)))
    match style:
        case "exact":
            return compact(_plain(number))
        case "whole":
            return compact(_near(number, (0, 1, 2, 3), edges))
        case "one decimal":
            return compact(_near(number, (1, 2, 3), edges))
    if abs(number) <= 100:
        return compact(_near(number, (0, 1, 2, 3) if abs(number) >= 10 else (1, 2, 3), edges))
    near = _rounded(number, 2 if style == "two figures" else 1, edges)
    return f"{_qualifier(number, near)}{compact(near)}"


def _rounded(number: Decimal, coarsest: int, edges: tuple[Decimal, ...]) -> Decimal:
    """To one significant figure where that is close, else two; finer still where that would cross an edge."""
    for figures in range(coarsest, 16):
        near = _plain(number.quantize(Decimal(1).scaleb(number.adjusted() - figures + 1), ROUND_HALF_EVEN))
        close = figures >= 2 or abs(number - near) <= CLOSE * abs(number)
        if close and not any(_crosses(number, near, edge) for edge in edges):
            return near
    return _plain(number)


def _qualifier(exact: Decimal, near: Decimal) -> str:
    off = abs(exact) - abs(near)
    if off == 0:
        return ""
    if abs(off) > SMALL_PRINT * abs(exact):
        return "about "
    return "just over " if off > 0 else "nearly "
