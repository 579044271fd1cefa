"""An archive → files in a folder, whatever the archive holds.

What is written is decided here and not by the archive: every name is checked, modes are ours, and
links are made when all else is written, so that nothing is ever written through one. tarfile's own
filter checks a link while there is still time to change what it leads to; zipfile has none.
"""

from __future__ import annotations

import errno
import lzma
import os
import shutil
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpuskit.errors import UnfinishedError, UsageError
from corpuskit.fetch.members import Member, tar_members, zip_members

SUFFIXES = (
    *(".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2"),
    *(".tar.xz", ".txz", ".tar.zst", ".tzst"),
)

_MAX_DEPTH = 100
"""Folders in folders; shutil.rmtree recurses, and has to get to the bottom again."""

_CHUNK = 2**18

_NO_SUCH_NAME = {errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL}

_DAMAGED = (
    *(tarfile.TarError, zipfile.BadZipFile, lzma.LZMAError, zlib.error, struct.error, EOFError),
    *(ValueError, NotImplementedError, RuntimeError),
)
"""What the readers raise: the last two for methods that they do not know, and for passwords."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be fetched or unpacked: a number of files and links, and their bytes.

    An archive may grow to `growth` times its own size, or to `small` bytes if that is more. 20,000
    articles of one template grew 7 times from xz; zeros grow 1,000 times from deflate.
    """

    members: int = 4_000_000
    bytes: int = 2**38
    growth: int = 250
    small: int = 2**30

    def of(self, archive: Path) -> int:
        """The bytes that an archive may unpack to."""
        return min(self.bytes, max(self.small, self.growth * archive.stat().st_size))


LIMITS = Limits()


def archive_suffix(name: str) -> str:
    """The ending by which a file is an archive, as it is written; empty for any other."""
    found = max((s for s in SUFFIXES if name.lower().endswith(s)), key=len, default="")
    return name[len(name) - len(found) :]


def unpack(archive: Path, holder: Path, shown: str, limits: Limits = LIMITS) -> Path:
    """Unpack into `holder`; the corpus's root: the single top folder, if there is one.

    Left out are devices, pipes, and what macOS adds for itself (`__MACOSX/`, `._*`). A link that
    leads out of the archive is made to lead to an empty file outside of the root, and one that
    leads nowhere to nothing, so that both are diagnosed alike on every machine.

    Args:
        archive: A zip or tar file.
        holder: A folder of which this call is the only user, and whose path has no links.
        shown: The archive's name in messages.
        limits: What it may hold.

    Raises:
        UsageError: it is damaged, too large, or holds a name that leads out of it.
        UnfinishedError: it cannot be read, or the disk cannot be written to.
    """
    with _reasons(shown):
        allowed = limits.of(archive)
        is_zip = archive_suffix(archive.name).lower() == ".zip"
        writer = _Writer(holder, limits.members, allowed)
        for member in zip_members(archive) if is_zip else tar_members(archive, allowed):
            writer.add(member)
        writer.make_links()
        entries = list(writer.folder.iterdir())
    if len(entries) == 1 and entries[0].is_dir() and not entries[0].is_symlink():
        return entries[0]
    return writer.folder


def safe_parts(name: bytes) -> tuple[str, ...]:
    """The folders and the name of a relative POSIX path, as the locale reads them.

    Raises:
        ValueError: it leads out of the folder that it is relative to, or is no path.
    """
    parts = tuple(part for part in name.split(b"/") if part not in {b"", b"."})
    if name.startswith(b"/") or b".." in parts:
        raise ValueError(f"the name {_quoted(name)} leads out of it")
    if b"\0" in name or len(parts) > _MAX_DEPTH:
        raise ValueError(f"{_quoted(name)} is no name")
    return tuple(map(os.fsdecode, parts))


def _quoted(name: bytes) -> str:
    text = name.decode("utf-8", "backslashreplace")
    return repr(text if len(text) <= 200 else f"{text[:199]}…")


