"""Whatever two releases hold, what differs between their rows is what a plain comparison finds."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.releases.row_changes import Side, row_changes
from corpuskit.shards import write_table

Row: TypeAlias = dict[str, object]

SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("id", "path", "title", "text")),
        ("tags", pa.list_(pa.string())),
        ("score", pa.float64()),
        ("count", pa.int64()),
        ("encoding", pa.string()),
        ("row_sha256", pa.string()),
    ]
)
HASHED = ("path", "title", "text", "tags", "score", "count")

ids = st.sampled_from([f"id-{n}" for n in range(6)])
contents = st.fixed_dictionaries(
    {
        "path": st.sampled_from(["a.md", "b.md", "文.md"]),
        "title": st.sampled_from([None, "", "T"]),
        "text": st.sampled_from(["", "one", "two", "三"]),
        "tags": st.sampled_from([None, [], ["x"], ["x", "y"]]),
        "score": st.sampled_from([None, 0.0, 1.0]),
        # Python's own hash takes the second and third for one, and the last for 0.
        "count": st.sampled_from([None, -1, -2, 0, 2**61 - 1]),
        "encoding": st.sampled_from(["utf-8", "gb18030"]),
    }
)
releases = st.dictionaries(ids, contents, max_size=6)


@settings(max_examples=150)
@given(old=releases, new=releases, cut=st.integers(1, 4))
def test_what_differs_is_what_a_plain_comparison_finds(
    old: dict[str, Row], new: dict[str, Row], cut: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        before, after = _side(Path(folder) / "old", old, cut), _side(Path(folder) / "new", new, cut)
        found = row_changes(before, after)
    assert found.added["id"].to_pylist() == [name for name in new if name not in old]
    assert found.removed["id"].to_pylist() == [name for name in old if name not in new]
    differing = [n for n in new if n in old and _digest(new[n]) != _digest(old[n])]
    assert found.changed["id"].to_pylist() == differing
    assert found.changed["fields"].to_pylist() == [
        [name for name in HASHED if old[row][name] != new[row][name]] for row in differing
    ]
    assert found.unchanged == len(new) - len(found.added) - len(differing)
    _applied_gives_the_newer(old, new, found.added, found.removed, found.changed)
    _moved_pairs_every_text_as_often_as_both_have_it(old, new, found.moved.to_pylist())


def _applied_gives_the_newer(
    old: dict[str, Row], new: dict[str, Row], added: pa.Table, removed: pa.Table, changed: pa.Table
) -> None:
    rows = {name: _digest(row) for name, row in old.items()}
    for name in removed["id"].to_pylist():
        del rows[name]
    for table in (added, changed):
        rows |= dict(zip(table["id"].to_pylist(), table["row_sha256"].to_pylist(), strict=True))
    assert rows == {name: _digest(row) for name, row in new.items()}


def _moved_pairs_every_text_as_often_as_both_have_it(
    old: dict[str, Row], new: dict[str, Row], moved: list[dict[str, str]]
) -> None:
    for pair in moved:
        assert pair["old_id"] not in new
        assert pair["id"] not in old
        assert (old[pair["old_id"]]["path"], new[pair["id"]]["path"]) == (
            pair["old_path"],
            pair["path"],
        )
        assert old[pair["old_id"]]["text"] == new[pair["id"]]["text"] != ""
    assert len({pair["old_id"] for pair in moved}) == len({pair["id"] for pair in moved})
    gone = Counter(row["text"] for name, row in old.items() if name not in new and row["text"])
    come = Counter(row["text"] for name, row in new.items() if name not in old and row["text"])
    assert Counter(old[pair["old_id"]]["text"] for pair in moved) == gone & come


def _digest(row: Row) -> str:
    return repr([row[name] for name in HASHED])


def _side(folder: Path, rows: dict[str, Row], cut: int) -> Side:
    folder.mkdir()
    listed = [{"id": name, **row, "row_sha256": _digest(row)} for name, row in rows.items()]
    shards = []
    for start in range(0, len(listed), cut):
        shards.append(folder / f"{start}.parquet")
        write_table(pa.Table.from_pylist(listed[start : start + cut], SCHEMA), shards[-1])
    return Side(len(listed), tuple(SCHEMA.names), shards)


def test_a_column_that_one_lacks_is_null_there(tmp_path: Path) -> None:
    narrow = pa.schema([SCHEMA.field(name) for name in ("id", "path", "text", "row_sha256")])
    for name, schema, digest in (("old", narrow, "1"), ("new", SCHEMA, "2")):
        rows = [
            {"id": key, "path": key, "text": key, "title": title, "row_sha256": digest}
            for key, title in (("a", None), ("b", "new"))
        ]
        write_table(pa.Table.from_pylist(rows, schema), tmp_path / name)
    found = row_changes(
        Side(2, tuple(narrow.names), [tmp_path / "old"]),
        Side(2, tuple(SCHEMA.names), [tmp_path / "new"]),
    )
    assert found.changed["fields"].to_pylist() == [[], ["title"]]
