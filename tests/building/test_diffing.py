"""`corpuskit.diff`: two releases row by row, and what that makes of the version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

import corpuskit
from corpuskit.manifest import Changes
from corpuskit.releases import row_changes
from corpuskit.shards import read_batches, read_columns

if TYPE_CHECKING:
    from tests.building.conftest import Corpus

FIELDS = "- {name: title, type: string}\n- {name: date, type: datetime}"


def _first(corpus: Corpus) -> corpuskit.Release:
    for name in "abcd":
        corpus.article(f"{name}.md")
    return corpuskit.load(corpus.build().path)


def test_rows_are_told_by_their_ids(corpus: Corpus) -> None:
    old = _first(corpus)
    corpus.article("a.md", title="Another title", date="2021-03-05")
    (corpus.src / "b.md").unlink()
    corpus.article("e.md")
    new = corpuskit.load(corpus.build().path)
    found = old.diff(new)
    assert found.rows.added["path"].to_pylist() == ["e.md"]
    assert found.rows.removed["path"].to_pylist() == ["b.md"]
    assert found.rows.changed.select(["path", "fields"]).to_pylist() == [
        {"path": "a.md", "fields": ["title", "date", "front_matter"]}
    ]
    assert found.changes == Changes(1, 1, 1, 2, "identical") == new.manifest.changes
    assert dict(found.fields) == {"title": 1, "date": 1, "front_matter": 1}
    assert (found.bump, found.schema, found.columns) == ("minor", "identical", ())
    assert found


def test_a_text_under_another_path_has_moved(corpus: Corpus) -> None:
    old = _first(corpus)
    (corpus.src / "b.md").rename(corpus.src / "z.md")
    corpus.article("new.md")
    found = old.diff(corpus.build().path)
    moved = found.rows.moved.select(["old_path", "path"]).to_pylist()
    assert moved == [{"old_path": "b.md", "path": "z.md"}]
    assert (found.changes.added, found.changes.removed, found.changes.unchanged) == (2, 1, 3)


@pytest.mark.parametrize(
    ("fields", "schema", "bump", "said"),
    [
        (f"{FIELDS}\n- {{name: by, type: string}}", "compatible", "minor", "by (string) is new"),
        ("- {name: title, type: string}", "breaking", "major", "date (timestamp[us, tz=UTC]) is g"),
        (
            "- {name: title, type: string}\n- {name: date, type: string}",
            "breaking",
            "major",
            "date was timestamp[us, tz=UTC] and is string",
        ),
    ],
)
def test_columns_that_come_go_or_change_their_type(
    corpus: Corpus, fields: str, schema: str, bump: str, said: str
) -> None:
    corpus.article("a.md", by="Mei")
    old = corpuskit.load(corpus.build(schema=corpus.schema(FIELDS)).path)
    new = corpuskit.load(corpus.build(schema=corpus.schema(fields)).path)
    found = corpuskit.diff(old, new)
    assert (found.schema, found.bump) == (schema, bump)
    (column,) = found.columns
    assert str(column).startswith(said)
    assert new.manifest.changes == found.changes


def test_what_no_row_shows_is_a_patch(corpus: Corpus) -> None:
    old = _first(corpus)
    corpus.write("bad.md", "no front matter")
    found = old.diff(corpus.build().path)
    assert (found.bump, found.changes) == ("patch", Changes(0, 0, 0, 4, "identical"))
    assert "Changed: the sources and the audit." in found.changelog()


def test_a_release_is_not_different_from_itself(corpus: Corpus) -> None:
    old = _first(corpus)
    found = old.diff(old)
    assert not found
    assert found.changes == Changes(0, 0, 0, 4, "identical")
    assert repr(found) == (
        "<Diff corpus 1.0.0 → corpus 1.0.0: 0 added, 0 removed, 0 changed, 4 unchanged; "
        "columns identical>"
    )


def test_shards_that_both_have_are_not_read(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor are whole rows of the others, unless they changed."""
    for number in range(40):
        corpus.article(f"{number:02d}.md", f"{number} " + "x" * 200_000, date="2021-01-01")
    old = corpus.build()
    corpus.article("new.md", "Later.", date="2022-01-01")
    new = corpus.build()
    assert len(new.shards) > 1
    common = {p.name for p in old.shards if p.read_bytes() in {n.read_bytes() for n in new.shards}}
    assert common
    read: list[Path] = []

    def columns(paths: Sequence[Path], schema: pa.Schema) -> pa.Table:
        read.extend(paths)
        return read_columns(paths, schema)

    def batches(path: Path, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        read.append(path)
        return read_batches(path, names)

    monkeypatch.setattr(row_changes, "read_columns", columns)
    monkeypatch.setattr(row_changes, "read_batches", batches)
    assert corpuskit.diff(old.path, new.path).changes == Changes(1, 0, 0, 40, "identical")
    assert len(read) == len(old.shards) + len(new.shards) - 2 * len(common)


def test_a_change_log_entry_says_since_when(corpus: Corpus) -> None:
    old = _first(corpus)
    for name in "ef":
        corpus.article(f"{name}.md")
        corpus.build()
    entry = old.diff(corpus.out / "corpus").changelog()
    assert entry.splitlines() == [
        *("## 1.2.0 - 2024-06-01", "", "### Added", "", "- 2 articles", ""),
        "Unchanged since 1.0.0: 4 articles. In all: 6 articles.",
    ]


def test_a_shard_that_cannot_be_read_is_told(corpus: Corpus) -> None:
    old = _first(corpus)
    corpus.article("e.md")
    new = corpus.build()
    shard = new.shards[0]
    shard.chmod(0o644)
    shard.write_bytes(bytes(shard.stat().st_size))
    with pytest.raises(corpuskit.ReleaseError, match="cannot be compared"):
        old.diff(new.path)
