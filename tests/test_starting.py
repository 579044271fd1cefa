"""A first schema and configuration, written for a corpus that is there."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

import corpuskit
from corpuskit.codes import Code
from corpuskit.errors import UsageError
from corpuskit.schema import FieldType, Schema
from corpuskit.schema_reader import read_schema


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """Six articles of one site, one of them without a description."""
    folder = tmp_path / "My Site"
    folder.mkdir()
    for number in range(6):
        front = [
            f"title: T{number}",
            f"lastmod: 2021-03-0{number + 1}",
            f"published: 2021-03-0{number + 1} 10:00",
            f"words: {number * 7}",
            f"rating: {number}.5",
            "tags: [a, b]",
            "seo: {index: yes}",
            "password_hint: hunter22",
        ]
        front += ["summary: short"] if number else []
        (folder / f"{number}.md").write_text("\n".join(["---", *front, "---", f"Text {number}.\n"]))
    return folder


def _schema(text: str) -> Schema:
    schema = read_schema(text, "schema.yaml")
    assert isinstance(schema, Schema)
    return schema


def test_fields_are_the_preset_s_where_it_knows_a_key_and_typed_by_their_values_elsewhere(
    articles: Path,
) -> None:
    schema = _schema(corpuskit.infer_schema(articles))
    found = {f.name: (f.type, f.sources, f.required) for f in schema.fields}
    assert found == {
        "title": (FieldType.STRING, ("title",), True),
        "date": (FieldType.DATETIME, ("published",), True),
        "updated": (FieldType.DATETIME, ("lastmod",), True),
        "tags": (FieldType.LIST, ("tags",), True),
        "description": (FieldType.STRING, ("summary",), False),
        "words": (FieldType.INTEGER, ("words",), True),
        "rating": (FieldType.NUMBER, ("rating",), True),
        "seo": (FieldType.OBJECT, ("seo",), True),
        "password_hint": (FieldType.STRING, ("password_hint",), True),
    }


def test_what_looks_like_a_secret_is_no_column(articles: Path) -> None:
    """A field that is declared is published, and `front_matter` masks it."""
    for path in articles.iterdir():
        path.write_text(path.read_text().replace("rating:", "api_token: hunter33\nrating:"))
    text = corpuskit.infer_schema(articles)
    assert "# Left out, for they look like secrets: api_token\n" in text
    assert "hunter33" not in text
    assert _schema(text).field("api_token") is None


def test_numbers_that_begin_with_zeros_are_codes(tmp_path: Path) -> None:
    for number in range(5):
        front = f"title: T{number}\ncode: 0{number}\nplus: +01{number}\nzero: 40\nshare: 0.5"
        (tmp_path / f"{number}.md").write_text(f"---\n{front}\n---\nText {number}.\n")
    found = {f.name: f.type for f in _schema(corpuskit.infer_schema(tmp_path)).fields}
    assert (found["code"], found["plus"]) == (FieldType.STRING, FieldType.STRING)
    assert (found["zero"], found["share"]) == (FieldType.INTEGER, FieldType.NUMBER)


def test_a_key_that_few_articles_have_is_named_and_no_column(articles: Path) -> None:
    for number in range(100):
        (articles / f"more-{number}.md").write_text(f"---\ntitle: M{number}\n---\nText.\n")
    (articles / "more-7.md").write_text("---\ntitle: M\nodd: 1\n---\nText.\n")
    text = corpuskit.infer_schema(articles)
    assert "# Seldom: odd\n" in text
    assert _schema(text).field("odd") is None


def test_what_init_writes_builds(articles: Path, tmp_path: Path) -> None:
    made = corpuskit.init(articles)
    assert (made.config, made.schema) == (articles / "corpuskit.toml", articles / "schema.yaml")
    assert made.articles == 6
    result = corpuskit.build(articles, out=tmp_path / "out", workers=1, cache=False)
    assert (result.status, result.name, result.counts.rows) == ("published", "my-site", 6)
    assert corpuskit.verify(result.path) == ()


@pytest.mark.parametrize("there", ["corpuskit.toml", "schema.yaml"])
def test_nothing_is_written_over(articles: Path, there: str) -> None:
    (articles / there).write_text("mine")
    before = sorted(path.name for path in articles.iterdir())
    with pytest.raises(corpuskit.RefusedError, match=there):
        corpuskit.init(articles)
    assert sorted(path.name for path in articles.iterdir()) == before
    assert (articles / there).read_text() == "mine"


def test_patterns_are_kept(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("---\ntitle: A\n---\nText.\n")
    with pytest.raises(corpuskit.UsageError, match=r"try --include '\*\.txt'"):
        corpuskit.init(tmp_path)
    corpuskit.init(tmp_path, include=['*.t"xt', "*.txt"])
    result = corpuskit.build(tmp_path, out=tmp_path / "out", workers=1, cache=False)
    assert result.counts.rows == 1


def test_a_configuration_whose_schema_is_missing_is_no_hindrance(articles: Path) -> None:
    (articles / "corpuskit.toml").write_text(
        '[schema]\nuse = "schema.yaml"\n[source]\nexclude = ["0.md"]\n'
    )
    assert "in 5 of 5" in corpuskit.infer_schema(articles)


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(corpuskit.UsageError, match="is no folder"):
        corpuskit.init(tmp_path / "nothing")


PAGE = """<?xml version="1.0"?>
<!-- saved -->
<!DOCTYPE html>
<html lang="en"><head><title>Tide {0} | Gazette</title>
<meta property="og:title" content="Tide {0}">
<meta property="article:published_time" content="2024-03-0{1}T08:00:00+01:00">
<meta name="author" content="Ann Lee"></head>
<body><nav><a href="/">Front page</a></nav>
<main><h1>Tide {0}</h1><p>{2}</p></main></body></html>
"""
TEXT = "High water is at seven in the morning, and the ferry sails as soon as it is there. " * 3


def _pages(folder: Path, front: str = "") -> Path:
    folder.mkdir()
    for number in range(6):
        page = front.format(number) + PAGE.format(number, number + 1, TEXT)
        (folder / f"{number}.html").write_text(page)
    return folder


def test_of_whole_pages_a_schema_has_what_they_say_of_themselves(tmp_path: Path) -> None:
    schema = _schema(corpuskit.infer_schema(_pages(tmp_path / "site")))
    found = {f.name: (f.type, f.sources, f.required) for f in schema.fields}
    assert found == {
        "title": (FieldType.STRING, ("title",), True),
        "date": (FieldType.DATETIME, ("date",), True),
        "authors": (FieldType.LIST, ("authors",), True),
    }


def test_a_folder_of_whole_pages_builds_as_it_was_begun(tmp_path: Path) -> None:
    site = _pages(tmp_path / "site")
    begun = corpuskit.init(site)
    assert 'mode = "article"' in begun.config.read_text("utf-8")
    result = corpuskit.build(site, out=tmp_path / "out", workers=1)
    assert (result.counts.rows, result.counts.rejected) == (6, 0)
    assert result.path is not None
    (row, *_) = corpuskit.load(result.path).to_arrow(["title", "authors", "text"]).to_pylist()
    assert (row["title"], row["authors"]) == ("Tide 0", ["Ann Lee"])
    assert row["text"].startswith("Tide 0\nHigh water")


def test_pages_below_front_matter_are_articles_unless_a_configuration_says_otherwise(
    tmp_path: Path,
) -> None:
    site = _pages(tmp_path / "site", "---\nname: {0}\n---\n")
    assert [f.name for f in _schema(corpuskit.infer_schema(site)).fields] == ["name"]
    (site / "corpuskit.toml").write_text('text.mode = "article"\n')
    names = [f.name for f in _schema(corpuskit.infer_schema(site)).fields]
    assert names == ["title", "date", "authors", "name"]


def test_a_few_whole_pages_among_articles_change_nothing(articles: Path) -> None:
    before = corpuskit.infer_schema(articles)
    (articles / "a.html").write_text(PAGE.format(1, 1, TEXT))
    schema, old = _schema(corpuskit.infer_schema(articles)), _schema(before)
    assert [f.name for f in schema.fields] == [f.name for f in old.fields]
    begun = corpuskit.init(articles)
    assert "[text]" not in begun.config.read_text("utf-8")


def test_comments_before_what_is_no_page_are_looked_through_once(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<!-- a --> " * 5000 + "<p>Tide</p>")
    assert corpuskit.infer_schema(tmp_path).count("- name:") == 1


def test_an_article_without_what_most_have_is_told_of_and_kept(articles: Path) -> None:
    for number in range(2):
        (articles / f"none{number}.md").write_text("---\nmood: good\n---\n\nText.\n")
    begun = corpuskit.init(articles)
    assert begun.lacking == (("title", 2), ("date", 2))
    found = corpuskit.check([articles])
    assert {(d.code, d.field, d.is_error) for d in found.diagnostics} == {
        *((Code.MISSING_FIELD, "title", False), (Code.MISSING_FIELD, "date", False)),
    }
    assert len(found.diagnostics) == 4


def test_what_few_have_is_not_missed_in_others(tmp_path: Path) -> None:
    for number in range(9):
        front = "title: A\n" if number < 2 else "mood: good\n"
        (tmp_path / f"{number}.md").write_text(f"---\n{front}---\n\nText {number}.\n")
    assert corpuskit.init(tmp_path).lacking == ()
    assert corpuskit.check([tmp_path]).diagnostics == ()


@pytest.mark.parametrize("key", ["", " ", ".", "..", "a."])
def test_a_key_that_no_field_can_name_is_no_field(tmp_path: Path, key: str) -> None:
    for number in range(6):
        front = json.dumps({"title": f"T{number}", key: "v"})
        (tmp_path / f"{number}.md").write_text(f"{front}\n\nText {number}.\n")
    corpuskit.init(tmp_path)
    assert corpuskit.check([tmp_path]).diagnostics == ()


def test_values_of_which_nothing_is_to_be_seen_are_blank(tmp_path: Path) -> None:
    for number in range(6):
        front = json.dumps({"title": f"T{number}", "mood": "\u200b"})
        (tmp_path / f"{number}.md").write_text(f"{front}\n\nText {number}.\n")
    corpuskit.init(tmp_path)
    assert not any(found.is_error for found in corpuskit.check([tmp_path]).diagnostics)


@pytest.mark.parametrize("pattern", ["a\nb*.md", "\x7f*.md", 'a"b*.md', "a\\\\b*.md"])
def test_patterns_are_written_as_toml_spells_them(articles: Path, pattern: str) -> None:
    corpuskit.init(articles, include=["*.md", pattern])
    stated = tomllib.loads((articles / "corpuskit.toml").read_text("utf-8"))
    assert stated["source"]["include"] == ["*.md", pattern]


def test_a_pattern_that_no_configuration_can_hold_is_refused(articles: Path) -> None:
    with pytest.raises(UsageError, match="not Unicode"):
        corpuskit.init(articles, include=["*.md", "\udcff*.md"])
    assert not (articles / "schema.yaml").exists()
