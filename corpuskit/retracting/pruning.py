"""`corpuskit.prune`: old versions without their rows, in a dataset that still tells its history."""

from __future__ import annotations

import os
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from corpuskit.clock import created_at
from corpuskit.dataset_folder import DatasetFolder, Published, left_of
from corpuskit.dates import format_instant
from corpuskit.errors import ReleaseError, UnfinishedError, UsageError
from corpuskit.finding.release import divided, find_release, is_version
from corpuskit.retracting.burying import bury, freed_bytes, leftovers
from corpuskit.tombstones import FILES, Tombstone
from corpuskit.urls import is_url

_FILE = FILES["pruned"]


@dataclass(frozen=True, slots=True)
class PruneResult:
    """What became of the dataset at `path`.

    `pruned` are the versions whose rows were deleted, `kept` those that have them, oldest first.
    `files` went, of which `freed` bytes have no other name. In a `dry_run` nothing was done.
    """

    name: str
    path: Path
    pruned: tuple[str, ...]
    kept: tuple[str, ...]
    files: int
    freed: int
    dry_run: bool


def prune(
    dataset: str | os.PathLike[str],
    keep: int,
    *,
    dry_run: bool = False,
    created: str | None = None,
) -> PruneResult:
    """Delete the rows of all versions of a dataset but the newest ones.

    Manifests stay, so that the history can still be verified. Who was killed calls it again.

    Args:
        dataset: Its folder, or its name in `datasets`.
        keep: How many versions keep their rows: 1 or more. Retracted ones do not count.
        dry_run: Whether only to say what would go.
        created: When (ISO 8601); SOURCE_DATE_EPOCH goes before it.

    Raises:
        ReleaseError: it is no dataset, or cannot be read.
        UsageError: nothing is there, it is behind a URL, or `keep` is less than 1.
        UnfinishedError: the disk or the rights got in the way; the next call goes on from there.
    """
    if keep < 1:
        raise UsageError(f"{keep} versions cannot be kept: the latest one always is")
    when = format_instant(created_at(created, None))
    folder = DatasetFolder(_dataset(dataset))
    try:
        with nullcontext() if dry_run else folder.changing():
            versions = folder.versions()
            if not versions:
                raise ReleaseError(f"{folder.path} has no version")
            stones = _tombstones(versions, keep, when)
            gone = [p for s in stones for p in leftovers(folder.path / s.version, _FILE)]
            freed, files = freed_bytes(gone), len(gone)
            if not dry_run:
                bury(folder, stones)
    except OSError as error:
        raise UnfinishedError(f"{folder.path}: {error.strerror}") from error
    return PruneResult(
        versions[-1].manifest.name,
        folder.path,
        tuple(stone.version for stone in stones),
        tuple(str(version.version) for version in left_of(versions)[-keep:]),
        files,
        freed,
        dry_run,
    )


def _dataset(operand: str | os.PathLike[str]) -> Path:
    path, at = divided(operand)
    if is_url(path):
        raise UsageError("only datasets of this machine are pruned; elsewhere: corpuskit retract")
    if at is not None:
        raise UsageError(f"a dataset is pruned, and no version; leave @{at} out")
    folder = find_release(operand)
    if is_version(folder):
        raise UsageError(f"{folder} is one version; name the folder of the dataset")
    return folder


def _tombstones(versions: list[Published], keep: int, when: str) -> list[Tombstone]:
    """Those of the versions that go, and of those that somebody who was killed did not finish."""
    going = {
        version.version: Tombstone("pruned", str(version.version), when, version.manifest_sha256)
        for version in left_of(versions)[:-keep]
    }
    for version in versions:
        stone = version.gone
        if stone is None or stone.kind != "pruned":
            continue
        if not stone.is_readable:
            number, sha256 = str(version.version), version.manifest_sha256
            going[version.version] = Tombstone("pruned", number, when, sha256)
        elif leftovers(version.folder, _FILE):
            going[version.version] = stone
    return [stone for _, stone in sorted(going.items())]
