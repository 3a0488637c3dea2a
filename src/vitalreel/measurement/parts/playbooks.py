"""What people did by which playbook, measured as films are: by the arms of the play that asked; what to try next for whom (M14)."""

# ruff: noqa: E501 (sentences of a document are easier to read whole)
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from vitalreel.measurement.parts.part import Answer, Part, Row, counted, refused, share
from vitalreel.measurement.ranking import Ranked, Ranking
from vitalreel.measurement.report.finding import points

TITLE = "Playbooks, and what to try next"
METHOD = (
    "One row a task that a play asked of a person in the quarter. What a playbook changed is what the play it belongs to changed, by the arms "
    "drawn when the play opened: who did the task and who did not is never compared. A play that holds nobody out has no figure, its playbook "
    "neither. To try next: of the plays whose effect is claimed once all were looked at, inside a segment where enough accounts are, the one with "
    "most to expect; where none is claimed, none is recommended."
)
_HEAD = ("Account", "Playbook", "Play", "Asked", "Due", "State", "Came of it")


@dataclass(frozen=True, slots=True)
class Asked:
    """One task."""

    account: str
    playbook: str
    play: str
    on: date
    due: date
    done: bool
    outcome: str = ""  # what its owner said came of it


@dataclass(frozen=True, slots=True)
class Advice:
    """What to try next for accounts of a segment, or why nothing is recommended."""

    segment: str  # "" for all
    play: str | None
    why: str


def playbooks(asked: Sequence[Asked], answers: Mapping[str, Answer], advice: Sequence[Advice], today: date) -> Part:
    """answers: play -> what it changed, over all accounts so far."""
    rows = tuple(_row(a, today) for a in sorted(asked, key=lambda a: (a.playbook, a.account, a.on)))
    names = sorted({a.playbook for a in asked})
    figures = [counted("asked", "Tasks asked of people", rows), share("done", "of those due are done", rows, "due")]
    for name in names:
        figures.append(counted(f"asked-{name}", f"{_words(name)}: asked", rows))
        figures.append(share(f"done-{name}", f"{_words(name)}: of those due, done", rows, f"due-{name}"))
    told = tuple(
        (f"{_words(name).capitalize()}, as part of {', '.join(_words(p) for p in plays)}", answers[play])
        for name in names
        for plays in (sorted({a.play for a in asked if a.playbook == name}),)
        for play in plays[:1]
        if play in answers
    )
    return Part("playbooks", TITLE, _said(asked, advice), tuple(figures), METHOD, _HEAD, rows, told)


def recommend(everywhere: Ranking | None, inside: Mapping[str, Ranking]) -> tuple[Advice, ...]:
    """For each segment the play with most to expect of those claimed in it, else of those claimed over all accounts.

    everywhere: plays over all accounts; inside: the same of each segment's accounts. The plays' goals differ, so what is compared is
    the share of accounts that reach their play's own goal.
    """
    over_all = _best(everywhere)
    found = []
    for segment, ranking in sorted(inside.items()):
        own = _best(ranking)
        if own is not None:
            found.append(Advice(segment, own.name, f"{points(own.value)} points to expect in this segment"))
        elif over_all is not None:
            why = (
                f"{points(over_all.value)} points to expect over all accounts; in this segment alone no play is claimed"
            )
            found.append(Advice(segment, over_all.name, why))
        else:
            found.append(Advice(segment, None, "no play's effect is claimed, here or over all accounts"))
    return tuple(found)


def _best(ranking: Ranking | None) -> Ranked | None:
    """Of the plays claimed to move their goal for the better, the one with most to expect."""
    good = [r for r in ranking.judged if r.claimed and r.value > 0] if ranking else []
    return max(good, key=lambda r: (r.value, r.name), default=None)


def _row(a: Asked, today: date) -> Row:
    due = a.due <= today
    counts = ["asked", f"asked-{a.playbook}", *(["due", f"due-{a.playbook}"] if due else [])]
    counts += ["done", f"done-{a.playbook}"] if due and a.done else []
    cells = (_words(a.playbook), _words(a.play), str(a.on), str(a.due), "done" if a.done else "open", _words(a.outcome))
    return Row(a.account, cells, tuple(counts))


def _words(name: str) -> str:
    return name.replace("_", " ")


def _said(asked: Sequence[Asked], advice: Sequence[Advice]) -> str:
    if not asked:
        return refused("no play asked anything of a person in the quarter", "a quarter in which one does")
    good = [a for a in advice if a.play]
    tried = "; ".join(f"for {_words(a.segment)} {_words(a.play or '')} ({a.why})" for a in good)
    done = sum(a.done for a in asked)
    next_one = (
        f"To try next: {tried}." if good else "No play is recommended before another: none of their effects is claimed."
    )
    return f"{len(asked)} tasks were asked of people, {done} of them done. {next_one}"
