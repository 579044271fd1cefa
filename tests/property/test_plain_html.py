"""Plain HTML read without a tree against the same HTML read by Lexbor."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from corpuskit.text import Extractor, Format, TextRules
from corpuskit.text.bounds import html_fault
from corpuskit.text.plain_elements import BOXES, INLINE, TEXT_BLOCKS
from corpuskit.text.plain_html import read_plain
from corpuskit.text.unclosed import may_be_unclosed

EXTRACTOR = Extractor(TextRules())
BY_LEXBOR = Extractor(TextRules())
BY_LEXBOR._reads_plain = False

WORDS = st.sampled_from(
    [
        "雾港",
        "a b",
        " ",
        "\n",
        "\n  ",
        "\u3000\u3000一",
        "1 > 0",
        "\xa0",
        "x\u200by",
        "\t",
        "'",
        "-",
    ]
)
REFERENCES = st.sampled_from(
    ["&amp;", "&lt;b&gt;", "&nbsp;", "&hellip;", "&#20013;", "&#x1F600;", "&fjlig;"]
)
ATTRIBUTES = st.lists(
    st.sampled_from(
        [" class=a", " title='1 = 2'", ' cms-style="font-L"', "\n data-x", ' id = "雾"', ' alt=""']
    ),
    max_size=2,
).map("".join)
HREFS = st.sampled_from(
    [
        *("", ' href="/a?b=1"', ' href="?a=1&amp;b=2&c=3&copy=4"', " href='雾 '", " href=a"),
        *(' title=" href=/no" href="/x y"', ' href="/1" href="/2"', ' data-href="/no"'),
        *(' HREF="/up"', ' href=""', ' href = "&copy&quot;"'),
    ]
)
HIDDEN = st.sampled_from(
    [
        "<!-- 正文 -->",
        "<!--a <p class=x>b</p> - -- c--->",
        "<style>a { b: '&#123;' }</style>",
        '<script src="x.js" async>f(a && b)</script>',
        '<iframe src="//v" allowFullScreen></iframe>',
        '<video controls>\n<source src="a.mp4" /> none </video>',
    ]
)


def around(names: frozenset[str], inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda name, attributes, content, space: f"<{name}{attributes}>{content}</{name}{space}>",
        *(st.sampled_from(sorted(names)), ATTRIBUTES, inner, st.sampled_from(["", "", " "])),
    )


def several(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(inner, max_size=3).map("".join)


def links(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda href, content: f"<a{href}>{content}</a>", HREFS, inner)


def images() -> st.SearchStrategy[str]:
    sources = HREFS.map(lambda href: href.replace("href", "src").replace("HREF", "SRC"))
    return st.builds(lambda src, end: f"<img{src}{end}>", sources, st.sampled_from(["", " /", "/"]))


LEAVES = st.one_of(
    *(WORDS, WORDS, REFERENCES, images(), HIDDEN, st.sampled_from(["<br>", "<br />", "<input>"]))
)
UNLINKED = st.recursive(LEAVES, lambda inner: around(INLINE, several(inner)), max_leaves=3)
PHRASES = several(UNLINKED | links(several(UNLINKED)))
LINES = around(TEXT_BLOCKS | {"pre"}, PHRASES)


def tables(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    gaps = st.sampled_from(["", "\n", " ", "<!-- x -->"])
    row = around(frozenset({"tr"}), several(gaps | around(frozenset({"td", "th"}), inner)))
    part = around(frozenset({"thead", "tbody", "tfoot"}), several(gaps | row))
    caption = around(frozenset({"caption"}), inner)
    return around(frozenset({"table"}), several(gaps | row | part | caption))


def containers(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    contents = several(inner)
    items = several(inner | around(frozenset({"li"}), contents))
    descriptions = several(around(frozenset({"dd", "dt"}), contents))
    return st.one_of(
        around(BOXES | INLINE, contents),
        around(frozenset({"ol", "ul"}), items),
        around(frozenset({"dl"}), descriptions),
        tables(contents),
    )


PLAIN = several(st.recursive(PHRASES | LINES | st.just("<hr>"), containers, max_leaves=5))
"""Every one of them is plain: what is said of plain pages alone is said of many."""

PIECE = re.compile(r"<!--.*?-->|<[^>]*>|[^<]+", re.DOTALL)
ODD = """<p> </p> <p/> <div/> <b> </b> <i> </i> <a> </a> <a/href=x> <li> </li> <ul> </ul> <dd>
<h1> <h2> </h1> <table> </table> <tr> </tr> <td> </td> <th> <tbody> <col> <caption> <pre> </pre>
<br/> </br> <hr> <button> </button> <form> <select> <option> <object> </object> <marquee> <ruby>
<rt> <nobr> <svg> <math> <title> <textarea> <template> <noscript> <style> <script> </script>
<iframe/> <video> </video> <image> <body> <html> <head> <frameset> <xmp> <plaintext> <P> </P>
<o:p> <p_class=a/> <!-- --> --!> <!--> <!---> <!doctype> <?xml?> <![CDATA[ ]]> < </ >
<p_title="a>b"> <p_x="/>"> <p_' <p_a="b"c> <p_"> <img_src=a/> <img_src="&#28;a"> <a_href="a\nb">
&copy &copy; &notit; &# &#0; &#128; &#13; &#xD800; &#x110000; &x; &; & &amp a=" " ' <!--_<td_-->
<!--_<title_--> 雾"""
"""What is plain in few places or in none; its spaces are written as `_`."""
ODD_PIECES = st.sampled_from(
    [piece.replace("_", " ") for piece in ODD.split()]
    + list("\0\r\f\v\x1c\x1f\x85\u2028\u3000\ufeff\ud800\ufffe")
)


@st.composite
def broken(draw: st.DrawFn) -> str:
    """A plain page with some pieces put in, left out or exchanged."""
    pieces = PIECE.findall(draw(PLAIN))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(pieces)))
        end = start + draw(st.integers(0, 2))
        others = ODD_PIECES | st.sampled_from(pieces) if pieces else ODD_PIECES
        pieces[start:end] = draw(st.lists(others, max_size=2))
    return "".join(pieces)


PAGES = PLAIN | broken() | st.lists(ODD_PIECES | WORDS, max_size=12).map("".join)


def same_by_lexbor(body: str, format: Format) -> None:  # noqa: A002
    assert EXTRACTOR.extract(body, format) == BY_LEXBOR.extract(body, format)


@given(PLAIN)
def test_ordinary_pages_are_plain(html: str) -> None:
    assert read_plain(html) is not None


@given(PAGES)
def test_a_plain_page_says_what_it_says_to_lexbor(html: str) -> None:
    same_by_lexbor(html, "html")


@given(PAGES)
def test_markdown_says_the_same_whether_or_not_its_html_is_plain(markdown: str) -> None:
    same_by_lexbor(markdown, "markdown")


@given(PAGES)
def test_a_plain_page_hits_no_cap_and_closes_all_it_opens(html: str) -> None:
    if read_plain(html) is not None:
        assert html_fault(html) is None
        assert not may_be_unclosed(html)
