"""Schema documents: what they compile to, and what is said of the ones that cannot be used."""

from __future__ import annotations

import json

import pytest
import yaml

from corpuskit.codes import Code, Severity
from corpuskit.dates import DEFAULT_FORMATS
from corpuskit.model import Diagnostic
from corpuskit.presets import PRESETS, preset_text
from corpuskit.schema import OWN_COLUMNS, Constraints, Field, FieldType, Schema
from corpuskit.schema_reader import MAX_FIELDS, effective_order, read_schema, schema_digest

_DAY = 86_400_000_000
_2021 = 1_609_459_200_000_000


def _schema(text: str) -> Schema:
    found = read_schema(text, "articles.yaml")
    assert isinstance(found, Schema), found
    return found


def _faults(text: str) -> tuple[Diagnostic, ...]:
    found = read_schema(text, "articles.yaml")
    assert isinstance(found, tuple), found
    return found


def _fault(text: str) -> Diagnostic:
    (found,) = _faults(text)
    return found


def _field(descriptor: str) -> Field:
    return _schema(f"fields:\n- {descriptor}\n").fields[0]


def _field_fault(descriptor: str) -> Diagnostic:
    return _fault(f"fields:\n- {descriptor}\n")


def _pointed_at(text: str, found: Diagnostic) -> str:
    assert found.place is not None
    line = text.splitlines()[found.place.line - 1]
    return line[found.place.column - 1 :][: found.place.length]


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_schemas_of_their_own_name(name: str) -> None:
    found = read_schema(preset_text(name), "x.yaml")
    assert isinstance(found, Schema)
    assert found.name == name


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_table_schemas_to_frictionless(name: str) -> None:
    from frictionless import Schema as TableSchema

    descriptor = yaml.safe_load(preset_text(name))
    assert list(TableSchema.metadata_validate(descriptor)) == []
    assert len(TableSchema.from_descriptor(descriptor).fields) == len(descriptor["fields"])


def test_presets_differ_in_what_they_require() -> None:
    required = {
        name: [f.name for f in _schema(preset_text(name)).fields if f.required] for name in PRESETS
    }
    assert required == {"article": ["title", "date"], "page": ["title"], "any": []}


@pytest.mark.parametrize("name", PRESETS)
def test_what_a_preset_does_not_require_never_rejects(name: str) -> None:
    fields = _schema(preset_text(name)).fields
    assert {f.severity for f in fields if not f.required} == {Severity.WARNING}


def test_presets_leave_the_zone_to_the_configuration() -> None:
    assert {f.timezone for name in PRESETS for f in _schema(preset_text(name)).fields} == {None}


def test_every_honoured_key_of_a_field_is_compiled() -> None:
    text = """
    name: news
    title: News
    description: What was in the papers.
    fields:
    - name: date
      type: datetime
      title: Day
      description: When.
      constraints: {required: true, minimum: 2021-01-01, maximum: "2021-01-01T00:00:01-01:00"}
      x-corpuskit:
        from: [date, meta.published]
        formats: [iso8601, "%d/%m/%Y"]
        timezone: Asia/Shanghai
        severity: warning
        message: look at the date
        unique: true
        warn: {minimum: 2020-01-01T00:00:00Z}
    """
    schema = _schema(text)
    assert (schema.name, schema.title, schema.description) == (
        *("news", "News", "What was in the papers."),
    )
    assert schema.fields == (
        Field(
            name="date",
            type=FieldType.DATETIME,
            sources=("date", "meta.published"),
            required=True,
            unique=True,
            constraints=Constraints(minimum=_2021, maximum=_2021 + 3_601_000_000),
            warn=Constraints(minimum=_2021 - 366 * _DAY),
            formats=("iso8601", "%d/%m/%Y"),
            timezone="Asia/Shanghai",
            severity=Severity.WARNING,
            message="look at the date",
            title="Day",
            description="When.",
        ),
    )


def test_rules_of_the_corpus_are_compiled() -> None:
    schema = _schema(
        "fields: [{name: url, type: string}, {name: stars, type: integer}]\n"
        "x-corpuskit: {body: {minChars: 80}, unknown: reject, id: url, order: [stars, url]}\n"
    )
    assert (schema.body.min_chars, schema.unknown) == (80, "reject")
    assert (schema.id_field, schema.order) == ("url", ("stars", "url"))


