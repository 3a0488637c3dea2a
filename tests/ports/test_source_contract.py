"""What every Source promises, run over every kind of file it reads; and what each kind does with broken input (P5)."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vitalreel.edges.connectors.files import Files
from vitalreel.errors import BadInput
from vitalreel.ports import Arrived

ROWS = [{"id": "1", "name": 'Zoë, "the" 1st', "note": "two\nlines"}, {"id": "2", "name": "007", "note": None}]


def write(folder: Path, kind: str) -> str:
    file = folder / f"t.{kind}"
    if kind == "csv":
        file.write_text('id,name,note\n1,"Zoë, ""the"" 1st","two\nlines"\n2,007,\n', encoding="utf-8")
    elif kind == "jsonl":
        file.write_text("".join(json.dumps(r) + "\n" for r in ROWS), encoding="utf-8")
    else:
        pq.write_table(pa.Table.from_pylist(ROWS), file)
    return file.name


def one(folder: Path, name: str, content: bytes | None = None) -> Arrived:
    if content is not None:
        (folder / name).write_bytes(content)
    return next(iter(Files(folder).read({"t": name})))


@pytest.fixture(params=["csv", "jsonl", "parquet"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_cells_arrive_as_the_text_they_are(tmp_path: Path, kind: str):
    """D2: nothing is guessed; 007 stays 007, an empty cell is null."""
    got = one(tmp_path, write(tmp_path, kind))

    assert ROWS == got.rows.select(["id", "name", "note"]).to_pylist()
    assert {pa.string()} == {got.rows.schema.field(c).type for c in ("id", "name", "note", "_problem")}
    assert ("t", f"t.{kind}") == (got.name, got.location)


def test_the_same_content_has_the_same_fingerprint(tmp_path: Path, kind: str):
    """D2: a load knows whether a file changed."""
    first, second = (one(tmp_path, write(tmp_path, kind)).fingerprint for _ in range(2))

    assert first == second


def test_a_missing_file_names_what_is_there(tmp_path: Path, kind: str):
    """P5: the remedy is in the sentence."""
    write(tmp_path, kind)
    with pytest.raises(BadInput, match=f"there is no such file.*there are: t.{kind}"):
        one(tmp_path, f"other.{kind}")


def test_a_path_may_not_leave_the_folder(tmp_path: Path):
    """P8: a mapping cannot read the rest of the disk."""
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with pytest.raises(BadInput, match="outside the folder"):
        one(tmp_path / "in", "../secret.csv")


def test_lines_are_those_an_editor_shows(tmp_path: Path):
    """D4: quoted newlines and blank lines do not shift the place told to a person."""
    got = one(tmp_path, "t.csv", b'a,b\n1,"x\ny"\n\n2,z\n')

    assert [2, 5] == got.rows["_line"].to_pylist()


def test_a_byte_order_mark_and_windows_line_ends_are_no_content(tmp_path: Path):
    """P5: as spreadsheets export them."""
    got = one(tmp_path, "t.csv", b"\xef\xbb\xbfa;b\r\n1;x\r\n")

    assert [{"a": "1", "b": "x", "_line": 2, "_problem": None}] == got.rows.to_pylist()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"a,a\n1,2\n", "two columns are called 'a'"),
        (b"id,ID\n1,2\n", "two columns are called 'id' and 'ID', which only differ in capitals"),
        (b"a,\n1,2\n", "a column has no name"),
        (b"a,_line\n1,2\n", "the name '_line' is taken"),
        (b'a,b\n1,"x\n2,y\n', "t.csv:2: cannot be read as CSV"),
        (
            "é,b\n1,x\n".encode("latin-1"),
            "t.csv:1: byte 1 is not UTF-8; export the file as UTF-8, or write `reads: {encoding",
        ),
        ("a,b\n1,x\n".encode("utf-16"), "t.csv: the file is UTF-16; write `reads: {encoding: utf-16}`"),
        (b"a\0b,c\n1,2\n", "holds no text"),
        (",".join(map(str, range(1_000_000))).encode() + b"\n", "1,000,000 columns, more than 10,000"),
    ],
)
def test_a_broken_csv_is_refused_with_its_place(tmp_path: Path, content: bytes, words: str):
    """P5: a file that cannot be read as a whole is told, not half read."""
    with pytest.raises(BadInput) as e:
        one(tmp_path, "t.csv", content)

    assert words in str(e.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a,b\n1\n2,y\n", "has 1 cells and the header 2"),
        (b"a,b\n1,x,9\n2,y\n", "too many: 9"),
        (b"a,b\n1,\0\n2,y\n", "NUL character"),
        (b"a,b\n1,caf\xe9\n2,y\n", "the line holds bytes that are not UTF-8"),
        (b"a,b\n\xc3,x\n2,y\n", "the line holds bytes that are not UTF-8"),
    ],
)
def test_a_torn_row_arrives_with_what_is_wrong(tmp_path: Path, content: bytes, words: str):
    """D4: one bad line is quarantined; the others pass."""
    got = one(tmp_path, "t.csv", content).rows["_problem"].to_pylist()

    assert words in str(got[0])
    assert got[1] is None


def test_bytes_that_are_no_text_tear_only_their_own_lines(tmp_path: Path):
    """P5: of JSON Lines too, in a value, in a name or outside both; every other line passes whole."""
    lines = [b'{"a": "caf\xe9"}', b'{"a": "caf\xc3\xa9"}', b'{"a": 1}\xff', b'{"a": 2}']
    got = one(tmp_path, "t.jsonl", b"\n".join(lines)).rows

    torn = "the line holds bytes that are not UTF-8"
    assert [(1, torn), (2, None), (3, torn), (4, None)] == list(
        zip(got["_line"].to_pylist(), got["_problem"].to_pylist(), strict=True)
    )
    assert ["caf�", "café", None, "2"] == got["a"].to_pylist()


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-16-le", "cp1252", "utf-8"])
@pytest.mark.parametrize("name", ["t.csv", "t.jsonl"])
def test_a_file_in_another_encoding_is_read_once_it_is_said(tmp_path: Path, encoding: str, name: str):
    """D3: `reads: {encoding: ...}`; Latin-1 and UTF-16 as older systems and spreadsheets write them."""
    text = "ä,b\n1,café\n" if name == "t.csv" else json.dumps({"ä": "1", "b": "café"}, ensure_ascii=False) + "\n"
    (tmp_path / name).write_bytes(text.encode(encoding))
    got = next(Files(tmp_path, encoding).read({"t": name})).rows

    assert [("1", "café", None)] == [(r["ä"], r["b"], r["_problem"]) for r in got.to_pylist()]


def test_a_file_that_breaks_off_within_a_character_tears_its_last_line(tmp_path: Path):
    """P5: UTF-16 too, where a single byte is no character."""
    (tmp_path / "t.csv").write_bytes("a\nx\ny".encode("utf-16") + b"\x41")
    got = next(Files(tmp_path, "utf-16").read({"t": "t.csv"})).rows["_problem"].to_pylist()

    assert [None, "the line holds bytes that are not UTF-16"] == got


def test_a_field_without_end_is_refused(tmp_path: Path):
    """P5: an unclosed quote does not eat the memory."""
    with pytest.raises(BadInput, match=r"t.csv:2: .*field larger"):
        one(tmp_path, "t.csv", b'a\n"' + b"x" * 9_000_000)


def test_a_line_that_is_no_json_is_one_torn_row(tmp_path: Path):
    """D4: as for CSV; numbers stay as written, nested values as JSON."""
    got = one(tmp_path, "t.jsonl", b'{"a": 1.10, "b": [1]}\n{nope\n[1]\n{"a": NaN, "c": true}\n').rows.to_pylist()

    assert ("1.10", '["1"]') == (got[0]["a"], got[0]["b"])
    assert [None, True, True, None] == [r["_problem"] and True for r in got]
    assert ("NaN", "true") == (got[3]["a"], got[3]["c"])


def test_half_a_character_is_one_torn_row(tmp_path: Path):
    """P5: JSON can write a lone surrogate, which is no text anywhere else; the other lines pass."""
    got = one(tmp_path, "t.jsonl", b'{"a": "\\ud83d cut"}\n{"a": "whole \\ud83d\\ude00"}\n').rows

    assert ["� cut", "whole 😀"] == got["a"].to_pylist()
    assert [True, False] == ["half of a character" in (p or "") for p in got["_problem"].to_pylist()]


def test_what_parquet_can_hold_and_text_cannot_is_one_torn_row(tmp_path: Path):
    """P5: a NUL, as in the other kinds; numbers that are none stay words for the mapping to refuse."""
    pq.write_table(
        pa.table({"a": ["x\0y", "z", None], "n": [float("nan"), float("inf"), 1e308]}), tmp_path / "t.parquet"
    )
    got = one(tmp_path, "t.parquet").rows

    assert (["x�y", "z", None], ["nan", "inf", "1e+308"]) == (got["a"].to_pylist(), got["n"].to_pylist())
    assert [True, False, False] == ["NUL" in (p or "") for p in got["_problem"].to_pylist()]


def test_bytes_that_are_no_text_are_one_torn_row(tmp_path: Path):
    """P5: some writers do not check what they call a string; the other rows pass."""
    broken = pa.StringArray.from_buffers(
        2, pa.py_buffer(bytes([0, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0])), pa.py_buffer(b"\xff\xfeok")
    )
    pq.write_table(pa.table({"a": broken, "b": ["1", "2"]}), tmp_path / "t.parquet")
    got = one(tmp_path, "t.parquet").rows

    assert (["��", "ok"], ["1", "2"]) == (got["a"].to_pylist(), got["b"].to_pylist())
    assert ["the line holds bytes that are not UTF-8", None] == got["_problem"].to_pylist()


def test_a_parquet_file_of_too_many_or_twice_named_columns_is_refused(tmp_path: Path):
    """P5: told from its schema, before its rows are read."""
    many = pa.table({f"c{i}": pa.array([], pa.string()) for i in range(10_001)})
    pq.write_table(many, tmp_path / "t.parquet")
    pq.write_table(pa.table([["1"], ["2"]], names=["a", "a"]), tmp_path / "u.parquet")

    with pytest.raises(BadInput, match="10,001 columns, more than 10,000"):
        one(tmp_path, "t.parquet")
    with pytest.raises(BadInput, match="two columns are called 'a'"):
        one(tmp_path, "u.parquet")


def test_a_name_that_stands_twice_in_a_line_is_one_torn_row(tmp_path: Path):
    """P5: JSON's last value would win in silence."""
    got = one(tmp_path, "t.jsonl", b'{"a": 1, "a": 2}\n{"a": {"b": 1}}\n').rows

    assert ["the line has the name 'a' twice", None] == got["_problem"].to_pylist()


