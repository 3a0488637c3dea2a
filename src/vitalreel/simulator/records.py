"""What people write down about an account: goals and their readings, value results, statements, quotes for the next term.

Only accounts with a customer-success manager have them, as in life. Everything is drawn by name; the words are invented,
their dates and counts are those of the simulated year.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from vitalreel.simulator.draws import gauss, uniform
from vitalreel.simulator.founding import Founding
from vitalreel.simulator.people import CSMS
from vitalreel.simulator.plan import INDUSTRIES, SEGMENTS, Plan
from vitalreel.simulator.trail import account_id

QUOTE_AHEAD_DAYS = 120
"""A quote is written so long before the renewal."""
YEAR = 365
LEAST_HISTORY_DAYS = 120


@dataclass(frozen=True, slots=True)
class Aim:
    """A kind of goal customers of this product set."""

    phrase: str  # an infinitive, as it is said
    short: str  # as it is shown
    metric: str
    unit: str  # percent (0.95 is 95%) or count
    start: tuple[float, float]  # where it begins, lowest and highest
    target: float  # of the start, where `share` is given; else the value itself
    share: bool = False


AIMS = (
    Aim("to fill ninety-five in a hundred open shifts within two days", "Fill 95% of open shifts in two days",
        "open shifts filled within two days", "percent", (0.62, 0.84), 0.95),
    Aim("to bring overtime under six per cent of hours", "Overtime under 6% of hours",
        "overtime as a share of hours", "percent", (0.085, 0.13), 0.06),
    Aim("to publish nine rotas in ten two weeks ahead", "Publish 90% of rotas two weeks ahead",
        "rotas published two weeks ahead", "percent", (0.35, 0.66), 0.90),
    Aim("to halve the calls to agencies", "Halve the calls to agencies", "calls to agencies a month", "count", (60, 420), 0.5, True),
    Aim("to have eighty-five per cent of swaps settled without a manager", "Settle 85% of swaps without a manager",
        "swaps settled without a manager", "percent", (0.3, 0.6), 0.85),
)  # fmt: skip

PLACES = {
    "logistics": "depot", "finance": "branch", "health": "ward", "manufacturing": "line", "education": "site",
    "public": "office", "retail": "store", "hospitality": "hotel",
}  # fmt: skip
QUESTIONS = (
    "Are your people less tired", "Do fewer people leave because of their rota", "Is the weekend shared out more fairly",
    "Do managers trust the rota more than they did",
)  # fmt: skip
OTHER_CHANGES = (
    "you hired, and agency rates moved", "opening hours changed", "two teams were merged", "demand was lower in the spring",
    "a new pay agreement began",
)  # fmt: skip
PRIORITIES = (
    "one rota for all teams", "leave requests by telephone", "fewer changes in the last two days",
    "new starters on the rota in their first week", "rest rules that hold on public holidays", "a report that the board can read",
)  # fmt: skip


def tables(
    plan: Plan, who: Founding, start: date, contracts: pa.Table, tickets: pa.Table, known: np.ndarray
) -> dict[str, pa.Table]:
    """goals, goal_readings, value_results, statements and quotes of the accounts that have somebody to write them.

    contracts, tickets: as the company's systems hand them over; `known`: accounts that exist on the last day.
    """
    writer = _Writer(plan, who, start, contracts, tickets)
    rows: dict[str, list[dict[str, str]]] = {
        name: [] for name in ("goals", "goal_readings", "value_results", "statements", "quotes")
    }
    for i in np.flatnonzero(known):
        if SEGMENTS[who.segment[i]] != "long_tail":
            for name, row in writer.account(int(i)):
                rows[name].append(row)
    return {name: pa.Table.from_pylist(found) for name, found in rows.items() if found}


class _Writer:
    def __init__(self, plan: Plan, who: Founding, start: date, contracts: pa.Table, tickets: pa.Table) -> None:
        self.plan, self.who, self.start = plan, who, start
        self.terms: dict[str, list[dict[str, str]]] = {}
        for row in contracts.to_pylist():
            self.terms.setdefault(row["account_id"], []).append(row)
        self.tickets: dict[str, list[dict[str, object]]] = {}
        columns = ("account_id", "opened", "first_response_minutes")
        for row in tickets.select(columns).to_pylist() if tickets.num_rows else ():
            self.tickets.setdefault(str(row["account_id"]), []).append(row)

    def account(self, i: int) -> Iterator[tuple[str, dict[str, str]]]:
        term = self._term(i)
        if term is None:
            return
        began = max(date.fromisoformat(term["start"]), self.plan.end - timedelta(days=YEAR))
        yield from self._goals(i, began)
        if (self.plan.end - began).days < LEAST_HISTORY_DAYS:
            return
        yield from self._values(i, began)
        yield from self._statements(i, began)
        yield from self._quote(i, term)

    def _term(self, i: int) -> dict[str, str] | None:
        """The contract term in force on the last day."""
        live = [t for t in self.terms.get(account_id(i), ()) if t["start"] <= self.plan.end.isoformat() < t["end"]]
        return live[-1] if live else None

    def _u(self, stream: str, i: int, k: int = 0) -> float:
        return float(uniform(self.plan.seed, f"records/{stream}", [i], k)[0])

    # -- goals --------------------------------------------------------------------------------------------------------

    def _goals(self, i: int, began: date) -> Iterator[tuple[str, dict[str, str]]]:
        first = int(self._u("aim", i) * len(AIMS))
        for rank in range(2 if self.who.segment[i] == SEGMENTS.index("enterprise") else 1):
            yield from self._goal(i, rank, AIMS[(first + 2 * rank) % len(AIMS)], began)

    def _goal(self, i: int, rank: int, aim: Aim, began: date) -> Iterator[tuple[str, dict[str, str]]]:
        low, high = aim.start
        digits = 0 if aim.unit == "count" else 3
        begin = round(low + (high - low) * self._u("goal_start", i, rank), digits)
        target = round(begin * aim.target, digits) if aim.share else aim.target
        goal = f"goal-{i:06d}-{rank + 1}"
        yield "goals", {
            "goal_id": goal, "account_id": account_id(i), "rank": str(rank + 1), "phrase": aim.phrase, "short": aim.short,
            "metric": aim.metric, "unit": aim.unit, "by": (began + timedelta(days=300)).isoformat(), "set_on": began.isoformat(),
            "start": f"{begin:g}", "target": f"{target:g}", "owner": CSMS[i % len(CSMS)][1],
        }  # fmt: skip
        reach = (
            1.0 + 0.35 * float(self.who.health[i]) + 0.25 * float(gauss(self.plan.seed, "records/reach", [i], rank)[0])
        )
        months = max(1, (self.plan.end - began).days // 28)
        for month in range(1, months + 1):
            day = began + timedelta(days=28 * month - 1)
            way = reach * (1 - np.exp(-month / 4)) + 0.03 * float(
                gauss(self.plan.seed, "records/reading", [i], 100 * rank + month)[0]
            )
            value = begin + (target - begin) * way
            if aim.unit == "percent":
                value = min(0.995, max(0.01, value))
            reading = {"goal_id": goal, "account_id": account_id(i), "day": day.isoformat()}
            yield "goal_readings", reading | {"value": f"{max(0.0, value):.{digits}f}"}

    # -- value --------------------------------------------------------------------------------------------------------

    def _values(self, i: int, began: date) -> Iterator[tuple[str, dict[str, str]]]:
        """Spend on agencies and managers' hours, the same months of two years, where somebody kept them."""
        to, owner = self.plan.end.isoformat(), CSMS[i % len(CSMS)][1]
        common = {
            "account_id": account_id(i),
            "begins": began.isoformat(),
            "ends": to,
            "owner": owner,
            "confirmed_on": to,
        }
        scale = float(self.who.seats[i]) * (0.7 + 0.6 * self._u("scale", i))
        saved = 0.13 + 0.10 * float(self.who.health[i]) + 0.08 * float(gauss(self.plan.seed, "records/saved", [i])[0])
        if self._u("keeps_invoices", i) < 0.75:
            before = round(1450 * scale, -1)
            yield "value_results", common | {
                "name": "agency_spend", "kind": "money", "before": f"{before:.0f}", "after": f"{round(before * (1 - saved), -1):.0f}",
                "currency": "USD", "basis": "your own agency invoices",
            }  # fmt: skip
        if self._u("time_study", i) < 0.6:
            hours = round(5.2 * scale)
            yield "value_results", common | {
                "name": "manager_hours", "kind": "hours", "before": str(hours), "after": str(round(hours * (1 - 1.4 * saved))),
                "currency": "", "basis": "a time study by your managers",
            }  # fmt: skip

    # -- statements ---------------------------------------------------------------------------------------------------

    def _statements(self, i: int, began: date) -> Iterator[tuple[str, dict[str, str]]]:
        written = dict(self._moments(i, began)) | dict(self._hard(i, began)) | dict(self._outlook(i))
        for topic, (text, day) in written.items():
            yield "statements", {
                "account_id": account_id(i), "topic": topic, "text": text, "day": day.isoformat(),
                "owner": CSMS[i % len(CSMS)][1], "confirmed_on": max(day, self.plan.end - timedelta(days=12)).isoformat(),
            }  # fmt: skip

    def _moments(self, i: int, began: date) -> Iterator[tuple[str, tuple[str, date]]]:
        span, place = (self.plan.end - began).days, PLACES[INDUSTRIES[self.who.industry[i]]]
        days = [
            began + timedelta(days=int(span * (share + 0.06 * self._u("moment", i, k))))
            for k, share in enumerate((0.08, 0.38, 0.72))
        ]
        swaps = 40 + int(self.who.seats[i] * (0.2 + 0.5 * self._u("swaps", i)))
        changes = 5 + int(8 * self._u("changes", i))
        kept = max(2, int(changes * (0.5 + 0.45 * self._u("kept", i))))
        places = 3 + int(5 * self._u("places", i))
        said = [_day(day) for day in days]
        yield (
            "moment_1",
            (f"On {said[0]} the first {place} went over to it, with a paper rota kept beside it in case", days[0]),
        )
        yield "moment_1_short", (f"First {place} goes over", days[0])
        yield (
            "moment_1_after",
            (f"They sent us {changes} changes in the first month, and {kept} of those are in use today", days[0]),
        )
        yield (
            "moment_2",
            (
                f"On {said[1]} you opened shift swaps to everyone. In the first month people made {swaps} swaps without a telephone call",
                days[1],
            ),
        )
        yield "moment_2_short", ("Swaps open to everyone", days[1])
        if self._u("advice", i) < 0.5:
            yield "moment_2_advice", ("That was your decision, and not our advice; we had advised you to wait", days[1])
        yield (
            "moment_3",
            (f"On {said[2]} the last {place} joined, and all {places} were on one rota for the first time", days[2]),
        )
        yield "moment_3_short", (f"All {places} on one rota", days[2])

    def _hard(self, i: int, began: date) -> Iterator[tuple[str, tuple[str, date]]]:
        """The month with the most tickets, where it stands out; its counts are the support desk's."""
        months: dict[str, list[float]] = {}
        for row in self.tickets.get(account_id(i), ()):
            opened = str(row["opened"])[:10]
            if opened >= began.isoformat():
                months.setdefault(opened[:7], []).append(float(str(row["first_response_minutes"])))
        if not months:
            return
        worst = max(months, key=lambda m: (len(months[m]), m))
        count, mean = len(months[worst]), sum(map(len, months.values())) / max(1, len(months))
        late = sum(minutes > 60 for minutes in months[worst])
        if count < 6 or count < 1.5 * mean or late < 2:
            return
        first = date.fromisoformat(f"{worst}-01")
        mended = min(self.plan.end - timedelta(days=1), first + timedelta(days=33))
        name = f"{first:%B}"
        yield (
            "hard",
            (
                f"In {name} our payroll export failed, twice. {late} of your {count} requests that month waited more than an hour",
                first,
            ),
        )
        yield "hard_short", (f"{name}: payroll export fails", first)
        yield "hard_after", (f"It was repaired on {_day(mended)}, and has not come back", mended)
        if self._u("confirmed_cost", i) < 0.6:
            yield "hard_cost", ("some of your people were paid late", first)

    def _outlook(self, i: int) -> Iterator[tuple[str, tuple[str, date]]]:
        told = self.plan.end - timedelta(days=20 + int(40 * self._u("told", i)))
        first = int(self._u("priority", i) * len(PRIORITIES))
        if self._u("priorities_known", i) < 0.7:
            yield "priorities", (f"{PRIORITIES[first]}, and {PRIORITIES[(first + 2) % len(PRIORITIES)]}", told)
        yield "unmeasured", (QUESTIONS[int(self._u("question", i) * len(QUESTIONS))], told)
        yield "other_changes", (OTHER_CHANGES[int(self._u("other", i) * len(OTHER_CHANGES))], told)
        csm = CSMS[i % len(CSMS)][1].split()[0]
        yield "promise_1", (f"From January {csm} is with your teams one day a month, until the first goal holds", told)
        yield "promise_1_short", ("One day a month with your teams", told)
        yield (
            "promise_2",
            (
                "The payroll export is tested every night, and by the end of February you see the result of that test yourselves",
                told,
            ),
        )
        yield "promise_2_short", ("Payroll export tested nightly", told)

    # -- the next term ------------------------------------------------------------------------------------------------

    def _quote(self, i: int, term: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
        renewal, seats = date.fromisoformat(term["end"]), int(term["seats"])
        if not 0 < (renewal - self.plan.end).days <= QUOTE_AHEAD_DAYS or seats < 2:
            return
        grow = (0, 0, round(seats * 0.06))[int(self._u("grow", i) * 3)]
        price = round(float(term["arr"]) / 12 / seats, 2)
        rise = round(float(self.who.rise[i]), 2) if self._u("rises", i) < 0.5 else 0.0
        next_price = round(price * (1 + rise), 2)
        issued = self.plan.end - timedelta(days=6)
        yield "quotes", {
            "quote_id": f"quo-{i:06d}", "account_id": account_id(i), "issued": issued.isoformat(),
            "valid_until": min(renewal, self.plan.end + timedelta(days=60)).isoformat(), "seats": str(seats + grow),
            "seat_price": f"{next_price:.2f}", "seat_price_before": f"{price:.2f}",
            "total": f"{next_price * 12 * (seats + grow):.2f}", "currency": term["currency"], "term_months": "12", "approved": "true",
        }  # fmt: skip
        why = "It follows the price list of the first of October, which is in your portal"
        if not rise:
            why = "It is held, as the agreement says, for the whole of the next term"
        yield "statements", self._statement(i, "price_why", why, issued)
        if grow:
            place = PLACES[INDUSTRIES[self.who.industry[i]]]
            yield (
                "statements",
                self._statement(i, "seats_why", f"the {grow} more are for the {place} that opens in March", issued),
            )

    def _statement(self, i: int, topic: str, text: str, day: date) -> dict[str, str]:
        return {"account_id": account_id(i), "topic": topic, "text": text, "day": day.isoformat(),
                "owner": "Finance", "confirmed_on": day.isoformat()}  # fmt: skip


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"


def wanted(goals: pa.Table) -> dict[str, str]:
    """account -> its first goal, as it is said: what the CRM's free text repeats."""
    rows: Sequence[dict[str, str]] = goals.to_pylist() if goals.num_rows else []
    return {row["account_id"]: row["phrase"] for row in rows if row["rank"] == "1"}
