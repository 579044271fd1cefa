"""The rows of versions deleted, so that no reader takes half a version for a whole one.

First tombstones say so, then the dataset's documents, and only then files go: whoever is killed in
between leaves versions that nobody reads, and the next one goes on from there.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from corpuskit.dataset_folder import DatasetFolder, replace_file
from corpuskit.dataset_names import REPORTS
from corpuskit.disk.syncing import sync
from corpuskit.errors import RefusedError, UnfinishedError
from corpuskit.tombstones import Tombstone, stays

_WRITABLE = stat.S_IWUSR | stat.S_IXUSR


def bury(dataset: DatasetFolder, tombstones: Sequence[Tombstone]) -> int:
    """Delete the rows of some versions of a dataset of this machine, to be called within a change.

    Returns:
        How many files were deleted.

    Raises:
        RefusedError: the folder of one is a link.
        UnfinishedError: the disk or the rights got in the way; the next call goes on from there.
    """
    for tombstone in tombstones:
        if (dataset.path / tombstone.version).is_symlink():
            raise RefusedError(
                f"{dataset.path / tombstone.version} is a link: what it leads to may be somebody "
                "else's; delete the link, or name the dataset that it leads into"
            )
    try:
        for tombstone in tombstones:
            folder = dataset.path / tombstone.version
            path, data = folder / tombstone.file, tombstone.dump()
            if not path.exists() or path.read_bytes() != data:
                _make_writable(folder)
                replace_file(path, data, beside=dataset.path)
                sync(folder)
        dataset.update_documents()
        sync(dataset.path)
        for tombstone in tombstones:
            if tombstone.kind == "retracted":
                # It shows rows, and names sources.
                (dataset.path / REPORTS / f"{tombstone.version}.html").unlink(missing_ok=True)
        return sum(_empty(dataset.path / t.version, t.file) for t in tombstones)
    except OSError as error:
        said = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
        raise UnfinishedError(f"{said}; run it again to go on") from error


def leftovers(folder: Path, tombstone: str) -> list[Path]:
    """The files of a version that go when its rows are deleted, in order."""
    return sorted(path for path in _files(folder) if not stays(_name(path, folder), tombstone))


def freed_bytes(paths: Sequence[Path]) -> int:
    """The bytes that are free once some files are deleted.

    Those of a file count once, and only if none of its other names stays.
    """
    names: dict[tuple[int, int], int] = {}
    sizes: dict[tuple[int, int], tuple[int, int]] = {}
    for path in paths:
        found = path.lstat()
        key = found.st_dev, found.st_ino
        names[key] = names.get(key, 0) + 1
        sizes[key] = found.st_nlink, found.st_size
    return sum(size for key, (links, size) in sizes.items() if names[key] >= links)


def _files(folder: Path) -> Iterator[Path]:
    for parent, _, files in os.walk(folder):
        yield from (Path(parent, name) for name in files)


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _empty(folder: Path, tombstone: str) -> int:
    """Delete what does not stay of a version, and the folders that are empty then."""
    gone = leftovers(folder, tombstone)
    parents = [Path(parent) for parent, _, _ in os.walk(folder, topdown=False)]
    for parent in parents:
        _make_writable(parent)
    for path in gone:
        path.unlink(missing_ok=True)
    for parent in parents:
        if parent != folder and not any(parent.iterdir()):
            parent.rmdir()
    sync(folder)
    return len(gone)


def _make_writable(folder: Path) -> None:
    """Let us delete what is in a folder of ours: somebody may have made all of it read-only."""
    mode = folder.stat().st_mode
    if mode & _WRITABLE != _WRITABLE:
        folder.chmod(mode | _WRITABLE)
