"""Random accounts and random conditions, drawn from one `random.Random` so that a failure can be shrunk and repeated."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict

from tests.conditions.beside import Row, Rows
from vitalreel.signals.catalogue import NUMERIC, Catalogue, Signal

VALUES: dict[str, list[float]] = {
    "usage.active_users": list(range(12)), "usage.minutes": [0, 7.5, 10, 30, 60.25], "usage.depth": [0, 0.1, 0.25, 0.3, 0.5, 1],
    "contract.seats": [0, 5, 10, 20], "contract.arr": [0, 5000, 12000.5, 50000], "health.score": [0, 39, 39.5, 40, 60, 100],
    "churn.probability": [0, 0.05, 0.3, 0.5, 1], "expansion.score": [0, 50, 70], "tier": [1, 2, 3, 4],
    "nps": [-100, -10, 0, 9, 10, 50], "support.sentiment": [-1, -0.5, 0, 0.3, 1], "tickets.severe": list(range(6)),
    "invoice.days_overdue": [0, 15, 30],
}  # fmt: skip
LAGS = [0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 13, 14, 28, 29, 30, 31, 44, 45, 60, 90, 91, 92, 120, -1, -2]


class Company:
    """Random tables around a day: gaps, corrections known late, withdrawn values, rows from the future, missing people."""

    def __init__(self, r: random.Random, catalogue: Catalogue, day: int, accounts: int = 10) -> None:
        self.r, self.catalogue, self.day = r, catalogue, day
        self.rows: Rows = defaultdict(list)
        for i in range(accounts):
            self._account(f"a{i:02}")
        for feed in catalogue.feeds:
            last = r.choice([0, 0, 0, 1, 2, 3, 7, 8])
            self.rows["feeds"] += [{"feed": feed, "day": d} for d in range(day - 40, day - last + 1)]
        for table, key in (("facts", "day"), ("contacts", ""), ("features", ""), ("milestones", "")):
            self.rows[table] = self._one_version_a_day(self.rows[table], key)

    def near(self) -> int:
        return self.day - self.r.choice(LAGS)

    def late(self, day: int) -> int:
        return day + self.r.choice([0, 0, 0, 0, 1, 2, 10])

    def _account(self, a: str) -> None:
        r = self.r
        self.rows["accounts"].append(
            {"account_id": a, "since": self.day - r.choice([-1, 0, 1, 6, 7, 29, 30, 44, 45, 400])}
        )
        for spec in self.catalogue.signals.values():
            if spec.grain == "account" and not spec.look_ahead and spec.type not in ("event", "milestone"):
                for day in self._days(spec):
                    for _ in range(r.choice([1, 1, 1, 1, 1, 2])):
                        held = {"signal": spec.name, "day": day, **self._value(spec), "known_on": self.late(day)}
                        self.rows["facts"].append({"account_id": a, **held})
        self._people(a)
        for milestone in self.catalogue.signals["onboarding.milestone"].args:
            for _ in range(r.choice([0, 1, 1, 2])):
                due, done = r.choice([None, float(self.near())]), r.choice([None, None, float(self.near())])
                when = {"milestone": milestone, "due": due, "done": done, "known_on": self.near()}
                self.rows["milestones"].append({"account_id": a, **when})

    def _days(self, spec: Signal) -> list[int]:
        if spec.fresh is None or self.r.random() < 0.4:
            return [self.near() for _ in range(self.r.choice([0, 1, 1, 2, 5, 12]))]
        recent = [d for d in range(self.day - 35, self.day + 2) if self.r.random() < 0.8]
        return recent + [d for d in range(self.day - 95, self.day - 86) if self.r.random() < 0.7]

    def _value(self, spec: Signal) -> Row:
        r = self.r
        if r.random() < 0.03:
            return {"num": None, "word": None}  # withdrawn
        if spec.type == "date":
            return {"num": float(self.day + r.choice([-60, -1, 0, 1, 59, 60, 61, 90, 91])), "word": None}
        if spec.type in NUMERIC:
            return {"num": float(r.choice(VALUES[spec.name])), "word": None}
        if spec.type == "text":
            return {"num": None, "word": f"p-{r.randrange(3)}"}
        if spec.type == "set":
            return {"num": None, "word": "|".join(r.sample(spec.values, r.randint(1, 3)))}
        return {"num": None, "word": r.choice(spec.values or ("true", "false"))}

    def _people(self, a: str) -> None:
        r = self.r
        for c in range(r.randrange(4)):
            for _ in range(r.choice([1, 1, 2])):
                role = r.choice([None, "sponsor", "sponsor", "admin", "user", "champion"])
                who = {
                    "contact": f"{a}-{c}",
                    "role": role,
                    "seniority": r.choice([None, "executive", "manager", "staff"]),
                }
                seen = {
                    "active": r.choice([None, True, True, True, False]),
                    "last_seen": r.choice([None, float(self.near())]),
                }
                self.rows["contacts"].append({"account_id": a, **who, **seen, "known_on": self.near()})
        events = [s for s in self.catalogue.signals.values() if s.type == "event"]
        for _ in range(r.randrange(25)):
            spec, day = r.choice([*events, *[self.catalogue.signals["video.watched"]] * 6]), self.near()
            arg = r.choice(spec.args or (None,)) if r.random() < 0.5 or not spec.args else "renewal_package"
            what = {"event": spec.name, "arg": arg, "day": day, "share": r.choice([None, 0.2, 0.5, 0.74, 0.75, 1.0])}
            contact = r.choice([None, f"{a}-{r.randrange(3)}"])
            self.rows["events"].append({"account_id": a, "contact": contact, **what, "known_on": self.late(day)})
        for feature in ("auto_fill", "mobile_swap", "forecasts")[: r.randrange(4)]:
            has = {
                "licensed": r.choice([None, "true", "true", "false"]),
                "last_used": r.choice([None, float(self.near())]),
            }
            self.rows["features"].append({"account_id": a, "feature": feature, **has, "known_on": self.near()})

    @staticmethod
    def _one_version_a_day(rows: list[Row], extra: str) -> list[Row]:
        """Two versions learnt on the same day would be a tie."""
        keys = ("account_id", "signal", "contact", "feature", "milestone", "known_on", extra)
        return list({tuple(row.get(k) for k in keys): row for row in rows}.values())


class Speaker:
    """Random conditions, in words; some are refused when read."""

    def __init__(self, r: random.Random, catalogue: Catalogue) -> None:
        self.r, self.signals = r, catalogue.signals
        self.feeds = list(catalogue.feeds)

    def say(self, depth: int = 0) -> str:
        chance = self.r.random()
        if chance < 0.45 or depth > 2:
            return self.test()
        if chance < 0.6:
            return f"not ({self.say(depth + 1)})"
        parts = [self.say(depth + 1) for _ in range(self.r.randint(2, 3))]
        return self.r.choice([" and ", " or "]).join(f"({p})" if " and " in p or " or " in p else p for p in parts)

    def test(self) -> str:
        kinds = (
            self.level, self.level, self.between, self.word_is, self.listed, self.odd, self.dated, self.known, self.feed,
            self.change, self.change, self.changed, self.crossed, self.was, self.events, self.overdue, self.people, self.people,
        )  # fmt: skip
        return self.r.choice(kinds)()

    # -- words

    def pick(self, *types: str) -> Signal:
        fits = [s for s in self.signals.values() if s.type in types and s.grain == "account" and not s.look_ahead]
        return self.r.choice(fits)

    def number(self, s: Signal, x: float | None = None) -> str:
        x = self.r.choice(VALUES[s.name]) if x is None else x
        return f"{x * 100:g}%" if s.type == "percent" else f"{x:.10g} {s.currency}".strip()

    def word(self, s: Signal) -> str:
        if s.type == "text":
            return f"'p-{self.r.randrange(3)}'"
        return self.r.choice(s.values or ("true", "false"))

    def sign(self) -> str:
        return self.r.choice(["=", "<", "<=", ">", ">="])

    def time(self, business: bool = True) -> str:
        plain = [
            "1 day",
            "2 days",
            "3 days",
            "7 days",
            "1 week",
            "14 days",
            "30 days",
            "45 days",
            "1 quarter",
            "90 days",
            "4 weeks",
        ]
        return self.r.choice(
            plain + business * ["1 business day", "2 business days", "5 business days", "10 business days"]
        )

    def event(self) -> str:
        s = self.pick("event")
        return s.name + (f"('{self.r.choice(s.args)}')" if s.args and self.r.random() < 0.5 else "")

    # -- tests

    def level(self) -> str:
        s = self.pick(*NUMERIC)
        if self.r.random() < 0.2:
            return f"{s.name} {self.r.choice(['<', '>=', '>'])} {self.r.choice(['2x ', '0.5x ', ''])}own {self.mean()}-day mean"
        return f"{s.name} {self.sign()} {self.number(s)}"

    def mean(self) -> int:
        return self.r.choice([2, 7, 14, 28, 90])

    def between(self) -> str:
        s = self.pick(*NUMERIC)
        low, high = sorted(self.r.choice(VALUES[s.name]) for _ in "ab")
        return f"{s.name} between {self.number(s, low)} and {self.number(s, high)}"

    def word_is(self) -> str:
        s = self.pick("enum", "text")
        return f"{s.name} {self.r.choice(['is', 'is not'])} {self.word(s)}"

    def listed(self) -> str:
        s = self.pick("enum")
        return f"{s.name} is {self.r.choice(['', 'not '])}one of ({self.word(s)}, {self.word(s)})"

    def odd(self) -> str:
        share = f"usage.active_users / contract.seats {self.sign()} {self.r.choice([25, 30, 50, 100])}%"
        product = f"products contains {self.r.choice(self.signals['products'].values)}"
        return self.r.choice([share, product, "contract.auto_renew", "contract.auto_renew is false", "tier is not 2"])

    def dated(self) -> str:
        s, day = self.pick("date").name, dt.date(2026, 3, 1) + dt.timedelta(days=self.r.randrange(120))
        days = f"days {self.r.choice(['to', 'since'])} {s} {self.sign()} {self.r.choice([-3, 0, 30, 60, 90])}"
        placed = f"{s} {self.r.choice(['before', 'after'])} {day}"
        return self.r.choice([days, f"days to {s} between 60 and 90", placed])

    def known(self) -> str:
        return f"{self.pick(*NUMERIC, 'enum', 'bool', 'text', 'date').name} is {self.r.choice(['known', 'unknown'])}"

    def feed(self) -> str:
        return f"feed('{self.r.choice(self.feeds)}') is {self.r.choice(['', 'not '])}fresh"

    def change(self) -> str:
        s = self.pick(*NUMERIC)
        by = (
            f"{self.r.choice([10, 20, 40, 50, 100])}%"
            if s.type == "money" or self.r.random() < 0.7
            else self.r.choice("125")
        )
        if s.type == "percent" or s.unit == "points" or (s.low or 0) < 0:
            by = f"{self.r.choice([1, 5, 10, 20.5])} points"
        return f"{s.name} {self.r.choice(['up', 'down'])} {by} over {self.time(False)}"

    def changed(self) -> str:
        s = self.pick("enum", "text", "bool", "number")
        value = lambda: self.number(s) if s.type == "number" else self.word(s)  # noqa: E731
        before = f" from {value()}" if self.r.random() < 0.3 else ""
        after = f" to {value()}" if self.r.random() < 0.5 else ""
        return f"{s.name} changed{before}{after} within {self.time()}"

    def crossed(self) -> str:
        s = self.pick(*NUMERIC)
        mean = f"{self.r.choice(['2x ', '0.5x ', '1.5x ', ''])}own {self.mean()}-day mean"
        within = f" within {self.time(False)}" if self.r.random() < 0.5 else ""
        return f"{s.name} {self.r.choice(['rose above', 'fell below'])} {self.r.choice([self.number(s), mean])}{within}"

    def was(self) -> str:
        of = self.r.choice([1, 2, 5, 7, 28])
        s = self.pick(*NUMERIC, "enum", "bool")
        what = f"{self.sign()} {self.number(s)}" if s.type in NUMERIC else self.r.choice(["", "not "]) + self.word(s)
        return f"{s.name} was {what} on {self.r.randint(1, of)} of last {of} days"

    def events(self) -> str:
        within, event = self.time(), self.event()
        least = f"at least {self.r.randint(1, 3)} {event} within {within}"
        return self.r.choice([f"{event} within {within}", least, f"no {event} for {within}"])

    def overdue(self) -> str:
        milestone = self.r.choice(self.signals["onboarding.milestone"].args)
        return f"onboarding.milestone('{milestone}') overdue by {self.time()}"

    def people(self) -> str:
        r = self.r
        who = r.choice(["any", "no", "every", "at least 2"])
        many = "s" * who.startswith("at")
        if r.random() < 0.25 and who != "every":
            both = "(licensed is true and last_used is known)"
            idle = f"days since last_used {self.sign()} 30"
            fed = f"(licensed and feed('{r.choice(self.feeds)}') is fresh)"
            return f"{who} feature{many} where {r.choice(['licensed', idle, both, fed, 'not (licensed is true)'])}"
        share = f" at least {r.choice([20, 50, 75, 100])}%" if r.random() < 0.7 else ""
        within = f" within {self.time()}" if r.random() < 0.4 else ""
        module = r.choice(["renewal_package", "renewal_package", "pricing"])
        has = f" {'have' if many else 'has'} watched '{module}'{share}{within}"
        return f"{who} contact{many} where {self.person()}" + (has if who == "every" or r.random() < 0.6 else "")

    def person(self) -> str:
        role, seniority = self.signals["role"], self.signals["seniority"]
        ones = (
            f"role is {self.word(role)}", f"role is not {self.word(role)}", "role is known", "last_seen is unknown",
            f"seniority is one of ({self.word(seniority)}, executive)",
            f"days since last_seen {self.sign()} {self.r.choice([0, 7, 30, 45])}",
        )  # fmt: skip
        first, second = self.r.choice(ones), self.r.choice(ones)
        forms = (first, first, first, f"({first} {self.r.choice(['and', 'or'])} {second})", f"not ({first})")
        return self.r.choice(forms)
