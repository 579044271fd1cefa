"""Text as Markdown: one example of each thing that must not happen."""

from __future__ import annotations

import pytest

from corpuskit.documents.markdown import code, escape, fenced, inline, link, paragraphs, table
from corpuskit.documents.web import is_web_address


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("plain words, and_names", "plain words, and_names"),
        ("*a* _b_ `c` ~d~ $e$ #f", r"\*a\* \_b\_ \`c\` \~d\~ \$e\$ \#f"),
        ("[a](b)", r"\[a\](b)"),
        ("a | b", "a &#124; b"),
        ("a\\|b", "a&#92;&#124;b"),
        ("<script>&amp;", "&lt;script&gt;&amp;amp;"),
        ("a\n\n---\nb\r\nc", "a --- b c"),
        ("www.example.org", "www&#46;example.org"),
        ("ftp://x javascript:y 12:30", "ftp&#58;//x javascript:y 12:30"),
        ("see https://e.org/a_b*c).", "see <https://e.org/a_b*c>)."),
        ("https://e.org/?a&amp;b", "<https://e.org/?a&amp;amp;b>"),
        ("\u202eabc\x00\x1b[0m", r"abc\[0m"),
    ],
)
def test_text_is_escaped_where_it_would_do_something(text: str, markdown: str) -> None:
    assert inline(text) == markdown


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("- a", r"\- a"),
        ("+ a", r"\+ a"),
        ("===", r"\==="),
        ("1. a", r"1\. a"),
        ("23) a", r"23\) a"),
        ("# a", r"\# a"),
        ("> a", "&gt; a"),
        ("    a", "a"),
        ("2024 was", "2024 was"),
    ],
)
def test_a_paragraph_begins_no_other_block(text: str, markdown: str) -> None:
    assert escape(text) == markdown


def test_paragraphs_are_kept_and_lines_are_not() -> None:
    assert paragraphs("a\nb\n \n\n- c\r\n\r\nd") == "a b\n\n\\- c\n\nd"


def test_a_code_span_holds_only_what_it_can_show() -> None:
    assert code("list<string>") == "`list<string>`"
    assert code("标题") == "`标题`"
    assert code("a`b|c") == r"a\`b&#124;c"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "https://e.org/a>b", "a b", "//e.org"])
def test_a_link_leads_nowhere_else(address: str) -> None:
    assert link("x*", address) == r"x\*"


def test_a_link_leads_to_the_web_or_a_file() -> None:
    assert link("a]b", "https://e.org/(x)") == r"[a\]b](<https://e.org/(x)>)"
    assert link("a", "1.0.0/README.md") == "[a](<1.0.0/README.md>)"


def test_a_table_marks_its_numbers() -> None:
    assert table(["a", "b"], [["x", "1"]], frozenset({1})) == (
        "| a | b |\n| --- | ---: |\n| x | 1 |"
    )


def test_a_fence_is_longer_than_any_in_its_text() -> None:
    assert fenced("x", "a\n````\nb\n") == "`````x\na\n````\nb\n`````"


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "http://",
        "https:// x",
        "https://e.org/a b",
        "https://e.org/\n",
        'https://e.org/"x',
        "https://e.org/<x>",
        "https://[::1",
        "example.org",
        "HTTP://e.org",
        "",
    ],
)
def test_what_is_no_web_address(text: str) -> None:
    assert not is_web_address(text)


@pytest.mark.parametrize(
    "text", ["http://e.org", "https://e.org:8080/a?b=c&d#e", "https://例え.jp/路", "http://1.2.3.4"]
)
def test_what_is_a_web_address(text: str) -> None:
    assert is_web_address(text)
