"""Releases that mean harm: each is described, none is followed, waited for or raised."""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpuskit.codes import Code
from corpuskit.model import Cell, Diagnostic
from corpuskit.verifying import verify

Row = dict[str, Cell]
Reseal = Callable[..., None]
SHARD = "data/part-00000.parquet"


def codes(found: tuple[Diagnostic, ...]) -> list[tuple[Code, str | None]]:
    return [(d.code, d.path) for d in found]


@pytest.mark.parametrize("name", ["pipe", "data/pipe", SHARD, "manifest.json", "SHA256SUMS"])
def test_a_pipe_is_never_waited_for(release: Path, name: str) -> None:
    (release / name).unlink(missing_ok=True)
    os.mkfifo(release / name)
    found = verify(release)
    assert codes(found) == [(Code.STRAY_FILE, name)]
    assert "a named pipe" in found[0].message


@pytest.mark.parametrize("name", [SHARD, "README.md", "manifest.json", "SHA256SUMS"])
def test_a_link_in_place_of_a_file_is_not_followed(release: Path, name: str) -> None:
    target = release.with_name("target")
    (release / name).rename(target)
    (release / name).symlink_to(target)
    found = verify(release)
    assert codes(found) == [(Code.STRAY_FILE, name)]
    assert "a symbolic link" in found[0].message


def test_a_link_in_place_of_a_folder_is_not_followed(release: Path) -> None:
    (release / "data").rename(release.with_name("data"))
    (release / "data").symlink_to(release.with_name("data"))
    assert codes(verify(release)) == [(Code.STRAY_FILE, "data")]


def test_a_link_to_itself_and_a_broken_link_are_found(release: Path) -> None:
    (release / "loop").symlink_to("loop")
    (release / "up").symlink_to(release)
    (release / "void").symlink_to("nowhere")
    found = codes(verify(release))
    assert found == [(Code.STRAY_FILE, name) for name in ("loop", "up", "void")]


def test_a_folder_in_place_of_a_file_is_found(release: Path) -> None:
    (release / "README.md").unlink()
    (release / "README.md").mkdir()
    assert codes(verify(release)) == [(Code.STRAY_FILE, "README.md")]


@pytest.mark.parametrize(
    "line",
    [
        "../secret.txt",
        "/etc/passwd",
        "data/../../secret.txt",
        "./README.md",
        "data//x",
        "README.md",
    ],
)
def test_a_path_that_leads_out_of_the_release_is_never_opened(release: Path, line: str) -> None:
    os.mkfifo(release.with_name("secret.txt"))
    sums = release / "SHA256SUMS"
    sums.write_text(sums.read_text("utf-8") + f"{'0' * 64}  {line}\n", "utf-8")
    assert codes(verify(release)) == [(Code.INVALID_CHECKSUMS, "SHA256SUMS")]


@pytest.mark.parametrize(
    "path", ["data/../../secret.txt", "../secret.txt", "/etc/passwd", "data/\x1b[2J", "README.md"]
)
def test_a_manifest_that_names_files_elsewhere_is_invalid(
    release: Path, path: str, reseal_bytes: Callable[[Path, bytes], None]
) -> None:
    os.mkfifo(release.with_name("secret.txt"))
    document = json.loads((release / "manifest.json").read_text("utf-8"))
    document["files"][-1]["path"] = path
    reseal_bytes(release, json.dumps(document).encode())
    found = verify(release)
    assert [d.code for d in found if d.path == "manifest.json"] == [Code.INVALID_MANIFEST]
    assert all("\x1b" not in d.message + (d.path or "") for d in found)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{}", id="object"),
        pytest.param(b"[]", id="array"),
        pytest.param(b"null", id="null"),
        pytest.param(b"\xff\xfe\x00", id="binary"),
        pytest.param(b"[" * 300_000, id="deep"),
        pytest.param(b'{"a":' * 100_000, id="deep objects"),
        pytest.param(b"9" * 300_000, id="digits"),
        pytest.param(b'{"manifest_version": 2}', id="another version"),
        pytest.param(b'"\\ud800"', id="surrogate"),
    ],
)
def test_anything_can_be_in_manifest_json(
    release: Path, data: bytes, reseal_bytes: Callable[[Path, bytes], None]
) -> None:
    reseal_bytes(release, data)
    assert codes(verify(release)) == [(Code.INVALID_MANIFEST, "manifest.json")]


