"""Front matter values typed by the schema: each type, each way to say nothing, each policy."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from corpuskit.codes import Code, Severity
from corpuskit.front_matter import read_front_matter
from corpuskit.masking import MASK, holds_secret, masked
from corpuskit.model import Cell, Place, Value
from corpuskit.schema import Field, FieldType, NestedLists, Schema, UnknownKeys
from corpuskit.values import FieldsReader, Typed

DAY = 86_400_000_000
TITLE = Field("title", FieldType.STRING, ("title",))
TAGS = Field("tags", FieldType.LIST, ("tags",), FieldType.STRING)


def _field(kind: FieldType, *, required: bool = False) -> Field:
    return Field("k", kind, ("k",), required=required)


def _items(kind: FieldType, items: NestedLists | None = None) -> Field:
    return Field("k", FieldType.LIST, ("k",), kind, items=items)


def _read(
    lines: str,
    *fields: Field,
    unknown: UnknownKeys = "keep",
    timezone: str = "UTC",
    captured: dict[str, list[str]] | None = None,
) -> Typed:
    reader = FieldsReader(Schema("demo", fields, unknown=unknown), timezone)
    return reader.read(read_front_matter(f"---\n{lines}\n---\nbody"), captured or {})


def _cell(lines: str, field: Field, timezone: str = "UTC") -> Cell:
    typed = _read(lines, field, timezone=timezone)
    assert typed.diagnostics == []
    return typed.cells[0]


def _codes(typed: Typed) -> list[Code]:
    return [d.code for d in typed.diagnostics]


@pytest.mark.parametrize(
    ("kind", "written", "cell"),
    [
        (FieldType.STRING, "1936", "1936"),
        (FieldType.STRING, "NO", "NO"),
        (FieldType.STRING, "'  padded '", "  padded "),
        (FieldType.STRING, '"😀\\u65b0"', "😀新"),
        (FieldType.STRING, "'{{ unclosed'", "{{ unclosed"),
        (FieldType.STRING, "a {{ b }} c", "a {{ b }} c"),
        (FieldType.INTEGER, "0", 0),
        (FieldType.INTEGER, "007", 7),
        (FieldType.INTEGER, "+5", 5),
        (FieldType.INTEGER, "' -5 '", -5),
        (FieldType.INTEGER, "9223372036854775807", 2**63 - 1),
        (FieldType.INTEGER, "-9223372036854775808", -(2**63)),
        (FieldType.NUMBER, "1.10", 1.1),
        (FieldType.NUMBER, "-.5", -0.5),
        (FieldType.NUMBER, "5.", 5.0),
        (FieldType.NUMBER, "1e3", 1000.0),
        (FieldType.NUMBER, "1E-2", 0.01),
        (FieldType.NUMBER, "12345678901234567890", 12345678901234567890.0),
        (FieldType.NUMBER, "1e-999", 0.0),
        *((FieldType.BOOLEAN, word, True) for word in ("true", "Yes", "ON", "1", "' true '")),
        *((FieldType.BOOLEAN, word, False) for word in ("false", "No", "oFF", "0")),
        (FieldType.DATE, "1970-01-02", 1),
        (FieldType.DATE, "1969-12-31", -1),
        (FieldType.DATE, "1970-01-01T23:59:59Z", 0),
        (FieldType.DATE, "1969-12-31T00:00:00Z", -1),
        (FieldType.DATETIME, "1970-01-02", DAY),
        (FieldType.DATETIME, "1970-01-01T09:00:00+09:00", 0),
        (FieldType.DATETIME, "Thu, 01 Jan 1970 00:00:01 GMT", 1_000_000),
        (FieldType.DATETIME, "0001-01-01", -62_135_596_800_000_000),
        (FieldType.OBJECT, "{b: [1, null], a: 新}", '{"b":["1",null],"a":"新"}'),
        (FieldType.ARRAY, "[1, [no, {}]]", '["1",["no",{}]]'),
        (FieldType.ANY, "a", '"a"'),
        (FieldType.ANY, "[a]", '["a"]'),
        (FieldType.ANY, "{a: b}", '{"a":"b"}'),
    ],
)
def test_each_type_reads_its_spellings(kind: FieldType, written: str, cell: Cell) -> None:
    found = _cell(f"k: {written}", _field(kind))
    assert found == cell
    assert type(found) is type(cell)


def test_a_number_that_toml_groups_is_that_number() -> None:
    fields = (_field(FieldType.INTEGER), Field("x", FieldType.NUMBER, ("x",)))
    front = read_front_matter("+++\nk = 1_000\nx = 1_000.5\n+++\n")
    typed = FieldsReader(Schema("demo", fields, unknown="keep"), "UTC").read(front, {})
    assert (typed.cells, typed.diagnostics) == ([1000, 1000.5], [])


@pytest.mark.parametrize(
    ("kind", "written", "code"),
    [
        (FieldType.STRING, "[a]", Code.WRONG_TYPE),
        (FieldType.STRING, "{a: b}", Code.WRONG_TYPE),
        *(
            (FieldType.INTEGER, w, Code.WRONG_TYPE)
            for w in ("x", "1.0", "1e3", "1_000", "0x1", "１")
        ),
        *(
            (FieldType.INTEGER, w, Code.WRONG_TYPE)
            for w in ("9223372036854775808", "- 5", "1 2", "[1]")
        ),
        *(
            (FieldType.NUMBER, w, Code.WRONG_TYPE)
            for w in ("x", ".", "1e", "nan", ".inf", "1,5", "1e9999")
        ),
        *(
            (FieldType.BOOLEAN, w, Code.WRONG_TYPE)
            for w in ("y", "t", "2", "truex", "是", "[true]")
        ),
        (FieldType.DATE, "soon", Code.UNREADABLE_DATE),
        (FieldType.DATE, "[2021-03-04]", Code.WRONG_TYPE),
        (FieldType.DATETIME, "Invalid Date", Code.UNREADABLE_DATE),
        (FieldType.DATETIME, "2018-02-31", Code.IMPOSSIBLE_DATE),
        (FieldType.DATETIME, "01/05/2026", Code.AMBIGUOUS_DATE),
        (FieldType.DATETIME, "Thu, 01 Jan 1970 00:00:01 XYZ", Code.UNKNOWN_ZONE),
        (FieldType.OBJECT, "a", Code.WRONG_TYPE),
        (FieldType.OBJECT, "[a]", Code.WRONG_TYPE),
        (FieldType.ARRAY, "a", Code.WRONG_TYPE),
        (FieldType.ARRAY, "{a: b}", Code.WRONG_TYPE),
        *((kind, "'{{ x }}'", Code.TEMPLATE_FILE) for kind in (FieldType.STRING, FieldType.DATE)),
        (FieldType.STRING, "'{% if x %}'", Code.TEMPLATE_FILE),
        (FieldType.STRING, "<%= x %>", Code.TEMPLATE_FILE),
        (FieldType.STRING, "' {{ x }} '", Code.TEMPLATE_FILE),
    ],
)
def test_what_is_no_value_of_the_type_is_a_fault_at_the_value(
    kind: FieldType, written: str, code: Code
) -> None:
    typed = _read(f"other: x\nk: {written}", _field(kind))
    assert typed.cells == [None]
    assert _codes(typed) == [code]
    fault = typed.diagnostics[0]
    assert (fault.field, fault.severity) == ("k", Severity.ERROR)
    assert fault.place is not None
    assert (fault.place.line, fault.place.column) == (3, 4)
    assert fault.value is not None


def test_a_fault_names_the_field_and_the_value_as_it_was_written() -> None:
    fault = _read("k: {a: [1, 新]}", _field(FieldType.INTEGER)).diagnostics[0]
    assert "`k` is a mapping, not an integer" in fault.message
    assert fault.value == '{"a": ["1", "新"]}'


NOTHING = {
    "null": ("k:", Code.NULL_VALUE),
    "tilde": ("k: ~", Code.NULL_VALUE),
    "empty": ("k: ''", Code.EMPTY_VALUE),
    "blank": ("k: ' \\t　'", Code.BLANK_VALUE),
    "no items": ("k: []", Code.EMPTY_VALUE),
    "no keys": ("k: {}", Code.EMPTY_VALUE),
}


@pytest.mark.parametrize("kind", list(FieldType))
@pytest.mark.parametrize(("lines", "code"), NOTHING.values(), ids=NOTHING)
def test_each_way_to_say_nothing_has_its_code_where_something_is_required(
    lines: str, code: Code, kind: FieldType
) -> None:
    lines = lines.replace("\\t", "\t")
    typed = _read(lines, _field(kind, required=True))
    assert (typed.cells, _codes(typed)) == ([None], [code])
    assert typed.diagnostics[0].place is not None
    assert typed.diagnostics[0].place.line == 2


@pytest.mark.parametrize("kind", list(FieldType))
@pytest.mark.parametrize(("lines", "code"), NOTHING.values(), ids=NOTHING)
def test_each_way_to_say_nothing_is_nothing_elsewhere(
    lines: str, code: Code, kind: FieldType
) -> None:
    typed = _read(lines.replace("\\t", "\t"), _field(kind))
    assert typed.diagnostics == [], code
    assert typed.cells == [[] if kind is FieldType.LIST else None]


@pytest.mark.parametrize("kind", list(FieldType))
def test_a_key_that_is_not_there_is_null(kind: FieldType) -> None:
    typed = _read("other: x", _field(kind))
    assert (typed.cells, typed.diagnostics) == ([None], [])


def test_a_required_key_that_is_not_there_is_missed_at_the_opening() -> None:
    typed = _read("other: x", _field(FieldType.LIST, required=True))
    assert (typed.cells, _codes(typed)) == ([None], [Code.MISSING_FIELD])
    fault = typed.diagnostics[0]
    assert fault.message == "`k` is missing"
    assert fault.place is not None
    assert fault.place.line == 2


def test_a_missing_key_names_all_that_were_looked_for() -> None:
    field = replace(TITLE, required=True, sources=("title", "seo.title"))
    fault = _read("other: x", field).diagnostics[0]
    assert "title, seo.title" in fault.message
    assert fault.help == "add a line `title: …`"


@pytest.mark.parametrize("unknown", ["keep", "suggest", "warn"])
def test_a_required_key_in_capitals_is_one_diagnostic(unknown: UnknownKeys) -> None:
    date = Field("date", FieldType.DATETIME, ("date", "pubDate"), required=True)
    typed = _read(
        "x: y\nTitle: a\nPubdate: b", replace(TITLE, required=True), date, unknown=unknown
    )
    missing = [d for d in typed.diagnostics if d.code is Code.MISSING_FIELD]
    assert [(d.message, d.place, d.help) for d in missing] == [
        ("`title` is missing; `Title` is another key", Place(3, 1, 5), "did you mean `title`?"),
        ("`date` is missing; `Pubdate` is another key", Place(4, 1, 7), "did you mean `pubDate`?"),
    ]
    others = [d.message for d in typed.diagnostics if d not in missing]
    assert others == (["no field reads the key `x`"] if unknown == "warn" else [])


def test_where_unknown_keys_reject_each_is_told() -> None:
    typed = _read("Title: a", replace(TITLE, required=True), unknown="reject")
    assert sorted(_codes(typed)) == [Code.UNKNOWN_KEY, Code.MISSING_FIELD]


def test_a_second_slip_for_the_same_field_is_told_too() -> None:
    typed = _read("Title: a\ntitles: b", replace(TITLE, required=True), unknown="suggest")
    places = {d.code: d.place and d.place.line for d in typed.diagnostics}
    assert places == {Code.MISSING_FIELD: 2, Code.UNKNOWN_KEY: 3}


@pytest.mark.parametrize("unknown", ["warn", "reject"])
def test_keys_that_are_read_without_a_field_are_known(unknown: UnknownKeys) -> None:
    lines = "lang: en\nlanguage: en\nlocale: en\ndraft: false\npublished: true\nstatus: public"
    assert _read(f"title: a\n{lines}\npassword: ''", TITLE, unknown=unknown).diagnostics == []


def test_of_a_source_without_front_matter_all_required_fields_are_missed_at_once() -> None:
    fields = (replace(TITLE, required=True), _field(FieldType.DATE, required=True), TAGS)
    typed = FieldsReader(Schema("demo", fields), "UTC").read(read_front_matter("# prose"), {})
    assert typed.cells == [None, None, None]
    assert _codes(typed) == [Code.NO_FRONT_MATTER]
    assert typed.diagnostics[0].place == Place(1, 1)
    assert "title, k" in typed.diagnostics[0].message


@pytest.mark.parametrize(
    ("one", "other", "severity"),
    [
        (Severity.WARNING, Severity.ERROR, Severity.ERROR),
        (Severity.INFO, Severity.INFO, Severity.INFO),
        (Severity.WARNING, Severity.WARNING, Severity.WARNING),
    ],
)
def test_no_front_matter_is_as_bad_as_the_worst_of_what_is_missing(
    one: Severity, other: Severity, severity: Severity
) -> None:
    fields = (
        replace(TITLE, required=True, severity=one),
        replace(TAGS, required=True, severity=other),
    )
    typed = FieldsReader(Schema("demo", fields), "UTC").read(read_front_matter("prose"), {})
    assert [d.severity for d in typed.diagnostics] == [severity]


@pytest.mark.parametrize("severity", [Severity.WARNING, Severity.INFO])
@pytest.mark.parametrize("lines", ["k: x", "k: ''", "other: x"])
def test_a_milder_field_loses_its_value_and_keeps_the_article(
    lines: str, severity: Severity
) -> None:
    field = replace(_field(FieldType.INTEGER, required=True), severity=severity)
    typed = _read(lines, field, TITLE)
    assert [d.severity for d in typed.diagnostics] == [severity]
    assert not any(d.is_error for d in typed.diagnostics)
    assert typed.cells == [None, None]


@pytest.mark.parametrize("lines", ["k: x", "k:", "k: ' '", "other: x"])
def test_a_message_of_the_schema_takes_the_place_of_ours(lines: str) -> None:
    field = replace(_field(FieldType.INTEGER, required=True), message="say how many")
    assert [d.message for d in _read(lines, field).diagnostics] == ["say how many"]


def test_all_faults_are_found_at_once() -> None:
    fields = (
        _field(FieldType.INTEGER),
        replace(TITLE, required=True),
        Field("date", FieldType.DATETIME, ("date",), required=True),
    )
    typed = _read("k: x\ndate: 2021-13-01", *fields)
    assert sorted(_codes(typed)) == [Code.MISSING_FIELD, Code.WRONG_TYPE, Code.IMPOSSIBLE_DATE]


@pytest.mark.parametrize(
    ("lines", "cell"),
    [
        ("a: 1\nb: 2", "1"),
        ("b: 2\na: 1", "1"),
        ("b: 2", "2"),
        ("seo: {title: 3}", "3"),
        ("seo: {deep: {title: 4}}", "4"),
        ("seo: {title: 3, deep: {title: 4}}", "3"),
        ("seo.title: 5\nseo: {title: 3}", "5"),
        ("seo: x", None),
        ("seo: [title]", None),
        ("seo: {title: {x: y}, deep: {title: 4}}", None),
        ("seo:", None),
    ],
)
def test_the_first_key_that_is_there_gives_the_value(lines: str, cell: Cell) -> None:
    field = replace(
        TITLE, sources=("a", "b", "seo.title", "seo.deep.title"), severity=Severity.INFO
    )
    assert _read(lines, field).cells == [cell]


def test_a_key_that_is_there_and_says_nothing_hides_those_after_it() -> None:
    field = replace(TITLE, sources=("a", "b"))
    assert _read("a:\nb: 2", field).cells == [None]


def test_a_value_inside_a_mapping_has_its_own_place() -> None:
    field = replace(_field(FieldType.INTEGER), sources=("seo.k",))
    fault = _read("seo:\n  k: x", field).diagnostics[0]
    assert fault.place == Place(3, 6)


def test_the_places_of_all_values_that_are_there_can_be_asked_for() -> None:
    typed = _read("title: a\ntags: [b]", TAGS, TITLE, _field(FieldType.INTEGER))
    assert typed.places() == {
        "title": Place(2, 8),
        "tags": Place(3, 7, 3),
    }


@pytest.mark.parametrize(
    ("lines", "cells"),
    [
        ("k: a", ["a"]),
        ("k: a, b", ["a, b"]),
        ("k: [a, 1, NO]", ["a", "1", "NO"]),
        ("k:\n- b\n- a\n- b", ["b", "a", "b"]),
        ("k: [' a ']", [" a "]),
    ],
)
def test_a_list_keeps_its_items_in_order_and_a_single_value_is_one(
    lines: str, cells: list[str]
) -> None:
    assert _cell(lines, _items(FieldType.STRING)) == cells


@pytest.mark.parametrize(
    ("kind", "written", "cells"),
    [
        (FieldType.INTEGER, "[1, '2']", [1, 2]),
        (FieldType.NUMBER, "[1, .5]", [1.0, 0.5]),
        (FieldType.BOOLEAN, "[yes, 0]", [True, False]),
        (FieldType.DATE, "[1970-01-02]", [1]),
        (FieldType.DATETIME, "[1970-01-02, 1970-01-01T00:00:00Z]", [DAY, 0]),
        (FieldType.INTEGER, "7", [7]),
    ],
)
def test_items_have_the_item_type(kind: FieldType, written: str, cells: list[object]) -> None:
    assert _cell(f"k: {written}", _items(kind)) == cells


@pytest.mark.parametrize("empty", ["", "~", "''", "' '"])
def test_an_empty_item_is_left_out_with_a_warning_at_it(empty: str) -> None:
    typed = _read(f"k:\n- a\n- {empty}\n- b", _items(FieldType.STRING))
    assert typed.cells == [["a", "b"]]
    assert [(d.code, d.severity) for d in typed.diagnostics] == [
        (Code.EMPTY_ITEM, Severity.WARNING)
    ]
    assert typed.diagnostics[0].place is not None
    assert typed.diagnostics[0].place.line == 4


def test_a_list_of_empty_items_is_an_empty_list() -> None:
    typed = _read("k:\n- \n- ''", _items(FieldType.STRING))
    assert typed.cells == [[]]
    assert _codes(typed) == [Code.EMPTY_ITEM] * 2


NESTED = "k:\n- a\n- [b, [c, d]]\n- e"


def test_a_nested_list_is_flattened_with_a_warning_where_the_schema_says_nothing() -> None:
    typed = _read(NESTED, _items(FieldType.STRING))
    assert typed.cells == [["a", "b", "c", "d", "e"]]
    assert [(d.code, d.severity) for d in typed.diagnostics] == [
        (Code.NESTED_LIST, Severity.WARNING)
    ]


def test_a_nested_list_is_flattened_in_silence_where_the_schema_asks_for_it() -> None:
    assert _cell(NESTED, _items(FieldType.STRING, "flatten")) == ["a", "b", "c", "d", "e"]


def test_a_nested_list_is_one_item_where_the_schema_keeps_it() -> None:
    assert _cell(NESTED, _items(FieldType.STRING, "keep")) == ["a", "b / c / d", "e"]
    assert _cell("k:\n- - a\n  - b\n- - c", _items(FieldType.STRING, "keep")) == ["a / b", "c"]


@pytest.mark.parametrize(
    ("kind", "lines", "line"),
    [
        (FieldType.STRING, "k:\n- a\n- b: c", 4),
        (FieldType.INTEGER, "k:\n- 1\n- x", 4),
        (FieldType.STRING, "k: {a: b}", 2),
    ],
)
def test_an_item_of_another_type_is_a_fault_of_the_field(
    kind: FieldType, lines: str, line: int
) -> None:
    typed = _read(lines, _items(kind))
    assert (typed.cells, _codes(typed)) == ([None], [Code.WRONG_TYPE])
    assert typed.diagnostics[0].place is not None
    assert typed.diagnostics[0].place.line <= line


@pytest.mark.parametrize(
    ("lines", "zone", "cell"),
    [
        ("k: 1970-01-01 09:00:00", "Asia/Tokyo", 0),
        ("k: 1970-01-01 09:00:00", "UTC", 9 * 3_600_000_000),
        ("k: 1970-01-01 09:00:00 +0100", "Asia/Tokyo", 8 * 3_600_000_000),
        ("k: 1970-01-02", "Asia/Tokyo", DAY),
    ],
)
def test_date_without_zone_is_read_in_the_configured_zone(lines: str, zone: str, cell: int) -> None:
    assert _cell(lines, _field(FieldType.DATETIME), zone) == cell


def test_the_zone_of_a_field_goes_before_the_configured_one() -> None:
    field = replace(_field(FieldType.DATETIME), timezone="+01:00")
    assert _cell("k: 1970-01-01 01:00", field, "Asia/Tokyo") == 0


def test_times_without_a_zone_are_counted_by_the_zone_that_they_were_read_in() -> None:
    fields = (
        Field("a", FieldType.DATETIME, ("a",)),
        Field("b", FieldType.LIST, ("b",), FieldType.DATETIME, timezone="Asia/Tokyo"),
        Field("c", FieldType.DATE, ("c",)),
    )
    typed = _read(
        "a: 2021-03-04 05:06\nb: [2021-03-04 05:06, 2021-03-04 05:07, 2021-03-04]\n"
        "c: 2021-03-04T05:06:07Z",
        *fields,
    )
    assert typed.naive_dates == {"UTC": 1, "Asia/Tokyo": 2}


def test_a_wrong_weekday_is_a_warning_and_the_date_counts() -> None:
    typed = _read("k: Fri, 01 Jan 1970 00:00:00 GMT", _field(FieldType.DATETIME))
    assert typed.cells == [0]
    assert [(d.code, d.severity) for d in typed.diagnostics] == [
        (Code.WRONG_WEEKDAY, Severity.WARNING)
    ]


def test_only_the_formats_of_a_field_are_read() -> None:
    field = replace(_field(FieldType.DATE), formats=("%d/%m/%Y",))
    assert _cell("k: 02/01/1970", field) == 1
    assert _codes(_read("k: 1970-01-02", field)) == [Code.UNREADABLE_DATE]


def test_a_captured_value_fills_a_field_that_front_matter_leaves_out() -> None:
    captured = {"title": ["from the body", "again"], "tags": ["a", "b"], "k": ["7"]}
    fields = (replace(TITLE, required=True), TAGS, _field(FieldType.INTEGER))
    typed = _read("other: x", *fields, captured=captured)
    assert (typed.cells, typed.diagnostics) == (["from the body", ["a", "b"], 7], [])


@pytest.mark.parametrize(("lines", "cell"), [("title: mine", "mine"), ("title:", None)])
def test_a_key_that_is_there_goes_before_a_captured_value(lines: str, cell: Cell) -> None:
    assert _read(lines, TITLE, captured={"title": ["captured"]}).cells == [cell]


def test_a_captured_value_of_another_type_is_a_fault_at_the_opening() -> None:
    typed = _read("other: x", _field(FieldType.INTEGER), captured={"k": ["seven"]})
    assert _codes(typed) == [Code.WRONG_TYPE]
    assert typed.diagnostics[0].place is not None
    assert typed.diagnostics[0].place.line == 2


def test_a_capture_that_found_nothing_leaves_a_required_field_missing() -> None:
    typed = _read("other: x", replace(TITLE, required=True), captured={"title": []})
    assert _codes(typed) == [Code.MISSING_FIELD]


KEYS = "title: a\ncategorys: b\nlayout: post\nTags: c"


@pytest.mark.parametrize(
    ("unknown", "found"),
    [
        ("keep", []),
        ("suggest", [("categorys", Severity.WARNING)]),
        ("warn", [(k, Severity.WARNING) for k in ("categorys", "layout", "Tags")]),
        ("reject", [(k, Severity.ERROR) for k in ("categorys", "layout", "Tags")]),
    ],
)
def test_the_policy_decides_which_unknown_keys_are_faults(
    unknown: UnknownKeys, found: list[tuple[str, Severity]]
) -> None:
    categories = Field("categories", FieldType.LIST, ("categories", "category"))
    typed = _read(KEYS + "\ntags: d", TITLE, TAGS, categories, unknown=unknown)
    assert {d.code for d in typed.diagnostics} <= {Code.UNKNOWN_KEY}
    keys = [(re.findall("`(.*?)`", d.message)[0], d.severity) for d in typed.diagnostics]
    assert keys == found


def test_an_unknown_key_is_pointed_at_and_the_known_one_proposed() -> None:
    fault = _read("x: 1\n  \nTitles: a", TITLE, unknown="suggest").diagnostics[0]
    assert fault.place == Place(4, 1, 6)
    assert fault.help == "did you mean `title`?"


@pytest.mark.parametrize("key", ["tag", "t", "totally", "layout", "draft"])
def test_short_and_distant_keys_suggest_nothing(key: str) -> None:
    assert _read(f"{key}: a", TITLE, TAGS, unknown="suggest").diagnostics == []


def test_the_first_part_of_a_dotted_key_is_known() -> None:
    field = replace(TITLE, sources=("seo.title",))
    assert _read("seo: {titel: a, x: b}", field, unknown="reject").diagnostics == []


def test_every_key_that_a_field_reads_is_known() -> None:
    field = replace(TITLE, sources=("title", "headline"))
    assert _read("title: a\nheadline: b", field, unknown="reject").diagnostics == []


SECRETS = [
    *("password", "Password", "db_password", "passwd", "passphrase", "pass", "secret"),
    *("client_secret_2", "token", "access-token", "api_key", "apikey", "API-KEY", "credentials"),
]
HARMLESS = ["passage", "password_hint", "tokens", "key", "author", "passenger", "api", "pin"]


@pytest.mark.parametrize("key", SECRETS)
def test_what_stands_under_a_secret_key_is_masked_however_deep(key: str) -> None:
    value = masked({"a": [{key: "hunter2"}, {key: {"b": ["hunter2"]}}, {key: ["hunter2"]}]})
    assert value == {"a": [{key: MASK}, {key: MASK}, {key: MASK}]}


@pytest.mark.parametrize("key", HARMLESS)
def test_what_stands_under_other_keys_is_shown(key: str) -> None:
    assert masked({key: "shown"}) == {key: "shown"}


def test_a_secret_that_is_null_is_null() -> None:
    assert masked({"token": None}) == {"token": None}


@pytest.mark.parametrize("key", SECRETS)
@pytest.mark.parametrize("value", ["x", None, [], {}])
def test_a_secret_key_is_found_however_deep(key: str, value: Value) -> None:
    assert holds_secret({"b": "c", "a": [[], {"d": None, key: value}]})


@pytest.mark.parametrize("key", HARMLESS)
def test_values_that_speak_of_secrets_are_none(key: str) -> None:
    assert not holds_secret({key: ["password", {"b": "secret token"}]})


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        ("token: hunter2", Field("token", FieldType.INTEGER, ("token",))),
        ("token: [hunter2]", Field("token", FieldType.STRING, ("token",))),
        ("password: hunter2", Field("login", FieldType.INTEGER, ("password",))),
        ("db: {password: hunter2}", Field("login", FieldType.INTEGER, ("db.password",))),
        ("meta: {token: hunter2}", Field("meta", FieldType.STRING, ("meta",))),
        ("meta: [{api_key: hunter2}]", Field("meta", FieldType.LIST, ("meta",))),
    ],
    ids=["field", "list", "key", "dotted key", "inside", "inside an item"],
)
def test_a_secret_is_in_no_diagnostic(lines: str, field: Field) -> None:
    typed = _read(lines, field)
    assert _codes(typed) == [Code.WRONG_TYPE]
    assert "hunter2" not in json.dumps(typed.diagnostics[0].as_json())
    assert "hunter2" not in (typed.diagnostics[0].value or "")


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        ("meta: {token: hunter2, a: b}", Field("meta", FieldType.OBJECT, ("meta",))),
        ("meta: [{token: hunter2}, a]", Field("meta", FieldType.ARRAY, ("meta",))),
        ("meta: {a: {token: hunter2}}", Field("meta", FieldType.ANY, ("meta",))),
    ],
)
def test_a_secret_inside_a_value_is_in_no_cell(lines: str, field: Field) -> None:
    """A column of JSON is written out like the column of the whole front matter."""
    cell = _read(lines, field).cells[0]
    assert isinstance(cell, str)
    assert "hunter2" not in cell
    assert MASK in cell


def test_a_long_value_is_clipped_in_its_diagnostic() -> None:
    fault = _read(f"k: {'x' * 500}", _field(FieldType.INTEGER)).diagnostics[0]
    assert fault.value == "x" * 199 + "…"


def test_the_same_reader_reads_one_article_after_the_other() -> None:
    reader = FieldsReader(Schema("demo", (TITLE, TAGS)), "UTC")
    first = reader.read(read_front_matter("---\ntitle: a\ntags: b\n---\n"), {})
    second = reader.read(read_front_matter("---\ntags: [c]\n---\n"), {})
    assert (first.cells, second.cells) == (["a", ["b"]], [None, ["c"]])
