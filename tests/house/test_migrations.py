"""Migrations follow one another: two that were written side by side would leave every workspace unopened."""

from __future__ import annotations

import re
from pathlib import Path

VERSIONS = Path(__file__).resolve().parents[2] / "src" / "vitalreel" / "store" / "migrations" / "versions"


def _named(text: str, what: str) -> str | None:
    found = re.search(rf'^{what} = "(\w+)"$', text, re.MULTILINE)
    return found[1] if found else None


def test_each_migration_has_a_number_of_its_own_and_follows_the_one_before_it() -> None:
    """The number of its file is its revision's, and it stands on the newest of those with a lower one."""
    files = sorted(VERSIONS.glob("[0-9]*.py"))
    texts = {path.name[:4]: path.read_text(encoding="utf-8") for path in files}
    numbers = list(texts)

    assert len(files) == len(numbers) > 0
    assert numbers == [_named(text, "revision") for text in texts.values()]
    assert [None, *numbers[:-1]] == [_named(text, "down_revision") for text in texts.values()]
