"""YAML as people write it: what is saved, at the cost of a notice each, and what is not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.codes import Code
from corpuskit.front_matter.tree import Fault, Notice, Tree
from corpuskit.front_matter.yaml_repair import MAX_REPAIRS, read_tolerantly
from corpuskit.model import Value


def _read(text: str) -> tuple[Tree, list[Notice]]:
    read, notices = read_tolerantly(text)
    assert isinstance(read, Tree), read
    return read, notices


def _one(text: str) -> tuple[Value, Notice]:
    tree, notices = _read(text)
    assert len(notices) == 1, notices
    return tree.values, notices[0]


@pytest.mark.parametrize(
    ("written", "value", "code"),
    [
        ("@handle", "@handle", Code.RESERVED_INDICATOR),
        ("`code`", "`code`", Code.RESERVED_INDICATOR),
        ("%TEMP% is full", "%TEMP% is full", Code.RESERVED_INDICATOR),
        ("**bold**", "**bold**", Code.RESERVED_INDICATOR),
        ("& co", "& co", Code.RESERVED_INDICATOR),
        ("> not folded", "> not folded", Code.RESERVED_INDICATOR),
        ("|x|", "|x|", Code.RESERVED_INDICATOR),
        ("[sic] he said", "[sic] he said", Code.RESERVED_INDICATOR),
        ("!important news", "!important news", Code.RESERVED_INDICATOR),
        ("@a # b", "@a # b", Code.RESERVED_INDICATOR),
        ("a: b", "a: b", Code.UNQUOTED_COLON),
        ("a:", "a:", Code.UNQUOTED_COLON),
        ("it's: b", "it's: b", Code.UNQUOTED_COLON),
        ("'a' b", "'a' b", Code.BROKEN_QUOTES),
        ('"a" b', '"a" b', Code.BROKEN_QUOTES),
        ("'it's'", "it's", Code.BROKEN_QUOTES),
        ('"He said "it\'s""', 'He said "it\'s"', Code.BROKEN_QUOTES),
        ('"""""\'x\'"""""', "x", Code.BROKEN_QUOTES),
        ('"never closed', '"never closed', Code.BROKEN_QUOTES),
        (r'"C:\path"', r"C:\path", Code.INVALID_ESCAPE),
        (r'"\xZZ"', r"\xZZ", Code.INVALID_ESCAPE),
    ],
)
@pytest.mark.parametrize("rest", ["", "\nnext: 1"])
def test_a_value_is_read_as_it_is_written_and_noted(
    written: str, value: str, code: Code, rest: str
) -> None:
    values, notice = _one(f"first: 0\nk: {written}{rest}")
    assert isinstance(values, dict)
    assert (values["k"], notice.code) == (value, code)
    assert values.get("next", "1") == "1"


@pytest.mark.parametrize(
    "written", ["@it's", "a: 'b'", "'a' b", '"a" b', "*", "x: y # z", r'"C:\p"', "[a] 'b'"]
)
def test_the_spelling_that_is_proposed_reads_the_same_without_a_notice(written: str) -> None:
    values, notice = _one(f"k: {written}")
    assert notice.help is not None
    proposed = notice.help.removeprefix("write ")
    tree, notices = _read(f"k: {proposed}")
    assert (tree.values, notices) == (values, [])


@pytest.mark.parametrize(
    "text",
    [
        "k: 'a: b'",
        'k: "a\\tb"',
        "k: |\n  @a: b: c\n",
        "k: a\n  @b",
        "k: a 'b'",
        "k: a*b",
        "k: -x",
        "k: [a, b]",
        "k: &x 1\nl: *x",
        "k: http://example.org/",
        "k: 12:30",
    ],
)
def test_what_parses_is_left_alone(text: str) -> None:
    assert _read(text)[1] == []


def test_every_broken_line_is_noted_in_its_place() -> None:
    text = "新: @a\nb: 1\nc: d: e\nf:\n  - @g\n  - h: i: j\n"
    tree, notices = _read(text)
    assert tree.values == {"新": "@a", "b": "1", "c": "d: e", "f": ["@g", {"h": "i: j"}]}
    assert [text[slice(*n.span)] for n in notices] == ["新: @a", "c: d: e", "@g", "h: i: j"]
    assert [n.value for n in notices] == ["@a", "d: e", "@g", "i: j"]


