"""What holds for every row: cells survive Arrow, and canonical JSON is JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from random import Random

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.identity import (
    UNHASHED_COLUMNS,
    RowHasher,
    content_digest,
    content_digest_of,
    merkle_root,
)
from corpuskit.model import Cell
from corpuskit.packs.rows import LONG, PLACED, STORED, restore, store
from corpuskit.rows import arrow_schema, column_kinds, to_batch, to_cells
from corpuskit.schema import Field, FieldType, Schema

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_MICROS, LAST_MICROS = -62_135_596_800_000_000, 253_402_300_799_999_999
FIRST_DAY, LAST_DAY = -719_162, 2_932_896
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
SCALARS: dict[FieldType, st.SearchStrategy[Cell]] = {
    FieldType.STRING: TEXTS,
    FieldType.INTEGER: st.integers(-(2**63), 2**63 - 1),
    FieldType.NUMBER: st.floats(allow_nan=False, allow_infinity=False),
    FieldType.BOOLEAN: st.booleans(),
    FieldType.DATE: st.integers(FIRST_DAY, LAST_DAY) | st.sampled_from([FIRST_DAY, 0, LAST_DAY]),
    FieldType.DATETIME: st.integers(FIRST_MICROS, LAST_MICROS)
    | st.sampled_from([FIRST_MICROS, -1, 0, LAST_MICROS]),
    FieldType.OBJECT: TEXTS,
    FieldType.ANY: TEXTS,
}
ITEM_TYPES = tuple(list(SCALARS)[:6])


def _is_own(name: str) -> bool:
    return name in column_kinds(Schema("none", ()))


@st.composite
def _fields(draw: st.DrawFn) -> tuple[Field, ...]:
    names = draw(st.lists(TEXTS.filter(lambda n: not _is_own(n)), unique=True, max_size=4))
    fields = []
    for name in names:
        kind = draw(st.sampled_from([*SCALARS, FieldType.LIST]))
        item = draw(st.sampled_from(ITEM_TYPES)) if kind is FieldType.LIST else None
        fields.append(Field(name, kind, (name,), item))
    return tuple(fields)


def _cells(kind: str) -> st.SearchStrategy[Cell]:
    if kind.startswith("list<"):
        items = st.lists(SCALARS[FieldType(kind[5:-1])], max_size=3)
        return st.none() | items  # type: ignore[operator]  # lists of one scalar type each
    return st.none() | SCALARS[FieldType(kind)]


@st.composite
def _tables(draw: st.DrawFn) -> tuple[Schema, list[dict[str, Cell]]]:
    schema = Schema("any", draw(_fields()))
    kinds = column_kinds(schema)
    row = st.fixed_dictionaries({name: _cells(kind) for name, kind in kinds.items()})
    return schema, draw(st.lists(row, max_size=2))


@given(_tables())
def test_a_batch_gives_back_the_cells_that_it_was_made_of(
    table: tuple[Schema, list[dict[str, Cell]]],
) -> None:
    schema, rows = table
    arrow = arrow_schema(schema)
    columns = {name: [row[name] for row in rows] for name in arrow.names}
    batch = to_batch(columns, arrow)
    batch.validate(full=True)
    assert batch.schema.equals(arrow)
    back = to_cells(batch)
    assert back == columns
    # 0.0 == -0.0 and True == 1, so equality alone would let them through.
    assert repr(back) == repr(columns)


def _plain(value: Cell, kind: str) -> object:
    """A cell as JSON has it, told by the standard library's own calendar."""
    if value is None:
        return None
    if kind.startswith("list<"):
        assert isinstance(value, list)
        return [_plain(item, kind[5:-1]) for item in value]
    if kind == "date":
        return (EPOCH + timedelta(days=int(str(value)))).date().isoformat()
    if kind == "datetime":
        return (EPOCH + timedelta(microseconds=int(str(value)))).isoformat()[:-6] + "Z"
    return value


