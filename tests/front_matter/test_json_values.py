"""JSON front matter: a bare object, and where it ends."""

from __future__ import annotations

import json

import pytest

from corpuskit.codes import Code
from corpuskit.front_matter.json_values import read_json
from corpuskit.front_matter.tree import Fault, Tree
from corpuskit.front_matter.yaml_events import MAX_DEPTH
from corpuskit.model import Value


def _read(text: str) -> tuple[Tree, int]:
    read, end = read_json(text)
    assert isinstance(read, Tree), read
    return read, end


def _fault(text: str) -> Fault:
    read, end = read_json(text)
    assert isinstance(read, Fault), read.values
    assert end == len(text)
    return read


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"a\\u65b0\\n"', "a新\n"),
        ('"\\ud83d\\ude00"', "😀"),
        ("1.10", "1.10"),
        ("-0", "-0"),
        ("1E+3", "1E+3"),
        ("12345678901234567890123456789", "12345678901234567890123456789"),
        ("1" * 5_000, "1" * 5_000),
        ("true", "true"),
        ("false", "false"),
        ("null", None),
        ("NaN", "NaN"),
        ("-Infinity", "-Infinity"),
        ('["a", 1, [], {}]', ["a", "1", [], {}]),
        ('{"b": {"c": null}}', {"b": {"c": None}}),
        ('"a\nb\tc"', "a\nb\tc"),
    ],
)
def test_jsons_own_types_go_back_to_text(written: str, value: Value) -> None:
    assert _read(f'{{"k": {written}}}')[0].values == {"k": value}


@pytest.mark.parametrize("body", ["", "\n\nbody", "}", ' {"x": 1}', ";;;\nbody", '"'])
def test_the_object_ends_at_its_brace_whatever_follows(body: str) -> None:
    text = '{"a": {"b": "}"}, "c": "\\"}{"}'
    tree, end = _read(text + body)
    assert end == len(text)
    assert tree.values == {"a": {"b": "}"}, "c": '"}{'}


def test_an_empty_object_has_no_values() -> None:
    assert _read("{}x")[0].values == {}


def test_keys_and_values_of_the_object_have_their_place() -> None:
    text = '{\n  "新" : "a, b",\n  "k\\u0065y": [1, {"in": 2}],\n  "n": 12\n}\nbody'
    tree, _ = _read(text)
    for key, written, value in (
        ("新", '"新"', '"a, b"'),
        ("key", '"k\\u0065y"', '[1, {"in": 2}]'),
        ("n", '"n"', "12"),
    ):
        key_span, span = tree.key_span((key,)), tree.span((key,))
        assert key_span is not None
        assert span is not None
        assert (text[slice(*key_span)], text[slice(*span)]) == (written, value)


def test_what_is_inside_a_value_has_its_own_place() -> None:
    text = '{"a": {"b": [1, "c"]}, "d": 2}'
    tree, _ = _read(text)
    assert tree.span(("a", "b", 1)) == (16, 19)
    assert tree.key_span(("a", "b")) == (7, 10)
    assert tree.span(("a",)) == (6, 21)


def test_a_repeated_key_keeps_its_first_value() -> None:
    tree, _ = _read('{"a": 1, "b": {"a": 2, "a": 4}, "a": 3}')
    assert tree.values == {"a": "1", "b": {"a": "2"}}
    assert tree.repeated == [(("b", "a"), (15, 18), (23, 26)), (("a",), (1, 4), (32, 35))]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ('{"', 1),
        ('{"a": "}', 6),
        ('{"a": 1,}', 8),
        ('{"a" 1}', 5),
        ('{"a": x}', 6),
        ('{"a": 01}', 7),
        ('{"a": "\\x"}', 8),
        ('{"a": [1}]}', 8),
        ("{'a': 1}", 1),
    ],
)
def test_what_cannot_be_read_is_a_fault_near_where_it_is(text: str, at: int) -> None:
    fault = _fault(text)
    assert fault.code is Code.FRONT_MATTER_SYNTAX
    assert fault.message.startswith("JSON: ")
    assert abs(fault.span[0] - at) <= 1


@pytest.mark.parametrize("text", ["{", '{"a": 1', '{"a": {"b": 1}', '{"a": ['])
def test_an_object_that_is_never_closed_is_told_at_its_brace(text: str) -> None:
    fault = _fault(text)
    assert (fault.code, fault.span) == (Code.UNCLOSED_FRONT_MATTER, (0, 1))


def test_nesting_is_capped_exactly() -> None:
    inner = MAX_DEPTH - 1
    assert _read('{"a": ' + "[" * inner + "]" * inner + "}")[0].values
    fault = _fault('{"a": ' + "[" * (inner + 1) + "]" * (inner + 1) + "}")
    assert fault.code is Code.FRONT_MATTER_TOO_DEEP


@pytest.mark.parametrize("opened", ["[", '{"a": '])
def test_hostile_nesting_ends_at_the_cap(opened: str) -> None:
    assert _fault('{"a": ' + opened * 30_000).code is Code.FRONT_MATTER_TOO_DEEP


@pytest.mark.parametrize("escape", ["\\ud800", "\\udc00", "\\ud83dx", "\\ude00\\ud83d"])
def test_half_of_a_character_is_never_given_on(escape: str) -> None:
    """No encoding can write one, so nor can a release."""
    read, _ = read_json(f'{{"a": "{escape}", "{escape}": 1}}')
    if isinstance(read, Tree):
        json.dumps(read.values, ensure_ascii=False).encode()
    else:
        assert read.code is Code.FRONT_MATTER_SYNTAX
