"""Rows as Arrow: one schema per corpus schema, and cells that come back as they went."""

from __future__ import annotations

import pyarrow as pa
import pytest

from corpuskit.model import Cell
from corpuskit.rows import (
    arrow_schema,
    column_kinds,
    columns,
    field_kind,
    field_type,
    to_batch,
    to_cells,
)
from corpuskit.schema import OWN_COLUMNS, Field, FieldType, Schema

UTC_MICROSECONDS = pa.timestamp("us", tz="UTC")
TYPES = {
    FieldType.STRING: pa.string(),
    FieldType.INTEGER: pa.int64(),
    FieldType.NUMBER: pa.float64(),
    FieldType.BOOLEAN: pa.bool_(),
    FieldType.DATE: pa.date32(),
    FieldType.DATETIME: UTC_MICROSECONDS,
    FieldType.OBJECT: pa.string(),
    FieldType.ARRAY: pa.string(),
    FieldType.ANY: pa.string(),
}
ITEM_TYPES = tuple(list(TYPES)[:6])
SCHEMA = Schema(
    "demo",
    (
        Field("title", FieldType.STRING, ("title",), required=True, title="Headline"),
        Field("date", FieldType.DATETIME, ("date",), description="when"),
        Field("pages", FieldType.LIST, ("pages",), FieldType.INTEGER),
        Field("extra", FieldType.OBJECT, ("extra",)),
    ),
)


@pytest.mark.parametrize("kind", list(TYPES))
def test_each_field_type_has_one_arrow_type(kind: FieldType) -> None:
    field = Field("x", kind, ("x",))
    assert field_type(field) == TYPES[kind]
    assert field_kind(field) == str(kind)


@pytest.mark.parametrize("item", ITEM_TYPES)
def test_a_list_has_the_arrow_type_of_its_items(item: FieldType) -> None:
    field = Field("x", FieldType.LIST, ("x",), item)
    assert field_type(field) == pa.list_(TYPES[item])
    assert field_kind(field) == f"list<{item}>"


def test_a_list_that_names_no_item_type_holds_strings() -> None:
    field = Field("x", FieldType.LIST, ("x",))
    assert field_type(field) == pa.list_(pa.string())
    assert field_kind(field) == "list<string>"


def test_columns_are_id_and_path_then_the_fields_then_ours() -> None:
    assert arrow_schema(SCHEMA).names == [
        *("id", "path"),
        *("title", "date", "pages", "extra"),
        *("text", "body", "format", "language", "language_score", "language_source", "n_chars"),
        *("links", "link_texts", "images", "front_matter", "encoding"),
        *("source_sha256", "row_sha256"),
    ]


def test_the_columns_that_we_make_are_the_reserved_ones() -> None:
    assert arrow_schema(Schema("none", ())).names == list(OWN_COLUMNS)


def test_the_arrow_schema_depends_on_the_fields_in_their_order_alone() -> None:
    again = Schema("other", SCHEMA.fields, unknown="reject", id_field="title", title="x")
    backwards = Schema("demo", SCHEMA.fields[::-1])
    assert arrow_schema(again).equals(arrow_schema(SCHEMA), check_metadata=True)
    assert arrow_schema(backwards).names[2:6] == ["extra", "pages", "date", "title"]


def test_every_description_of_the_columns_names_them_in_one_order() -> None:
    names = arrow_schema(SCHEMA).names
    assert list(column_kinds(SCHEMA)) == names
    assert [column.name for column in columns(SCHEMA)] == names


def test_the_manifest_describes_a_column_by_its_schema_and_its_arrow_type() -> None:
    found = {column.name: column for column in columns(SCHEMA)}
    arrow = arrow_schema(SCHEMA)
    for name, column in found.items():
        assert column.arrow == str(arrow.field(name).type).replace("list<item: ", "list<")
    assert (found["title"].required, found["title"].title) == (True, "Headline")
    assert (found["date"].required, found["date"].description) == (False, "when")
    assert (found["pages"].type, found["pages"].item_type) == ("list", "integer")
    assert (found["links"].type, found["links"].item_type) == ("list", "string")
    assert found["extra"].type == "object"


def test_of_our_columns_only_those_of_the_language_can_be_null() -> None:
    nullable = {c.name for c in columns(Schema("none", ())) if not c.required}
    assert nullable == {"language", "language_score", "language_source"}


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (FieldType.STRING, ["", "a\0b", "新闻 😀", "e\u0301", None]),
        (FieldType.INTEGER, [-(2**63), 2**63 - 1, 0, None]),
        (FieldType.NUMBER, [-0.0, 5e-324, 1.7976931348623157e308, 0.1, None]),
        (FieldType.BOOLEAN, [True, False, None]),
        (FieldType.DATE, [-719_162, -1, 0, 2_932_896, None]),
        (FieldType.DATETIME, [-62_135_596_800_000_000, -1, 0, 253_402_300_799_999_999, None]),
        (FieldType.OBJECT, ['{"a":1}', None]),
    ],
)
def test_cells_come_back_as_they_went(kind: FieldType, values: list[Cell]) -> None:
    arrow = pa.schema([("x", TYPES[kind])])
    back = to_cells(to_batch({"x": values}, arrow))["x"]
    assert back == values
    assert list(map(type, back)) == list(map(type, values))


@pytest.mark.parametrize(
    ("item", "values"),
    [
        (FieldType.STRING, [["a", ""], [], None]),
        (FieldType.INTEGER, [[2**63 - 1], [], None]),
        (FieldType.NUMBER, [[0.1, -0.0], [], None]),
        (FieldType.BOOLEAN, [[True, False], [], None]),
        (FieldType.DATE, [[-719_162, 2_932_896], [], None]),
        (FieldType.DATETIME, [[-62_135_596_800_000_000, 253_402_300_799_999_999], [], None]),
    ],
)
def test_lists_come_back_as_they_went(item: FieldType, values: list[Cell]) -> None:
    """An empty list and null are two things."""
    arrow = pa.schema([("x", pa.list_(TYPES[item]))])
    assert to_cells(to_batch({"x": values}, arrow))["x"] == values


def test_a_batch_has_the_columns_of_its_schema_in_their_order() -> None:
    arrow = pa.schema([("b", pa.string()), ("a", pa.int64())])
    batch = to_batch({"a": [1], "b": ["x"], "unused": [None]}, arrow)
    assert batch.schema.equals(arrow)
    assert list(to_cells(batch).items()) == [("b", ["x"]), ("a", [1])]


def test_a_batch_can_be_empty() -> None:
    arrow = arrow_schema(SCHEMA)
    batch = to_batch({name: [] for name in arrow.names}, arrow)
    assert batch.num_rows == 0
    assert to_cells(batch) == {name: [] for name in arrow.names}
