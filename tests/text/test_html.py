"""What a body in HTML says, to both parsers alike."""

from typing import Literal

import pytest

from corpuskit.text import Extraction, Extractor, TextRules, TooDeep, normalise

Parser = Literal["lexbor", "beautifulsoup"]


@pytest.fixture(params=["lexbor", "beautifulsoup"])
def parser(request: pytest.FixtureRequest) -> Parser:
    chosen: Parser = request.param
    return chosen


def extract(html: str, parser: Parser) -> Extraction:
    extraction = Extractor(TextRules(parser=parser)).extract(html, "html")
    assert isinstance(extraction, Extraction)
    assert normalise(extraction.text) == extraction.text
    return extraction


ARTICLE = """
<div>   
<p class="ori_titlesource">　　原标题：关于发布年度计划的通知 </p>
<p cms-style="font-L">　　各单位：</p>
<p cms-style="font-L">　　现将<font cms-style="strong">年度计划</font>印发给你们。</p>
<!--list[<p>不应出现.pdf</p>]list-->
<p><strong>　　附件：<a href="http://f.example.cn/a.pdf" data-x>计划．pdf</a></strong></p><!-- a -->




            <style>
            .wrap&#123;border:1px solid #E6E6E6;&#125;
            </style>
            <div class="clearfix wrap">
                <div><img src="https://img.example.cn/qr.png"></div>
                <div class="txt">下载客户端</div>
            </div>
<p class="article-editor">责任编辑：张三 SF014</p>
<!-- 编辑-->

  
</div>
            """  # noqa: W291, W293 - the white space is the archive's


def test_article_of_an_rss_archive_gives_its_paragraphs_link_and_image(parser: Parser) -> None:
    extraction = extract(ARTICLE, parser)
    assert extraction.text == (
        "原标题：关于发布年度计划的通知\n各单位：\n现将年度计划印发给你们。\n附件：计划．pdf\n下载客户端\n"
        "责任编辑：张三 SF014"
    )
    assert extraction.links == ["http://f.example.cn/a.pdf"]
    assert extraction.link_texts == ["计划．pdf"]
    assert extraction.images == ["https://img.example.cn/qr.png"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><p>b</p>", "a\nb"),
        ("<div>a</div>b<div>c</div>", "a\nb\nc"),
        ("<h1>a</h1>b", "a\nb"),
        ("a<br>b<br/><br>c", "a\nb\nc"),
        ("a<hr>b", "a\nb"),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "a\nb\nc"),
        ("<dl><dt>a<dd>b</dl>", "a\nb"),
        ("<details><summary>a</summary>b</details>", "a\nb"),
        ("<figure><img src=x><figcaption>a</figcaption></figure>b", "a\nb"),
        ("<select><option>a<option>b</select>", "a\nb"),
        ("<blockquote><p>a</p></blockquote>\n\n<p>b", "a\nb"),
    ],
)
def test_blocks_and_line_breaks_are_lines(html: str, text: str, parser: Parser) -> None:
    assert extract(html, parser).text == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", "a\tb\nc\td"),
        ("<TABLE><TR><TH>a<TH>b<TR><TD>c<TD>d</TABLE>e", "a\tb\nc\td\ne"),
        ("<table><caption>t</caption><tr><td></td><td> a  b </td></tr></table>", "t\na b"),
        ("<table><tr><td><p>a</p></td><td>b<br>c</td></tr></table>", "a\nb\nc"),
        ("<td>a</td><td>b</td>", "a\tb"),
        ("<p>x</p><TR><TD title='a>b'>a<TD>b", "x\na\tb"),
    ],
)
def test_cells_of_a_row_are_separated_by_a_tab(html: str, text: str, parser: Parser) -> None:
    assert extract(html, parser).text == text


def test_inline_elements_add_nothing_between_texts(parser: Parser) -> None:
    html = (
        "a<b>b</b><span>c</span>d <i> e </i> f<!-- x -->g<wbr>h<img src=i alt=no>i<input value=no>"
    )
    assert extract(html, parser).text == "abcd e fghi"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<pre>\n\nif x:\n    y\n\n\nz  \n\n</pre>", "if x:\n    y\n\n\nz"),
        ("<p>a</p><pre>\tb\n\tc</pre>d", "a\n\tb\n\tc\nd"),
        ("<pre><span>a</span><br><br><div>b</div><div>c</div></pre>", "a\n\nb\nc"),
        ("<p>a<textarea>b\n  &lt;c&gt;</textarea>", "a\nb\n  <c>"),
        ("<xmp><b>&amp;\n c</xmp>d", "<b>&amp;\n c\nd"),
        ("<pre>a\r\n b&nbsp;c　d</pre>", "a\n b c d"),
    ],
)
def test_preformatted_text_keeps_its_lines_and_indents(
    html: str, text: str, parser: Parser
) -> None:
    assert extract(html, parser).text == text


@pytest.mark.parametrize(
    "hidden",
    [
        "<style>.a&#123;color:red&#125;</style>",
        "<script>if (a<b) document.write('<p>no</p>')</script>",
        "<template><p>no</p></template>",
        "<noscript><p>no<img src=no></noscript>",
        "<svg><title>no</title><text>no</text><a href=no>no</a></svg>",
        "<iframe src=no>no < a</iframe>",
        "<video src=no>no</video>",
        "<title>no</title>",
        "<!-- no > <p>no</p> -->",
        "<!no><?php echo 'no' ?></ no>",
        "<math><annotation>no</annotation></math>",
    ],
)
def test_what_is_not_on_the_page_does_not_leak(hidden: str, parser: Parser) -> None:
    extraction = extract(f"<p>a{hidden}b</p>c", parser)
    assert extraction.text == "ab\nc"
    assert (extraction.links, extraction.images) == ([], [])


