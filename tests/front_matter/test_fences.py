"""Where front matter begins and ends, and what only looks like it."""

from __future__ import annotations

import pytest

from corpuskit.codes import Code
from corpuskit.front_matter.fences import Block, Spelling, Unclosed, find_block


def _block(text: str) -> Block:
    found = find_block(text)
    assert isinstance(found, Block), found
    return found


def _parts(text: str) -> tuple[Spelling, str, str]:
    block = _block(text)
    return block.spelling, text[slice(*block.inner)], text[block.body_start :]


@pytest.mark.parametrize("eol", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("fence", "spelling", "inner"),
    [("---", Spelling.YAML, "a: b"), ("+++", Spelling.TOML, "a = 1")],
)
def test_a_block_lies_between_its_fences(
    fence: str, spelling: Spelling, inner: str, eol: str
) -> None:
    text = eol.join([fence, inner, fence, "", "body", fence, ""])
    assert _parts(text) == (spelling, inner + eol, eol.join(["", "body", fence, ""]))


@pytest.mark.parametrize("lead", ["\n", "\r\n\r\n", " \t\n", "\ufeff\n", "\n \n\t\n"])
def test_blank_lines_before_the_opener_are_passed_over(lead: str) -> None:
    assert _parts(f"{lead}---\na: b\n---\nc") == (Spelling.YAML, "a: b\n", "c")


@pytest.mark.parametrize(
    "text", [" ---\na: b\n---\n", "x\n---\na: b\n---\n", "--- a\nb: c\n---\n", "--\na: b\n--\n"]
)
def test_a_fence_stands_alone_at_the_start_of_a_line(text: str) -> None:
    assert find_block(text) is None


@pytest.mark.parametrize("after", [" ", "\t", "   \t"])
def test_white_space_after_a_fence_does_not_matter(after: str) -> None:
    assert _parts(f"---{after}\na: b\n---{after}\nc") == (Spelling.YAML, "a: b\n", "c")


def test_the_end_of_the_text_ends_a_fence() -> None:
    assert _parts("---\na: b\n---") == (Spelling.YAML, "a: b\n", "")


def test_an_empty_block_is_one() -> None:
    assert _parts("---\n---\nbody") == (Spelling.YAML, "", "body")
    assert _parts("+++\n+++\nbody") == (Spelling.TOML, "", "body")


def test_a_block_of_comments_is_one() -> None:
    assert _parts("---\n# a\n\n# b\n---\nbody") == (Spelling.YAML, "# a\n\n# b\n", "body")


def test_three_dots_close_yaml_and_not_toml() -> None:
    assert _parts("---\na: b\n...\nbody") == (Spelling.YAML, "a: b\n", "body")
    assert _parts("+++\na = 1\n...\n+++\nbody") == (Spelling.TOML, "a = 1\n...\n", "body")


def test_the_first_closer_counts() -> None:
    assert _parts("---\na: b\n---\nc\n---\nd: e\n---\n") == (
        Spelling.YAML,
        "a: b\n",
        "c\n---\nd: e\n---\n",
    )


@pytest.mark.parametrize(
    "inside", ["a: |\n  ---\n  b\n", "a: x---\n", "a: ---x\n", "a: '\n ---'\n"]
)
def test_dashes_inside_a_value_close_nothing(inside: str) -> None:
    assert _parts(f"---\n{inside}---\nbody") == (Spelling.YAML, inside, "body")


@pytest.mark.parametrize("fence", ["----", "-----", "----------"])
def test_a_long_fence_is_one_and_is_noted(fence: str) -> None:
    block = _block(f"{fence}\na: b\n{fence}\nbody")
    assert (block.irregular, block.opener) == (Code.LONG_FENCE, (0, len(fence)))


def test_fences_of_two_lengths_fit_together() -> None:
    assert _parts("---\na: b\n-----\nbody") == (Spelling.YAML, "a: b\n", "body")
    assert _block("---\na: b\n-----\nbody").irregular is None


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nA thematic break over prose.\n\n---\n\nMore prose.\n",
        "---\nProse without a colon\n---\n",
        "---\nhttps://example.org/ is an address\n---\n",
        "---\n<div>a: b</div>\n---\n",
        "---\n| a | b |\n---\n",
        "---",
        "",
        "\n\n",
        "# Title\n\ntext\n",
        "Note: this is prose and no header.\nIt goes on.\n",
    ],
)
def test_a_rule_over_prose_is_no_front_matter(text: str) -> None:
    assert find_block(text) is None


