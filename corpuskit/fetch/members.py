"""What an archive holds, member by member, in its order and without writing anything."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Literal, Protocol

import pyarrow as pa

_MAX_HEADER_BYTES = 2**20
"""Before one tar member: long names and pax records, which tarfile reads into memory."""

_MAX_GLOBAL_RECORDS = 256
"""pax records that hold for all members; git archive writes one."""

_MAX_TARGET_BYTES = 4096
"""Of a link in a zip file: PATH_MAX of Linux."""

_CHUNK = 2**18

_MADE_ON_DOS = {0, 10, 14}
"""FAT, NTFS and VFAT of the zip specification, 4.4.2.2; names may have backslashes there."""

_UTF8_NAME = 0x800
_UNICODE_PATH = 0x7075


@dataclass(frozen=True, slots=True)
class Member:
    """A file, folder or link of an archive; devices and pipes are none.

    `name` is as stored, with `/` between folders. `target` is what a link holds: a path relative
    to the link, or for a hard link another member's name. Only a file can be opened, before the
    next member is asked for; it gives at most `size` bytes.
    """

    kind: Literal["file", "folder", "link", "hard link"]
    name: bytes
    size: int = 0
    target: bytes = b""
    open: Callable[[], IO[bytes]] = io.BytesIO


class _Data(Protocol):
    """What all the decompressors are."""

    def read(self, size: int, /) -> bytes: ...

    def close(self) -> object: ...


def zip_members(path: Path) -> Iterator[Member]:
    """The members of a zip file.

    Raises:
        zipfile.BadZipFile: or RuntimeError, NotImplementedError, ValueError, struct.error,
            zlib.error, EOFError: it is damaged, encrypted, or packed in a way unknown here.
    """
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            name, mode = _zip_name(info), info.external_attr >> 16
            if name.endswith(b"/"):
                yield Member("folder", name)
            elif stat.S_ISLNK(mode):
                with archive.open(info) as target:
                    yield Member("link", name, target=target.read(_MAX_TARGET_BYTES))
            elif stat.S_IFMT(mode) in {0, stat.S_IFREG}:
                yield Member("file", name, info.file_size, open=partial(archive.open, info))


def tar_members(path: Path, allowed: int) -> Iterator[Member]:
    """The members of a tar file, plain or packed by gzip, bzip2, xz or zstd.

    Args:
        path: The archive.
        allowed: The bytes that it may unpack to, headers and what is left out counted.

    Raises:
        tarfile.TarError: or EOFError, OSError without a number, lzma.LZMAError, zlib.error,
            ValueError, RecursionError: it is damaged or too large.
    """
    with closing(_unpacked(path)) as data:
        stream = _Forward(data, allowed)
        with stream.header():
            archive = tarfile.TarFile(fileobj=stream, encoding="utf-8", errors="surrogateescape")
        while True:
            with stream.header():
                info = archive.next()
            if info is None:
                break
            # Or a million of them stay until the end; there is no other way to be rid of them.
            archive.members = []  # type: ignore[attr-defined]
            if len(archive.pax_headers) > _MAX_GLOBAL_RECORDS:
                raise tarfile.ReadError("it has too many global pax records")
            yield from _tar_member(archive, info)
        stream.finish()


def _tar_member(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Iterator[Member]:
    name, target = (n.encode("utf-8", "surrogateescape") for n in (info.name, info.linkname))
    if info.isdir():
        yield Member("folder", name)
    elif info.issym():
        yield Member("link", name, target=target)
    elif info.islnk():
        yield Member("hard link", name, target=target)
    elif info.isreg():
        yield Member("file", name, info.size, open=partial(_tar_file, archive, info))


def _tar_file(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    opened = archive.extractfile(info)
    assert opened is not None, "a regular file has content"
    return opened


def _zip_name(info: zipfile.ZipInfo) -> bytes:
    """The name as stored: UTF-8, or of an encoding that is not said.

    zipfile reads the latter as cp437, which gives the bytes back: macOS writes UTF-8 there, too,
    and what is none is left to be diagnosed.
    """
    if info.flag_bits & _UTF8_NAME:
        name = info.orig_filename.encode()
    else:
        name = _unicode_path(info.extra) or info.orig_filename.encode("cp437")
    if info.create_system not in _MADE_ON_DOS:
        return name
    # In names of Chinese and Japanese encodings a backslash can be half of a character.
    if b"/" not in name and _is_utf8(name):
        name = name.replace(b"\\", b"/")
    return name[2:] if name[1:3] == b":/" else name


def _unicode_path(extra: bytes) -> bytes:
    """The UTF-8 name that Info-ZIP and WinRAR put beside one of another encoding; or nothing."""
    while len(extra) >= 4:
        kind, size = (int.from_bytes(extra[n : n + 2], "little") for n in (0, 2))
        if kind == _UNICODE_PATH and size > 5:
            return extra[9 : 4 + size]
        extra = extra[4 + size :]
    return b""


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


def _unpacked(path: Path) -> _Data:
    """The bytes of a tar file, by its first ones and not by its name."""
    with path.open("rb") as file:
        magic = file.read(6)
    if magic.startswith(b"\x1f\x8b"):
        return gzip.open(path)
    if magic.startswith(b"BZh"):
        return bz2.open(path)
    if magic.startswith(b"\xfd7zXZ\0"):
        return lzma.open(path)
    if magic.startswith(b"\x28\xb5\x2f\xfd"):
        zstd: _Data = pa.input_stream(path, compression="zstd")
        return zstd
    return path.open("rb")


class _Forward(io.RawIOBase):
    """A stream that tarfile can seek forward in, and that ends early when it is a bomb."""

    def __init__(self, data: _Data, allowed: int) -> None:
        self._data = data
        self._allowed = allowed
        self._at = 0
        self._header_bytes: int | None = None
        self._last = b""

    @contextmanager
    def header(self) -> Iterator[None]:
        """Read no more than a header may have."""
        self._header_bytes = _MAX_HEADER_BYTES
        yield
        self._header_bytes = None

    def read(self, size: int = -1, /) -> bytes:
        """The next `size` bytes; fewer at the end only."""
        if self._header_bytes is not None:
            self._header_bytes -= size
            if self._header_bytes < 0:
                raise tarfile.ReadError(f"a header has more than {_MAX_HEADER_BYTES:,} bytes")
        found = b""
        while len(found) < size and (more := self._data.read(size - len(found))):
            found += more
        self._at += len(found)
        if self._at > self._allowed:
            raise tarfile.ReadError(f"it has more than {self._allowed:,} bytes in it")
        self._last = found
        return found

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Read up to `offset`."""
        if whence != io.SEEK_SET or offset < self._at:
            raise tarfile.ReadError("its members are not in their order")
        header, self._header_bytes = self._header_bytes, None
        while self._at < offset and self.read(min(_CHUNK, offset - self._at)):
            pass
        self._header_bytes = header
        return self._at

    def tell(self) -> int:
        """How many bytes were read."""
        return self._at

    def finish(self) -> None:
        """Read what is left, so that a checksum at the end is checked.

        Raises:
            tarfile.ReadError: the last header is neither one nor the mark of the end: tarfile takes
                a damaged header for the end of the archive.
        """
        if any(self._last):
            raise tarfile.ReadError(f"damaged at byte {self._at:,}")
        while self.read(_CHUNK):
            pass
