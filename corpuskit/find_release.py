"""Which folder is meant by who names a release: one rule for `load`, `show` and `verify`."""

from __future__ import annotations

import os
from pathlib import Path

from corpuskit.errors import ReleaseError, UsageError
from corpuskit.versions import Version

DATASETS = "datasets"
"""The folder where builds put datasets unless they are told otherwise, and names are looked up."""

MANIFEST = "manifest.json"
CHECKSUMS = "SHA256SUMS"

_WHAT_TO_NAME = (
    f"the folder of a version or a dataset, such as {DATASETS}/articles/1.0.0, or build one: "
    "corpuskit build ARTICLES"
)


def find_release(path: str | os.PathLike[str]) -> Path:
    """The folder of a version or of a dataset; its path goes before the name of a dataset.

    Raises:
        ReleaseError: it is none, or cannot be listed.
        UsageError: nothing is there.
    """
    path = Path(path)
    # `..` is a name, too, and `datasets/..` is the folder that we are in.
    in_datasets = path.parts == (path.name,) and path.name != ".."
    named = DATASETS / path if in_datasets and (DATASETS / path).is_dir() else None
    # A dataset is called like the folder of its sources, unless it is told otherwise.
    found = named if named is not None and not _is_release(path) else path
    if not os.path.lexists(found):
        raise UsageError(f"{found}: no such file or folder; name {_WHAT_TO_NAME}")
    if not found.is_dir():
        problem = "a file" if found.is_file() else "no folder"
        raise ReleaseError(f"{found} is {problem}; name {_WHAT_TO_NAME}")
    try:
        if is_version(found) or version_folders(found):
            return found
        raise ReleaseError(_no_release(found))
    except OSError as error:
        raise ReleaseError(f"{found}: {error.strerror}") from error


def is_version(folder: Path) -> bool:
    """Whether a folder is, or was, that of one version."""
    return os.path.lexists(folder / MANIFEST) or os.path.lexists(folder / CHECKSUMS)


def version_folders(folder: Path) -> list[Version]:
    """What is called like a version below `folder` and is a folder or a link to one, lowest first.

    Raises:
        OSError: `folder` cannot be listed.
    """
    found = [Version.parse(entry.name) for entry in folder.iterdir() if entry.is_dir()]
    return sorted(number for number in found if number is not None)


def _is_release(folder: Path) -> bool:
    try:
        return is_version(folder) or bool(version_folders(folder))
    except OSError:
        return False


def _no_release(folder: Path) -> str:
    datasets = sorted(entry for entry in folder.iterdir() if entry.is_dir() and _is_release(entry))
    if datasets:
        return f"{folder} is no release but holds datasets; name a folder such as {datasets[0]}"
    return (
        f"{folder} is no release: it holds neither {MANIFEST} nor a version; name {_WHAT_TO_NAME}"
    )
