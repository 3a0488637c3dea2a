"""A document as one HTML page, the same for screen and paper: a Document, a brand kit and typefaces in, text out."""

# ruff: noqa: E501 (a document's template is easier to read by its lines)
from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from vitalreel.briefs.dossier import FIELDS
from vitalreel.briefs.fact import Fact
from vitalreel.briefs.script import Line
from vitalreel.measurement.report.faces import font_faces
from vitalreel.papers.paper import Document, Picture, Section
from vitalreel.papers.pen import NARROW, WIDE, Pen
from vitalreel.papers.pictures import draw
from vitalreel.papers.style import STYLE, colours
from vitalreel.video.kit import Kit

TABLES: Mapping[str, str] = {
    "usage": "product log", "feature_usage": "product log", "contract": "contract", "ticket": "support desk", "milestone": "milestones agreed",
    "subject_goal": "goals as written down", "goal_reading": "readings of the goal", "value_result": "your own records",
    "statement": "notes, as written down", "calendar_item": "calendar", "quote": "quote", "account": "customer record",
    "contact": "people as recorded", "csm": "our people", "configuration": "settings of this document", "product_feature": "product",
    "score": "health score", "score_part": "health score", "churn_probability": "churn model", "sponsor_change": "contacts",
    "remark": "calls and mails", "invoice": "invoices", "task": "open tasks", "view": "views of films",
}  # fmt: skip
"""Where rows are from, in words a reader knows."""
ROWS_TOLD = 4
UNTOLD = ("flag",)
"""Units of facts that only decide which words stand there."""


def page(document: Document, kit: Kit, faces: Mapping[str, bytes], now: datetime) -> str:
    """The whole document. faces: file name -> TTF, of which it holds the letters it uses. Equal inputs, equal text."""
    places = _places(document)
    told = [(n, document.facts[name]) for name, n in places.items() if _is_listed(document, name)]
    values = {
        "d": document, "kit": kit, "vendor": document.facts["vendor.name"].shown if "vendor.name" in document.facts else kit.name,
        "inside": document.audience == "inside", "told": told, "places": places, "style": Markup(colours(kit.light) + STYLE),  # noqa: S704 (ours)
        "made": f"{now:%Y-%m-%dT%H:%M:%SZ}", "written": f"{day(now)}, {now:%H:%M} UTC", "from_": from_, "rows": rows, "means": means,
        "line": lambda one: _marked(one, places), "figures": lambda s: _figures(s, document, kit), "tiles": _tiles,
        "text": lambda value: _text(value, places), "missing": sorted(document.missing.items()),
    }  # fmt: skip
    bare = _PAGE.render(faces="", **values)
    return _PAGE.render(faces=Markup(font_faces(bare, faces)), **values)  # noqa: S704 (ours)


def _places(document: Document) -> dict[str, int]:
    """Fact -> its number in the list of figures. The rows of a table or a chart are one figure there, with all their sources."""
    listed = [name for name in document.facts if _is_listed(document, name)]
    number = {name: n for n, name in enumerate(listed, 1)}
    return {name: number.get(name) or number.get(name.partition(".")[0], 0) for name in document.facts}


def _is_listed(document: Document, name: str) -> bool:
    fact, family = document.facts[name], document.facts.get(name.partition(".")[0])
    of_family = family is not None and family is not fact and family.unit in ("rows", "series")
    return bool(fact.shown) and fact.unit not in UNTOLD and not of_family


def day(value: date) -> str:
    """17 November 2026."""
    return f"{value.day} {value:%B %Y}"


def from_(fact: Fact) -> str:
    """Where a fact is from, for a customer: the kind of record and how many rows of it."""
    tables = re.split(r"[^a-z_]+", fact.origin.table)
    words = " and ".join(dict.fromkeys(TABLES[t] for t in tables if t in TABLES)) or "our records"
    return f"{words}, {fact.origin.count:,} rows" if fact.origin.count > 1 else words


def means(fact: Fact) -> str:
    """What a fact is, for a reader."""
    if fact.name == "as_of":
        return "the last day whose data this document knows"
    return FIELDS[fact.name][1] if fact.name in FIELDS else fact.means


def rows(fact: Fact) -> str:
    """The first source rows, and how many more there are."""
    kept = fact.origin.rows[: ROWS_TOLD * (3 if fact.unit in ("rows", "series") else 1)]
    more = fact.origin.count - len(kept)
    return ", ".join(kept) + (f" and {more:,} more" if more > 0 else "")


