"""What a page says of itself, which element counts, and where that stands."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from corpuskit.pages.json_ld import MAX_CHARACTERS, MAX_NODES
from corpuskit.pages.metadata import ELEMENTS, KEYS, MAX_ELEMENTS, Found, read_page

_SPELLED = {
    "html lang": '<html lang="{}">',
    "title": "<title>{}</title>",
    "time": '<time datetime="{}">yesterday</time>',
    "article time": '<article><time datetime="{}"></time></article>',
}


def spelled(element: str, value: str) -> str:
    """The HTML by which an element says something."""
    kind, _, name = element.partition(" ")
    if element in _SPELLED:
        return _SPELLED[element].format(value)
    if kind == "json-ld":
        node = json.dumps({"@type": "Article", name: value})
        return f'<script type="application/ld+json">{node}</script>'
    if kind == "itemprop":
        return f'<meta itemprop="{name}" content="{value}">'
    return f'<link rel="{name}" href="{value}">' if kind == "link" else meta(name, value)


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def json_ld(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def found(html: str, key: str) -> Found:
    """What a page says under a key, which is something."""
    said = read_page(html, 0).find(key)
    assert said is not None
    return said


@pytest.mark.parametrize("own", sorted(ELEMENTS))
def test_the_first_element_of_the_table_counts_wherever_it_stands(own: str) -> None:
    elements = ELEMENTS[own]
    for first, element in enumerate(elements):
        html = "\n".join(spelled(e, f"value {e}") for e in reversed(elements[first:]))
        assert found(html, own)[:2] == (f"value {element}", element)


@pytest.mark.parametrize("element", sorted({e for said in ELEMENTS.values() for e in said}))
def test_a_value_is_placed_where_it_stands(element: str) -> None:
    html = f"<p>before</p>\n{spelled(element, 'Abc')}"
    own = next(own for own, elements in ELEMENTS.items() if element in elements)
    start, end = found(html, own).span
    assert "Abc".startswith(html[start:end].strip('"'))
    assert read_page(f"front{html}", len("front")).find(own) == found(html, own)._replace(
        span=(start + len("front"), end + len("front"))
    )


@pytest.mark.parametrize("own", sorted(KEYS))
def test_all_keys_of_a_thing_find_the_same(own: str) -> None:
    html = spelled(ELEMENTS[own][0], "a value")
    assert {found(html, key) for key in KEYS[own]} == {found(html, own)}


@pytest.mark.parametrize("own", sorted(KEYS))
def test_the_documentation_lists_keys_and_elements_in_their_order(own: str) -> None:
    page = Path(__file__).parents[1] / "docs" / "configuration.md"
    keys = ", ".join(f"`{key}`" for key in KEYS[own])
    (row,) = (
        line for line in page.read_text("utf-8").splitlines() if line.startswith(f"| {keys} |")
    )
    elements = re.findall(r"(itemprop |JSON-LD )?`<?([^`>]+)>?`", row.split("|")[2])
    said = [
        {"html lang": name, "time datetime": "article time", "title": "title"}.get(name)
        or (name.replace("rel=", "") if name.startswith("link ") else f"{kind or 'meta '}{name}")
        for kind, name in elements
        if name not in ("article", "main")
    ]
    listed = [element for element in ELEMENTS[own] if element != "time"]
    assert [element.lower() for element in said] == [element.lower() for element in listed]


def test_blank_values_and_unknown_keys_say_nothing() -> None:
    page = read_page(f"{meta('og:title', '  ')}<title>\n</title>{json_ld({'headline': ''})}", 0)
    assert page.find("title") is None
    assert page.find("editor") is None


def test_character_references_and_white_space_are_read_as_in_text() -> None:
    assert found("<title>Tide &amp;\n\t tables&#8203;</title>", "title").value == "Tide & tables"
    assert found(meta("og:title", "Tide &amp;  tables"), "title").value == "Tide & tables"


def test_what_is_no_element_says_nothing() -> None:
    hidden = meta("og:title", "no")
    html = f"<!--{hidden}--><script>{hidden}</script><textarea>{hidden}</textarea>"
    html += f"<p title='{hidden}'>"
    assert read_page(html, 0).find("title") is None


def test_any_meta_is_found_by_its_name_whatever_its_case() -> None:
    html = '<meta name="DC.Date.Issued" content="2024"><meta http-equiv="X-Site" content="a">'
    assert found(html, "meta.DC.date.issued")[:2] == ("2024", "meta dc.date.issued")
    assert found(html, "meta.x-site").value == "a"


def test_repeated_elements_are_a_list_for_authors_and_tags_and_else_the_first() -> None:
    html = meta("citation_author", "Ann") + meta("citation_author", "Bo")
    assert found(html, "author").value == ["Ann", "Bo"]
    images = meta("og:image", "a.jpg") + meta("og:image", "b.jpg")
    assert found(images, "image").value == "a.jpg"


def test_keywords_are_separated_by_commas() -> None:
    assert found(meta("keywords", "tide, , boats "), "tags").value == ["tide", "boats"]
    assert found(meta("article:tag", "tide, boats"), "tags").value == "tide, boats"
    assert read_page(meta("keywords", ", ,"), 0).find("tags") is None


def test_a_time_in_the_article_counts_before_one_elsewhere() -> None:
    html = '<time datetime="2001"></time><article><time datetime="2002"></time></article>'
    assert found(html, "date")[:2] == ("2002", "article time")
    after = '<article></article><time datetime="2001"></time>'
    assert found(after, "date")[:2] == ("2001", "time")


def test_articles_count_before_pages_and_neither_do_organizations() -> None:
    nodes = [
        {"@type": "Organization", "name": "Gazette", "url": "o", "image": "o.jpg"},
        {"@type": "WebPage", "url": "page"},
        {"@type": ["Thing", "https://schema.org/NewsArticle"], "headline": "Tides"},
    ]
    for html in (json_ld({"@graph": nodes}), json_ld(nodes), "".join(map(json_ld, nodes))):
        assert found(html, "title").value == "Tides"
        assert found(html, "url").value == "page"
        assert read_page(html, 0).find("image") is None


def test_references_of_json_ld_are_followed_by_their_id() -> None:
    graph = [
        {"@type": "Article", "author": [{"@id": "#ann"}, {"@id": "#none"}, {"name": "Bo"}]},
        {"@type": "Person", "@id": "#ann", "name": "Ann"},
    ]
    html = json_ld({"@graph": graph})
    assert found(html, "authors").value == ["Ann", "Bo"]


def test_members_of_json_ld_are_reached_by_their_path() -> None:
    html = json_ld({"@type": "Report", "publisher": {"name": "Gazette"}, "wordCount": 12})
    assert found(html, "json-ld.publisher.name")[:2] == ("Gazette", "json-ld publisher.name")
    assert found(html, "json-ld.wordCount").value == "12"
    assert read_page(html, 0).find("json-ld.publisher.url") is None


@pytest.mark.parametrize(
    "block", ["{", "[" * 100_000, '{"a": }', "var x", '{"@type": "\\ud800"}', "{'a': 1}", "-"]
)
def test_malformed_json_ld_is_a_problem_and_costs_no_other_block(block: str) -> None:
    good = json_ld({"@type": "Article", "headline": "Tides"})
    html = f"<p>\n<script type=application/ld+json>\n{block}\n</script>{good}"
    page = read_page(html, 0)
    (problem,) = page.json_ld.problems
    assert 0 < html.index(block) <= problem.span[0] <= html.index("\n</script>")
    assert found(html, "title").value == "Tides"


def test_json_ld_is_read_up_to_a_size_and_a_number_of_nodes() -> None:
    large = json_ld({"@type": "Article", "headline": "x" * MAX_CHARACTERS})
    page = read_page(large, 0)
    assert page.find("title") is None
    assert "more than" in page.json_ld.problems[0].message
    many = json_ld([{"@type": "Article"}] * MAX_NODES + [{"@type": "Article", "headline": "x"}])
    assert read_page(many, 0).find("title") is None


def test_elements_are_kept_up_to_a_number() -> None:
    html = meta("a", "x") * MAX_ELEMENTS + meta("og:title", "too late")
    page = read_page(html, 0)
    assert page.find("title") is None
    assert page.too_much is not None
    assert html[slice(*page.too_much)] == "too late"


def test_values_are_kept_up_to_their_characters() -> None:
    html = meta("og:title", "first") + meta("keywords", "a," * MAX_CHARACTERS) + meta("date", "1")
    page = read_page(html, 0)
    assert (page.find("tags"), page.find("date")) == (None, None)
    assert found(html, "title").value == "first"


def test_elements_that_nobody_looks_for_and_repetitions_do_not_count() -> None:
    html = "<link rel=icon href=a><time datetime=2001>" * MAX_ELEMENTS + meta("og:title", "last")
    assert found(html, "title").value == "last"
    assert read_page(html, 0).too_much is None


def test_malformed_blocks_are_told_up_to_a_number() -> None:
    html = "<script type=application/ld+json>{</script>" * 99
    assert len(read_page(html, 0).json_ld.problems) == 10
    large = json_ld({"a": "x" * MAX_CHARACTERS})
    assert len(read_page(large * 3, 0).json_ld.problems) == 1


def test_objects_beyond_the_cap_are_told_of_once() -> None:
    others = [{"@type": "Thing", "name": str(n)} for n in range(MAX_NODES)]
    page = json_ld([*others, {"@type": "Article", "headline": "A"}]) + json_ld(others)
    (problem,) = read_page(page, 0).json_ld.problems
    assert problem.message == f"the page has more than {MAX_NODES} objects of it"
