"""Whole pages: their main content, and their metadata where front matter says nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from corpuskit.codes import Code
from corpuskit.generator import generator
from corpuskit.model import Article, Diagnostic, Parsed, Place
from corpuskit.parse import Parser
from corpuskit.parse_rules import ParseRules
from corpuskit.presets import preset_text
from corpuskit.schema import Field, FieldType, Schema
from corpuskit.schema_reader import read_schema
from corpuskit.text import Capture, Extraction, Extractor, TextRules, TooDeep, trafilatura_pages
from corpuskit.text import main_content as main_content_module

PRESET = read_schema(preset_text("article"), "article.yaml")
ARTICLE = TextRules(mode="article")
TRAFILATURA = TextRules("trafilatura", mode="article")
HEAD = """<!DOCTYPE html>
<html lang="pt-BR">
<head>
<title>The tide | Gazette</title>
<meta property="og:title" content="The tide">
<meta property="article:published_time" content="2024-03-02T08:00:00+01:00">
<meta name="author" content="Ann Lee">
<link rel="canonical" href="https://example.org/tide?a=1&amp;b=2">
</head>
"""
BODY = """<body>
<nav><ul><li><a href="/">Front page</a></li></ul></nav>
<div class="sidebar"><img src="advert.png"><p>Subscribe today</p></div>
<main><h1>The tide</h1><figure><img src="boat.jpg"><figcaption>A boat</figcaption></figure>
<p>High water is at <a href="/six">six</a> in the morning.</p>
<table><tr><td>6:00</td><td>high</td></tr></table><pre>a
  b</pre></main>
