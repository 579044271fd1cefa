"""Parts of shards that are elsewhere, kept as they were fetched: no byte is fetched twice.

Readers ask for the columns that they need, so what is kept are ranges of bytes, a file each, named
after the first byte and the one behind the last. The ranges of a shard are in a folder that is
named after its SHA-256 and the place that it is from: nobody knows of a part whether it belongs to
a SHA-256, so a place is believed in what it says of its own shards alone.

What is kept is checked when it is read, a block at a time: a file that is damaged, cut short or
another's is a miss. Files appear whole and never change, so that several may read and write here.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple, TypeAlias

from corpuskit.disk.checked_tables import whole_file

FETCHED = "fetched"
"""The folder below the cache's home for what was fetched."""


class NotFetchedError(OSError):
    """The network or a server got in the way; nothing is known of what is there."""


Fetch: TypeAlias = Callable[[int, int], bytes]
"""Gives the bytes from one place of a file to another."""

_BLOCK = 2**16
"""What is read of a kept range is checked in pieces of this size."""

_BRIDGED = 2**16
"""What lies between two ranges that are not there is fetched with them if it is no larger: to fetch
one range more takes as long as half a megabyte does."""

_DIGEST_BYTES = 32
_NAME = re.compile(r"(0|[1-9][0-9]{0,18})-([1-9][0-9]{0,18})")


class _Kept(NamedTuple):
    """A range that is kept."""

    start: int
    end: int
    path: Path


@dataclass(frozen=True, slots=True)
class RangeCache:
    """Files of one place, of which parts are kept; `growing` is called before there are more.

    `origin` is the place.
    """

    home: Path
    origin: str
    growing: Callable[[], object]

    def file(self, sha256: str, fetch: Fetch) -> CachedFile:
        """A file, which is fetched where it is not kept."""
        folder = self._folder(sha256)
        # Of what is used, the pruning of caches should know.
        with suppress(OSError):
            os.utime(folder)
        return CachedFile(folder, fetch, self.growing)

    def forget(self, sha256: str) -> None:
        """Delete all that is kept of a file."""
        shutil.rmtree(self._folder(sha256), ignore_errors=True)

    def _folder(self, sha256: str) -> Path:
        name = hashlib.sha256(f"{sha256} {self.origin}".encode()).hexdigest()
        return self.home / FETCHED / name


def checked(data: bytes, sha256: str) -> bytes:
    """The same bytes.

    Raises:
        OSError: they have another digest.
    """
    if hashlib.sha256(data).hexdigest() != sha256:
        raise OSError("it is not what the manifest says")
    return data


class CachedFile:
    """A file that is elsewhere, and the folder of what was fetched of it."""

    def __init__(self, folder: Path, fetch: Fetch, growing: Callable[[], object]) -> None:
        """Take what gets some bytes of it from where it is."""
        self._folder = folder
        self._fetch = fetch
        self._growing = growing

    def read(self, start: int, end: int) -> bytes:
        """The bytes from `start` to `end`, both of which are in the file.

        Raises:
            OSError: and whatever fetching raises; keeping and what is kept raise nothing.
        """
        pieces = [*self._kept(start, end)]
        whole = bytearray(end - start)
        for first, last in _gaps(start, end, pieces):
            fetched = self._fetch(first, last)
            if len(fetched) != last - first:
                raise OSError(f"asked for {last - first} bytes, got {len(fetched)}")
            self._keep(first, fetched)
            whole[first - start : last - start] = fetched
        for at, data in pieces:
            whole[at - start : at - start + len(data)] = data
        return bytes(whole)

    def whole(self, size: int, sha256: str) -> bytes:
        """All of a file; nothing is believed or kept that has not this digest.

        Raises:
            OSError: it is another file; and whatever fetching raises.
        """
        for at, data in self._kept(0, size):
            if (at, len(data)) == (0, size) and hashlib.sha256(data).hexdigest() == sha256:
                return data
        fetched = checked(self._fetch(0, size), sha256)
        self._keep(0, fetched)
        return fetched

    def _kept(self, start: int, end: int) -> Iterator[tuple[int, bytes]]:
        """What is kept of a range: places and bytes, ascending, none twice."""
        at = start
        for kept in sorted(self._listed(), key=attrgetter("start")):
            first, last = max(at, kept.start), min(end, kept.end)
            if first >= last:
                continue
            data = _load(kept, first, last)
            if data is None:
                with suppress(OSError):
                    kept.path.unlink()
                continue
            yield first, data
            at = last

    def _listed(self) -> Iterator[_Kept]:
        with suppress(OSError), os.scandir(self._folder) as entries:
            for entry in entries:
                found = _NAME.fullmatch(entry.name)
                # To open a pipe could take for ever.
                if found and entry.is_file(follow_symlinks=False):
                    yield _Kept(int(found[1]), int(found[2]), Path(entry.path))

    def _keep(self, start: int, data: bytes) -> None:
        """Keep what was fetched, if that can be."""
        path = self._folder / f"{start}-{start + len(data)}"
        blocks = [data[n : n + _BLOCK] for n in range(0, len(data), _BLOCK)]
        with suppress(OSError):
            self._growing()
            self._folder.mkdir(parents=True, exist_ok=True)
            with whole_file(str(path)) as file:
                file.writelines(_digest(path, number, block) for number, block in enumerate(blocks))
                file.write(data)


def _gaps(start: int, end: int, pieces: list[tuple[int, bytes]]) -> list[tuple[int, int]]:
    """The ranges that are not among some pieces, or are together with small ones between them."""
    gaps: list[tuple[int, int]] = []
    at = start
    for first, data in [*pieces, (end, b"")]:
        if first > at:
            if gaps and at - gaps[-1][1] <= _BRIDGED:
                gaps[-1] = (gaps[-1][0], first)
            else:
                gaps.append((at, first))
        at = first + len(data)
    return gaps


def _load(kept: _Kept, start: int, end: int) -> bytes | None:
    """A part of a kept range; None if it is not what was fetched."""
    blocks = -(-(kept.end - kept.start) // _BLOCK)
    first, last = (start - kept.start) // _BLOCK, -(-(end - kept.start) // _BLOCK)
    try:
        with kept.path.open("rb") as file:
            file.seek(first * _DIGEST_BYTES)
            digests = file.read((last - first) * _DIGEST_BYTES)
            file.seek(blocks * _DIGEST_BYTES + first * _BLOCK)
            data = file.read(min(last * _BLOCK, kept.end - kept.start) - first * _BLOCK)
    except OSError:
        return None
    found = (
        _digest(kept.path, n, data[(n - first) * _BLOCK :][:_BLOCK]) for n in range(first, last)
    )
    if b"".join(found) != digests:
        return None
    skipped = kept.start + first * _BLOCK
    return data[start - skipped : end - skipped]


def _digest(path: Path, number: int, block: bytes) -> bytes:
    """Of a block of a range, which is not believed in the place of another."""
    hashed = hashlib.sha256(f"{path.parent.name}/{path.name} {number} ".encode())
    hashed.update(block)
    return hashed.digest()
