"""From a module's YAML to a Module, with errors that name the file, the line and what would be right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import cast

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from vitalreel.briefs.cases import CIRCUMSTANCES, Question, read_question
from vitalreel.briefs.dossier import FIELDS, field_type, is_inside
from vitalreel.briefs.fact import Missing
from vitalreel.briefs.figures import STYLES
from vitalreel.briefs.forms import Upgrades, upgrade
from vitalreel.briefs.languages import TAG
from vitalreel.briefs.lookup import (
    PARTS,
    ByFeature,
    ByWeek,
    Dots,
    Drawn,
    Feature,
    Field,
    Grid,
    Listed,
    Lookup,
    OfPart,
    OfRows,
    OfTwo,
    Similar,
    Spread,
    TicketMonths,
    read_lookup,
)
from vitalreel.briefs.module import DATA_KINDS, DOES, Asks, Case, FactSpec, Module, SceneSpec, Wording
from vitalreel.briefs.node import Node, node_of
from vitalreel.briefs.pictures import facts_in, kind_of
from vitalreel.briefs.template import Template, read_sentences, read_template
from vitalreel.identity import Plain

FORM = 1
"""The form of a module's file; `version` is the edition of what it says."""
UPGRADES: Upgrades = {}
BUILT_IN = frozenset(n for n, (type_, _) in FIELDS.items() if type_ in ("name", "words")) | {
    "as_of",
    "csm.approved_on",
    "talent.approved_on",
    "asks.minutes",
    "asks.url",
}
"""What any text may name without defining a fact for it; the film stops where one of them is missing."""
_UNITS = ("name", "date", "month", "money", "price", "percent", "points", "hours", "number", "recorded", "flag")


def read_module(text: str, where: str) -> Module:
    """The module in `text`.

    where: the file's name, for messages. Raises BadConfiguration naming file, line and remedy at the first mistake.
    """
    top = node_of(text, where, "module")
    content = top.content
    at = content.lc.key("form")[0] + 1 if "form" in content else 1
    upgrade(content, FORM, UPGRADES, f"{where} line {at}")
    return _module(top)


def _module(top: Node) -> Module:
    top.only(
        "module", "version", "language", "translates", "title", "owner", "for", "refers_to", "talent", "tone", "grade", "asks",
        "success", "not_made_when", "parts", "facts", "scenes",
    )  # fmt: skip
    made_for = top.child("for")
    made_for.only("category", "segments", "viewer", "length")
    specs = read_facts(top.child("facts"))
    refuse_inside(top.child("facts"), specs)
    names = frozenset(specs) | BUILT_IN
    scenes = tuple(_scene(node, specs, names) for node in top.children("scenes", "scene"))
    parts = _parts(top)
    _check_scenes(top, scenes)
    _check_parts(top, scenes, parts)
    return Module(
        name=top.need("module", str),
        version=top.need("version", int),
        where=top.where,
        title=_text(top, "title", names),
        owner=top.need("owner", str),
        category=made_for.need("category", str),
        segments=made_for.texts("segments"),
        viewer=made_for.need("viewer", str),
        length_s=_length(made_for),
        refers_to=top.texts("refers_to"),
        talent=top.need("talent", str),
        tone=top.need("tone", str),
        grade=top.need("grade", float),
        asks=_asks(top.child("asks"), names),
        success=cast("Mapping[str, Plain]", as_plain(top.need("success", CommentedMap))),
        not_made_when=tuple(
            top.reads("not_made_when", lambda t=t: read_question(t, askable(specs)))  # type: ignore[misc]
            for t in top.texts("not_made_when")
        ),
        facts=specs,
        scenes=scenes,
        parts=parts,
        language=_language(top),
        translates=_translates(top),
    )


def _language(top: Node) -> str:
    tag = top.may("language", str, "en")
    if not TAG.match(tag):
        raise top.wrong(f"no language {tag!r}", "language", "write it as en, en-GB or zh-Hant")
    return tag


