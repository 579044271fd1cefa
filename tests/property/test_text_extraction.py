"""Extraction for any input: both parsers agree, nothing is invented, nothing hidden leaks."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.text import (
    Capture,
    Extraction,
    Extractor,
    Format,
    TextRules,
    TooDeep,
    detect_format,
    normalise,
)

DROP = (".gone",)
CAPTURES = (Capture("kept", ".kept"),)
LEXBOR = Extractor(TextRules(drop=DROP, captures=CAPTURES))
SOUP = Extractor(TextRules(parser="beautifulsoup", drop=DROP, captures=CAPTURES))

LETTERS = "abcxyzABC0189éß一人雾港龥，。「」"
WORDS = st.text(LETTERS, min_size=1, max_size=5)
SPELLED = st.sampled_from(
    [
        ("&amp;amp;", "&amp;"),
        ("&lt;b&gt;", "<b>"),
        ("&#20013;&#x6587;", "中文"),
        ("&hellip;", "…"),
        ("&copy 2", "©2"),
        ("1 <= n", "1<=n"),
        ("<雾>", "<雾>"),
        ("&unknown;", "&unknown;"),
        ("{", "{"),
        ("&nbsp;", ""),
        ("\u3000\u00a0", ""),
        ("&#12288;", ""),
        ("\u200b&shy;", ""),
        (" \n\t", ""),
    ]
)
JUNK = [
    "<style>p::before { content: '&#123; HIDDEN' } a > b {}</style>",
    "<script>if (1 < 2 && '<b>HIDDEN</b>') HIDDEN()</script>",
    "<!-- HIDDEN <p>HIDDEN</p> > -->",
    "<template><p>HIDDEN<img src=HIDDEN><a href=HIDDEN>HIDDEN</a></template>",
]
FLOW_JUNK = [
    "<noscript><p>HIDDEN<img src='HIDDEN'></noscript>",
    "<iframe src='HIDDEN'>HIDDEN</iframe>",
    "<svg viewBox='0 0 1 1'><title>HIDDEN</title><g><text>HIDDEN</text></g></svg>",
    "<canvas>HIDDEN</canvas>",
    "<?HIDDEN a=1 ?>",
]


@dataclass(frozen=True, slots=True)
class Piece:
    """HTML, and what it says.

    Attributes:
        html: the source.
        text: all visible characters but white space.
        shown: those that are in no dropped element.
        links: `href`s in no dropped element.
        images: `src`s in no dropped element.
        captured: texts of the elements to capture, like `text`, in document order.
    """

    html: str
    text: str = ""
    shown: str = ""
    links: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    captured: tuple[str, ...] = ()


def joined(pieces: list[Piece]) -> Piece:
    return Piece(
        "".join(piece.html for piece in pieces),
        "".join(piece.text for piece in pieces),
        "".join(piece.shown for piece in pieces),
        tuple(link for piece in pieces for link in piece.links),
        tuple(image for piece in pieces for image in piece.images),
        tuple(value for piece in pieces for value in piece.captured),
    )


def element(name: str, kind: str, inner: Piece, *, closed: bool = True) -> Piece:
    start = f'<{name} class="{kind}">' if kind else f"<{name}>"
    end = f"</{name}>" if closed else ""
    own = (inner.text,) if kind == "kept" and inner.text else ()
    is_gone = kind == "gone"
    return Piece(
        f"{start}{inner.html}{end}",
        inner.text,
        "" if is_gone else inner.shown,
        () if is_gone else inner.links,
        () if is_gone else inner.images,
        own + inner.captured,
    )


def image(number: int) -> Piece:
    return Piece(
        f'<img alt="HIDDEN" src=" /i{number}.png?a&amp;b ">', images=(f"/i{number}.png?a&b",)
    )


def link(number: int, inner: Piece) -> Piece:
    html = f"<a title='>' href=/l{number}?a=1&amp;b=2>{inner.html}</a>"
    links = (f"/l{number}?a=1&b=2", *inner.links)
    return Piece(html, inner.text, inner.shown, links, inner.images, inner.captured)


def row(cells: list[Piece], *, closed: bool) -> Piece:
    return element("tr", "", joined(cells), closed=closed)


KINDS = st.sampled_from(["", "", "", "", "kept", "gone"])
NUMBERS = st.integers(0, 99)
CLOSED = st.booleans()
HIDDEN = st.sampled_from(JUNK).map(Piece)
LEAVES = (
    WORDS.map(lambda word: Piece(word, word, word))
    | SPELLED.map(lambda spelled: Piece(spelled[0], spelled[1], spelled[1]))
    | st.sampled_from(["<br>", "<br/>", "<wbr>"]).map(Piece)
    | NUMBERS.map(image)
    | st.sampled_from(JUNK + FLOW_JUNK).map(Piece)
)
INLINES = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        element,
        st.sampled_from(["b", "em", "span", "code", "font", "ruby", "Q", "custom-tag"]),
        KINDS,
        st.lists(inner, max_size=3).map(joined),
    ),
    max_leaves=4,
)
PHRASES = st.lists(
    INLINES | st.builds(link, NUMBERS, st.lists(INLINES, max_size=3).map(joined)), max_size=4
).map(joined)
PARAGRAPHS = st.builds(
    lambda name, kind, inner, closed: element(name, kind, inner, closed=closed or name != "p"),
    st.sampled_from(["p", "p", "h2", "pre", "figcaption"]),
    KINDS,
    PHRASES,
    CLOSED,
)
CELLS = st.builds(
    lambda name, kind, inner, closed: element(name, kind, inner, closed=closed),
    st.sampled_from(["td", "th"]),
    KINDS,
    PHRASES,
    CLOSED,
)
ROWS = st.builds(
    lambda cells, closed: row(cells, closed=closed), st.lists(CELLS, max_size=3), CLOSED
)
TABLES = st.builds(
    element, st.just("table"), KINDS, st.lists(ROWS | HIDDEN, max_size=3).map(joined)
)


def containers(inner: st.SearchStrategy[Piece]) -> st.SearchStrategy[Piece]:
    items = st.builds(
        lambda kind, content, closed: element("li", kind, content, closed=closed),
        KINDS,
        inner | PHRASES,
        CLOSED,
    )
    lists = st.builds(
        element,
        st.sampled_from(["ul", "ol"]),
        KINDS,
        st.lists(items | HIDDEN, max_size=3).map(joined),
    )
    # Text comes first: after a paragraph that was left open it would be a part of that.
    boxes = st.builds(
        element,
        st.sampled_from(["div", "section", "blockquote", "DIV"]),
        KINDS,
        st.builds(
            lambda text, blocks: joined([text, *blocks]), PHRASES, st.lists(inner, max_size=3)
        ),
    )
    return lists | boxes


BLOCKS = st.recursive(PARAGRAPHS | TABLES | HIDDEN, containers, max_leaves=5)
BODIES = st.lists(BLOCKS, max_size=4).map(joined)

TAGS = """<p> </p> <table> <td> <tr> </td> <a <a/href=x> </a> <b> </b> <pre> </pre> <script>
</script> <style> <svg> </svg> <math> <mi> <textarea> <title> <plaintext> <xmp> <select> <option>
<frameset> <template> </template> <noscript> <br/> <img src=x> <!-- --> <!doctype <! <? ?>
<![CDATA[ ]]> < > / = &#123; &#x110000; &#0; &#xD800; &amp &notin ` ``` ~~~ ~ **a**
[^1] [^1]: | |-| # - : {%
%} {{ }} {{< [a](b) ![c](d) 雾 a"""
ODD = [
    "\n",
    "\n\n",
    " ",
    "\t",
    *"\"'\0\v\f\r\x1c\x1d\x1e\x1f\x7f\x85\xa0\u2028\u3000\ufeff\ufffe\ud800",
]
MARKUP = st.lists(st.sampled_from(TAGS.split()) | st.sampled_from(ODD), max_size=14).map("".join)
ANYTHING = (
    st.text(max_size=60) | st.text(st.characters(categories=["Cs", "Cc", "Zs", "Lo"])) | MARKUP
)


def read(extractor: Extractor, body: str) -> Extraction:
    found = extractor.extract(body, "html")
    assert isinstance(found, Extraction), found
    return found


def dense(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=60)
@given(BODIES)
def test_both_parsers_read_the_same(body: Piece) -> None:
    assert read(LEXBOR, body.html) == read(SOUP, body.html)


@settings(max_examples=60)
@given(BODIES)
def test_text_is_that_of_the_visible_text_nodes_in_order(body: Piece) -> None:
    for extractor in (LEXBOR, SOUP):
        found = read(extractor, body.html)
        assert dense(found.text) == body.shown
        assert found.links == list(body.links)
        assert found.images == list(body.images)
        assert [dense(value) for value in found.captured["kept"]] == list(body.captured)


@settings(max_examples=60)
@given(BODIES)
def test_what_is_not_shown_never_leaks(body: Piece) -> None:
    for extractor in (LEXBOR, SOUP):
        assert "HIDDEN" not in repr(read(extractor, f"{body.html}{''.join(JUNK + FLOW_JUNK)}"))


@settings(max_examples=60)
@given(ANYTHING)
def test_normalise_is_idempotent(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@pytest.mark.parametrize("format", ["html", "markdown"])
@pytest.mark.parametrize("extractor", [LEXBOR, SOUP])
@settings(max_examples=60)
@given(body=ANYTHING)
def test_no_body_raises_and_its_text_is_normal(
    extractor: Extractor,
    format: Format,  # noqa: A002
    body: str,
) -> None:
    detect_format(body)
    found = extractor.extract(body, format)
    assert not isinstance(found, TooDeep)
    assert found.text == normalise(found.text)
    assert len(found.links) == len(found.link_texts)
    found.text.encode()


@settings(max_examples=60)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=6), max_size=4), st.sampled_from([" ", "\n"]))
def test_plain_words_of_markdown_come_out_word_for_word(
    paragraphs: list[list[str]], between: str
) -> None:
    body = "\n\n".join(between.join(words) for words in paragraphs)
    assert detect_format(body) == "markdown"
    for extractor in (LEXBOR, SOUP):
        found = extractor.extract(body, "markdown")
        assert isinstance(found, Extraction)
        assert found.text == "\n".join(" ".join(words) for words in paragraphs)
        assert (found.links, found.images) == ([], [])
