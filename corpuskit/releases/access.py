"""What a version has that cannot be read, or does not have: errors that say what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from corpuskit.cache.ranges import NotFetchedError
from corpuskit.dataset_names import MANIFEST
from corpuskit.errors import GoneError, ReleaseError
from corpuskit.finding.release import tombstone_in
from corpuskit.manifest import FileEntry, Manifest
from corpuskit.manifest_json import ManifestError
from corpuskit.manifest_json import load as parse_manifest
from corpuskit.releases.files import ReleaseFiles
from corpuskit.strict_json import MAX_BYTES

T = TypeVar("T")


def read_manifest(files: ReleaseFiles) -> Manifest:
    """The manifest among the files of a version.

    Raises:
        ReleaseError: there is none that can be read.
    """
    path = f"{files.place}/{MANIFEST}"
    try:
        size = files.size(MANIFEST)
        if size is None or size > MAX_BYTES:
            raise ReleaseError(f"{path} is no manifest")
        return parse_manifest(files.read(MANIFEST))
    except (OSError, ManifestError) as error:
        raise _unreadable(path, error) from error


def check_size(files: ReleaseFiles, entry: FileEntry) -> None:
    """Make sure that a file is there in its size, which costs no reading.

    Raises:
        ReleaseError: it is not.
    """
    path = f"{files.place}/{entry.path}"
    try:
        size = files.size(entry.path)
    except OSError as error:
        raise _unreadable(path, error) from error
    if size != entry.bytes:
        found = "none" if size is None else size
        if size is None and isinstance(files.place, Path) and tombstone_in(files.place):
            raise _unreadable(files.place, FileNotFoundError())
        raise ReleaseError(
            f"{path}: expected a file of {entry.bytes} bytes, found {found}; "
            f"for all that is wrong: corpuskit verify {files.place}"
        )


def reading(files: ReleaseFiles, read: Callable[[], T], *, forgets: bool = True) -> T:
    """What `read` gives; what it raises of bad files becomes a ReleaseError.

    What was kept of them is fetched anew the next time, if it may be what is bad: not if it was the
    network, nor, without `forgets`, if it may be what was asked.
    """
    try:
        return read()
    except (OSError, ValueError, RecursionError, pa.ArrowException) as error:
        if forgets and not isinstance(error, NotFetchedError):
            files.forget()
        raise _unreadable(files.place, error) from error


def _unreadable(path: Path | str, error: Exception) -> ReleaseError:
    tombstone = tombstone_in(path) if isinstance(path, Path) else None
    if tombstone is not None:
        return GoneError(str(path), tombstone.said, tombstone.reason)
    said = error.strerror if isinstance(error, OSError) and error.strerror else error
    return ReleaseError(f"{path} cannot be read: {said}; for what is wrong: corpuskit verify")
