"""News to a person of ours: what is new in, one message for any channel out: plain text, and HTML for mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import mrml

from vitalreel.delivery.email import MAX_SUBJECT, one_line
from vitalreel.delivery.layout import ATTRIBUTES, DARK, ENVIRONMENT
from vitalreel.delivery.message import Message

_MJML = (
    """\
<mjml lang="en">
<mj-head>
  <mj-title>{{ subject }}</mj-title>
  <mj-preview>{{ subject }}</mj-preview>
"""
    + ATTRIBUTES
    + """\
  <mj-style>
    :root { color-scheme: light dark; supported-color-schemes: light dark; }
    @media (prefers-color-scheme: dark) {
"""
    + DARK
    + """\
      .open a { color: {{ dark_accent }} !important; }
    }
  </mj-style>
</mj-head>
<mj-body width="584px" background-color="#ffffff" css-class="page">
  <mj-section css-class="frame" padding="32px 24px 40px 24px">
    <mj-column>
      <mj-text css-class="text" padding="0 0 20px 0">{{ opening }}</mj-text>
      {% for item in items %}
      <mj-divider css-class="rule" border-width="1px" border-color="#e5e4f0" padding="0 0 14px 0" />
      <mj-text css-class="text" padding="0 0 {{ '4px' if item.detail or item.url else '16px' }} 0"><b
        style="font-weight:600">{{ item.title }}</b></mj-text>
      {% if item.detail %}
      <mj-text css-class="quiet" font-size="14px" line-height="21px" color="#4d4b66"
        padding="0 0 {{ '4px' if item.url else '16px' }} 0">{{ item.detail }}</mj-text>
      {% endif %}
      {% if item.url %}
      <mj-text css-class="open" font-size="14px" line-height="21px" padding="0 0 16px 0"><a href="{{ item.url }}"
        style="color:{{ accent }}">{{ item.link }}</a></mj-text>
      {% endif %}
      {% endfor %}
      <mj-divider css-class="rule" border-width="1px" border-color="#e5e4f0" padding="0 0 14px 0" />
      <mj-text css-class="quiet" font-size="13px" line-height="20px" color="#5c5a76" padding="0">{{ why }}</mj-text>
    </mj-column>
  </mj-section>
</mj-body>
</mjml>
"""
)
_TEMPLATE = ENVIRONMENT.from_string(_MJML)
_NO_WEB_FONTS = mrml.RenderOptions(fonts={})
WHY = "You get this because these accounts, or the programme, are yours to look after. alerts.yaml says what is told, and to whom."


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of news."""

    title: str
    detail: str = ""
    url: str = ""  # of a page of the console; empty: none
    link: str = "Open the account"  # what leads there


def compose(
    key: str,
    items: Sequence[Item],
    digest: bool,
    first_name: str,
    to_name: str,
    to: str,
    sender: tuple[str, str],
    accents: tuple[str, str],
) -> Message:
    """The message. first_name: empty for a team. to: an address, or a member's or channel's id. sender: name and address.
    accents: "#rrggbb", light and dark."""
    subject = subject_of(items, digest)
    new = "this is new since the last digest:" if digest else "this is new:"
    opening = f"Hello {one_line(first_name)}, {new}" if first_name else new.capitalize()
    html: str = mrml.to_html(
        _TEMPLATE.render(
            subject=subject, opening=opening, items=items, why=WHY, accent=accents[0], dark_accent=accents[1]
        ),
        render_options=_NO_WEB_FONTS,
    ).content
    blocks = ["\n".join(line for line in (i.title, i.detail, i.url) if line) for i in items]
    text = "\n\n".join((opening, *blocks, WHY)) + "\n"
    headers = {"Auto-Submitted": "auto-generated", "Content-Language": "en"}
    return Message(key, sender[1], sender[0], to, to_name, subject, text, html, headers, {})


def subject_of(items: Sequence[Item], digest: bool) -> str:
    """What a list of mails or messages shows: the news itself where there is one, else how many."""
    if len(items) == 1 and len(line := one_line(items[0].title)) <= MAX_SUBJECT:
        return line
    if len(items) == 1:
        return line[: MAX_SUBJECT - 1].rsplit(" ", 1)[0] + "…"
    return f"{len(items)} {'pieces of news' if digest else 'things that cannot wait'}"
