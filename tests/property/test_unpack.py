"""Whatever an archive names and links, it stays in its folder."""

from __future__ import annotations

import io
import os
import tarfile
import tempfile
import zipfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.errors import UsageError
from corpuskit.fetch.unpack import unpack

PARTS = st.sampled_from(["a", "b", "c.md", "..", ".", "", "新", "._a", "\udcff", "a\\b"])
NAMES = st.lists(PARTS, min_size=1, max_size=4).map("/".join)
KINDS = st.sampled_from(
    [tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE]
)
MEMBERS = st.lists(st.tuples(NAMES, KINDS, NAMES), max_size=8)


def tarred(members: list[tuple[str, bytes, str]]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, kind, target in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            content = name.encode("utf-8", "surrogateescape") if kind == tarfile.REGTYPE else b""
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def zipped(members: list[tuple[str, bytes, str]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, (stated, kind, led_to) in enumerate(members):
            name, target = (text.replace("\udcff", "ÿ") for text in (stated, led_to))
            info = zipfile.ZipInfo(name)
            info.create_system = 3 * (number % 2)
            is_link = kind == tarfile.SYMTYPE
            info.external_attr = (0o120777 if is_link else 0o100644) << 16
            archive.writestr(info, target if is_link else name)
    return buffer.getvalue()


def unpacked_or_refused(data: bytes, suffix: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        above = Path(folder).resolve()
        (above / f"a{suffix}").write_bytes(data)
        (above / "secret.md").write_bytes(b"secret")
        holder = above / "holder"
        holder.mkdir()
        try:
            root = unpack(above / f"a{suffix}", holder, "a")
        except UsageError:
            root = holder / "unpacked"
        assert {p.name for p in above.iterdir()} == {f"a{suffix}", "secret.md", "holder"}
        assert {p.name for p in holder.iterdir()} == {"unpacked", "outside"}
        assert (holder / "outside").read_bytes() == b""
        assert root.is_relative_to(holder / "unpacked")
        for path in root.rglob("*"):
            inside = os.path.realpath(path).startswith(f"{holder}{os.sep}")
            assert inside, f"{path} leads out"


@settings(max_examples=60)
@given(MEMBERS)
def test_a_tar_file_stays_in_its_folder(members: list[tuple[str, bytes, str]]) -> None:
    unpacked_or_refused(tarred(members), ".tar")


@settings(max_examples=60)
@given(MEMBERS.filter(lambda members: len({name for name, *_ in members}) == len(members)))
def test_a_zip_file_stays_in_its_folder(members: list[tuple[str, bytes, str]]) -> None:
    unpacked_or_refused(zipped(members), ".zip")