@pytest.mark.parametrize("start", ["<style>", "<script>", "<!--", '<a href="', "<p title='"])
def test_unfinished_markup_takes_the_rest_with_it(start: str, parser: Parser) -> None:
    """As in browsers: what follows is style, script, comment or attribute."""
    assert extract(f"<p>a</p>{start} b <i>c</i>", parser).text == "a"


@pytest.mark.parametrize(
    "element",
    ["<iframe src=x />", "<video src=x/>", "<script src=x />", "<title/>", "<textarea />"],
)
def test_elements_written_as_empty_swallow_nothing(element: str, parser: Parser) -> None:
    assert extract(f"<p>a</p>{element}<p>b</p>", parser).text == "a\nb"


def test_document_with_an_xml_declaration_is_read_as_xhtml(parser: Parser) -> None:
    html = (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN">'
        '<html><head><title>t</title><script src="x"/></head><body><a href="y"/><p>a<br/>b</p>'
        "</body></html>"
    )
    extraction = extract(html, parser)
    assert extraction.text == "a\nb"
    assert (extraction.links, extraction.link_texts) == (["y"], [""])


def test_noscript_with_an_open_paragraph_does_not_swallow_the_rest(parser: Parser) -> None:
    assert extract("<NOSCRIPT><p>no</NOSCRIPT>a<p>b", parser).text == "a\nb"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("1 <= n < 2 & 3 > 2", "1 <= n < 2 & 3 > 2"),
        ("<p>依据<中华人民共和国对外贸易法>第二条</p>", "依据<中华人民共和国对外贸易法>第二条"),
        ("&lt;p&gt; &amp;lt; &copy2020 &#x80; &notit;", "<p> &lt; ©2020 € ¬it;"),
        ("a<", "a<"),
        ("{% raw %}a{% endraw %} {{< ref >}}", "{% raw %}a{% endraw %} {{< ref >}}"),
    ],
)
def test_characters_that_look_like_markup_survive(html: str, text: str, parser: Parser) -> None:
    assert extract(html, parser).text == text


def test_white_space_and_invisible_characters_are_made_uniform(parser: Parser) -> None:
    html = (
        "<p>　　a\u00a0&nbsp; b\u200bc\ufeff&#8203;\u00ad\r\n\td\u3000e\x07\x1ef\u200dg\u0000</p>"
    )
    assert extract(html, parser).text == "a bc d ef\u200dg"


def test_links_keep_their_order_address_and_text(parser: Parser) -> None:
    html = (
        '<a href=" ?a=1&copy=2&amp;b=&quot; ">one\n <b>two</b></a><a href="">no</a><a name=x>no</a>'
        '<a title=" href=" href="/é"><p>three</p>four</a><a href=/é><img src=" i.png "></a>'
    )
    extraction = extract(html, parser)
    assert extraction.links == ['?a=1&copy=2&b="', "/é", "/é"]
    assert extraction.link_texts == ["one two", "three four", ""]
    assert extraction.images == ["i.png"]


def test_link_that_was_not_closed_ends_at_the_next(parser: Parser) -> None:
    extraction = extract("<a href=1>x<a href=2>y", parser)
    assert (extraction.links, extraction.link_texts) == (["1", "2"], ["x", "y"])


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><p <!x>Hello</p><p>b</p>", "a\nHello\nb"),
        ('<div <?php x ?> class="a">Hello</div><p>More</p>', 'class="a">Hello\nMore'),
        ("<p>a</p><p <!-- n --> class='x'>b</p><!-- more --><p>c</p>", "a\nclass='x'>b\nc"),
    ],
)
def test_what_looks_like_a_comment_in_a_tag_hides_nothing(
    html: str, text: str, parser: Parser
) -> None:
    assert extract(html, parser).text == text


@pytest.mark.parametrize(
    "html", ["<br <!-->x" * 60_000, "<td x=1 " * 40_000, "<td x='" * 40_001 + ">", "<td " * 60_000]
)
def test_tags_that_never_end_take_no_longer_than_others(html: str) -> None:
    """Quadratic time would be minutes here."""
    extraction = Extractor(TextRules()).extract(f"<div>{html}</div>", "html")
    assert isinstance(extraction, Extraction | TooDeep)


@pytest.mark.parametrize("html", ["", " \n", "<div>   \n<style>p&#123;&#125;</style>\n</div>"])
def test_page_without_text_is_empty(html: str, parser: Parser) -> None:
    assert extract(html, parser) == Extraction("", [], [], [], {})


@pytest.mark.parametrize("body", ["a\ud800b", "<p>\udfffa</p>", "a\x00b<textarea>\x00c", "<!"])
def test_impossible_characters_are_dropped(body: str, parser: Parser) -> None:
    extract(body, parser).text.encode()


def test_plain_text_is_only_normalised(parser: Parser) -> None:
    extractor = Extractor(TextRules(parser=parser))
    assert extractor.extract("  <b>a</b>\r\n\r\n　　b *c* ", "text") == Extraction(
        "<b>a</b>\n\nb *c*", [], [], [], {}
    )


@pytest.mark.parametrize("tag", ["xmp", "plaintext"])
@pytest.mark.parametrize("before", ["a", "a &amp; b"])
def test_what_is_written_literally_is_read_literally(parser: Parser, tag: str, before: str) -> None:
    """Whether or not anything else in the body is a character reference."""
    found = extract(f"<p>{before}</p><{tag}><b>x</b> 1 < 2 &amp;", parser)
    assert found.text.split("\n")[1] == "<b>x</b> 1 < 2 &amp;"
