"""The template writer: which cases of a module fit this account, which wordings, and the script they make.

The choice is the same for the same seed on any machine. Neighbouring scenes never share a shape, a film asks one question
at most, and a viewer does not hear the wording of the last film again while another would do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from vitalreel.briefs.cases import circumstances, holds
from vitalreel.briefs.fact import Ledger, Missing, Value
from vitalreel.briefs.module import Case, Module, SceneSpec, Wording
from vitalreel.briefs.pictures import facts_in, fill_show, filled_text
from vitalreel.briefs.reading import BUILT_IN
from vitalreel.briefs.script import Brief, Line, Run, Script, ScriptScene
from vitalreel.briefs.template import Template, fill
from vitalreel.errors import Refused
from vitalreel.identity import Plain, fingerprint

FIXED = "exactly"
"""The shape of a scene whose words never vary."""
WRITER = "template"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A scene with its case and wording. `wording` None: only the fixed words."""

    scene: SceneSpec
    case: Case
    wording: Wording | None

    @property
    def shape(self) -> str:
        return self.wording.shape if self.wording else FIXED

    @property
    def sentences(self) -> tuple[Template, ...]:
        return (*(self.wording.sentences if self.wording else ()), *self.case.exactly)


def write_script(
    module: Module,
    brief: Brief,
    missing: Mapping[str, str],
    touch: str = "",
    heard: Mapping[str, str] | None = None,
) -> Script:
    """The film in words.

    missing: facts that cannot be quoted, with why. touch: what this film is sent for; part of the seed. heard: scene ->
    shape of the last film of this module the viewer had.
    Raises Refused where a fact the film cannot do without is missing, or the module says it is not to be made.
    """
    what = f"a film of {module.name} for {brief.account}"
    values = {name: fact.value for name, fact in brief.facts.items()} | circumstances(brief)
    for question in module.not_made_when:
        if holds(question, values):
            raise Refused(what, f"not made when {question.text}")
    chosen = _choose(module, _Missing(module, missing, what), values, (brief.account, module.name, touch), heard or {})
    _check_still_a_film(chosen, missing, what)
    scenes = tuple(_scene(c, module, brief.facts) for c in chosen)
    used = set(_used(module, chosen))
    facts = {n: f for n, f in brief.facts.items() if n in BUILT_IN or n in used or n.partition(".")[0] in used}
    variants = {c.scene.name: c.shape for c in chosen}
    return Script(replace(brief, facts=facts), fill(module.title, brief.facts), scenes, WRITER, variants)


def _check_still_a_film(chosen: tuple[Chosen, ...], missing: Mapping[str, str], what: str) -> None:
    done = {d for c in chosen for d in c.scene.does}
    for needed in ("signal", "unknown", "next_step", "person"):
        if needed not in done:
            why = "; ".join(f"{n}: {w}" for n, w in missing.items()) or "no case fits"
            raise Refused(what, f"nothing left that does {needed!r} ({why})")


@dataclass(frozen=True, slots=True)
class _Missing:
    """What is missing and what the module says to do about it."""

    module: Module
    why: Mapping[str, str]
    what: str

    def among(self, names: Iterator[str]) -> tuple[str, ...]:
        """The missing ones; raises Refused if the film cannot do without one of them."""
        found = tuple(dict.fromkeys(n for n in names if n in self.why))
        for name in found:
            spec = self.module.facts.get(name)
            if spec is None or spec.missing is Missing.STOP:
                raise Refused(self.what, f"{name} is missing: {self.why[name]}")
        return found

    def drops(self, names: tuple[str, ...]) -> bool:
        return any(self.module.facts[n].missing is Missing.DROP for n in names)


