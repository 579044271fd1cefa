"""Whatever is archived comes out as it was, and the archive depends on nothing else."""

from __future__ import annotations

import hashlib
import io
import random
import tarfile
import tempfile
import zipfile
from pathlib import Path

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.publishing.archive_files import KINDS, ArchivedFile, ArchiveKind, write_archive

PARTS = st.text(
    st.characters(exclude_characters="/\0\\", exclude_categories=["Cs"]), min_size=1, max_size=60
).filter(lambda part: part not in {".", ".."})
NAMES = st.lists(PARTS, min_size=1, max_size=5).map("/".join)
CONTENTS = st.dictionaries(NAMES, st.binary(max_size=2000), max_size=6)


def archived(contents: dict[str, bytes], kind: ArchiveKind, order: list[str]) -> bytes:
    files = [
        ArchivedFile(
            path, len(contents[path]), hashlib.sha256(contents[path]).hexdigest(), contents[path]
        )
        for path in order
    ]
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "archive"
        write_archive(target, kind, files, "2024-06-01T12:00:00Z", lambda _: None)
        return target.read_bytes()


def held(archive: bytes, kind: ArchiveKind) -> dict[str, bytes]:
    if kind == "zip":
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            assert opened.testzip() is None
            return {name: opened.read(name) for name in opened.namelist()}
    with (
        pa.CompressedInputStream(pa.BufferReader(archive), "zstd") as packed,
        tarfile.open(fileobj=io.BytesIO(packed.read())) as opened_tar,
    ):
        found = {}
        for member in opened_tar.getmembers():
            data = opened_tar.extractfile(member)
            assert data is not None
            found[member.name] = data.read()
        return found


@given(CONTENTS, st.sampled_from(KINDS), st.randoms(use_true_random=False))
def test_what_is_archived_comes_out_as_it_was(
    contents: dict[str, bytes], kind: ArchiveKind, chance: random.Random
) -> None:
    order = list(contents)
    archive = archived(contents, kind, order)
    found = held(archive, kind)
    assert found == contents
    assert list(found) == sorted(contents, key=str.encode)
    chance.shuffle(order)
    assert archived(contents, kind, order) == archive
