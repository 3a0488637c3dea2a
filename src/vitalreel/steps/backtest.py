"""backtest: puts the plays to every day of a stretch of history, each with what was known at its end; writes nothing (T4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from vitalreel.errors import BadInput, NotFound
from vitalreel.identity import AccountId
from vitalreel.measurement.shares import miettinen_nurminen
from vitalreel.steps.asking import Asked, ask, before_values, named_by
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of, signals_of
from vitalreel.steps.plays import read_plays
from vitalreel.steps.snapshots import churns
from vitalreel.store.lake import LakeSession
from vitalreel.triggers.backtest import Fired, Followed, Overlap, by_week, followed, moved, overlap
from vitalreel.triggers.episode import Episode
from vitalreel.triggers.matrix import Play

FOLLOWED_DAYS = 90
Progress = Callable[[str, int, int], None]
_Kept = dict[str, dict[AccountId, Episode]]


@dataclass(frozen=True, slots=True)
class After:
    """What became of accounts within FOLLOWED_DAYS: of those the play opened for, from its first opening on, and of the others of its
    audience, from the middle of those openings on. gap: churned share of the first less that of the second, with its 95 %
    interval; None where either group is empty. It says whether the play finds accounts at risk, not what a film would change."""

    days: int
    fired: Followed
    others: Followed
    gap: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class Backtest:
    """start to until, half-open."""

    play: str
    start: date
    until: date
    audience: int  # accounts the play is for, on the last day
    fired: tuple[Fired, ...]
    per_week: tuple[tuple[date, int], ...]
    unknown: int  # answers, of an account on a day, that were unknown
    overlaps: tuple[Overlap, ...]  # of plays that opened near it, most first
    after: After

    @property
    def accounts(self) -> int:
        return len({f.account for f in self.fired})


def backtest(doors: Doors, name: str, start: date, until: date, known_to: date, progress: Progress) -> Backtest:
    """Put every play to each day from `start` to before `until`; what came of it is read as known on `known_to`.

    Raises NotFound for a play that is not there, BadInput for an empty stretch or days before the data.
    """
    if start >= until:
        raise BadInput("--from", f"{start} is not before {until}", "name an earlier day")
    days = [start + timedelta(days=n) for n in range((until - start).days)]
    names = [a.play.name for a in read_plays(doors, catalogue_of(doors))]
    if name not in names:
        raise NotFound("play", name, "the workspace has " + ", ".join(names))
    seen = replay(doors, days, progress)
    with doors.lake.session() as session:
        lost = churned_by(session, known_to)
    audience = seen.audience[name]
    own = [f for f in seen.fired if f.play == name]
    return Backtest(
        name, start, until, len(audience), tuple(own), by_week(own, start, until), seen.unknown[name],
        _overlaps(name, own, seen.fired, seen.asked), _after(own, audience, lost, start, until, known_to),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Replay:
    """Every play over the days it was put to."""

    asked: tuple[Asked, ...]
    fired: tuple[Fired, ...]
    audience: Mapping[str, frozenset[AccountId]]  # play -> accounts it is for, on the last day
    unknown: Mapping[str, int]  # play -> answers of an account on a day that were unknown
    since: date  # the first day
    until: date  # the last one
    reached: Mapping[Fired, date]  # the first of the days on which its success had moved as wanted, in its time


def replay(doors: Doors, days: Sequence[date], progress: Progress) -> Replay:
    """Put every play to each of the days, in order, by the rules of episodes alone; each with what was known at its end."""
    catalogue = catalogue_of(doors)
    asked = read_plays(doors, catalogue)
    episodes: _Kept = {a.play.name: {} for a in asked}
    fired, unknown, reached = list[Fired](), Counter[str](), dict[Fired, date]()
    audience: dict[str, frozenset[AccountId]] = {}
    with doors.lake.session() as session:
        for n, day in enumerate(days):
            signals = signals_of(doors, session, catalogue, day, named_by(asked, {}))
            standing = [e for kept in episodes.values() for e in kept.values()]
            answers = ask(asked, signals, standing, {})
            opened: list[Fired] = []
            for a in asked:
                name = a.play.name
                meant, said, kept = _audience(a.play, session), answers[name], episodes[name]
                for account, x in said.items():
                    if x.success and (e := kept.get(account)) is not None and e.opened_on is not None:
                        reached.setdefault(Fired(name, account, e.opened_on), day)
                episodes[name], new = moved(a.play, kept, said, meant, day, first=n == 0)
                opened += new
                audience[name] = meant
                unknown[name] += sum(x.when is None for account, x in said.items() if account in meant)
            _remember_before(episodes, before_values(asked, signals, {f.account for f in opened}), opened)
            fired += opened
            progress("days", n + 1, len(days))
    return Replay(asked, tuple(fired), audience, unknown, days[0], days[-1], reached)


def churned_by(session: LakeSession, known_to: date) -> dict[AccountId, list[date]]:
    """Account -> days of its churns, as known on a day."""
    return {AccountId(a): [date.fromordinal(d) for d in ends] for a, ends in churns(session, known_to).items()}


def _audience(play: Play, session: LakeSession) -> frozenset[AccountId]:
    rows = session.rows("account").select(["account_id", "segment", "tier"]).to_pylist()
    return frozenset(
        AccountId(r["account_id"])
        for r in rows
        if (not play.segments or (r["segment"] or "long_tail") in play.segments)
        and (not play.tiers or r["tier"] in play.tiers)
    )


def _remember_before(
    episodes: _Kept, before: Mapping[tuple[AccountId, str], Mapping[str, float]], opened: Sequence[Fired]
) -> None:
    """What conditions compared with when they opened belongs to the episode: `closes_when` may ask for it."""
    for f in opened:
        kept = episodes[f.play][f.account]
        values = {**(kept.opening or {}), **before.get((f.account, f.play), {})}
        episodes[f.play][f.account] = replace(kept, opening=values)


def _overlaps(name: str, own: Sequence[Fired], fired: Sequence[Fired], asked: Sequence[Asked]) -> tuple[Overlap, ...]:
    others = [a.play.name for a in asked if a.play.name != name]
    found = [overlap(own, [f for f in fired if f.play == other], other) for other in others]
    return tuple(sorted((o for o in found if o.shared), key=lambda o: (-o.shared, o.play)))


def _after(
    own: Sequence[Fired], audience: frozenset[AccountId], lost: Mapping[AccountId, Sequence[date]], start: date, until: date,
    known_to: date,
) -> After:  # fmt: skip
    first: dict[AccountId, date] = {}
    for f in own:
        first.setdefault(f.account, f.day)
    middle = sorted(first.values())[len(first) // 2] if first else start + (until - start) // 2
    theirs = followed(first, lost, known_to, FOLLOWED_DAYS)
    rest = followed(dict.fromkeys(audience - first.keys(), middle), lost, known_to, FOLLOWED_DAYS)
    gap = None
    if theirs.accounts and rest.accounts:
        gap = miettinen_nurminen((theirs.churned, rest.churned), (theirs.accounts, rest.accounts))
    return After(FOLLOWED_DAYS, theirs, rest, gap)
