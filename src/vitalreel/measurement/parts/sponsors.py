"""Whether the people who sign saw the renewal film: named executive sponsors who opened and watched it, by tier (M7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from vitalreel.measurement.parts.part import Figure, Part, Row, counted, refused, share

TITLE = "Executive sponsors and the renewal film"
METHOD = (
    "Accounts for which a renewal play opened in the quarter and was not held out. Named: the CRM knows an active executive sponsor. "
    "Opened: their page was loaded or a play begun. Watched: a person's play of 2 seconds or more with the sponsor's own link; a "
    "colleague's does not count. Who was sent nothing counts as not having watched."
)


@dataclass(frozen=True, slots=True)
class Sponsor:
    """One account whose renewal is in sight, and how far its film got."""

    account: str
    tier: int  # 1..4
    contact: str  # the sponsor's id; "" where the account has none named
    sent_on: date | None = None  # to the sponsor
    opened_on: date | None = None
    watched_on: date | None = None
    watched: float = 0.0  # share of the film, 0..1


def sponsors(found: Sequence[Sponsor], healthy: float, tier: int) -> Part:
    """healthy: the share of sponsors, of accounts of `tier`, from which the programme is called healthy."""
    rows = tuple(_row(s) for s in sorted(found, key=lambda s: (s.tier, s.account)))
    tiers = sorted({s.tier for s in found})
    figures = [
        counted("accounts", "Accounts with a renewal film due", rows),
        share("named", "have a named executive sponsor", rows, "accounts"),
        share("sent", "of the named were sent it", rows, "named"),
        share("opened", "of the named opened it", rows, "named"),
        share("seen", "of the named opened and watched it", rows, "named"),
        *(share(f"seen_{n}", f"of the named in tier {n} opened and watched it", rows, f"named_{n}") for n in tiers),
    ]
    judged = next((f for f in figures if f.key == f"seen_{tier}"), None)
    return Part("sponsors", TITLE, _said(judged, healthy, tier), tuple(figures), METHOD, _HEAD, rows)


_HEAD = ("Account", "Tier", "Sponsor", "Sent", "Opened", "Watched", "Of the film")


def _row(s: Sponsor) -> Row:
    seen = bool(s.contact and s.opened_on and s.watched_on)
    counts = ["accounts"]
    if s.contact:
        counts += ["named", f"named_{s.tier}"]
        counts += [key for key, yes in (("sent", s.sent_on), ("opened", s.opened_on)) if yes]
        counts += ["seen", f"seen_{s.tier}"] if seen else []
    cells = (str(s.tier), s.contact or "none named", *(str(d or "") for d in (s.sent_on, s.opened_on, s.watched_on)))
    return Row(s.account, (*cells, f"{s.watched:.0%}" if s.watched_on else ""), tuple(counts))


def _said(judged: Figure | None, healthy: float, tier: int) -> str:
    if judged is None or judged.value is None:
        rest = judged.rests_on if judged else "0 of 0"
        return refused(
            f"in tier {tier}, {rest} named sponsors opened and watched their renewal film, too few for a share",
            "sponsors named in the CRM, and more renewals",
        )
    assert judged.low is not None and judged.high is not None
    word = "healthy" if judged.value >= healthy else "below what is called healthy"
    doubt = (
        ""
        if judged.high < healthy or judged.low >= healthy
        else f"; its interval, {judged.low:.0%} to {judged.high:.0%}, holds that limit"
    )
    return (
        f"{judged.value:.0%} of the named executive sponsors in tier {tier} opened and watched their renewal film ({judged.rests_on}): "
        f"{word} ({healthy:.0%}){doubt}."
    )
