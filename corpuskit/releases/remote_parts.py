"""What Arrow reads of shards behind a URL: no part that is not asked for, and none before."""

from __future__ import annotations

import atexit
import io
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
from pyarrow.fs import FileInfo, FileType, FSSpecHandler, PyFileSystem

from corpuskit.cache.ranges import Fetch, NotFetchedError, RangeCache, checked
from corpuskit.footers import length_of
from corpuskit.urls import shown

_LOOKED_AT = 65_536
TAIL = _LOOKED_AT // 4
"""Bytes that are fetched of a file whose footer is not known."""


def remote_dataset(places: Sequence[str], files: PyFileSystem) -> ds.Dataset:
    """Shards of a file system of `Ranges` as one dataset, in that order.

    Raises:
        OSError, pa.ArrowException: they cannot be read.
    """
    found = ds.dataset(places, filesystem=files, format="parquet")
    return _Yielding([*found.get_fragments()], found.schema, found.format, files)


_opened: weakref.WeakSet[_Frugal] = weakref.WeakSet()
_AT_END_SECONDS = 2.0


@atexit.register
def _wait_for_closing() -> None:
    """Let threads of Arrow close the files that they have read, before Python ends.

    They do that when all is read and nobody waits for them any more. One that wants Python's lock
    while Python ends aborts the process.
    """
    until = time.monotonic() + _AT_END_SECONDS
    while _opened and time.monotonic() < until:
        time.sleep(0.002)


class Ranges(FSSpecHandler):  # type: ignore[misc]
    """Opens files so that no byte is fetched that is not asked for.

    Attributes:
        cache: has parts of those files that `sha256` knows the digests of, by their paths.
        footers: of files, by their paths; those of others are fetched.
    """

    def __init__(self, files: Any, size_at: Callable[[str], int | None]) -> None:  # noqa: ANN401 - fsspec has no types
        super().__init__(files)
        self._size_at = size_at
        self.cache: RangeCache | None = None
        self.sha256: dict[str, str] = {}
        self.footers: Mapping[str, bytes] = {}

    def get_file_info(self, paths: Sequence[str]) -> list[FileInfo]:
        """Whether files are there, and their sizes."""
        sizes = {path: self._size_at(path) for path in paths}
        return [
            FileInfo(path, FileType.NotFound if size is None else FileType.File, size=size)
            for path, size in sizes.items()
        ]

    def open_input_file(self, path: str) -> pa.PythonFile:
        """A file to be read at any place."""
        size = self._size_at(path) or 0
        there = _There(self.fs, path)
        read = there.read
        if self.cache is not None and path in self.sha256:
            read = self.cache.file(self.sha256[path], there.read).read
        file = _Frugal(read, size, self.footers.get(path), there.close)
        _opened.add(file)
        return pa.PythonFile(file, mode="r")

    def whole(self, path: str, size: int) -> bytes:
        """All bytes of a file of which the digest is known.

        Raises:
            OSError: they cannot be fetched, or are others.
        """
        sha256 = self.sha256[path]
        with closing(_There(self.fs, path)) as there:
            if self.cache is None:
                return checked(there.read(0, size), sha256)
            return self.cache.file(sha256, there.read).whole(size, sha256)

    def forget(self) -> None:
        """Delete all that is kept of the files."""
        if self.cache is not None:
            for sha256 in self.sha256.values():
                self.cache.forget(sha256)


class _There:
    """A file behind a URL, which is not even opened before something is read of it."""

    def __init__(self, files: Any, path: str) -> None:  # noqa: ANN401 - fsspec has no types
        self._files = files
        self._path = path
        self._opened: Any = None

    def read(self, start: int, end: int) -> bytes:
        with _as_os_error(shown(self._path)):
            if self._opened is None:
                # What fsspec reads ahead by itself is megabytes.
                self._opened = self._files.open(self._path, mode="rb", cache_type="none")
            self._opened.seek(start)
            data: bytes = self._opened.read(end - start)
            return data

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()


class _Frugal(io.RawIOBase):
    """A Parquet file of which Arrow looks for the footer in the last 64 KB.

    The footer of a shard takes some 10 of these, and nothing is asked of what is before it: it is
    not fetched if it is known, else a quarter is, and zeros stand for the rest. A longer one is
    fetched as Arrow asks for it.
    """

    def __init__(
        self, fetch: Fetch, size: int, footer: bytes | None, close: Callable[[], None]
    ) -> None:
        self._fetch = fetch
        self._size = size
        self._footer = footer
        self._close = close
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        start, end = self._at, self._size if size < 0 else min(self._at + size, self._size)
        self._at = max(start, end)
        if end == self._size and start == max(0, end - _LOOKED_AT):
            footer = self._footer or self._end()
            if footer is not None:
                return bytes(max(0, end - start - len(footer))) + footer[start - end :]
        if self._footer is not None and start >= self._size - len(self._footer):
            return self._footer[start - self._size :][: end - start]
        return self._fetch(start, end) if start < end else b""

    def _end(self) -> bytes | None:
        """The last bytes, if the whole footer is among them."""
        end = self._fetch(max(0, self._size - TAIL), self._size)
        length = length_of(end[-8:])
        return end if length is not None and length <= len(end) else None

    def close(self) -> None:
        self._close()
        super().close()


class _Yielding(ds.FileSystemDataset):  # type: ignore[misc]
    """A dataset that DuckDB can read while Python opens its files.

    `Scanner.to_reader` of Arrow (26) keeps Python's lock while it waits for threads that open
    files, for which those behind a URL need the lock: both would wait for ever. The other methods
    of a scanner let it go.
    """

    def scanner(self, **kwargs: Any) -> Any:  # noqa: ANN401 - what pyarrow takes and gives
        return _YieldingScanner(super().scanner(**kwargs))


class _YieldingScanner:
    def __init__(self, scanner: Any) -> None:  # noqa: ANN401 - pyarrow has no types
        self._scanner = scanner

    def to_reader(self) -> pa.RecordBatchReader:
        scanner = self._scanner
        return pa.RecordBatchReader.from_batches(scanner.projected_schema, scanner.to_batches())

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a scanner has
        return getattr(self._scanner, name)


@contextmanager
def _as_os_error(what: str) -> Iterator[None]:
    """What a backend raises, as what readers of files expect."""
    try:
        yield
    except OSError as error:
        raise NotFetchedError(*error.args) from error
    except Exception as error:  # every backend raises what the library below it raises
        raise NotFetchedError(f"{what}: {str(error) or type(error).__name__}") from error
