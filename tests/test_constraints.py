"""The schema's constraints on typed batches: every one, for every type that it is for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from corpuskit.codes import Code, Severity
from corpuskit.constraints import Breach, ConstraintChecker
from corpuskit.model import Cell
from corpuskit.rows import arrow_schema, field_type, to_batch
from corpuskit.schema import Constraints, Field, FieldType, Schema

ROOT = Path(__file__).resolve().parents[1]
DAY = 86_400_000_000
FIRST, LAST = -62_135_596_800_000_000, 253_402_300_799_999_999
STRING, INTEGER, NUMBER = FieldType.STRING, FieldType.INTEGER, FieldType.NUMBER
BOOLEAN, DATE, DATETIME = FieldType.BOOLEAN, FieldType.DATE, FieldType.DATETIME


def _field(kind: FieldType, rules: Constraints, item: FieldType | None = None) -> Field:
    return Field("k", kind, ("k",), item, constraints=rules)


def _check(columns: Mapping[str, Sequence[Cell]], *fields: Field) -> list[Breach]:
    arrow = pa.schema([pa.field(f.name, field_type(f)) for f in fields])
    return ConstraintChecker(Schema("demo", fields)).check(to_batch(columns, arrow))


def _rows(values: Sequence[Cell], field: Field) -> list[int]:
    """The rows of a column of `values` that break a constraint of `field`."""
    return [breach.row for breach in _check({"k": values}, field)]


@pytest.mark.parametrize(
    ("kind", "rules", "good", "bad", "code"),
    [
        (
            STRING,
            Constraints(min_length=2),
            ["ab", "😀😀", "e\u0301"],
            ["", "a", "😀"],
            Code.TOO_SHORT,
        ),
        (
            STRING,
            Constraints(max_length=2),
            ["", "ab", "😀😀"],
            ["abc", "e\u0301e", " a "],
            Code.TOO_LONG,
        ),
        (
            STRING,
            Constraints(enum=("a", "b c")),
            ["a", "b c"],
            ["A", "", "a ", "b"],
            Code.NOT_IN_ENUM,
        ),
        (INTEGER, Constraints(enum=(1, -2)), [1, -2], [0, 2], Code.NOT_IN_ENUM),
        (
            NUMBER,
            Constraints(enum=(0.1, 2.0)),
            [0.1, 2.0],
            [0.10000000000000002, 1.0],
            Code.NOT_IN_ENUM,
        ),
        (BOOLEAN, Constraints(enum=(True,)), [True], [False], Code.NOT_IN_ENUM),
        (INTEGER, Constraints(minimum=-1), [-1, 2**63 - 1], [-2, -(2**63)], Code.BELOW_MINIMUM),
        (INTEGER, Constraints(maximum=2**53 + 1), [2**53 + 1], [2**53 + 2], Code.ABOVE_MAXIMUM),
        (NUMBER, Constraints(minimum=0.5), [0.5, 1e308], [0.49999999999999994], Code.BELOW_MINIMUM),
        (
            NUMBER,
            Constraints(maximum=-0.5),
            [-0.5],
            [-0.49999999999999994, 0.0],
            Code.ABOVE_MAXIMUM,
        ),
        (DATE, Constraints(minimum=-1), [-1, 2_932_896], [-2, -719_162], Code.BELOW_MINIMUM),
        (
            DATE,
            Constraints(maximum=19_000),
            [19_000, -719_162],
            [19_001, 2_932_896],
            Code.ABOVE_MAXIMUM,
        ),
        (DATETIME, Constraints(minimum=0), [0, LAST], [-1, FIRST], Code.BELOW_MINIMUM),
        (DATETIME, Constraints(maximum=-1), [-1, FIRST], [0, LAST], Code.ABOVE_MAXIMUM),
    ],
)
def test_a_constraint_holds_for_each_type_that_it_is_for(
    kind: FieldType, rules: Constraints, good: list[Cell], bad: list[Cell], code: Code
) -> None:
    found = _check({"k": [*good, None, *bad]}, _field(kind, rules))
    first_bad = len(good) + 1
    assert [b.row for b in found] == list(range(first_bad, first_bad + len(bad)))
    assert {b.code for b in found} == {code}


@pytest.mark.parametrize("item", [STRING, INTEGER, DATE, DATETIME, BOOLEAN, NUMBER])
def test_the_length_of_a_list_is_that_of_its_items(item: FieldType) -> None:
    rules = Constraints(min_length=1, max_length=2)
    one = {STRING: "a", NUMBER: 0.5, BOOLEAN: True}.get(item, 1)
    arrow = pa.schema([("k", field_type(_field(FieldType.LIST, rules, item)))])
    batch = pa.RecordBatch.from_pylist([{"k": [one] * n} for n in range(4)] + [{"k": None}], arrow)
    schema = Schema("demo", (_field(FieldType.LIST, rules, item),))
    found = ConstraintChecker(schema).check(batch)
    assert [(b.row, b.code) for b in found] == [(0, Code.TOO_SHORT), (3, Code.TOO_LONG)]


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        ("a", ["a"], ["ab", "ba", "", "A", "a\n", "\na"]),
        ("a|b", ["a", "b"], ["ab", "xb", "ax"]),
        ("^a$", ["a"], ["ab"]),
        ("a.*", ["a", "ab"], ["a\nb", "ba"]),
        ("(?i)a", ["a", "A"], ["b"]),
        ("(?=.*x).{3}", ["axb"], ["aab", "xabc"]),
        (r"(\w)\1", ["aa", "新新"], ["ab"]),
        (r"\d+", ["12", "１２"], ["1.2", ""]),
        ("", [""], ["a"]),
    ],
)
def test_a_pattern_is_pythons_and_matches_the_whole_value(
    pattern: str, good: list[Cell], bad: list[Cell]
) -> None:
    field = _field(STRING, Constraints(pattern=pattern))
    assert _rows([*good, None, *bad], field) == [len(good) + 1 + n for n in range(len(bad))]


@pytest.mark.parametrize(
    ("field", "message"),
    [
        (_field(STRING, Constraints(min_length=9)), "`k` has fewer than 9 characters"),
        (_field(STRING, Constraints(max_length=0)), "`k` has more than 0 characters"),
        (_field(STRING, Constraints(pattern="b+")), "`k` does not match the pattern b+"),
        (_field(STRING, Constraints(enum=("b", "c"))), "`k` is none of: b, c"),
    ],
)
def test_a_message_says_what_was_asked_for(field: Field, message: str) -> None:
    (breach,) = _check({"k": ["a"]}, field)
    assert (breach.message, breach.value, breach.field) == (message, "a", "k")


@pytest.mark.parametrize(
    ("kind", "value", "bound", "message"),
    [
        (INTEGER, 1, 2, "`k` is before or below 2"),
        (NUMBER, 1.0, 2.5, "`k` is before or below 2.5"),
        (DATE, 0, 1, "`k` is before or below 1970-01-02"),
        (DATETIME, 0, DAY, "`k` is before or below 1970-01-02T00:00:00Z"),
    ],
)
def test_a_bound_is_spelled_in_the_fields_own_way(
    kind: FieldType, value: Cell, bound: float, message: str
) -> None:
    (breach,) = _check({"k": [value]}, _field(kind, Constraints(minimum=bound)))
    assert breach.message == message


def test_the_length_of_a_list_is_said_in_items_and_the_items_are_shown() -> None:
    field = _field(FieldType.LIST, Constraints(max_length=1), STRING)
    (breach,) = _check({"k": [["a", "b"]]}, field)
    assert (breach.message, breach.value) == ("`k` has more than 1 items", "a, b")


def test_a_breach_of_a_warning_is_one_and_both_levels_are_checked() -> None:
    field = Field(
        "k", STRING, ("k",), constraints=Constraints(max_length=3), warn=Constraints(max_length=1)
    )
    found = _check({"k": ["a", "ab", "abcd"]}, field)
    assert [(b.row, b.severity, b.message[-12:]) for b in found] == [
        (1, Severity.WARNING, "1 characters"),
        (2, Severity.ERROR, "3 characters"),
        (2, Severity.WARNING, "1 characters"),
    ]


@pytest.mark.parametrize("severity", list(Severity))
def test_a_breach_is_as_bad_as_its_field_says(severity: Severity) -> None:
    field = Field("k", STRING, ("k",), constraints=Constraints(max_length=0), severity=severity)
    assert [b.severity for b in _check({"k": ["a"]}, field)] == [severity]


def test_a_message_of_the_schema_takes_the_place_of_ours() -> None:
    rules = Constraints(max_length=0, pattern="b")
    field = Field("k", STRING, ("k",), constraints=rules, message="cut it")
    assert [b.message for b in _check({"k": ["a"]}, field)] == ["cut it", "cut it"]


def test_all_that_a_value_breaks_is_told() -> None:
    rules = Constraints(min_length=3, max_length=1, pattern="x", enum=("y",))
    found = _check({"k": ["ab"]}, _field(STRING, rules))
    assert [b.code for b in found] == [
        *(Code.TOO_SHORT, Code.TOO_LONG, Code.PATTERN_MISMATCH, Code.NOT_IN_ENUM)
    ]


def test_breaches_are_sorted_by_row_then_by_field() -> None:
    short = Constraints(max_length=1, pattern="[a-z]*")
    fields = [Field(name, STRING, (name,), constraints=short) for name in ("z", "a", "m")]
    columns: dict[str, list[Cell]] = {
        "z": ["a", "A", "ab"],
        "a": ["AB", "a", "b"],
        "m": ["x", "XY", "ab"],
    }
    assert [(b.row, b.field, b.code) for b in _check(columns, *fields)] == [
        (0, "a", Code.TOO_LONG),
        (0, "a", Code.PATTERN_MISMATCH),
        (1, "z", Code.PATTERN_MISMATCH),
        (1, "m", Code.TOO_LONG),
        (1, "m", Code.PATTERN_MISMATCH),
        (2, "z", Code.TOO_LONG),
        (2, "m", Code.TOO_LONG),
    ]


def test_nulls_break_nothing() -> None:
    rules = Constraints(min_length=1, pattern="x", enum=("x",))
    assert _rows([None, None], _field(STRING, rules)) == []


def test_rows_are_counted_in_a_batch_of_many() -> None:
    values: list[Cell] = ["long enough" if n % 997 else "" for n in range(5_000)]
    rows = _rows(values, _field(STRING, Constraints(min_length=1)))
    assert rows == [0, 997, 1994, 2991, 3988, 4985]


def test_equal_values_are_told_row_by_row() -> None:
    assert _rows(["x", "x", "ok", "x"], _field(STRING, Constraints(min_length=2))) == [0, 1, 3]


@pytest.mark.parametrize("name", ["*", "^k$", "^.*$", "a.b", "a b", "新闻", "index", "check", "k "])
def test_a_field_may_be_called_anything(name: str) -> None:
    """Polars reads some names as patterns of names."""
    fields = (
        Field("k", STRING, ("k",)),
        Field(name, STRING, (name,), constraints=Constraints(max_length=1)),
    )
    found = _check({"k": ["fine", "fine"], name: ["a", "ab"]}, *fields)
    assert [(b.row, b.field, b.value) for b in found] == [(1, name, "ab")]


def test_the_batch_may_have_all_columns_of_a_release() -> None:
    schema = Schema("demo", (_field(STRING, Constraints(max_length=1)),))
    arrow = arrow_schema(schema)
    cells: dict[str, list[Cell]] = {
        f.name: [[]] if pa.types.is_list(f.type) else [0] if f.type == pa.int64() else [None]
        for f in arrow
    }
    batch = to_batch({**cells, "k": ["ab"]}, arrow)
    assert [b.row for b in ConstraintChecker(schema).check(batch)] == [0]


def test_a_batch_without_rows_breaks_nothing() -> None:
    assert _rows([], _field(STRING, Constraints(min_length=1))) == []


def test_a_schema_without_constraints_breaks_nothing() -> None:
    assert _rows(["a"], Field("k", STRING, ("k",))) == []


def test_a_checker_checks_one_batch_after_the_other() -> None:
    field = _field(STRING, Constraints(max_length=1))
    checker = ConstraintChecker(Schema("demo", (field,)))
    arrow = pa.schema([("k", pa.string())])
    batches: list[list[Cell]] = [["a"], ["ab"], ["a", "ab"], ["a"]]
    found = [checker.check(to_batch({"k": values}, arrow)) for values in batches]
    assert [[b.row for b in breaches] for breaches in found] == [[], [0], [1], []]


IN_AN_ENVIRONMENT = """
import pyarrow as pa
from corpuskit.constraints import ConstraintChecker
from corpuskit.schema import Constraints, Field, FieldType, Schema
field = Field("k", FieldType.STRING, ("k",), constraints=Constraints(max_length=1))
breaches = ConstraintChecker(Schema("demo", (field,))).check(pa.record_batch({"k": ["ab"]}))
print([b.row for b in breaches])
"""


def test_no_variable_of_the_environment_turns_checking_off() -> None:
    """What a release holds must not depend on where it is built."""
    switches = {"PANDERA_VALIDATION_ENABLED": "False", "PANDERA_VALIDATION_DEPTH": "SCHEMA_ONLY"}
    done = subprocess.run(
        [sys.executable, "-c", IN_AN_ENVIRONMENT],
        env={**os.environ, **switches},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.returncode) == ("[0]\n", 0), done.stderr
