"""The files of one version, in a folder of this machine or behind a URL, for those who read it.

Behind a URL only those parts of a file are fetched that are asked for: the end of a shard, which
says where its columns are, and these columns (`remote_parts`). They are kept, if a cache is given.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow.dataset as ds
from pyarrow.fs import PyFileSystem

from corpuskit import footers
from corpuskit.cache.keeping import prune
from corpuskit.cache.ranges import RangeCache
from corpuskit.errors import UsageError
from corpuskit.finding.release import divided, find_version
from corpuskit.finding.remote import remote_store
from corpuskit.manifest import FileEntry, Manifest
from corpuskit.releases.remote_parts import TAIL, Ranges, remote_dataset
from corpuskit.shards import ShardFile
from corpuskit.stores import LocalStore, RemoteStore
from corpuskit.stores.hub import is_on_hub
from corpuskit.urls import is_url
from corpuskit.versions import LATEST, Version, Wanted


class ReleaseFiles(Protocol):
    """The files of a version by their paths in it."""

    @property
    def place(self) -> Path | str:
        """The version's folder, or its URL as messages may say it."""

    @property
    def address(self) -> Path | str:
        """The version's folder, or its URL with all that is needed to open it."""

    def size(self, path: str) -> int | None:
        """The bytes of a plain file; None if there is none."""

    def read(self, path: str) -> bytes:
        """What a file holds.

        Raises:
            OSError, UnfinishedError: it cannot be read.
        """

    def shard(self, path: str) -> ShardFile:
        """A shard, for `shards` to read."""

    def dataset(self, paths: Sequence[str]) -> ds.Dataset:
        """Some shards as one dataset of Arrow, in that order.

        Raises:
            OSError, pa.ArrowException: they cannot be read.
        """

    def learn(self, manifest: Manifest) -> None:
        """Take it that the files are as a manifest says."""

    def keep(self, home: Path) -> None:
        """Keep what is fetched of shards in the cache at `home`, and use what is there."""

    def forget(self) -> None:
        """Delete what is kept: it may be damaged, which nobody can tell of a part."""


@dataclass(frozen=True, slots=True)
class FolderFiles:
    """Those in a folder of this machine."""

    place: Path

    @property
    def address(self) -> Path:
        """The same."""
        return self.place

    def size(self, path: str) -> int | None:
        """See `ReleaseFiles`, as for all methods."""
        try:
            found = (self.place / path).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def read(self, path: str) -> bytes:
        """Whole."""
        return (self.place / path).read_bytes()

    def shard(self, path: str) -> ShardFile:
        """By its path."""
        return self.place / path

    def dataset(self, paths: Sequence[str]) -> ds.Dataset:
        """By their paths."""
        return ds.dataset([os.fspath(self.place / path) for path in paths], format="parquet")

    def learn(self, manifest: Manifest) -> None:
        """Nothing: they are here."""

    def keep(self, home: Path) -> None:
        """Nothing, as well."""

    def forget(self) -> None:
        """Nothing again."""


class RemoteFiles:
    """Those behind a URL; what is there, and how large, is asked once."""

    def __init__(self, store: RemoteStore, folder: str) -> None:
        """Take a store, and the version's folder in it, which may be itself.

        Raises:
            UnfinishedError: the network got in the way.
        """
        self._store = store
        self._prefix = f"{folder}/" if folder else ""
        self._base = f"{store.at('')}/{self._prefix}"
        self._sizes: dict[str, int | None] = {**store.sizes(folder)}
        self._ranges = Ranges(store.files, self._size_at)
        self._arrow = PyFileSystem(self._ranges)
        self._footers: FileEntry | None = None

    @property
    def address(self) -> str:
        """The URL, with all that is needed to open it: no message may say it."""
        return f"{self._store.url}/{self._prefix}".rstrip("/")

    @property
    def place(self) -> str:
        """The URL, without a password."""
        return f"{self._store.shown}/{self._prefix}".rstrip("/")

    def size(self, path: str) -> int | None:
        """See `ReleaseFiles`, as for all methods."""
        place = self._prefix + path
        if place not in self._sizes:
            # Not every server of files lists them.
            self._sizes[place] = self._store.size(place)
        return self._sizes[place]

    def _size_at(self, place: str) -> int | None:
        return self.size(place.removeprefix(self._base))

    def read(self, path: str) -> bytes:
        """Whole."""
        data = self._store.read(self._prefix + path)
        if data is None:
            raise FileNotFoundError(f"{self.place}/{path}: no such file")
        return data

    def shard(self, path: str) -> ShardFile:
        """Opened when it is read."""
        return lambda: self._arrow.open_input_file(self._at(path))

    def dataset(self, paths: Sequence[str]) -> ds.Dataset:
        """Through Arrow's bridge to fsspec; footers are fetched together where that is less."""
        if self._footers is not None and self._footers.bytes < len(paths) * TAIL:
            self._fetch_footers(self._footers)
        return remote_dataset([self._at(path) for path in paths], self._arrow)

    @property
    def _dataset(self) -> str:
        """The URL of what the version is of; its own, if it stands in no folder of versions."""
        place = self._store.shown
        if is_on_hub(place):
            return place.rpartition("@")[0] or place
        above, _, last = place.rpartition("/")
        return above if not self._prefix and Version.parse(last) else place

    def _fetch_footers(self, entry: FileEntry) -> None:
        try:
            found = footers.parse(self._ranges.whole(self._at(entry.path), entry.bytes))
        except (OSError, footers.FooterError) as error:
            raise OSError(f"{entry.path}: {error}") from error
        self._ranges.footers = {self._at(path): footer for path, footer in found.items()}
        self._footers = None

    def _at(self, path: str) -> str:
        return self._store.at(self._prefix + path)

    def learn(self, manifest: Manifest) -> None:
        """Digests of what may be kept, and where the footers of all shards are."""
        named = {entry.path: entry for entry in manifest.files}
        self._footers = named.get(footers.PATH)
        self._ranges.sha256 = {self._at(path): entry.sha256 for path, entry in named.items()}

    def forget(self) -> None:
        """Also of shards that other versions have."""
        self._ranges.forget()

    def keep(self, home: Path) -> None:
        """By the dataset's URL: what another place says is not believed."""
        self._ranges.cache = RangeCache(home, self._dataset, _PruningOnce(home))


class _PruningOnce:
    """Makes room in a cache when it is first called."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._done = False

    def __call__(self) -> None:
        if not self._done:
            self._done = True
            prune(self._home)


def find_files(
    operand: str | os.PathLike[str], version: str | None = None
) -> tuple[ReleaseFiles, Wanted]:
    """The files of the version that is meant, and which versions may be: see `find_version`.

    Raises:
        ReleaseError: there is no such version, or it is not whole.
        UsageError: nothing is there, the version is none or is stated twice, or a URL cannot be
            used.
        UnfinishedError: the network got in the way.
    """
    path, at = divided(operand)
    if not is_url(path):
        folder, wanted = find_version(operand, version)
        return FolderFiles(folder), wanted
    if at is not None and version is not None:
        raise UsageError(f"{os.fspath(operand)} names a version already; leave {version} out")
    wanted = Wanted.stated(next((text for text in (at, version) if text is not None), LATEST))
    store, folder_there = remote_store(path, wanted)
    if isinstance(store, LocalStore):
        return FolderFiles(store.root / folder_there), wanted
    assert isinstance(store, RemoteStore), "there are two kinds of stores"
    return RemoteFiles(store, folder_there), wanted
