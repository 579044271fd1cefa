"""Tables on disk: they come back as they were written, or not at all."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.disk import checked_tables
from corpuskit.disk.checked_tables import read_table, write_table

SCHEMA = pa.schema([("number", pa.int32()), ("text", pa.string())], {"said": "something"})


@given(
    st.lists(st.tuples(st.integers(-9, 9), st.text(max_size=3), st.booleans())), st.integers(1, 4)
)
def test_the_rows_that_are_kept_come_back_in_their_order(
    rows: list[tuple[int, str, bool]], at_once: int
) -> None:
    numbers, texts, keep = zip(*rows, strict=True) if rows else ((), (), ())
    table = pa.table([numbers, texts], SCHEMA)
    mask = pa.chunked_array([keep[:1], keep[1:]], pa.bool_())
    with pytest.MonkeyPatch.context() as patched, tempfile.TemporaryDirectory() as folder:
        patched.setattr(checked_tables, "_ROWS_AT_ONCE", at_once)
        path = Path(folder, "table")
        write_table(str(path), table)
        assert read_table(path) == table
        write_table(str(path), table, mask)
        kept = read_table(path)
    assert kept == table.filter(mask)
    assert kept is not None
    assert kept.schema.metadata == {b"said": b"something"}


@pytest.mark.parametrize("at", [0, 31, 32, -1])
def test_a_table_of_which_a_byte_is_another_is_none(tmp_path: Path, at: int) -> None:
    path = tmp_path / "table"
    write_table(str(path), pa.table([[1], ["a"]], SCHEMA))
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    assert read_table(path) is None


def test_a_table_in_the_place_of_another_is_none(tmp_path: Path) -> None:
    write_table(str(tmp_path / "one"), pa.table([[1], ["a"]], SCHEMA))
    (tmp_path / "one").rename(tmp_path / "other")
    assert read_table(tmp_path / "other") is None
