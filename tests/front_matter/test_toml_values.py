"""TOML front matter: text again, whatever TOML made of it."""

from __future__ import annotations

import pytest

from corpuskit.codes import Code
from corpuskit.front_matter.toml_values import read_toml
from corpuskit.front_matter.tree import Fault, Tree
from corpuskit.front_matter.yaml_events import MAX_DEPTH
from corpuskit.model import Value


def _tree(text: str) -> Tree:
    read = read_toml(text)
    assert isinstance(read, Tree), read
    return read


def _fault(text: str) -> Fault:
    read = read_toml(text)
    assert isinstance(read, Fault), read.values
    return read


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"a\\u65b0"', "a新"),
        ("'a\\b'", "a\\b"),
        ('"""\na\nb"""', "a\nb"),
        ("true", "true"),
        ("false", "false"),
        ("7", "7"),
        ("+7", "+7"),
        ("1_000", "1000"),
        ("0x1F", "0x1F"),
        ("1.10", "1.10"),
        ("1e3", "1e3"),
        ("inf", "inf"),
        ("2021-03-04", "2021-03-04"),
        ("2021-03-04 05:06:07", "2021-03-04 05:06:07"),
        ("2021-03-04T05:06:07Z", "2021-03-04T05:06:07Z"),
        ("2021-03-04T05:06:07.5-09:30", "2021-03-04T05:06:07.5-09:30"),
        ("05:06:07", "05:06:07"),
        ("7 # seven", "7"),
        ("0x" + "f" * 5_000, "0x" + "f" * 5_000),
        ('["a", 1, []]', ["a", "1", []]),
        ("{a.b = 1}", {"a": {"b": "1"}}),
        ("[]", []),
    ],
)
def test_tomls_own_types_go_back_to_the_text_that_they_were(written: str, value: Value) -> None:
    assert _tree(f"k = {written}").values == {"k": value}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"""a\rb"""', "a\rb"),
        ('"""a\r\rb\r"""', "a\r\rb\r"),
        ("'''a\rb\\\r'''", "a\rb\\\r"),
        ('"""a\r\nb\rc\nd"""', "a\nb\rc\nd"),
        ('"""\ra\rb"""', "a\rb"),
        ('"""a\\ \r \r b\rc"""', "ab\rc"),
        ('"""a\\\\\rb\\u005C\r"""', "a\\\rb\\\r"),
        ('"""\ue000\r\\ue001"""', "\ue000\r\ue001"),
        ('["""a\rb""", {c = """d\re"""}]', ["a\rb", {"c": "d\re"}]),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_carriage_returns_in_a_value_are_kept(written: str, value: Value, end: str) -> None:
    values = {"a": "1", "k": value, "z": "2"}
    assert _tree(f"a = 1{end}k = {written}{end}z = 2{end}").values == values


def test_tables_are_mappings() -> None:
    text = "a = 1\n[b]\nc = 2\n[b.d]\ne = 3\n[[f]]\ng = 4\n[[f]]\ng = 5\n"
    assert _tree(text).values == {
        "a": "1",
        "b": {"c": "2", "d": {"e": "3"}},
        "f": [{"g": "4"}, {"g": "5"}],
    }


@pytest.mark.parametrize("eol", ["\n", "\r\n", "\r"])
def test_values_and_keys_have_their_place_whatever_ends_a_line(eol: str) -> None:
    text = eol.join(['title = "新"', "[b]", "c.d = [1, 2]"])
    tree = _tree(text)
    spans = [tree.span(("title",)), tree.key_span(("b", "c", "d")), tree.span(("b", "c", "d", 1))]
    assert [text[slice(*span)] for span in spans if span] == ['"新"', "d", "2"]


@pytest.mark.parametrize(
    ("text", "at"), [("a = 1\nb = @", 10), ("a", 1), ("a = 1\r\nb = @", 11), ("新 = 1", 0)]
)
def test_what_cannot_be_read_is_a_fault_where_it_is(text: str, at: int) -> None:
    fault = _fault(text)
    assert (fault.code, fault.span) == (Code.FRONT_MATTER_SYNTAX, (at, at))
    assert fault.message.startswith("TOML: ")
    assert "line" not in fault.message


def test_a_repeated_key_is_told_with_both_places() -> None:
    tree = _tree("a = 1\nb = 2\na = 3\n")
    assert tree.repeated == [(("a",), (0, 1), (12, 13))]


@pytest.mark.parametrize(
    "text",
    [
        "a = 2021-02-30",
        "a = 2021-03-04T25:00:00Z",
        "a = 2021-03-04T05:06:07+99:99",
        "a = " + "1" * 5_000,
        "a = '''",
        "a = \x01",
        "= 1",
        "[a\n",
    ],
    ids=lambda text: text[:20],
)
def test_nothing_is_raised_for_what_cannot_be_read(text: str) -> None:
    assert _fault(text).code is Code.FRONT_MATTER_SYNTAX


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 1_000 + "]" * 1_000,
        "a = " + "{b = " * 1_000 + "1" + "}" * 1_000,
        "a = " + "[{b = " * 500 + "1" + "}]" * 500,
        ".".join("a" * 1_000) + " = 1",
        "[" + ".".join("a" * 1_000) + "]",
        "[[" + ".".join("a" * 1_000) + "]]",
    ],
    ids=["lists", "tables", "both", "dotted key", "dotted table", "dotted array of tables"],
)
def test_hostile_nesting_ends_at_the_cap(text: str) -> None:
    fault = _fault(text)
    assert fault.code is Code.FRONT_MATTER_TOO_DEEP
    assert str(MAX_DEPTH) in fault.message


@pytest.mark.parametrize(
    "text", ["a = '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[['", "a = 1 # " + "{" * 40]
)
def test_brackets_in_strings_and_comments_nest_nothing(text: str) -> None:
    assert isinstance(read_toml(text), Tree)
