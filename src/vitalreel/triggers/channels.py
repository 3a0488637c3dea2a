"""By which channels an account is reached: by its tier, best first, with what follows where a film stays unopened (R4 R5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vitalreel.errors import BadConfiguration
from vitalreel.triggers.given import mapping
from vitalreel.triggers.matrix import CHANNELS, whole_days
from vitalreel.triggers.rate import Rate, read_rate

TIERS = (1, 2, 3, 4)
IN_APP, ENGAGEMENT, CSM_CHANNEL = "in_app", "engagement", "csm"


@dataclass(frozen=True, slots=True)
class Channels:
    """`channels:` of vitalreel.yaml."""

    by_tier: Mapping[int, tuple[str, ...]] = field(
        default_factory=lambda: dict.fromkeys(TIERS, ("email",))
    )  # best first
    personal: tuple[int, ...] = TIERS  # tiers whose mails come from the account's CSM; the others' from the company
    beside: bool = False  # the product's inbox has every film from the day it is sent, beside its first channel
    shown_after_days: int = 3  # not opened so long after it was sent: shown in the product
    person_after_days: int = 7  # still not: a person is asked
    rates: Mapping[str, Rate] = field(
        default_factory=dict
    )  # channel -> how fast it is used; not there: as fast as it goes
    platform: bool = False  # a CS platform is set up that takes engagements

    def of(self, tier: int | None, step: Sequence[str]) -> tuple[str, ...]:
        """The channels of a step for an account: the step's own, else its tier's; an account without a tier is in the last."""
        named = tuple(step) or self.by_tier[tier or TIERS[-1]]
        return named if self.platform else tuple(c for c in named if c != ENGAGEMENT)


def read_channels(raw: object, where: str, platform: bool = False) -> Channels:
    """Channels of parsed YAML; None: mail for everybody. platform: a CS platform takes engagements.

    Raises BadConfiguration naming place and remedy.
    """
    if raw is None:
        return Channels(platform=platform)
    part = mapping(raw, where, {*(f"tier_{n}" for n in TIERS), "personal", "in_app", "unopened", "rate"})
    unopened = mapping(part.get("unopened") or {}, f"{where}.unopened", {"in_app", "person"})
    usual = Channels()
    shown, person = (
        whole_days(str(unopened[key]), f"{where}.unopened.{key}") if key in unopened else days
        for key, days in (("in_app", usual.shown_after_days), ("person", usual.person_after_days))
    )
    if person <= shown:
        raise BadConfiguration(
            f"{where}.unopened", "asks the person before it is shown in the product", "give them more days"
        )
    when = str(part.get("in_app", "beside"))
    if when not in ("beside", "unopened"):
        raise BadConfiguration(
            f"{where}.in_app", f"{when!r} is not known", "use beside (from the first day) or unopened"
        )
    return Channels(
        {n: _tier(part.get(f"tier_{n}"), f"{where}.tier_{n}") for n in TIERS},
        _personal(part.get("personal", list(TIERS)), f"{where}.personal"),
        when == "beside",
        shown,
        person,
        _rates(part.get("rate"), f"{where}.rate"),
        platform,
    )


def _rates(raw: object, where: str) -> dict[str, Rate]:
    known = mapping(raw or {}, where, set(CHANNELS))
    return {channel: read_rate(value, f"{where}.{channel}") for channel, value in known.items()}


def _tier(raw: object, where: str) -> tuple[str, ...]:
    named = tuple(map(str, raw)) if isinstance(raw, list) else ()
    if not named or not set(named) <= set(CHANNELS) or len(set(named)) < len(named):
        raise BadConfiguration(where, f"cannot read {raw!r}", f"list channels, best first: {', '.join(CHANNELS)}")
    return named


def _personal(raw: object, where: str) -> tuple[int, ...]:
    if not isinstance(raw, list) or not set(raw) <= set(TIERS):
        raise BadConfiguration(where, f"cannot read {raw!r}", "list the tiers, as [1, 2]")
    return tuple(sorted(raw))
