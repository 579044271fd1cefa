"""footers.arrow.zst: the ends of Parquet files, and nothing that is none."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit import footers
from corpuskit.footers import FooterError, footer_of, length_of, parse, render


def footer(body: bytes) -> bytes:
    return body + len(body).to_bytes(4, "little") + b"PAR1"


FOOTERS = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=9),
    st.binary(max_size=40).map(footer),
    max_size=6,
)


@given(FOOTERS)
def test_what_is_written_is_read_in_its_order(held: dict[str, bytes]) -> None:
    assert [*parse(render(held)).items()] == [*held.items()]


@given(st.binary(max_size=400) | FOOTERS.map(render), st.data())
def test_other_bytes_are_no_footers_and_raise_nothing_else(
    whole: bytes, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(whole)))
    harmed = whole[:at] + data.draw(st.binary(min_size=1, max_size=9)) + whole[at + 1 :]
    try:
        found = parse(harmed)
    except FooterError:
        return
    assert all(length_of(footer[-8:]) == len(footer) for footer in found.values())


@pytest.mark.parametrize(
    "columns",
    [
        {"path": ["a"], "ends": [footer(b"x")]},
        {"path": ["a"], "footer": [b"PAR1"]},
        {"path": ["a"], "footer": [footer(b"x")[:-1] + b"2"]},
        {"path": ["a"], "footer": [b"more" + footer(b"x")]},
        {"path": ["a"], "footer": pa.array([None], pa.binary())},
        {"path": pa.array([None], pa.string()), "footer": [footer(b"x")]},
        {"path": ["a", "a"], "footer": [footer(b"x"), footer(b"x")]},
    ],
)
def test_a_table_of_something_else_is_refused(columns: dict[str, object]) -> None:
    table = pa.table(columns)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    with pytest.raises(FooterError, match="expected"):
        parse(pa.compress(sink.getvalue(), codec="zstd", asbytes=True))


def test_no_more_is_unfolded_than_there_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(footers, "MOST_BYTES", 5000)
    with pytest.raises(FooterError, match="expected 5000 bytes at the most"):
        parse(render({"a": footer(bytes(10**6))}))


def test_a_footer_is_all_that_a_reader_needs_to_know(tmp_path: Path) -> None:
    shard = tmp_path / "part.parquet"
    pq.write_table(pa.table({"n": range(1000)}), shard)
    found = footer_of(shard)
    assert shard.read_bytes().endswith(found)
    assert pq.read_metadata(pa.BufferReader(b"PAR1" + found)).num_rows == 1000


@pytest.mark.parametrize("data", [b"", b"PAR1", b"not Parquet", b"\xff\xff\xff\x7fPAR1"])
def test_a_file_without_a_footer_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(FooterError, match="the end of a Parquet file"):
        footer_of(tmp_path / "x")
