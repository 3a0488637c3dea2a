"""Object storage as a source: patterns, objects that change and go, and what is wrong told plainly (D2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.services.feeds import NOW
from tests.services.storage import Storage
from vitalreel.edges.connectors.bucket import Bucket
from vitalreel.errors import BadInput, Refused, Unavailable, VitalreelError
from vitalreel.ports import Ask, Landed
from vitalreel.store.landing import Landing


@pytest.fixture
def put(storage: Storage, request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    return lambda name, text: storage.put(f"{bucket(request)}/{name}", text.encode())


def bucket(request: pytest.FixtureRequest) -> str:
    return f"b{abs(hash(request.node.nodeid))}"


@pytest.fixture
def feed(storage: Storage, request: pytest.FixtureRequest) -> Bucket:
    return Bucket("x", storage.system(f"{bucket(request)}/crm"), "test", "test-secret", "VITALREEL_SOURCE_X")


def ask(pattern: str) -> Ask:
    return Ask("t", pattern, "mappings/x.yaml:3", ("id",))


def names(feed: Bucket, pattern: str) -> list[str]:
    return [p.name.split()[0] for p in feed.fetch(ask(pattern), Landed(), NOW)]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("day/1.csv", ["day/1.csv"]),
        ("day/*.csv", ["day/1.csv", "day/2.csv"]),
        ("day/?.jsonl", ["day/3.jsonl"]),
        ("**/1.csv", ["1.csv", "day/1.csv", "day/old/1.csv"]),
        ("day/**/1.csv", ["day/1.csv", "day/old/1.csv"]),
    ],
)
def test_a_pattern_names_objects_of_the_folder(
    put: Callable[[str, str], None], feed: Bucket, pattern: str, found: list[str]
):
    """D2: `*` within a name, `**` over folders, in the order of names; nothing outside the mapping's folder."""
    for name in ("crm/1.csv", "crm/day/1.csv", "crm/day/2.csv", "crm/day/old/1.csv", "other/day/9.csv"):
        put(name, "id,a\n1,x\n")
    put("crm/day/3.jsonl", '{"id": 1}\n')

    assert found == names(feed, pattern)


def test_an_object_is_fetched_once_and_again_when_it_changes(
    put: Callable[[str, str], None], feed: Bucket, tmp_path: Path
):
    """D2: incremental by object; one that is gone takes its rows with it; of a repeated key the last name counts."""
    landing, asked = Landing(tmp_path / "landing"), ask("*.csv")
    put("crm/1.csv", "id,a\n1,x\n2,x\n")
    put("crm/2.csv", "id,a\n2,y\n")
    first = landing.take(asked, feed.fetch(asked, landing.landed(asked), NOW))
    same = landing.take(asked, feed.fetch(asked, landing.landed(asked), NOW))
    put("crm/1.csv", "id,a\n1,changed\n2,x\n")
    put("crm/3.csv", "id,a\n3,z\n")
    after = landing.take(asked, feed.fetch(asked, landing.landed(asked), NOW))

    assert (3, 0, 3) == (first, same, after)
    assert {"1": "changed", "2": "y", "3": "z"} == {r["id"]: r["a"] for r in landing.read(asked, "t").rows.to_pylist()}


def test_an_object_that_cannot_be_read_is_one_row_that_says_so(
    put: Callable[[str, str], None], feed: Bucket, tmp_path: Path
):
    """P5: the others land; it is tried again each time, and counts once it is whole."""
    landing, asked = Landing(tmp_path / "landing"), ask("*.csv")
    put("crm/1.csv", "id,a\n1,x\n")
    put("crm/2.csv", "")
    landing.take(asked, feed.fetch(asked, landing.landed(asked), NOW))
    torn = landing.read(asked, "t").rows.select(["id", "_problem"]).to_pylist()
    put("crm/2.csv", "id,a\n2,y\n")
    landing.take(asked, feed.fetch(asked, landing.landed(asked), NOW))
    whole = landing.read(asked, "t").rows.select(["id", "_problem"]).to_pylist()

    told = "2.csv: the file is empty; export it again with its header line"
    assert [{"id": "1", "_problem": None}, {"id": None, "_problem": told}] == torn
    assert [{"id": "1", "_problem": None}, {"id": "2", "_problem": None}] == whole


def test_an_object_written_this_second_is_fetched_once_more(
    put: Callable[[str, str], None], feed: Bucket, tmp_path: Path
):
    """D2: storage tells times to the second; the same number of bytes written twice in one is not missed."""
    landing, asked = Landing(tmp_path / "landing"), ask("*.csv")
    put("crm/1.csv", "id,a\n1,x\n")
    landing.take(asked, feed.fetch(asked, landing.landed(asked), datetime.now(UTC)))
    put("crm/1.csv", "id,a\n1,y\n")
    landing.take(asked, feed.fetch(asked, landing.landed(asked), datetime.now(UTC)))

    assert [("1", "y")] == [(r["id"], r["a"]) for r in landing.read(asked, "t").rows.to_pylist()]


def test_what_is_wrong_is_told_with_its_remedy(put: Callable[[str, str], None], feed: Bucket, storage: Storage):
    """P5, P8: no object, no bucket, a file of another kind, a path out of the folder, a server that is away."""
    put("crm/a.xlsx", "PK")
    gone = Bucket("x", storage.system("no-such-bucket"), "test", "test-secret", "VITALREEL_SOURCE_X")
    for asking, pattern, error, words in (
        (feed, "*.csv", BadInput, "no object in"),
        (feed, "a.xlsx", BadInput, "files that end in '.xlsx' are not read"),
        (feed, "../other/*.csv", BadInput, "leaves the bucket's folder"),
        (gone, "*.csv", VitalreelError, "no-such-bucket"),
    ):
        with pytest.raises(error) as e:
            names(asking, pattern)
        assert words in str(e.value)
        assert "test-secret" not in str(e.value)


def test_a_broken_file_names_object_and_line(put: Callable[[str, str], None], feed: Bucket):
    """D4: as a file in a folder."""
    put("crm/a.csv", "id,id\n1,2\n")
    with pytest.raises(BadInput, match=r"a\.csv:1: two columns are called 'id'"):
        names(feed, "a.csv")


def test_what_the_storage_says_becomes_an_error_that_fits(feed: Bucket):
    """The messages of the S3 library itself."""
    refused = feed._trouble(OSError("AWS Error ACCESS_DENIED during ListObjectsV2 operation: Access Denied"))
    away = feed._trouble(OSError("AWS Error NETWORK_CONNECTION during ListObjectsV2 operation: curlCode: 7"))

    assert (Refused, Unavailable) == (type(refused), type(away))
    assert "VITALREEL_SOURCE_X_KEY" in str(refused)
