"""The look of a mail: MJML with places for words, for clients that know little CSS, light and dark, wide and narrow."""

from __future__ import annotations

from jinja2 import Environment, StrictUndefined

ENVIRONMENT = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)

ATTRIBUTES = """\
  <mj-attributes>
    <mj-all font-family="Inter, -apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif" />
    <mj-text font-size="16px" line-height="25px" color="#17162b" padding="0 0 16px 0" />
    <mj-section padding="0" />
    <mj-column padding="0" />
  </mj-attributes>
  <mj-raw><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"></mj-raw>
"""
"""Type and spacing of every mail, and that it has colours of its own for the dark."""
DARK = """\
      body, .page, .frame { background: #100f1d !important; background-color: #100f1d !important; }
      .text div, .text b { color: #ececf8 !important; }
      .quiet, .quiet div, .quiet a { color: #b3b1cb !important; }
      .rule p { border-top-color: #2c2a42 !important; }
"""
"""Its grounds and words in the dark, inside the media query."""
_MJML = (
    """\
<mjml lang="{{ language }}">
<mj-head>
  <mj-title>{{ subject }}</mj-title>
  <mj-preview>{{ preview }}</mj-preview>
"""
    + ATTRIBUTES
    + """\
  <mj-style>
    :root { color-scheme: light dark; supported-color-schemes: light dark; }
    .first a, .second a { display: inline-block; }
    @media (max-width: 480px) {
      .first table, .second table { width: 100% !important; }
      .first a, .second a { display: block !important; }
    }
    @media (prefers-color-scheme: dark) {
"""
    + DARK
    + """\
      .first td { background: {{ dark_accent }} !important; }
      .first a { background: {{ dark_accent }} !important; color: {{ on_dark_accent }} !important; }
      .second td { background: #100f1d !important; border-color: #6f6d8c !important; }
      .second a { background: #100f1d !important; color: #ececf8 !important; }
    }
  </mj-style>
</mj-head>
<mj-body width="584px" background-color="#ffffff" css-class="page">
  <mj-section css-class="frame" padding="32px 24px 40px 24px">
    <mj-column>
      {% for paragraph in opening %}
      <mj-text css-class="text">{{ paragraph }}</mj-text>
      {% endfor %}
      <mj-image src="cid:{{ poster }}" href="{{ watch }}" alt="{{ alt }}" padding="4px 0 20px 0" border-radius="10px"
        container-background-color="transparent" fluid-on-mobile="true" />
      <mj-button css-class="first" href="{{ watch }}" align="left" padding="0 0 12px 0" inner-padding="12px 20px"
        background-color="{{ accent }}" color="{{ on_accent }}" border-radius="8px" font-size="15px" font-weight="600"
        line-height="22px">{{ play }}</mj-button>
      {% if button %}
      <mj-button css-class="second" href="{{ button_link }}" align="left" padding="0 0 24px 0" inner-padding="11px 20px"
        background-color="#ffffff" color="#17162b" border="1px solid #8d8ba6" border-radius="8px" font-size="15px"
        font-weight="600" line-height="22px">{{ button }}</mj-button>
      {% endif %}
      {% for paragraph in closing %}
      <mj-text css-class="text">{{ paragraph }}</mj-text>
      {% endfor %}
      <mj-text css-class="text" padding="0 0 28px 0"><b style="font-weight:600">{{ sender }}</b>
        {% for line in signature %}<br><span class="quiet" style="color:#4d4b66">{{ line }}</span>{% endfor %}</mj-text>
      <mj-divider css-class="rule" border-width="1px" border-color="#e5e4f0" padding="0 0 16px 0" />
      <mj-text css-class="quiet" font-size="13px" line-height="20px" color="#5c5a76" padding="0 0 14px 0">{{ made }}
        <a href="{{ untracked }}" style="color:#5c5a76">{{ untracked_text }}</a></mj-text>
      <mj-text css-class="quiet" font-size="13px" line-height="20px" color="#5c5a76" padding="0">{{ why }}
        <a href="{{ unsubscribe }}" style="color:#5c5a76">{{ unsubscribe_text }}</a><br>{{ address }}</mj-text>
    </mj-column>
  </mj-section>
</mj-body>
</mjml>
"""
)

TEMPLATE = ENVIRONMENT.from_string(_MJML)
"""Renders to MJML; every word put in is escaped, and one forgotten raises UndefinedError."""
