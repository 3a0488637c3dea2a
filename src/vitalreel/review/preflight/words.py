"""Checks of what the film claims: traced, fresh, well worded, names as their owners write them, the voice disclosed."""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Iterator
from datetime import timedelta
from difflib import SequenceMatcher

from vitalreel.review.preflight.film import Film, Found, Limits

NEARLY = 0.8
"""From this likeness on, a text that is not a name is that name misspelt."""
SHORTEST_NAME = 5
"""Shorter names are too near to other words to tell a slip from a word."""
LONG_NAME = 8
"""A slip in a shorter name keeps its first letter: "Scale" is no slip of Caleb's name."""


def traced(film: Film, limits: Limits) -> Iterator[Found]:
    """Script and storyboard hold nothing that is not in the ledger."""
    yield Found(not film.untraced, f"{len(film.untraced)} untraced", "; ".join(film.untraced[:3]))


def editorial(film: Film, limits: Limits) -> Iterator[Found]:
    """The script that was filmed, edited or not."""
    yield Found(not film.editorial, f"{len(film.editorial)} findings", "; ".join(film.editorial[:3]))


def fresh(film: Film, limits: Limits) -> Iterator[Found]:
    """No fact older than it may be: the oldest."""
    stale = [
        f
        for f in film.ledger.values()
        if f.fresh_days is not None and f.as_of + timedelta(days=f.fresh_days) < film.today
    ]
    worst = min(stale, key=lambda f: f.as_of, default=None)
    where = f"{worst.name} is of {worst.as_of}, may be quoted {worst.fresh_days} days" if worst else ""
    yield Found(worst is None, f"{len(stale)} stale", where)


def feeds(film: Film, limits: Limits) -> Iterator[Found]:
    """No feed that stopped."""
    dead = sorted(feed for feed, fresh in film.feeds.items() if not fresh)
    yield Found(not dead, f"{len(dead)} stale", ", ".join(dead))


def disclosed(film: Film, limits: Limits) -> Iterator[Found]:
    """Wherever a film with a synthetic voice is told in words."""
    silent = sorted(name for name, said in film.disclosed.items() if not said)
    yield Found(not silent and bool(film.disclosed), f"{len(silent)} documents without it", ", ".join(silent))


def names(film: Film, limits: Limits) -> Iterator[Found]:
    """Every name drawn is the source's, letter for letter; the first that is nearly one of them."""
    known = {str(f.value): f.name for f in film.ledger.values() if f.unit == "name" and _personal(f.name)}
    wrong = [f for f in film.ledger.values() if f.unit == "name" and f.shown != f.value]
    if wrong:
        yield Found(False, repr(wrong[0].shown), f"{wrong[0].name} is {wrong[0].value!r} in the source")
        return
    exempt = {word for f in film.ledger.values() if f.unit == "name" for word in _words(f.shown)} | {*month_name}
    for scene in film.scenes:
        for text in scene.texts:
            for name, fact in known.items():
                if (slip := _nearly(name, text.text, exempt)) is not None:
                    at_s = film.starts[scene.name] + text.from_s
                    yield Found(False, repr(slip), f"{scene.name}: {fact} is {name!r} in the source", at_s)
                    return
    yield Found(True, f"{len(known)} names")


def _personal(fact: str) -> bool:
    """Of the customer and of people; a feature's name is a word of the language and may stand in other forms."""
    return fact.partition(".")[0] in ("account", "contact", "csm", "vendor")


def _nearly(name: str, text: str, exempt: set[str]) -> str | None:
    """The words of `text` that look most like `name` and are not; where it stands as it should be, its neighbours are left in peace."""
    wanted, words = _words(name), _words(text)
    if len(" ".join(wanted)) < SHORTEST_NAME:
        return None
    starts = range(len(words) - len(wanted) + 1)
    right = [at for at in starts if words[at : at + len(wanted)] == wanted]
    slips = (
        words[at : at + len(wanted)]
        for at in starts
        if words[at][0].isupper() and all(abs(at - there) >= len(wanted) for there in right)
    )
    alike = [(_likeness(" ".join(s), " ".join(wanted)), " ".join(s)) for s in slips if not exempt.issuperset(s)]
    likeness, said = max(alike, default=(0.0, ""))
    return said if likeness >= NEARLY else None


def _likeness(said: str, name: str) -> float:
    """0 to 1, without regard to case."""
    ours, theirs = said.casefold(), name.casefold()
    if len(name) < LONG_NAME and ours[0] != theirs[0]:
        return 0.0
    return SequenceMatcher(None, ours, theirs).ratio()


def _words(text: str) -> list[str]:
    """Words without what sentences hang on them: 'Halden Health’s,' is 'Halden', 'Health'."""
    return [w for raw in text.split() if (w := re.sub(r"^\W+|(?:['’]s)?\W*$", "", raw))]
