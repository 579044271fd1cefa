"""A small corpus whose whole release is stored: the same sources make the same bytes, still."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

import pyarrow.dataset as ds
import pytest

import corpuskit
from corpuskit.executors import InlineExecutor

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
STORED = GOLDEN / "release"
EPOCH = "1700000000"

VERSIONS = (
    (re.compile(rb'"generator": \{[^}]*\}'), b'"generator": {}'),
    (re.compile(rb"^- Made with .*$", re.MULTILINE), b"- Made with"),
)
"""Where a release names the versions of Python and of the libraries that made it."""


BINARY = (".parquet", ".zst")
"""What Arrow writes, whose bytes depend on its version."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release as it is built today; outside of the repository, whose commit it would name."""
    folder = tmp_path_factory.mktemp("golden")
    shutil.copytree(GOLDEN / "articles", folder / "articles")
    shutil.copy(GOLDEN / "corpuskit.toml", folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        corpuskit.build(folder / "articles", out=folder / "release", executor=InlineExecutor())
    return folder / "release"


def shards(release: Path) -> list[Path]:
    return sorted(release.glob("*/*/data/*.parquet"))


def texts(release: Path) -> dict[str, bytes]:
    """Every file but the shards and their footers, with masks for versions and what follows.

    A file's digest gives way to its name, the size of what is left out to nothing.
    """
    files = {path.relative_to(release): path for path in release.rglob("*") if path.is_file()}
    digests = {hashlib.sha256(p.read_bytes()).hexdigest(): name for name, p in files.items()}
    binary = [path for path in files.values() if path.suffix in BINARY]
    sizes = "|".join(str(path.stat().st_size) for path in binary)
    masked = {}
    for name, path in files.items():
        data = path.read_bytes()
        for digest, named in digests.items():
            data = data.replace(digest.encode(), f"<digest of {named}>".encode())
        data = re.sub(rf"\b({sizes})\b".encode(), b"<size>", data)
        for pattern, mask in VERSIONS:
            data = pattern.sub(mask, data)
        masked[name.as_posix()] = data
    return {name: data for name, data in masked.items() if not name.endswith(BINARY)}


def test_the_same_files_are_built(built: Path) -> None:
    names = [{p.relative_to(root).as_posix() for p in root.rglob("*")} for root in (STORED, built)]
    assert names[1] == names[0]


@pytest.mark.parametrize("name", sorted(texts(STORED)))
def test_every_document_is_as_stored(built: Path, name: str) -> None:
    assert texts(built)[name].decode() == texts(STORED)[name].decode()


def test_every_row_is_as_stored(built: Path) -> None:
    stored, today = (ds.dataset([str(s) for s in shards(root)]) for root in (STORED, built))
    assert today.schema.equals(stored.schema, check_metadata=True)
    assert today.to_table().to_pylist() == stored.to_table().to_pylist()


def test_the_stored_release_verifies() -> None:
    assert corpuskit.verify(STORED / "orchard-notes") == ()


def test_a_source_ends_there_in_every_way() -> None:
    """Or the corpus has lost what it is for."""
    release = corpuskit.load(STORED / "orchard-notes")
    counts = release.manifest.counts
    ends = (counts.rows, counts.rejected, counts.duplicates, counts.excluded, counts.ignored)
    assert ends == (8, 3, 1, 5, 1)
    excluded = (release.path / "audit" / "excluded.jsonl").read_text("utf-8")
    reasons = re.findall('"reason":"([a-z-]+)"', excluded)
    assert sorted(reasons) == ["draft", "drafts-folder", "future", "password", "unpublished"]
