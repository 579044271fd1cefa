"""Folders anywhere: what publishing needs of a file system, on disk or behind a URL (fsspec).

A file appears whole or not at all: object stores do that by themselves, on disk it is renamed.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from corpuskit.errors import CorpuskitError, UnfinishedError, UsageError
from corpuskit.links import link_or_copy
from corpuskit.syncing import sync

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?://|:)")
_TEMPORARY = ".corpuskit-"


def is_url(text: str) -> bool:
    """Whether `text` is a URL, or several in a chain: `simplecache::s3://…`."""
    return _URL.match(text) is not None


class Store(Protocol):
    """A folder that files are put into and taken from; paths are relative to it, with slashes.

    Every method raises UnfinishedError if the disk or the network gets in the way.
    """

    @property
    def shown(self) -> str:
        """The folder as a message may name it: without a password."""

    def names(self, folder: str = "") -> list[str]:
        """What is in a folder, sorted; nothing where there is none."""

    def sizes(self, folder: str) -> dict[str, int]:
        """The files below a folder by their path, and their bytes."""

    def read(self, path: str) -> bytes | None:
        """What a file holds; None if there is none."""

    def write(self, path: str, data: bytes) -> None:
        """Write a file, in place of the one that is there."""

    def upload(self, path: str, file: Path) -> None:
        """Write a file that is a copy of one of this machine."""

    def copy(self, source: str, target: str) -> None:
        """Copy a file of the folder within it, without fetching it if that can be."""

    def delete(self, path: str) -> None:
        """Delete a file, if it is there."""


def open_store(place: str) -> Store:
    """The folder of a path or URL, which need not be there yet.

    Raises:
        UsageError: a URL is of no known kind, or needs a package that is not installed.
    """
    if not is_url(place):
        return LocalStore(Path(place))
    # Late: it takes a tenth of a second.
    from fsspec.core import url_to_fs  # noqa: PLC0415
    from fsspec.implementations.local import LocalFileSystem  # noqa: PLC0415

    try:
        files, root = url_to_fs(place)
    except ImportError as error:
        raise UsageError(f"{_shown(place)} needs another package: {error}") from error
    except ValueError as error:
        raise UsageError(f"{_shown(place)} cannot be used: {error}") from error
    if isinstance(files, LocalFileSystem):
        return LocalStore(Path(root))
    return RemoteStore(files, root.rstrip("/"), _shown(place).rstrip("/"))


class LocalStore:
    """A folder of this machine, `root`."""

    def __init__(self, root: Path) -> None:
        """Take the folder."""
        self.root = root

    @property
    def shown(self) -> str:
        """See `Store`, as for all methods."""
        return str(self.root)

    def names(self, folder: str = "") -> list[str]:
        """Without what is being written."""
        with _reasons(self.shown):
            if not (self.root / folder).is_dir():
                return []
            found = sorted(path.name for path in (self.root / folder).iterdir())
            return [name for name in found if not name.startswith(_TEMPORARY)]

    def sizes(self, folder: str) -> dict[str, int]:
        """Without what is being written."""
        with _reasons(self.shown):
            files = (path for path in (self.root / folder).rglob("*") if path.is_file())
            return {
                path.relative_to(self.root).as_posix(): path.stat().st_size
                for path in files
                if not path.name.startswith(_TEMPORARY)
            }

    def read(self, path: str) -> bytes | None:
        """Whole."""
        with _reasons(self.shown):
            try:
                return (self.root / path).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                return None

    def write(self, path: str, data: bytes) -> None:
        """Durable when it returns."""
        with self._appearing(path) as temporary:
            temporary.write_bytes(data)

    def upload(self, path: str, file: Path) -> None:
        """Durable when it returns."""
        with self._appearing(path) as temporary:
            shutil.copyfile(file, temporary)

    def copy(self, source: str, target: str) -> None:
        """As a reflink or a hard link, where the disk can."""
        with self._appearing(target) as temporary:
            link_or_copy(self.root / source, temporary)

    def delete(self, path: str) -> None:
        """And the folder that it was the last one of."""
        with _reasons(self.shown):
            (self.root / path).unlink(missing_ok=True)
            folder = (self.root / path).parent
            if folder != self.root and folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()

    @contextmanager
    def _appearing(self, path: str) -> Iterator[Path]:
        """A path to write to, which is `path` once that is done."""
        target = self.root / path
        temporary = target.with_name(f"{_TEMPORARY}{secrets.token_hex(8)}")
        with _reasons(self.shown):
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                yield temporary
                sync(temporary)
                os.replace(temporary, target)  # noqa: PTH105
            finally:
                temporary.unlink(missing_ok=True)
            sync(target.parent)


class RemoteStore:
    """A folder behind a URL, through `files`, a file system of fsspec."""

    def __init__(self, files: Any, root: str, shown: str) -> None:  # noqa: ANN401 - fsspec has no types
        """Take a file system of fsspec, a path in it, and how it is named in messages."""
        self.files = files
        self._root = root
        self._shown = shown

    @property
    def shown(self) -> str:
        """See `Store`, as for all methods."""
        return self._shown

    def names(self, folder: str = "") -> list[str]:
        """As the server lists them now."""
        with _reasons(self.shown):
            self.files.invalidate_cache()
            try:
                found = self.files.ls(self.at(folder), detail=False)
            except FileNotFoundError:
                return []
            return sorted({path.rstrip("/").rpartition("/")[2] for path in found} - {""})

    def sizes(self, folder: str) -> dict[str, int]:
        """As the server lists them now."""
        with _reasons(self.shown):
            self.files.invalidate_cache()
            try:
                found: Mapping[str, Mapping[str, Any]] = self.files.find(
                    self.at(folder), detail=True
                )
            except FileNotFoundError:
                return {}
            top = f"{self._root.strip('/')}/"
            return {path.strip("/").removeprefix(top): e["size"] for path, e in found.items()}

    def size(self, path: str) -> int | None:
        """The bytes of a file; None if there is none, or nobody says."""
        with _reasons(self.shown):
            try:
                found: int | None = self.files.info(self.at(path)).get("size")
            except FileNotFoundError:
                return None
            return found

    def read(self, path: str) -> bytes | None:
        """Whole."""
        with _reasons(self.shown):
            try:
                data: bytes = self.files.cat_file(self.at(path))
            except FileNotFoundError:
                return None
            return data

    def write(self, path: str, data: bytes) -> None:
        """In one request, unless it is large."""
        with _reasons(self.shown):
            self._make_folder_of(path)
            self.files.pipe_file(self.at(path), data)

    def upload(self, path: str, file: Path) -> None:
        """In parts, if it is large."""
        with _reasons(self.shown):
            self._make_folder_of(path)
            self.files.put_file(os.fspath(file), self.at(path))

    def copy(self, source: str, target: str) -> None:
        """By the server, if it can."""
        with _reasons(self.shown):
            self._make_folder_of(target)
            self.files.cp_file(self.at(source), self.at(target))

    def delete(self, path: str) -> None:
        """By name."""
        with _reasons(self.shown):
            try:
                self.files.rm_file(self.at(path))
            except FileNotFoundError:
                return

    def _make_folder_of(self, path: str) -> None:
        # Where there are no folders but keys, this does nothing.
        self.files.makedirs(self.at(path).rpartition("/")[0], exist_ok=True)

    def at(self, path: str) -> str:
        """The path of a file as the file system has it."""
        return f"{self._root}/{path}" if path else self._root


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return url if "@" not in parts.netloc else url.replace(parts.netloc.rpartition("@")[0], "…", 1)


@contextmanager
def _reasons(shown: str) -> Iterator[None]:
    try:
        yield
    except CorpuskitError:
        raise
    except Exception as error:  # every backend raises what the library below it raises
        said = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise UnfinishedError(f"{shown}: {said}") from error
