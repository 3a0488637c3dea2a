"""Whether a program fetched something, by its User-Agent: the header's text in, yes or no out (K9).

A program says so in one of four ways: a name that ends in "bot" or tells a crawler's trade, an address to complain at ("+https://"),
the name of the library or tool that sends, or the name of a mail scanner, a link preview or a watchman of sites. Words are looked for
whole, since browsers inside apps carry the app's name (LinkedIn, Telegram, Discord) and phones their maker's (CUBOT): those are people.
"""

from __future__ import annotations

import re
from functools import lru_cache

_TRADES = (
    r"(?!cubot(?![a-z]))[a-z0-9.]*bot",  # Googlebot, LinkedInBot, TelegramBot; the phones of CUBOT are none
    "[a-z]*crawler", "crawl", "[a-z]*spider", "slurp", "[a-z]*preview", "(?:[a-z]+-?)?scan(?:ner)?", "(?:[a-z]+-?)?monitor(?:ing)?",
    "(?:[a-z]+-?)?fetch(?:er)?", "[a-z]*headless[a-z]*", "phantomjs", "[a-z]*-?lighthouse",
)  # fmt: skip
_TOOLS = (
    "curl", "wget", "python(?:-[a-z]+)?(?=/)", "httpx", "aiohttp", "okhttp", "go-http-client", "java(?=/)", "libwww(?:-perl)?", "axios",
    "undici", "apache-httpclient", "guzzlehttp", "faraday", "postman(?:runtime)?", "puppeteer", "selenium",
)  # fmt: skip
_NAMES = (
    # what looks into mail before its reader does
    "barracuda[a-z]*", "proofpoint", "mimecast", "safelinks", "symantec", "trendmicro", "forcepoint", "fireeye", "zscaler",
    "googleimageproxy", "yahoomailproxy", "ms-office", "msoffice", "microsoft office",
    # what draws a preview of a link
    "facebookexternalhit", "facebookcatalog", "meta-external[a-z]*", "embedly", "iframely", "skypeuripreview",
    # what watches over sites
    "pingdom[a-z.]*", "site24x7", "statuscake", "gtmetrix", "datadog", "censysinspect", "google-[a-z]+", "[a-z]+-google",
)  # fmt: skip
_OPENS = ("whatsapp/", "outlook-", "microsoft office")
"""With which a program's own requests begin; the same words further on are an app's browser, and a person's."""

_PROGRAM = re.compile(r"\+https?://|(?<![a-z0-9.])(?:" + "|".join((*_TRADES, *_TOOLS, *_NAMES)) + r")(?![a-z])")


@lru_cache(maxsize=1024)
def is_program(agent: str) -> bool:
    """Whether a User-Agent is a program's and not a person's browser; none at all is a program's too."""
    told = agent.strip().lower()
    return not told or told.startswith(_OPENS) or _PROGRAM.search(told) is not None
