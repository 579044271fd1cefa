"""`corpuskit.retract`: a version taken back, for everybody who would read it.

Its rows and documents are deleted. The manifest stays, for versions after it name its digest, and
so does what is withdrawn; a tombstone says why the rest is gone. The number is never used again.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from corpuskit.clock import created_at
from corpuskit.dataset_folder import DatasetFolder, Published, left_of, read_version
from corpuskit.dataset_names import MANIFEST, UNDER_WAY
from corpuskit.dates import format_instant
from corpuskit.documents.markdown import one_line
from corpuskit.errors import ReleaseError, UnfinishedError, UsageError
from corpuskit.finding.release import divided, find_version
from corpuskit.finding.remote import remote_tombstone
from corpuskit.publishing.versions import PublishedVersions, update_index
from corpuskit.retracting.burying import bury, freed_bytes, leftovers
from corpuskit.shown_values import is_utf8
from corpuskit.stores import LocalStore, Store, open_store
from corpuskit.stores.hub import is_on_hub
from corpuskit.tombstones import FILES, LONGEST_REASON, Tombstone, stays
from corpuskit.urls import is_url
from corpuskit.versions import Version

_FILE = FILES["retracted"]


@dataclass(frozen=True, slots=True)
class RetractResult:
    """What became of a version in the dataset at `place`, a folder or a URL.

    `status` is `already` if it had been retracted before; reason and `when` are those of then.
    `files` were deleted, of which `freed` bytes have no other name. `latest` is the newest version
    that is left.
    """

    status: Literal["retracted", "already"]
    name: str
    version: str
    place: str
    reason: str
    when: str
    files: int
    freed: int
    latest: str | None


def retract(
    release: str | os.PathLike[str], reason: str, *, created: str | None = None
) -> RetractResult:
    """Delete the rows of a version, and say why to everybody who asks for it.

    Who was killed while doing so calls it again. Other versions, which may share files with it, are
    as before.

    Args:
        release: The version, on this machine or behind a URL: its folder, or a dataset's folder or
            name with the whole number behind an `@`, such as `articles@1.0.0`.
        reason: Why, in a line; everybody reads it.
        created: When (ISO 8601); SOURCE_DATE_EPOCH goes before it.

    Raises:
        ReleaseError: there is no such version.
        UsageError: nothing is there, no version is named, or there is no reason.
        UnfinishedError: the disk or the network got in the way; the next call goes on from there.
    """
    said = one_line(reason)
    if not said:
        raise UsageError("a reason is needed: it is all that who asks for the version is told")
    if not is_utf8(said):
        raise UsageError("the reason is not UTF-8")
    if len(said) > LONGEST_REASON:
        raise UsageError(f"the reason is longer than {LONGEST_REASON} characters")
    when = format_instant(created_at(created, None))
    path, _ = divided(release)
    if not is_url(path):
        return _retract_here(_named(release), said, when)
    store, number = _named_there(os.fspath(release))
    if isinstance(store, LocalStore):
        return _retract_here(store.root / number, said, when)
    return _retract_there(store, number, said, when)


def _named(release: str | os.PathLike[str]) -> Path:
    """The folder of the one version that is named."""
    folder, wanted = find_version(release, gone=True)
    found = Path(os.path.realpath(folder))
    stated = ".".join(map(str, wanted.parts)) or os.path.basename(os.path.realpath(release))  # noqa: PTH119
    if Version.parse(found.name) is None or not DatasetFolder(found.parent).has_index:
        raise UsageError(f"{folder} is not in the folder of a dataset, which has an index.json")
    if stated != found.name:
        raise _unnamed(os.fspath(release), found.name)
    return found


def _named_there(release: str) -> tuple[Store, str]:
    """The store of a dataset, and the number of the version of it that is named."""
    place, at = divided(release)
    place = place.rstrip("/")
    if is_on_hub(place):
        raise UsageError(
            "the Hugging Face Hub keeps what was ever there: delete the tag of the version, and "
            "squash the history or delete the repository, in its settings or with huggingface_hub"
        )
    if at is None:
        place, _, at = place.rpartition("/")
    store = open_store(place)
    if Version.parse(at) is None:
        raise _unnamed(release.rpartition("@")[0] or release, "1.0.0")
    if store.read(f"{at}/{MANIFEST}") is None:
        raise ReleaseError(f"{store.shown} has no {at}")
    return store, at


def _unnamed(release: str, number: str) -> UsageError:
    name = release.rpartition("@")[0] or release
    return UsageError(f"name one version with its whole number, such as {name}@{number}")


def _retract_here(folder: Path, reason: str, when: str) -> RetractResult:
    dataset = DatasetFolder(folder.parent)
    number = Version.parse(folder.name)
    assert number is not None, "a version is named"
    try:
        with dataset.changing():
            version = read_version(folder, number)
            before, stone = _tombstone(version, reason, when)
            freed = freed_bytes(leftovers(folder, _FILE))
            files = bury(dataset, [stone])
            _forget_what_was_sent(LocalStore(dataset.path), folder.name)
            left = left_of(dataset.versions())
    except OSError as error:
        raise UnfinishedError(f"{dataset.path}: {error.strerror}") from error
    latest = str(left[-1].version) if left else None
    return _result(version.manifest.name, dataset.path, before, stone, files, freed, latest)


def _tombstone(version: Published, reason: str, when: str) -> tuple[Tombstone | None, Tombstone]:
    """The tombstone that a version has, if it was retracted, and the one that it gets."""
    before = _retracted(version.gone)
    number = str(version.version)
    new = Tombstone("retracted", number, when, version.manifest_sha256, reason)
    return before, before or new


def _retracted(found: Tombstone | None) -> Tombstone | None:
    """A tombstone that says so; one that cannot be read is written anew."""
    return found if found and found.kind == "retracted" and found.is_readable else None


def _retract_there(store: Store, number: str, reason: str, when: str) -> RetractResult:
    versions = PublishedVersions(store)
    published = versions.whole()
    if number not in published:
        raise UsageError(f"{store.shown} lists no files, so that none could be deleted there")
    manifest, sha256 = published[number]
    before = _retracted(remote_tombstone(store, number))
    if before is not None:
        # It is that of the folder it is in, whatever it says.
        before = replace(before, version=number, manifest_sha256=sha256)
    stone = before or Tombstone("retracted", number, when, sha256, reason)
    if before is None:
        store.write(f"{number}/{_FILE}", stone.dump())
    update_index(store, versions, number)
    sizes = {
        path: size
        for path, size in store.sizes(number).items()
        if not stays(path.removeprefix(f"{number}/"), _FILE)
    }
    for path in sizes:
        store.delete(path)
    _forget_what_was_sent(store, number)
    gone = versions.gone()
    left = [v for name in versions.whole() if name not in gone and (v := Version.parse(name))]
    latest = str(max(left)) if left else None
    freed = sum(sizes.values())
    return _result(manifest.name, store.shown, before, stone, len(sizes), freed, latest)


def _forget_what_was_sent(store: Store, number: str) -> None:
    """Delete what publishers who were killed have left of a version on its way."""
    for name in store.names(UNDER_WAY):
        if name.startswith((f"{number}-", f"claim-{number}-")):
            for path in [*store.sizes(f"{UNDER_WAY}/{name}"), f"{UNDER_WAY}/{name}"]:
                with suppress(UnfinishedError):
                    store.delete(path)


def _result(
    name: str,
    place: Path | str,
    before: Tombstone | None,
    stone: Tombstone,
    files: int,
    freed: int,
    latest: str | None,
) -> RetractResult:
    return RetractResult(
        "retracted" if before is None else "already",
        name,
        stone.version,
        str(place),
        stone.reason or "",
        stone.when,
        files,
        freed,
        latest,
    )
