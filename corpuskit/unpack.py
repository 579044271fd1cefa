"""An archive → files in a folder, whatever the archive holds.

What is written is decided here and not by the archive: every name is checked, modes are ours, and
links are made when all else is written, so that nothing is ever written through one. tarfile's own
filter checks a link when it extracts it and trusts it from then on, and zip files have no filter.
"""

from __future__ import annotations

import lzma
import os
import shutil
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from corpuskit.errors import UnfinishedError, UsageError
from corpuskit.members import Kind, Member, tar_members, zip_members

SUFFIXES = (
    *(".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2"),
    *(".tar.xz", ".txz", ".tar.zst", ".tzst"),
)

_MAX_DEPTH = 100
"""Folders in folders; shutil.rmtree recurses, and has to get to the bottom again."""

_CHUNK = 256 * 1024

_NOT_OF_THE_DISK = (
    *(tarfile.TarError, zipfile.BadZipFile, lzma.LZMAError, zlib.error, struct.error, EOFError),
    *(ValueError, IndexError, NotImplementedError, RuntimeError),
)
"""What the readers raise for bytes that they cannot read, encrypted members and odd methods."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold: members, and bytes that it unpacks to.

    `bytes` is for all archives; below it, one may grow to `growth` times its own size, or to
    `small` bytes. Articles made of one template, in an xz archive, grow 60 times; a bomb of
    zeros 1,000 (deflate) to 7,000 times (xz).
    """

    members: int = 4_000_000
    bytes: int = 2**38
    growth: int = 250
    small: int = 2**30

    def unpacked(self, size: int) -> int:
        """The bytes that an archive of `size` bytes may unpack to."""
        return min(self.bytes, max(self.small, self.growth * size))


LIMITS = Limits()


def archive_suffix(name: str) -> str:
    """The ending by which a file is an archive, as it is written; empty for any other."""
    found = max((s for s in SUFFIXES if name.lower().endswith(s)), key=len, default="")
    return name[len(name) - len(found) :]


def unpack(archive: Path, holder: Path, shown: str, limits: Limits = LIMITS) -> Path:
    """Unpack into `holder`; the corpus's root: the single top folder, if there is one.

    Left out are devices, pipes, and what macOS adds for itself (`__MACOSX/`, `._*`). A link that
    leads out of the archive becomes one to a file outside of the root, on any machine alike.

    Args:
        archive: A zip or tar file.
        holder: An empty folder, without links in its own path.
        shown: The archive's name in messages.
        limits: What it may hold.

    Raises:
        UsageError: it is damaged, too large, or holds a name that leads out of it.
        UnfinishedError: it cannot be read, or nothing can be written.
    """
    folder = holder / "unpacked"
    with _reasons(shown):
        folder.mkdir(0o700)
        size = archive.stat().st_size
        unpacking = _Unpacking(folder, shown, limits, limits.unpacked(size))
        read = zip_members if archive_suffix(archive.name).lower() == ".zip" else tar_members
        for member in read(archive, unpacking.allowed):
            unpacking.add(member)
        unpacking.make_links()
        entries = list(os.scandir(folder))
    if len(entries) == 1 and entries[0].is_dir(follow_symlinks=False):
        return folder / entries[0].name
    return folder


@contextmanager
def _reasons(shown: str) -> Iterator[None]:
    try:
        yield
    except _NOT_OF_THE_DISK as error:
        raise UsageError(f"{shown} cannot be unpacked: {error or type(error).__name__}") from error
    except OSError as error:
        # gzip, bz2 and zstd speak of damaged bytes like this too, but without a number.
        if error.errno is None:
            raise UsageError(f"{shown} cannot be unpacked: {error}") from error
        raise UnfinishedError(f"{shown}: {error.strerror}") from error


def parts_of(name: bytes) -> tuple[bytes, ...] | None:
    """The folders and the name of a relative POSIX path; None when it leads out, or too deep."""
    parts = tuple(part for part in name.split(b"/") if part not in {b"", b"."})
    leads_out = name.startswith(b"/") or b".." in parts or b"\0" in name
    return None if leads_out or len(parts) > _MAX_DEPTH else parts


class _Unpacking:
    """Writes members below a folder, and counts them."""

    def __init__(self, folder: Path, shown: str, limits: Limits, allowed: int) -> None:
        self.allowed = allowed
        self._shown = shown
        # In bytes: what a name is does not depend on the locale.
        self._folder = os.path.realpath(os.fsencode(folder))
        self._limits = limits
        self._count = self._size = 0
        self._made: bytes | None = None
        self._links: list[tuple[bytes, bytes, Kind]] = []

    def add(self, member: Member) -> None:
        """Write a file or a folder; remember a link."""
        self._measure(member)
        parts = parts_of(member.name)
        if parts is None:
            raise UsageError(f"{self._shown} holds {_quoted(member.name)}, which leads out of it")
        if not parts or _is_for_macos(parts):
            return
        path = os.path.join(self._folder, *parts)
        try:
            self._folders(path if member.kind == "folder" else os.path.dirname(path))
            if member.kind == "file":
                self._file(path, member)
            elif member.kind != "folder":
                self._links.append((path, member.target, member.kind))
        except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
            raise UsageError(
                f"{self._shown} holds {_quoted(member.name)} as a file and as a folder"
            ) from error
        except OSError as error:
            if error.errno in _BAD_NAME:
                reason = f"a name that this machine cannot write: {_quoted(member.name)}"
                raise UsageError(f"{self._shown} holds {reason}") from error
            raise
