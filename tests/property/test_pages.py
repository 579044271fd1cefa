"""Whole pages, whatever is in them: nothing invented, nothing raised, and Resiliparse decides."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st
from resiliparse.extract.html2text import extract_plain_text

from corpuskit.model import Value
from corpuskit.pages.metadata import KEYS, read_page
from corpuskit.parse import Parser
from corpuskit.parse_rules import ParseRules
from corpuskit.presets import preset_text
from corpuskit.schema import Schema
from corpuskit.schema_reader import read_schema
from corpuskit.text import Capture, Extraction, Extractor, TextRules, TooDeep, normalise
from corpuskit.verifying.own_front_matter import FrontMatterRules
from tests.property.test_text import HIDDEN, Node, _solid, bodies, extract, pages

CAPTURES = (Capture("marked", ".marked"), Capture("first", ".marked", r"\S+"))
BODY = Extractor(TextRules(captures=CAPTURES))
PAGE = Extractor(TextRules(captures=CAPTURES, mode="article"))
SCHEMA = read_schema(preset_text("article"), "article.yaml")
assert isinstance(SCHEMA, Schema)
PARSERS = tuple(Parser(ParseRules(SCHEMA, TextRules(mode=mode))) for mode in ("body", "article"))


@given(pages)
def test_main_content_is_a_part_of_the_text_in_order(page: Node) -> None:
    whole, main = extract(BODY, page.html), extract(PAGE, page.html)
    rest = iter(_solid(whole.text))
    assert all(character in rest for character in _solid(main.text))
    links = iter(whole.links)
    assert all(link in links for link in main.links)
    images = iter(whole.images)
    assert all(image in images for image in main.images)
    assert main.captured == whole.captured


@given(pages)
def test_nothing_hidden_is_main_content(page: Node) -> None:
    found = extract(PAGE, page.html)
    values = [found.text, *found.link_texts, *found.links, *found.images]
    assert not any(HIDDEN in value for value in values)


_NAMES = ["div", "section", "nav", "aside", "footer", "header", "main", "article", "ul", "td", "h1"]
_CLASSES = [
    *("", "content", "post-body", "sidebar", "menu", "share-links", "advert", "comments", "logo"),
    *("related-posts", "hidden", "byline", "pagination", "modal", "gallery", "site-footer"),
]


@st.composite
def elements(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    name, kind = draw(st.sampled_from(_NAMES)), draw(st.sampled_from(_CLASSES))
    content = "".join(draw(st.lists(inner, max_size=4)))
    attributes = f' class="{kind}"' if kind else ""
    if name == "ul":
        return f"<ul{attributes}><li>{content}</li></ul>"
    if name == "td":
        return f"<table><tr><td{attributes}>{content}</td></tr></table>"
    return f"<{name}{attributes}>{content}</{name}>"


prose = st.integers(1, 40).map(lambda count: "<p>" + "# and so on. " * count + "</p>")
linked = st.just('<a href="/#">the # link</a> ')
sites = st.lists(st.recursive(prose | linked, elements, max_leaves=20), max_size=6).map("".join)


@given(sites)
def test_the_decision_is_that_of_resiliparse(site: str) -> None:
    """Each text has a number, and the same ones are left."""
    pieces = site.split("#")
    html = "".join(f"{piece}n{number}n" for number, piece in enumerate(pieces[:-1])) + pieces[-1]
    html = f"<!DOCTYPE html><html><body>{html}</body></html>"
    assert (
        extract(PAGE, html).text.split()
        == extract_plain_text(
            html, main_content=True, list_bullets=False, comments=False, post_meta=False
        ).split()
    )


@given(bodies)
def test_no_page_raises_or_gives_text_out_of_form(body: str) -> None:
    match PAGE.extract(body, "html"):
        case Extraction(text=text):
            assert normalise(text) == text
            text.encode()
        case TooDeep() as fault:
            assert fault.message


@given(pages, st.booleans())
def test_markdown_and_front_matter_are_the_same_in_both_modes(page: Node, titled: bool) -> None:
    """Of what is no page, nothing changes."""
    front = f"---\n{'title: A' if titled else 'name: A'}\ndate: 2024-01-01\n---\n"
    source = f"{front}Words come first.\n\n{page.html}".encode()
    assert PARSERS[0].parse(source) == PARSERS[1].parse(source)


_VALUES = st.text(max_size=12) | st.sampled_from(
    ["2024-01-02", "Ann, Bo", "en", "&amp;", '"', "'>"]
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | _VALUES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["@type", "@id", "@graph", "name", "headline", "author", "keywords", "url"]
            )
            | st.text(max_size=3),
            inner | st.just("Article"),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@st.composite
def heads(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(["og:title", "date", "author", "keywords", "description", "lang"]))
    value = draw(_VALUES)
    block = json.dumps(draw(_JSON), ensure_ascii=draw(st.booleans()))
    return draw(
        st.sampled_from(
            [
                f'<meta property="{name}" content="{value}">',
                f"<meta name={name} content={value}>",
                f'<link rel="canonical" href="{value}">',
                f"<title>{value}</title>",
                f'<html lang="{value}">',
                f"<time datetime='{value}'>",
                f'<script type="application/ld+json">{block}</script>',
                f'<script type="application/ld+json">{block[:-1]}</script>',
            ]
        )
    )


documents = st.lists(heads() | bodies, max_size=8).map("".join)


@given(documents)
def test_metadata_of_any_page_has_places_in_it(html: str) -> None:
    page = read_page(f"before{html}", len("before"))
    for key in (*KEYS, "meta.author", "json-ld.author.name"):
        found = page.find(key)
        if found is not None:
            assert found.value
            assert len("before") <= found.span[0] <= found.span[1] <= len(f"before{html}")
    assert all(len("before") <= problem.span[0] for problem in page.json_ld.problems)


@given(documents)
def test_what_front_matter_gets_of_a_page_is_what_verify_expects(html: str) -> None:
    source = f"---\ntitle: A\ndate: 2024-01-01\n---\n<main><p>Text</p>{html}</main>"
    article = PARSERS[1].parse(source.encode("utf-8", "replace")).article
    if article is None:
        return
    facts = FrontMatterRules(is_ours=True, without_drafts=True).read(article.front_matter)
    assert facts.problem is None
    declared = article.language if article.language_source == "front matter" else None
    assert facts.language == declared
    front: dict[str, Value] = json.loads(article.front_matter)
    assert front["title"] == "A"
    note = front.get("x-corpuskit")
    assert note is None or isinstance(note, dict)
