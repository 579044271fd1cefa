"""The schema's constraints, checked a batch at a time: the one module that imports pandera.

It does so when a batch first breaks a constraint, or when the schema has patterns
(`look`). What breaks, and in which row, is what pandera says.

Missing, null, empty and blank values, and values of a wrong type, never get this far: `values`
tells them apart, which a data frame cannot. What is left are rules over typed columns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pyarrow as pa

from corpuskit.codes import Code, Severity
from corpuskit.constraints.look import breaks_nothing
from corpuskit.dates import DAY, format_instant
from corpuskit.executors import mark
from corpuskit.rows import field_type
from corpuskit.schema import RULES, Constraints, Field, FieldType, Schema

if TYPE_CHECKING:
    import pandera.polars as pandera
    import polars as pl


@dataclass(frozen=True, slots=True)
class Breach:
    """A value of row `row` (0-based in its batch) that breaks a constraint of `field`."""

    row: int
    field: str
    code: Code
    severity: Severity
    message: str
    value: str


class ConstraintChecker:
    """A corpus schema that batches are checked by; made once a process."""

    def __init__(self, schema: Schema) -> None:
        # Columns are numbered here: polars and pandera take a name such as `^k$` for a pattern.
        self._constrained = [
            (f"c{phase}", f, phase)
            for phase, f in enumerate(schema.fields, 1)
            if _is_constrained(f)
        ]
        self._fields = {name: f for name, f, _ in self._constrained}

    @cached_property
    def _compiled(self) -> pandera.DataFrameSchema:
        import pandera.polars as pandera

        return pandera.DataFrameSchema(
            {name: _column(name, f, phase) for name, f, phase in self._constrained}
        )

    def check(self, batch: pa.RecordBatch) -> list[Breach]:
        """Every breach in a batch that has the columns of `checked_schema`, by row, then field.

        Marks the row that a pattern is matched in as a step, and its field as the phase.
        """
        if not self._fields or batch.num_rows == 0:
            return []
        if breaks_nothing(batch, list(self._fields.values())):
            return []
        return self.examine(batch)

    def examine(self, batch: pa.RecordBatch) -> list[Breach]:
        """What `check` tells of a batch that has rows, by pandera."""
        import polars as pl
        from pandera.config import ValidationDepth, config_context
        from pandera.errors import SchemaErrors

        chosen = batch.select([field.name for field in self._fields.values()])
        frame = pl.DataFrame(chosen.rename_columns(list(self._fields)))
        try:
            # Whatever the environment says of pandera: these rules are the release's promise.
            with config_context(
                validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA
            ):
                self._compiled.validate(frame, lazy=True)
        except SchemaErrors as errors:
            return self._breaches(errors.failure_cases, frame)
        return []

    def _breaches(self, cases: pl.DataFrame, frame: pl.DataFrame) -> list[Breach]:
        import polars as pl

        order = [field.name for field in self._fields.values()]
        breaches = []
        for column, check, row in cases.select("column", "check", "index").iter_rows():
            field = self._fields[column]
            level, _, name = check.partition(".")
            # A failure without a row is no breach of a constraint but a bug in the compilation.
            assert row is not None, f"{column}: {check}"
            value = frame[column][row]
            shown = ", ".join(map(str, value)) if isinstance(value, pl.Series) else str(value)
            breaches.append(
                Breach(
                    row,
                    field.name,
                    RULES[name].code,
                    Severity.WARNING if level == "warn" else field.severity,
                    field.message or _message(field, level, name),
                    shown,
                )
            )
        return sorted(breaches, key=lambda b: (b.row, order.index(b.field), b.code))


def checked_schema(schema: Schema) -> pa.Schema:
    """The Arrow schema of the fields that have constraints: all that is needed to check them."""
    return pa.schema([(f.name, field_type(f)) for f in schema.fields if _is_constrained(f)])


def _is_constrained(field: Field) -> bool:
    return bool(field.constraints or field.warn)


def matched_field(schema: Schema, phase: int) -> Field | None:
    """The field whose pattern was being matched when `phase` was marked."""
    return schema.fields[phase - 1] if 0 < phase <= len(schema.fields) else None


def _column(name: str, field: Field, phase: int) -> pandera.Column:
    import pandera.polars as pandera

    checks = [
        *_checks(name, field, field.constraints, "error", phase),
        *_checks(name, field, field.warn, "warn", phase),
    ]
    return pandera.Column(checks=checks, nullable=True)


def _checks(
    name: str, field: Field, rules: Constraints, level: str, phase: int
) -> list[pandera.Check]:
    checks = [
        _expression_check(expression, f"{level}.{kind}")
        for kind, expression in _expressions(name, field, rules).items()
    ]
    if rules.pattern is not None:
        checks.append(_pattern_check(rules.pattern, f"{level}.pattern", phase))
    return checks


def _expressions(name: str, field: Field, rules: Constraints) -> dict[str, pl.Expr]:
    """By the name of the constraint, whether each value keeps it; patterns are none of them."""
    import polars as pl

    column = pl.col(name)
    if field.type is FieldType.LIST:
        length, scalar = column.list.len(), column
    elif field.type in (FieldType.DATE, FieldType.DATETIME):
        length, scalar = column, column.to_physical()
    else:
        length, scalar = column.str.len_chars(), column
    wanted: dict[str, pl.Expr] = {}
    if rules.min_length is not None:
        wanted["min_length"] = length >= rules.min_length
    if rules.max_length is not None:
        wanted["max_length"] = length <= rules.max_length
    if rules.enum is not None:
        wanted["enum"] = scalar.is_in(list(rules.enum))
    if rules.minimum is not None:
        wanted["minimum"] = scalar >= rules.minimum
    if rules.maximum is not None:
        wanted["maximum"] = scalar <= rules.maximum
    return {kind: holds.fill_null(value=True) for kind, holds in wanted.items()}


def _expression_check(expression: pl.Expr, name: str) -> pandera.Check:
    import pandera.polars as pandera

    return pandera.Check(lambda data: data.lazyframe.select(expression), name=name)


def _pattern_check(pattern: str, name: str, phase: int) -> pandera.Check:
    # Python's regexes, not polars': one dialect for the schema, its documents and its errors.
    import pandera.polars as pandera
    import polars as pl

    compiled = re.compile(pattern)

    def matches(data: pandera.PolarsData) -> pl.LazyFrame:
        series = data.lazyframe.select(data.key).collect().to_series()
        verdicts = []
        for row, value in enumerate(series):
            # A pattern can take for ever over a value: then this says over whose.
            mark(row, phase)
            verdicts.append(value is None or compiled.fullmatch(value) is not None)
        mark(len(verdicts))
        return pl.LazyFrame({data.key: verdicts}, schema={data.key: pl.Boolean})

    return pandera.Check(matches, name=name)


def _message(field: Field, level: str, name: str) -> str:
    rules = field.warn if level == "warn" else field.constraints
    unit = "items" if field.type is FieldType.LIST else "characters"
    match name:
        case "min_length":
            return f"`{field.name}` has fewer than {rules.min_length} {unit}"
        case "max_length":
            return f"`{field.name}` has more than {rules.max_length} {unit}"
        case "pattern":
            return f"`{field.name}` does not match the pattern {rules.pattern}"
        case "enum":
            return f"`{field.name}` is none of: {', '.join(map(str, rules.enum or ()))}"
        case "minimum":
            return f"`{field.name}` is before or below {_bound(field, rules.minimum)}"
        case _:
            return f"`{field.name}` is after or above {_bound(field, rules.maximum)}"


def _bound(field: Field, bound: float | None) -> str:
    if field.type is FieldType.DATETIME and bound is not None:
        return format_instant(int(bound))
    if field.type is FieldType.DATE and bound is not None:
        return format_instant(int(bound) * DAY)[:10]
    return str(bound)