def test_every_value_of_the_manifest_can_be_of_another_type(
    release: Path, reseal_bytes: Callable[[Path, bytes], None]
) -> None:
    document = json.loads((release / "manifest.json").read_text("utf-8"))

    def spoil(value: object, put: Callable[[object], None]) -> None:
        for other in (None, -1, 2**70, "x", [], {}, [None], {"x": None}):
            put(other)
            reseal_bytes(release, json.dumps(document).encode())
            verify(release)
        put(value)
        if isinstance(value, dict):
            for key in list(value):
                spoil(value[key], partial(value.__setitem__, key))
        elif isinstance(value, list) and value:
            spoil(value[0], partial(value.__setitem__, 0))

    for key in document:
        spoil(document[key], partial(document.__setitem__, key))
    reseal_bytes(release, json.dumps(document).encode())
    assert verify(release) == ()


@pytest.mark.parametrize("name", ["croissant.json", "datapackage.json", "schema.json"])
def test_anything_can_be_in_a_document(release: Path, reseal: Reseal, name: str) -> None:
    for data in (b"", b"[]", b"[" * 100_000, b'{"distribution": 3}', b'{"fields": [{}]}', b"\xff"):
        (release / name).write_bytes(data)
        digest = hashlib.sha256((release / "schema.json").read_bytes()).hexdigest()
        reseal(
            release,
            lambda m, digest=digest: replace(
                m, generator={"corpuskit": "99"}, schema_sha256=digest
            ),
            documents=False,
        )
        assert codes(verify(release)) == [(Code.METADATA_DISAGREES, name)]


def test_a_file_name_that_is_not_utf8_is_shown_escaped(release: Path) -> None:
    (release / os.fsdecode(b"\xff\x1b.md")).write_text("x")
    (found,) = verify(release)
    assert found.code is Code.STRAY_FILE
    assert found.path == "\\udcff\\x1b.md"


def test_a_folder_of_many_levels_is_not_entered(release: Path) -> None:
    deep = release
    for _ in range(200):
        deep = deep / "d"
        deep.mkdir()
    assert codes(verify(release)) == [(Code.STRAY_FILE, "d")]


def test_a_line_of_megabytes_without_an_end_is_found(release: Path, reseal: Reseal) -> None:
    (release / "audit/excluded.jsonl").write_bytes(b" " * (3 * 2**20))
    reseal(release)
    (found,) = verify(release)
    assert (found.code, found.path) == (Code.AUDIT_DISAGREES, "audit/excluded.jsonl")


@pytest.mark.parametrize("data", [b"\n", b"[]\n", b"{}\n", b"\xff\n", b'{"path": "x"}', b"NaN\n"])
def test_anything_can_be_a_line_of_the_audit(release: Path, reseal: Reseal, data: bytes) -> None:
    path = release / "audit/excluded.jsonl"
    path.write_bytes(path.read_bytes() + data)
    reseal(release)
    (found,) = verify(release)
    assert (found.code, found.where) == (Code.AUDIT_DISAGREES, "audit/excluded.jsonl:3:1")


def test_cells_that_no_row_of_ours_has_are_found(release: Path, reseal: Reseal) -> None:
    """Nulls in lists, and times in no year that ISO 8601 can write."""
    table = pq.read_table(release / SHARD)
    names = table.column_names
    odd = {
        "tags": pa.array([[None]] * table.num_rows, table.schema.field("tags").type),
        "date": pa.array([2**62] * table.num_rows, pa.int64()).cast(table["date"].type),
    }
    for name, column in odd.items():
        table = table.set_column(names.index(name), table.schema.field(name), column)
        pq.write_table(table, release / SHARD)
        reseal(release)
        assert (Code.ROW_DIGEST_MISMATCH, SHARD) in codes(verify(release))


def test_text_that_is_not_utf8_is_found(release: Path, reseal: Reseal) -> None:
    table = pq.read_table(release / SHARD)
    bad = pa.array([b"\xff"] * table.num_rows, pa.binary()).view(pa.string())
    at = table.column_names.index("title")
    pq.write_table(table.set_column(at, "title", bad), release / SHARD)
    reseal(release)
    assert codes(verify(release)) == [(Code.UNREADABLE_SHARD, SHARD)]


def test_noise_in_a_shard_is_found_though_all_digests_are_right(
    release: Path, reseal: Reseal
) -> None:
    """What nothing is found in holds the same rows: the noise hit what no reader looks at."""
    whole, rows = (release / SHARD).read_bytes(), pq.read_table(release / SHARD)
    noise = random.Random(7)
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(noise.randrange(1, 20)):
            data[noise.randrange(len(data))] = noise.randrange(256)
        (release / SHARD).write_bytes(data)
        reseal(release)
        if verify(release) == ():
            assert pq.read_table(release / SHARD).equals(rows)
