"""YAML as written: scalars stay strings, every value has a place, and nothing runs or expands."""

from __future__ import annotations

import pytest

from corpuskit.codes import Code
from corpuskit.front_matter.tree import Fault, Tree
from corpuskit.front_matter.yaml_events import MAX_ALIASES, MAX_DEPTH, MAX_NODES, read_yaml
from corpuskit.model import Value


def _tree(text: str) -> Tree:
    read = read_yaml(text)
    assert isinstance(read, Tree), read
    return read


def _fault(text: str) -> Fault:
    read = read_yaml(text)
    assert isinstance(read, Fault), read.values
    return read


@pytest.mark.parametrize(
    "written",
    [
        *("12_00", "1936", "007", "1.10", "0x1F", "0o17", "1e3", ".inf", ".NaN", "-0", "12:30"),
        *("yes", "NO", "on", "true", "False", "y", "nUll", "2021-02-31", "2021-03-04T05:06:07Z"),
        *("=", "<", "...x", "a#b", "a:b", "---x", "新闻", "a\\b", "a%"),
    ],
)
def test_a_plain_scalar_is_what_is_written(written: str) -> None:
    assert _tree(f"k: {written}").values == {"k": written}


@pytest.mark.parametrize("written", ["", " ", "~", "null", "Null", "NULL", "# said nothing"])
def test_only_the_spellings_of_null_are_null(written: str) -> None:
    assert _tree(f"k: {written}").values == {"k": None}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("''", ""),
        ('""', ""),
        ('"null"', "null"),
        ("'~'", "~"),
        ("!!str ''", ""),
        ("|\n  null", "null"),
    ],
)
def test_what_is_quoted_is_never_null(written: str, value: str) -> None:
    assert _tree(f"k: {written}").values == {"k": value}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("k: 'it''s'", "it's"),
        (r'k: "a\tb\u65b0\"\\"', 'a\tb新"\\'),
        ("k: |\n  a\n\n   b\n", "a\n\n b\n"),
        ("k: |-\n  a\n", "a"),
        ("k: |+\n  a\n\n", "a\n\n"),
        ("k: >\n  a\n  b\n\n  c\n", "a b\nc\n"),
        ("k: a\n  b\n  c", "a b c"),
        ("k: 'a\n\n  b'", "a\nb"),
        ("k: |\n  ---\n  a: b\n", "---\na: b\n"),
        ("k: a # b", "a"),
        ("k: a#b", "a#b"),
    ],
)
def test_each_style_of_scalar_is_read(text: str, value: str) -> None:
    assert _tree(text).values == {"k": value}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", None),
        ("# nothing\n", None),
        ("null", None),
        ("plain", "plain"),
        ("- a\n- - b\n  - \n- {c: d}", ["a", ["b", None], {"c": "d"}]),
        ("a:\n- b\nc: {d: [e]}", {"a": ["b"], "c": {"d": ["e"]}}),
        ("? a\n: b", {"a": "b"}),
        ("'a b': c\n\"d\\u0065\": f", {"a b": "c", "de": "f"}),
        ("a b c: d", {"a b c": "d"}),
        ("1: a\ntrue: b\n~: c", {"1": "a", "true": "b", "~": "c"}),
        ("a: 1\r\nb: 2\rc: 3", {"a": "1", "b": "2", "c": "3"}),
        ("---\na: 1\n...\n", {"a": "1"}),
    ],
)
def test_collections_are_read(text: str, values: Value) -> None:
    assert _tree(text).values == values


