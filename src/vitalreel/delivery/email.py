"""The mail that carries a film: who, to whom, about what, with which links in; a Message ready for a channel out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import mrml

from vitalreel.delivery.layout import TEMPLATE
from vitalreel.delivery.message import Message
from vitalreel.errors import Refused

MAX_HTML_BYTES = 90_000  # Gmail cuts a mail off at 102 kB, and the rest of it with the unsubscribe link
MAX_SUBJECT = 78  # characters: RFC 5322's preferred line
_POSTER = "poster"
_NO_WEB_FONTS = mrml.RenderOptions(
    fonts={}
)  # its own choice fetches Roboto and others from their makers as the mail is opened


@dataclass(frozen=True, slots=True)
class Recipient:
    name: str
    first_name: str  # empty: no name in the greeting
    email: str
    account_name: str
    why: str  # completes "You get this because": "you are Nordwind's executive contact"


@dataclass(frozen=True, slots=True)
class Sender:
    """The named CSM, or the team where an account has none."""

    name: str
    email: str
    title: str
    phone: str = ""
    person: bool = True  # False: a pooled sender


@dataclass(frozen=True, slots=True)
class Vendor:
    """The company that sends, in its own brand: never Vitalreel's."""

    name: str
    address: str  # postal, on one line
    accent: str  # "#rrggbb" for light pages
    on_accent: str
    dark_accent: str
    on_dark_accent: str


@dataclass(frozen=True, slots=True)
class Film:
    title: str
    finding: str  # the film's own headline, traced like every sentence of it; empty where there is none
    length_s: float
    as_of: date
    poster: bytes
    poster_type: str  # "image/jpeg"
    button: str  # words of the call to action; empty: none
    language: str = "en"
    on_request: bool = False  # made when it is asked for: length and day are not known yet


@dataclass(frozen=True, slots=True)
class Links:
    """Absolute and personal to the recipient."""

    watch: str
    untracked: str
    button: str
    unsubscribe: str  # the page a person opens
    one_click: str  # the address a mail client posts to (RFC 8058)


def compose(key: str, film: Film, to: Recipient, sender: Sender, vendor: Vendor, links: Links) -> Message:
    """The message: subject, plain text and HTML with the same words, one-click unsubscribe headers, the poster inline.

    No picture is loaded from anywhere, so opening the mail tells nobody. Raises Refused where the subject breaks the
    editorial standard or the HTML would be cut off by mail clients.
    """
    words = _words(film, to, sender, vendor)
    html = _html(film, words, sender, vendor, links)
    return Message(
        key=key,
        sender=sender.email,
        sender_name=f"{sender.name}, {vendor.name}" if sender.person else sender.name,
        to=to.email,
        to_name=to.name,
        subject=subject(film, (to.account_name, vendor.name)),
        text=_text(words, sender, vendor, links),
        html=html,
        headers={
            "List-Unsubscribe": f"<{links.one_click}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "Content-Language": film.language,
        },
        inline={_POSTER: (film.poster_type, film.poster)},
    )


def subject(film: Film, names: tuple[str, ...]) -> str:
    """The film's title and length. Raises Refused for shouting; an exclamation mark inside one of `names` is a name's."""
    title = one_line(film.title)
    bare = title
    for name in names:
        bare = bare.replace(one_line(name), "")
    if "!" in bare or (len(bare) > 3 and bare.isupper()):
        raise Refused(f"the subject {title!r}", "it shouts", "say what the film shows, without exclamation marks")
    line = title if film.on_request else f"{title}, {clock(film.length_s)}"
    return line if len(line) <= MAX_SUBJECT else title