def test_a_field_that_only_has_a_name_is_of_any_type_and_read_from_its_name() -> None:
    assert _field("name: mood") == Field("mood", FieldType.ANY, ("mood",))


def test_a_schema_without_a_name_is_called_like_its_file() -> None:
    assert _schema("fields: [{name: a}]").name == "articles"


def test_json_is_read_like_yaml() -> None:
    document = {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": [
            {
                "name": "stars",
                "type": "integer",
                "constraints": {"required": True, "minimum": 1, "enum": [1, 2]},
                "example": None,
            }
        ],
        "primaryKey": [],
    }
    read = _schema(json.dumps(document, indent="\t"))
    assert read.fields[0].constraints == Constraints(enum=(1, 2), minimum=1)


def test_what_only_describes_is_accepted() -> None:
    text = (
        "$schema: x\nhomepage: x\nversion: 1\nlicenses: [{name: MIT}]\nx-other-tool: {a: 1}\n"
        "fields: [{name: a, example: 1, rdfType: http://schema.org/Country, x-label: b}]\n"
    )
    assert [f.name for f in _schema(text).fields] == ["a"]


def test_plain_words_that_yaml_1_1_would_retype_stay_text() -> None:
    field = _field("{name: no, type: string, title: 1936, constraints: {enum: [on, 12:30, 007]}}")
    assert (field.name, field.title, field.constraints.enum) == (
        *("no", "1936"),
        ("on", "12:30", "007"),
    )


@pytest.mark.parametrize(
    ("descriptor", "minimum", "maximum"),
    [
        ("{name: n, type: integer, constraints: {minimum: -3, maximum: +4}}", -3, 4),
        ('{name: n, type: integer, constraints: {minimum: "3"}}', 3, None),
        ("{name: n, type: number, constraints: {minimum: -1.5e1, maximum: .5}}", -15.0, 0.5),
        ("{name: n, type: date, constraints: {minimum: 1970-01-03}}", 2, None),
        ("{name: n, type: date, constraints: {maximum: 1969-12-31}}", None, -1),
        ("{name: n, type: datetime, constraints: {minimum: 1970-01-02}}", _DAY, None),
        (
            "{name: n, type: datetime, constraints: {minimum: 1970-01-01T00:00:00.000001+00:00}}",
            *(1, None),
        ),
    ],
)
def test_bounds_are_in_the_unit_of_the_field(
    descriptor: str, minimum: float | None, maximum: float | None
) -> None:
    constraints = _field(descriptor).constraints
    assert (constraints.minimum, constraints.maximum) == (minimum, maximum)


def test_bounds_of_a_number_are_floats_even_when_they_are_whole() -> None:
    constraints = _field("{name: n, type: number, constraints: {minimum: 5}}").constraints
    assert isinstance(constraints.minimum, float)


@pytest.mark.parametrize(
    ("kind", "stated", "constraints"),
    [
        ("integer", "exclusiveMinimum: 5, exclusiveMaximum: 9", Constraints(minimum=6, maximum=8)),
        ("integer", "exclusiveMinimum: 5, minimum: 7", Constraints(minimum=7)),
        ("date", "exclusiveMaximum: 1970-01-02", Constraints(maximum=0)),
        ("number", "exclusiveMinimum: 0", Constraints(minimum=5e-324)),
    ],
)
def test_an_exclusive_bound_moves_to_the_next_value(
    kind: str, stated: str, constraints: Constraints
) -> None:
    assert (
        _field(f"{{name: n, type: {kind}, constraints: {{{stated}}}}}").constraints == constraints
    )


