"""What holds for every batch that is checked: the look at all at once tells what pandera tells."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.constraints import ConstraintChecker, checked_schema
from corpuskit.constraints.look import breaks_nothing
from corpuskit.model import Cell
from corpuskit.rows import to_batch
from corpuskit.schema import Constraints, Field, FieldType, Schema

SMALL = st.integers(-2, 2)
LENGTHS = st.none() | st.integers(0, 3)
TEXTS = st.text("ab\u0301😀 ", max_size=4)
NUMBERS = st.sampled_from([-1.5, -0.0, 0.0, 0.5, 2.0])
CELLS: dict[FieldType, st.SearchStrategy[Cell]] = {
    FieldType.STRING: TEXTS,
    FieldType.INTEGER: SMALL,
    FieldType.NUMBER: NUMBERS,
    FieldType.BOOLEAN: st.booleans(),
    FieldType.DATE: SMALL,
    FieldType.DATETIME: SMALL,
    FieldType.LIST: st.lists(TEXTS, max_size=4),
}


def _enums(kind: FieldType) -> st.SearchStrategy[tuple[Cell, ...] | None]:
    return st.none() | st.lists(CELLS[kind], min_size=1, max_size=3).map(tuple)


@st.composite
def _constraints(draw: st.DrawFn, kind: FieldType) -> Constraints:
    if kind in (FieldType.STRING, FieldType.LIST):
        enum = draw(_enums(kind)) if kind is FieldType.STRING else None
        return Constraints(draw(LENGTHS), draw(LENGTHS), enum=enum)  # type: ignore[arg-type]
    if kind is FieldType.BOOLEAN:
        return Constraints(enum=draw(_enums(kind)))  # type: ignore[arg-type]
    bounds = NUMBERS if kind is FieldType.NUMBER else SMALL
    enum = draw(_enums(kind)) if kind in (FieldType.INTEGER, FieldType.NUMBER) else None
    minimum, maximum = draw(st.none() | bounds), draw(st.none() | bounds)
    return Constraints(enum=enum, minimum=minimum, maximum=maximum)  # type: ignore[arg-type]


@st.composite
def _tables(draw: st.DrawFn) -> tuple[Schema, dict[str, list[Cell]]]:
    kinds = draw(st.lists(st.sampled_from(list(CELLS)), min_size=1, max_size=3))
    fields, columns = [], {}
    count = draw(st.integers(0, 3))
    for nth, kind in enumerate(kinds):
        item = FieldType.STRING if kind is FieldType.LIST else None
        rules, warn = draw(_constraints(kind)), draw(_constraints(kind))
        fields.append(Field(f"f{nth}", kind, ("x",), item, constraints=rules, warn=warn))
        cells = st.lists(st.none() | CELLS[kind], min_size=count, max_size=count)
        columns[f"f{nth}"] = draw(cells)
    return Schema("any", tuple(fields)), columns


@settings(max_examples=200)
@given(_tables())
def test_a_look_at_all_constraints_at_once_hides_no_breach(
    table: tuple[Schema, dict[str, list[Cell]]],
) -> None:
    schema, columns = table
    batch = to_batch(columns, checked_schema(schema))
    checker = ConstraintChecker(schema)
    examined = checker.examine(batch) if batch.num_rows else []
    assert checker.check(batch) == examined
    fields = [field for field in schema.fields if field.constraints or field.warn]
    assert breaks_nothing(batch, fields) == (not examined)
