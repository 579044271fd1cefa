"""What `verify` says of rows and audits whose files all have the digests that are said of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpuskit.codes import Code
from corpuskit.model import Cell, Diagnostic
from corpuskit.verifying import verify

Row = dict[str, Cell]
Reseal = Callable[..., None]
ReadRows = Callable[[Path], list[Row]]
Rewrite = Callable[..., None]
EditAudit = Callable[..., None]

SHARDS = ("data/part-00000.parquet", "data/part-00001.parquet")
AUDIT = ("diagnostics", "duplicates", "excluded", "rejected")


def codes(found: tuple[Diagnostic, ...]) -> list[tuple[Code, str | None]]:
    return [(d.code, d.path) for d in found]


@pytest.mark.parametrize("column", ["title", "body", "tags", "date", "stars", "score", "day"])
def test_an_edited_row_is_found_by_its_own_digest(
    release: Path, reseal: Reseal, read_rows: ReadRows, rewrite_shard: Rewrite, column: str
) -> None:
    """All digests of files are right, only the row's own was forgotten."""
    edits: Row = {
        "title": "Another",
        "body": "x",
        "tags": ["x", "y"],
        "date": 5,
        "stars": 2**53 + 3,
        "score": 0.75,
        "day": 9,
    }
    rows = read_rows(release / SHARDS[0])
    rows[1][column] = edits[column]
    rewrite_shard(release / SHARDS[0], rows, sealed=False)
    reseal(release)
    found = [d for d in verify(release) if d.path == SHARDS[0]]
    assert [d.code for d in found] == [Code.ROW_DIGEST_MISMATCH]
    assert "row 2 " in found[0].message


def test_columns_outside_of_the_row_digest_are_checked_too(
    release: Path, reseal: Reseal, read_rows: ReadRows, rewrite_shard: Rewrite
) -> None:
    """A row's digest leaves out `source_sha256` and `encoding`: sums over all rows do not."""
    rows = read_rows(release / SHARDS[0])
    rows[0] |= {"source_sha256": "0" * 64, "encoding": "utf-16"}
    rewrite_shard(release / SHARDS[0], rows, sealed=False)
    reseal(release)
    messages = [d.message for d in verify(release)]
    assert any("merkle_root" in message for message in messages)
    assert any("stats.encodings" in message for message in messages)


def test_an_id_in_two_shards_is_found_though_all_digests_are_right(
    release: Path, reseal: Reseal, read_rows: ReadRows, rewrite_shard: Rewrite
) -> None:
    rows = read_rows(release / SHARDS[1])
    rows[0]["id"] = read_rows(release / SHARDS[0])[0]["id"]
    rewrite_shard(release / SHARDS[1], rows)
    reseal(release)
    found = [d for d in verify(release) if d.code is Code.REPEATED_ROW_ID]
    assert [d.path for d in found] == [SHARDS[1]]
    assert SHARDS[0] in found[0].message


def test_n_chars_must_be_the_length_of_text(
    release: Path, reseal: Reseal, read_rows: ReadRows, rewrite_shard: Rewrite
) -> None:
    rows = read_rows(release / SHARDS[0])
    rows[2]["n_chars"] = 1
    rewrite_shard(release / SHARDS[0], rows)
    reseal(release)
    found = [d for d in verify(release) if d.path == SHARDS[0]]
    assert [d.code for d in found] == [Code.METADATA_DISAGREES]
    assert "n_chars is 1" in found[0].message


@pytest.mark.parametrize("column", ["title", "text", "id", "row_sha256", "links"])
def test_a_null_in_a_column_that_has_none_is_found(
    release: Path, reseal: Reseal, read_rows: ReadRows, rewrite_shard: Rewrite, column: str
) -> None:
    rows = read_rows(release / SHARDS[0])
    rows[0][column] = None
    rewrite_shard(release / SHARDS[0], rows, sealed=column != "row_sha256")
    reseal(release)
    messages = [d.message for d in verify(release) if d.code is Code.SCHEMA_MISMATCH]
    assert messages == [f"column `{column}`: expected no nulls, found 1"]


