"""What holds for every schema document: it is read or explained, and nothing is raised."""

from __future__ import annotations

import json
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from corpuskit.codes import Severity
from corpuskit.dates import format_instant
from corpuskit.model import Diagnostic
from corpuskit.presets import PRESETS, preset_text
from corpuskit.schema import OWN_COLUMNS, BodyRules, Constraints, Field, FieldType, Schema
from corpuskit.schema_reader import effective_order, read_schema, schema_digest

_DAY = 86_400_000_000
_MICROS = st.integers(-62_135_596_800_000_000, 253_402_300_799_999_999)
_TEMPORAL = (FieldType.DATE, FieldType.DATETIME)
_ITEM_TYPES = [t for t in FieldType if t not in ("list", "object", "array", "any")]

# No character that YAML folds, strips or refuses inside double quotes.
_WORDS = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=12)
_NAMES = st.text(st.characters(categories=("Ll", "Nd")), min_size=1, max_size=8).filter(
    lambda name: name.casefold() == name and name not in OWN_COLUMNS
)
_LIKE_A_SCHEMA = st.lists(
    st.sampled_from(
        [
            *("fields", "name", "type", "constraints", "x-corpuskit", "minimum", "enum", "order"),
            *("string", "datetime", "list", "true", "null", "2021-01-01", "path", "<<", "&a", "*a"),
            *(": ", ":", "\n", "\n- ", "\n  ", "{", "}", "[", "]", ", ", '"', "'", "!!str ", "#"),
        ]
    ),
    max_size=60,
).map("".join)