<footer><a href="/terms">Terms</a></footer>
</body></html>
"""
PAGE = HEAD + BODY
TEXT = "The tide\nA boat\nHigh water is at six in the morning.\n6:00\thigh\na\n  b"


def parse(page: str, text: TextRules = ARTICLE, schema: Schema | None = None) -> Parsed:
    assert isinstance(PRESET, Schema)
    return Parser(ParseRules(schema or PRESET, text)).parse(page.encode())


def article(page: str, text: TextRules = ARTICLE, schema: Schema | None = None) -> Article:
    parsed = parse(page, text, schema)
    assert parsed.article is not None, parsed.diagnostics
    assert parsed.diagnostics == ()
    return parsed.article


def cells(page: str, text: TextRules = ARTICLE) -> dict[str, object]:
    assert isinstance(PRESET, Schema)
    names = [field.name for field in PRESET.fields]
    return dict(zip(names, article(page, text).cells, strict=True))


def faults(page: str, text: TextRules = ARTICLE, schema: Schema | None = None) -> list[Diagnostic]:
    return list(parse(page, text, schema).diagnostics)


def extract(html: str, rules: TextRules = ARTICLE) -> Extraction:
    extraction = Extractor(rules).extract(html, "html")
    assert isinstance(extraction, Extraction)
    return extraction


# Main content


def test_main_content_keeps_the_rules_for_text_links_and_images() -> None:
    found = extract(PAGE)
    assert found.text == TEXT
    assert (found.links, found.link_texts, found.images) == (["/six"], ["six"], ["boat.jpg"])


def test_captures_see_the_whole_page_and_what_is_dropped_is_gone() -> None:
    captures = (Capture("terms", "footer a", attribute="href"), Capture("caption", "figcaption"))
    found = extract(PAGE, replace(ARTICLE, captures=captures, drop=("figure",)))
    assert found.captured == {"terms": ["/terms"], "caption": ["A boat"]}
    assert found.text == TEXT.replace("A boat\n", "")
    assert found.images == []


def test_what_is_kept_by_a_selector_is_the_main_content() -> None:
    assert extract(PAGE, replace(ARTICLE, keep=("footer", "nav"))).text == "Front page\nTerms"


def test_hidden_elements_and_icons_are_no_main_content() -> None:
    html = "<main><p>seen <a href=#h>\xb6</a><i>\ue001</i></p><p hidden>unseen</p></main>"
    assert extract(html).text == "seen"


def test_a_page_that_is_all_navigation_has_no_text() -> None:
    (fault,) = faults(HEAD + "<nav><p>Front page</p></nav>")
    assert (fault.code, fault.help) == (
        Code.EMPTY_BODY,
        "nothing of the page is main content; say what is with `keep` under [text]",
    )


def test_text_in_raw_text_and_in_odd_places_gets_no_mark() -> None:
    html = "<main><p>a</p><textarea>b</textarea><select><option>c</select><xmp><i>d</i></xmp>"
    html += "<svg><text>e</text></svg><math><mi>f</mi></math><title>g</title><plaintext><b>h"
    text = extract(html).text
    assert "img" not in text
    assert "alt" not in text
    assert text.startswith("a\n")


def test_a_page_that_takes_too_long_to_judge_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def judge(*_: object, **__: object) -> str:
        raise AssertionError("it is not asked")

    monkeypatch.setattr(main_content_module, "extract_plain_text", judge)
    page = HEAD + "<div>" * 900 + f"<p>{'word ' * 200}</p>" * 400
    fault = next(d for d in faults(page) if d.code is Code.MARKUP_TOO_DEEP)
    assert "main content" in fault.message
    assert fault.place is not None


def test_steps_grow_with_depth_and_text_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """An element costs what is in it, and so does each one around it."""
    html = "<div>" * 10 + "x" * 80 + "</div>" * 10
    # In an `html` and a `body`; a text costs 20 more.
    monkeypatch.setattr(main_content_module, "MAX_STEPS", 12 * (80 + 20))
    assert isinstance(Extractor(ARTICLE).extract(html, "html"), Extraction)
    monkeypatch.setattr(main_content_module, "MAX_STEPS", 12 * (80 + 20) - 1)
    assert Extractor(ARTICLE).extract(html, "html") == TooDeep("main content", 1199)


def test_other_caps_hold_for_pages_too() -> None:
    assert Extractor(ARTICLE).extract("<div>" * 100_000, "html") == Extractor(TextRules()).extract(
        "<div>" * 100_000, "html"
    )


def test_markdown_is_read_as_ever() -> None:
    source = "---\ntitle: A\ndate: 2024-01-01\n---\n# Tides\n\n<nav>six</nav>\n\n[seven](/7)\n"
    assert article(source) == article(source, TextRules())
    (fault,) = faults("No front matter, and no page.")
    assert fault.code is Code.NO_FRONT_MATTER


# trafilatura

LONG = PAGE.replace(
    "<table>", f"<p>{'The boats went out at noon and came back late. ' * 9}</p><table>"
)


def test_trafilatura_can_tell_the_main_content_and_our_rules_hold() -> None:
    rules = replace(TRAFILATURA, captures=(Capture("terms", "footer a", attribute="href"),))
    found = extract(LONG, rules)
    assert "High water is at six in the morning.\nThe boats" in found.text
    assert not {"Front page", "Subscribe today", "Terms"} & set(found.text.split("\n"))
    assert (found.links, found.link_texts) == (["/six"], ["six"])
    assert found.captured == {"terms": ["/terms"]}
    assert "boats" not in extract(LONG, replace(TRAFILATURA, drop=("main p",))).text


def test_where_trafilatura_finds_nothing_there_is_no_text(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert extract("<p></p>", TRAFILATURA).text == ""
    assert extract("<div>" * 900 + "deep", TRAFILATURA).text == ""
    assert capfd.readouterr() == ("", "")


def test_a_page_of_too_many_tags_is_not_given_to_trafilatura(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trafilatura_pages, "MAX_TAGS", LONG.count("<") - 10)
    found = Extractor(TRAFILATURA).extract(LONG, "html")
    assert found == TooDeep("markup", LONG.count("<") - 10)
    assert extract(LONG).text


def test_what_is_no_page_is_read_without_trafilatura() -> None:
    source = "---\ntitle: A\ndate: 2024-01-01\n---\n# Tides\n\n[seven](/7)\n"
    assert article(source, TRAFILATURA) == article(source, TextRules())
    body = replace(TRAFILATURA, mode="body")
    assert extract(PAGE, body) == extract(PAGE, TextRules())
    assert extract(PAGE, replace(TRAFILATURA, keep=("nav",))).text == "Front page"


def test_versions_of_trafilatura_are_stated_where_it_is_used() -> None:
    added = generator(TRAFILATURA).keys() - generator(ARTICLE).keys()
    assert added == {"justext", "lxml", "trafilatura"}
    assert generator(ARTICLE) == generator()


# Metadata


def test_a_page_without_front_matter_fills_the_fields_of_the_preset() -> None:
    found = cells(PAGE)
    assert (found["title"], found["authors"]) == ("The tide", ["Ann Lee"])
    assert found["url"] == "https://example.org/tide?a=1&b=2"
    assert found["date"] == 1709362800 * 10**6
    assert found["tags"] is None


def test_front_matter_says_which_elements_its_values_are_from() -> None:
    assert json.loads(article(PAGE).front_matter) == {
        "title": "The tide",
        "date": "2024-03-02T08:00:00+01:00",
        "authors": "Ann Lee",
        "url": "https://example.org/tide?a=1&b=2",
        "lang": "pt-BR",
        "x-corpuskit": {
            "from": {
                "title": "meta og:title",
                "date": "meta article:published_time",
                "authors": "meta author",
                "url": "link canonical",
                "lang": "html lang",
            }
        },
    }


def test_the_language_of_the_page_counts_as_declared() -> None:
    found = article(PAGE)
    assert (found.language, found.language_source) == ("pt-BR", "front matter")
    odd = article(PAGE.replace("pt-BR", "none at all"))
    assert odd.language_source != "front matter"


def test_front_matter_comes_before_the_page_under_whatever_key() -> None:
    front = "---\ntitle: Own\npubDate: 2023-01-01\nlink: https://own.example\nlanguage: fr\n---\n"
    found = cells(front + PAGE)
    assert (found["title"], found["url"]) == ("Own", "https://own.example")
    assert found["date"] == 1672531200 * 10**6
    assert article(front + PAGE).language == "fr"
    said = json.loads(article(front + PAGE).front_matter)
    assert said["x-corpuskit"] == {"from": {"authors": "meta author"}}


def test_a_null_in_front_matter_is_not_filled() -> None:
    (fault,) = faults("---\ntitle:\n---\n" + PAGE)
    assert (fault.code, fault.place) == (Code.NULL_VALUE, Place(2, 7))


def test_a_capture_comes_before_the_page() -> None:
    rules = replace(ARTICLE, captures=(Capture("title", "figcaption"),))
    assert cells(PAGE, rules)["title"] == "A boat"


def test_without_the_mode_a_page_says_nothing_of_itself() -> None:
    (fault,) = faults(PAGE, TextRules())
    assert fault.code is Code.NO_FRONT_MATTER


def test_a_page_that_lacks_what_the_schema_asks_for_is_told_by_field() -> None:
    found = faults("<html><body><p>Text of a page</p>")
    assert [(d.code, d.field, d.place) for d in found] == [
        (Code.MISSING_FIELD, "date", Place(1, 1)),
        (Code.MISSING_FIELD, "title", Place(1, 1)),
    ]
    assert all("meta.NAME" in (d.help or "") for d in found)


def test_a_bad_date_is_told_where_the_element_says_it() -> None:
    (fault,) = faults(PAGE.replace("2024-03-02T08", "2024-33-02T08"))
    assert fault.code is Code.IMPOSSIBLE_DATE
    assert fault.place == Place(6, 50, 25)


def test_a_bad_date_of_json_ld_is_told_within_it() -> None:
    node = '<script type="application/ld+json">\n{"@type": "Article", "datePublished": "soon"}\n'
    published = '<meta property="article:published_time" content="2024-03-02T08:00:00+01:00">'
    page = PAGE.replace(published, f"{node}</script>")
    (fault,) = faults("---\ntitle: A\n---\n" + page)
    assert fault.code is Code.UNREADABLE_DATE
    assert fault.place == Place(10, 39, 6)


def test_a_breach_of_a_constraint_is_placed_at_the_element() -> None:
    assert isinstance(PRESET, Schema)
    places = Parser(ParseRules(PRESET, ARTICLE)).places(PAGE.encode())
    assert places["title"] == Place(5, 36, 8)
    front = b"---\ntitle: A\n---\n" + PAGE.encode()
    assert Parser(ParseRules(PRESET, ARTICLE)).places(front)["title"] == Place(2, 8, 1)


def test_fields_reach_any_meta_and_any_member_of_json_ld() -> None:
    schema = Schema(
        "page",
        (
            Field("issued", FieldType.STRING, ("meta.DC.date.issued",)),
            Field("words", FieldType.INTEGER, ("words", "json-ld.wordCount")),
            Field("topics", FieldType.LIST, ("meta.topic",), FieldType.STRING),
            Field("robots", FieldType.STRING, ("meta.robots",)),
        ),
        unknown="reject",
    )
    page = """<!DOCTYPE html><meta name=dc.date.issued content=2024><meta name=topic content=a>
    <meta name=topic content=b><meta name=robots content=c>
    <meta name=robots content=d><title>Not asked for</title>
    <script type=application/ld+json>{"@type": "Article", "wordCount": 12}</script><p>Text</p>"""
    found = article(page, schema=schema)
    assert found.cells == ("2024", 12, ["a", "b"], "c")


def test_what_the_page_says_is_no_unknown_key() -> None:
    strict = Schema("s", (Field("author", FieldType.STRING, ("author",)),), unknown="reject")
    assert article(PAGE, schema=strict).cells == ("Ann Lee",)
    (fault,) = faults("---\nown: 1\n---\n" + PAGE, schema=strict)
    assert (fault.code, fault.place) == (Code.UNKNOWN_KEY, Place(2, 1, 3))


def test_malformed_json_ld_is_a_warning_at_its_place() -> None:
    page = PAGE.replace("</head>", "<script type='application/ld+json'>{</script></head>")
    parsed = parse(page)
    (fault,) = parsed.diagnostics
    assert (fault.code, fault.place) == (Code.UNREAD_METADATA, Place(9, 36, 1))
    assert parsed.article is not None


# Rules


def test_the_mode_is_stated_only_where_it_says_something() -> None:
    assert "mode" not in TextRules().stated()
    assert ARTICLE.stated()["mode"] == "article"


def test_what_stands_in_a_box_to_type_in_goes_with_what_it_stands_in() -> None:
    own = "<p>The tide comes in at seven, and the ferry sails again.</p>" * 9
    page = (
        "<html><body><article>{}<textarea>a < b</textarea></article><footer>"
        "<form class=comments><textarea>Write here please</textarea></form></footer></body></html>"
    )
    found = extract(page.format(own), ARTICLE)
    assert found.text.split("\n")[-1] == "a < b"
