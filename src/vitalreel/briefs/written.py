"""What people wrote down about an account, as dossier fields: goals with their readings, value results, statements, a quote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from vitalreel.briefs.dossier import Known
from vitalreel.briefs.fact import Origin

Row = Mapping[str, Any]
Origins = Any
"""(table, query, rows) -> Origin: how a field names the rows it came from."""


def goal_fields(
    goals: Iterable[Row], readings: Sequence[Row], today: date, origin: Origins
) -> Iterator[tuple[str, Known]]:
    """`goal.*` of the first goal and `goal_2.*` of the second, by rank and then by the day they were set. today: the as-of day."""
    dated = sorted((g for g in goals if g["set_on"] is not None), key=lambda g: (g["rank"] or 1, g["set_on"]))
    for name, goal in zip(("goal", "goal_2"), dated, strict=False):
        of_goal = sorted((r for r in readings if r["goal_id"] == goal["goal_id"]), key=lambda r: r["day"])
        for field, known in _goal(goal, of_goal, today, origin):
            yield f"{name}.{field}", known


def _goal(goal: Row, readings: Sequence[Row], today: date, origin: Origins) -> Iterator[tuple[str, Known]]:
    confirmed = goal["confirmed_on"] or goal["set_on"]
    unit = goal["unit"] or "number"
    for field in ("phrase", "short", "metric", "owner", "by", "set_on"):
        if goal[field] not in (None, ""):
            yield field, Known(goal[field], confirmed, origin("subject_goal", f"column {field}", [goal]))
    for field in ("start", "target"):
        if goal[field] is not None:
            yield field, Known(goal[field], confirmed, origin("subject_goal", f"column {field}", [goal]), unit=unit)
    latest = readings[-1] if readings else None
    now = latest["value"] if latest else goal["now"]
    if now is None:
        return
    rows, as_of = ([latest], latest["day"]) if latest else ([goal], confirmed)
    source = origin("goal_reading" if latest else "subject_goal", "latest reading", rows)
    yield "now", Known(now, as_of, source, unit=unit, limit=goal["target"])
    if goal["start"] is not None and goal["target"] is not None:
        yield from _against(goal, now, as_of, readings, rows, unit, origin)
        met = next((r for r in readings if reached(goal, r["value"])), None)
        if met is not None:
            source = origin("goal_reading", "first reading that reached the target", [met])
            yield "met_days", Known((today - met["day"]).days, today, source)


def reached(goal: Row, value: float) -> bool:
    """Whether a reading reaches a goal's target, from the side on which it began."""
    return bool(value >= goal["target"] if goal["target"] >= goal["start"] else value <= goal["target"])


def _against(
    goal: Row, now: float, as_of: date, readings: Sequence[Row], rows: Sequence[Row], unit: str, origin: Origins
) -> Iterator[tuple[str, Known]]:
    """Where the latest reading stands between start and target, and since when the target has been reached."""
    start, target = goal["start"], goal["target"]
    query = f"latest reading against the target {target:g}, from {start:g}"
    source = origin("goal_reading", query, [*rows, goal])
    yield "met", Known(reached(goal, now), as_of, source)
    yield "nearer", Known(abs(target - now) < abs(target - start), as_of, source)
    yield "gap", Known(0.0 if reached(goal, now) else round(abs(target - now), 9), as_of, source, unit=unit)
    first = next((n for n, r in enumerate(readings) if reached(goal, r["value"])), None)
    if first is not None:
        since = readings[first:]
        whole = origin("goal_reading", f"readings since the first that reached {target:g}", since)
        yield "met_on", Known(readings[first]["day"], as_of, whole)
        yield "held", Known(all(reached(goal, r["value"]) for r in since), as_of, whole)


def value_fields(results: Iterable[Row], origin: Origins) -> Iterator[tuple[str, Known]]:
    """`value.<name>.*`: sums of the same months of two years, as the customer's own records have them."""
    for row in results:
        stem, as_of = f"value.{row['name']}", row["confirmed_on"] or row["ends"]
        unit, currency = row["kind"], row["currency"] or ""
        scale = 100 if unit == "money" else 1  # money is integer cents from here on
        query = f"{row['name']}, {row['begins']} to {row['ends']}, beside the same months a year before"
        source = origin("value_result", query, [row])
        for field in ("before", "after"):
            yield f"{stem}.{field}", Known(round(row[field] * scale), as_of, source, currency, unit)
        if row["before"] > row["after"]:
            yield f"{stem}.saved", Known(round((row["before"] - row["after"]) * scale), as_of, source, currency, unit)
        yield f"{stem}.basis", Known(row["basis"], as_of, source)


def statement_fields(statements: Iterable[Row], origin: Origins) -> Iterator[tuple[str, Known]]:
    """`statement.<topic>`: sentences and clauses with an owner; as of the day somebody last stood by them."""
    for row in statements:
        source = origin("statement", f"written by {row['owner']} on {row['day']}", [row])
        yield f"statement.{row['topic']}", Known(row["text"], row["confirmed_on"] or row["day"], source)


def quote_fields(quotes: Iterable[Row], seats: int | None, as_of: date, origin: Origins) -> Iterator[tuple[str, Known]]:
    """`quote.*` of the newest approved quote that still stands. seats: of the contract today, where known."""
    standing = [q for q in quotes if q["approved"] and q["issued"] <= as_of <= q["valid_until"]]
    if not standing:
        return
    quote = max(standing, key=lambda q: (q["issued"], q["quote_id"]))
    source: Origin = origin("quote", f"approved quote {quote['quote_id']} of {quote['issued']}", [quote])

    def known(value: Any, currency: str = "") -> Known:
        return Known(value, as_of, source, currency)

    yield "quote.seats", known(quote["seats"])
    yield "quote.valid_until", known(quote["valid_until"])
    yield "quote.days_valid", known((quote["valid_until"] - as_of).days)
    for field in ("seat_price", "seat_price_before", "total"):
        if quote[field] is not None:
            yield f"quote.{field}", known(quote[field], quote["currency"])
    if quote["seat_price_before"]:
        yield "quote.price_change", known(round(quote["seat_price"] / quote["seat_price_before"] - 1, 9))
    if seats is not None:
        yield "quote.seats_more", known(quote["seats"] - seats)
