"""Points for films watched, by the role of who watched: the best viewer's role counts, people are never added up (H18)."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
from ibis import _
from ibis.common.deferred import Deferred

from vitalreel.conditions.tree import People, Tree, Watched
from vitalreel.conditions.windows import first_day
from vitalreel.conditions.words import PERCENT
from vitalreel.health.scorecard import Rule
from vitalreel.signals.features import against
from vitalreel.signals.kinds import IN_TIME, WATCHED, Kind, known_as
from vitalreel.signals.moment import Moment


def given_by_role(
    tables: Mapping[str, ibis.Table],
    rules: Mapping[str, tuple[Rule, Tree]],
    kinds: Mapping[str, Kind],
    moment: Moment,
) -> ibis.Table:
    """(account_id, one int64 column a rule: tenths of a point): accounts of which anybody active watched anything.

    rules: column -> a rule by role and the tree of its `any contact has watched ...`. kinds: the catalogue's. All rules are
    answered in one pass over the views; each answer is that of the condition asked of the contacts of each role, best first.
    """
    contacts = tables["contacts"].filter(_.known_on <= moment.today)
    newest = ibis.window(group_by=["account_id", "contact"], order_by=[ibis.desc("known_on"), "role"])
    people = contacts.mutate(version=ibis.row_number().over(newest)).filter((_.version == 0) & _.active.fill_null(True))
    views = tables["events"].filter(
        _.event.isin((WATCHED, IN_TIME)) & (_.known_on <= moment.today) & (_.day <= moment.today)
    )
    seen = views.inner_join(people.select("account_id", "contact", "role"), ["account_id", "contact"])
    best = {column: _best(rule, watched(tree), kinds, moment) for column, (rule, tree) in rules.items()}
    return seen.group_by("account_id").aggregate(**best)


def watched(tree: Tree) -> Watched:
    """What a rule by role asks people to have watched. Raises ValueError for any other condition."""
    match tree:
        case People("any", _, "contact", None, Watched() as has):
            return has
        case _:
            raise ValueError("points by role need one test: any contact has watched ...")


def _best(rule: Rule, has: Watched, kinds: Mapping[str, Kind], moment: Moment) -> Deferred:
    """The points of the role that counts most among those who watched enough in one view."""
    event, names = known_as(kinds, has.module)
    hit = (_.event == event) & _.arg.isin(names)
    if has.within is not None:
        hit = hit & (_.day >= moment.on(first_day(moment.number, has.within, ())))
    if has.share is not None:
        hit = hit & against(_.share, ">=", has.share.size / PERCENT)
    points = ibis.cases(*[(_.role == role, tenths) for role, tenths in rule.by_role], else_=0)
    found = points.max(where=hit) if rule.points > 0 else points.min(where=hit)
    return found.fill_null(0).cast("int64")
