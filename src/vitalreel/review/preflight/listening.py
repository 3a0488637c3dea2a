"""Checks by recognition: what a listener hears is what was to be said, above all the numbers, and when it was to be said."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from vitalreel.review.preflight.film import Film, Found, Limits, LineSeen
from vitalreel.sound.heard import Hearing, lost_words, missing, named
from vitalreel.storyboard.storyboard import Spoken


def _heard(film: Film) -> list[tuple[Spoken, Hearing]]:
    pairs: list[tuple[Spoken, LineSeen]] = list(zip(film.board.narration, film.lines, strict=True))
    return [(said, seen.heard) for said, seen in pairs if seen.heard is not None]


def _deaf(film: Film) -> Found:
    return Found(True, f"not listened to: {film.deaf}", warns=True)


def numbers(film: Film, limits: Limits) -> Iterator[Found]:
    """Each sentence with a number that neither hearing has; or one answer for all."""
    if film.deaf:
        yield _deaf(film)
        return
    heard = _heard(film)
    bad = [(said, h, lost) for said, h in heard if (lost := numbers_lost(said.said, h))]
    for said, h, lost in bad:
        what = ", ".join(f"{n:f}" for n in lost)
        yield Found(False, f"{what} not heard", f"said {said.said!r}, heard {h.text!r}", said.start_s)
    if not bad:
        yield Found(True, f"0 lost in {len(heard)} sentences")


def numbers_lost(said: str, heard: Hearing) -> tuple[Decimal, ...]:
    """Numbers that were in neither hearing of a sentence."""
    lost = missing(said, heard.text)
    return tuple(n for n in lost if n in missing(said, heard.again)) if heard.again else lost


def words(film: Film, limits: Limits) -> Iterator[Found]:
    """The share of words lost over the film, names left out; the place is the sentence that lost most."""
    if film.deaf:
        yield _deaf(film)
        return
    counts = [(*lost_words(said.said, h.text, _names(film, said)), said) for said, h in _heard(film)]
    lost, of = sum(c[0] for c in counts), sum(c[1] for c in counts)
    share = lost / max(of, 1)
    worst = max(counts, key=lambda c: c[0] / max(c[1], 1), default=None)
    where, at_s = (repr(worst[2].shown[:60]), worst[2].start_s) if worst and worst[0] else ("", None)
    yield Found(share <= limits.lost_words, f"{100 * share:.1f}% lost", where, at_s)


def when(film: Film, limits: Limits) -> Iterator[Found]:
    """The sentence whose words are heard furthest from the times its captions are lit by."""
    if film.deaf:
        yield _deaf(film)
        return
    timed = [(h.late_s, said) for said, h in _heard(film) if h.late_s is not None]
    late, said = max(timed, key=lambda pair: abs(pair[0]), default=(0.0, None))
    where, at_s = (repr(said.shown[:60]), said.start_s) if said else ("", None)
    yield Found(abs(late) <= limits.heard_sync_s, f"{late:+.2f} s", where, at_s)


def names(film: Film, limits: Limits) -> Iterator[Found]:
    """Names the recogniser did not make out. It knows few names, so this only warns."""
    if film.deaf:
        yield _deaf(film)
        return
    lost = [(name, said) for said, h in _heard(film) for name in _names(film, said) if not named(name, h.text)]
    listed = ", ".join(dict.fromkeys(name for name, _ in lost))
    yield Found(True, f"{len(lost)} not made out", listed, lost[0][1].start_s if lost else None, warns=bool(lost))


def _names(film: Film, said: Spoken) -> list[str]:
    """The names in a sentence as they are said."""
    facts = (film.ledger[name] for name in dict.fromkeys(said.facts) if name in film.ledger)
    return [f.said for f in facts if f.unit == "name"]
