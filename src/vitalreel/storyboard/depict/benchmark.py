"""The account's figures among those of its peers."""

from __future__ import annotations

from collections.abc import Mapping

from vitalreel.briefs.fact import Fact
from vitalreel.briefs.windows import read_values
from vitalreel.errors import Refused
from vitalreel.identity import Plain
from vitalreel.storyboard import axis
from vitalreel.storyboard.depict.scene import Scene, name_of, number_of, signed, text_of
from vitalreel.storyboard.pictures.benchmark import BenchmarkPicture, BenchmarkRow
from vitalreel.storyboard.text import Text

FIRST_S = 1.1


def picture(scene: Scene) -> tuple[BenchmarkPicture, float]:
    parts = scene.parts("benchmark")
    units = {scene.ledger[name_of(p["yours"])].unit.partition(":")[0] for p in parts}
    if len(units) > 1:
        raise Refused(
            f"scene {scene.scene.name}",
            f"its rows are in {' and '.join(sorted(units))}",
            "show each unit in a scene of its own",
        )
    rows = tuple(_row(part, scene) for part in parts)
    family = scene.ledger[name_of(parts[0]["peers"])]
    values = [v for row in rows for v in (*row.peers, row.yours, row.low, row.high)]
    picture = BenchmarkPicture(
        rows=rows,
        ticks=axis.span(values, family.name, "percent" in units),
        you=scene.text("you"),
        middle=scene.text("middle"),
        lower_is_better=bool(scene.scene.show.get("lower_is_better")),
    )
    return picture, max([FIRST_S + 1.4 + 0.08 * len(rows), *(r.at_s + 1.0 for r in rows)])


def _row(part: Mapping[str, Plain], scene: Scene) -> BenchmarkRow:
    yours, peers = scene.ledger[name_of(part["yours"])], scene.ledger[name_of(part["peers"])]
    low, middle, high = (scene.ledger[f"{peers.name}.{name}"] for name in ("low", "median", "high"))
    return BenchmarkRow(
        label=text_of(part["label"]),
        yours=number_of(yours),
        yours_text=signed(yours),
        peers=tuple(v for v in read_values(str(peers.value)) if v is not None),
        low=number_of(low),
        middle=number_of(middle),
        high=number_of(high),
        middle_text=_beside(scene.text("beside"), middle),
        at_s=scene.timing.cue(yours.name),
    )


def _beside(word: Text, middle: Fact) -> Text:
    shown = signed(middle)
    return Text(f"{word.shown} {shown.shown}".strip(), (*shown.facts, *word.facts))