def test_places_are_those_of_the_text_as_it_was_written() -> None:
    text = "a: @x\nb: 'y' z\nc: ok\nd:\n- @e\n"
    tree, _ = _read(text)
    spans = [tree.span((key,)) for key in "abc"]
    assert [text[slice(*span)] for span in spans if span] == ["@x", "'y' z", "ok"]
    assert [tree.key_span((key,)) for key in "abcd"] == [(0, 1), (6, 7), (15, 16), (21, 22)]
    item = tree.span(("d", 0))
    assert item is not None
    assert text[slice(*item)] == "@e"


@pytest.mark.parametrize("count", [MAX_REPAIRS - 1, MAX_REPAIRS])
def test_places_survive_as_many_repairs_as_are_made(count: int) -> None:
    text = "".join(f"k{n}: @x\n" for n in range(count)) + "last: 1\n"
    tree, notices = _read(text)
    assert len(notices) == count
    span = tree.span(("last",))
    assert span is not None
    assert text[slice(*span)] == "1"


def test_a_block_that_needs_more_repairs_is_a_fault() -> None:
    text = "".join(f"k{n}: @x\n" for n in range(MAX_REPAIRS + 1))
    read, _ = read_tolerantly(text)
    assert isinstance(read, Fault)
    assert text[read.span[0] :].startswith("@x\n")
    assert read.span[0] == len(text) - 3


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a:\n\tb: 1\n", {"a": {"b": "1"}}),
        ("a:\n\t- b\n\t- c\n", {"a": ["b", "c"]}),
        ("a:\n  b: 1\n\tc: 2\n", {"a": {"b": "1", "c": "2"}}),
    ],
)
def test_a_tab_indents_like_two_spaces(text: str, values: Value) -> None:
    tree, notices = _read(text)
    assert tree.values == values
    assert {n.code for n in notices} == {Code.TAB_INDENT}


@pytest.mark.parametrize(
    "text", ["k: {{ title }}", "k: {% if x %}", "a: 1\nk: '{{ x }}' y", "k: {{ a }} {{ b }}"]
)
def test_a_placeholder_is_not_repaired(text: str) -> None:
    """It would make an article of a template."""
    read, notices = read_tolerantly(text)
    assert isinstance(read, Fault)
    assert notices == []


@pytest.mark.parametrize(
    "text", ["prose\nmore: prose: x\nand", "a\nb\n: c", "a: 1\nprose\nb: 2", "}"]
)
def test_what_is_no_entry_is_not_repaired(text: str) -> None:
    assert isinstance(read_tolerantly(text)[0], Fault)


def test_a_fault_is_placed_in_the_text_as_it_was_written() -> None:
    text = "a: @x\nb: @y\n---\nc: d"
    read, _ = read_tolerantly(text)
    assert isinstance(read, Fault)
    assert (read.message, text[slice(*read.span)]) == ("a second YAML document", "---")


@pytest.mark.parametrize(
    ("control", "meant"),
    [
        *(("\x80", "€"), ("\x85", "…"), ("\x91", "‘"), ("\x92", "’"), ("\x93", "“"), ("\x96", "–")),
        *(("\x9f", "Ÿ"), ("\x81", "\ufffd"), ("\x00", "\ufffd"), ("\x07", "\ufffd")),
        *(("\x7f", "\ufffd"), ("\ufffe", "\ufffd")),
    ],
)
def test_a_control_character_is_read_as_windows_1252_has_it(control: str, meant: str) -> None:
    values, notice = _one(f"k: a{control}b\nl: c")
    assert values == {"k": f"a{meant}b", "l": "c"}
    assert notice.code is Code.FRONT_MATTER_CONTROL_CHARACTERS


def test_control_characters_are_noted_once_at_the_first() -> None:
    text = "新: \x93a\x94\nb: \x92"
    tree, notices = _read(text)
    assert tree.values == {"新": "“a”", "b": "’"}
    assert [(n.message[:20], n.span) for n in notices] == [("3 control characters", (3, 4))]


def test_control_characters_far_behind_a_repair_are_noted_where_they_stand() -> None:
    """The parser decodes some thousand characters ahead of what it parses."""
    text = "a: @x\n" + "# filler\n" * 20_000 + "b: \x93c\x94\n"
    tree, notices = _read(text)
    assert tree.values == {"a": "@x", "b": "“c”"}
    controls = next(n for n in notices if n.code is Code.FRONT_MATTER_CONTROL_CHARACTERS)
    assert text[slice(*controls.span)] == "\x93"


