"""Folders anywhere: what publishing needs of a file system, on disk or behind a URL (fsspec).

A file appears whole or not at all: object stores do that by themselves, elsewhere it is renamed.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Protocol

from corpuskit.dataset_names import UNDER_WAY
from corpuskit.disk.links import link_or_copy
from corpuskit.disk.syncing import sync
from corpuskit.errors import CorpuskitError, RefusedError, UnfinishedError, UsageError
from corpuskit.stores.hub import SCHEME, prepare
from corpuskit.urls import is_url, shown

_HALVES = frozenset({"ftp", "sftp", "ssh", "smb", "hdfs", "arrow_hdfs", "webhdfs", "webdav", "dav"})
"""The kinds of file systems with folders, in which a file that is being written can be seen."""

_UNLISTED = frozenset({"http", "https"})
"""The kinds that list nothing: a page with links is none."""

_TRIES = 8


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
        """The files below a folder by their path, and their bytes, as far as these are known."""

    @property
    def lists(self) -> bool:
        """Whether it says which files there are."""

    def read(self, path: str) -> bytes | None:
        """What a file holds; None if there is none."""

    def opened(self, path: str) -> AbstractContextManager[IO[bytes]]:
        """A file to be read a part at a time."""

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
        MissingExtraError: it is on the Hugging Face Hub, and huggingface_hub is not installed.
        UnfinishedError: the network got in the way.
    """
    if not is_url(place):
        return LocalStore(Path(place))
    if place.startswith(SCHEME):
        prepare()
    # Late: it takes a tenth of a second.
    from fsspec.core import url_to_fs  # noqa: PLC0415
    from fsspec.implementations.local import LocalFileSystem  # noqa: PLC0415

    try:
        with _reasons(shown(place)):
            files, root = url_to_fs(place)
    except UnfinishedError as error:
        if isinstance(error.__cause__, ImportError):
            raise UsageError(f"{shown(place)} needs another package: {error.__cause__}") from error
        if isinstance(error.__cause__, ValueError):
            raise UsageError(f"{shown(place)} cannot be used: {error.__cause__}") from error
        raise
    if isinstance(files, LocalFileSystem):
        return LocalStore(Path(root))
    return RemoteStore(files, root.rstrip("/"), place.rstrip("/"))


class LocalStore:
    """A folder of this machine, `root`."""

    def __init__(self, root: Path) -> None:
        """Take the folder."""
        self.root = root

    @property
    def shown(self) -> str:
        """See `Store`, as for all methods."""
        return str(self.root)

    @property
    def lists(self) -> bool:
        """It does."""
        return True

    def names(self, folder: str = "") -> list[str]:
        """As they are now."""
        with _reasons(self.shown):
            try:
                return sorted(path.name for path in (self.root / folder).iterdir())
            except (FileNotFoundError, NotADirectoryError):
                return []

    def sizes(self, folder: str) -> dict[str, int]:
        """As they are now."""
        sizes: dict[str, int] = {}
        with _reasons(self.shown):
            for parent, _, names in os.walk(self.root / folder):
                for path in (Path(parent, name) for name in names):
                    # Who publishes the same may delete what was only needed on the way.
                    with suppress(FileNotFoundError):
                        sizes[path.relative_to(self.root).as_posix()] = path.stat().st_size
        return sizes

    def read(self, path: str) -> bytes | None:
        """Whole."""
        with _reasons(self.shown):
            try:
                return (self.root / path).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                return None

    @contextmanager
    def opened(self, path: str) -> Iterator[IO[bytes]]:
        """By its path."""
        with _reasons(self.shown), (self.root / path).open("rb") as file:
            yield file

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
        """And the folders that it was the last one of."""
        with _reasons(self.shown):
            self._refuse_links(path)
            (self.root / path).unlink(missing_ok=True)
            for folder in (self.root / path).parents:
                if folder == self.root:
                    break
                # Somebody else may put something there, or have deleted it.
                with suppress(OSError):
                    folder.rmdir()

    def _refuse_links(self, path: str) -> None:
        """Make sure that what is written or deleted at `path` is in this folder and not elsewhere.

        Raises:
            RefusedError: a folder on the way is a link.
        """
        for folder in (self.root / path).parents:
            if folder == self.root:
                return
            if folder.is_symlink():
                raise RefusedError(f"{folder} is a link, and what it leads to may be somebody's")

    @contextmanager
    def _appearing(self, path: str) -> Iterator[Path]:
        """A path to write to, which is `path` once that is done.

        Raises:
            RefusedError: a folder on the way is a link.
        """
        target = self.root / path
        with _reasons(self.shown):
            self._refuse_links(path)
            temporary = self._new_temporary()
            try:
                yield temporary
                sync(temporary)
                _replace(temporary, target)
            finally:
                temporary.unlink(missing_ok=True)
            with suppress(OSError):
                temporary.parent.rmdir()
                temporary.parent.parent.rmdir()
            sync(target.parent)

    def _new_temporary(self) -> Path:
        """A path in a folder of its own, which is no version's: who is killed leaves it there."""
        folder = self.root / UNDER_WAY / f"new-{secrets.token_hex(8)}"
        for _ in range(_TRIES):
            # Who has come to the end deletes the folder above.
            with suppress(FileNotFoundError):
                folder.mkdir(parents=True)
                break
        return folder / "file"