@pytest.mark.parametrize(
    ("text", "path", "key", "value"),
    [
        ("a: b", ("a",), "a", "b"),
        ("😀新: 闻", ("😀新",), "😀新", "闻"),
        ("x: 1\na: 'b c' # d", ("a",), "a", "'b c'"),
        ("a: {b: [c, d]}", ("a", "b"), "b", "[c, d]"),
        ("a: {b: [c, d]}", ("a",), "a", "{b: [c, d]}"),
        ("a: &x b", ("a",), "a", "&x b"),
        ("x: &x b\na: *x", ("a",), "a", "*x"),
        ("a: >\n  b\n  c\n", ("a",), "a", ">\n  b\n  c\n"),
    ],
)
def test_keys_and_values_have_their_place(
    text: str, path: tuple[str | int, ...], key: str, value: str
) -> None:
    tree = _tree(text)
    key_span, span = tree.key_span(path), tree.span(path)
    assert key_span is not None
    assert span is not None
    assert (text[slice(*key_span)], text[slice(*span)]) == (key, value)


def test_an_item_of_a_list_has_its_place_and_no_key() -> None:
    tree = _tree("a:\n- b\n- c")
    assert tree.span(("a", 1)) == (9, 10)
    assert tree.key_span(("a", 1)) is None


def test_what_has_no_place_of_its_own_has_that_of_what_holds_it() -> None:
    """Values that come through an alias stand where they were written first."""
    tree = _tree("a: &x {b: c}\nd: *x")
    assert tree.span(("d", "b")) == tree.span(("d",))


def test_a_repeated_key_keeps_its_first_value_and_is_told_of_each_time() -> None:
    tree = _tree("a: 1\nb:\n  c: 2\n  c: 3\na: 4\n'a': 5\n")
    assert tree.values == {"a": "1", "b": {"c": "2"}}
    assert tree.repeated == [
        (("b", "c"), (10, 11), (17, 18)),
        (("a",), (0, 1), (22, 23)),
        (("a",), (0, 1), (27, 30)),
    ]
    assert tree.span(("a",)) == (3, 4)


def test_the_same_key_in_two_mappings_is_not_repeated() -> None:
    tree = _tree("- {a: 1}\n- {a: 2}\n")
    assert tree.repeated == []


@pytest.mark.parametrize(
    ("text", "tag", "value"),
    [
        ("k: !!int 5", "tag:yaml.org,2002:int", "5"),
        (
            "k: !!python/object/apply:os.system [x]",
            "tag:yaml.org,2002:python/object/apply:os.system",
            ["x"],
        ),
        ("k: !<tag:example.org,2000:x> a", "tag:example.org,2000:x", "a"),
        ("k: !important news", "!important", "!important news"),
        ("k: !important", "!important", "!important"),
        ("k: !important 'news'", "!important", "news"),
        ("k: !t {a: b}", "!t", {"a": "b"}),
    ],
)
def test_a_tag_means_nothing_and_is_noted(text: str, tag: str, value: Value) -> None:
    tree = _tree(text)
    assert tree.values == {"k": value}
    assert tree.tagged == [(tag, ("k",))]


def test_quoted_values_are_known() -> None:
    tree = _tree("a: 'x'\nb: x\nc: [\"x\", x]\nd: |\n  x\n")
    assert tree.quoted == {("a",), ("c", 0), ("d",)}


@pytest.mark.parametrize(
    "text", ["m: &m {x: 1, y: 2}\nk:\n  y: 3\n  <<: *m", "m: &m {x: 1, y: 2}\nk:\n  <<: *m\n  y: 3"]
)
def test_a_mapping_that_is_merged_gives_what_is_not_said(text: str) -> None:
    values = _tree(text).values
    assert isinstance(values, dict)
    assert values["k"] == {"x": "1", "y": "3"}


def test_mappings_are_merged_from_a_list_the_first_one_first() -> None:
    """https://yaml.org/type/merge.html: a sequence of mappings, of which earlier ones win."""
    values = _tree("a: &a {x: 1}\nb: &b {x: 2, y: 3}\nk:\n  <<: [*a, *b]\n  z: 4").values
    assert isinstance(values, dict)
    assert values["k"] == {"x": "1", "y": "3", "z": "4"}


