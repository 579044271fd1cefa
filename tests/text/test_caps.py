"""Bodies that are made to hang a parser: they are read, or they come back with the cap they hit."""

import subprocess
import sys
import textwrap
from typing import Literal

import pytest

from corpuskit.text import Capture, Extraction, Extractor, TextRules, TooDeep
from corpuskit.text.bounds import MAX_ATTRIBUTES, MAX_DEPTH, MAX_OPTIONS, MAX_TAGS
from corpuskit.text.captures import MAX_TAKEN, MAX_VALUES
from corpuskit.text.markdown import (
    MAX_CELLS,
    MAX_CHARACTERS,
    MAX_DESCRIPTIONS,
    MAX_FOOTNOTES,
    MAX_TILDES,
)
from corpuskit.text.soup import MAX_TAGS as MAX_SOUP_TAGS
from corpuskit.text.templates import MAX_SHOWN

LEXBOR = Extractor(TextRules())
SOUP = Extractor(TextRules(parser="beautifulsoup"))
BOTH = pytest.mark.parametrize("extractor", [LEXBOR, SOUP], ids=["lexbor", "beautifulsoup"])


def text_of(extraction: Extraction | TooDeep) -> str:
    assert isinstance(extraction, Extraction)
    return extraction.text


@BOTH
@pytest.mark.parametrize("tag", ["div", "b", "blockquote", "ul><li", "table><tr><td", "span"])
def test_deep_elements_are_read(extractor: Extractor, tag: str) -> None:
    depth = MAX_DEPTH // (tag.count("<") + 1) - 5
    body = f"<{tag}>" * depth + "the bottom"
    assert text_of(extractor.extract(body, "html")) == "the bottom"


@BOTH
@pytest.mark.parametrize("tag", ["div", "b", "font", "table", "template", "svg", "a href=x><div"])
def test_deeper_elements_are_too_deep(extractor: Extractor, tag: str) -> None:
    body = f"<p>first</p><{tag}>" + f"<{tag}>" * 100_000
    fault = extractor.extract(body, "html")
    assert isinstance(fault, TooDeep)
    assert (fault.cap, fault.limit) == ("depth", MAX_DEPTH)
    assert fault.offset is not None
    assert body[fault.offset] == "<"
    assert fault.message == "the body nests more than 1000 elements in each other"


@BOTH
def test_elements_that_end_where_the_next_begins_are_not_deep(extractor: Extractor) -> None:
    html = "<p>a<ul><li>b<li>c</ul><table><tr><td>d<td>e</table><select><option>f<option>g</select>"
    assert text_of(extractor.extract(html * 500, "html")) == "\n".join(
        ["a", "b", "c", "d\te", "f", "g"] * 500
    )


def test_formatting_that_is_left_open_over_and_over_is_capped() -> None:
    fonts = "".join(f"<font color={number}>" for number in range(900))
    fault = LEXBOR.extract(f"<p>{fonts}" + "<p>x" * 1_000, "html")
    assert isinstance(fault, TooDeep)
    assert fault.cap == "formatting"
    fault = LEXBOR.extract("".join(f"<p><i id={number}></p>" for number in range(3_000)), "html")
    assert isinstance(fault, TooDeep)
    assert fault.cap == "formatting"


def test_the_same_formatting_left_open_is_not_capped() -> None:
    assert text_of(LEXBOR.extract("<p><b>x</p>" * 5_000, "html")) == "\n".join("x" * 5_000)


@pytest.mark.parametrize("tag", ["p", "html", "body"])
def test_attributes_of_a_tag_are_capped(tag: str) -> None:
    few = f"<{tag} " + " ".join(f"a{n}=1" for n in range(MAX_ATTRIBUTES)) + ">x"
    many = f"<{tag} " + " ".join(f"a{n}='>'" for n in range(100_000)) + ">x"
    assert text_of(LEXBOR.extract(few, "html")) == "x"
    fault = LEXBOR.extract(many, "html")
    assert isinstance(fault, TooDeep)
    assert fault.cap == "attributes"


def test_attributes_of_the_root_are_counted_over_all_its_tags() -> None:
    fault = LEXBOR.extract("".join(f"<body a{n}=1>" for n in range(50_000)), "html")
    assert isinstance(fault, TooDeep)
    assert fault.cap == "attributes"


