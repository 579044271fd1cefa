"""Articles as rows: a row is the same, made with others or identified again on its own."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from corpuskit.article_rows import Located, RowMaker, Rows
from corpuskit.identity import article_id, text_key
from corpuskit.model import Article, Cell
from corpuskit.schema import Field, FieldType, Schema

FIELDS = (
    Field("title", FieldType.STRING, ("title",)),
    Field("date", FieldType.DATETIME, ("date",)),
    Field("tags", FieldType.LIST, ("tags",), FieldType.STRING),
    Field("score", FieldType.NUMBER, ("score",)),
)
BY_PATH = Schema("demo", FIELDS)
BY_TITLE = Schema("demo", FIELDS, id_field="title")


def _located(path: str, *cells: Cell, text: str = "文 text") -> Located:
    article = Article(
        cells=cells,
        text=text,
        body=f"<p>{text}</p>",
        format="html",
        language="zh",
        language_score=0.9,
        language_source="detected",
        links=["https://example.com/"],
        link_texts=["“quoted”"],
        images=[],
        front_matter='{"title":"a\\"b"}',
        encoding="utf-8",
        naive_dates={},
    )
    return Located(path, "0" * 64, article)


SOME = [
    _located("a/é.md", 'a"b', 1_663_232_287_500_000, ["x", ""], 1e16),
    _located("b.md", None, None, None, None, text=""),
    _located("c.md", "\0\x1f\u2028", -1, [], -0.0, text="😀" * 100),
]


def _cells(rows: Rows) -> list[dict[str, Cell]]:
    columns = rows.columns
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


@pytest.mark.parametrize("schema", [BY_PATH, BY_TITLE], ids=["by path", "by title"])
@pytest.mark.parametrize("articles", [SOME, SOME[:1], []])
def test_a_row_read_back_is_identified_as_it_was_when_it_was_made(
    schema: Schema, articles: Sequence[Located]
) -> None:
    maker = RowMaker(schema)
    rows = maker.rows(articles)
    assert len(rows.sizes) == len(articles)
    for row, located, size in zip(_cells(rows), articles, rows.sizes, strict=True):
        assert maker.identity(dict(row), located.path) == (row["id"], row["row_sha256"], size)


def test_a_row_whose_source_has_moved_is_that_of_an_article_that_always_lay_there() -> None:
    maker = RowMaker(BY_PATH)
    there = _located("there.md", *SOME[0].article.cells)
    (row,) = _cells(maker.rows(SOME[:1]))
    (expected,) = _cells(maker.rows([there]))
    found = maker.identity(row, "there.md")
    assert (found.id, found.row_sha256) == (expected["id"], expected["row_sha256"])


def test_an_id_is_the_value_of_the_field_that_is_to_hold_it_or_else_that_of_the_path() -> None:
    maker = RowMaker(BY_TITLE)
    ids = [row["id"] for row in _cells(maker.rows(SOME))]
    assert ids == ['a"b', article_id("b.md"), "\0\x1f\u2028"]


def test_columns_are_those_of_the_release_and_texts_have_their_keys() -> None:
    maker = RowMaker(BY_PATH)
    rows = maker.rows(SOME)
    assert set(rows.columns) == set(maker.schema.names)
    assert rows.text_keys == [text_key(located.article.text) for located in SOME]
    assert rows.columns["n_chars"] == [6, 0, 100]
