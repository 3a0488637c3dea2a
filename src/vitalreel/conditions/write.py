"""The one written form of a tree: lower case, single spaces, `is` for words, `=` for numbers, no spare parentheses."""

from __future__ import annotations

from vitalreel.conditions.tree import (
    All,
    Any,
    Bound,
    Change,
    Changed,
    Compare,
    Cross,
    DaysFrom,
    Fresh,
    Happened,
    Known,
    Literal,
    Mean,
    Not,
    Overdue,
    People,
    Ratio,
    Ref,
    Share,
    Silent,
    Test,
    Time,
    Tree,
    Value,
    Was,
    Watched,
)
from vitalreel.conditions.words import is_bare, number, quoted


def write(tree: Tree) -> str:
    """The canonical text; reading it gives the same tree back."""
    match tree:
        case All(parts):
            return " and ".join(_grouped(p) for p in parts)
        case Any(parts):
            return " or ".join(_grouped(p) for p in parts)
        case Not(part):
            return f"not ({write(part)})"
        case _:
            return _test(tree)


def _grouped(tree: Tree) -> str:
    return f"({write(tree)})" if isinstance(tree, All | Any) else write(tree)


def _test(test: Test) -> str:
    match test:
        case Compare():
            return _compare(test)
        case People():
            return _people(test)
        case Known(value, yes):
            return f"{write_value(value)} is {'known' if yes else 'unknown'}"
        case Fresh(feed, yes):
            return f"feed({quoted(feed)}) is {'' if yes else 'not '}fresh"
        case Change(value, way, by, over):
            return f"{write_value(value)} {way} {_bound(by)} over {write_time(over)}"
        case Changed(value, before, after, within):
            sides = [f" {word} {_bound(side)}" for word, side in (("from", before), ("to", after)) if side]
            return f"{write_value(value)} changed{''.join(sides)} within {write_time(within)}"
        case Cross(value, way, to, within):
            return f"{write_value(value)} {way} {_bound(to)}" + (f" within {write_time(within)}" if within else "")
        case Was(value, op, to, days, of):
            sign = {"is": "", "is not": "not "}.get(op, f"{op} ")
            return f"{write_value(value)} was {sign}{_bound(to)} on {days} of last {of} days"
        case Happened(event, count, within):
            least = f"at least {count} " if count > 1 else ""
            return f"{least}{write_value(event)} within {write_time(within)}"
        case Silent(event, span):
            return f"no {write_value(event)} for {write_time(span)}"
        case Overdue(milestone, by):
            return f"{write_value(milestone)} overdue by {write_time(by)}"


def _compare(test: Compare) -> str:
    value = write_value(test.value)
    if test.op == "between":
        return f"{value} between {_bound(test.to[0])} and {_bound(test.to[1])}"
    if test.op.endswith("one of"):
        return f"{value} {test.op} ({', '.join(map(_bound, test.to))})"
    return f"{value} {test.op} {_bound(test.to[0])}"


def _people(test: People) -> str:
    """`any contact where ... has watched ...`; the plural goes with a number."""
    many = test.who == "at least"
    grain = test.grain + "s" * many
    count = f"{test.n} " if many else ""
    where = f" where {_grouped(test.where)}" if test.where else ""
    return f"{test.who} {count}{grain}{where}" + (
        f" {'have' if many else 'has'} {_watched(test.has)}" if test.has else ""
    )


def _watched(has: Watched) -> str:
    share = f" at least {_bound(has.share)}" if has.share else ""
    within = f" within {write_time(has.within)}" if has.within else ""
    return f"watched {quoted(has.module)}{share}{within}"


def write_value(value: Value) -> str:
    match value:
        case Ref(name, None):
            return name
        case Ref(name, arg):
            return f"{name}({quoted(arg or '')})"
        case Ratio(top, bottom):
            return f"{write_value(top)} / {write_value(bottom)}"
        case DaysFrom(way, date):
            return f"days {way} {write_value(date)}"


def write_time(time: Time) -> str:
    return f"{time.n} {time.unit}{'s' * (time.n != 1)}"


def _bound(bound: Bound) -> str:
    match bound:
        case Literal():
            return write_literal(bound)
        case Mean(times, days):
            return ("" if times == 1 else f"{number(times)}x ") + f"own {days}-day mean"
        case Share(percent, of):
            return f"{number(percent)}% of {write_value(of) if of else 'before'}"
        case Ref():
            return write_value(bound)


def write_literal(literal: Literal) -> str:
    match literal.kind:
        case "word":
            word = str(literal.value)
            return word if is_bare(word) else quoted(word)
        case "text":
            return quoted(str(literal.value))
        case "date":
            return str(literal.value)
        case "percent":
            return f"{number(literal.size)}%"
        case "points":
            return f"{number(literal.size)} points"
        case "money":
            return f"{number(literal.size)} {literal.currency}"
        case "number":
            return number(literal.size)