@pytest.mark.parametrize(
    ("descriptor", "formats"),
    [
        ("{name: d, type: date}", DEFAULT_FORMATS),
        ("{name: d, type: datetime, format: default}", DEFAULT_FORMATS),
        ("{name: d, type: list, itemType: date}", DEFAULT_FORMATS),
        ('{name: d, type: date, format: "%d.%m.%Y"}', ("%d.%m.%Y",)),
        ('{name: d, type: date, format: "fmt:%d.%m.%Y"}', ("%d.%m.%Y",)),
        ("{name: d, type: date, x-corpuskit: {formats: unix}}", ("unix",)),
        ("{name: d, type: string, format: default}", ()),
    ],
)
def test_formats_come_from_the_standard_key_or_ours(
    descriptor: str, formats: tuple[str, ...]
) -> None:
    assert _field(descriptor).formats == formats


@pytest.mark.parametrize(
    ("stated", "item_type", "items"),
    [
        ("{}", FieldType.STRING, None),
        ("{itemType: integer, x-corpuskit: {items: flatten}}", FieldType.INTEGER, "flatten"),
        ("{x-corpuskit: {items: keep}}", FieldType.STRING, "keep"),
    ],
)
def test_a_list_says_what_its_items_are(
    stated: str, item_type: FieldType, items: str | None
) -> None:
    found = _field(f"{{name: l, type: list, <<: {stated}}}")
    assert (found.item_type, found.items) == (item_type, items)


@pytest.mark.parametrize("key", ["primaryKey: url", "primaryKey: [url]"])
def test_a_primary_key_of_one_column_makes_it_required_and_unique(key: str) -> None:
    field = _schema(f"fields: [{{name: url, type: string}}]\n{key}\n").fields[0]
    assert (field.required, field.unique) == (True, True)


def test_a_unique_key_of_one_column_makes_it_unique() -> None:
    schema = _schema("fields: [{name: a}, {name: b}]\nuniqueKeys: [[b]]\n")
    assert [f.unique for f in schema.fields] == [False, True]


@pytest.mark.parametrize(
    ("extension", "order"),
    [
        ("", ("date", "path")),
        ("x-corpuskit: {order: title}", ("title", "path")),
        ("x-corpuskit: {order: [title, path]}", ("title", "path")),
        ("x-corpuskit: {order: path}", ("path",)),
    ],
)
def test_rows_are_ordered_by_date_then_path_unless_told_otherwise(
    extension: str, order: tuple[str, ...]
) -> None:
    fields = "fields: [{name: date, type: date}, {name: title, type: string}]"
    assert effective_order(_schema(f"{fields}\n{extension}\n")) == order


def test_a_date_that_is_no_date_orders_nothing() -> None:
    assert effective_order(_schema("fields: [{name: date, type: string}]")) == ("path",)


def test_the_digest_depends_on_everything_and_only_on_it() -> None:
    text = "fields: [{name: a, type: number, constraints: {minimum: 1}}]"
    again = "# no difference\nfields:\n- {type: number, constraints: {minimum: 1.0}, name: a}\n"
    other = "fields: [{name: a, type: number, title: A, constraints: {minimum: 1}}]"
    assert schema_digest(_schema(text)) == schema_digest(_schema(again))
    assert schema_digest(_schema(text)) != schema_digest(_schema(other))


def test_the_digest_of_a_schema_never_changes() -> None:
    """A release's manifest holds it: another spelling of the same schema must not alter it."""
    found = schema_digest(_schema("name: s\nfields: [{name: a, type: string}]"))
    assert found == "d05b1bbf8d43223990ba5b133022c5519fdcfd95ccb40ed47ac05e72eaf72e83"


