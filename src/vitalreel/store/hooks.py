"""Reads `webhooks` of vitalreel.yaml: who is told about views, scores and runs of plays."""

from __future__ import annotations

import re
from collections.abc import Mapping

from vitalreel.errors import BadConfiguration
from vitalreel.tracking.hook import TELLS, Hook

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
_LOCAL = re.compile(r"http://(localhost|127\.0\.0\.1)[:/]")


def read_hooks(raw: object, where: str) -> tuple[Hook, ...]:
    """The hooks of a list of {name, url, tells}; none where there is no list. Raises BadConfiguration naming the entry."""
    if raw is None:
        return ()
    if not isinstance(raw, list):
        raise BadConfiguration(where, "is not a list", "write `webhooks: [{name: crm, url: https://...}]`")
    hooks = tuple(_hook(entry, f"{where}: entry {n}") for n, entry in enumerate(raw, 1))
    names = [hook.name.upper().replace("-", "_") for hook in hooks]
    twice = next((hook.name for hook, name in zip(hooks, names, strict=True) if names.count(name) > 1), None)
    if twice is not None:
        raise BadConfiguration(where, f"{twice!r} is there twice", "give each webhook a name of its own")
    return hooks


def _hook(entry: object, where: str) -> Hook:
    if not isinstance(entry, Mapping) or set(entry) - {"tells"} != {"name", "url"}:
        hint = "write {name: crm, url: https://...}, and tells: [views, scores, plays] where it is to be told more than views"
        raise BadConfiguration(where, "needs a name and a url, and may say what it is told of", hint)
    name, url = str(entry["name"]), str(entry["url"])
    if not _NAME.fullmatch(name):
        raise BadConfiguration(where, f"{name!r} is no name", "use up to 40 letters, digits, - and _, a letter first")
    if not url.startswith("https://") and not _LOCAL.match(url):
        raise BadConfiguration(
            where, f"{url!r} is not https", "only this machine itself may be told without encryption"
        )
    tells = entry.get("tells", ["views"])
    if not isinstance(tells, list) or not tells or set(tells) - set(TELLS):
        raise BadConfiguration(
            where, f"nothing is told by {tells!r}", f"write tells: [{', '.join(TELLS)}], or one of them"
        )
    return Hook(name, url, tuple(t for t in TELLS if t in tells))
