"""An answer to one of our own people's questions: sentences whose every figure, name and date is a fact with its rows (H11)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from vitalreel.briefs.fact import Fact, Ledger, Origin, Value
from vitalreel.briefs.figures import say, show
from vitalreel.briefs.script import Line
from vitalreel.briefs.template import fill, read_template
from vitalreel.briefs.trace import Untraced, check_fact, check_line


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known, in sentences; or why nothing can be said."""

    question: str
    account: str | None  # None: it is about all accounts
    as_of: date
    lines: tuple[Line, ...]
    facts: Ledger  # those the lines use, in order of first use
    refused: str = ""  # why the data do not carry an answer; empty where they do

    @property
    def text(self) -> str:
        """The sentences, a line each; the refusal where there are none."""
        return "\n".join(line.shown for line in self.lines) or self.refused


@dataclass
class Notes:
    """An answer while it is written: facts by name, and the sentences that use them."""

    question: str
    account: str | None
    as_of: date
    facts: dict[str, Fact] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    def fact(self, name: str, value: Value, unit: str, means: str, origin: Origin, as_of: date | None = None) -> str:
        """Know a fact; answers its name. unit: as `figures.show` takes it."""
        on = as_of or self.as_of
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        style = "exact" if unit.partition(":")[0] in ("points", "count") else ""
        made = Fact(name, means, value, unit, show(value, unit), say(value, unit, style, on), on, None, origin)
        self.facts[name] = made
        return name

    def say(self, sentence: str, **facts: str) -> None:
        """Add a sentence. Its slots `{label}` name a fact, or a keyword whose value does: `{was}` with was="reading.before"."""
        for slot, name in facts.items():
            sentence = sentence.replace(f"{{{slot}}}", f"{{{name}}}").replace(
                f"{{{slot} with unit}}", f"{{{name} with unit}}"
            )
        self.lines.append(fill(read_template(sentence), self.facts))

    def done(self) -> Answer:
        """The answer, with the facts it uses."""
        used = dict.fromkeys(name for line in self.lines for name in line.facts)
        return Answer(self.question, self.account, self.as_of, tuple(self.lines), {n: self.facts[n] for n in used})

    def refuse(self, why: str) -> Answer:
        """No answer, and why."""
        return Answer(self.question, self.account, self.as_of, (), {}, why)


def untraced(answer: Answer, opens: Collection[str] = ()) -> tuple[Untraced, ...]:
    """What of an answer no fact stands behind: figures, names and dates in its words, and facts that disagree with themselves.

    opens: words in lower case that may open a sentence with a capital, beside those of films.
    """
    found = [u for n, line in enumerate(answer.lines, 1) for u in check_line(line, answer.facts, f"sentence {n}")]
    found = [u for u in found if not (u.why.startswith("not a known opening word") and u.what.lower() in opens)]
    return (*found, *(u for fact in answer.facts.values() for u in check_fact(fact)))


def document(answer: Answer) -> Mapping[str, object]:
    """The answer for machines: its text, and every fact with value, rows and day."""
    return {
        "question": answer.question, "account": answer.account, "as_of": answer.as_of, "answer": answer.text,
        "refused": answer.refused or None,
        "sentences": [{"text": line.shown, "facts": list(dict.fromkeys(line.facts))} for line in answer.lines],
        "facts": [
            {"fact": f.name, "text": f.shown, "value": f.value, "unit": f.unit, "means": f.means, "as_of": f.as_of,
             "source": {"table": f.origin.table, "query": f.origin.query, "rows": f.origin.rows, "count": f.origin.count,
                        "digest": f.origin.digest}}
            for f in answer.facts.values()
        ],
    }  # fmt: skip
