"""Whether a play's conditions and windows leave its films the time that production and review need (T14)."""

from __future__ import annotations

from collections.abc import Iterator

from vitalreel.conditions.tree import Compare, DaysFrom, Literal, Ref, Tree, tests
from vitalreel.triggers.lead import TIERS, Lead, most_days
from vitalreel.triggers.matrix import Ahead, Play, Span, VideoStep

Short = tuple[str, str]
"""What is too short, and what to write."""


def too_short(play: Play, when: Tree, lead: Lead, country: str, year: int) -> Iterator[Short]:
    """Each film whose time from the earliest opening of its brief to its window's end is less than the tier's lead time.

    when: the play's condition. The tier that needs most counts, on the calendar of `country` in `year`.
    """
    longest = max((lead.of(tier) for tier in play.tiers or TIERS), key=lambda s: most_days(s, country, year))
    needed = most_days(longest, country, year)
    for number, step in enumerate(play.ladder):
        if not isinstance(step, VideoStep):
            continue
        if isinstance(step.window, Span):
            if most_days(step.window, country, year) < needed:
                what = f"the film of {step.name} must land within {step.window}, and its tier needs {longest} before it may"
                yield what, f"write `window: within {longest}` or more, or shorten `lead:` in vitalreel.yaml"
        elif number == 0 and (earliest := _earliest(when, step.window)) is not None:
            brief = most_days(Span(step.window.far, step.window.business), country, year) + needed
            if earliest < brief:
                what = (
                    f"`when` says yes {earliest} days before {step.window.of} at the earliest; the brief of {step.name} opens up "
                    f"to {brief} days before it ({longest} before its window, holidays included)"
                )
                yield what, f"let `when` say yes from {brief} days before {step.window.of}"


def _earliest(when: Tree, window: Ahead) -> int | None:
    """How many days before the window's date the condition can say yes first, as far as it asks for them; None: it does not."""
    asked = [
        test
        for test in tests(when)
        if isinstance(test, Compare)
        and test.value == DaysFrom("to", Ref(window.of))
        and test.op in ("between", "<", "<=")
    ]
    most = [test.to[-1] for test in asked]
    days = [
        int(bound.size) - (test.op == "<")
        for test, bound in zip(asked, most, strict=True)
        if isinstance(bound, Literal)
    ]
    return max(days, default=None)
