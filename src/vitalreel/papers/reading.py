"""From a paper's YAML to a Paper, with errors that name the file, the line and what would be right.

A line is one text, or a list of texts of which the first is told whose facts are all known; so is a picture. A text may stand
under a question: {if: seats is known, say: "..."}.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from vitalreel.briefs.cases import Question, read_question
from vitalreel.briefs.dossier import LISTS
from vitalreel.briefs.lookup import Listed
from vitalreel.briefs.module import FactSpec, Module
from vitalreel.briefs.node import Node, node_of
from vitalreel.briefs.pictures import facts_in, kind_of
from vitalreel.briefs.reading import BUILT_IN, as_plain, askable, read_facts, refuse_inside
from vitalreel.briefs.template import Template, read_sentences, read_template
from vitalreel.identity import Plain
from vitalreel.papers.paper import Audience, Paper, Say, SectionSpec, TableSpec

DRAWN = ("line", "bars", "columns", "benchmark", "outcome")
"""Kinds of picture a paper can have; their shapes are those of films."""
Specs = Mapping[str, FactSpec]


def facts_of(text: str, where: str) -> str:
    """The module whose facts a paper tells. Raises BadConfiguration."""
    return node_of(text, where, "paper").need("facts_of", str)


def read_paper(text: str, where: str, module: Module) -> Paper:
    """The paper in `text`. module: the one its `facts_of` names; where: the file's name, for messages.

    Raises BadConfiguration naming file, line and remedy at the first mistake.
    """
    top = node_of(text, where, "paper")
    top.only("paper", "version", "title", "under", "for", "facts_of", "facts", "sections")
    own = read_facts(top.child("facts"), module.facts) if "facts" in top.content else {}
    audience = cast("Audience", top.one_of("for", ("customer", "inside")))
    if audience == "customer" and own:
        refuse_inside(top.child("facts"), own)
    specs = {**module.facts, **own}
    return Paper(
        name=top.need("paper", str),
        version=top.need("version", int),
        where=where,
        audience=audience,
        title=_template(top, "title", specs),
        under=_template(top, "under", specs),
        facts_of=module.name,
        facts=own,
        sections=tuple(_section(node, specs) for node in top.children("sections", "section")),
    )


def _section(node: Node, specs: Specs) -> SectionSpec:
    node.only("section", "title", "if", "lines", "show", "table", "source", "otherwise")
    section = SectionSpec(
        name=node.need("section", str),
        title=_template(node, "title", specs),
        when=_question(node, specs),
        lines=tuple(_alternatives(node, item, specs) for item in _items(node, "lines")),
        shows=tuple(_shows(node, item, specs) for item in _items(node, "show")),
        tables=tuple(_table(node, item, specs) for item in _items(node, "table")),
        source=_template(node, "source", specs) if "source" in node.content else None,
        otherwise=_template(node, "otherwise", specs) if "otherwise" in node.content else None,
    )
    if not (section.lines or section.shows or section.tables):
        raise node.wrong("tells nothing", hint="add `lines:`, `show:` or `table:`")
    if section.shows and section.source is None:
        raise node.wrong("a picture without a source line", "show", "add `source:`")
    return section


def _items(node: Node, key: str) -> list[object]:
    """A list, or the one thing that stands there; nothing where the key is absent."""
    value = node.content.get(key, [])
    return list(value) if isinstance(value, CommentedSeq | list) else [value]


def _alternatives(node: Node, item: object, specs: Specs) -> tuple[Say, ...]:
    choices = item if isinstance(item, CommentedSeq) else [item]
    return tuple(_say(node, choice, specs) for choice in choices)


def _say(node: Node, choice: object, specs: Specs) -> Say:
    if isinstance(choice, str):
        return Say(None, _sentences(node, choice, specs))
    if not isinstance(choice, CommentedMap):
        raise node.wrong(f"a line is a text, or {{if: ..., say: ...}}, not {choice!r}", "lines")
    asked = Node(node.where, choice, f"{node.path}.lines")
    asked.only("if", "say")
    return Say(_question(asked, specs), _sentences(asked, asked.need("say", str), specs))


def _question(node: Node, specs: Specs) -> Question | None:
    if "if" not in node.content:
        return None
    return node.reads("if", lambda: read_question(node.need("if", str), askable(specs)))


def _sentences(node: Node, text: str, specs: Specs) -> tuple[Template, ...]:
    sentences = node.reads("lines", lambda: read_sentences(text))
    for sentence in sentences:
        _known(node, "lines", sentence.facts, specs)
    return sentences


def _template(node: Node, key: str, specs: Specs) -> Template:
    template = node.reads(key, lambda: read_template(node.need(key, str)))
    _known(node, key, template.facts, specs)
    return template


def _shows(node: Node, item: object, specs: Specs) -> tuple[Mapping[str, Plain], ...]:
    choices = item if isinstance(item, CommentedSeq) else [item]
    return tuple(_show(node, choice, specs) for choice in choices)


def _show(node: Node, item: object, specs: Specs) -> Mapping[str, Plain]:
    if not isinstance(item, CommentedMap):
        raise node.wrong(f"a picture is a mapping, not {item!r}", "show")
    show = cast("dict[str, Plain]", as_plain(item))
    kind = node.reads("show", lambda: kind_of(show))
    if kind not in DRAWN:
        raise node.wrong(f"a paper has no picture {kind!r}", "show", f"use one of {', '.join(DRAWN)}")
    _known(node, "show", tuple(facts_in(show)), specs)
    return show


def _table(node: Node, item: object, specs: Specs) -> TableSpec:
    if not isinstance(item, CommentedMap):
        raise node.wrong(f"a table is a mapping, not {item!r}", "table")
    table = Node(node.where, item, f"{node.path}.table")
    table.only("rows", "columns")
    rows = table.need("rows", str)
    lookup = specs[rows].lookup if rows in specs else None
    if not isinstance(lookup, Listed):
        raise table.wrong(f"{rows!r} is no fact of a list", "rows", "define it `from: list of ..., at most N`")
    columns = cast("dict[str, Plain]", as_plain(table.need("columns", CommentedMap)))
    known = LISTS[lookup.name]
    for column in columns.values():
        if column not in known:
            raise table.wrong(f"{lookup.name} has no column {column!r}", "columns", f"use {', '.join(known)}")
    return TableSpec(rows, tuple((head, str(column)) for head, column in columns.items()))


def _known(node: Node, key: str, used: tuple[str, ...], specs: Specs) -> None:
    for name in used:
        if name not in specs and name not in BUILT_IN:
            raise node.wrong(f"{key} uses {name!r}, which is no fact", key, "define it under `facts:`")
