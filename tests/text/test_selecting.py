"""What rules can take from a body: elements to keep, attributes, comments, several values."""

from __future__ import annotations

from typing import Literal

import pytest

from corpuskit.text import Capture, Extraction, Extractor, Format, TextRules

Parser = Literal["lexbor", "beautifulsoup"]
PARSERS: tuple[Parser, ...] = ("lexbor", "beautifulsoup")

PAGE = """<header><a href="/">Home</a></header>
<main class="a b"><p>First <a href="one.html">one</a></p><img src="in.png"></main>
<!-- id: 17 --><aside><img src="out.png">Read on</aside><main><p>Second</p></main>"""

MANY = r"""<div>
<p>Files: <a href="a.pdf" title=" A  file ">a</a>, <a href="b.pdf">b</a></p>
<p>See <a href="c.html">c</a></p>
<p class="by">By Lin and Wu</p><!--
 section: news
--><!-- section: sport --></div>"""


def extract(body: str, form: Format = "html", **rules: object) -> Extraction:
    """What both parsers find, who must agree."""
    found = [Extractor(TextRules(parser, **rules)).extract(body, form) for parser in PARSERS]  # type: ignore[arg-type]
    assert found[0] == found[1]
    assert isinstance(found[0], Extraction)
    return found[0]


def captured(body: str, form: Format = "html", **capture: object) -> list[str]:
    """The values of one capture."""
    return extract(body, form, captures=(Capture("f", **capture),)).captured["f"]  # type: ignore[arg-type]


def test_only_what_is_kept_is_text_with_its_links_and_images() -> None:
    found = extract(PAGE, keep=("main",))
    assert found.text == "First one\nSecond"
    assert (found.links, found.link_texts, found.images) == (["one.html"], ["one"], ["in.png"])


def test_what_is_kept_twice_is_there_once() -> None:
    assert extract(PAGE, keep=("main", "main p", "p")).text == "First one\nSecond"


def test_a_page_without_anything_to_keep_has_no_text() -> None:
    assert extract(PAGE, keep=(".entry",)).text == ""


def test_what_is_dropped_is_not_kept() -> None:
    assert extract(PAGE, keep=("main",), drop=("main.a",)).text == "Second"


def test_what_is_kept_within_what_shows_nothing_stays_hidden() -> None:
    html = (
        "<p>a</p><noscript><p>b</p></noscript><template><p>c</p></template><video><p>d</p></video>"
    )
    assert extract(html, keep=("p",)).text == "a"


def test_cells_that_are_kept_are_lines_of_their_own() -> None:
    assert extract("<table><tr><td>a<td>b<tr><td>c", keep=("td",)).text == "a\nb\nc"


def test_captures_see_what_is_not_kept() -> None:
    found = extract(PAGE, keep=("main",), captures=(Capture("f", "aside"),))
    assert found.captured == {"f": ["Read on"]}


def test_markdown_is_kept_by_what_it_becomes() -> None:
    assert extract("# Title\n\nText\n\n> Quote\n", "markdown", keep=("blockquote",)).text == "Quote"


def test_an_attribute_is_captured_on_one_line() -> None:
    assert captured(MANY, selector="a", attribute="href") == ["a.pdf", "b.pdf", "c.html"]
    assert captured(MANY, selector="a", attribute="title") == ["A file"]
    assert captured(PAGE, selector="main", attribute="class") == ["a b"]
    assert captured(MANY, selector="a", attribute="href", pattern=r"(.*)\.pdf") == ["a", "b"]


def test_elements_are_taken_from_those_whose_text_says_so() -> None:
    found = captured(MANY, selector="p", where="^Files", inner="a", attribute="href")
    assert found == ["a.pdf", "b.pdf"]


def test_an_element_in_several_that_are_looked_at_is_taken_once() -> None:
    assert captured("<div><div><a>x</a></div></div>", selector="div", inner="a") == ["x"]


def test_equal_elements_are_all_taken() -> None:
    assert captured("<div><a>x</a><a>x</a></div>", selector="div", inner="a") == ["x", "x"]


def test_comments_are_searched_for_a_pattern() -> None:
    assert captured(MANY, comment=True, pattern=r"section: (\w+)") == ["news", "sport"]
    assert captured(PAGE, comment=True, pattern=r"\d+") == ["17"]


def test_a_comment_in_code_or_in_a_script_is_none() -> None:
    html = "<script>// <!-- x: 1 --></script><textarea><!-- x: 2 --></textarea><!-- x: 3 -->"
    assert captured(html, comment=True, pattern=r"x: (\d)") == ["3"]
    assert captured(
        "`<!-- x: 1 -->`\n\n<!-- x: 2 -->", "markdown", comment=True, pattern=r"x: (\d)"
    ) == ["2"]


@pytest.mark.parametrize("comment", ["<!-->a", "<!--->a", "<!---->a", "<!-- -->a", "<!--a--!>"])
def test_comments_end_as_the_standard_says(comment: str) -> None:
    expected = ["a"] if comment == "<!--a--!>" else []
    assert captured(f"<p>{comment}</p>", comment=True, pattern=r".*") == expected


def test_all_that_a_pattern_finds_is_a_value_if_asked_for() -> None:
    once = captured(MANY, selector=".by", pattern=r"[A-Z]\w+")
    every = captured(MANY, selector=".by", pattern=r"[A-Z]\w+", all=True)
    assert (once, every) == (["By"], ["By", "Lin", "Wu"])


def test_the_first_pattern_that_is_found_counts() -> None:
    patterns = (r"Editor: (\w+)", r"By (\w+)", r"and (\w+)")
    assert captured(MANY, selector=".by", pattern=patterns) == ["Lin"]
    assert captured(MANY, selector=".by", pattern=patterns[::2]) == ["Wu"]
    assert captured(MANY, selector=".by", pattern=patterns[:1]) == []