@pytest.mark.parametrize(
    ("text", "code", "pointed_at"),
    [
        ("a: [", Code.SCHEMA_SYNTAX, ""),
        ("", Code.SCHEMA_INVALID_VALUE, ""),
        ("- a", Code.SCHEMA_INVALID_VALUE, "-"),
        ("name: x", Code.SCHEMA_INVALID_VALUE, "n"),
        ("fields: []", Code.SCHEMA_INVALID_VALUE, "[]"),
        ("fields: {}", Code.SCHEMA_INVALID_VALUE, "{}"),
        ("fields: [a]", Code.SCHEMA_INVALID_VALUE, "a"),
        ("fields: [{name: a}]\nfield: 1", Code.SCHEMA_UNKNOWN_KEY, "field"),
        ("fields: [{name: a}]\nfields: []", Code.SCHEMA_SYNTAX, "fields"),
        ("fields: [{name: !!str a}]", Code.SCHEMA_SYNTAX, "!!str a"),
        ("fields: [{name: a}]\ntitle:", Code.SCHEMA_INVALID_VALUE, ""),
        ("fields: [{name: a}]\nforeignKeys: [a]", Code.SCHEMA_INVALID_VALUE, "foreignKeys"),
        ("fields: [{name: a}]\nfieldsMatch: exact", Code.SCHEMA_INVALID_VALUE, "fieldsMatch"),
        ("fields: [{name: a}]\nmissingValues: [NA]", Code.SCHEMA_INVALID_VALUE, "missingValues"),
        ("fields: [{name: a}]\nprimaryKey: [b]", Code.UNKNOWN_FIELD, "b"),
        ("fields: [{name: a}, {name: b}]\nprimaryKey: [a, b]", Code.SCHEMA_INVALID_VALUE, "[a, b]"),
        ("fields: [{name: a, type: list}]\nuniqueKeys: [a]", Code.SCHEMA_INVALID_VALUE, "a"),
        ("fields: [{name: a}]\nx-corpuskti: {}", Code.SCHEMA_UNKNOWN_KEY, "x-corpuskti"),
        ("fields: [{name: a}]\nx-corpuskit: {bodi: {}}", Code.SCHEMA_UNKNOWN_KEY, "bodi"),
        ("fields: [{name: a}]\nx-corpuskit: {unknown: drop}", Code.SCHEMA_INVALID_VALUE, "drop"),
        ("fields: [{name: a}]\nx-corpuskit: {id: b}", Code.UNKNOWN_FIELD, "b"),
        ("fields: [{name: a}]\nx-corpuskit: {id: a}", Code.SCHEMA_INVALID_VALUE, "a"),
        ("fields: [{name: a}]\nx-corpuskit: {order: [b]}", Code.UNKNOWN_FIELD, "b"),
        ("fields: [{name: a}]\nx-corpuskit: {order: [a, a]}", Code.SCHEMA_INVALID_VALUE, "a"),
        ("fields: [{name: a}]\nx-corpuskit: {order: [path, a]}", Code.SCHEMA_INVALID_VALUE, "a"),
        ("fields: [{name: a}]\nx-corpuskit: {order: []}", Code.SCHEMA_INVALID_VALUE, "[]"),
        (
            "fields: [{name: l, type: list}]\nx-corpuskit: {order: [l]}",
            *(Code.SCHEMA_INVALID_VALUE, "l"),
        ),
        (
            "fields: [{name: a}]\nx-corpuskit: {body: {minChars: -1}}",
            *(Code.SCHEMA_INVALID_VALUE, "-1"),
        ),
        ("fields: [{name: a}, {name: a}]", Code.REPEATED_FIELD, "a"),
        ("fields: [{name: Öl}, {name: öl}]", Code.REPEATED_FIELD, "öl"),
        ("fields: [{name: é}, {name: e\u0301}]", Code.REPEATED_FIELD, "e\u0301"),
    ],
)
def test_a_fault_of_the_schema_is_found_where_it_is(text: str, code: Code, pointed_at: str) -> None:
    found = _fault(text)
    assert found.code is code
    assert _pointed_at(text + "\n", found) == pointed_at


