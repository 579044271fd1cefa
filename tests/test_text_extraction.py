"""Text, links, images and captured fields of bodies as they are found in archives."""

from __future__ import annotations

import pytest

from corpuskit.text import (
    Capture,
    Extraction,
    Extractor,
    Format,
    TextRules,
    TooDeep,
    check_selector,
    detect_format,
    normalise,
)
from corpuskit.text_rules import check_pattern

PARSERS = (Extractor(TextRules()), Extractor(TextRules(parser="beautifulsoup")))
FORMATS: tuple[Format, ...] = ("html", "markdown")

CLOSING_TAGS_LEFT_OUT = """<div>
<p cms-style="font-L">　　雾天停航，昨天下午恢复。9时整，“海燕号”离岸。</p>
<p cms-style="font-L">　　票价&nbsp;3&nbsp;元，<a href="https://example.org/t?a=1&amp;b=2">时刻表</a>见后。
<p class="pic"><img src="//img.example.org/雾 1.jpg" alt="码头"><br>图：码头
<table border=1><tr><th>班次<th>开船<tr><td>1<td>06:30<tr><td>2<td>07:00</table>
<!-- news_keyword_pub,ferry, -->


<!-- 正文下iframe --><iframe src="//ads.example.org/frame"></iframe>
<script>document.write("<p>广告</p>");</script>
<div class="editor">（责任编辑：<span>林 一</span>）</div>
</div>"""

DOCUMENT_WITH_STYLES = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "xhtml1-strict.dtd">
<html><head><title>Not a part of it</title>
<style type="text/css">p:before { content: "&#123;"; } .x > a { color: red }</style></head>
<body><h1>Tide&nbsp;tables</h1>
<p>High water at 6&frac12; &mdash; <em>bring</em> <b>b</b>oots.<br/>Low water later.</p>
<ul><li>north<li>south <a href="#s">map</a></ul>
<pre>
00  1.2
  06  4.8
