"""Plain YAML read by one pattern against the same YAML read from libyaml's events."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpuskit.front_matter import read_front_matter
from corpuskit.front_matter.tree import Tree
from corpuskit.front_matter.yaml_events import read_yaml
from corpuskit.front_matter.yaml_plain import PlainSpans, read_plain
from corpuskit.front_matter.yaml_repair import _surprises, read_tolerantly
from corpuskit.lines import LineIndex

KEYS = st.sampled_from(["title", "date", "标题", "x-y", "a_1", "categories", "null", "n"])
SCALARS = st.sampled_from(
    ["news", "新闻 😀", "x y", "2020-01-01 10:00", "null", "~", "12_00", "http://a.b/c?d=e", "a:b"]
)
QUOTED = st.sampled_from(["'a: b'", '"# no comment"', "''", '""', "'~'", '"a, [b]"', '"it\'s"'])
FLOW = st.lists(SCALARS | QUOTED, max_size=3).map(lambda items: f"[{', '.join(items)}]")
ODD = st.text(
    st.sampled_from(
        "ab \t\n-?:,[]{}#&*!|>'\"%@`~=<.\\\r\0\x1b\x7f\x85\xa0\xad"
        "\u200b\u2028\u2029\u3000\ud7a3\ue000\ufeff\ufffd\ufffe\uffff\U0001f600\U0010ffff"
    ),
    max_size=6,
)
VALUES = st.one_of(SCALARS, SCALARS, SCALARS, QUOTED, FLOW, ODD)
SPACES = st.sampled_from(["", " ", "  "])
ENTRIES = st.builds(
    lambda key, before, after, value: f"{key}{before}:{after or ' '}{value}{before}",
    *(KEYS, SPACES, SPACES, VALUES),
)
LISTS = st.builds(
    lambda key, indent, items: "\n".join([f"{key}:", *(f"{indent}- {item}" for item in items)]),
    *(KEYS, SPACES, st.lists(SCALARS | QUOTED | ODD, min_size=1, max_size=3)),
)
LINES = st.one_of(ENTRIES, ENTRIES, LISTS, st.just(""), ODD)
BLOCKS = st.lists(LINES, min_size=1, max_size=6).map("\n".join)

WORDS = st.sampled_from(["news", "新闻 😀", "x - y", "2020-01-01 10:00", "~", "12_00", "http://a/"])
PLAIN_QUOTED = st.sampled_from(["'a: b'", '"no, comment"', "''", '""', "'~'", '"it\'s"'])
PLAIN_ITEMS = st.sampled_from(["news", "新闻 😀", "null", "12_00", "'a b'", '"~"', "''"])
PLAIN_LISTS = st.lists(PLAIN_ITEMS, min_size=1, max_size=3)
PLAIN_VALUES = st.one_of(
    st.builds(lambda space, value: f" {space}{value}{space}", SPACES, WORDS | PLAIN_QUOTED),
    PLAIN_LISTS.map(lambda items: f" [{', '.join(items)}]"),
    st.sampled_from(["", " ", "\n"]),
    st.builds(
        lambda indent, items: "".join(f"\n{indent}- {item}" for item in items), SPACES, PLAIN_LISTS
    ),
)
PLAIN_BLOCKS = st.dictionaries(KEYS, PLAIN_VALUES, min_size=1, max_size=6).map(
    lambda entries: "\n".join(f"{key}:{value}" for key, value in entries.items())
)
"""Every one of them is plain: what is said of plain blocks alone is said of many."""


@given(PLAIN_BLOCKS)
def test_ordinary_blocks_are_plain(block: str) -> None:
    assert read_plain(block) is not None


@given(PLAIN_BLOCKS | BLOCKS)
@example("a: b\n  - c\n")
@example("a:\n- b\n  c: d\n")
@example("a:\n  - b\n - c\n")
@example("a:\n\n  - b\n\nc: d\n\n")
@example("a: [b, 'c, d']\n")
@example("a: 'b' 'c'\n")
@example("a:\nb: c\nd: \n")
def test_what_is_plain_has_the_values_of_the_events(block: str) -> None:
    plain = read_plain(block)
    if plain is not None:
        tree = read_yaml(block)
        assert isinstance(tree, Tree)
        assert list(plain.items()) == list((tree.values or {}).items())  # type: ignore[union-attr]
        assert not tree.repeated


@given(PLAIN_BLOCKS | BLOCKS)
def test_the_spans_of_a_plain_block_are_those_of_the_events(block: str) -> None:
    if read_plain(block) is not None:
        spans = PlainSpans(block)
        events = read_yaml(block)
        assert isinstance(events, Tree)
        for path in [*events.value_spans, *events.key_spans]:
            assert spans.span(path) == events.span(path)
            assert spans.key_span(path) == events.key_span(path)


@given(PLAIN_BLOCKS, st.sampled_from(["", "\n", "\n\n"]))
def test_the_places_of_a_plain_block_are_those_that_repairing_finds(block: str, lead: str) -> None:
    text = f"{lead}---\n{block}\n---\nbody\n"
    front = read_front_matter(text)
    tree, notices = read_tolerantly(f"{block}\n")
    assert isinstance(tree, Tree)
    assert (notices, front.diagnostics) == ([], [])
    base = text.index("---\n") + 4
    for path in tree.value_spans:
        span = tree.span(path)
        assert front.place(path) == (span and LineIndex(text).place(base + span[0], base + span[1]))


@given(PLAIN_BLOCKS | BLOCKS)
@example("a:\n- b - c")
@example("a: b # c")
def test_what_is_plain_has_nothing_that_its_writer_is_told_of(block: str) -> None:
    """The plain reader gives no notices, so that nothing which needs one may pass for plain."""
    if read_plain(block) is not None:
        events = read_yaml(block)
        assert isinstance(events, Tree)
        assert _surprises(events, block) == []


@pytest.mark.parametrize(
    "block",
    [
        "title: 'News: the day'\ndate: 2020-01-01 10:00\n",
        'tags:\n  - a\n  - b\ncategories: [c, "d"]\n',
        "tags:\n- a\n\ntitle   : x\nlink: http://a.b/\n",
        "summary : \ntags:\n\ntitle: x\ncover:\n",
    ],
)
def test_ordinary_front_matter_is_plain(block: str) -> None:
    assert read_plain(block) is not None


@pytest.mark.parametrize(
    "block",
    [
        *("", "a", "a:\n b", "a:\n\n  b: c", "a:\n-", "a: b\na: c", "a: b # c", "- a"),
        *("a: |\n  b", "a: >-\n  b\n"),
        *("a: &x b", "a: *x", "a: !t b", "a: {b: c}", "a: b\n  c", "a: 'b\n  c'", "a: 'it''s'"),
        *('a: "\\n"', "a: b: c", "a: b:", "a:\n  b: c", "a:\n- b\n- - c", "a: [b\n", "a: [b, [c]]"),
        *("a: [b: c]", "a: [,]", "a: @b", "a: b\tc", "a: b\r\nc: d", "a: b\x85", "? a\n: b"),
        *("a:\n- b - c\n", "a:\n  - b\n - c", "a.b: c", "'a': b", "<<: a", "a: - b"),
        *(f"a: {'b' * 17_000}", f"{'a' * 101}: b", f"a{' ' * 1100}: b", f"a{' ' * 1100}:\n- b"),
    ],
)  # fmt: skip
def test_what_could_be_more_than_text_is_left_to_the_events(block: str) -> None:
    assert read_plain(block) is None
