"""Which words a text may use that no fact stands behind: none that is a figure, a date, a sum, a share or a name.

This is the tracer's own reading of text. It shares nothing with the writer or with the rules that make figures, so that a
mistake there cannot hide here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_ONES = "zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
_TENS = (
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion"
)
_ORDINALS = "second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth twentieth thirtieth"
_PARTS = "half halves thirds dozen dozens double doubled triple tripled twice thrice hundreds thousands millions nought"
_SHARES = "percent cent percentage minus plus"
_MONEY = "dollar dollars euro euros pound pounds pence cents yen"
NUMBER_WORDS = frozenset(" ".join((_ONES, _TENS, _ORDINALS, _PARTS, _SHARES, _MONEY)).split())
ALLOWED = ("scale starts at zero",)
"""Said of the picture, not of the account; the tracer holds the picture to it."""
_COUNTED_ONE = re.compile(
    r"\bone (?:hundred|thousand|million|in|of (?!your|our|the|these|those|them)|per|half)\b", re.I
)
_FRACTION = re.compile(r"\bquarters? of\b|\b(?:a|one|three) quarters?\b(?= (?:more|less|fewer))", re.I)
_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")
_OPENS = re.compile(r"(?:^|[.?!]\s+)[“\"(]*$")

_OPENERS = """
    a about across add after again all almost also among an and another any are around as ask at average because been
    before behind below beside between both bring but by call can changes choose come compared continue count dates did do does
    each end ends every everything fewer figures find first follow for from give given had has have he headline
    hello her here his how however i if in into is it its just keep largest last later less let like look longest many
    middle more most much my name near need neither new next no nobody none nor not nothing now of often on once one only
    open or ordinary other our out over part past people perhaps plain plans prepared product put question quarter reading
    record renews reply same scale seats see set several share she show since so some someone something start starts still
    such support take talk tell than that the their them then there these they thing this those through to together under
    until up use very was watching we week weekly weeks were what when where whether which while who whose why will with without
    work would write year yes you your
    spoken written synthetic approved notice paid used feature features check yearly monthly quarterly subscription
    subscriptions log uses usage value values contract contracts customer customers small large low high total price term
    terms today thank invoice invoices ticket tickets site sites goal goals progress team teams day days month months hour
    hours better well further rather similar
    any anything both either few go instead hardly notes requests theirs whatever worth yours
    account agency asked behind difference end habit hardest held latest managers money moments nearer overtime priorities
    faults plan please project promise promises quote reached reaching seat spend spent swaps wanted watching whoever going change
"""
OPENERS = frozenset(_OPENERS.split())
"""Words that may open a sentence with a capital. Any other capital is taken for a name, and a name needs a fact."""


def strange_words(text: str, before: str = "") -> Iterator[tuple[str, str]]:
    """(what, why) for everything in `text` that would need a fact.

    before: the text that stands before it in the same line, which tells whether a capital opens a sentence.
    """
    if text.strip(" .").lower() in ALLOWED:
        return
    for phrase in ALLOWED:
        text = re.sub(phrase, lambda m: "x" * len(m[0]), text, flags=re.I)
    yield from _strange_signs(text)
    for found in (*_COUNTED_ONE.finditer(text), *_FRACTION.finditer(text)):
        yield found[0], "a number in words"
    for found in _WORD.finditer(text):
        if why := _strange_word(found[0], (before + text[: found.start()])):
            yield found[0], why


def _strange_signs(text: str) -> Iterator[tuple[str, str]]:
    for sign in text:
        kind = unicodedata.category(sign)
        if kind in ("Nd", "Nl", "No"):
            yield sign, "a digit"
        elif kind == "Sc" or sign in "%‰":
            yield sign, "a sign of money or share"
        elif sign in "@\\_" or (kind == "Sm" and sign not in "|"):
            yield sign, "a sign that belongs to figures or addresses"


def _strange_word(word: str, before: str) -> str | None:
    lower = word.lower()
    if lower in NUMBER_WORDS or re.fullmatch(r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)\w+", lower):
        return "a number in words"
    if any(c.isalpha() and not c.isascii() for c in word):
        return "a word of another language, perhaps a name"
    if any(c.isupper() for c in word[1:]):
        return "an abbreviation or a name"
    if not word[0].isupper() or word == "I":
        return None
    opens = _OPENS.search(before) is not None
    if opens and (lower in OPENERS or lower.partition("’")[0].partition("'")[0] in OPENERS):
        return None
    return "a capital: perhaps a name" if not opens else "not a known opening word: perhaps a name"
