"""The order for one film: who it is for, what it may quote, what it asks, and who answers."""

from __future__ import annotations

from vitalreel.briefs.dossier import Dossier
from vitalreel.briefs.facts import Resolved
from vitalreel.briefs.module import Module
from vitalreel.briefs.script import Brief
from vitalreel.briefs.template import fill
from vitalreel.errors import Refused

NEEDED = {
    "account.name": "the account has no name",
    "contact.full_name": "nobody is known to send it to",
    "contact.first_name": "the contact's first name is not known",
    "csm.full_name": "nobody is named who answers",
    "csm.first_name": "the first name of the person who answers is not known",
    "csm.email": "the person who answers has no address",
    "vendor.name": "vitalreel.yaml does not name the company",
}
"""Without these no film is made: it would greet nobody, or leave nobody to write to."""


def make_brief(
    module: Module, dossier: Dossier, resolved: Resolved, play: str | None = None, step: str | None = None
) -> Brief:
    """The brief for the account of `dossier`.

    Raises Refused where the film would have no viewer, no person who answers, no link, or is not made for the segment.
    """
    what = f"a film of {module.name} for {dossier.account}"
    for name, why in NEEDED.items():
        if name not in resolved.ledger:
            raise Refused(what, why, f"add {name} to the data")
    if module.segments and dossier.segment not in module.segments:
        raise Refused(what, f"the module is made for {', '.join(module.segments)}, not {dossier.segment}")
    if module.asks.url not in dossier.fields or dossier.contact is None:
        raise Refused(what, f"{module.asks.url} is not set", "add it to vitalreel.yaml or to the person who answers")
    facts = resolved.ledger
    return Brief(
        account=dossier.account,
        account_name=facts["account.name"].shown,
        contact=dossier.contact,
        contact_name=facts["contact.full_name"].shown,
        module=module.name,
        module_version=module.version,
        play=play,
        step=step,
        segment=dossier.segment,
        tier=dossier.tier,
        language=module.language,
        length_s=module.length_s,
        as_of=dossier.as_of,
        button_text=fill(module.asks.button, facts).shown,
        button_url=str(dossier.fields[module.asks.url].value),
        human_name=facts["csm.full_name"].shown,
        human_role=facts["csm.title"].shown if "csm.title" in facts else "",
        human_email=facts["csm.email"].shown,
        facts=facts,
        parts=module.parts,
    )
