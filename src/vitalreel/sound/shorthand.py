"""Business shorthand and signs, and the words they are read as.

Other capitals (QBR, NPS, API, SLA, SSO, MFA) the voice already spells, and CSAT and SaaS it says as words. How an abbreviation
sounds, where its letters mislead (SAML, SCIM), is the pronunciation dictionary's business, not this table's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

ABBREVIATIONS: Mapping[str, str] = {
    "e.g.": "for example", "eg.": "for example", "i.e.": "that is", "ie.": "that is", "etc.": "and so on", "etc": "and so on",
    "vs.": "versus", "vs": "versus", "approx.": "approximately", "approx": "approximately", "ca.": "about",
    "incl.": "including", "excl.": "excluding", "p.a.": "a year", "p.m.": "P.M.", "a.m.": "A.M.", "AM": "A M", "PM": "P M",
    "2FA": "two F A",
    "w/c": "week commencing", "w/e": "week ending", "w/o": "without", "w/": "with", "c/o": "care of", "n/a": "not available",
    "N/A": "not available", "a.k.a.": "also known as", "aka": "also known as", "resp.": "respectively", "avg.": "average",
    "avg": "average", "est.": "estimated", "max.": "maximum", "min.": "minimum", "misc.": "miscellaneous", "qty": "quantity",
    "mgmt": "management", "mgr": "manager", "acct": "account", "accts": "accounts", "dept": "department", "Dept": "Department",
    "Dept.": "Department", "dept.": "department", "govt": "government", "Ltd": "Limited", "Ltd.": "Limited",
    "Inc.": "Inc", "Corp.": "Corporation", "Co.": "Company", "Bros.": "Brothers",
    "Dr.": "Doctor", "Mr.": "Mister", "Mrs.": "Missus", "Ms.": "Miz", "Prof.": "Professor", "Jr.": "Junior", "Sr.": "Senior",
    "YoY": "year on year", "QoQ": "quarter on quarter", "MoM": "month on month", "WoW": "week on week", "DoD": "day on day",
    "YTD": "year to date", "QTD": "quarter to date", "MTD": "month to date", "LTM": "last twelve months",
    "TTM": "trailing twelve months", "WAU": "weekly active users", "WAUs": "weekly active users",
    "MAU": "monthly active users", "MAUs": "monthly active users", "DAU": "daily active users", "DAUs": "daily active users",
    "EoY": "end of year", "EOY": "end of year", "EoQ": "end of quarter", "EOQ": "end of quarter", "EoM": "end of month",
    "EOM": "end of month", "EOW": "end of week", "EOD": "end of day", "CoB": "close of business", "COB": "close of business",
    "TBC": "to be confirmed", "TBD": "to be decided", "TBA": "to be announced", "FYI": "for your information",
    "B2B": "B to B", "B2C": "B to C", "B2B2C": "B to B to C", "P2P": "P to P", "T&Cs": "terms and conditions",
    "SOC": "sock", "FTE": "full-time equivalent", "FTEs": "full-time equivalents", "thru": "through", "hrs": "hours",
    "mins": "minutes", "yrs": "years", "wks": "weeks", "mths": "months", "pts": "points", "no.": "number",
    "yr": "year", "qtr": "quarter", "qtrs": "quarters", "addl": "additional", "req'd": "required",
}  # fmt: skip
"""Read out in full, by the letters as written."""
_SPEAKS_FOR_ITSELF = {"no."}
"""Only before a figure: "no." ends many a sentence."""
_ENDS_SENTENCES = frozenset(("etc.", "p.a.", "Ltd.", "Inc.", "Corp.", "Co.", "Bros.", "Jr.", "Sr.", "resp."))
"""Their stop may be the sentence's too."""

SIGNS: Mapping[str, str] = {
    "&": "and", "@": "at", "%": "per cent", "‰": "per thousand", "=": "equals", "+": "plus", "~": "about", "≈": "about",
    "→": "to", "×": "times", "÷": "divided by", "±": "plus or minus", "≥": "at least", "≤": "at most", ">": "over", "<": "under",
    "#": "hash", "°": "degrees", "§": "section", "€": "euros", "£": "pounds", "$": "dollars", "¥": "yen", "₹": "rupees",
    "¢": "cents", "©": "", "®": "", "™": "", "†": "", "*": "", "^": "", "•": ",", "·": ",", "|": ",", "\\": "",
}  # fmt: skip
"""What is left of these after figures have been read."""


def pattern() -> re.Pattern[str]:
    known = "|".join(re.escape(a) for a in sorted(set(ABBREVIATIONS) - _SPEAKS_FOR_ITSELF, key=len, reverse=True))
    return re.compile(rf"(?<![\w.&/’'-])(?:{known})(?![\w&]|-\w|\.\w|['’]\w)")


def in_full(found: re.Match[str]) -> str:
    """The words for an abbreviation, its stop kept where it ends the sentence as well."""
    words = ABBREVIATIONS[found[0]]
    rest = found.string[found.end() :]
    if found[0] in _ENDS_SENTENCES and re.match(r"\s*$|\s+[\"“(]?[A-Z]", rest) and words[-1] != ".":
        return f"{words}."
    return words
