"""Selectors that are made of elements: right in both parsers, whatever the elements are called."""

from __future__ import annotations

import tomllib
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.suggesting.selectors import name_of, parts, rank, selectors_of
from corpuskit.text import Extractor, TextRules, TooDeep, check_selector
from corpuskit.text_rules import Marked
from corpuskit.toml_text import toml_text

NAMES = st.one_of(
    st.text("aZ9-_:/.[]()#!@%&>~+*='\"\\|,;{}^$`? 广é😀", min_size=1, max_size=8),
    st.sampled_from(
        ["md:w-1/2", "2xl", "-3a", "-", "--x", "[&>p]:mt-4", "hover:bg-[#fff]", "w-1.5", "!mt"]
    ),
).map(lambda name: "".join(name.split()) or "a")


def text_of(html: str, selector: str, parser: str) -> str:
    rules = TextRules("lexbor" if parser == "lexbor" else "beautifulsoup", drop=(selector,))
    extraction = Extractor(rules).extract(html, "html")
    assert not isinstance(extraction, TooDeep)
    return extraction.text


@pytest.mark.parametrize("parser", ["lexbor", "beautifulsoup"])
@given(st.lists(NAMES, min_size=1, max_size=3), NAMES)
def test_a_selector_drops_its_element_and_no_other_in_both_parsers(
    parser: str, classes: list[str], id_: str
) -> None:
    element = f'<div class="{escape(" ".join(classes))}" id="{escape(id_)}">gone</div>'
    html = f'{element}<p>kept</p><p class="other">kept too</p>'
    found = selectors_of(Extractor(TextRules()).marked(html, "html"))
    own = [selector for selector in found if ".other" not in selector]
    assert own
    for selector in own:
        assert check_selector(selector) is None
        assert text_of(html, selector, parser) == "kept\nkept too"


@given(st.lists(NAMES, min_size=1, max_size=3), NAMES)
def test_the_parts_of_a_selector_are_its_selectors_of_one_name(
    classes: list[str], id_: str
) -> None:
    found = selectors_of([Marked("div", id_, tuple(classes))])
    simple = {selector for selector in found if selector[0] in ".#" and len(parts(selector)) == 1}
    assert len(simple) == len(set(classes)) + 1
    for selector in found:
        assert "".join(parts(selector)) == selector
        assert {part for part in parts(selector) if part != "div"} <= simple


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_text_is_toml_of_itself_and_steers_no_terminal(text: str) -> None:
    spelled = toml_text(text)
    assert tomllib.loads(f"a = {spelled}") == {"a": text}
    assert spelled.isprintable()


@given(NAMES)
def test_a_field_is_named_as_a_schema_allows(name: str) -> None:
    (selector, *_) = selectors_of([Marked("p", "", (name,))])
    assert name_of(selector).isidentifier()
    assert name_of(selector).isascii()


def test_a_name_that_says_what_an_element_is_goes_before_one_of_layout_and_a_mere_tag() -> None:
    found = [".advert.wide", "footer", ".clearfix", ".col-md-6", ".ad", ".appendQr_wrap"]
    ordered = [".appendQr_wrap", ".ad", ".clearfix", ".col-md-6", "footer", ".advert.wide"]
    assert sorted(found, key=rank) == ordered


def test_an_element_without_class_and_id_has_no_selector_but_for_furniture() -> None:
    html = "<p>a</p><div>b</div><footer>c</footer><span class=' '>d</span>"
    assert selectors_of(Extractor(TextRules()).marked(html, "html", ("footer",))) == ["footer"]


def test_what_is_not_on_the_page_has_no_selector() -> None:
    rules = TextRules(drop=(".gone",), keep=(".kept", ".gone"))
    html = (
        "<div class=out></div><div class=kept><i class=in>a</i><p class=gone><b class=b>b</b></p>"
        "<style class=style></style></div>"
    )
    assert selectors_of(Extractor(rules).marked(html, "html")) == [
        *(".kept", "div.kept", ".in", "i.in")
    ]


def test_selectors_of_hostile_elements_are_bounded() -> None:
    elements = [Marked("p", f"i{n}", tuple(f"c{n}-{m}" for m in range(50))) for n in range(500)]
    assert len(selectors_of(elements)) == 2_000
    assert selectors_of([Marked("p", "i" * 5_000, ("c" * 5_000,))]) == []
