"""`why`: why an account got something, or did not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from vitalreel.cli.frame import Frame, framed, table
from vitalreel.steps.why import Answered, Film, Part, Why
from vitalreel.steps.why import why as ask
from vitalreel.wiring import open_doors

_WORDS = {True: "yes", False: "no", None: "unknown"}


@click.command()
@click.argument("account")
@click.option("--play", help="Only this play.")
@framed
def why(frame: Frame, account: str, play: str | None) -> None:
    """Why an account got something, or did not. ACCOUNT is its id or its name.

    What every play said to it, part by part with the figures of the day, and what holds its films.

    \b
    $ vitalreel why A-43a9e3 --play usage_drop -w ws
    Fenwick & Hale (A-43a9e3), as of 2026-11-22
    usage_drop  no: the condition says no
      no       usage.weekly_users down 40% over 1 quarter   weekly_users 31, 91 days before 38
      yes      contract.seats >= 8                          seats 40
    """
    found = ask(open_doors(frame.root()), account, frame.day, frame.now, play)
    frame.answer(_document(found, frame), _told(found, frame))


def _document(found: Why, frame: Frame) -> Mapping[str, object]:
    return {
        "account": found.account,
        "account_name": found.name,
        "as_of": frame.day,
        "guards": dict(found.flags),
        "plays": [_play(a) for a in found.plays],
        "films": [
            {"play": f.play, "step": f.step, "module": f.module, "contact": f.contact, "state": f.state,
             "window": [f.start.isoformat(), f.end.isoformat()], "waits": f.waits, "until": f.until, "note": f.note}
            for f in found.films
        ],
        "no_mail": [{key: r[key] for key in ("address", "contact", "reason", "detail", "at")} for r in found.silent],
    }  # fmt: skip


def _play(a: Answered) -> dict[str, Any]:
    return {
        "play": a.play, "asked_on": a.asked_on, "outcome": a.outcome, "reason": a.reason, "detail": a.detail, "since": a.since,
        "joined": a.joined, "parts": [{"text": p.text, "answer": _WORDS[p.answer], "values": dict(p.values)} for p in a.parts],
        "silences": [dict(s) for s in a.silences],
    }  # fmt: skip


def _told(found: Why, frame: Frame) -> str:
    lines = [f"{found.name} ({found.account}), as of {frame.day}"]
    if guards := [flag.replace("_", " ") for flag, said in found.flags.items() if said is not False]:
        lines.append("over all plays: " + ", ".join(guards))
    for a in found.plays:
        lines += ["", _headline(a), *_parts(a)]
        lines += [f"  held {_days(s)} at {s['step']}: {s['reason']}, {s['detail']}" for s in a.silences]
    lines += [_silent(r) for r in found.silent]
    if found.films:
        rows = [_film(f) for f in found.films]
        lines += ["", table(rows, ("film of", "step", "to", "state", "window", "held now by"))]
        lines += [f"  to {f.contact}, {f.module} is {f.note}" for f in found.films if f.note]
    return "\n".join(lines)


def _silent(r: Mapping[str, Any]) -> str:
    who = r["contact_name"] or r["contact"]
    return f"\nno mail goes to {who} at {r['address']}: {r['reason']}, {r['at']:%Y-%m-%d}, {r['detail']}"


def _headline(a: Answered) -> str:
    reason = f" ({a.reason})" if a.reason and a.reason != a.outcome else ""
    since = f", since {a.since}" if a.since else ""
    return f"{a.play}  {a.outcome}{reason}: {a.detail}{since}"


def _parts(a: Answered) -> list[str]:
    lines = table([(_WORDS[p.answer], p.text, _values(p)) for p in a.parts], ("", "", "")).splitlines()[1:]
    return [f"  {line}" for line in lines]


def _values(part: Part) -> str:
    return ", ".join(f"{name} {_number(value)}" for name, value in part.values.items())


def _number(value: object) -> str:
    if value is None:
        return "unknown"
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _days(silence: Mapping[str, Any]) -> str:
    first, last = silence["first"], silence["last"]
    return f"on {first}" if first == last else f"from {first} to {last}"


def _film(f: Film) -> tuple[str, ...]:
    until = f" (until {f.until:%Y-%m-%d %H:%M} UTC)" if f.until else ""
    return (f.play, f.step, f.contact, f.state, f"{f.start:%Y-%m-%d} to {f.end:%Y-%m-%d}", f"{f.waits}{until}")
