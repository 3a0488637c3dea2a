"""A page of drafts side by side: what each account would see and hear, and how far it is its own."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from vitalreel.steps.preview import Column

STYLE = """
:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}body{margin:24px}
main{display:grid;grid-auto-flow:column;grid-auto-columns:minmax(340px,1fr);gap:24px;overflow-x:auto;align-items:start}
video{width:100%;border-radius:8px;background:#111}h1{font-size:20px}h2{font-size:16px;margin:0}p{margin:4px 0}
ol{padding:0;list-style:none}li{border-top:1px solid color-mix(in srgb,currentColor 20%,transparent);padding:8px 0}
b{font-weight:600}.q{opacity:.65;font-size:13px}
"""


def side_by_side(module: str, columns: Sequence[Column], videos: Sequence[str]) -> str:
    """HTML that needs nothing from anywhere. videos: for each column the address of its film, "" where there is none."""
    parts = [_column(c, video) for c, video in zip(columns, videos, strict=True)]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(module)}</title><style>{STYLE}</style><h1>{escape(module)}</h1><main>{''.join(parts)}</main></html>"
    )


def _column(column: Column, video: str) -> str:
    head = (
        f'<h2 dir="auto">{escape(column.name)}</h2><p class="q">{escape(column.account)}, {escape(column.segment)}</p>'
    )
    if column.made is None or column.script is None:
        return f"<section>{head}<p>No film: {escape(column.reason)}</p></section>"
    scenes = "".join(
        f'<li><p class="q">{escape(s.name)}</p><p dir="auto"><b>{escape(s.headline.shown)}</b></p>'
        f'<p dir="auto">{escape(" ".join(line.shown for line in s.say))}</p></li>'
        for s in column.script.scenes
    )
    failed = "".join(
        f"<p>Failed: {escape(f'{c.check}: {c.value}, limit {c.limit} {c.where}')}</p>"
        for c in column.made.checks
        if not c.ok
    )
    return (
        f'<section>{head}<video controls preload="metadata" src="{escape(video)}"></video>'
        f'<p class="q">{column.made.board.length_s:.0f} s long{_differs(column)}</p>{failed}<ol>{scenes}</ol></section>'
    )


def _differs(column: Column) -> str:
    if column.differs is None:
        return ""
    said = f"; {column.differs.words:.0%} of its words and {column.differs.seconds:.0%} of its seconds are its own"
    return said + (": only the greeting differs" if column.differs.theatre else "")