def _marked(line: Line, places: Mapping[str, int]) -> Markup:
    """A line with every fact as a link to its row in the list of figures; an address as one to write to."""
    found = Markup("")
    for run in line.runs:
        if run.fact is None:
            found += escape(run.shown)
        elif run.fact.endswith(".email"):
            found += Markup('<a class="mail" href="mailto:{0}">{0}</a>').format(run.shown)
        else:
            found += Markup('<a class="f" href="#fact-{}">{}</a>').format(places[run.fact], run.shown)
    return found


def _text(value: object, places: Mapping[str, int]) -> Markup:
    """A text of a picture, its facts as links."""
    if not isinstance(value, Mapping):
        return Markup("")
    found = Markup("")
    for shown, fact in value["text"]:
        found += (
            escape(shown) if fact is None else Markup('<a class="f" href="#fact-{}">{}</a>').format(places[fact], shown)
        )
    return found


def _tiles(section: Section) -> list[Picture]:
    return [p for p in section.pictures if p.kind == "columns"]


def _figures(section: Section, document: Document, kit: Kit) -> Markup:
    """The drawn pictures of a section, each at a desk's width and at a phone's."""
    found = Markup("")
    for picture in (p for p in section.pictures if p.kind != "columns"):
        wide, narrow = (draw(picture, document.facts, document.as_of, Pen(w, kit.light)) for w in (WIDE, NARROW))
        found += Markup(f'<figure><div class="w">{wide}</div><div class="n">{narrow}</div></figure>')  # noqa: S704 (escaped where it is drawn)
    return found


_ENVIRONMENT = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
_ENVIRONMENT.filters |= {"day": day}
_PAGE = _ENVIRONMENT.from_string("""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex,nofollow">
<title>{{ d.title.shown }}: {{ d.under.shown }}</title>
<meta name="author" content="{{ vendor }}">
<meta name="generator" content="Vitalreel">
<meta name="dcterms.created" content="{{ made }}">
<meta name="dcterms.modified" content="{{ made }}">
<style>{{ faces }}{{ style }}</style>
</head>
<body>
<main>
<header>
<p class="vendor"><svg viewBox="0 0 {{ kit.mark.size }} {{ kit.mark.size }}" aria-hidden="true"><path d="{{ kit.mark.outline }}" fill="{{ kit.light.accent }}"/></svg><b>{{ vendor }}</b></p>
<h1 dir="auto">{{ d.title.shown }}</h1>
<p class="under">{{ d.under.shown }}</p>
{% if inside %}<p><span class="inside">For our own people</span></p>{% endif %}
</header>
{% for s in d.sections %}
<section id="{{ s.name }}">
<h2>{{ line(s.title) }}</h2>
{% for t in tiles(s) %}<dl class="tiles">{% for c in t.show.columns %}<div{% if c.get('accent') %} class="accent"{% endif %}><dt>{{ text(c.label) }}</dt><dd>{{ text(c.number) }}<div class="c">{{ text(c.comparison) }}</div></dd></div>{% endfor %}</dl>
{% endfor %}
{% for one in s.lines %}<p dir="auto">{{ line(one) }}</p>
{% endfor %}
{{ figures(s) }}
{% for t in s.tables %}<div class="table"><table>
<thead><tr>{% for head in t.heads %}<th scope="col">{{ head }}</th>{% endfor %}</tr></thead>
<tbody>{% for row in t.rows %}<tr>{% for cell in row %}{% if loop.first %}<th scope="row" dir="auto">{{ line(cell) }}</th>{% else %}<td dir="auto">{{ line(cell) }}</td>{% endif %}{% endfor %}</tr>{% endfor %}</tbody>
</table></div>
{% endfor %}
{% if s.source.runs %}<p class="source">{{ s.source.shown }}</p>{% endif %}
</section>
{% endfor %}
<section class="figures" id="figures">
<h2>Every figure, its day and where it is from</h2>
<table>
<thead><tr><th scope="col">Figure</th><th scope="col">What it is</th><th scope="col">As of</th><th scope="col">From</th></tr></thead>
<tbody>{% for n, f in told %}<tr id="fact-{{ n }}"><th scope="row" dir="auto">{{ f.shown }}</th><td dir="auto">{{ means(f) }}</td><td class="nw">{{ f.as_of|day }}</td><td>{% if inside %}{{ f.origin.table }}: {{ f.origin.query }}{% if f.origin.rows %}<br><span class="rows">{{ rows(f) }}</span>{% endif %}{% else %}{{ from_(f) }}{% endif %}</td></tr>
{% endfor %}</tbody>
</table>
{% if inside and missing %}<p class="source">Not known: {% for name, why in missing %}{{ why }}{% if not loop.last %}; {% endif %}{% endfor %}.</p>{% endif %}
</section>
<p class="foot">Made by {{ vendor }} on {{ written }}.{% if not inside %} The rows behind any figure can be asked for.{% endif %}</p>
</main>
</body>
</html>
""")