</pre>
<noscript><img src="late.png">Enable JavaScript</noscript><img src="late.png"/>
<template><p>Never shown</p></template>
</body></html>"""


def extractions(
    body: str,
    format: Format = "html",  # noqa: A002
    *,
    drop: tuple[str, ...] = (),
    captures: tuple[Capture, ...] = (),
) -> Extraction:
    """What both parsers make of `body`, which is the same."""
    lexbor, soup = (
        Extractor(TextRules(parser=parser, drop=drop, captures=captures)).extract(body, format)
        for parser in ("lexbor", "beautifulsoup")
    )
    assert isinstance(lexbor, Extraction), lexbor
    assert lexbor == soup
    return lexbor


def text(body: str, format: Format = "html") -> str:  # noqa: A002
    return extractions(body, format).text


@pytest.mark.parametrize(
    "body",
    [
        "<p>An article in a .md file</p>\n",
        "\n  <div>\n\n<p>雾</p></div>",
        "\ufeff<P class=a>b</P>",
        '<?xml version="1.0" encoding="utf-8"?>\n<html><body>a</body></html>',
        "<!DOCTYPE html>\na",
        "<!doctype html><title>t</title>",
        "<!-- from feed -->\n<!-- *two* -->\n<section>a</section>",
        '<style>p { }</style>\n<script src="a.js"></script><article>a</article>',
        "<table><tr><td>a</td></tr></table>",
        "<h2>a</h2>\n<p># not a heading</p>",
        "<hr><p>a</p>",
    ],
)
def test_body_that_opens_with_a_block_of_html_is_html(body: str) -> None:
    assert detect_format(body) == "html"


@pytest.mark.parametrize(
    "body",
    [
        "",
        " \n",
        "# Heading\n\n<p>later</p>",
        "若 1 <= n，则 <p> 不是开头",
        "<中华人民共和国测试条例>\n\n第一条",
        "<https://example.org/> is an address",
        "<em>Inline</em> opens a paragraph",
        "<!-- more -->\n\nWords",
        '<div class="note">a</div>\n\n## A heading of Markdown\n',
        "<div>a</div>\n\n```\ncode\n```\n",
        "<div>a</div>\n\n[a link](https://example.org/)\n",
        "<paper>is no element</paper>",
        "{% note %}\n<p>a</p>\n{% endnote %}",
    ],
)
def test_any_other_body_is_markdown(body: str) -> None:
    assert detect_format(body) == "markdown"


def test_cells_are_separated_by_tabs_and_rows_by_lines() -> None:
    body = "<table><tr><th>甲</th><th>乙</th></tr><tr><td>1</td><td>2</td></tr></table>"
    assert text(body) == "甲\t乙\n1\t2"


def test_cells_without_end_tags_or_table_do_not_glue() -> None:
    assert text("<table><tr><td>a<td>b<tr><td>c</table>") == "a\tb\nc"
    assert text("<p>x</p><td>a</td><td>b</td>") == "x\na\tb"


def test_empty_cells_leave_no_tabs() -> None:
    assert text("<table><tr><td></td><td>a</td><td> </td><td>b</td></tr></table>") == "a\tb"


@pytest.mark.parametrize("br", ["<br>", "<br/>", "<br />", "<BR\n>", "</br>", '<br clear="all">'])
def test_a_line_break_does_not_glue(br: str) -> None:
    assert text(f"<p>上{br}下</p>") == "上\n下"


def test_blocks_do_not_glue_and_inlines_do() -> None:
    assert text("<div>a<div>b</div>c</div><p>d<p>e") == "a\nb\nc\nd\ne"
    assert text("<p><b>雾</b>角<i>c</i><span>d</span></p>") == "雾角cd"


def test_runs_of_white_space_are_one_space() -> None:
    assert text("<p>a\n  b\t<i> c</i></p>\n\n") == "a b c"


@pytest.mark.parametrize(
    "junk",
    [
        "<style>p { color: leak }</style>",
        "<style>p:before { content: '&#123; leak' }</style>",
        "<script>if (a < b) document.write('<p>leak</p>')</script>",
        "<script>/* &#123; leak */</script>",
        "<script/>",
        "<template><p>leak</p><img src=leak><a href=leak>leak</a></template>",
        "<!-- leak <p>leak</p> -->",
        "<!-- leak -- > leak -->",
        "<noscript><img src='leak'>leak</noscript>",
        "<iframe src='leak'>leak</iframe>",
        "<svg><title>leak</title><text>leak</text></svg>",
        "<video src='leak'>leak</video>",
        "<?php leak ?>",
        "<![CDATA[ leak ]]>",
    ],
)
@pytest.mark.parametrize("format", FORMATS)
def test_what_a_page_does_not_show_does_not_leak(junk: str, format: Format) -> None:  # noqa: A002
    found = extractions(f"<p>before</p>\n\n{junk}\n\n<p>after</p>", format)
    assert found == Extraction("before\nafter", [], [], [], {})


def test_template_of_a_page_does_not_swallow_what_follows_inside_a_paragraph() -> None:
    assert text("<p>a<style>x</style>b<template>y<template>z</template></template>c</p>") == "abc"


@pytest.mark.parametrize("format", FORMATS)
def test_ideographic_and_no_break_spaces_are_normalised(format: Format) -> None:  # noqa: A002
    body = "<p>　　国家&nbsp;甲\u00a0乙&#12288;丙　丁</p>\n<p>&nbsp;</p>\n<p>\u3000\u3000末</p>"
    assert text(body, format) == "国家 甲 乙 丙 丁\n末"


def test_ideographic_indents_of_markdown_go() -> None:
    assert text("　　第一段　说\n\n　　第二段\n", "markdown") == "第一段 说\n第二段"


@pytest.mark.parametrize("format", FORMATS)
def test_angle_brackets_that_are_no_tags_survive(format: Format) -> None:  # noqa: A002
    body = "若 1 <= n 且 n < 2，依 <中华人民共和国测试条例> 办理，a < b"
    assert text(body, format) == body
    assert text(f"<p>{body}</p>", format) == body


def test_character_references_are_resolved_once() -> None:
    assert text("<p>&lt;b&gt; &amp;amp; &#20013;&hellip;</p>") == "<b> &amp; 中…"


def test_invisible_characters_go_and_joiners_stay() -> None:
    assert text("<p>a\u200bb\u00adc\ufeff می\u200cخواهم</p>") == "abc می\u200cخواهم"


def test_dropped_elements_take_their_links_and_images_with_them() -> None:
    body = (
        '<p>a</p><div class="ad"><a href="b">c</a><p class="ad"><img src="d"></p></div>'
        '<p id="tail">e</p><img src="f">'
    )
    found = extractions(body, drop=(".ad", "#tail"))
    assert (found.text, found.links, found.link_texts, found.images) == ("a", [], [], ["f"])


def test_captures_see_what_is_dropped() -> None:
    captures = (
        Capture("editor", ".editor", "编辑：(.+)）"),
        Capture("note", ".editor b"),
        Capture("missing", "h6"),
        Capture("unmatched", "p", "[0-9]{4}"),
    )
    body = '<p>a</p><div class="editor">（编辑：<b>林 一</b>）</div><div class="editor">x</div>'
    found = extractions(body, drop=(".editor",), captures=captures)
    assert found.text == "a"
    assert found.captured == {
        "editor": ["林 一"],
        "note": ["林 一"],
        "missing": [],
        "unmatched": [],
    }


def test_captures_without_a_group_give_the_whole_match_and_never_an_empty_value() -> None:
    captures = (Capture("year", "p", r"\d{4}"), Capture("optional", "p", "(x)?"))
    found = extractions("<p>c. 1998–2004</p><p></p><p>2011</p>", captures=captures)
    assert found.captured == {"year": ["1998", "2011"], "optional": []}


def test_captures_of_scripts_and_their_kind_see_their_source() -> None:
    found = extractions(
        '<p>a</p><script>var id = "n-7";</script>',
        captures=(Capture("id", "script", 'id = "([^"]+)"'),),
    )
    assert (found.text, found.captured) == ("a", {"id": ["n-7"]})


def test_captures_work_in_markdown() -> None:
    body = "Words\n\n<div class='by'>By *Lin*</div>\n"
    found = extractions(body, "markdown", drop=(".by",), captures=(Capture("by", ".by"),))
    assert (found.text, found.captured) == ("Words", {"by": ["By *Lin*"]})


def test_plain_text_has_every_field_of_the_rules_without_values() -> None:
    found = extractions("　<p>a</p>\r\n b \r\n", "text", captures=(Capture("by", "p"),))
    assert found == Extraction("<p>a</p>\n b", [], [], [], {"by": []})


def test_selectors_and_patterns_are_checked() -> None:
    assert check_selector("div.ad > p:first-child, [data-x='1']") is None
    assert check_selector("div[") is not None
    assert check_pattern(r"(\d+)") is None
    assert check_pattern("(") is not None


@pytest.mark.parametrize(
    "tag", ["{% note info %}", '{{< figure src="a_b_c.png" >}}', "{{% x *y* z* %}}", "{{ a_b_ }}"]
)
def test_tags_of_template_languages_are_kept_as_written(tag: str) -> None:
    assert (
        text(f"Before\n\n{tag}\n\n*After* {tag}.\n", "markdown") == f"Before\n{tag}\nAfter {tag}."
    )


def test_what_stands_between_tags_of_a_note_is_markdown() -> None:
    assert text("{% note %}\n\nSo **so**\n\n{% endnote %}", "markdown") == (
        "{% note %}\nSo so\n{% endnote %}"
    )


def test_address_made_by_a_template_is_a_link() -> None:
    found = extractions("[a]({% post_url b_c_d %})", "markdown")
    assert (found.text, found.links, found.link_texts) == ("a", ["{% post_url b_c_d %}"], ["a"])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Text[^1] more[^n].\n\n[^1]: One.\n[^n]: Two.\n\nEnd", "Text more.\nOne.\nTwo.\nEnd"),
        ("- [ ] open\n- [x] done\n", "open\ndone"),
        ("3. three\n4. four\n\n* a\n  * b\n", "three\nfour\na\nb"),
        ("> quoted\n\n***\n\n~~gone~~", "quoted\ngone"),
        ("Term\n: meaning\n", "Term\nmeaning"),
        ("# One\nTwo\n===\n", "One\nTwo"),
        ("**「字」**字 a\\*b", "「字」字 a*b"),
    ],
)
def test_markup_of_markdown_invents_no_characters(body: str, expected: str) -> None:
    assert text(body, "markdown") == expected


def test_definition_of_a_footnote_that_nothing_refers_to_is_kept() -> None:
    assert text("A\n\n[^1]: Kept.\n", "markdown") == "A\nKept."


def test_code_blocks_keep_their_lines_and_indents() -> None:
    code = "def f(a):\n    return a < 1\n\n\nprint('<p>&amp;')"
    assert text(f"A\n\n```python\n{code}\n```\n\nB", "markdown") == f"A\n{code}\nB"


def test_preformatted_elements_keep_their_lines_and_indents() -> None:
    assert text("<p>a</p><pre>\n\nb\n   c <b>d</b>\n\n  e<br>f\n\n</pre>g") == (
        "a\nb\n   c d\n\n  e\nf\ng"
    )


def test_tables_of_markdown_keep_their_lines() -> None:
    assert text("| a | b |\n|---|--:|\n| 1 | 2 |\n| 3 |  |\n", "markdown") == "a\tb\n1\t2\n3"


def test_links_and_images_come_as_they_were_written() -> None:
    found = extractions(
        '<a href=" /a b?x=1&amp;y=2#c ">A\n <b>b</b></a><a>no</a><a href="">no</a>'
        '<a href="HTTPS://Example.ORG/%7E?q=1&copy=2"><img src=" ../i%20x.png?a=1&amp;b "></a>'
        '<img><img src=""><a href="雾.html">雾</a><a href="雾.html">again</a>'
    )
    kept_case = "HTTPS://Example.ORG/%7E?q=1&copy=2"
    assert found.links == ["/a b?x=1&y=2#c", kept_case, "雾.html", "雾.html"]
    assert found.link_texts == ["A b", "", "雾", "again"]
    assert found.images == ["../i%20x.png?a=1&b"]


def test_links_and_images_of_markdown() -> None:
    found = extractions('[a *b*](../c.md "t") ![d](e.png)\n\n<https://f.example>', "markdown")
    assert found.text == "a b\nhttps://f.example"
    assert found.links == ["../c.md", "https://f.example"]
    assert found.link_texts == ["a b", "https://f.example"]
    assert found.images == ["e.png"]


@pytest.mark.parametrize("format", FORMATS)
def test_text_at_a_depth_of_600_is_kept(format: Format) -> None:  # noqa: A002
    body = "<div>" * 600 + "deep <b>down</b>" + "</div>" * 600 + "\n\n<p>end</p>"
    assert text(body, format) == "deep down\nend"


@pytest.mark.parametrize("extractor", PARSERS)
@pytest.mark.parametrize("format", FORMATS)
def test_hundred_thousand_nested_elements_come_to_an_end(
    extractor: Extractor,
    format: Format,  # noqa: A002
) -> None:
    found = extractor.extract("<div>" * 100_000 + "deep" + "</div>" * 100_000, format)
    match found:
        case TooDeep():
            assert str(found.limit) in found.message
            assert (found.offset is None) == (format == "markdown")
        case Extraction():
            assert found.text == "deep"


@pytest.mark.parametrize("extractor", PARSERS)
def test_lone_surrogates_and_null_characters_go(extractor: Extractor) -> None:
    found = extractor.extract("<p>a\ud800b\0c</p>", "html")
    assert isinstance(found, Extraction)
    assert found.text == "abc"


@pytest.mark.parametrize("empty", ["<iframe/>", "<video src='a'/>", '<script src="a.js"/>'])
def test_element_written_as_empty_swallows_nothing(empty: str) -> None:
    assert text(f"<p>a</p>{empty}<p>b</p>") == "a\nb"


def test_archived_fragment_without_closing_tags() -> None:
    assert detect_format(CLOSING_TAGS_LEFT_OUT) == "html"
    found = extractions(
        CLOSING_TAGS_LEFT_OUT,
        drop=(".editor",),
        captures=(Capture("editor", ".editor", "责任编辑：(.+)）"),),
    )
    assert found == Extraction(
        "雾天停航，昨天下午恢复。9时整，“海燕号”离岸。\n票价 3 元，时刻表见后。\n图：码头\n"
        "班次\t开船\n1\t06:30\n2\t07:00",
        ["https://example.org/t?a=1&b=2"],
        ["时刻表"],
        ["//img.example.org/雾 1.jpg"],
        {"editor": ["林 一"]},
    )


def test_archived_document_with_styles_and_scripts() -> None:
    assert detect_format(DOCUMENT_WITH_STYLES) == "html"
    assert extractions(DOCUMENT_WITH_STYLES) == Extraction(
        "Tide tables\nHigh water at 6½ — bring boots.\nLow water later.\nnorth\nsouth map\n"
        "00  1.2\n  06  4.8",
        ["#s"],
        ["map"],
        ["late.png"],
        {},
    )


def test_normalise_keeps_lines_and_inner_indents() -> None:
    assert normalise(" \r\n　　a\u00a0b \r  c\u2028\td\x0b\n") == "a b\n  c\n\td"


def test_normalise_keeps_ideographs_that_composition_would_swap() -> None:
    assert normalise("\uf9f4 e\u0301") == "\uf9f4 e\u0301"