@pytest.mark.parametrize("keep", [0, 4, 0.5, 0.99])
def test_a_truncated_parquet_file_is_refused(tmp_path: Path, keep: float):
    """P5: a download that broke off is told, not half read."""
    write(tmp_path, "parquet")
    whole = (tmp_path / "t.parquet").read_bytes()
    with pytest.raises(BadInput, match=r"t\.parquet: cannot be read as Parquet"):
        one(tmp_path, "t.parquet", whole[: int(keep * len(whole)) if keep < 1 else int(keep)])


@pytest.mark.parametrize("name", ["t.parquet", "t.xlsx"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, name: str):
    """P5: by content and by name."""
    with pytest.raises(BadInput):
        one(tmp_path, name, b"PK\x03\x04 no table")


CELL = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=12)


@settings(max_examples=40)
@given(st.lists(st.tuples(CELL, CELL), max_size=5))
def test_whatever_stands_in_a_cell_comes_through(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]):
    """P5: naughty strings, quotes and newlines are content."""
    file = tmp_path_factory.mktemp("cells") / "t.csv"
    quoted = [",".join('"' + c.replace('"', '""') + '"' for c in row) for row in [("a", "b"), *rows]]
    file.write_bytes("\n".join(quoted).encode("utf-8"))
    got = one(file.parent, "t.csv").rows

    assert [(a or None, b or None) for a, b in rows] == list(
        zip(got["a"].to_pylist(), got["b"].to_pylist(), strict=True)
    )