def test_a_lost_row_is_found_though_all_digests_are_right(
    release: Path, reseal: Reseal, read_rows: ReadRows, rewrite_shard: Rewrite
) -> None:
    rewrite_shard(release / SHARDS[0], read_rows(release / SHARDS[0])[1:])
    reseal(release)
    assert (Code.ROW_COUNT_MISMATCH, SHARDS[0]) in codes(verify(release))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.drop_columns(["tags"]), "expected a column `tags`, found none"),
        (lambda t: t.append_column("new", t["id"]), "expected no column `new`"),
        (lambda t: t.rename_columns(["id", "title", "path", *t.column_names[3:]]), "column 2"),
        (lambda t: t.rename_columns(["id", "id", *t.column_names[2:]]), "column `path`"),
        (
            lambda t: t.set_column(
                t.column_names.index("stars"), "stars", t["stars"].cast("float64", safe=False)
            ),
            "column `stars`: expected int64, found double",
        ),
        (lambda t: t.replace_schema_metadata({"pandas": "{}"}), "no metadata"),
    ],
)
def test_a_shard_of_another_schema_is_found_though_all_digests_are_right(
    release: Path, reseal: Reseal, change: Callable[..., object], said: str
) -> None:
    pq.write_table(change(pq.read_table(release / SHARDS[0])), release / SHARDS[0])
    reseal(release)
    (found,) = verify(release)
    assert (found.code, found.path) == (Code.SCHEMA_MISMATCH, SHARDS[0])
    assert said in found.message


def test_a_shard_that_is_no_parquet_is_found_though_all_digests_are_right(
    release: Path, reseal: Reseal
) -> None:
    (release / SHARDS[0]).write_bytes(b"PAR1" + bytes(1000) + b"PAR1")
    reseal(release)
    assert codes(verify(release)) == [(Code.UNREADABLE_SHARD, SHARDS[0])]


@pytest.mark.parametrize("name", AUDIT)
def test_a_lost_line_of_the_audit_is_found_though_all_digests_are_right(
    release: Path, reseal: Reseal, edit_audit: EditAudit, name: str
) -> None:
    edit_audit(release, name, lambda lines: lines.pop())
    reseal(release)
    found = verify(release)
    assert (Code.ROW_COUNT_MISMATCH, f"audit/{name}.jsonl") in codes(found)
    assert (Code.COUNTS_DO_NOT_ADD_UP, "manifest.json") in codes(found)


@pytest.mark.parametrize(
    ("name", "edit", "said"),
    [
        ("duplicates", {"kept_id": "x"}, "found none"),
        ("duplicates", {"kept_path": "x"}, "found none"),
        ("rejected", {"codes": ["CK302"]}, "CK302"),
        ("rejected", {"codes": []}, "no `codes`"),
        ("rejected", {"codes": "CK301"}, "no `codes`"),
        ("rejected", {"source_sha256": "x"}, "`source_sha256` x"),
        ("excluded", {"reason": ""}, "no `reason`"),
        ("excluded", {"source_sha256": None}, "no `source_sha256`"),
        ("excluded", {"path": 3}, "no `path`"),
        ("excluded", {"path": "\ud800"}, "found"),
        ("diagnostics", {"path": "bad/0.md"}, "release, found one of bad/0.md"),
        ("diagnostics", {"source_sha256": "0" * 64}, "bad/a.md"),
        ("diagnostics", {"code": "E501"}, "E501"),
    ],
)
def test_an_edited_line_of_the_audit_is_found_though_all_digests_are_right(
    release: Path,
    reseal: Reseal,
    edit_audit: EditAudit,
    name: str,
    edit: dict[str, object],
    said: str,
) -> None:
    edit_audit(release, name, lambda lines: lines[0].update(edit))
    reseal(release)
    found = [d for d in verify(release) if d.code is Code.AUDIT_DISAGREES]
    assert any(said in d.message for d in found)
    assert found[0].path == f"audit/{name}.jsonl"


def test_a_source_that_is_a_row_and_rejected_is_found(
    release: Path, reseal: Reseal, read_rows: ReadRows, edit_audit: EditAudit
) -> None:
    row = read_rows(release / SHARDS[0])[0]
    twice = {"path": row["path"], "source_sha256": row["source_sha256"]}
    edit_audit(release, "rejected", lambda lines: lines[1].update(twice))
    reseal(release)
    found = [d.message for d in verify(release) if d.code is Code.AUDIT_DISAGREES]
    assert any("in one place" in message and SHARDS[0] in message for message in found)


def test_a_line_of_the_audit_is_named_by_its_number(release: Path, reseal: Reseal) -> None:
    path = release / "audit/excluded.jsonl"
    path.write_text(path.read_text("utf-8") + "[" * 100_000 + "\n")
    reseal(release)
    assert [d.where for d in verify(release)] == ["audit/excluded.jsonl:3:1"]
