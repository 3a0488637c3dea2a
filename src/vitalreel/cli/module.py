"""`module`: which films' words, pictures and conditions are signed off, and by whom."""

from __future__ import annotations

from dataclasses import asdict

import click

from vitalreel.cli.frame import DONE, LOOK, Frame, framed, table
from vitalreel.steps import signing as step
from vitalreel.wiring import open_doors


@click.group()
def module() -> None:
    """Which modules are signed off: list, sign, retire."""


@module.command("list")
@framed
def list_(frame: Frame) -> None:
    """Every module as it is now: live, retired, or a draft that no account gets to see.

    \b
    $ vitalreel module list -w ws
    module               version  state  signed by   on
    milestone                  1  live   as shipped
    usage_drop_recovery        4  draft
    """
    found = step.modules(open_doors(frame.root()))
    rows = [(m.module, str(m.version), m.state, m.who, f"{m.at:%Y-%m-%d}" if m.at else "") for m in found]
    text = table(rows, ("module", "version", "state", "signed by", "on")) if rows else "The workspace has no modules."
    frame.answer(
        {"modules": [asdict(m) for m in found]}, text, LOOK if any(m.state == "draft" for m in found) else DONE
    )


@module.command()
@click.argument("name")
@click.option("--by", required=True, help="The editor who read it.")
@framed
def sign(frame: Frame, name: str, by: str) -> None:
    """Sign the module NAME as it is now: its films may be seen. Any change of its words, pictures or conditions asks again.

    \b
    $ vitalreel module sign usage_drop_recovery --by "Ingrid Solheim" -w ws
    Live: usage_drop_recovery, version 4, signed by Ingrid Solheim
    """
    signed = step.sign(open_doors(frame.root()), name, "live", by, frame.now)
    frame.answer(asdict(signed), f"Live: {name}, version {signed.version}, signed by {by}")


@module.command()
@click.argument("name")
@click.option("--by", required=True, help="The editor who retires it.")
@framed
def retire(frame: Frame, name: str, by: str) -> None:
    """Retire the module NAME as it is now: films of it that have not left are held.

    \b
    $ vitalreel module retire usage_drop_recovery --by "Ingrid Solheim" -w ws
    Retired: usage_drop_recovery, version 4
    """
    signed = step.sign(open_doors(frame.root()), name, "retired", by, frame.now)
    frame.answer(asdict(signed), f"Retired: {name}, version {signed.version}")
