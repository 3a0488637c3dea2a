"""A company of sixty customers that take features up one after the other: some did well, some left."""

from __future__ import annotations

import datetime as dt

from tests.steps.companies import DAY, START, put
from vitalreel.steps.doors import Doors

SIGNALS = """
feeds: {usage: 7, crm: 30, support: 400, health: 2, survey: 400}
signals:
  segment: {type: enum, values: [enterprise, mid_market, long_tail], feed: crm}
  tier: {type: number, feed: crm}
  usage.weekly_users: {type: number, min: 0, feed: usage, fresh: 7}
  feature.used: {type: event, feed: usage}
  usage.features: {from: feature.used, over: 28 days, how: distinct, min: 0, fresh: 1092}
  tickets.severe: {type: number, min: 0, feed: support, fresh: 1092}
  contract.arr: {type: money, currency: USD, feed: crm}
  contract.seats: {type: number, feed: crm}
  contract.live: {type: number, feed: crm}
  contract.start: {type: date, feed: crm}
  renewal: {type: date, feed: crm}
  planning.window: {type: enum, values: [open, closed], feed: crm}
  survey.nps_vote: {type: number, min: -100, max: 100, feed: survey, fresh: 182}
  nps: {from: survey.nps_vote, over: 2 quarters, how: mean, min: -100, max: 100, fresh: 1092}
  health.score: {type: number, min: 0, max: 100, feed: health, fresh: 2}
  band: {type: enum, values: [red, orange, yellow, green], feed: health, fresh: 2}
  advocacy.answered: {type: event, feed: crm}
  advocacy.agreed: {type: event, feed: crm}
  advocacy.refused: {type: event, feed: crm}
  expansion.score: {type: number, unit: points, min: 0, max: 100, feed: health, fresh: 2}
  expansion.ready: {type: bool, feed: health, fresh: 2}
  whitespace.seats: {type: number, unit: people, min: 0, feed: health, fresh: 2}
  whitespace.features: {type: number, unit: features, min: 0, feed: health, fresh: 2}
"""
EXPANSION = """
ready: 60
needs: tickets.severe = 0
groups:
  seats:
    measures:
      pressure: {label: Seats in use, signal: usage.weekly_users / contract.seats, window: 28 days, scale: {0: 0, 1: 100}, weight: 3}
      nps: {label: The survey answers, signal: nps, scale: {-100: 0, 100: 100}, weight: 1}
points:
  - {name: planning, label: They plan, when: planning.window is open, points: +10}
sells: {departments: [Nursing, Finance]}
plans: {growth: [swaps, rules]}
"""
RULES = """
criteria:
  content: {label: They would recommend us, when: nps >= 50}
  calm: {label: No severe ticket, when: tickets.severe = 0}
  result: {label: A goal was reached, when: value.reached within 2 quarters}
kinds:
  reference: {label: A talk, needs: [content, calm]}
  testimonial: {label: Their own words, needs: [content, result]}
"""
WORDS = ("swaps", "rules", "fill", "limits")
WEEKS = 60


def account(i: int) -> str:
    return f"a{i:02}"


def grown(doors: Doors) -> None:
    """Accounts 0 to 59. 0..39 renewed and use three features, the first of them two; 40..59 use one, 50..59 left a year ago."""
    ids = range(60)
    put(doors, "account", [{"account_id": account(i), "name": f"Account {i}", "segment": "mid_market", "since": START, "plan": "growth",
                            "region": "EMEA", "planning_months": "9|10", "use_cases": "rotas"} for i in ids])  # fmt: skip
    put(doors, "contract", [{"contract_id": account(i), "account_id": account(i), "start": START, "arr": 1_000_000, "seats": 100,
                             "currency": "USD", "end": LEFT if i >= 50 else None} for i in ids])  # fmt: skip
    put(doors, "outcome", [{"outcome_id": account(i), "account_id": account(i), "day": RENEWED if i < 40 else LEFT,
                            "kind": "renewed" if i < 40 else "churned"} for i in ids if not 40 <= i < 50])  # fmt: skip
    put(doors, "usage", [{"account_id": account(i), "day": day, "metric": "weekly_users", "value": 90.0 if i < 20 else 40.0}
                         for i in ids for day in weekly(LEFT if i >= 50 else DAY)])  # fmt: skip
    put(doors, "feature_usage", [{"account_id": account(i), "day": day, "feature": feature, "value": 10.0}
                                 for i in ids for n, feature in enumerate(WORDS[: in_use(i)])
                                 for day in weekly(LEFT if i >= 50 else DAY) if day >= START + dt.timedelta(weeks=8 * n)])  # fmt: skip
    put(doors, "ticket", [{"ticket_id": "t", "account_id": account(1), "opened": dt.datetime(2026, 3, 1, tzinfo=dt.UTC),
                           "severity": "urgent"}])  # fmt: skip
    put(doors, "contact", [{"contact_id": f"{account(i)}-{role}", "account_id": account(i), "name": f"{role} {i}", "role": role,
                            "active": True, "department": "Nursing", "last_seen": DAY, "consent_email": True}
                           for i in ids for role in ("sponsor", "user")])  # fmt: skip


LEFT, RENEWED = dt.date(2026, 1, 1), dt.date(2026, 1, 1)


def in_use(i: int) -> int:
    """How many features an account takes up."""
    return 2 if i == 0 else 3 if i < 40 else 1


def weekly(until: dt.date) -> list[dt.date]:
    return [d for n in range(70) if (d := START + dt.timedelta(weeks=n)) <= until]
