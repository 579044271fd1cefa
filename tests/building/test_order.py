"""The order of rows, and what it decides: which of several alike is kept."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest

import corpuskit
from corpuskit.identity import article_id

if TYPE_CHECKING:
    from tests.building.conftest import Corpus

URL_IS_ID = """
  - {name: title, type: string}
  - {name: date, type: datetime}
  - {name: url, type: string}
"""


def test_rows_are_in_the_order_of_their_dates(corpus: Corpus) -> None:
    corpus.article("a.md", date="2021-03-04 12:00 +0300")
    corpus.article("b.md", date="2021-03-04T08:59:59Z")
    corpus.article("c.md", date="2019-12-31")
    assert corpus.build().column("path") == ["c.md", "b.md", "a.md"]


def test_rows_without_a_date_come_first(corpus: Corpus) -> None:
    corpus.article("a.md", date="1969-12-31")
    corpus.article("b.md", date=None)
    corpus.article("c.md", date="1800-01-01")
    corpus.article("d.md", date=None)
    assert corpus.build(schema="any").column("path") == ["b.md", "d.md", "c.md", "a.md"]


def test_rows_of_one_date_are_in_the_order_of_their_paths_bytes(corpus: Corpus) -> None:
    """U+FF21 comes before U+1F600 in UTF-8, after it in UTF-16."""
    paths = ["B.md", "a.md", "a/b.md", "a0.md", "é.md", "\N{FULLWIDTH LATIN CAPITAL LETTER A}.md"]
    paths.append("\N{GRINNING FACE}.md")
    for path in reversed(paths):
        corpus.article(path)
    assert paths == sorted(paths, key=str.encode)
    assert corpus.build().column("path") == paths


def test_the_schema_says_what_rows_are_ordered_by(corpus: Corpus) -> None:
    schema = corpus.schema(
        "  - {name: title, type: string}\n  - {name: part, type: integer}", "{order: [part, title]}"
    )
    corpus.article("a.md", title="x", part="10")
    corpus.article("b.md", title="y", part="9")
    corpus.article("c.md", title="é", part="9")
    corpus.article("d.md", title="Z", part="9")
    corpus.article("e.md", title="Z")
    built = corpus.build(schema=schema)
    assert built.column("path") == ["e.md", "d.md", "b.md", "c.md", "a.md"]


def test_the_same_text_is_kept_once_the_first_in_order(corpus: Corpus) -> None:
    text = "The same text in three places, and longer than a remark."
    corpus.article("a.md", text, date="2021-03-05")
    corpus.article("b.md", f"<p>{text}</p>", date="2021-03-04")
    corpus.article("c.md", f"**{text}**", date="2021-03-04")
    built = corpus.build()
    assert built.column("path") == ["b.md"]
    found = {line["path"]: (line["kept_path"], line["how"]) for line in built.audit("duplicates")}
    assert found == {"a.md": ("b.md", "same text"), "c.md": ("b.md", "same text")}
    assert built.audit("diagnostics") == []


@pytest.mark.parametrize(("chars", "rows", "codes"), [(31, 2, ["CK503"]), (32, 1, [])])
def test_a_text_of_less_than_32_characters_may_repeat(
    corpus: Corpus, chars: int, rows: int, codes: list[str]
) -> None:
    corpus.article("a.md", "字" * chars)
    corpus.article("b.md", "字" * chars)
    built = corpus.build()
    assert len(built.column("path")) == rows
    assert built.codes("b.md") == codes
    assert corpuskit.verify(built.path) == ()


def test_what_was_dropped_as_a_duplicate_is_not_what_a_third_is_compared_with(
    corpus: Corpus,
) -> None:
    text = "The same text once more, which makes it a duplicate."
    for number in range(4):
        corpus.article(f"{number}.md", text)
    kept = {line["kept_path"] for line in corpus.build().audit("duplicates")}
    assert kept == {"0.md"}


def test_a_source_that_is_not_published_yet_does_not_take_the_place_of_one_that_is(
    corpus: Corpus,
) -> None:
    text = "The same text, now and in the years to come."
    corpus.article("a.md", text, date="2030-01-01")
    corpus.article("b.md", text, date="2020-01-01")
    built = corpus.build()
    assert built.column("path") == ["b.md"]
    assert built.reasons() == {"a.md": "future"}


def test_the_id_is_the_field_that_the_schema_names(corpus: Corpus) -> None:
    schema = corpus.schema(URL_IS_ID, "{id: url}")
    corpus.article("a.md", url="https://example.org/a")
    built = corpus.build(schema=schema)
    assert built.column("id") == ["https://example.org/a"]


def test_without_such_a_field_the_id_is_that_of_the_path(corpus: Corpus) -> None:
    corpus.article("posts/a.md")
    assert corpus.build().column("id") == [article_id("posts/a.md")]


def test_the_second_article_of_an_id_is_rejected(corpus: Corpus) -> None:
    schema = corpus.schema(URL_IS_ID, "{id: url}")
    corpus.article("a.md", url="https://example.org/a", date="2021-03-05")
    corpus.article("b.md", url="https://example.org/a", date="2021-03-04")
    built = corpus.build(schema=schema)
    assert built.column("path") == ["b.md"]
    (rejection,) = built.audit("rejected")
    assert (rejection["path"], rejection["codes"]) == ("a.md", ["CK502"])
    assert rejection["id"] == article_id("a.md")
    assert corpuskit.verify(built.path) == ()


def test_the_same_text_counts_before_the_same_id(corpus: Corpus) -> None:
    text = "The same text under the same address: a duplicate, no rejection."
    schema = corpus.schema(URL_IS_ID, "{id: url}")
    corpus.article("a.md", text, url="https://example.org/a")
    corpus.article("b.md", text, url="https://example.org/a")
    built = corpus.build(schema=schema)
    assert built.counts == (2, 1, 0, 1, 0)
    assert corpuskit.verify(built.path) == ()


def test_two_unicode_spellings_of_a_path_are_one_id(corpus: Corpus) -> None:
    composed, decomposed = (unicodedata.normalize(form, "é.md") for form in ("NFC", "NFD"))
    corpus.article(composed)
    corpus.article(decomposed)
    built = corpus.build()
    assert built.column("path") == [decomposed]
    assert built.codes(composed) == ["CK502"]
    assert corpuskit.verify(built.path) == ()


def test_a_value_that_must_be_unique_rejects_the_second_article_that_has_it(
    corpus: Corpus,
) -> None:
    schema = corpus.schema(
        "  - {name: title, type: string}\n"
        "  - {name: number, type: integer, constraints: {unique: true}}"
    )
    corpus.article("a.md", number="7")
    corpus.article("b.md", number="007")
    corpus.article("c.md")
    corpus.article("d.md")
    built = corpus.build(schema=schema)
    assert built.column("path") == ["a.md", "c.md", "d.md"]
    (found,) = built.audit("diagnostics")
    assert (found["path"], found["code"], found["field"]) == ("b.md", "CK504", "number")


def test_a_rejected_article_does_not_use_up_a_unique_value(corpus: Corpus) -> None:
    schema = corpus.schema(
        "  - {name: title, type: string, constraints: {required: true}}\n"
        "  - {name: number, type: integer, constraints: {unique: true}}"
    )
    corpus.article("a.md", title=None, number="7")
    corpus.article("b.md", number="7")
    corpus.article("c.md", number="8")
    assert corpus.build(schema=schema).column("path") == ["b.md", "c.md"]