def clock(seconds: float) -> str:
    """A length as players show it: 1:34."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def spoken_length(seconds: float) -> str:
    """A length as a person says it, to the nearest half minute: "a minute and a half"."""
    halves = max(1, round(seconds / 30))
    minutes, half = divmod(halves, 2)
    numbers = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    if minutes == 0:
        return "half a minute"
    if minutes == 1:
        return "a minute and a half" if half else "a minute"
    spoken = numbers[minutes] if minutes < len(numbers) else str(minutes)
    return f"{spoken} and a half minutes" if half else f"{spoken} minutes"


def one_line(text: str) -> str:
    """Text without line breaks or control characters, as headers need it."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f\u2028\u2029]", " ", text).split())


@dataclass(frozen=True, slots=True)
class _Words:
    subject: str
    opening: tuple[str, ...]
    closing: tuple[str, ...]
    signature: tuple[str, ...]
    play: str
    button: str
    alt: str
    made: str
    why: str


def _words(film: Film, to: Recipient, sender: Sender, vendor: Vendor) -> _Words:
    day = f"{film.as_of.day} {film.as_of:%B %Y}"
    account = one_line(to.account_name)
    length = f"about {spoken_length(film.length_s)}" if film.on_request else clock(film.length_s)
    made = (
        "made when you press play, from the data of that moment"
        if film.on_request
        else f"made from {account}’s own data as of {day}"
    )
    greeting = f"Hello {one_line(to.first_name)}," if to.first_name else "Hello,"
    who = f"I look after {account} at {vendor.name}." if sender.person else f"This is {vendor.name}."
    said = one_line(film.finding or film.title).rstrip(".")
    what = f"Here is {spoken_length(film.length_s)} about {account}, made from your own data. {said}."
    reply = "Or just reply, this reaches me directly." if sender.person else "Or just reply, this reaches our team."
    return _Words(
        subject=subject(film, (to.account_name, vendor.name)),
        opening=(greeting, f"{who} {what}"),
        closing=(reply,),
        signature=tuple(
            line for line in (f"{sender.title}, {vendor.name}" if sender.title else "", sender.phone) if line
        ),
        play=f"Play the video, {length}",
        button=one_line(film.button),
        alt=f"Play the video, {length}: {one_line(film.title)}"
        + (f". {one_line(film.finding)}" if film.finding else ""),
        made=f"{made[0].upper()}{made[1:]}. The link is yours alone; we see which parts were watched.",
        why=f"You get this because {to.why}.",
    )


def _html(film: Film, words: _Words, sender: Sender, vendor: Vendor, links: Links) -> str:
    source = TEMPLATE.render(
        language=film.language, subject=words.subject, preview=film.finding or film.title, opening=words.opening,
        closing=words.closing, poster=_POSTER, alt=words.alt, play=words.play, watch=links.watch, button=words.button,
        button_link=links.button, sender=sender.name, signature=words.signature, made=words.made, why=words.why,
        untracked=links.untracked, untracked_text="Watch without tracking", unsubscribe=links.unsubscribe,
        unsubscribe_text="Unsubscribe or choose what you get", address=vendor.address, accent=vendor.accent,
        on_accent=vendor.on_accent, dark_accent=vendor.dark_accent, on_dark_accent=vendor.on_dark_accent,
    )  # fmt: skip
    html: str = mrml.to_html(source, render_options=_NO_WEB_FONTS).content
    size = len(html.encode("utf-8"))
    if size > MAX_HTML_BYTES:
        what = f"it has {size} bytes, mail clients cut it off above {MAX_HTML_BYTES}"
        raise Refused(f"the mail {words.subject!r}", what, "shorten the title or the finding")
    return html


def _text(words: _Words, sender: Sender, vendor: Vendor, links: Links) -> str:
    button = (f"{words.button}:\n{links.button}",) if words.button else ()
    parts = (
        *words.opening,
        f"{words.play}:\n{links.watch}",
        *button,
        *words.closing,
        "\n".join((sender.name, *words.signature)),
        f"-- \n{words.made}\nWatch without tracking: {links.untracked}",
        f"{words.why}\nUnsubscribe or choose what you get: {links.unsubscribe}\n{vendor.address}",
    )
    return "\n\n".join(parts) + "\n"
