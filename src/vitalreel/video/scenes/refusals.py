"""What is refused in every kind alike: pictures of nothing, and of less than nothing."""

from __future__ import annotations

from vitalreel.errors import Refused


def empty(what: str, missing: str) -> Refused:
    """A picture without a single thing to draw: an empty page under a headline is not a scene."""
    return Refused(
        f"the {what}",
        f"there is no {missing} to show",
        "give the scene something to show in the module, or an `if:` that leaves it out",
    )


def below_zero(what: str, value: float) -> Refused:
    """A count below zero, in a picture whose marks stand for things that are there."""
    return Refused(
        f"the {what}",
        f"{value:g} is less than none",
        "correct the figure in the source, or show it as bars, columns or a line, which go below zero",
    )
