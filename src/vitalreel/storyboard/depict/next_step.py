"""The one thing a film asks for, and the person who answers."""

from __future__ import annotations

from collections.abc import Sequence

from vitalreel.briefs.script import Line
from vitalreel.storyboard.depict.scene import NOTHING, Scene, quoted, text_of_line
from vitalreel.storyboard.pictures.next_step import NextStepPicture
from vitalreel.storyboard.text import Text

TITLE_LINE_CHARS = 30


def picture(scene: Scene) -> tuple[NextStepPicture, float]:
    ledger, url = scene.ledger, scene.brief.button_url
    button = scene.text("button")
    picture = NextStepPicture(
        lines=broken(scene.scene.headline),
        line=scene.text("line"),
        button=button,
        qr=url,
        short_url=Text(url.split("://", 1)[-1], ("asks.url",)),
        person=quoted(ledger["csm.full_name"]),
        person_role=quoted(ledger["csm.title"]) if "csm.title" in ledger else NOTHING,
        person_contact=quoted(ledger["csm.email"]),
        portrait=ledger["csm.portrait"].shown if "csm.portrait" in ledger else None,
        button_at_s=scene.cue(button),
        scan_note=Text("Or scan with your phone"),
    )
    return picture, 2.0


def broken(line: Line) -> tuple[Text, ...]:
    """A headline in one line, or in two broken at the space nearest the middle that is not inside a fact."""
    if len(line.shown) <= TITLE_LINE_CHARS:
        return (text_of_line(line),)
    spaces, at = [], 0
    for number, run in enumerate(line.runs):
        spaces += [(at + i, number, i) for i, c in enumerate(run.shown) if c == " " and run.fact is None]
        at += len(run.shown)
    if not spaces:
        return (text_of_line(line),)
    _, number, inside = min(spaces, key=lambda s: abs(s[0] - at / 2))
    cut = line.runs[number]
    first = [*((r.shown, r.fact) for r in line.runs[:number]), (cut.shown[:inside], None)]
    second = [(cut.shown[inside + 1 :], None), *((r.shown, r.fact) for r in line.runs[number + 1 :])]
    return (_joined(first), _joined(second))


def _joined(runs: Sequence[tuple[str, str | None]]) -> Text:
    return Text("".join(shown for shown, _ in runs), tuple(dict.fromkeys(f for _, f in runs if f is not None)))
