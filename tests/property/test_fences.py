"""Where a block is, found the short way against found the long way."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from corpuskit.front_matter.fences import _by_its_start, _plainly_fenced

FENCES = st.sampled_from(
    ["---", "----", "...", "+++", "--- ", "---\t", "---x", "--", "..", "- ---"]
)
LINES = st.sampled_from(
    ["a: b", "标题: x", "x-y:", "a:", "a:b", "1: b", "- a", "# c", " a: b", "a--- b...", "", "﻿"]
)
ENDS = st.sampled_from(["\n", "\n", "\n", "\n", "\r\n", "\r", ""])
TEXTS = st.lists(st.tuples(FENCES | LINES, ENDS).map("".join), max_size=8).map("".join)


@given(TEXTS | TEXTS.map("---\na: b\n{}".format) | TEXTS.map("\n---\na: b\n---\n{}".format))
@example("---\na: b\n---\n")
@example(f"---\n{'a' * 300}: b\n---\n")
@example("---\na: b\n\r...\n---\n")
def test_a_block_that_is_plainly_fenced_lies_where_its_start_says(text: str) -> None:
    plain = _plainly_fenced(text)
    assert plain is None or plain == _by_its_start(text)


@given(st.sampled_from(["", "\n", "\n\n"]), st.lists(LINES.filter(lambda line: "-" not in line)))
def test_ordinary_blocks_are_plainly_fenced(lead: str, lines: list[str]) -> None:
    inner = "".join(f"{line}\n" for line in ["title: x", *lines])
    assert _plainly_fenced(f"{lead}---\n{inner}---\n\nbody\n") is not None
