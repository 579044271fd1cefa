"""`[release] omit`: columns that are made and checked, and not published."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import corpuskit
from corpuskit.codes import Code
from corpuskit.config.omission import NEEDED
from corpuskit.schema import OWN_COLUMNS

from .conftest import Built, Corpus

TEXT = "Once more a [link](https://x.org), and a picture ![](a.png) of the same thing."
OWN = [name for name in OWN_COLUMNS if name not in NEEDED]


class Parsed(corpuskit.Progress):
    """Counts what is parsed, and not just recalled."""

    bytes = 0

    def advance(self, _sources: int, size: int) -> None:
        """Add what was read to be parsed."""
        self.bytes += size


@pytest.fixture
def articles(corpus: Corpus) -> Corpus:
    """Three articles, and one whose text is there already."""
    corpus.article("a.md", title="One", authors="Ada", license="MIT")
    corpus.article("b.md", title="Two", date="2021-03-05", lang="en")
    corpus.article("c.md", text=TEXT, title="Three")
    corpus.article("d.md", text=TEXT, date="2022-01-01")
    return corpus


def _omit(corpus: Corpus, *names: str) -> None:
    corpus.write("corpuskit.toml", f"[release]\nomit = {json.dumps(names)}\n")


def _everything_of(release: Path) -> dict[str, bytes]:
    files = sorted(path for path in release.rglob("*") if path.is_file())
    return {path.relative_to(release).as_posix(): path.read_bytes() for path in files}


def _documents(built: Built) -> Iterator[list[str]]:
    """The columns that the documents name."""
    schema = json.loads((built.path / "schema.json").read_bytes())
    yield [field["name"] for field in schema["fields"]]
    croissant = json.loads((built.path / "croissant.json").read_bytes())
    yield [field["name"] for field in croissant["recordSet"][0]["field"]]
    for shard in built.shards:
        yield pq.read_schema(shard).names
    yield list(corpuskit.load(built.path).columns)


@pytest.mark.parametrize("name", [*OWN, "title", "authors", "license", "url"])
def test_an_omitted_column_is_nowhere_and_the_release_holds(articles: Corpus, name: str) -> None:
    _omit(articles, name)
    built = articles.build()
    assert all(name not in columns for columns in _documents(built))
    assert corpuskit.verify(built.path) == ()
    assert built.counts == (4, 3, 0, 1, 0)


def test_a_release_without_anything_that_can_be_omitted_holds(articles: Corpus) -> None:
    schema = corpuskit.load(articles.build(dev=True).path).columns
    names = [name for name in schema if name not in NEEDED and name != "date"]
    _omit(articles, *names)
    built = articles.build()
    assert list(corpuskit.load(built.path).columns) == ["id", "path", "date", *list(NEEDED)[2:]]
    assert corpuskit.verify(built.path) == ()
    card = (built.path / "README.md").read_text("utf-8")
    assert "characters of text" not in card
    assert "Not published: `authors`, `body`" in card


def test_a_digest_of_a_row_is_over_the_columns_that_are_there(articles: Corpus) -> None:
    """So that it can be computed of the release alone; here it is, by hand."""
    names = [*OWN, "title", "authors", "categories", "tags", "updated", "description", "image"]
    _omit(articles, *names, "url", "license")
    built = articles.build()
    for row in built.table().to_pylist():
        said = {"date": row["date"].strftime("%Y-%m-%dT%H:%M:%SZ"), "id": row["id"]}
        canonical = json.dumps(said | {"path": row["path"]}, separators=(",", ":"))
        assert row["row_sha256"] == hashlib.sha256(canonical.encode()).hexdigest()


def test_what_only_differs_in_an_omitted_column_is_no_other_row(articles: Corpus) -> None:
    _omit(articles, "authors", "front_matter", "body")
    first = articles.build()
    articles.article("a.md", title="One", authors="Eve", license="MIT")
    second = articles.build()
    assert first.manifest["content_sha256"] == second.manifest["content_sha256"]
    assert second.version == "1.0.1"


def test_to_omit_a_column_is_a_major_change_and_to_publish_it_again_a_minor_one(
    articles: Corpus,
) -> None:
    assert articles.build().version == "1.0.0"
    _omit(articles, "body")
    assert articles.build().version == "2.0.0"
    assert articles.build().status == "unchanged"
    _omit(articles)
    assert articles.build().version == "2.1.0"
    found = corpuskit.diff(articles.out / "corpus/1.0.0", articles.out / "corpus/2.0.0")
    assert [str(change) for change in found.columns] == ["body (string) is gone"]
    assert found.changes.changed == 3


def test_texts_that_moved_are_not_told_where_there_are_no_texts(articles: Corpus) -> None:
    _omit(articles, "text")
    first = articles.build()
    (articles.src / "a.md").rename(articles.src / "moved.md")
    second = articles.build()
    found = corpuskit.diff(first.path, second.path)
    assert (len(found.rows.added), len(found.rows.moved)) == (1, 0)


def test_to_omit_other_columns_parses_nothing_again(articles: Corpus) -> None:
    articles.build()
    _omit(articles, "body", "front_matter")
    progress = Parsed()
    built = articles.build(progress=progress)
    assert built.version == "2.0.0"
    assert progress.bytes == 0


@pytest.mark.parametrize("steps", [[()], [("body",)], [("body",), ()], [("text",), ("body",)]])
@pytest.mark.parametrize("workers", [None, 2])
def test_what_others_omitted_before_changes_no_byte(
    articles: Corpus, tmp_path: Path, steps: list[tuple[str, ...]], workers: int | None
) -> None:
    """The cache has rows that were identified for releases with other columns."""
    for number, names in enumerate(steps):
        _omit(articles, *names)
        articles.build(out=tmp_path / f"before-{number}")
    (articles.src / "c.md").rename(articles.src / "moved.md")
    _omit(articles, "front_matter", "title")
    built = articles.build(out=tmp_path / "cached", workers=workers)
    clean = articles.build(out=tmp_path / "clean", cache=False)
    assert _everything_of(built.path) == _everything_of(clean.path)
    again = articles.build(out=tmp_path / "again")
    assert _everything_of(again.path) == _everything_of(clean.path)


def test_identities_are_made_once_and_damage_to_them_is_a_miss(
    articles: Corpus, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    articles.build(cache_dir=cache, out=tmp_path / "all")
    _omit(articles, "body")
    first = articles.build(cache_dir=cache, out=tmp_path / "first")
    (kept,) = cache.rglob("*.identities")
    before = kept.stat().st_mtime_ns
    articles.build(cache_dir=cache, out=tmp_path / "second")
    assert kept.stat().st_mtime_ns == before
    kept.write_bytes(kept.read_bytes()[:-9])
    third = articles.build(cache_dir=cache, out=tmp_path / "third")
    assert _everything_of(third.path) == _everything_of(first.path)


def test_shards_of_other_columns_are_not_shared(articles: Corpus) -> None:
    """Also where the column is null throughout, so that no digest of a row differs."""
    first = articles.build()
    _omit(articles, "image")
    second = articles.build()
    assert first.manifest["content_sha256"] == second.manifest["content_sha256"]
    assert "image" not in pq.read_schema(second.shards[0]).names
    assert second.version == "2.0.0"
    assert corpuskit.verify(second.path) == ()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("id", "`id` cannot be omitted: rows are told by it"),
        ("path", "`path` cannot be omitted: it leads from a row to its source"),
        ("source_sha256", "`source_sha256` cannot be omitted"),
        ("row_sha256", "`row_sha256` cannot be omitted: versions are compared and verified by it"),
        ("date", "`date` cannot be omitted: rows are sorted by it"),
    ],
)
def test_a_column_that_is_needed_cannot_be_omitted(articles: Corpus, name: str, says: str) -> None:
    _omit(articles, "body", name)
    with pytest.raises(corpuskit.ConfigurationError) as raised:
        articles.build()
    (fault,) = raised.value.diagnostics
    assert fault.code is Code.CONFIG_INVALID_VALUE
    assert fault.message.startswith(says)
    assert fault.place is not None
    assert fault.place.line == 2


def test_the_field_that_ids_come_from_cannot_be_omitted(articles: Corpus) -> None:
    schema = articles.src.parent / "schema.yaml"
    schema.write_text("name: x\nfields: [{name: url, type: string}]\nx-corpuskit: {id: url}\n")
    _omit(articles, "url")
    with pytest.raises(corpuskit.ConfigurationError, match="its values are the ids"):
        articles.build(schema=str(schema))


def test_a_column_that_there_is_not_is_met_with_the_likely_one(articles: Corpus) -> None:
    _omit(articles, "frontmatter")
    with pytest.raises(corpuskit.ConfigurationError) as raised:
        articles.build()
    (fault,) = raised.value.diagnostics
    assert (fault.code, fault.help) == (Code.UNKNOWN_FIELD, "did you mean `front_matter`?")


def test_the_order_of_the_names_changes_nothing(articles: Corpus) -> None:
    _omit(articles, "text", "body", "text")
    first = articles.build()
    _omit(articles, "body", "text")
    assert articles.build().status == "unchanged"
    assert first.manifest["config"]["settings"]["omit"] == ["body", "text"]  # type: ignore[index]
