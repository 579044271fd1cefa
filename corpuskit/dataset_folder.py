"""A dataset's folder on disk: the versions in it, and how a new one gets there.

A version is staged in a hidden folder beside its place, synced, and renamed: it is there whole or
not at all. What stands around the versions (index, README, change log) is made from their
manifests alone, so a build that was killed between two steps is mended by the next one.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from corpuskit.dataset_names import AROUND, DEV, INDEX, MANIFEST, REFUSED, STAGING
from corpuskit.disk.plain_files import read_document
from corpuskit.disk.syncing import sync, sync_all
from corpuskit.documents import render_dataset
from corpuskit.errors import RefusedError, ReleaseError, UnfinishedError, UsageError
from corpuskit.finding.release import is_version, tombstone_in
from corpuskit.identity import digest
from corpuskit.manifest import Manifest
from corpuskit.manifest_json import ManifestError, load
from corpuskit.shown_values import is_utf8
from corpuskit.tombstones import Tombstone
from corpuskit.versions import Version, stated_version

_ATTEMPTS = 100


@dataclass(frozen=True, slots=True)
class Published:
    """A version that is there: its folder, its manifest and that file's SHA-256.

    `gone` says that its rows were deleted, if they were.
    """

    version: Version
    folder: Path
    manifest: Manifest
    manifest_sha256: str
    gone: Tombstone | None = None


def left_of(versions: Sequence[Published]) -> list[Published]:
    """Those whose rows are there, in the same order."""
    return [version for version in versions if version.gone is None]


class DatasetFolder:
    """`datasets/<name>`: its published versions and the way to one more."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._load = cache(load)  # a build reads each version's manifest several times

    @property
    def has_index(self) -> bool:
        """Whether what stands around versions is ours: the index is written before the rest."""
        return (self.path / INDEX).is_file()

    def versions(self) -> list[Published]:
        """The published versions, oldest number first, also those whose rows were deleted.

        Raises:
            ReleaseError: a version's manifest cannot be read.
        """
        if not self.path.is_dir():
            return []
        found = [
            read_version(entry, version, self._load)
            for entry in self.path.iterdir()
            if (version := Version.parse(entry.name)) and (entry / MANIFEST).exists()
        ]
        return sorted(found, key=lambda published: published.version)

    def claim(self, src: Path) -> None:
        """Make sure that nothing but a dataset of ours is ever written over.

        Raises:
            UsageError: `src` is, or is in, this folder, the folder holds files of somebody else, or
                its path is not UTF-8.
        """
        if not is_utf8(os.path.realpath(self.path)):
            raise UsageError(f"{self.path} is not UTF-8: Arrow could not open what is there")
        own, source = Path(os.path.realpath(self.path)), Path(os.path.realpath(src))
        if source == own or own in source.parents:
            raise UsageError(
                f"{src} is where the dataset {self.path} would be; add --name or --out"
            )
        foreign = [name for name in AROUND if os.path.lexists(self.path / name)]
        if foreign and not (self.has_index and self.versions()):
            raise UsageError(
                f"{self.path} holds {foreign[0]} and no dataset; add --name or --out, or move it"
            )

    @contextmanager
    def stage(self) -> Iterator[Path]:
        """An empty hidden folder beside the versions, gone afterwards unless it was published."""
        folder, lock = self._new_stage()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)
            self._remove_if_empty()

    def _new_stage(self) -> tuple[Path, int]:
        """A new stage, and the lock on it that says that its build is alive; both end together.

        Made while the dataset is locked, or another build would sweep it before it is locked
        itself. One that ends may delete the folder under our feet: then it is made once more.
        """
        try:
            for _ in range(_ATTEMPTS):
                self._make()
                with suppress(FileNotFoundError), self._lock():
                    self._sweep()
                    folder = Path(tempfile.mkdtemp(prefix=STAGING, dir=self.path))
                    lock = os.open(folder, os.O_RDONLY)
                    fcntl.flock(lock, fcntl.LOCK_EX)
                    return folder, lock
        except OSError as error:
            raise UnfinishedError(f"{self.path}: {error.strerror}") from error
        raise UnfinishedError(f"{self.path}: it is deleted as often as it is made")

    def _make(self) -> None:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except FileExistsError:
            # What was there has been deleted since; or it is a file, and still there.
            if os.path.lexists(self.path) and not self.path.is_dir():
                raise

    def publish(self, staged: Path, manifest: Manifest) -> Path:
        """Make the staged folder its version's, and bring what stands around it up to date.

        Raises:
            RefusedError: the version exists, or another build has published one meanwhile.
        """
        version = stated_version(manifest.version)
        target = self.path / str(version)
        _seal(staged)
        with self._lock():
            if target.exists():
                raise RefusedError(f"{target} exists, and a version never changes")
            follows = manifest.previous.version if manifest.previous else None
            there = self.versions()
            last = next((str(p.version) for p in reversed(left_of(there))), None)
            if last != follows or any(p.version > version for p in there):
                raise RefusedError(
                    "another version was published or retracted meanwhile; build again"
                )
            staged.rename(target)
            sync(self.path)
            self.refresh()
        return target

    def rehearse(self, staged: Path) -> Path:
        """Make the staged folder that of the rehearsal, in place of the one before.

        Raises:
            UsageError: there is a folder of that name which is none.
        """
        target = self.path / DEV
        _seal(staged)
        with self._lock():
            if os.path.lexists(target):
                if not is_version(target):
                    raise UsageError(f"{target} is no rehearsal of ours; move it, or add --out")
                target.rename(staged.with_name(DEV))  # goes with the stage
            staged.rename(target)
            sync(self.path)
        return target

    def refresh(self) -> None:
        """Bring index, README and change log up to date with the versions' manifests.

        What is up to date is not written: a build that finds nothing new leaves no trace, and one
        after a build that was killed before this step mends it.
        """
        self._forget_refused()
        self.update_documents()

    def update_documents(self) -> None:
        """Bring index, README and change log up to date."""
        versions = self.versions()
        published = [(p.manifest, p.manifest_sha256) for p in versions]
        gone = {str(p.version): p.gone for p in versions if p.gone is not None}
        documents = render_dataset(published, gone)
        for name in (INDEX, *(name for name in documents if name != INDEX)):
            path = self.path / name
            if not path.is_file() or path.read_bytes() != documents[name]:
                replace_file(path, documents[name])

    def keep_refused(self, files: Mapping[str, bytes]) -> Path:
        """Keep what a refused build found, in place of what an earlier one did."""
        folder = self.path / REFUSED
        if folder.is_symlink():
            folder.unlink()
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            replace_file(folder / Path(name).name, data)
        return folder

    def _forget_refused(self) -> None:
        """Delete what a build before was refused for: it is true no longer."""
        folder = self.path / REFUSED
        if folder.is_symlink():
            folder.unlink()
        shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Keep builds from publishing for a while; what killed ones have left is swept before.

        Raises:
            OSError: the folder cannot be opened.
        """
        with self._lock():
            self._sweep()
            yield

    @contextmanager
    def _lock(self) -> Iterator[None]:
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            # While this waited, the folder may have been deleted and made anew: another lock.
            if not os.path.samestat(os.fstat(descriptor), self.path.stat()):
                raise FileNotFoundError(errno.ENOENT, "the folder was deleted", str(self.path))
            yield
        finally:
            os.close(descriptor)

    def _sweep(self) -> None:
        """Delete what builds that were killed have left: nobody holds the locks of it."""
        for left in self.path.glob(f"{STAGING}*"):
            if not left.is_dir():
                left.unlink(missing_ok=True)
                continue
            descriptor = os.open(left, os.O_RDONLY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
            except BlockingIOError:
                continue
            finally:
                os.close(descriptor)

    def _remove_if_empty(self) -> None:
        with suppress(OSError), self._lock():
            self.path.rmdir()


def read_version(
    folder: Path, version: Version, load: Callable[[bytes], Manifest] = load
) -> Published:
    """A version's manifest, as `load` reads it.

    Raises:
        ReleaseError: it is missing, or no manifest.
    """
    try:
        data = read_document(folder / MANIFEST)
        stone, sha256 = tombstone_in(folder), digest(data)
        if stone is not None and stone.is_readable:
            # A tombstone is that of the folder it is in, whatever it says.
            stone = replace(stone, version=str(version), manifest_sha256=sha256)
        return Published(version, folder, load(data), sha256, stone)
    except OSError as error:
        raise ReleaseError(f"{folder}/manifest.json: {error.strerror}") from error
    except ManifestError as error:
        raise ReleaseError(f"{folder}/manifest.json: {error}") from error


def replace_file(path: Path, data: bytes, beside: Path | None = None) -> None:
    """Write `data` to `path` whole or not at all; `beside` is the folder for what is half done.

    Who may read what was there may read the new one.
    """
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o644
    descriptor, temporary = tempfile.mkstemp(prefix=STAGING, dir=beside or path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _seal(folder: Path) -> None:
    """Make every file of a staged version read-only and durable."""
    folder.chmod(0o755)
    tree = [(Path(parent), names, files) for parent, names, files in os.walk(folder, topdown=False)]
    files = [parent / name for parent, _, names in tree for name in names]
    for path in files:
        path.chmod(0o444)
    sync_all(files)
    for parent, folders, _ in tree:
        for name in folders:
            sync(parent / name)
    sync(folder)