def _choose(
    module: Module, missing: _Missing, values: Mapping[str, Value], seed: tuple[str, ...], heard: Mapping[str, str]
) -> tuple[Chosen, ...]:
    chosen: list[Chosen] = []
    for scene in module.scenes:
        if scene.when is not None and not holds(scene.when, values):
            continue
        found = _case(scene, missing, values)
        if found is None:
            continue
        case, wordings = found
        before = chosen[-1].shape if chosen else ""
        asked = any(_asks(w.sentences) for c in chosen if (w := c.wording))
        if scene.shared:  # the same words for everyone, or it would be drawn and spoken again for each wording
            chosen.append(Chosen(scene, case, _pick(scene, wordings, ("",), False, (module.name,))))
            continue
        chosen.append(Chosen(scene, case, _pick(scene, wordings, (before, heard.get(scene.name, "")), asked, seed)))
    return tuple(chosen)


def _case(scene: SceneSpec, missing: _Missing, values: Mapping[str, Value]) -> tuple[Case, tuple[Wording, ...]] | None:
    """The first case that fits and can be told with what is known, and its tellable wordings; None leaves the scene out."""
    for case in scene.cases:
        if case.when is not None and not holds(case.when, values):
            continue
        lacking = missing.among(_frame_facts(case))
        tellable = tuple(w for w in case.wordings if not any(f in missing.why for s in w.sentences for f in s.facts))
        if case.wordings and not tellable:
            lacking += missing.among(f for w in case.wordings for s in w.sentences for f in s.facts)
        if not lacking:
            return case, tellable
        if missing.drops(lacking):
            return None
    return None


def _frame_facts(case: Case) -> Iterator[str]:
    """Facts a case uses whatever its wording: headline, source, picture, fixed words."""
    yield from case.headline.facts
    yield from case.source.facts if case.source else ()
    yield from facts_in(dict(case.show))
    for sentence in case.exactly:
        yield from sentence.facts


def _pick(
    scene: SceneSpec, wordings: tuple[Wording, ...], taken: tuple[str, ...], asked: bool, seed: tuple[str, ...]
) -> Wording | None:
    """The wording the seed puts first, among those that differ from the scene before and from the last film."""
    ranked = sorted(wordings, key=lambda w: fingerprint(*seed, scene.name, w.shape))
    calm = [w for w in ranked if not (asked and _asks(w.sentences))] or ranked
    fresh = [w for w in calm if w.shape not in taken] or [w for w in calm if w.shape != taken[0]] or calm
    return fresh[0] if fresh else None


def _asks(sentences: tuple[Template, ...]) -> bool:
    return any(isinstance(p, str) and "?" in p for s in sentences for p in s.parts)


def _scene(chosen: Chosen, module: Module, ledger: Ledger) -> ScriptScene:
    case = chosen.case
    lookups = {name: spec.lookup for name, spec in module.facts.items()}
    show: dict[str, Plain] = fill_show(case.show, ledger, lookups)
    if case.kind == "next_step":
        show |= {"button": filled_text(module.asks.button, ledger), "line": filled_text(module.asks.line, ledger)}
    return ScriptScene(
        name=chosen.scene.name,
        kind=case.kind,
        headline=fill(case.headline, ledger),
        say=_recorded(case, ledger) or tuple(fill(sentence, ledger) for sentence in chosen.sentences),
        source=fill(case.source, ledger) if case.source else Line(()),
        show=show,
        shared=chosen.scene.shared,
        part=chosen.scene.part,
    )


def _recorded(case: Case, ledger: Ledger) -> tuple[Line, ...]:
    """What is said in the clip of a talent scene; nothing in any other."""
    if case.kind != "talent":
        return ()
    words = ledger[f"{case.show['talent']}.words"]
    return (Line((Run(words.shown, words.said, words.name),)),)


def _used(module: Module, chosen: tuple[Chosen, ...]) -> Iterator[str]:
    yield from module.title.facts
    yield from module.asks.button.facts
    yield from module.asks.line.facts
    for c in chosen:
        yield from _frame_facts(c.case)
        for sentence in c.sentences:
            yield from sentence.facts
