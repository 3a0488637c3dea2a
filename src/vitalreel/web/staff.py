"""Our own people: what they play is never counted as a viewer's (K9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vitalreel.tracking.staff import OwnPeople

COOKIE = "vitalreel_staff"


def staff_by(people: OwnPeople) -> Callable[[str, Mapping[str, str]], bool]:
    """(client address, cookies) -> whether the browser was marked in the console as one of ours, or sits in a network of ours."""

    def is_staff(address: str, cookies: Mapping[str, str]) -> bool:
        return cookies.get(COOKIE) == "yes" or people.sit_at(address)

    return is_staff