def test_a_merge_key_over_text_is_a_key_like_any_other() -> None:
    assert _tree("<<: x").values == {"<<": "x"}


def test_an_anchor_can_be_set_again() -> None:
    assert _tree("a: &x 1\nb: *x\nc: &x 2\nd: *x").values == {
        "a": "1",
        "b": "1",
        "c": "2",
        "d": "2",
    }


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        ("a: *x", "`*x` is an alias that nothing defines", 3),
        ("a: &x [*x]", "`*x` is an alias inside itself", 7),
        ("? [a]\n: b", "a key is not plain text", 2),
        ("? {a: b}\n: c", "a key is not plain text", 2),
        ("? " * 100_000, "a key is not plain text", 2),
        ("a: 1\n---\nb: 2", "a second YAML document", 5),
        ("a: b: c", "an unquoted value holds `: `", 4),
        ("a: @b", "a value starts with a reserved character", 3),
        ("a: 'b", "a quote is never closed", 3),
        ("a: 'b' c", "a value ends where YAML expects the next key", 7),
    ],
)
def test_what_cannot_be_read_is_said_in_plain_words_where_it_is(
    text: str, message: str, at: int
) -> None:
    fault = _fault(text)
    assert (fault.code, fault.message, fault.span[0]) == (Code.FRONT_MATTER_SYNTAX, message, at)


@pytest.mark.parametrize("text", ["\x07", "a: b\nc: d\x07e", "新: a\x07", "😀: a\x07b"])
def test_a_control_character_has_a_code_of_its_own_and_its_place_in_characters(text: str) -> None:
    fault = _fault(text)
    assert fault.code is Code.FRONT_MATTER_CONTROL_CHARACTERS
    assert fault.span[0] == text.index("\x07")


@pytest.mark.parametrize(
    ("opened", "closed"), [("[", "]"), ("{a: ", "}")], ids=["lists", "mappings"]
)
def test_nesting_is_capped_exactly(opened: str, closed: str) -> None:
    assert _tree(opened * MAX_DEPTH + closed * MAX_DEPTH).values
    assert (
        _fault(opened * (MAX_DEPTH + 1) + closed * (MAX_DEPTH + 1)).code
        is Code.FRONT_MATTER_TOO_DEEP
    )


@pytest.mark.parametrize("text", ["[" * 200_000, "- " * 100_000, "{a: " * 60_000])
def test_hostile_nesting_ends_at_the_cap(text: str) -> None:
    assert _fault(text).code is Code.FRONT_MATTER_TOO_DEEP


def test_aliases_are_capped() -> None:
    listed = ", ".join(["*x"] * MAX_ALIASES)
    assert _tree(f"a: &x b\nc: [{listed}]").values
    assert _fault(f"a: &x b\nc: [{listed}, *x]").code is Code.TOO_MANY_ALIASES


def test_aliases_of_aliases_are_counted_as_what_they_expand_to() -> None:
    """The billion laughs: some lines that would be gigabytes."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    fault = _fault("\n".join(lines))
    assert fault.code is Code.TOO_MANY_ALIASES
    assert str(MAX_NODES) in fault.message


def test_values_without_aliases_are_not_capped() -> None:
    """Only the size of a block bounds them."""
    values = _tree("a:\n" + "- b\n" * (MAX_NODES + 1)).values
    assert isinstance(values, dict)
    assert values["a"] == ["b"] * (MAX_NODES + 1)


@pytest.mark.parametrize("text", ["title: A\n sub: x\n", "a: b\ntitle: A B\n  title: x\n"])
def test_an_indented_key_under_a_value_is_called_one(text: str) -> None:
    assert "indented key" in _fault(text).message


@pytest.mark.parametrize(
    "text", ["a: b: c", "a: [b", "a: 'b", " a: b\nc: d", "a: @b", "a: b\n c d: e"]
)
def test_every_fault_of_syntax_says_what_to_do(text: str) -> None:
    assert _fault(text).help