def test_options_are_capped() -> None:
    fault = LEXBOR.extract("<select>" + "<option>" * (MAX_OPTIONS + 1), "html")
    assert fault == TooDeep("options", MAX_OPTIONS, 8 + 8 * MAX_OPTIONS)


def test_tags_are_capped() -> None:
    assert LEXBOR.extract("<p>" * (MAX_TAGS + 1), "html") == TooDeep("markup", MAX_TAGS)
    assert SOUP.extract("<p>" * (MAX_SOUP_TAGS + 1), "html") == TooDeep("markup", MAX_SOUP_TAGS)


def test_end_tags_that_look_through_many_elements_are_capped() -> None:
    body = "<div>" + "<marquee>" + "<span>" * 900 + "</div>" * 100_000
    fault = LEXBOR.extract(body, "html")
    assert isinstance(fault, TooDeep)
    assert fault.cap == "work"


@BOTH
@pytest.mark.parametrize(
    "html",
    [
        "<a " * 100_000,
        '<a href="' * 100_000,
        "<!--" * 100_000,
        "<![CDATA[" * 100_000,
        "<![CDATA[>" * 30_000,
        "<?" * 100_000,
        "<!" * 100_000,
        "</" * 100_000,
        "<" * 100_000,
        "<style>" * 50_000,
        "<iframe>" + "<xmp>" * 50_000,
        "<xmp>" + "<style>" * 50_000,
        "&" * 100_000,
        "<br>" * 20_000 + "</p>" * 20_000,
        "<!-- -->" * 30_000,
        " " * 1_000_000 + "x",
    ],
    ids=lambda html: html.strip()[:12],
)
def test_unfinished_and_repeated_markup_is_read(extractor: Extractor, html: str) -> None:
    assert isinstance(extractor.extract(html, "html"), Extraction)


@BOTH
def test_very_long_lines_and_bodies_are_read_whole(extractor: Extractor) -> None:
    assert text_of(extractor.extract("字" * 1_000_000, "html")) == "字" * 1_000_000
    paragraphs = "<p>" + "word " * 3_200 + "</p>\n"
    text = text_of(extractor.extract(paragraphs * 100, "html"))
    assert text == "\n".join([("word " * 3_200).strip()] * 100)


def test_hundred_thousand_links_are_read() -> None:
    extraction = LEXBOR.extract("<a href=x>y</a>" * 100_000, "html")
    assert isinstance(extraction, Extraction)
    assert extraction.links == ["x"] * 100_000


@pytest.mark.parametrize(
    "piece",
    [
        ">",
        "[",
        "*a ",
        "`",
        "`a",
        "![",
        "[a](",
        "<b>x</b>",
        "|",
        "_a",
        "&",
        "{%",
        "{{",
        "a\\",
        "~a ",
    ],
)
def test_repeated_markdown_is_read(piece: str) -> None:
    extraction = LEXBOR.extract("x\n\n" + piece * 20_000, "markdown")
    assert isinstance(extraction, Extraction | TooDeep)


@pytest.mark.parametrize("piece", ["> ", "- ", "1. ", "* "])
def test_nested_markdown_comes_back_with_the_cap_or_its_text(piece: str) -> None:
    """Comrak itself stops nesting lists at a hundred levels, and keeps the rest as text."""
    extraction = LEXBOR.extract(piece * 100_000 + "x", "markdown")
    match extraction:
        case TooDeep():
            assert (extraction.cap, extraction.offset) == ("depth", None)
        case Extraction():
            assert extraction.text.endswith("x")


