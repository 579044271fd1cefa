"""Which folder is meant by who names a release: one rule for whatever reads one."""

from __future__ import annotations

import os
from pathlib import Path

from corpuskit.dataset_names import CHECKSUMS, MANIFEST
from corpuskit.disk.plain_files import read_document
from corpuskit.errors import GoneError, ReleaseError, UsageError
from corpuskit.strict_json import JsonError
from corpuskit.tombstones import FILES, Tombstone, load, unreadable
from corpuskit.versions import LATEST, Version, Wanted

DATASETS = "datasets"
"""The folder where builds put datasets unless they are told otherwise, and names are looked up."""

_WHAT_TO_NAME = (
    f"the folder of a version or a dataset, such as {DATASETS}/articles/1.0.0, or build one: "
    "corpuskit build ARTICLES"
)


def find_version(
    operand: str | os.PathLike[str], version: str | None = None, *, gone: bool = False
) -> tuple[Path, Wanted]:
    """The folder of a version that is meant, and which ones may be: it may be another's.

    Those that were retracted or pruned are passed over.

    `datasets/articles/1.0.0`, `datasets/articles`, `articles`, `articles@1.0.0`, `articles@1.0`.

    Args:
        operand: The folder of a version or of a dataset, or the name of one in `datasets`; behind
            an `@`, the version, unless something is called like the whole.
        version: `1.2.0`, or the newest of `1.2`, `1` or `latest`, which it is without one.
        gone: Whether one whose rows were deleted is meant if there is no other.

    Raises:
        GoneError: the version was retracted or pruned, or all that are meant were.
        ReleaseError: there is no such version, or it is not whole.
        UsageError: nothing is there, or the version is none or is stated twice.
    """
    stated_path, at = divided(operand)
    path = Path(stated_path)
    if at is not None and version is not None:
        raise UsageError(f"{os.fspath(operand)} names a version already; leave {version} out")
    stated = version if at is None else at
    wanted = Wanted.stated(LATEST if stated is None else stated)
    folder = _found(path)
    if is_version(folder):
        if at is not None:
            raise UsageError(f"{folder} is one version; leave @{at} out")
        return _left(folder, gone=gone), wanted
    try:
        numbers = version_folders(folder)
    except OSError as error:
        raise ReleaseError(f"{folder}: {error.strerror}") from error
    there = [number for number in numbers if (folder / str(number) / MANIFEST).exists()]
    if not there:
        raise ReleaseError(f"{folder} is not whole: there is no {MANIFEST} in it")
    left = [number for number in there if tombstone_in(folder / str(number)) is None]
    found = wanted.newest(left) or wanted.newest(there)
    if found is None:
        raise ReleaseError(f"{folder} has no {wanted}; it has {', '.join(map(str, there))}")
    return _left(folder / str(found), gone=gone), wanted


def tombstone_in(folder: Path) -> Tombstone | None:
    """What says that the rows of a version were deleted, if they were."""
    for kind, name in FILES.items():
        try:
            return load(kind, read_document(folder / name))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, JsonError):
            # What it says is for `verify` to doubt; the rows are not to be relied on.
            return unreadable(kind, folder.name)
    return None


def _left(folder: Path, *, gone: bool) -> Path:
    """The folder of a version, unless its rows were deleted."""
    tombstone = None if gone else tombstone_in(folder)
    if tombstone is not None:
        raise GoneError(str(folder), tombstone.said, tombstone.reason)
    return folder


def divided(operand: str | os.PathLike[str]) -> tuple[str, str | None]:
    """The path or URL of an operand, and the version behind its last `@` if it has one."""
    text = os.fspath(operand)
    path, mark, stated = text.rpartition("@")
    if not mark or not path or "/" in stated or os.path.lexists(text):
        return text, None
    return path, stated


def find_release(operand: str | os.PathLike[str]) -> Path:
    """The folder of a version or of a dataset, by its path or name; see `find_version`.

    It may be that of a version whose rows were deleted.

    Raises:
        ReleaseError: it is none, or cannot be listed.
        UsageError: nothing is there, or what stands behind an `@` is no version.
    """
    path, stated = divided(operand)
    return _found(Path(path)) if stated is None else find_version(operand, gone=True)[0]


def _found(path: Path) -> Path:
    """The folder of a path or name; a path goes before the name of a dataset."""
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