def test_broken_lines_with_control_characters_are_repaired_too() -> None:
    tree, notices = _read("k: \x93a\x94: b")
    assert tree.values == {"k": "“a”: b"}
    assert {n.code for n in notices} == {
        Code.FRONT_MATTER_CONTROL_CHARACTERS,
        Code.UNQUOTED_COLON,
    }


@pytest.mark.parametrize(("text", "cut"), [("k: C # 1", "# 1"), ("k: C\t# 1\nl: 2", "# 1")])
def test_a_value_that_a_comment_cuts_is_noted(text: str, cut: str) -> None:
    values, notice = _one(text)
    assert isinstance(values, dict)
    assert values["k"] == "C"
    assert notice.code is Code.VALUE_CUT_BY_COMMENT
    assert f"`{cut}`" in notice.message
    assert text[slice(*notice.span)] == "C"


@pytest.mark.parametrize(
    "text",
    [
        "k: 'C' # 1",
        "k: C#1",
        "k: # 1",
        "k: C\n# 1",
        "k: C\n  # 1\nl: D",
        "# 1\nk: C",
        "k: |\n  C # 1\n",
        "k: [a] # b",
        "k: {a: b} # c",
        "k:\n- a # b",
    ],
)
def test_a_comment_that_cuts_no_value_is_nothing(text: str) -> None:
    assert _read(text)[1] == []


def test_an_item_that_is_folded_into_the_one_above_is_noted() -> None:
    values, notice = _one("tags:\n- a\n  - b\nk: c")
    assert values == {"tags": ["a - b"], "k": "c"}
    assert (notice.code, notice.value) == (Code.FOLDED_ITEM, "a - b")


@pytest.mark.parametrize(
    "text", ["tags:\n- a - b", "tags:\n- 'a\n  - b'", "tags:\n- a\n- - b", "k: a\n  - b"]
)
def test_dashes_in_one_line_or_in_quotes_fold_nothing(text: str) -> None:
    assert [n for n in _read(text)[1] if n.code is Code.FOLDED_ITEM] == []


@pytest.mark.parametrize("text", ["k: !!int 5", "k: !important '5'", "k: !!map {a: b}"])
def test_a_tag_is_noted(text: str) -> None:
    _, notice = _one(text)
    assert (notice.code, text[slice(*notice.span)]) == (Code.TAG_IGNORED, text[3:])


@pytest.mark.parametrize("eol", ["\r\n", "\r"])
def test_the_kind_of_line_break_does_not_matter(eol: str) -> None:
    text = eol.join(["a: @x", "b:", "\t- c", "d: e: f", ""])
    tree, notices = _read(text)
    assert tree.values == {"a": "@x", "b": ["c"], "d": "e: f"}
    assert [text[slice(*n.span)] for n in notices] == ["a: @x", "\t", "d: e: f"]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (r'"\ud83d\ude00"', "😀"),
        (r'"a \uD83D\uDE00\ud83c\udf0a b\\"', "a 😀🌊 b\\"),
        (r'"\\\ud83d\ude00"', "\\😀"),
        (
            r"""["\ud83d\ude00", it's, '\ud83d\ude00', "\ud83d\ude00"]""",
            ["😀", "it's", r"\ud83d\ude00", "😀"],
        ),
        ('"a\n  \\ud83d\\ude00 b"', "a 😀 b"),
    ],
)
def test_escapes_of_surrogates_are_the_character_that_json_means(
    written: str, value: Value
) -> None:
    values, notice = _one(f"first: 0\nk: {written}\nnext: 1")
    assert values == {"first": "0", "k": value, "next": "1"}
    assert notice.code is Code.INVALID_ESCAPE
    assert "as in JSON" in notice.message


@pytest.mark.parametrize("written", [r"\ud83d", r"\ude00\ud83d", r"\ud83d\u0041", r"\\ud83d\ude00"])
def test_escapes_of_half_a_character_are_read_as_written(written: str) -> None:
    values, notice = _one(f'k: "{written}"')
    assert values == {"k": written}
    assert notice.message.endswith("read as written")


def test_a_key_may_be_spelled_with_surrogates() -> None:
    values, _ = _one(r'"\ud83d\ude00": 1')
    assert values == {"😀": "1"}


@given(st.text(st.characters(codec="utf-8"), max_size=20))
def test_json_of_any_text_is_a_double_quoted_value(text: str) -> None:
    """But for what YAML has no way to hold, JSON's strings are YAML's."""
    written = json.dumps(text)
    tree, _ = _read(f"k: {written}")
    assert tree.values == {"k": text}