@pytest.mark.parametrize(
    ("descriptor", "pointed_at"),
    [
        ("{type: string}", "{type: string}"),
        ('{name: ""}', '""'),
        ('{name: " a"}', '" a"'),
        ('{name: "a\\nb"}', '"a\\nb"'),
        ('{name: "a\\u2028b"}', '"a\\u2028b"'),
        ("{name: [a]}", "[a]"),
        ("{name: a, type: geopoint}", "geopoint"),
        ("{name: a, type: list, itemType: list}", "list"),
        ("{name: a, type: string, itemType: string}", "itemType"),
        ("{name: a, type: string, format: email}", "email"),
        ("{name: a, type: datetime, format: any}", "any"),
        ("{name: a, type: string, delimiter: ;}", "delimiter"),
        ("{name: a, type: string, categories: [b]}", "categories"),
        ("{name: a, type: number, decimalChar: ','}", "decimalChar"),
        ("{name: a, type: boolean, trueValues: [ja]}", "trueValues"),
        ("{name: a, missingValues: ['-']}", "missingValues"),
        ("{name: a, constraints: []}", "[]"),
        ("{name: a, constraints: {required: yes}}", "yes"),
        ("{name: a, constraints: {required: 'true'}}", "'true'"),
        ("{name: a, type: string, constraints: {minLength: '1'}}", "'1'"),
        ("{name: a, type: string, constraints: {minLength: 1.0}}", "1.0"),
        ("{name: a, type: string, constraints: {minLength: 0x10}}", "0x10"),
        ("{name: a, type: string, constraints: {maxLength: -1}}", "-1"),
        ("{name: a, type: string, constraints: {minLength: 2, maxLength: 1}}", "1"),
        ("{name: a, type: integer, constraints: {minimum: 2, maximum: 1}}", "1"),
        ("{name: a, type: integer, constraints: {minimum: 2, exclusiveMaximum: 2}}", "2"),
        ("{name: a, type: integer, constraints: {minimum: 1.5}}", "1.5"),
        ("{name: a, type: integer, constraints: {maximum: 9223372036854775808}}", f"{2**63}"),
        ("{name: a, type: integer, constraints: {minimum: [1]}}", "[1]"),
        ("{name: a, type: number, constraints: {minimum: {}}}", "{}"),
        ("{name: a, type: date, constraints: {maximum: null}}", "null"),
        ("{name: a, type: integer, constraints: {exclusiveMinimum: x}}", "x"),
        ("{name: a, type: string, constraints: {pattern: [b]}}", "[b]"),
        ("{name: a, type: number, constraints: {enum: [1, x]}}", "x"),
        ("{name: a, type: number, constraints: {minimum: NaN}}", "NaN"),
        ("{name: a, type: number, constraints: {minimum: 1e999}}", "1e999"),
        ("{name: a, type: date, constraints: {minimum: 2021-02-31}}", "2021-02-31"),
        ("{name: a, type: date, constraints: {minimum: 2021-02-03T00:00Z}}", "2021-02-03T00:00Z"),
        ("{name: a, type: datetime, constraints: {minimum: 2021-02-03 10:00}}", "2021-02-03 10:00"),
        ("{name: a, type: integer, constraints: {pattern: x}}", "pattern"),
        ("{name: a, type: string, constraints: {minimum: 1}}", "minimum"),
        ("{name: a, type: date, constraints: {enum: [2021-01-01]}}", "enum"),
        ("{name: a, type: object, constraints: {jsonSchema: {}}}", "jsonSchema"),
        ("{name: a, type: array, constraints: {minLength: 1}}", "minLength"),
        ("{name: a, type: string, constraints: {pattern: '('}}", "'('"),
        ("{name: a, type: string, constraints: {pattern: '[[a]'}}", "'[[a]'"),
        ("{name: a, type: string, constraints: {enum: []}}", "[]"),
        ("{name: a, type: string, constraints: {enum: [b, c, b]}}", "b"),
        ("{name: a, type: string, constraints: {enum: [b, null]}}", "null"),
        ("{name: a, type: boolean, constraints: {enum: [yes]}}", "yes"),
        ("{name: a, type: list, constraints: {unique: true}}", "unique"),
        ("{name: a, x-corpuskit: {from: []}}", "[]"),
        ("{name: a, x-corpuskit: {from: [b, c..d]}}", "c..d"),
        ("{name: a, x-corpuskit: {formats: iso8601}}", "formats"),
        ("{name: a, x-corpuskit: {timezone: UTC}}", "timezone"),
        ("{name: a, type: date, x-corpuskit: {formats: [iso8601, '%Q']}}", "'%Q'"),
        ("{name: a, type: date, format: '%Y-%m-%d', x-corpuskit: {formats: unix}}", "formats"),
        ("{name: a, type: date, x-corpuskit: {formats: []}}", "[]"),
        ("{name: a, type: date, x-corpuskit: {timezone: Mars}}", "Mars"),
        ("{name: a, x-corpuskit: {severity: fatal}}", "fatal"),
        ("{name: a, x-corpuskit: {message: ' '}}", "' '"),
        ("{name: a, constraints: {unique: true}, x-corpuskit: {unique: false}}", "false"),
        ("{name: a, x-corpuskit: {items: keep}}", "items"),
        ("{name: a, type: list, itemType: integer, x-corpuskit: {items: keep}}", "keep"),
        ("{name: a, type: string, x-corpuskit: {warn: {pattern: '('}}}", "'('"),
    ],
)
def test_a_value_that_cannot_be_honoured_is_an_error_where_it_is(
    descriptor: str, pointed_at: str
) -> None:
    found = _field_fault(descriptor)
    assert found.code is Code.SCHEMA_INVALID_VALUE
    assert _pointed_at(f"fields:\n- {descriptor}\n", found) == pointed_at