@settings(max_examples=60)
@given(_tables())
def test_canonical_json_is_the_standard_librarys_with_sorted_keys(
    table: tuple[Schema, list[dict[str, Cell]]],
) -> None:
    schema, rows = table
    kinds = column_kinds(schema)
    hasher = RowHasher(kinds)
    for row in rows:
        plain = {
            name: _plain(value, kinds[name])
            for name, value in row.items()
            if value is not None and name not in UNHASHED_COLUMNS
        }
        expected = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        assert hasher.canonical(row).decode() == expected


@settings(max_examples=40)
@given(_tables())
def test_canonical_json_of_a_row_is_the_same_alone_and_among_others(
    table: tuple[Schema, list[dict[str, Cell]]],
) -> None:
    schema, rows = table
    hasher = RowHasher(column_kinds(schema))
    columns = {name: [row[name] for row in rows] for name in column_kinds(schema)}
    assert list(hasher.canonical_rows(columns)) == [hasher.canonical(row) for row in rows]


@given(_tables())
def test_rows_are_restored_from_what_a_pack_holds_of_them(
    table: tuple[Schema, list[dict[str, Cell]]],
) -> None:
    schema, rows = table
    arrow = arrow_schema(schema)
    columns = {name: [row[name] for row in rows] for name in arrow.names}
    columns |= {name: [cell or "" for cell in columns[name]] for name in LONG}
    columns |= {name: [None] * len(rows) for name in PLACED}
    stored = store(columns)
    assert stored.schema.equals(STORED)
    pieces = {
        name: [memoryview(value.as_buffer()) for value in stored.column(name)]
        for name in STORED.names
    }
    restored = restore(pieces, arrow) if rows else arrow.empty_table()
    restored.validate(full=True)
    assert restored.schema.equals(arrow)
    assert repr(to_cells(restored.to_batches()[0]) if rows else columns) == repr(columns)


@settings(max_examples=40)
@given(_tables(), st.randoms(use_true_random=False))
def test_the_order_of_columns_and_rows_changes_no_digest(
    table: tuple[Schema, list[dict[str, Cell]]], random: Random
) -> None:
    schema, rows = table
    kinds = list(column_kinds(schema).items())
    shuffled = random.sample(kinds, len(kinds))
    for row in rows:
        mixed = dict(random.sample(list(row.items()), len(row)))
        assert RowHasher(dict(shuffled)).canonical(mixed) == RowHasher(dict(kinds)).canonical(row)
    pairs = [(str(n), RowHasher(dict(kinds)).canonical(row).hex()) for n, row in enumerate(rows)]
    assert content_digest(random.sample(pairs, len(pairs))) == content_digest(pairs)


@given(st.lists(st.tuples(TEXTS, TEXTS)), st.integers(0, 3))
def test_content_digest_of_columns_is_that_of_their_pairs(
    pairs: list[tuple[str, str]], cut: int
) -> None:
    schema = pa.schema([("id", pa.string()), ("sha256", pa.string())])
    parts = (pairs[:cut], pairs[cut:])
    table = pa.concat_tables(
        pa.table([[a for a, _ in part], [b for _, b in part]], schema) for part in parts
    )
    assert content_digest_of(table["id"], table["sha256"]) == content_digest(pairs)


LEAVES = st.lists(st.sampled_from([("a", "1"), ("a", "2"), ("b", "1"), ("", "")]), max_size=6)


@given(LEAVES, LEAVES)
def test_lists_of_sources_share_a_root_only_if_they_are_the_same(
    one: list[tuple[str, str]], other: list[tuple[str, str]]
) -> None:
    assert (merkle_root(one) == merkle_root(other)) == (one == other)


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_text_survives_arrow_as_the_bytes_that_it_has(texts: list[str]) -> None:
    column = to_batch({"x": texts}, pa.schema([("x", pa.string())])).column("x")
    assert [value.as_buffer().to_pybytes() for value in column] == [t.encode() for t in texts]
