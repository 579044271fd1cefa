"""schema.json: what is declared, what validators check, and what is only noted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from corpuskit.codes import Severity
from corpuskit.documents import table_schema
from corpuskit.manifest import Column
from corpuskit.schema import Constraints, Field, FieldType, Schema

STRING = Column("x", "string", "string")


def _field(column: Column, field: Field | None = None) -> dict[str, Any]:
    schema = Schema("s", () if field is None else (field,))
    document = json.loads(table_schema.render(schema, [column]))
    found: dict[str, Any] = document["fields"][0]
    return found


def _rules(column: Column, field: Field) -> tuple[dict[str, Any], dict[str, Any]]:
    """The constraints that validators see, and those that are noted for people."""
    found = _field(column, field)
    return found.get("constraints", {}), found["x-corpuskit"].get("constraints", {})


def test_every_column_is_declared_in_order(schema: Schema, columns: tuple[Column, ...]) -> None:
    document = json.loads(table_schema.render(schema, columns))
    assert [field["name"] for field in document["fields"]] == [c.name for c in columns]


def test_the_schemas_title_and_description_are_kept() -> None:
    document = json.loads(table_schema.render(Schema("s", (), title="T", description="D"), []))
    assert (document["title"], document["description"]) == ("T", "D")
    assert document["x-corpuskit"] == {"schema": "s"}


def test_a_list_is_any_and_says_what_it_holds() -> None:
    found = _field(Column("tags", "list", "list<string>", item_type="string"))
    assert found["type"] == "any"
    assert found["x-corpuskit"] == {"arrow": "list<string>", "itemType": "string", "type": "list"}


def test_an_integer_that_can_be_null_is_a_number_and_says_so() -> None:
    found = _field(Column("n", "integer", "int64"))
    assert (found["type"], found["x-corpuskit"]["type"]) == ("number", "integer")


def test_an_integer_that_is_never_null_is_an_integer() -> None:
    assert _field(Column("n", "integer", "int64", required=True))["type"] == "integer"


def test_empty_strings_are_no_nulls() -> None:
    assert json.loads(table_schema.render(Schema("s", ()), [STRING]))["missingValues"] == []


def test_the_id_is_the_primary_key_where_there_is_one() -> None:
    with_id = json.loads(table_schema.render(Schema("s", ()), [Column("id", "string", "string")]))
    without = json.loads(table_schema.render(Schema("s", ()), [STRING]))
    assert with_id["primaryKey"] == ["id"]
    assert "primaryKey" not in without


@pytest.mark.parametrize(
    ("kind", "arrow", "rules", "written"),
    [
        (FieldType.STRING, "string", Constraints(min_length=2), {"minLength": 2}),
        (FieldType.STRING, "string", Constraints(max_length=3), {"maxLength": 3}),
        (FieldType.STRING, "string", Constraints(pattern="a+"), {"pattern": "a+"}),
        (FieldType.STRING, "string", Constraints(enum=("a", "b")), {"enum": ["a", "b"]}),
        (FieldType.INTEGER, "int64", Constraints(minimum=0), {"minimum": 0}),
        (FieldType.NUMBER, "double", Constraints(maximum=1.5), {"maximum": 1.5}),
        (FieldType.BOOLEAN, "bool", Constraints(enum=(True,)), {"enum": [True]}),
        (FieldType.DATE, "date32[day]", Constraints(minimum=-1), {"minimum": "1969-12-31"}),
        (
            FieldType.DATETIME,
            "timestamp[us, tz=UTC]",
            Constraints(minimum=-1, maximum=1_000_000),
            {"minimum": "1969-12-31T23:59:59.999999Z", "maximum": "1970-01-01T00:00:01Z"},
        ),
    ],
)
def test_a_rule_of_a_column_without_nulls_is_checked(
    kind: FieldType, arrow: str, rules: Constraints, written: dict[str, object]
) -> None:
    column = Column("x", kind, arrow, required=True)
    field = Field("x", kind, ("x",), required=True, constraints=rules)
    assert _rules(column, field) == ({"required": True} | written, {})


@pytest.mark.parametrize("kind", [FieldType.INTEGER, FieldType.NUMBER, FieldType.DATETIME])
def test_a_bound_that_would_fail_on_nulls_is_noted(kind: FieldType) -> None:
    field = Field("x", kind, ("x",), constraints=Constraints(minimum=0))
    checked, noted = _rules(Column("x", kind, "…"), field)
    assert checked == {}
    assert list(noted) == ["minimum"]


def test_rules_of_a_list_are_noted() -> None:
    field = Field("x", FieldType.LIST, ("x",), unique=True, constraints=Constraints(min_length=1))
    checked, noted = _rules(Column("x", "list", "list<string>", item_type="string"), field)
    assert (checked, noted) == ({}, {"minLength": 1, "unique": True})


def test_rules_whose_breach_is_a_warning_bind_no_row() -> None:
    field = Field(
        "x",
        FieldType.STRING,
        ("x",),
        required=True,
        constraints=Constraints(min_length=2),
        severity=Severity.WARNING,
    )
    checked, noted = _rules(Column("x", "string", "string", required=True), field)
    assert (checked, noted) == ({}, {"minLength": 2})


def test_what_is_only_warned_of_is_noted_apart() -> None:
    field = Field("x", FieldType.STRING, ("x",), warn=Constraints(max_length=9))
    assert _field(STRING, field)["x-corpuskit"]["warn"] == {"maxLength": 9}


def test_a_pattern_that_cannot_stand_between_anchors_is_noted() -> None:
    field = Field("x", FieldType.STRING, ("x",), constraints=Constraints(pattern="(?i)abc"))
    assert _rules(STRING, field) == ({}, {"pattern": "(?i)abc"})


def test_a_unique_column_is_checked() -> None:
    assert _rules(STRING, Field("x", FieldType.STRING, ("x",), unique=True))[0] == {"unique": True}