@pytest.mark.parametrize(
    ("markdown", "cap"),
    [
        ("x" * (MAX_CHARACTERS + 1), "characters"),
        ("~a~~b " * (MAX_TILDES // 3 + 1), "strikethrough"),
        ("a\n: b\n\n" * (MAX_DESCRIPTIONS + 1), "descriptions"),
        ("> a\n> ~ b\n>\n" * (MAX_DESCRIPTIONS + 1), "descriptions"),
        ("[^a]" * (MAX_FOOTNOTES + 1), "footnotes"),
    ],
    ids=["characters", "strikethrough", "descriptions", "quoted", "footnotes"],
)
def test_markdown_that_comrak_would_take_long_for_is_capped(markdown: str, cap: str) -> None:
    fault = LEXBOR.extract(markdown, "markdown")
    assert isinstance(fault, TooDeep)
    assert fault.cap == cap
    assert str(fault.limit) in fault.message


def test_template_tag_that_references_would_repeat_to_gigabytes_is_capped() -> None:
    tag = "{{ " + "x" * 240_000 + " }}"
    fault = LEXBOR.extract(f"[a]: /{tag}\n\n" + "[a]\n" * 60_000, "markdown")
    assert fault == TooDeep("templates", MAX_SHOWN)
    assert str(MAX_SHOWN) in fault.message


def test_template_tags_that_are_as_long_as_a_body_may_be_are_read() -> None:
    tags = ("{{ " + "x" * 90 + " }}\n") * (MAX_CHARACTERS // 97)
    assert text_of(LEXBOR.extract(tags, "markdown")) == tags.strip().replace("\n", " ")
    tag = "{{ site.url }}"
    extraction = LEXBOR.extract(f"[a]: {tag}\n\n" + "a paragraph and [a]\n\n" * 100, "markdown")
    assert isinstance(extraction, Extraction)
    assert extraction.links == [tag] * 100


def test_parser_that_gets_no_memory_gives_a_cap_and_raises_nothing() -> None:
    code = """
        import resource
        from corpuskit.text import Extractor, TextRules
        extractor = Extractor(TextRules())
        extractor.extract("<p>a", "html")
        body = "<p>x" * 400_000
        used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + (40 << 20), -1))
        print(extractor.extract(body, "html").message)
    """
    run = [sys.executable, "-c", textwrap.dedent(code)]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    assert done.stdout == TooDeep("parser", 0).message + "\n"


def test_megabyte_of_markdown_is_read_whole() -> None:
    assert text_of(LEXBOR.extract("字" * 1_000_000, "markdown")) == "字" * 1_000_000
    text = text_of(LEXBOR.extract("字字字\n\n" * 100_000, "markdown"))
    assert text == "\n".join(["字字字"] * 100_000)


@pytest.mark.parametrize("start", ["", "> ", "- ", "  "])
def test_cells_that_rows_of_a_table_leave_out_are_capped(start: str) -> None:
    """Each line of the file makes as many of them as there are columns."""
    columns = 4000
    lines = ["|a" * columns, "|-" * columns, *["|x"] * (columns // 4)]
    body = "\n".join(start + line for line in lines)
    fault = LEXBOR.extract(body, "markdown")
    assert isinstance(fault, TooDeep)
    assert (fault.cap, fault.limit) == ("cells", MAX_CELLS)


def test_large_tables_are_read() -> None:
    body = "\n".join(["|a" * 40, "|-" * 40, *["|x" * 40] * 2000])
    assert text_of(LEXBOR.extract(body, "markdown")).count("x") == 80_000


@pytest.mark.parametrize("parser", ["lexbor", "beautifulsoup"])
def test_nested_elements_that_a_capture_takes_again_and_again_are_a_cap(
    parser: Literal["lexbor", "beautifulsoup"],
) -> None:
    rules = TextRules(parser, captures=(Capture("a", "div.a"),))
    nested = "<div class=a>" * 100 + "{}" + "</div>" * 100
    assert isinstance(Extractor(rules).extract(nested.format("x" * 1000), "html"), Extraction)
    found = Extractor(rules).extract(nested.format("x" * 250_000), "html")
    assert found == TooDeep("captures", MAX_TAKEN)
    where = TextRules(parser, captures=(Capture("a", "div.a", where="y"),))
    assert Extractor(where).extract(nested.format("x" * 250_000), "html") == found


def test_comments_that_many_captures_look_at_are_a_cap() -> None:
    body = "<p>a</p><!--" + "ab " * 1_500_000 + "-->"
    one = Capture("a", pattern="(zz)", comment=True)
    few = Extractor(TextRules(captures=(one,))).extract(body, "html")
    assert isinstance(few, Extraction)
    many = tuple(Capture(f"a{n}", pattern="(zz)", comment=True) for n in range(5))
    found = Extractor(TextRules(captures=many)).extract(body, "html")
    assert found == TooDeep("captures", MAX_TAKEN)


def test_values_without_end_are_a_cap() -> None:
    rules = TextRules(captures=(Capture("a", pattern="(..)", comment=True, all=True),))
    assert isinstance(Extractor(rules).extract("<!--" + "ab" * 9_000 + "-->", "html"), Extraction)
    found = Extractor(rules).extract("<p>a</p><!--" + "ab" * 200_000 + "-->", "html")
    assert found == TooDeep("values", MAX_VALUES)