def _translates(top: Node) -> str:
    of = top.may("translates", str, "")
    if of and of == top.content.get("module"):
        raise top.wrong("a module is no translation of itself", "translates", "name the module it was translated from")
    return of


def _parts(top: Node) -> dict[str, tuple[float, float]]:
    """How long each part of a film in parts may be."""
    node = top.child("parts") if "parts" in top.content else None
    return {} if node is None else {str(name): _length(node, str(name)) for name in node.content}


def _check_parts(top: Node, scenes: tuple[SceneSpec, ...], parts: Mapping[str, tuple[float, float]]) -> None:
    """In a film in parts every scene is in one of them, and scenes of a part follow each other."""
    for scene in scenes:
        if bool(parts) != bool(scene.part) or (scene.part and scene.part not in parts):
            known = f"one of {', '.join(parts)}" if parts else "no part: the module names none under `parts:`"
            raise top.wrong(f"scene {scene.name} is in part {scene.part!r}", "scenes", f"it must be in {known}")
    order = [scene.part for scene in scenes]
    if (parts and list(dict.fromkeys(order)) != list(parts)) or order != sorted(order, key=list(parts or [""]).index):
        raise top.wrong("scenes do not follow the order of `parts:`", "scenes", f"order them {', '.join(parts)}")


def _length(node: Node, key: str = "length") -> tuple[float, float]:
    seconds = [re.fullmatch(r"(\d+) s", t) for t in node.texts(key)]
    if len(seconds) != 2 or not all(seconds):
        raise node.wrong(f"{key!r} must be the shortest and the longest, such as [45 s, 75 s]", key)
    low, high = (float(found[1]) for found in seconds if found)
    return low, high


def _asks(node: Node, names: frozenset[str]) -> Asks:
    node.only("button", "url", "minutes", "line")
    url = node.need("url", str)
    if field_type(url) != "words":
        raise node.wrong(f"'url' cannot be {url!r}", "url", "use links.<name> of vitalreel.yaml, or csm.booking_url")
    minutes = node.may("minutes", int, 0) or None
    return Asks(_text(node, "button", names), url, minutes, _text(node, "line", names))


