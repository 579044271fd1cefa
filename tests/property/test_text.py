"""What holds for every body: no text is lost or invented, and both parsers say the same."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from corpuskit.text import (
    Capture,
    Extraction,
    Extractor,
    TextRules,
    TooDeep,
    detect_format,
    normalise,
)
from corpuskit.text.detect import _may_be_markdown

PARSERS: tuple[Literal["lexbor", "beautifulsoup"], ...] = ("lexbor", "beautifulsoup")
CAPTURES = (Capture("marked", ".marked"), Capture("first", ".marked", r"\S+"))
LEXBOR = Extractor(TextRules("lexbor", (), CAPTURES))
SOUP = Extractor(TextRules("beautifulsoup", (), CAPTURES))
DROPPING = (
    Extractor(TextRules("lexbor", (".marked", "h2"), CAPTURES)),
    Extractor(TextRules("beautifulsoup", (".marked", "h2"), CAPTURES)),
)
SELECTING = tuple(
    Extractor(
        TextRules(
            parser,
            ("blockquote",),
            (
                Capture("ids", ".marked", attribute="id"),
                Capture("classes", "[class]", attribute="class"),
                Capture("words", ".marked", (r"贸\S", r"\S"), all=True),
                Capture("addresses", "td, p", where=r"\S", inner="a[href]", attribute="href"),
                Capture("comments", pattern=r"Ж\S*", comment=True, all=True),
            ),
            (".marked", "li", "td"),
        )
    )
    for parser in PARSERS
)

HIDDEN = "ЖЖ"
"""Stands in all that is not on the page, and in nothing that is."""

characters = st.sampled_from("贸易商务，。「」éabcXYZ019<>&\"'=-/!?;#*_[]()`|~^\\$%")
white_space = st.sampled_from(list(" \n\t\u3000\u00a0\u2003\u200b\ufeff"))
words = st.text(characters, min_size=1, max_size=6)
texts = st.lists(words | white_space, min_size=1, max_size=5).map("".join)


@dataclass(frozen=True)
class Node:
    """A piece of a page: its HTML, and its texts in order, without white space."""

    html: str
    texts: list[str] = field(default_factory=list)

    @property
    def visible(self) -> str:
        """What a reader sees of it, without white space."""
        return _solid("".join(self.texts))


def _solid(text: str) -> str:
    return re.sub(r"[\s\u200b\ufeff]+", "", text)


def spelled(text: str, reference: bool) -> Node:
    """`text` with its markup characters escaped, or with every character as a reference."""
    html = "".join(f"&#{ord(c)};" for c in text) if reference else escape(text)
    return Node(html, [text])


def around(start: str, children: list[Node], end: str) -> Node:
    inner = "".join(child.html for child in children)
    return Node(f"{start}{inner}{end}", [text for child in children for text in child.texts])


@st.composite
def hidden(draw: st.DrawFn) -> Node:
    inner = f"{HIDDEN}&#123;{draw(words)}"
    # In these, `<` and `-` could end what hides the text.
    plain = re.sub(r"[<>\-!]", "", inner)
    name = draw(st.sampled_from(["style", "script", "iframe", "template", "noscript", "video"]))
    return Node(
        draw(
            st.sampled_from(
                [
                    f"<{name}>{plain}</{name}>",
                    f"<{name.upper()} class=x>{plain}<b>{HIDDEN}</b></{name} >",
                    f"<!-- {plain} <b>{HIDDEN} -->",
                    f"<svg><title>{HIDDEN}</title><path d='x'/><text>{HIDDEN}</text></svg>",
                    f"<input value='{HIDDEN}'>",
                ]
            )
        )
    )


images = st.sampled_from(["a.png", " b.jpg ", "/图?c=1&amp;d=2", ""]).map(
    lambda src: Node(f'<img alt="{HIDDEN}" src="{src}">')
)
leaves = (
    st.builds(spelled, texts, st.booleans())
    | st.builds(lambda text: spelled(text, reference=False), texts)
    | st.just(Node("<br>"))
    | images
    | hidden()
)


def inline(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    names = st.sampled_from(["b", "span", "font", "code", "em", "ruby", "label", "button", "x-y"])
    return st.builds(
        lambda name, nodes: around(f"<{name}>", nodes, f"</{name}>"),
        names,
        st.lists(children, max_size=3),
    )


phrases = st.recursive(leaves, inline, max_leaves=5)
lines = st.lists(phrases, max_size=4)
links = st.builds(
    lambda href, nodes: around(f'<a href="{escape(href)}">', nodes, "</a>"), words, lines
)
paragraph_parts = st.lists(phrases | links, max_size=4)
optional_ends = st.booleans()


@st.composite
def paragraphs(draw: st.DrawFn) -> Node:
    attributes = draw(st.sampled_from(["", " class=marked", ' class="a marked" id=x']))
    name = draw(st.sampled_from(["p", "p", "h2", "pre", "address"]))
    end = "" if name == "p" and draw(optional_ends) else f"</{name}>"
    return around(f"<{name}{attributes}>", draw(paragraph_parts), end)


@st.composite
def tables(draw: st.DrawFn) -> Node:
    rows = []
    for cells in draw(st.lists(st.lists(paragraph_parts, max_size=3), min_size=1, max_size=3)):
        end = draw(st.sampled_from(["</td>", ""]))
        nodes = [around("<td>", parts, end) for parts in cells]
        rows.append(around("<tr>", nodes, draw(st.sampled_from(["</tr>", "\n"]))))
    return around("<table>", rows, "</table>")


def containers(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    blocks = st.builds(
        lambda name, nodes: around(f"<{name}>", nodes, f"</{name}>"),
        st.sampled_from(["div", "section", "blockquote", "center", "details"]),
        st.lists(children, max_size=3),
    )
    items = st.builds(
        lambda lists, end: around("<ul>", [around("<li>", nodes, end) for nodes in lists], "</ul>"),
        st.lists(st.lists(children, max_size=2), max_size=3),
        st.sampled_from(["</li>", "", "\n"]),
    )
    return blocks | items


pages = st.lists(
    st.recursive(paragraphs() | tables() | phrases | links, containers, max_leaves=8),
    max_size=5,
).map(lambda nodes: around("", nodes, ""))


def extract(extractor: Extractor, html: str) -> Extraction:
    extraction = extractor.extract(html, "html")
    assert isinstance(extraction, Extraction)
    return extraction


@given(pages)
def test_both_parsers_say_the_same(page: Node) -> None:
    assert extract(LEXBOR, page.html) == extract(SOUP, page.html)
    assert extract(DROPPING[0], page.html) == extract(DROPPING[1], page.html)


@given(pages)
def test_both_parsers_select_the_same(page: Node) -> None:
    assert extract(SELECTING[0], page.html) == extract(SELECTING[1], page.html)


@given(pages)
def test_what_is_kept_is_a_part_of_the_text_in_order(page: Node) -> None:
    rest = iter(page.visible)
    assert all(character in rest for character in _solid(extract(SELECTING[0], page.html).text))


@given(pages)
def test_keeping_all_blocks_and_phrases_keeps_all_that_stands_in_elements(page: Node) -> None:
    """What is nested in several elements that are kept is there once."""
    keeping = Extractor(TextRules(keep=("body *", "div")))
    html = f"<div>{page.html}</div>"
    assert _solid(extract(keeping, html).text) == _solid(extract(LEXBOR, html).text)


_TAGS_OF = {
    "hexo": ("{% note 'a' %}", "{%- endnote -%}"),
    "liquid": ("{% if a %}", "{{ page.title }}"),
    "hugo": ("{{< figure src=x >}}", "{{% md %}}"),
}
_tags = st.sampled_from(sorted(_TAGS_OF)).flatmap(
    lambda language: st.tuples(st.just(language), st.sampled_from(_TAGS_OF[language]))
)
_prose = st.text(st.sampled_from("贸易abc ,."), min_size=1, max_size=8).map(
    lambda text: f"w{text}w"
)


@given(
    st.lists(st.tuples(_prose, _tags), min_size=1, max_size=5),
    st.sampled_from(["\n\n", "\n", " "]),
    st.sampled_from(["html", "markdown"]),
    st.sampled_from(PARSERS),
)
def test_stripped_tags_leave_exactly_what_stood_around_them(
    parts: list[tuple[str, tuple[Literal["hexo", "liquid", "hugo"], str]]],
    between: str,
    form: Literal["html", "markdown"],
    parser: Literal["lexbor", "beautifulsoup"],
) -> None:
    languages = tuple(sorted({language for _, (language, _) in parts}))
    stripped = Extractor(TextRules(parser, strip_templates=languages))
    with_tags = between.join(f"{words}{between}{tag}" for words, (_, tag) in parts)
    without = between.join(words for words, _ in parts)
    found = stripped.extract(f"w{between}{with_tags}", form)
    plain = stripped.extract(f"w{between}{without}", form)
    assert isinstance(found, Extraction)
    assert isinstance(plain, Extraction)
    assert found.text.split() == plain.text.split()


@given(st.lists(_tags, min_size=1, max_size=4), st.sampled_from(PARSERS))
def test_tags_in_code_and_in_addresses_stay(
    tags: list[tuple[str, str]], parser: Literal["lexbor", "beautifulsoup"]
) -> None:
    stripped = Extractor(TextRules(parser, strip_templates=("hexo", "liquid", "hugo", "mdx")))
    code = "\n".join(tag for _, tag in tags)
    markdown = f"{code}\n\n```\n{code}\n```\n\n`{tags[0][1]}`\n\n[a]({tags[0][1]})\n\n{code}\n"
    found = stripped.extract(markdown, "markdown")
    html = stripped.extract(f"{code}<pre>{escape(code)}</pre>", "html")
    in_html = stripped.extract(f"{code}<pre>{code.replace('<', '&lt;')}</pre>", "html")
    assert isinstance(found, Extraction)
    assert found.text == f"{code}\n{tags[0][1]}\na"
    assert found.links == [tags[0][1]]
    for extraction in (html, in_html):
        assert isinstance(extraction, Extraction)
        assert extraction.text == code


@given(pages)
def test_text_is_what_was_written_character_for_character(page: Node) -> None:
    assert _solid(extract(LEXBOR, page.html).text) == page.visible


@given(pages)
def test_what_is_dropped_leaves_the_rest_in_order(page: Node) -> None:
    rest = iter(page.visible)
    assert all(character in rest for character in _solid(extract(DROPPING[0], page.html).text))


@given(pages)
def test_nothing_hidden_leaks(page: Node) -> None:
    extraction = extract(LEXBOR, page.html)
    everything = [extraction.text, *extraction.link_texts, *extraction.links, *extraction.images]
    assert not any(HIDDEN in value for value in everything)
    assert not any(HIDDEN in value for values in extraction.captured.values() for value in values)


@given(pages)
def test_text_is_in_its_canonical_form(page: Node) -> None:
    text = extract(LEXBOR, page.html).text
    assert normalise(text) == text
    assert all(line.strip() for line in text.split("\n") if text and "<pre" not in page.html)


@given(pages)
def test_links_have_a_text_each(page: Node) -> None:
    extraction = extract(LEXBOR, page.html)
    assert len(extraction.links) == len(extraction.link_texts)
    assert all(link == link.strip() != "" for link in extraction.links + extraction.images)
    assert all(" ".join(text.split()) == text for text in extraction.link_texts)


@given(pages)
def test_captures_do_not_depend_on_what_is_dropped(page: Node) -> None:
    assert extract(DROPPING[0], page.html).captured == extract(LEXBOR, page.html).captured


@given(st.lists(st.lists(texts, min_size=1, max_size=3), min_size=1, max_size=4))
def test_cells_and_blocks_are_never_glued(rows: list[list[str]]) -> None:
    """Texts come out between the borders that were put between them, and between no others."""
    cells = [[" ".join(_bare(cell).split()) for cell in row] for row in rows]
    expected = "\n".join(filter(None, ["\t".join(filter(None, row)) for row in cells]))
    html = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    assert extract(LEXBOR, f"<table>{html}</table>").text == expected
    blocks = "".join(f"<div>{escape(cell)}</div>" for row in rows for cell in row)
    assert extract(LEXBOR, blocks).text.split("\n") == [c for row in cells for c in row if c] or [
        ""
    ]


def _bare(text: str) -> str:
    return re.sub("[\u200b\ufeff]", "", text)


@given(st.text())
def test_normalise_is_idempotent(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    once.encode()


MARKUP = """<p> </p> <b> </b> <a_href=x> </a> <td> <table> </table> <pre> </pre> <style> </style>
<script> </script> <!-- --> <![CDATA[ ]]> <?php ?> <svg> </svg> <svg/> <template> <select> <option>
<textarea> <xmp> <plaintext> <frameset> <noscript> </noscript> <a <p_" </ <! < &#0; &#x1e; &#xd800;
&amp &lt ** ` ``` ~~ [ ]( ![ [^a] [^a]: > #_ |-| {% %} {{ }} :_ -_ {%_highlight_%}
{%_endhighlight_%}"""
"""Its spaces are written as `_`."""

markup = st.sampled_from([piece.replace("_", " ") for piece in MARKUP.split()])
bodies = st.text() | st.lists(markup | st.text(max_size=3), max_size=12).map("".join)


@given(bodies, st.sampled_from(["html", "markdown"]))
def test_no_body_raises_or_gives_text_out_of_form(body: str, kind: str) -> None:
    assert detect_format(body) in {"html", "markdown"}
    for extractor in (LEXBOR, SOUP, *DROPPING):
        extraction = extractor.extract(body, "html" if kind == "html" else "markdown")
        match extraction:
            case Extraction():
                assert normalise(extraction.text) == extraction.text
                extraction.text.encode()
            case TooDeep():
                assert extraction.message


plain_words = st.text(st.sampled_from("贸易商务部。，éabcXYZ019"), min_size=1, max_size=8).filter(
    lambda word: not re.match(r"\d+$", word)
)


@given(st.text(st.sampled_from("](\n#`~ /a"), max_size=12))
def test_what_spares_the_search_for_markdown_misses_none(body: str) -> None:
    spelled = ("](", "\n#", "\n```", "\n~~~")
    assert _may_be_markdown(body) == any(sign in body for sign in spelled)


@given(st.lists(st.lists(plain_words, min_size=1, max_size=6), min_size=1, max_size=5))
def test_paragraphs_of_markdown_come_out_word_for_word(paragraphs: list[list[str]]) -> None:
    body = "\n\n".join(" ".join(words) for words in paragraphs)
    for extractor in (LEXBOR, SOUP):
        extraction = extractor.extract(body, "markdown")
        assert isinstance(extraction, Extraction)
        assert extraction.text == "\n".join(" ".join(words) for words in paragraphs)


@given(st.lists(texts.filter(lambda text: _solid(text) != ""), min_size=1, max_size=4))
def test_code_in_markdown_is_kept_character_for_character(blocks: list[str]) -> None:
    body = "\n\n".join("````````\n" + block.replace("`", "'") + "\n````````" for block in blocks)
    extraction = LEXBOR.extract(body, "markdown")
    assert isinstance(extraction, Extraction)
    assert _solid(extraction.text) == _solid("".join(blocks).replace("`", "'"))
