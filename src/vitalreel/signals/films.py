"""What became of our films, as rows of the `events` table: offers, views, replays, views in time, and what was never opened."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
from ibis import _
from ibis.common.deferred import Deferred

from vitalreel.signals.catalogue import Catalogue
from vitalreel.signals.days import local_days, number
from vitalreel.signals.kinds import IN_TIME, DropOff, Kind, Lapse

Lake = Mapping[str, ibis.Table]
EVENT = ("account_id", "contact", "event", "arg", "day", "share", "known_on")
TICKET_FOLLOWS_DAYS = 7
"""Replays count against an account only when a ticket is opened within so many days after them (H18)."""
REPEATED = 2
"""Replays within one view from which they count as repeated."""


def films(lake: Lake, catalogue: Catalogue, prompted: bool) -> dict[str, ibis.Table]:
    """Event name -> its rows. prompted: False leaves out the films that plays sent: the offers, and the views they brought (H18)."""
    found: dict[str, ibis.Table] = {}
    if "content_offer" in lake:
        offers = local_days(lake["content_offer"], lake.get("account"), day="at")
        offers = offers if prompted else offers.filter(_.play.isnull())
        found["video.offered"] = event_rows(offers, "video.offered", _.module, _.contact_id)
    if "content_view" in lake:
        views = local_days(lake["content_view"], lake.get("account"), day="at")
        found |= _viewed(views if prompted else views.filter(_.prompted_by.isnull()), lake, catalogue)
    return found


def _viewed(views: ibis.Table, lake: Lake, catalogue: Catalogue) -> dict[str, ibis.Table]:
    seen = views.filter(_.seconds.isnull() | (_.seconds > 0))  # who only asked for a person has watched nothing
    again = views.filter(_.replays > 0)
    replays = again.mutate(replay=ibis.range(0, again.replays).unnest())
    asked = views.filter(_.asked_for_human)
    found = {
        "video.watched": event_rows(seen, "video.watched", _.module, _.contact_id, _.share),
        "video.clicked": event_rows(views.filter(_.clicked), "video.clicked", _.module, _.contact_id),
        "video.replayed": event_rows(replays, "video.replayed", _.module, _.contact_id),
        "viewer.asked_for_human": event_rows(asked, "viewer.asked_for_human", _.module, _.contact_id),
    }
    if "rating" in views.columns:  # rows from before viewers could rate and pass on have no such columns
        found["video.rated"] = event_rows(views.filter(_.rating.notnull()), "video.rated", _.module, _.contact_id)
        found["video.shared"] = event_rows(views.filter(_.shared), "video.shared", _.module, _.contact_id)
    if "feature" in views.columns:
        about = views.filter(_.feature.notnull())
        found["feature.watched"] = event_rows(about, "feature.watched", _.feature, _.contact_id, _.share)
    if "ticket" in lake:
        found["video.replayed_before_ticket"] = _replayed_before_ticket(views, lake)
    news = {name: kind for name, kind in catalogue.kinds.items() if kind.within is not None}
    if news:
        found[IN_TIME] = _in_time(seen, lake, news)
    if catalogue.drop_off is not None and "stopped_at" in views.columns:
        found["video.left_at_drop_off"] = _left_at_drop_off(seen, catalogue.drop_off)
    return found


def _replayed_before_ticket(views: ibis.Table, lake: Lake) -> ibis.Table:
    """A view with repeated replays after which a ticket came; it happens on the day of the first such ticket."""
    again = views.filter(_.replays >= REPEATED).select(
        "account_id", "contact_id", "module", seen=_.day, known=_.known_on
    )
    tickets = opened(lake).select("account_id", ticket=_.day, ticket_known=_.known_on)
    both = again.join(tickets, "account_id").filter((_.ticket >= _.seen) & (_.ticket <= _.seen + TICKET_FOLLOWS_DAYS))
    first = both.group_by(["account_id", "contact_id", "module", "seen"]).aggregate(
        day=_.ticket.min(), known_on=ibis.greatest(_.known.max(), _.ticket_known.min())
    )
    return event_rows(first, "video.replayed_before_ticket", _.module, _.contact_id)


def _in_time(views: ibis.Table, lake: Lake, news: Mapping[str, Kind]) -> ibis.Table:
    """Views within a kind's days of the release the film tells of.

    That is the release the video itself names, else the newest of the product's list on the day the film was offered, or where
    it was not offered, on the day of the view.
    """
    told = views.mutate(said=_said(views), asked=_.day).select(
        "view_id", "account_id", "contact_id", "module", "share", "day", "known_on", "said", "asked", "video_id"
    )
    if "content_offer" in lake:
        offers = local_days(lake["content_offer"], lake.get("account"), day="at")
        first = offers.filter(_.video_id.notnull()).group_by("video_id").aggregate(offered=_.day.min())
        told = told.left_join(first, "video_id").drop("video_id_right")
        told = told.mutate(asked=ibis.least(_.offered.fill_null(_.asked), _.asked)).drop("offered")
    found = []
    for name, kind in news.items():
        mine = told.filter(_.module.isin((name, *kind.modules)))
        dated = _released(mine, lake)
        age = dated.day - dated.released
        hits = dated.filter((age >= 0) & (age <= kind.within))
        found.append(event_rows(hits, IN_TIME, ibis.literal(name), _.contact_id, _.share))
    return ibis.union(*found) if len(found) > 1 else found[0]


def _said(views: ibis.Table) -> Deferred:
    """The release day a video that is shown elsewhere was registered with."""
    return number(_.released) if "released" in views.columns else ibis.null("int64")


def _released(views: ibis.Table, lake: Lake) -> ibis.Table:
    """The views with `released`, the day number of the release each tells of; without those that tell of none."""
    if "product_feature" not in lake:
        return views.mutate(released=_.said).filter(_.released.notnull())
    out = lake["product_feature"].filter(_.released.notnull()).select(out=number(_.released)).distinct()
    newest = views.select("view_id", "asked").cross_join(out).filter(_.out <= _.asked)
    newest = newest.group_by("view_id").aggregate(newest=_.out.max())
    both = views.left_join(newest, "view_id").drop("view_id_right")
    return both.mutate(released=_.said.fill_null(_.newest)).filter(_.released.notnull())


def _left_at_drop_off(views: ibis.Table, terms: DropOff) -> ibis.Table:
    """Views that ended where those of many customers end: at one place of one film, before its last."""
    early = views.filter(_.stopped_at.notnull() & (_.stopped_at < 1 - terms.width))
    placed = early.mutate(
        film=_.kind.isnull().ifelse(_.module, _.video_id), place=(_.stopped_at / terms.width).floor().cast("int64")
    )
    ended = placed.group_by(["film", "place"]).aggregate(customers=_.account_id.nunique(), n=_.count())
    every = placed.group_by("film").aggregate(every=_.count())
    many = ended.join(every, "film").filter((_.customers >= terms.customers) & (_.n >= terms.share * _.every))
    rows = placed.semi_join(many.select("film", "place"), ["film", "place"])
    return event_rows(rows, "video.left_at_drop_off", _.module, _.contact_id, _.stopped_at)


def lapsed(name: str, lapse: Lapse, found: Mapping[str, ibis.Table]) -> ibis.Table:
    """An event on the day on which it is certain that nothing came: so many days after `of`, no `unless` of the film by then.

    found: the events there are; without a table of `unless` nothing ever came. By anybody of the account: a colleague who
    watched has opened it.
    """
    since = found[lapse.of].select("account_id", "contact", "arg", "known_on", since=_.day, day=_.day + lapse.days)
    if lapse.unless in found:
        seen = found[lapse.unless].select("account_id", "arg", seen=_.day)
        both = since.inner_join(seen, ["account_id", "arg"])
        watched = both.filter((_.seen >= _.since) & (_.seen <= _.day)).select("account_id", "arg", "since").distinct()
        since = since.anti_join(watched, ["account_id", "arg", "since"])
    nobody = ibis.null("float64")
    known = ibis.greatest(_.known_on, _.day)
    return since.mutate(event=ibis.literal(name), share=nobody, known_on=known).select(*EVENT)


def opened(lake: Lake) -> ibis.Table:
    """Tickets with the day they were opened on, in the account's zone."""
    return local_days(lake["ticket"], lake.get("account"), opened_day="opened").mutate(day=_.opened_day)


def event_rows(
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
