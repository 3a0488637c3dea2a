"""`share`: show a customer how things stand, on a named person's decision, and take it back."""

from __future__ import annotations

from datetime import datetime

import click

from vitalreel.cli.frame import Frame, framed, table
from vitalreel.settings import read_settings
from vitalreel.steps import shared
from vitalreel.wiring import open_doors


@click.group()
def share() -> None:
    """What customers are shown of how things stand, on whose decision."""


@share.command("open")
@click.argument("account")
@click.option("--by", "who", required=True, help="Who decides it: the account's CSM.")
@framed
def open_(frame: Frame, account: str, who: str) -> None:
    """Show ACCOUNT its page as of the day, under a signed link. A page that was open before is withdrawn.

    \b
    $ vitalreel share open acc-000017 -w ws --by "Mia Lund"
    """
    found = shared.open_to_customer(open_doors(frame.root()), account, who, frame.day, frame.now)
    url = f"{read_settings().base_url}/q/{found.token}"
    told = _told(found, frame.now) | {"url": url}
    frame.answer(told, f"{account} is shown how things stood on {found.day}, until {found.expires:%Y-%m-%d}: {url}")


@share.command()
@click.argument("page")
@click.option("--by", "who", required=True, help="Who takes it back.")
@framed
def withdraw(frame: Frame, page: str, who: str) -> None:
    """Take PAGE back at once; `share list` has its id."""
    found = shared.withdraw(open_doors(frame.root()), page, who, frame.now)
    frame.answer(_told(found, frame.now), f"{found.account} is not shown it any more.")


@share.command("list")
@click.argument("account", required=False)
@framed
def list_(frame: Frame, account: str | None) -> None:
    """Every decision, newest first: who opened what, and what its link is worth."""
    rows = [_told(one, frame.now) for one in shared.decisions(open_doors(frame.root()), frame.now, account)]
    cells = [tuple(str(r[k]) for k in ("account", "day", "state", "opened_by", "id")) for r in rows]
    text = (
        table(cells, ("account", "as of", "state", "opened by", "page")) if cells else "No customer is shown anything."
    )
    frame.answer({"pages": rows}, text)


def _told(found: shared.Shared, now: datetime) -> dict[str, object]:
    return {
        "id": found.id, "account": found.account, "day": found.day, "state": found.state(now), "opened_by": found.opened_by,
        "opened": found.opened, "expires": found.expires, "revoked": found.revoked, "revoked_by": found.revoked_by,
    }  # fmt: skip
