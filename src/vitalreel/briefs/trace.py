"""Every figure, name and date of a finished script or storyboard traced to the ledger, or listed as untraced.

Independent of the writer: it takes the finished words and the ledger, never the module. Two rules hold everything up. A
run that carries a fact must read exactly as the ledger has it, and the ledger's own words must agree with its value. A run
that carries none may hold no figure and no name (`plainwords`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from vitalreel.briefs.fact import Fact, Ledger
from vitalreel.briefs.numerals import ordinal, read_number
from vitalreel.briefs.plainwords import strange_words
from vitalreel.briefs.script import Line, Run, Script, ScriptScene
from vitalreel.identity import Plain

UNSPOKEN = ("series", "rows", "flag")
"""Units whose facts are drawn as shapes or asked by cases; their words are no figures of their own."""
SAID_TOLERANCE = 0.05
"""Two significant figures are within 5% of the exact value (figures.py never rounds more coarsely)."""


@dataclass(frozen=True, slots=True)
class Untraced:
    where: str  # "scene usage_line, headline"
    what: str  # the text at fault
    why: str


@dataclass(frozen=True, slots=True)
class Trace:
    facts: tuple[str, ...]  # ledger names that are used, in order of first use
    untraced: tuple[Untraced, ...]  # empty: may be rendered


def trace(script: Script, ledger: Ledger | None = None) -> Trace:
    """All words of a script against its ledger (by default the brief's own)."""
    known = script.brief.facts if ledger is None else ledger
    runs = list(_runs(script))
    used = tuple(dict.fromkeys(run.fact for _, line in runs for run in line.runs if run.fact is not None))
    drawn = tuple(dict.fromkeys(f for scene in script.scenes for f in _drawn(scene.show)))
    wrong = [u for where, line in runs for u in check_line(line, known, where)]
    wrong += [Untraced("pictures", name, "is not in the ledger") for name in drawn if name not in known]
    wrong += [u for name in dict.fromkeys(used + drawn) if name in known for u in check_fact(known[name])]
    return Trace(tuple(dict.fromkeys(used + drawn)), tuple(wrong))


def _runs(script: Script) -> Iterator[tuple[str, Line]]:
    yield "title", script.title
    for scene in script.scenes:
        yield f"scene {scene.name}, headline", scene.headline
        for number, line in enumerate(scene.say, 1):
            yield f"scene {scene.name}, sentence {number}", line
        yield f"scene {scene.name}, source", scene.source
        for line in picture_lines(scene):
            yield f"scene {scene.name}, picture", line


def picture_lines(scene: ScriptScene) -> Iterator[Line]:
    """The texts of a scene's picture, as lines."""
    yield from texts_in(scene.show)


def texts_in(show: Mapping[str, Plain]) -> Iterator[Line]:
    """The texts of a picture that `fill_show` made, as lines."""
    for text in _texts(show):
        yield Line(tuple(Run(str(shown), str(shown), None if fact is None else str(fact)) for shown, fact in text))


def _texts(show: Plain | Mapping[str, Plain]) -> Iterator[list[list[Plain]]]:
    """The texts of a picture: what `pictures.fill_show` made. A bare string is text too, with no fact in it."""
    if isinstance(show, Mapping):
        if set(show) == {"text"}:
            yield show["text"]  # type: ignore[misc]  # the shape fill_show gives
        elif set(show) != {"fact"}:
            for value in show.values():
                yield from _texts(value)
    elif isinstance(show, list):
        for value in show:
            yield from _texts(value)
    elif isinstance(show, str):
        yield [[show, None]]


def _drawn(show: Plain | Mapping[str, Plain]) -> Iterator[str]:
    if isinstance(show, Mapping):
        if set(show) == {"fact"}:
            yield str(show["fact"])
        else:
            for value in show.values():
                yield from _drawn(value)
    elif isinstance(show, list):
        for value in show:
            yield from _drawn(value)


def check_line(line: Line, ledger: Ledger, where: str) -> Iterator[Untraced]:
    """What is untraced in one line, in its shown and its said form."""
    for number, run in enumerate(line.runs):
        around = (
            line.runs[number - 1] if number else None,
            line.runs[number + 1] if number + 1 < len(line.runs) else None,
        )
        if run.fact is None:
            before = "".join(r.shown for r in line.runs[:number])
            forms = (run.shown,) if run.shown == run.said else (run.shown, run.said)
            for form in forms:
                yield from _own_words(form, before, around, where)
        elif run.fact not in ledger:
            yield Untraced(where, run.shown, f"{run.fact} is not in the ledger")
        else:
            yield from _quoted(run, ledger[run.fact], number == 0, where)


def _own_words(text: str, before: str, around: tuple[Run | None, Run | None], where: str) -> Iterator[Untraced]:
    for what, why in strange_words(text, before):
        yield Untraced(where, what, why)
    earlier, later = around
    if earlier is not None and earlier.fact is not None and re.match(r"[^\W_]|-", text):
        yield Untraced(where, earlier.shown + text.split(" ")[0], "words grown onto a fact")
    if later is not None and later.fact is not None and re.search(r"[^\W_]$|[-+–]$", text):
        yield Untraced(where, text.rsplit(" ")[-1] + later.shown, "words grown onto a fact")


def _quoted(run: Run, fact: Fact, opens: bool, where: str) -> Iterator[Untraced]:
    said = {fact.said, fact.shown}
    if opens:
        said |= {fact.said[:1].upper() + fact.said[1:]}
    if run.shown != fact.shown:
        yield Untraced(where, run.shown, f"{fact.name} is shown as {fact.shown!r} in the ledger")
    if run.said not in said:
        yield Untraced(where, run.said, f"{fact.name} is said as {fact.said!r} in the ledger")


# Does the ledger agree with itself?


def check_fact(fact: Fact) -> Iterator[Untraced]:
    """Whether a fact's shown and said words agree with its value."""
    where = f"ledger, {fact.name}"
    kind = fact.unit.partition(":")[0]
    if kind in UNSPOKEN:
        return
    if kind == "name":
        agree = (fact.shown == fact.value, fact.said == fact.value)
    elif isinstance(fact.value, date):
        agree = (_shown_day(fact.shown, kind) == _as_kind(fact.value, kind), _says_day(fact.said, fact.value, kind))
    elif isinstance(fact.value, str):
        agree = (False, False)
    else:
        exact = abs(fact.value) * {"percent": 100, "money": 0.01, "price": 0.01}.get(kind, 1)
        agree = (_shows_number(fact.shown, exact, fact.value < 0, kind), _says_number(fact.said, exact, kind))
    if not agree[0]:
        yield Untraced(where, fact.shown, f"does not show the value {fact.value}")
    if not agree[1]:
        yield Untraced(where, fact.said, f"does not say the value {fact.value}")


def _shows_number(shown: str, exact: float, negative: bool, kind: str) -> bool:
    """Equal to the exact value at the number of decimals shown; a percentage may leave its sign to the words around it."""
    found = re.fullmatch(r"(−?)[^\d−]*?(\d{1,3}(?:,\d{3})*|\d+)(\.\d+)?(?:%| ?\D*)", shown)
    if not found:
        return False
    decimals = len(found[3] or ".") - 1
    number = float(found[2].replace(",", "") + (found[3] or ""))
    signed_right = bool(found[1]) == negative or (kind == "percent" and not found[1])
    return signed_right and abs(number - exact) <= 0.5 * 10**-decimals + 1e-9 * exact


def _says_number(said: str, exact: float, kind: str) -> bool:
    """Within the rounding of speech: whole numbers from ten upward, and whole percents; one decimal below."""
    words = re.sub(r"^(?:about|nearly|just over|minus) ", "", said).replace("about ", "")
    parts = words.split(" ")
    for length in range(len(parts), 0, -1):
        try:
            number = float(read_number(" ".join(parts[:length])))
        except ValueError:
            continue
        half = 0.5 if exact >= 10 or (kind == "percent" and exact >= 1) else 0.05
        return abs(number - exact) <= max(SAID_TOLERANCE * exact, half)
    return False


def _as_kind(day: date, kind: str) -> tuple[int, ...]:
    return (day.year, day.month) if kind == "month" else (day.year, day.month, day.day)


def _shown_day(shown: str, kind: str) -> tuple[int, ...] | None:
    text = shown.removeprefix("week of ")
    try:
        day = datetime.strptime(text, "%B %Y" if kind == "month" else "%d %B %Y").date()  # noqa: DTZ007  # a calendar day
    except ValueError:
        return None
    return _as_kind(day, kind)


def _says_day(said: str, day: date, kind: str) -> bool:
    if kind == "month":
        return f"{day:%B}" in said
    return f"the {ordinal(day.day)} of {day:%B}" in said


def untraced_in(items: Iterable[Untraced]) -> str:
    """For a message: the first three, and how many more."""
    found = list(items)
    listed = "; ".join(f"{u.where}: {u.what!r} {u.why}" for u in found[:3])
    return listed + (f"; and {len(found) - 3} more" if len(found) > 3 else "")