@pytest.mark.parametrize(
    "first",
    [
        *("a: b", "a:", "'a b': c", '"a": b', "a b c: d", "新闻: 一", "<<: *x", "{a: b}", "[a]"),
        *("- a", "@a: b", "%a: b", "\ta: b", "\n\na: b", "# c\na: b", "a : b"),
    ],
)
def test_lines_that_could_be_yaml_are_front_matter(first: str) -> None:
    assert _block(f"---\n{first}\n---\nbody").spelling is Spelling.YAML


@pytest.mark.parametrize(
    ("text", "fence"),
    [("---\na: b\n\nbody\n", "---"), ("-----\na: b\n", "-----"), ("+++\na = 1\n", "+++")],
)
def test_an_opener_over_keys_that_nothing_closes_is_told(text: str, fence: str) -> None:
    assert find_block(text) == Unclosed((0, len(fence)), fence)


def test_an_unclosed_opener_is_placed_after_the_blank_lines() -> None:
    assert find_block("\n\n---\na: b\n") == Unclosed((2, 5), "---")


@pytest.mark.parametrize("start", ['{"a": 1}', '{\n  "a": 1\n}', "{}", "{ }", '\n\n{"a": 1}'])
def test_a_bare_json_object_runs_to_the_end_of_the_text(start: str) -> None:
    text = f"{start}\nbody"
    block = _block(text)
    opening = text.index("{")
    assert block == Block(Spelling.JSON, (opening, len(text)), len(text), (opening, opening + 1))


@pytest.mark.parametrize("text", ["{{ x }}", "{% raw %}", "{{< x >}}", "{a: 1}", "{", "{ x", "[1]"])
def test_other_braces_are_no_json(text: str) -> None:
    assert find_block(f"{text}\nbody") is None


@pytest.mark.parametrize(
    "inner",
    ["title: a\n", "title: a\ndate: b\n", "title: a\n\ntags:\n- b\n  - c\n# d\n", "date:\n"],
)
def test_a_block_without_an_opener_is_yaml_and_noted(inner: str) -> None:
    block = _block(f"{inner}---\nbody")
    assert (block.spelling, block.irregular) == (Spelling.YAML, Code.MISSING_OPENER)
    assert _parts(f"{inner}---\nbody") == (Spelling.YAML, inner, "body")


def test_a_setext_heading_is_no_closer_of_a_block() -> None:
    assert find_block("Title of prose\n---\nmore") is None
    assert find_block("Title: of prose\nthat goes on\n---\nmore\n") is None


@pytest.mark.parametrize("eol", ["\n", "\r\n", "\r"])
def test_a_header_that_a_blank_line_ends_is_pelicans(eol: str) -> None:
    text = eol.join(["Title: a", "Date: b", "  and more", "", "body", "", "x"])
    expected = eol.join(["Title: a", "Date: b", "  and more"])
    assert _parts(text) == (Spelling.PELICAN, expected, eol.join(["body", "", "x"]))


def test_a_header_can_be_all_there_is() -> None:
    assert _parts("Title: a") == (Spelling.PELICAN, "Title: a", "")


@pytest.mark.parametrize(
    "first", ["Title: a", "title:", "AUTHOR: b", "Category: c", "Tags: d", "Slug: e"]
)
def test_a_header_begins_with_a_key_that_is_known(first: str) -> None:
    assert _block(f"{first}\nOdd-Key: b\n\nbody").spelling is Spelling.PELICAN
    assert find_block(f"Odd-Key: b\n{first}\n\nbody") is None


def test_a_line_that_is_no_key_makes_a_paragraph_of_a_header() -> None:
    assert find_block("Title: a\nand then prose\n\nbody") is None


@pytest.mark.parametrize("other", ["\x0b", "\x0c", "\x85", "\u2028"])
def test_a_character_that_ends_no_line_may_stand_in_a_header(other: str) -> None:
    text = f"Title: a{other}b\nDate: c\n\nbody"
    assert _parts(text) == (Spelling.PELICAN, f"Title: a{other}b\nDate: c", "body")


@pytest.mark.parametrize("other", ["\x0b", "\x0c", "\x85", "\u2028"])
def test_a_character_that_ends_no_line_may_stand_in_a_block_without_an_opener(other: str) -> None:
    text = f"title: a{other}b\ndate: c\n---\nbody"
    assert _parts(text) == (Spelling.YAML, f"title: a{other}b\ndate: c\n", "body")
