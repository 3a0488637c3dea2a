"""The mapping file: what it may say, and how it is told that it says something else (D3)."""

from __future__ import annotations

import pytest

from tests.sources.small import MAPPING, mapping
from vitalreel.errors import BadConfiguration
from vitalreel.sources.mapping import Field, Fixed, Through, missing_columns


def test_a_block_per_metric_comes_of_one_usage_block():
    """D3: one vendor row holds several numbers; each becomes a metric."""
    got = [(b.values["metric"], b.gather) for b in mapping().blocks_of("usage")]

    assert [("uses", "sum"), ("minutes", "sum")] == [(m.text, g) for m, g in got if isinstance(m, Fixed)]


def test_a_parent_is_named_with_both_keys():
    """D3: usage finds its account through its subscription, whose key has another name there."""
    got = mapping().blocks_of("usage")[0].values["account_id"]

    assert isinstance(got, Field)
    assert Through("subscriptions", "subscription", "id") == got.through


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("account:\n  from", "acount:\n  from", 6, "did you mean 'account'"),
        ("from: accounts", "from: acounts", 6, "did you mean 'accounts'"),
        ("  name: name\n", "", 6, "account needs name"),
        ("zone: zone", "zome: zone", 10, "did you mean 'zone'"),
        ("{money: yearly, in: currency}", "{money: yearly, from: currency}", 18, "names two vendor columns"),
        ("rates: {EUR: 1.5}", "rates: {EUR: 0}", 3, "a rate of 0.0 makes no sense"),
        ("rates: {EUR: 1.5}", "zone: Mars/Base", 3, "no time zone 'Mars/Base'"),
        ("source: small", "source: ../small", 1, "no short name"),
        ("files: {", "files: {{", 2, "not readable as YAML"),
        ("  zone: zone\n", "  zone: zone\n  zone: zone\n", 11, "stands twice"),
        ("known: row_date_on_first_import", "known: yesterday", 4, "may be row_date_on_first_import or load_time"),
    ],
)
def test_an_error_names_file_line_and_remedy(old: str, new: str, line: int, words: str):
    """D3, P5: whoever writes the file is told where to look and what to write."""
    assert old in MAPPING
    with pytest.raises(BadConfiguration) as e:
        mapping(MAPPING.replace(old, new, 1))

    assert words in str(e.value)
    assert e.value.where.startswith("mappings/small.yaml:")
    assert abs(int(e.value.where.rpartition(":")[2]) - line) <= 1


def test_every_column_a_file_lacks_is_named_at_its_line():
    """D3: `check` shows what does not map before anything is written."""
    got = missing_columns(mapping(), "accounts", ("id", "Name", "plan", "since"))

    assert ["name", "zone"] == [e.what.split("'")[1] for e in got]
    assert "did you mean" in got[0].hint