def _lies_in(text: str, found: Diagnostic) -> bool:
    """Whether the place is in the text, the end of its lines counted in."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    place = found.place
    if place is None or not 1 <= place.line <= len(lines):
        return False
    width = len(lines[place.line - 1])
    return 1 <= place.column <= width + 1 and place.column + place.length <= max(width, 1) + 2


@given(st.one_of(st.text(), _LIKE_A_SCHEMA))
def test_any_text_is_a_schema_or_has_faults_within_it(text: str) -> None:
    found = read_schema(text, "schema.yaml")
    if isinstance(found, tuple):
        assert found
        assert all(_lies_in(text, fault) for fault in found)
        assert {fault.path for fault in found} == {"schema.yaml"}


@given(st.sampled_from(PRESETS), st.data())
def test_a_damaged_schema_is_read_or_has_faults_within_it(name: str, data: st.DataObject) -> None:
    text = preset_text(name)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 30)))
    damaged = text[:start] + data.draw(st.sampled_from(["", " ", ":", "x", "[", '"'])) + text[end:]
    found = read_schema(damaged, "schema.yaml")
    assert isinstance(found, Schema) or all(_lies_in(damaged, fault) for fault in found)


@st.composite
def _bounds(draw: st.DrawFn, kind: FieldType) -> tuple[float | None, float | None]:
    numbers: st.SearchStrategy[float] = {
        FieldType.INTEGER: st.integers(-(2**63), 2**63 - 1),
        FieldType.NUMBER: st.floats(allow_nan=False, allow_infinity=False),
        FieldType.DATE: _MICROS.map(lambda micros: micros // _DAY),
        FieldType.DATETIME: _MICROS,
    }[kind]
    low, high = sorted([draw(numbers), draw(numbers)])
    return draw(st.sampled_from([(low, high), (low, None), (None, high), (None, None)]))


@st.composite
def _constraints(draw: st.DrawFn, kind: FieldType) -> Constraints:
    if kind in (FieldType.STRING, FieldType.LIST):
        low, high = sorted(draw(st.tuples(st.integers(0, 99), st.integers(0, 99))))
        pattern = draw(st.none() | st.just(r"[a-z]+\d{2,}")) if kind is FieldType.STRING else None
        words = draw(st.none() | st.lists(_WORDS, min_size=1, unique=True).map(tuple))
        return Constraints(low, high, pattern, words if kind is FieldType.STRING else None)
    if kind is FieldType.BOOLEAN:
        return Constraints(enum=draw(st.sampled_from([None, (True,), (False, True)])))
    if kind in (FieldType.OBJECT, FieldType.ARRAY, FieldType.ANY):
        return Constraints()
    minimum, maximum = draw(_bounds(kind))
    return Constraints(minimum=minimum, maximum=maximum)


@st.composite
def _fields(draw: st.DrawFn, name: str) -> Field:
    kind = draw(st.sampled_from(FieldType))
    item_type = draw(st.sampled_from(_ITEM_TYPES)) if kind is FieldType.LIST else None
    is_temporal = (item_type or kind) in _TEMPORAL
    formats = st.lists(st.sampled_from(["iso8601", "rfc2822", "unix", "%d.%m.%Y"]), min_size=1)
    return Field(
        name=name,
        type=kind,
        sources=tuple(draw(st.lists(_NAMES, min_size=1, max_size=3))),
        item_type=item_type,
        required=draw(st.booleans()),
        unique=kind is not FieldType.LIST and draw(st.booleans()),
        constraints=draw(_constraints(kind)),
        warn=draw(_constraints(kind)),
        formats=tuple(draw(formats)) if is_temporal else (),
        timezone=draw(st.none() | st.just("+08:00")) if is_temporal else None,
        severity=draw(st.sampled_from(Severity)),
        message=draw(st.none() | _WORDS),
        title=draw(st.none() | _WORDS),
        description=draw(st.none() | _WORDS),
        items=draw(st.sampled_from([None, "flatten"])) if item_type else None,
    )


@st.composite
def _schemas(draw: st.DrawFn) -> Schema:
    names = draw(st.lists(_NAMES, min_size=1, max_size=5, unique=True))
    fields = tuple(draw(_fields(name)) for name in names)
    sortable = [f.name for f in fields if f.type is not FieldType.LIST]
    texts = [f.name for f in fields if f.type is FieldType.STRING]
    return Schema(
        name=draw(_WORDS),
        fields=fields,
        body=BodyRules(draw(st.integers(0, 99))),
        unknown=draw(st.sampled_from(["keep", "suggest", "warn", "reject"])),
        id_field=draw(st.sampled_from([None, *texts])),
        order=tuple(sortable[: draw(st.integers(0, len(sortable)))]),
        title=draw(st.none() | _WORDS),
        description=draw(st.none() | _WORDS),
    )


def _present(members: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in members.items() if value not in (None, (), {})}


def _written_bound(kind: FieldType, bound: float | None) -> object:
    if bound is None or kind not in _TEMPORAL:
        return bound
    if kind is FieldType.DATE:
        return format_instant(int(bound) * _DAY)[:10]
    return format_instant(int(bound))


def _written_constraints(kind: FieldType, rules: Constraints) -> dict[str, object]:
    return _present(
        {
            "minLength": rules.min_length,
            "maxLength": rules.max_length,
            "pattern": rules.pattern,
            "enum": rules.enum,
            "minimum": _written_bound(kind, rules.minimum),
            "maximum": _written_bound(kind, rules.maximum),
        }
    )


def _written_field(field: Field) -> dict[str, object]:
    flags = {"required": field.required, "unique": field.unique}
    return _present(
        {
            "name": field.name,
            "type": field.type,
            "itemType": field.item_type,
            "title": field.title,
            "description": field.description,
            "constraints": flags | _written_constraints(field.type, field.constraints),
            "x-corpuskit": _present(
                {
                    "from": field.sources,
                    "formats": field.formats,
                    "timezone": field.timezone,
                    "severity": field.severity,
                    "message": field.message,
                    "items": field.items,
                    "warn": _written_constraints(field.type, field.warn),
                }
            ),
        }
    )


def _written(schema: Schema) -> str:
    rules = {
        "body": {"minChars": schema.body.min_chars},
        "unknown": schema.unknown,
        "id": schema.id_field,
        "order": schema.order,
    }
    document = {
        "name": schema.name,
        "title": schema.title,
        "description": schema.description,
        "fields": [_written_field(field) for field in schema.fields],
        "x-corpuskit": _present(rules),
    }
    return json.dumps(_present(document), ensure_ascii=False, indent=1)


@given(_schemas())
def test_a_schema_that_is_written_down_reads_back_as_the_same(schema: Schema) -> None:
    read = read_schema(_written(schema), "schema.json")
    assert read == schema
    assert isinstance(read, Schema)
    assert schema_digest(read) == schema_digest(schema)


@given(_schemas())
def test_rows_are_always_ordered_by_something_unique(schema: Schema) -> None:
    order = effective_order(schema)
    assert order[-1] == "path"
    assert len(set(order)) == len(order)
    assert all(schema.field(name) for name in order[:-1])
