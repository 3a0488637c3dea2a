"""`vitalreel person`: one person's consent, all that is kept of them, and erasing it everywhere."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from pathlib import Path

import click

from vitalreel.cli.frame import DONE, LOOK, Frame, framed, table
from vitalreel.steps import persons
from vitalreel.steps.retention import retain
from vitalreel.wiring import open_doors

_WHO = click.argument("who")
_BY = click.option("--by", default=getpass.getuser, show_default="your user name", help="Who of yours does it.")


@click.group()
def person() -> None:
    """One person's consent, all that is kept of them, and erasing it. WHO is an id or an e-mail address."""


@person.command()
@_WHO
@click.option("--channel", help="Keep what they said of this one: email, in_app, ...")
@click.option("--kind", default="", help="Only messages of this kind by that channel: renewal, education, ...")
@click.option("--allow/--deny", default=None, help="What they said.")
@_BY
@framed
def consent(frame: Frame, who: str, channel: str | None, kind: str, allow: bool | None, by: str) -> None:
    """What WHO allowed, by channel, and who says so; or keep what they told you, which stands over what sources say.

    \b
    $ vitalreel person consent zoe@acme.example --channel email --deny -w ws
    channel  allowed  says         since
    email    no       told sam     2026-03-01
    """
    if (channel is None) != (allow is None):
        raise click.UsageError("--channel and --allow or --deny go together")
    doors = open_doors(frame.root())
    found = persons.find(doors, who)
    if channel is not None and allow is not None:
        persons.say(doors, found, channel, allow, by, frame.now, kind)
    rows, kinds = persons.consents(doors, found), persons.preferences(doors, found)
    cells = [
        (", ".join((r["channel"], r["kind"]) if "kind" in r else (r["channel"],)), "yes" if r["allowed"] else "no", r["source"],
         f"{r['at']:%Y-%m-%d}")
        for r in (*rows, *kinds)
    ]  # fmt: skip
    text = table(cells, ("channel", "allowed", "says", "since")) if cells else "They were never asked; nothing is sent."
    frame.answer({"ids": sorted(found.ids), "consent": rows, "preferences": kinds}, text)


@person.command()
@_WHO
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A new or empty folder.")
@framed
def export(frame: Frame, who: str, out: Path) -> None:
    """All that is kept of WHO, as person.json, with their films.

    \b
    $ vitalreel person export zoe@acme.example --out zoe -w ws
    zoe/person.json: 41 rows, 2 films
    """
    doors = open_doors(frame.root())
    done = persons.export(doors, persons.find(doors, who), out, frame.now)
    text = f"{done.file}: {sum(done.rows.values()):,} rows, {done.films} films"
    frame.answer({"file": str(done.file), "rows": dict(done.rows), "films": done.films}, text)


@person.command()
@_WHO
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@_BY
@framed
def erase(frame: Frame, who: str, dry_run: bool, by: str) -> None:
    """Erase WHO everywhere, films that name them included. It cannot be undone; a source that sends them again brings a blank.

    \b
    $ vitalreel person erase zoe@acme.example --dry-run -w ws
    would go: 3 rows of the lake (contact 2, survey 1), 2 films, 0 other files, 9 rows of the database
    """
    doors = open_doors(frame.root())
    done = persons.erase(doors, persons.find(doors, who), by, frame.now, dry_run)
    lines = [
        f"{'would go' if dry_run else 'gone'}: {sum(done.lake_rows.values()):,} rows of the lake"
        + (f" ({', '.join(f'{n} {k}' for n, k in done.lake_rows.items())})" if done.lake_rows else "")
        + f", {len(done.films)} films, {done.files} other files, {sum(done.rows.values()):,} rows of the database"
    ]
    if done.yours:
        lines.append(f"These files of yours name them still: {', '.join(done.yours)}")
    frame.answer(asdict(done), "\n".join(lines), LOOK if done.yours else DONE)


@person.command("retain")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@framed
def retain_(frame: Frame, dry_run: bool) -> None:
    """Let go of what is older than `retention` in vitalreel.yaml allows: people who left, events, quarantined rows, films.

    \b
    $ vitalreel person retain -w ws
    people 0  events 0  quarantined rows 0  films 0
    """
    done = retain(open_doors(frame.root()), frame.now, dry_run)
    text = f"people {done.people}  events {done.events}  quarantined rows {done.quarantined}  films {done.films}"
    frame.answer(asdict(done), text)
