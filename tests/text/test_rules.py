"""What users may ask of extraction: selectors that drop and capture, and patterns."""

from typing import Literal

import pytest

from corpuskit.text import (
    Capture,
    Extraction,
    Extractor,
    TextRules,
    check_selector,
)
from corpuskit.text_rules import check_pattern

ARTICLE = """<div><p class="title-source">原标题：甲</p><p>乙<a href="a.pdf">丙</a></p>
<div class="Qr qr"><img src="q"><p class="inner qr">丁</p></div>
<p class="editor">责任编辑：戊&nbsp; 己 SF014</p><p class="editor">校对</p></div>"""

RULES = (
    Capture("editor", ".editor", r"责任编辑：(\S+)"),
    Capture("code", ".editor", r"[A-Z]{2}\d+"),
    Capture("original_title", "p.title-source", "原标题：(.*)"),
    Capture("attachment", "a[href$='.pdf']"),
    Capture("nothing", "#none"),
    Capture("editor", ".qr p"),
)


def extract(html: str, rules: TextRules) -> Extraction:
    extraction = Extractor(rules).extract(html, "html")
    assert isinstance(extraction, Extraction)
    return extraction


@pytest.fixture(params=["lexbor", "beautifulsoup"])
def rules(request: pytest.FixtureRequest) -> TextRules:
    parser: Literal["lexbor", "beautifulsoup"] = request.param
    return TextRules(parser, (".qr", ".editor", ".title-source"), RULES)


def test_captures_see_what_is_dropped(rules: TextRules) -> None:
    extraction = extract(ARTICLE, rules)
    assert extraction.text == "乙丙"
    assert extraction.images == []
    assert extraction.captured == {
        "editor": ["戊", "丁"],
        "code": ["SF014"],
        "original_title": ["甲"],
        "attachment": ["丙"],
        "nothing": [],
    }


def test_every_field_is_captured_from_plain_text_too(rules: TextRules) -> None:
    extraction = Extractor(rules).extract("责任编辑：戊", "text")
    assert isinstance(extraction, Extraction)
    fields = ("editor", "code", "original_title", "attachment", "nothing")
    assert extraction.captured == {field: [] for field in fields}


def test_classes_are_told_apart_by_case(rules: TextRules) -> None:
    dropping = TextRules(rules.parser, (".Qr",))
    assert extract("<p class=qr>a</p><p class=Qr>b</p>", dropping).text == "a"


def test_whole_page_can_be_dropped(rules: TextRules) -> None:
    assert extract(ARTICLE, TextRules(rules.parser, ("*",))).text == ""


def test_elements_that_show_nothing_can_be_captured(rules: TextRules) -> None:
    capturing = TextRules(
        rules.parser,
        captures=(Capture("title", "title"), Capture("date", "script", r'"date": "(.*?)"')),
    )
    html = '<title>a &amp; b</title><script>{"date": "2020-01-02"}</script><p>c'
    extraction = extract(html, capturing)
    assert extraction.captured == {"title": ["a & b"], "date": ["2020-01-02"]}
    assert extraction.text == "c"


def test_captured_text_ends_where_an_open_paragraph_ends(rules: TextRules) -> None:
    capturing = TextRules(rules.parser, captures=(Capture("first", "p.x"),))
    assert extract("<p class=x>a<p>b<p>c", capturing).captured == {"first": ["a"]}


@pytest.mark.parametrize(
    "selector",
    [".a", "p.a > b", "div p", "#a", "a[href$='.pdf' i]", ":is(p, div):not(.a)", "p:has(b)", "*"],
)
def test_css_that_both_parsers_know_is_accepted(selector: str) -> None:
    assert check_selector(selector) is None


@pytest.mark.parametrize(
    "selector",
    [
        "",
        "p >",
        "p,",
        "p::before",
        "p:nonsense",
        ":-soup-contains('a')",
        "p..a",
        "[a!=b]",
        "\ud800",
    ],
)
def test_css_that_a_parser_does_not_know_is_refused(selector: str) -> None:
    assert check_selector(selector)


def test_css_that_only_lexbor_knows_is_refused() -> None:
    assert check_selector(':lexbor-contains("a")')


def test_patterns_are_checked() -> None:
    assert check_pattern(r"责任编辑：(\S+)") is None
    assert check_pattern("(") is not None
    assert check_pattern("[[a]") is not None
