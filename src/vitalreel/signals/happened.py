"""Things that happen to an account, as rows of the `events` table: views, offers, replays, tickets, first uses, outcomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import ibis
from ibis import _
from ibis.common.deferred import Deferred

from vitalreel.signals.days import local_days, number

Lake = Mapping[str, ibis.Table]
EVENT = ("account_id", "contact", "event", "arg", "day", "share", "known_on")
TICKET_FOLLOWS_DAYS = 7
"""Replays count against an account only when a ticket is opened within so many days after them (H18)."""
REPEATED = 2
"""Replays within one view from which they count as repeated."""


def happenings(lake: Lake, prompted: bool = True) -> dict[str, ibis.Table]:
    """Event name -> its rows; names whose canonical table is missing are absent.

    lake: canonical tables as known on the as-of day. prompted: False leaves out the films that plays sent: the
    offers, and the views they brought (H18).
    """
    found: dict[str, ibis.Table] = {}
    for table, make in _MAKES.items():
        if table in lake:
            found |= make(lake)
    found |= _about(lake)
    if "content_offer" in lake:
        found |= _offers(lake, prompted)
    if "content_view" in lake:
        found |= _views(lake, prompted)
    return found


def _views(lake: Lake, prompted: bool) -> dict[str, ibis.Table]:
    views = local_days(lake["content_view"], lake.get("account"), day="at")
    if not prompted:
        views = views.filter(_.prompted_by.isnull())
    again = views.filter(_.replays > 0)
    replays = again.mutate(replay=ibis.range(0, again.replays).unnest())
    found = {
        "video.watched": _rows(views, "video.watched", _.module, _.contact_id, _.share),
        "video.clicked": _rows(views.filter(_.clicked), "video.clicked", _.module, _.contact_id),
        "video.replayed": _rows(replays, "video.replayed", _.module, _.contact_id),
        "viewer.asked_for_human": _rows(
            views.filter(_.asked_for_human), "viewer.asked_for_human", _.module, _.contact_id
        ),
    }
    if "rating" in views.columns:  # rows from before viewers could rate and pass on have no such columns
        found["video.rated"] = _rows(views.filter(_.rating.notnull()), "video.rated", _.module, _.contact_id)
        found["video.shared"] = _rows(views.filter(_.shared), "video.shared", _.module, _.contact_id)
    if "feature" in views.columns:
        about = views.filter(_.feature.notnull())
        found["feature.watched"] = _rows(about, "feature.watched", _.feature, _.contact_id, _.share)
    if "ticket" in lake:
        found["video.replayed_before_ticket"] = _replayed_before_ticket(views, lake)
    return found


def _replayed_before_ticket(views: ibis.Table, lake: Lake) -> ibis.Table:
    """A view with repeated replays after which a ticket came; it happens on the day of the first such ticket."""
    again = views.filter(_.replays >= REPEATED).select(
        "account_id", "contact_id", "module", seen=_.day, known=_.known_on
    )
    opened = _opened(lake).select("account_id", ticket=_.day, ticket_known=_.known_on)
    both = again.join(opened, "account_id").filter((_.ticket >= _.seen) & (_.ticket <= _.seen + TICKET_FOLLOWS_DAYS))
    first = both.group_by(["account_id", "contact_id", "module", "seen"]).aggregate(
        day=_.ticket.min(), known_on=ibis.greatest(_.known.max(), _.ticket_known.min())
    )
    return _rows(first, "video.replayed_before_ticket", _.module, _.contact_id)


def _opened(lake: Lake) -> ibis.Table:
    return local_days(lake["ticket"], lake.get("account"), opened_day="opened").mutate(day=_.opened_day)


def _tickets(lake: Lake) -> dict[str, ibis.Table]:
    return {"ticket.opened": _rows(_opened(lake), "ticket.opened", ibis.null("string"))}


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
        found.append(_rows(each, "text.about", _.topic))
    return {"text.about": ibis.union(*found) if len(found) > 1 else found[0]} if found else {}


def _offers(lake: Lake, prompted: bool) -> dict[str, ibis.Table]:
    offers = local_days(lake["content_offer"], lake.get("account"), day="at")
    if not prompted:
        offers = offers.filter(_.play.isnull())
    return {"video.offered": _rows(offers, "video.offered", _.module, _.contact_id)}


def _outcomes(lake: Lake) -> dict[str, ibis.Table]:
    return {"outcome": _rows(_dated(lake["outcome"]), "outcome", _.kind)}


def _engagements(lake: Lake) -> dict[str, ibis.Table]:
    engagements = local_days(lake["engagement"], lake.get("account"), day="at")
    return {"engagement": _rows(engagements, "engagement", _.kind, _.contact_id)}


def _remarks(lake: Lake) -> dict[str, ibis.Table]:
    """What was asked, risked or promised in a call: an event a sentence."""
    remarks = local_days(lake["remark"], lake.get("account"), day="at")
    kinds = {"ask": "call.asked", "risk": "call.risk", "commitment": "call.promised", "succession": "call.successor"}
    return {
        event: _rows(remarks.filter(_.kind == kind), event, ibis.null("string"), _.contact_id)
        for kind, event in kinds.items()
    }


def _calls_to_action(lake: Lake) -> dict[str, ibis.Table]:
    """What another platform asked a CSM to do."""
    asked = _dated(lake["outside_score"]).filter(_.call_to_action.notnull())
    return {"outside.call_to_action": _rows(asked, "outside.call_to_action", ibis.null("string"))}


def _features(lake: Lake) -> dict[str, ibis.Table]:
    used = _dated(lake["feature_usage"]).filter(_.value > 0)
    first = used.group_by(["account_id", "feature"]).aggregate(day=_.day.min(), known_on=_.known_on.argmin(_.day))
    return {
        "feature.used": _rows(used, "feature.used", _.feature),
        "feature.first_used": _rows(first, "feature.first_used", _.feature),
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
    return {"value.reached": _rows(reached, "value.reached", ibis.null("string"))}


def _advocacy(lake: Lake) -> dict[str, ibis.Table]:
    """What an account answered when it was asked to speak for us; who has spoken has agreed."""
    rows = _dated(lake["advocacy_answer"])
    found = {"advocacy.answered": _rows(rows, "advocacy.answered", _.kind, _.contact_id)}
    for event, answers in (("advocacy.agreed", ("yes", "done")), ("advocacy.refused", ("no",))):
        found[event] = _rows(rows.filter(_.answer.isin(answers)), event, _.kind, _.contact_id)
    return found


def _releases(lake: Lake) -> dict[str, ibis.Table]:
    """A feature that comes out comes out for every account."""
    out = lake["product_feature"].filter(_.released.notnull()).select("feature", "released", "known_on")
    rows = lake["account"].select("account_id").cross_join(out).mutate(day=number(_.released))
    return {"product.released": _rows(rows, "product.released", _.feature)}


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


def _rows(
    rows: ibis.Table, event: str, arg: Deferred, contact: Deferred | None = None, share: Deferred | None = None
) -> ibis.Table:
    """Event rows from rows with account_id, day (a number) and known_on (a date)."""
    return rows.select(
        "account_id",
        "day",
        contact=contact if contact is not None else ibis.null("string"),
        event=ibis.literal(event),
        arg=arg,
        share=share if share is not None else ibis.null("float64"),
        known_on=number(_.known_on),
    ).select(*EVENT)
