"""Packs: rows come back in the order they are asked for, from packs that are what was written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from corpuskit.packs import DamagedPackError, Pack, PackFolder, close_packs, take_rows, write_pack
from corpuskit.packs.rows import store
from corpuskit.rows import arrow_schema
from corpuskit.schema import Field, FieldType, Schema

SCHEMA = Schema(
    "demo",
    (
        Field("day", FieldType.DATE, ("day",)),
        Field("tags", FieldType.LIST, ("tags",), FieldType.STRING),
        Field("rest", FieldType.STRING, ("rest",)),
    ),
)
RELEASED = arrow_schema(SCHEMA)


@pytest.fixture(autouse=True)
def _closed_packs() -> Iterator[None]:
    yield
    close_packs()


def _row(text: str) -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys(RELEASED.names)
    row |= {"rest": text, "text": text, "body": "", "front_matter": "{}"}
    return row | {"n_chars": len(text)}


def _write(folder: Path, name: str, *texts: str, kept: bool = False) -> Pack:
    rows = pa.Table.from_pylist([_row(text) for text in texts], RELEASED)
    stored = store(rows.to_pydict())
    return write_pack(PackFolder(str(folder), kept), name, stored, RELEASED)


@pytest.fixture
def packs(tmp_path: Path) -> dict[int, Pack]:
    """Two packs of three rows."""
    return {
        3: _write(tmp_path, "one", "a", "", "文\n\u2028"),
        7: _write(tmp_path, "two", "\0", "e", "😀" * 999, kept=True),
    }


def test_rows_come_in_the_order_and_as_often_as_they_are_asked_for(packs: dict[int, Pack]) -> None:
    wanted = [(7, 2), (3, 0), (7, 0), (3, 2), (3, 0), (3, 1)]
    texts = ["😀" * 999, "a", "\0", "文\n\u2028", "a", ""]
    taken = take_rows(packs, wanted)
    assert taken.schema.equals(RELEASED)
    assert taken.to_pylist() == [_row(text) for text in texts]
    assert all(column.num_chunks == 1 for column in taken.columns)


def test_texts_may_all_be_empty(tmp_path: Path) -> None:
    packs = {0: _write(tmp_path, "empty", "", "")}
    assert take_rows(packs, [(0, 1)]).to_pylist() == [_row("")]


def test_only_the_packs_that_rows_are_in_are_looked_at(packs: dict[int, Pack]) -> None:
    Path(packs[3].path).unlink()
    assert take_rows(packs, [(7, 1)])["text"].to_pylist() == ["e"]


def test_a_pack_that_is_gone_is_damaged(packs: dict[int, Pack]) -> None:
    Path(packs[3].path).unlink()
    with pytest.raises(DamagedPackError) as raised:
        take_rows(packs, [(7, 1), (3, 1)])
    assert raised.value.path == packs[3].path


def test_a_pack_that_is_no_arrow_file_is_damaged(packs: dict[int, Pack]) -> None:
    Path(packs[3].path).write_bytes(b"ARROW1")
    with pytest.raises(DamagedPackError):
        take_rows(packs, [(3, 1)])


def test_a_kept_pack_in_which_a_bit_is_wrong_is_damaged(packs: dict[int, Pack]) -> None:
    path = Path(packs[7].path)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"\xf0\x9f\x98\x80", b"\xf0\x9f\x98\x81", 1))
    with pytest.raises(DamagedPackError):
        take_rows(packs, [(7, 2)])


def test_no_wrong_bit_of_a_kept_pack_reaches_a_row(tmp_path: Path) -> None:
    """Wherever it is: in the texts, where they end, the checksums, or what Arrow says of these."""
    pack = _write(tmp_path, "one", "a", "文\n", "bcd", kept=True)
    wanted = [(0, row) for row in (2, 0, 1)]
    rows = take_rows({0: pack}, wanted)
    whole = Path(pack.path).read_bytes()
    found = 0
    for place, byte in enumerate(whole):
        for bit in (1, 64):
            close_packs()
            Path(pack.path).write_bytes(whole[:place] + bytes([byte ^ bit]) + whole[place + 1 :])
            try:
                assert take_rows({0: pack}, wanted).equals(rows)
            except DamagedPackError:
                found += 1
    assert found > 2 * len("a文\nbcd".encode())


def test_only_the_rows_that_are_taken_are_looked_at(packs: dict[int, Pack]) -> None:
    path = Path(packs[7].path)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"\xf0\x9f\x98\x80", b"\xf0\x9f\x98\x81", 1))
    assert take_rows(packs, [(7, 1)])["text"].to_pylist() == ["e"]


def test_a_kept_pack_has_the_checksum_of_its_rows_and_leaves_nothing_beside_it(
    tmp_path: Path, packs: dict[int, Pack]
) -> None:
    assert packs[3].checksum is None
    assert packs[7].checksum is not None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.rows", "two.rows"]


def test_a_pack_that_cannot_be_written_whole_does_not_appear(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError):
        _write(tmp_path / "file", "one", "a")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_another_build_has_pruned_is_made_again(tmp_path: Path) -> None:
    pack = _write(tmp_path / "gone", "one", "a")
    assert Path(pack.path).is_file()
