"""Every slope is a customer of the ledger, the thick ones are the medians, and neither group is under five."""

from __future__ import annotations

from collections.abc import Iterator

from vitalreel.briefs.fact import Ledger
from vitalreel.briefs.peers import GROUP_LEAST
from vitalreel.briefs.trace import Untraced
from vitalreel.briefs.windows import read_values
from vitalreel.storyboard.pictures.similar import SimilarPicture
from vitalreel.storyboard.storyboard import Scene


def untraced(picture: SimilarPicture, scene: Scene, ledger: Ledger, where: str) -> Iterator[Untraced]:
    name = picture.did.after_text.facts[0].rpartition(".")[0] if picture.did.after_text.facts else ""
    drawn = tuple(v for group in (picture.did, picture.others) for pair in group.pairs for v in pair)
    if name not in ledger or read_values(str(ledger[name].value)) != drawn:
        yield Untraced(where, "slopes", "are no similar customers of the ledger")
        return
    for stem, group in (("did", picture.did), ("others", picture.others)):
        if len(group.pairs) < GROUP_LEAST or len(group.pairs) != ledger[f"{name}.{stem}_count"].value:
            yield Untraced(
                where, f"{len(group.pairs)} customers", f"are fewer than {GROUP_LEAST}, or not those of {name}"
            )
        for when, value, text in (("before", group.before, group.before_text), ("now", group.after, group.after_text)):
            fact = f"{name}.{stem}_{when}"
            if ledger[fact].value != value or text.facts != (fact,):
                yield Untraced(where, f"{text.shown}: {value}", f"is not {fact}")