def as_plain(value: object) -> Plain:
    """A part of the file as plain data: without the file's places and comments."""
    if isinstance(value, Mapping):
        return {str(k): as_plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [as_plain(v) for v in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)


# Facts


def refuse_inside(node: Node, specs: Mapping[str, FactSpec]) -> None:
    """Raises BadConfiguration for the first fact that is for our own people only: customers read or hear this."""
    for name, spec in specs.items():
        if isinstance(spec.lookup, Field | Listed) and is_inside(spec.lookup.name):
            raise node.wrong(f"{name} is from {spec.lookup.name}, which no customer is told", name, "take the fact out")


def read_facts(node: Node, earlier: Mapping[str, FactSpec] | None = None) -> dict[str, FactSpec]:
    """The facts of a mapping in their order. earlier: facts of another file that these may build on; not in the answer."""
    specs = _facts(node, dict(earlier or {}))
    return {name: spec for name, spec in specs.items() if name not in (earlier or {})}


def _facts(node: Node, specs: dict[str, FactSpec]) -> dict[str, FactSpec]:
    for name in node.content:
        if not re.fullmatch(r"[a-z]\w*", str(name)):
            raise node.wrong(f"a fact cannot be called {name!r}", name, "use lower case words joined by _")
        if name in specs:
            raise node.wrong(f"the module it builds on has a fact {name} already", name, "give it another name")
        specs[name] = _fact(node.child(name), name, specs)
    return specs


def _fact(node: Node, name: str, earlier: Mapping[str, FactSpec]) -> FactSpec:
    node.only("is", "from", "unit", "fresh", "said", "floor", "missing", "example")
    lookup = node.reads("from", lambda: _lookup(node.need("from", str), earlier))
    example = node.texts("example")
    if len(example) != 2:
        raise node.wrong("'example' must be two texts: shown and said", "example")
    return FactSpec(
        name=name,
        means=node.need("is", str),
        lookup=lookup,
        unit=_unit(node, lookup),
        fresh_days=_fresh(node),
        said=node.one_of("said", STYLES, ""),
        floor=node.may("floor", int, 0) or None,
        missing=Missing(node.one_of("missing", [m.value for m in Missing])),
        example=(example[0], example[1]),
    )


def _lookup(text: str, earlier: Mapping[str, FactSpec]) -> Lookup:
    lookup = read_lookup(text, earlier)
    if isinstance(lookup, OfPart):
        known = PARTS.get(type(earlier[lookup.family].lookup), ())
        if lookup.part not in known:
            raise ValueError(f"{lookup.family} has no part {lookup.part!r}; it has {', '.join(known) or 'none'}")
    return lookup


def _fresh(node: Node) -> int | None:
    if "fresh" not in node.content:
        return None
    found = re.fullmatch(r"(\d+) days?", node.need("fresh", str))
    if not found:
        raise node.wrong("'fresh' must be a number of days, such as 8 days", "fresh")
    return int(found[1])


def _unit(node: Node, lookup: Lookup) -> str:
    value = node.content.get("unit")
    if isinstance(value, CommentedSeq) and len(value) == 2 and all(isinstance(v, str) for v in value):
        unit = f"count:{value[0]}|{value[1]}"
    elif isinstance(value, str) and value in _UNITS:
        unit = value
    else:
        raise node.wrong(f"'unit' cannot be {value!r}", "unit", f"use [one, many] or one of {', '.join(_UNITS)}")
    if (need := _unit_needed(lookup)) and unit.partition(":")[0] not in need:
        raise node.wrong(f"a value of this kind is {' or '.join(need)}, not {value!r}", "unit")
    return unit


def _unit_needed(lookup: Lookup) -> tuple[str, ...]:
    """The units a lookup can be given; empty where any number will do."""
    match lookup:
        case Field(name):
            by_type = {
                "name": ("name",), "words": ("name",), "date": ("date",), "money": ("money", "price"),
                "count": ("count", "number"), "number": ("number", "percent", "hours", "points"), "recorded": ("recorded",),
                "flag": ("flag",),
            }  # fmt: skip
            return by_type[field_type(name) or "words"]
        case OfTwo("change" | "share" | "peers.median_change", _, _) | OfRows(_, _, "change"):
            return ("percent",)
        case OfRows(_, _, "name") | Feature() | OfPart(_, "gap"):
            return ("name",)
        case OfPart(_, "hardest"):
            return ("month",)
        case (
            ByWeek() | ByFeature() | Listed() | OfTwo("peers.count", _, _) | OfRows() | Grid() | TicketMonths() | Dots()
        ):
            return ("count",)
        case OfPart() | Spread() | Similar():
            return ("count", "number", "hours", "points", "money", "percent")
        case _:
            return ("count", "number", "hours", "points", "money")


# Scenes


def askable(specs: Mapping[str, FactSpec]) -> dict[str, str]:
    """What a question may ask, with units: the circumstances, and every fact that is not drawn."""
    asked = {name: spec.unit for name, spec in specs.items() if not isinstance(spec.lookup, Drawn)}
    return {**CIRCUMSTANCES, **asked}


def _scene(node: Node, specs: Mapping[str, FactSpec], names: frozenset[str]) -> SceneSpec:
    node.only("scene", "part", "does", "if", "shared", "show", "headline", "source", "say", "say_exactly", "cases")
    does = node.texts("does")
    if strange := [d for d in does if d not in DOES]:
        raise node.wrong(f"no scene does {strange[0]!r}", "does", f"use {', '.join(DOES)}")
    cases = _cases(node, specs, names)
    scene = SceneSpec(
        node.need("scene", str),
        does,
        _question(node, specs),
        node.may("shared", bool, False),
        cases,
        node.may("part", str, ""),
    )
    _check_shared(node, scene)
    return scene


def _question(node: Node, specs: Mapping[str, FactSpec]) -> Question | None:
    if "if" not in node.content:
        return None
    return node.reads("if", lambda: read_question(node.need("if", str), askable(specs)))


def _cases(node: Node, specs: Mapping[str, FactSpec], names: frozenset[str]) -> tuple[Case, ...]:
    if "cases" not in node.content:
        return (_case(node, node, None, names),)
    if "say" in node.content:
        raise node.wrong("'say' stands in each case where there are cases", "say")
    cases = []
    nodes = node.children("cases", "if")
    for number, case in enumerate(nodes):
        case.only("if", "say", "say_exactly", "headline", "source", "show")
        last = number == len(nodes) - 1
        if (case.need("if", str) == "otherwise") is not last:
            raise case.wrong("the last case, and only the last, is `if: otherwise`", "if")
        cases.append(_case(case, node, None if last else _question(case, specs), names))
    return tuple(cases)


def _case(node: Node, scene: Node, when: Question | None, names: frozenset[str]) -> Case:
    """A case takes headline, source, show and say_exactly from its scene where it has none itself."""

    def home(key: str) -> Node:
        return node if key in node.content else scene

    show = home("show")
    raw = cast("dict[str, Plain]", as_plain(show.need("show", CommentedMap)))
    kind = show.reads("show", lambda: kind_of(raw))
    _known(show, "show", facts_in(raw), names)
    exactly = home("say_exactly")
    wordings = _wordings(node, names)
    fixed = _sentences(exactly, "say_exactly", names) if "say_exactly" in exactly.content else ()
    if kind == "talent" and (wordings or fixed):
        raise node.wrong("a recorded clip says what it says", hint="take `say` and `say_exactly` out of this scene")
    if not wordings and not fixed and kind != "talent":
        raise node.wrong("says nothing", hint="add `say: {shape: text}` or `say_exactly: text`")
    source = _text(home("source"), "source", names) if "source" in home("source").content else None
    if source is None and kind in DATA_KINDS:
        raise node.wrong(f"a {kind} picture without a source line", hint="add `source:`")
    return Case(when, wordings, fixed, _text(home("headline"), "headline", names), source, kind, raw)


def _wordings(node: Node, names: frozenset[str]) -> tuple[Wording, ...]:
    if "say" not in node.content:
        return ()
    say = node.child("say")
    return tuple(Wording(str(shape), _sentences(say, shape, names)) for shape in say.content)


def _sentences(node: Node, key: str, names: frozenset[str]) -> tuple[Template, ...]:
    sentences = node.reads(key, lambda: read_sentences(node.need(key, str)))
    _known(node, key, (f for s in sentences for f in s.facts), names)
    return sentences


def _text(node: Node, key: str, names: frozenset[str]) -> Template:
    template = node.reads(key, lambda: read_template(node.need(key, str)))
    _known(node, key, template.facts, names)
    return template


def _known(node: Node, key: str, used: Iterable[str], names: frozenset[str]) -> None:
    for name in used:
        if name not in names:
            raise node.wrong(f"{key} uses {name!r}, which is no fact", key, "define it under `facts:`")


def _check_shared(node: Node, scene: SceneSpec) -> None:
    """A shared scene is drawn once for everyone, so nothing of one account may be in it."""
    for case in scene.cases:
        texts = (case.headline, *case.exactly, *(s for w in case.wordings for s in w.sentences))
        used = [f for t in texts for f in t.facts] + list(facts_in(dict(case.show)))
        used += case.source.facts if case.source else ()
        if scene.shared and (own := [f for f in used if not f.startswith(("vendor.", "asks."))]):
            raise node.wrong(f"a shared scene cannot use {own[0]!r}", hint="take the fact out, or `shared: true`")


def _check_scenes(top: Node, scenes: tuple[SceneSpec, ...]) -> None:
    names = [s.name for s in scenes]
    if twice := [n for n in names if names.count(n) > 1]:
        raise top.wrong(f"two scenes are called {twice[0]!r}", "scenes")
    done = {d for s in scenes for d in s.does}
    for needed in ("greet", "signal", "figures", "unknown", "next_step", "person"):
        if needed not in done:
            raise top.wrong(f"no scene does {needed!r}", "scenes", "every film does; see docs/decisions/0060-words.md")
