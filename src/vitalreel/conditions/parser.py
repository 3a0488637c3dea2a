"""From text to an unchecked tree: recursive descent, one function a phrase, every refusal with a place and where safe a way out."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from vitalreel.conditions.mistake import ConditionError, wrong
from vitalreel.conditions.phrases import Phrases
from vitalreel.conditions.tree import (
    All,
    Any,
    Change,
    Changed,
    Compare,
    Cross,
    Fresh,
    Happened,
    Known,
    Literal,
    Not,
    Op,
    Overdue,
    People,
    Ref,
    Silent,
    Test,
    Tree,
    Value,
    Was,
    Watched,
    Who,
)
from vitalreel.conditions.words import GRAINS, KEYWORDS, MAX_DEPTH, MAX_TESTS, MIRRORED, NULLS, PHRASES, WORDINGS

_COMPARISONS = ("above", "below", "over", "under", "at", "less", "greater", "more")


def read_text(text: str, names: frozenset[str]) -> Tree:
    """The tree of a text, its names and types not yet looked at. Raises ConditionError at the first mistake."""
    return _Parser(text, names).whole_text()


class _Parser(Phrases):
    """Grammar of ../shared/conditions.md, phrase by phrase."""

    __slots__ = ("_tests",)

    def __init__(self, text: str, names: frozenset[str]) -> None:
        super().__init__(text, names)
        self._tests = 0

    def whole_text(self) -> Tree:
        tree = self.condition(0)
        token = self.peek()
        if token.text == ")":
            raise self.wrong("E_SYNTAX", "This closing parenthesis has no opening one.", token, "")
        if token.kind != "end":
            raise self.wrong("E_SYNTAX", f"Did not expect {token.said} here; join conditions with and / or.", token)
        return tree

    # -- and, or, not

    def condition(self, depth: int) -> Tree:
        if depth > MAX_DEPTH:
            raise self.wrong("E_TOO_DEEP", f"More than {MAX_DEPTH} levels of parentheses: split the play.")
        start, parts, joined_by = self.peek().start, [self.one(depth)], ""
        while self.sees("and") or self.sees("or"):
            left_end = self.end
            word = self.next().text
            parts.append(self.one(depth))
            if joined_by and word != joined_by:
                raise self._mixed(start, left_end, word, parts[-2], parts[-1])
            joined_by = word
        if not joined_by:
            return parts[0]
        kind = All if joined_by == "and" else Any
        flat = [inner for part in parts for inner in (part.parts if isinstance(part, kind) else (part,))]
        return kind(tuple(flat), self.since(start))

    def _mixed(self, start: int, left_end: int, word: str, last: Tree, right: Tree) -> ConditionError:
        """Both readings of `a and b or c`, with the parentheses they need."""
        left = f"({self.text[start:left_end]}) {word} {self.said(right.at)}"
        right_first = f"{self.text[start : last.at[0]]}({self.said(last.at)} {word} {self.said(right.at)})"
        why = "and / or are mixed: say with parentheses which belong together."
        return wrong("E_MIXED", (start, right.at[1]), why, (left, right_first))

    def one(self, depth: int) -> Tree:
        first = self.peek()
        if self.take("("):
            inner = self.condition(depth + 1)
            if not self.take(")"):
                raise self.wrong("E_SYNTAX", "This parenthesis is never closed.", first)
            return replace(inner, at=self.since(first.start))
        if not self.take("not"):
            return self.test(depth)
        if not self.sees("("):
            denied = self.test(depth)
            fix = f"not ({self.said(denied.at)})"
            raise wrong("E_NOT", (first.start, denied.at[1]), "Put what is denied in parentheses.", fix)
        return Not(self.one(depth), self.since(first.start))

    # -- one test

    def test(self, depth: int) -> Test:
        start = self.peek().start
        self._tests += 1
        if self._tests > MAX_TESTS:
            raise self.wrong("E_TOO_LONG", f"More than {MAX_TESTS} tests: split the play.")
        return replace(self._test(depth), at=self.since(start))

    def _test(self, depth: int) -> Test:
        if self._sees_people():
            return self.people(depth)
        if self.take("no"):
            return self.silent()
        if self.take("at", "least"):
            count, event = self.whole(), self.signal()
            self.need("within")
            return Happened(event, count, self.time())
        if self.sees("feed", "("):
            return self.feed()
        return self.about()

    def _sees_people(self) -> bool:
        ahead = 1 if self.peek().text in ("any", "no", "every") else 3 if self.sees("at", "least") else 0
        return ahead > 0 and self.peek(ahead).text in GRAINS

    def people(self, depth: int) -> People:
        who, n = self.next().text, None
        if who == "at":
            self.need("least")
            who, n = "at least", self.whole()
        grain = GRAINS[self.next().text]
        where = self.one(depth) if self.take("where") else None
        has = self.watched() if self.take("has") or self.take("have") else None
        return People(cast(Who, who), n, grain, where, has)

    def watched(self) -> Watched:
        start = self._tokens[self._next - 1].start + len(self._tokens[self._next - 1].text) + 1
        self.need("watched")
        module = self.quoted_name()
        share = self.literal() if self.take("at", "least") else None
        within = self.time() if self.take("within") else None
        return Watched(module, share, within, self.since(start))

    def silent(self) -> Silent:
        event = self.signal()
        if self.sees("within"):
            raise self.wrong("E_WORDING", "Nothing happened *for* a time: write 'for'.", None, "for")
        self.need("for")
        return Silent(event, self.time())

    def feed(self) -> Fresh:
        self.need("feed")
        name_at = self.peek(1).at
        name = self.argument()
        self.need("is")
        yes = not self.take("not")
        self.need("fresh")
        return Fresh(name, yes, name_at=name_at)

    def about(self) -> Test:
        """A test that begins with a value."""
        first = self.peek()
        if first.kind in ("num", "text", "date", "times"):
            raise self._literal_first()
        if first.kind != "word" or first.text in KEYWORDS - {"days"}:
            raise self.wrong("E_SYNTAX", f"Expected a signal, found {first.said}.")
        value = self.value()
        verb = self.peek()
        if self.sign():
            return self.compared(value)
        if self.take("is"):
            return self.state(value, verb.start, verb.end)
        if verb.text in ("between", "contains", "before", "after"):
            return self.placed(value)
        if verb.text in ("up", "down", "changed", "rose", "fell", "was"):
            return self.moved(value)
        if self.take("within"):
            return Happened(value, 1, self.time())
        if self.take("overdue"):
            if not self.take("by"):
                raise self.wrong("E_WINDOW", "Overdue by how long? For example: overdue by 3 days.")
            return Overdue(value, self.time())
        if verb.kind == "end" or verb.text in ("and", "or", ")", "has", "have"):
            return Compare(value, "is", (Literal("word", "true", at=value.at),))
        raise self._no_verb(value)

    def compared(self, value: Value) -> Compare:
        sign, token = self.sign(), self.next()
        if self.peek().text in NULLS | {"unknown"} and self.peek().text not in self.names:
            at = (token.start, self.next().end)
            raise wrong("E_NULL", at, "Nothing equals an unknown: ask for it.", "is unknown")
        bound = self.bound()
        if self.sign():
            self.next()
            end = self.bound().at[1]
            raise wrong("E_CHAIN", (value.at[0], end), "One comparison at a time; use between, or and.")
        return Compare(value, cast(Op, sign), (bound,))

    def placed(self, value: Value) -> Compare:
        op = cast(Op, self.next().text)
        first = self.bound() if op in ("before", "after") else self.literal()
        if op != "between":
            return Compare(value, op, (first,))
        self.need("and")
        return Compare(value, op, (first, self.literal()))

    def moved(self, value: Value) -> Test:
        """A test of the value's past."""
        if self.take("changed"):
            return self.changed(value)
        if self.take("was"):
            return self.was(value)
        if self.sees("up") or self.sees("down"):
            return self.change(value)
        for way in ("rose above", "fell below"):
            if self.take(*way.split()):
                bound = self.bound()
                within = self.time() if self.take("within") else None
                return Cross(value, "rose above" if way == "rose above" else "fell below", bound, within)
        raise self.wrong("E_SYNTAX", "Write 'rose above' or 'fell below'.")

    def change(self, value: Value) -> Change:
        way = self.next().text
        by = self.literal()
        if self.sees("within"):
            raise self.wrong("E_WORDING", "A change is measured over a time: write 'over'.", None, "over")
        if not self.take("over"):
            raise self.wrong("E_WINDOW", "Over which time? For example: over 1 quarter.")
        return Change(value, "up" if way == "up" else "down", by, self.time())

    def changed(self, value: Value) -> Changed:
        before = self.literal() if self.take("from") else None
        after = self.literal() if self.take("to") else None
        if not self.take("within"):
            raise self.wrong("E_WINDOW", "Within which time? For example: within 7 days.")
        return Changed(value, before, after, self.time())

    def was(self, value: Value) -> Was:
        sign = self.sign()
        if sign:
            self.next()
        op = sign or ("is not" if self.take("not") else "is")
        to = self.literal()
        self.take("on")
        if self.peek().kind != "num":
            raise self.wrong("E_WINDOW", "On how many days? For example: on 3 of last 5 days.")
        days = self.whole()
        self.need("of", "last")
        of = self.whole()
        if not (self.take("days") or self.take("day")):
            raise self.wrong("E_SYNTAX", "Expected 'days'.")
        return Was(value, op, to, days, of)

    def state(self, value: Value, start: int, is_end: int) -> Test:
        """What follows `is`, which stands at [start, is_end)."""
        if self.take("known"):
            return Known(value, True)
        if self.take("unknown"):
            return Known(value, False)
        no = self.take("not")
        word = self.peek()
        if word.text in NULLS and word.kind == "word":
            fix = "is known" if no else "is unknown"
            raise wrong("E_NULL", (start, word.end), "Ask whether it is known.", fix)
        if no and word.text in ("known", "unknown"):
            fix = "is unknown" if word.text == "known" else "is known"
            raise wrong("E_WORDING", (start, word.end), "One way to say it.", fix)
        if self.take("one", "of"):
            return self.one_of(value, no)
        if self.sign() or word.text == "between":
            raise wrong("E_WORDING", (start, is_end), "Leave out 'is' before a comparison.", "")
        if word.text in _COMPARISONS:
            raise wrong("E_WORDING", (start, word.end), "Use a sign: > or <.", WORDINGS.get(word.text))
        to = self.literal()
        self._no_loose_list(start, no, to)
        return Compare(value, "is not" if no else "is", (to,))

    def one_of(self, value: Value, no: bool) -> Compare:
        self.need("(")
        listed = [self.literal()]
        while self.take(","):
            listed.append(self.literal())
        self.need(")")
        return Compare(value, "is not one of" if no else "is one of", tuple(listed))

    # -- refusals

    def _no_loose_list(self, start: int, no: bool, first: Literal) -> None:
        """Raise for `red or orange`: a word alone after `or` that is no signal."""
        words = [self.said(first.at)]
        while self.sees("or") and self._is_loose(1):
            self.next()
            words.append(self.said(self.next().at))
        if len(words) > 1:
            fix = f"is {'not ' * no}one of ({', '.join(words)})"
            raise wrong("E_LIST", self.since(start), "Name a list in parentheses.", fix)

    def _is_loose(self, ahead: int) -> bool:
        word, after = self.peek(ahead), self.peek(ahead + 1)
        value = word.kind in ("word", "text") and word.text not in self.names
        return value and (after.kind == "end" or after.text in ("and", "or", ")"))

    def _literal_first(self) -> ConditionError:
        literal = self.literal()
        sign = self.sign()
        if sign is None:
            return wrong("E_SYNTAX", literal.at, "A condition starts with a signal.")
        self.next()
        value = self.value()
        name, low = self.said(value.at), self.said(literal.at)
        turned = f"{name} {MIRRORED[sign]} {low}"
        second = self.sign()
        if second is None:
            return wrong("E_ORDER", (literal.at[0], value.at[1]), "Put the signal first.", turned)
        self.next()
        high = self.literal()
        fix = f"({turned} and {name} {second} {self.said(high.at)})"
        return wrong("E_CHAIN", (literal.at[0], high.at[1]), "One comparison at a time.", fix)

    def _no_verb(self, value: Value) -> ConditionError:
        """What may have been meant by what follows a value, which is no test."""
        verb = self.peek()
        if verb.text in ("+", "-", "*", "/"):
            why = "No arithmetic here, only one signal / another: make it a signal in the catalogue."
            return self.wrong("E_ARITHMETIC", why)
        if verb.text == "(":
            return self._no_call(value)
        for phrase, meant in PHRASES.items():
            if self.sees(*phrase.split()):
                return wrong("E_WORDING", (verb.start, self.peek(1).end), f"Write {meant!r} for {phrase!r}.", meant)
        if verb.text in WORDINGS:
            meant = WORDINGS[verb.text]
            return self.wrong("E_WORDING", f"Write {meant!r} for {verb.text!r}.", verb, meant)
        if verb.text == "are":
            return self.wrong("E_WORDING", "Say it of each: a is known and b is known.")
        return self.wrong("E_SYNTAX", f"Did not expect {verb.said} after {self.said(value.at)!r}.")

    def _no_call(self, value: Value) -> ConditionError:
        """A name in parentheses without quotes, or what looks like a function."""
        inside, after = self.peek(1), self.peek(2)
        if isinstance(value, Ref) and inside.kind == "word" and after.text == ")" and value.name in self.names:
            return self.wrong("E_QUOTE", "Write this name in single quotes.", inside, f"'{inside.text}'")
        why = "There are no functions; only milestones, videos and feeds take a quoted name."
        return self.wrong("E_FORBIDDEN", why)
