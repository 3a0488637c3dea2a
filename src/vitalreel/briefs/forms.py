"""The form of a file people write: older ones are brought up to date on loading, a step at a time, and newer ones are refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from vitalreel.errors import BadConfiguration

Content = MutableMapping[str, Any]
Upgrades = Mapping[int, Callable[[Content], None]]
"""Form -> what makes a file of that form one of the next, in place. Keys that only came to be, with a default, need none."""
FIRST = 1
"""The form of a file that does not say one."""


def upgrade(content: Content, newest: int, upgrades: Upgrades, where: str) -> None:
    """Bring `content` to the form `newest`, in place; its `form` is taken out.

    where: file and line, for errors. Raises BadConfiguration for a form this program does not read.
    """
    form = content.pop("form", FIRST)
    if isinstance(form, bool) or not isinstance(form, int) or form < FIRST:
        raise BadConfiguration(where, f"'form' cannot be {form!r}", f"forms are whole numbers; the newest is {newest}")
    if form > newest:
        what = f"is of form {form}, and this program reads forms up to {newest}"
        raise BadConfiguration(where, what, "read it with the version that wrote it, or a newer one")
    for step in range(form, newest):
        upgrades[step](content)
