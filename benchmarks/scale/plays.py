"""Twenty and forty plays: those in the box that the invented accounts have data for, and more of every kind of question."""

from __future__ import annotations

from pathlib import Path

WITHOUT_DATA = ("onboarding_stall", "sponsor_change")
"""Plays in the box about milestones and sponsors' changes, of which these accounts have none: unknown for everybody."""

FORM = """\
play: {name}
category: {name}
when: {when}
episode: {{cool_down: 60 days}}
success: {{metric: usage.active_users, moves: up 10%, within: 45 days}}
holdout: 10%
priority: {priority}
risk: false
already_true: {already_true}
ladder:
  - step: film
    module: feature_tour
    to: sponsor
    channels: [email]
    window: within 10 business days
  - step: a_person
    after: 14 days
    task: {{owner: csm, title: "See {{account.name}}", due: 2 business days}}
stop_when: [success, viewer.asked_for_human]
"""

WHENS = (
    "usage.active_users down 30% over 4 weeks and tier <= 3",
    "usage.active_users < 0.6x own 28-day mean and feed('usage') is fresh",
    "usage.active_users > 1.5x own 28-day mean",
    "usage.key_actions down 30% over 8 weeks",
    "usage.key_actions fell below 0.7x own 56-day mean",
    "usage.active_users / contract.seats < 12% and contract.arr >= 12000 USD",
    "usage.active_users / contract.seats > 85% and contract.seats >= 10",
    "usage.active_users up 40% over 8 weeks",
    "usage.weekly_users / contract.seats >= 95%",
    "days to renewal between 85 and 90",
    "days to renewal between 25 and 30 and health.score < 60",
    "days to renewal <= 14 and tickets.severe >= 1",
    "days since contract.start between 85 and 90",
    "health.score fell below 55 within 7 days",
    "health.score < 45",
    "band was orange on 2 of last 3 days",
    "band is green and tier <= 2 and nps >= 50",
    "nps <= -50 and tier <= 3",
    "survey.pulse <= 1 and segment is enterprise",
    "tickets.open >= 3",
    "tickets.severe was > 0 on 6 of last 7 days",
    "at least 3 ticket.opened within 14 days",
    "support.csat_quarter < 2 and tickets.opened_quarter >= 3",
    "support.sentiment < -0.9 and segment is one of (enterprise, mid_market)",
    "invoices.overdue >= 1 and contract.arr >= 120000 USD",
    "usage.features >= 3 and usage.active_users / contract.seats < 15%",
    "feature.first_used within 2 days and tier <= 2",
    "video.watched('feature_tour') within 2 days",
    "video.offered('feature_tour') within 45 days and no contact has watched 'feature_tour' and days to renewal < 60",
    "any contact where role is sponsor has watched 'feature_tour' at least 80% and band is yellow and tier <= 2",
    "contract.arr >= 1000000 USD and health.score < 70",
    "usage.active_users = 0",
)


def lay(folder: Path, wanted: int) -> int:
    """Leaves so many plays in a workspace's folder: those in the box but WITHOUT_DATA, then WHENS."""
    for name in WITHOUT_DATA:
        (folder / f"{name}.yaml").unlink()
    here = len(list(folder.glob("*.yaml")))
    for n, when in enumerate(WHENS[: max(0, wanted - here)]):
        text = FORM.format(name=f"asked_{n:02}", when=when, priority=n, already_true="fire" if n % 2 else "skip")
        (folder / f"asked_{n:02}.yaml").write_text(text, encoding="utf-8")
    return len(list(folder.glob("*.yaml")))