@pytest.mark.parametrize("name", [*OWN_COLUMNS, "Path", "ROW_SHA256"])
def test_the_names_of_our_own_columns_are_reserved_in_any_case(name: str) -> None:
    found = _field_fault(f"{{name: {name}}}")
    assert found.code is Code.RESERVED_NAME
    assert found.help is not None
    assert f"from: {name}" in found.help


@pytest.mark.parametrize(
    ("descriptor", "help_"),
    [
        ("{name: a, tpye: string}", "did you mean `type`?"),
        ("{name: a, constraints: {minlength: 1}}", "did you mean `minLength`?"),
        ("{name: a, x-corpuskit: {form: b}}", "did you mean `from`?"),
        ("{name: a, x-corpuskit: {warn: {required: true}}}", "known here: minLength"),
        ("{name: a, quux: 1}", "known here: name, type"),
    ],
)
def test_an_unknown_key_is_met_with_the_likely_one_or_a_list(descriptor: str, help_: str) -> None:
    found = _field_fault(descriptor)
    assert found.code is Code.SCHEMA_UNKNOWN_KEY
    assert found.help is not None
    assert found.help.startswith(help_)


def test_an_unsupported_type_is_met_with_the_supported_ones() -> None:
    found = _field_fault("{name: a, type: geopoint, constraints: {minLength: x}}")
    assert found.help == f"one of: {', '.join(FieldType)}"


def test_a_likely_word_for_a_boolean_is_named() -> None:
    assert _field_fault("{name: a, constraints: {required: yes}}").help == (
        "write `true`, without quotes"
    )


def test_all_faults_come_at_once_in_the_order_of_their_places() -> None:
    text = (
        "titel: x\nfields:\n- {name: path}\n- {name: a, type: strng}\n- {}\nx-corpuskit: {id: b}\n"
    )
    found = _faults(text)
    assert [(d.code, d.where) for d in found] == [
        (Code.SCHEMA_UNKNOWN_KEY, "articles.yaml:1:1"),
        (Code.RESERVED_NAME, "articles.yaml:3:10"),
        (Code.SCHEMA_INVALID_VALUE, "articles.yaml:4:19"),
        (Code.SCHEMA_INVALID_VALUE, "articles.yaml:5:3"),
        (Code.UNKNOWN_FIELD, "articles.yaml:6:19"),
    ]
    assert {d.severity for d in found} == {Severity.ERROR}


def test_a_byte_order_mark_moves_no_column() -> None:
    assert _fault("\ufefftitel: x\nfields: [{name: a}]\n").where == "articles.yaml:1:1"


def test_the_line_of_the_first_of_two_keys_is_named() -> None:
    assert "first on line 1" in _fault("name: a\nfields: [{name: a}]\nname: b\n").message


def test_the_number_of_fields_is_capped() -> None:
    names = "\n".join(f"- {{name: f{n}}}" for n in range(MAX_FIELDS + 1))
    assert f"more than {MAX_FIELDS}" in _fault(f"fields:\n{names}\n").message


def test_thousands_of_unknown_keys_are_all_found_without_looking_for_likely_words() -> None:
    keys = "\n".join(f"titel{n}: 1" for n in range(5000))
    found = _faults(f"fields: [{{name: a}}]\n{keys}\n")
    assert len(found) == 5000
    assert found[0].help == "did you mean `title`?"
    assert not str(found[-1].help).startswith("did you mean")