def _replace(source: Path, target: Path) -> None:
    for _ in range(_TRIES - 1):
        with suppress(FileNotFoundError):
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(source, target)  # noqa: PTH105
            return
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(source, target)  # noqa: PTH105


class RemoteStore:
    """A folder behind a URL, through `files`, a file system of fsspec."""

    def __init__(self, files: Any, root: str, url: str) -> None:  # noqa: ANN401 - fsspec has no types
        """Take a file system of fsspec, a path in it, and its URL."""
        self.files = files
        self.url = url
        self._root = root
        kinds = files.protocol if isinstance(files.protocol, tuple | list) else (files.protocol,)
        self._has_halves = not _HALVES.isdisjoint(kinds)
        self.lists = _UNLISTED.isdisjoint(kinds)

    @property
    def shown(self) -> str:
        """See `Store`, as for all methods."""
        return shown(self.url)

    def names(self, folder: str = "") -> list[str]:
        """As the server lists them now; nothing where it lists none."""
        if not self.lists:
            return []
        with _reasons(self.shown):
            self.files.invalidate_cache()
            try:
                found = self.files.ls(self.at(folder), detail=False)
            except FileNotFoundError:
                return []
            return sorted({path.rstrip("/").rpartition("/")[2] for path in found} - {""})

    def sizes(self, folder: str) -> dict[str, int]:
        """As the server lists them now."""
        found: Mapping[str, Mapping[str, Any]]
        if not self.lists:
            return {}
        with _reasons(self.shown):
            self.files.invalidate_cache()
            try:
                found = self.files.find(self.at(folder), detail=True)
            except FileNotFoundError:
                return {}
            top = f"{self._root.strip('/')}/"
            sizes = {path.strip("/").removeprefix(top): e.get("size") for path, e in found.items()}
            return {path: size for path, size in sizes.items() if size is not None}

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

    @contextmanager
    def opened(self, path: str) -> Iterator[IO[bytes]]:
        """In a request for each part."""
        with _reasons(self.shown), self.files.open(self.at(path), mode="rb") as file:
            yield file

    def write(self, path: str, data: bytes) -> None:
        """In one request, unless it is large."""
        with self._appearing(path) as place:
            self.files.pipe_file(place, data)

    def upload(self, path: str, file: Path) -> None:
        """In parts, if it is large."""
        with self._appearing(path) as place:
            self.files.put_file(os.fspath(file), place)

    def copy(self, source: str, target: str) -> None:
        """By the server, if it can."""
        with self._appearing(target) as place:
            self.files.cp_file(self.at(source), place)

    def delete(self, path: str) -> None:
        """By name."""
        with _reasons(self.shown):
            try:
                self.files.rm_file(self.at(path))
            except FileNotFoundError:
                return

    def at(self, path: str) -> str:
        """The path of a file as the file system has it."""
        return f"{self._root}/{path}" if path else self._root

    @contextmanager
    def _appearing(self, path: str) -> Iterator[str]:
        """Where to write what is to be at `path`."""
        target = self.at(path)
        with _reasons(self.shown):
            if not self._has_halves:
                yield target
                return
            temporary = self.at(f"{UNDER_WAY}/new-{secrets.token_hex(8)}")
            for place in (temporary, target):
                self.files.makedirs(place.rpartition("/")[0], exist_ok=True)
            yield temporary
            self.files.mv(temporary, target)


@contextmanager
def _reasons(place: str) -> Iterator[None]:
    try:
        yield
    except CorpuskitError:
        raise
    except Exception as error:  # every backend raises what the library below it raises
        said = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise UnfinishedError(f"{place}: {said}") from error
