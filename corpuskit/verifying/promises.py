"""The rules that schema.json has for columns, and the rows that break them.

Nothing that is read here runs: of patterns, which can keep Python's engine busy for years, those
are tested that RE2 reads in the same way, in linear time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.codes import Code
from corpuskit.manifest_json import SCHEMA_PATH
from corpuskit.model import Cell
from corpuskit.schema import RULES, Constraints, FieldType
from corpuskit.strict_json import Node
from corpuskit.verifying.findings import Findings, clipped

_RULES = {rule.key: rule for rule in RULES.values()}
_INT64 = range(-(2**63), 2**63)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

# Of groups, classes, repetitions and escapes only those that mean the same in Python and RE2.
_COMMON_PATTERN = re.compile(
    r"(?:[^\\\[\](){}*+?|^$]|\\[^\w\s]|\[\^?(?:[^\\\[\]^]|\\[^\w\s])+\]"
    r"|\((?!\?)|\)|[*+?](?![*+?{])|\{[0-9]{1,3}(?:,[0-9]{0,3})?\}(?![*+?{])|\||\^|\$)*"
)


@dataclass(frozen=True, slots=True)
class Promise:
    """What schema.json says of one column.

    `rules` hold for every row; of `noted` ones a row may break some, each with a diagnostic of
    its own. `unique` values occur once.
    """

    column: str
    required: bool
    unique: bool
    rules: Constraints
    noted: tuple[Constraints, ...]


@dataclass(slots=True)
class Breaches:
    """The rows that break a rule: how many, by column and rule, and where the first is.

    `noted` counts those of the noted rules, by column and code. `uniques` holds 16 bytes of every
    value that must be unique.
    """

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    first: dict[tuple[str, str], str] = field(default_factory=dict)
    noted: Counter[tuple[str, Code]] = field(default_factory=Counter)
    uniques: dict[str, list[pa.Array]] = field(default_factory=dict)

    def count(
        self,
        promises: Sequence[Promise],
        batch: pa.RecordBatch,
        cells: Mapping[str, Sequence[Cell]],
        done: int,
        shard: str,
    ) -> None:
        """Add the rows of one batch, which follow on `done` of the shard."""
        for promise in promises:
            column = batch.column(promise.column)
            for name, broken in _broken(promise.rules, column):
                key = (promise.column, name)
                self.counts[key] += pc.sum(broken).as_py() or 0
                if self.counts[key] and key not in self.first:
                    row = done + pc.index(broken, value=True).as_py() + 1
                    self.first[key] = f"row {row} of {shard}"
            for rules in promise.noted:
                for name, broken in _broken(rules, column):
                    self.noted[promise.column, _RULES[name].code] += pc.sum(broken).as_py() or 0
            if promise.unique:
                values = [v for v in cells[promise.column] if v is not None]
                self.uniques.setdefault(promise.column, []).append(_digests(values))

    def add(self, other: Breaches) -> None:
        """Add those of further rows."""
        self.counts.update(other.counts)
        self.noted.update(other.noted)
        self.first = other.first | self.first
        for name, digests in other.uniques.items():
            self.uniques.setdefault(name, []).extend(digests)

    def repeated(self) -> Iterator[tuple[str, int]]:
        """The columns whose values must be unique and are not, with the number of repetitions."""
        for name, chunks in sorted(self.uniques.items()):
            values = pa.chunked_array(chunks, pa.binary(16))
            repetitions = len(values) - len(pc.unique(values))
            if repetitions:
                yield name, repetitions


def _digests(values: Sequence[Cell]) -> pa.Array:
    spelled = (str(value).encode() for value in values)
    return pa.array([hashlib.blake2b(s, digest_size=16).digest() for s in spelled], pa.binary(16))


def check_promises(breaches: Breaches, findings: Findings) -> None:
    """Hold the rows against the rules that none of them may break."""
    for (column, rule), count in sorted(breaches.counts.items()):
        if count:
            problem = (
                f"`{clipped(column)}`: expected rules that hold, found `{rule}`, which "
                f"{count} rows break; the first is {breaches.first[column, rule]}"
            )
            findings.add(Code.METADATA_DISAGREES, SCHEMA_PATH, problem)
    for column, count in breaches.repeated():
        problem = (
            f"`{clipped(column)}`: expected rules that hold, found `unique`, though "
            f"{count} rows repeat a value"
        )
        findings.add(Code.METADATA_DISAGREES, SCHEMA_PATH, problem)


def read_rules(node: Node, kind: FieldType) -> Constraints:
    """The rules in a `constraints` or `warn` of schema.json for a column of that type.

    Raises:
        JsonError: one is unknown, or not for such a column.
    """
    members = {n: v for n, v in node.entries() if n not in ("required", "unique")}
    for name, value in members.items():
        if name not in _RULES or kind not in _RULES[name].types:
            value.fail(f"is no rule for a column of the type {kind}")
    bounds = {n: _bound(members[n], kind) for n in ("minimum", "maximum") if n in members}
    lengths = {n: members[n].count() for n in ("minLength", "maxLength") if n in members}
    enum = members.get("enum")
    return Constraints(
        min_length=lengths.get("minLength"),
        max_length=lengths.get("maxLength"),
        pattern=members["pattern"].text() if "pattern" in members else None,
        enum=None if enum is None else tuple(_scalar(item, kind) for item in enum.items()),
        minimum=bounds.get("minimum"),
        maximum=bounds.get("maximum"),
    )


def _bound(node: Node, kind: FieldType) -> int | float:
    if kind not in (FieldType.DATE, FieldType.DATETIME):
        scalar = _scalar(node, kind)
        assert not isinstance(scalar, str)
        return scalar
    text = node.text()
    try:
        if kind is FieldType.DATE:
            return (dt.date.fromisoformat(text) - _EPOCH.date()).days
        return (dt.datetime.fromisoformat(text) - _EPOCH) // dt.timedelta(microseconds=1)
    except (ValueError, TypeError):  # TypeError: it names no zone
        node.fail("is no date, or no time with a zone")


def _scalar(node: Node, kind: FieldType) -> str | int | float | bool:
    value: str | float | None = None
    match kind, node.value:
        case FieldType.STRING, str(value):
            pass
        case FieldType.BOOLEAN, bool(value):
            pass
        case FieldType.INTEGER, int(number) if number in _INT64 and type(number) is int:
            value = number
        case FieldType.NUMBER, int(number) | float(number) if type(number) is not bool:
            value = float(number)
        case _:
            pass
    return node.fail(f"is no value of the type {kind}") if value is None else value


def _broken(rules: Constraints, column: pa.Array) -> Iterator[tuple[str, pa.Array]]:
    """By rule, which rows break it; nulls break none."""
    if not rules:
        return
    values, verdicts = _comparable(column), {}
    if rules.min_length is not None:
        verdicts["minLength"] = pc.less(_length(column), rules.min_length)
    if rules.max_length is not None:
        verdicts["maxLength"] = pc.greater(_length(column), rules.max_length)
    if rules.minimum is not None:
        verdicts["minimum"] = pc.less(values, pa.scalar(rules.minimum, values.type))
    if rules.maximum is not None:
        verdicts["maximum"] = pc.greater(values, pa.scalar(rules.maximum, values.type))
    if rules.enum is not None:
        known = pa.array(rules.enum, column.type)
        verdicts["enum"] = pc.and_(pc.is_valid(column), pc.invert(pc.is_in(column, known)))
    if rules.pattern is not None and (matches := _matches(rules.pattern, column)) is not None:
        verdicts["pattern"] = pc.invert(matches)
    for name, broken in verdicts.items():
        yield name, pc.fill_null(broken, fill_value=False)


def _comparable(column: pa.Array) -> pa.Array:
    """Times and days as the integers that their bounds are."""
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.int64())
    return column.cast(pa.int32()).cast(pa.int64()) if pa.types.is_date(column.type) else column


def _length(column: pa.Array) -> pa.Array:
    is_list = pa.types.is_list(column.type)
    lengths = pc.list_value_length(column) if is_list else pc.utf8_length(column)
    return lengths.cast(pa.int64())


def _matches(pattern: str, column: pa.Array) -> pa.Array | None:
    if not _COMMON_PATTERN.fullmatch(pattern):
        return None
    try:
        return pc.match_substring_regex(column, rf"\A(?:{pattern})\z")
    except pa.ArrowException:  # RE2 compiles no such pattern
        return None
