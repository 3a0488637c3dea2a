"""Things that happen to an account, as rows of the `events` table: tickets, topics, first uses, outcomes, and what `films` finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import ibis
from ibis import _

from vitalreel.signals.catalogue import Catalogue
from vitalreel.signals.days import local_days, number
from vitalreel.signals.films import EVENT as EVENT
from vitalreel.signals.films import Lake as Lake
from vitalreel.signals.films import event_rows, films, lapsed, opened


def happenings(lake: Lake, catalogue: Catalogue, prompted: bool = True) -> dict[str, ibis.Table]:
    """Event name -> its rows; names whose canonical table is missing are absent.

    lake: canonical tables as known on the as-of day. prompted: False leaves out the films that plays sent: the
    offers, and the views they brought (H18).
    """
    found: dict[str, ibis.Table] = {}
    for table, make in _MAKES.items():
        if table in lake:
            found |= make(lake)
    found |= _about(lake)
    found |= films(lake, catalogue, prompted)
    lapses = ((s.name, s.lapse) for s in catalogue.signals.values() if s.lapse)
    return found | {name: lapsed(name, lapse, found) for name, lapse in lapses if lapse.of in found}


def _tickets(lake: Lake) -> dict[str, ibis.Table]:
    return {"ticket.opened": event_rows(opened(lake), "ticket.opened", ibis.null("string"))}


def _about(lake: Lake) -> dict[str, ibis.Table]:
    """What tickets and conversations were about: an event a topic."""
    read = [
        (t, day)
        for t, day in (("ticket", "opened"), ("conversation", "at"))
        if t in lake and "topics" in lake[t].columns
    ]
    found = []
    for table, day in read:
        rows = local_days(lake[table].filter(_.topics.notnull()), lake.get("account"), day=day)
        each = rows.mutate(topic=_.topics.split("|").unnest())
        found.append(event_rows(each, "text.about", _.topic))
    return {"text.about": ibis.union(*found) if len(found) > 1 else found[0]} if found else {}


def _outcomes(lake: Lake) -> dict[str, ibis.Table]:
    return {"outcome": event_rows(_dated(lake["outcome"]), "outcome", _.kind)}


def _engagements(lake: Lake) -> dict[str, ibis.Table]:
    engagements = local_days(lake["engagement"], lake.get("account"), day="at")
    return {"engagement": event_rows(engagements, "engagement", _.kind, _.contact_id)}


def _remarks(lake: Lake) -> dict[str, ibis.Table]:
    """What was asked, risked or promised in a call: an event a sentence."""
    remarks = local_days(lake["remark"], lake.get("account"), day="at")
    kinds = {"ask": "call.asked", "risk": "call.risk", "commitment": "call.promised", "succession": "call.successor"}
    return {
        event: event_rows(remarks.filter(_.kind == kind), event, ibis.null("string"), _.contact_id)
        for kind, event in kinds.items()
    }


def _calls_to_action(lake: Lake) -> dict[str, ibis.Table]:
    """What another platform asked a CSM to do."""
    asked = _dated(lake["outside_score"]).filter(_.call_to_action.notnull())
    return {"outside.call_to_action": event_rows(asked, "outside.call_to_action", ibis.null("string"))}


def _features(lake: Lake) -> dict[str, ibis.Table]:
    used = _dated(lake["feature_usage"]).filter(_.value > 0)
    first = used.group_by(["account_id", "feature"]).aggregate(day=_.day.min(), known_on=_.known_on.argmin(_.day))
    return {
        "feature.used": event_rows(used, "feature.used", _.feature),
        "feature.first_used": event_rows(first, "feature.first_used", _.feature),
    }


def _goals(lake: Lake) -> dict[str, ibis.Table]:
    """A goal the customer wrote down is reached on the day of its first reading that reaches the target."""
    if "subject_goal" not in lake:
        return {}
    goals = lake["subject_goal"].filter(_.start.notnull() & _.target.notnull()).select("goal_id", "start", "target")
    read = _dated(lake["goal_reading"]).join(goals, "goal_id")
    there = ibis.ifelse(read.target >= read.start, read.value >= read.target, read.value <= read.target)
    first = read.filter(there).group_by(["account_id", "goal_id"])
    reached = first.aggregate(day=_.day.min(), known_on=_.known_on.argmin(_.day))
    return {"value.reached": event_rows(reached, "value.reached", ibis.null("string"))}


def _advocacy(lake: Lake) -> dict[str, ibis.Table]:
    """What an account answered when it was asked to speak for us; who has spoken has agreed."""
    rows = _dated(lake["advocacy_answer"])
    found = {"advocacy.answered": event_rows(rows, "advocacy.answered", _.kind, _.contact_id)}
    for event, answers in (("advocacy.agreed", ("yes", "done")), ("advocacy.refused", ("no",))):
        found[event] = event_rows(rows.filter(_.answer.isin(answers)), event, _.kind, _.contact_id)
    return found


def _releases(lake: Lake) -> dict[str, ibis.Table]:
    """A feature that comes out comes out for every account."""
    out = lake["product_feature"].filter(_.released.notnull()).select("feature", "released", "known_on")
    rows = lake["account"].select("account_id").cross_join(out).mutate(day=number(_.released))
    return {"product.released": event_rows(rows, "product.released", _.feature)}


_MAKES: Mapping[str, Callable[[Lake], dict[str, ibis.Table]]] = {
    "ticket": _tickets,
    "outcome": _outcomes,
    "engagement": _engagements,
    "remark": _remarks,
    "outside_score": _calls_to_action,
    "feature_usage": _features,
    "goal_reading": _goals,
    "product_feature": _releases,
    "advocacy_answer": _advocacy,
}


def _dated(rows: ibis.Table) -> ibis.Table:
    """With `day` as a day number."""
    return rows.mutate(day=number(_.day))