@contextmanager
def _reasons(shown: str) -> Iterator[None]:
    try:
        yield
    except _DAMAGED as error:
        said = str(error) or type(error).__name__
        raise UsageError(f"{shown} cannot be unpacked: {said}") from error
    except OSError as error:
        # gzip, bz2 and zstd speak of damaged bytes like this, without a number.
        if error.errno is None:
            raise UsageError(f"{shown} cannot be unpacked: {error}") from error
        raise UnfinishedError(f"{shown} cannot be unpacked: {error.strerror}") from error


class _Writer:
    """Writes members below `folder`; its ValueErrors say what is wrong with one."""

    def __init__(self, holder: Path, members: int, allowed: int) -> None:
        self.folder = holder / "unpacked"
        self.folder.mkdir()
        self._outside = holder / "outside"
        self._outside.touch()
        self._nowhere = holder / "nowhere"
        self._members, self._allowed = members, allowed
        self._count = self._size = 0
        self._made = self.folder
        self._hard: list[tuple[Path, bytes]] = []
        self._soft: list[tuple[Path, str]] = []

    def add(self, member: Member) -> None:
        """Write a file or a folder; remember a link."""
        self._measure(member)
        parts = safe_parts(member.name)
        if not parts or parts[0] == "__MACOSX" or parts[-1].startswith("._"):
            return
        path = self.folder.joinpath(*parts)
        with _reasons_of_names(path):
            self._make_folder(path if member.kind == "folder" else path.parent)
            match member.kind:
                case "folder":
                    pass
                case "file":
                    with path.open("xb") as file, member.open() as data:
                        shutil.copyfileobj(data, file, _CHUNK)
                case "link":
                    self._soft.append((path, os.fsdecode(member.target)))
                case "hard link":
                    self._hard.append((path, member.target))

    def make_links(self) -> None:
        """Make the links, and change those that lead out or nowhere.

        Hard ones come first: there is no other link yet that could be followed on the way.
        """
        for path, target in self._hard:
            with _reasons_of_names(path):
                self._link(path, target)
        for path, led_to in self._soft:
            with _reasons_of_names(path):
                path.symlink_to(led_to)
        for path, _ in self._soft:
            instead = self._instead(path)
            if instead is not None:
                path.unlink()
                path.symlink_to(instead)

    def _measure(self, member: Member) -> None:
        self._count += 1
        self._size += member.size
        if self._count > self._members:
            raise ValueError(f"it has more than {self._members:,} members")
        if self._size > self._allowed:
            raise ValueError(f"it has more than {self._allowed:,} bytes in it")

    def _make_folder(self, path: Path) -> None:
        if path != self._made:
            path.mkdir(parents=True, exist_ok=True)
            self._made = path

    def _link(self, path: Path, target: bytes) -> None:
        """Make a hard link; one to anything but a file becomes a link that is changed later."""
        try:
            linked = self.folder.joinpath(*safe_parts(target))
        except ValueError:
            linked = self._outside
        if linked.is_file() and linked != self._outside:
            path.hardlink_to(linked)
        else:
            self._soft.append((path, os.fspath(linked)))

    def _instead(self, link: Path) -> Path | None:
        """Where a link has to lead instead, if it leads out or nowhere."""
        try:
            link.stat()  # realpath follows `file/..`, which the kernel does not
            target = os.path.realpath(link, strict=True)
        except OSError:
            return self._nowhere if self._holds(os.path.realpath(link)) else self._outside
        return None if self._holds(target) else self._outside

    def _holds(self, path: str) -> bool:
        return Path(path).is_relative_to(self.folder)


@contextmanager
def _reasons_of_names(path: Path) -> Iterator[None]:
    try:
        yield
    except (FileExistsError, NotADirectoryError):
        name = _quoted(os.fsencode(path.name))
        raise ValueError(f"{name} is in it twice, or as a file and as a folder") from None
    except OSError as error:
        if error.errno not in _NO_SUCH_NAME:
            raise
        raise ValueError(f"{_quoted(os.fsencode(path.name))}: {error.strerror}") from None
