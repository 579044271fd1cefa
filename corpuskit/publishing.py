"""`corpuskit.publish`: a version, somewhere else, where no reader ever sees half of it.

Files go first, the manifest last, then the index. Whoever publishes a version says so in a claim
beside the versions, by the digest of its SHA256SUMS: who wants to publish another one under that
number is told, and who publishes the same goes on where the other stopped.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpuskit.documents import render_dataset
from corpuskit.errors import RefusedError, ReleaseError, UnfinishedError
from corpuskit.find_release import CHECKSUMS, MANIFEST, find_version
from corpuskit.identity import digest
from corpuskit.manifest import Manifest
from corpuskit.manifest_json import ManifestError, load
from corpuskit.progress import Progress
from corpuskit.stores import Store, open_store
from corpuskit.verifying import verify
from corpuskit.versions import Version

CLAIMS = ".publishing"
"""The folder beside the versions for the claims of those who publish."""

_AT_ONCE = 8
_TRIES = 6
_INDEX_TRIES = 5
_PAUSE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class PublishResult:
    """What became of a version at `url`.

    `status` is `there` if it was published before. `uploaded` are the bytes that were sent,
    `copied` those that were there in another version.
    """

    status: Literal["published", "there"]
    name: str
    version: str
    url: str
    files: int
    uploaded: int
    copied: int


def publish(
    release: str | os.PathLike[str],
    url: str,
    *,
    take_over: bool = False,
    progress: Progress | None = None,
) -> PublishResult:
    """Publish a version in the folder of a dataset elsewhere, after it was verified.

    What is there already is not sent again: shards of versions before are copied by the server, and
    what an earlier call has left that did not come to its end.

    Args:
        release: The folder of a version, or whatever `load` takes, such as `articles@1.0.0`.
        url: Of the dataset's folder, such as `s3://bucket/articles`: any kind that fsspec knows.
        take_over: Whether to publish although somebody else has begun to publish another version of
            that number, and did not come to the end.
        progress: Hears of the stage `publish`, in files.

    Raises:
        ReleaseError: there is no such version, or it does not hold.
        RefusedError: another version of that number is there, or is being published; another
            dataset is there; or no licence is declared.
        UsageError: nothing is at `release`, or `url` cannot be used.
        UnfinishedError: the disk or the network got in the way; the next call goes on from there.
    """
    folder, _ = find_version(release)
    manifest = _checked(folder)
    store = open_store(url)
    version = _Version(folder, manifest, store)
    _refuse_mixing(manifest.name, store)
    sent = None
    if version.is_there():
        # Who was killed when all was done has left it.
        store.delete(version.claim)
    else:
        with _claim(version, take_over=take_over):
            # Somebody may have come to the end with it before it was claimed.
            sent = None if version.is_there() else version.send(progress or Progress())
    _update_index(store, manifest.version)
    return PublishResult(
        "there" if sent is None else "published",
        manifest.name,
        manifest.version,
        store.shown,
        len(version.files) + 1,
        *(sent or (0, 0)),
    )


def _checked(folder: Path) -> Manifest:
    """The manifest of a version that holds, and that others may use."""
    if found := verify(folder):
        said = "; ".join(f"{d.where}: {d.code} {d.message}" for d in found[:3])
        raise ReleaseError(f"{folder} does not hold ({len(found)} findings): {said}")
    manifest = load((folder / MANIFEST).read_bytes())
    if manifest.description.license is None:
        raise RefusedError(
            f"{manifest.name} declares no licence; add [dataset] license to the configuration, "
            'such as "CC-BY-4.0", or "unknown" in words, and build again'
        )
    return manifest


def _refuse_mixing(name: str, store: Store) -> None:
    for there, _ in _published(store):
        if there.name != name:
            raise RefusedError(f"{store.shown} holds the dataset {there.name}, and not {name}")


class _Version:
    """A version on its way from a folder to a store.

    Attributes:
        files: all but the manifest, by path, with their bytes.
        key: the digest of SHA256SUMS, which is that of all its files.
        claim: the path of the file that says that it is being published.
    """

    def __init__(self, folder: Path, manifest: Manifest, store: Store) -> None:
        self.folder = folder
        self.manifest = manifest
        self.store = store
        self.number = manifest.version
        self.key = digest((folder / CHECKSUMS).read_bytes())
        self.claim = f"{CLAIMS}/{self.number}-{self.key}"
        found = (path for path in sorted(folder.rglob("*")) if path.is_file())
        self.files = {
            path.relative_to(folder).as_posix(): path.stat().st_size
            for path in found
            if path != folder / MANIFEST
        }

    def is_there(self) -> bool:
        """Whether it is published.

        Raises:
            RefusedError: another one is under its number.
        """
        if self.store.read(f"{self.number}/{MANIFEST}") is None:
            return False
        there = self.store.read(f"{self.number}/{CHECKSUMS}")
        if there is None or digest(there) != self.key:
            raise RefusedError(
                f"{self.store.shown} has another version {self.number}, and a version never changes"
            )
        return True

    def send(self, progress: Progress) -> tuple[int, int]:
        """Have all files there, the manifest last; the bytes that were sent, and copied there."""
        there = self.store.sizes(self.number)
        missing = [path for path, size in self.files.items() if there.get(self._at(path)) != size]
        before = _shards_there(self.store, missing and self.number)
        sums = {entry.path: entry.sha256 for entry in self.manifest.files}
        progress.stage("publish", len(missing) + 1)

        def have(path: str) -> tuple[int, int]:
            size = self.files[path]
            source = before.get(sums.get(path, ""))
            if source is not None:
                self.store.copy(source, self._at(path))
            else:
                self.store.upload(self._at(path), self.folder / path)
            return (0, size) if source is not None else (size, 0)

        sent = []
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            for uploaded, copied in threads.map(have, missing):
                sent.append((uploaded, copied))
                progress.advance(1, uploaded)
        data = (self.folder / MANIFEST).read_bytes()
        self.store.write(f"{self.number}/{MANIFEST}", data)
        progress.advance(1, len(data))
        return sum(up for up, _ in sent) + len(data), sum(copied for _, copied in sent)

    def clear(self) -> None:
        """Delete what somebody else has left who did not come to the end."""
        if self.store.read(f"{self.number}/{MANIFEST}") is None:
            for path in self.store.sizes(self.number):
                self.store.delete(path)

    def _at(self, path: str) -> str:
        return f"{self.number}/{path}"


def _shards_there(store: Store, number: str | list[str]) -> dict[str, str]:
    """Where each shard of the published versions is, by its SHA-256; not those of this number."""
    found: dict[str, str] = {}
    for manifest, _ in _published(store) if number else ():
        if manifest.version != number:
            found |= {e.sha256: f"{manifest.version}/{e.path}" for e in manifest.shards}
    return found


@contextmanager
def _claim(version: _Version, *, take_over: bool) -> Iterator[None]:
    """Claim a number for a version, and give it back once that is published.

    Of two who claim at once at least one sees the other's claim, for each writes before it looks.
    Who sees one withdraws and tries again, so that one of them stays. Who is killed leaves a claim,
    which does not hinder those who publish the same.

    Raises:
        RefusedError: somebody else has claimed it for another version.
    """
    store, number = version.store, version.number
    own = version.claim.rpartition("/")[2]
    goes_on = own in store.names(CLAIMS)
    for attempt in range(_TRIES):
        store.write(version.claim, b"")
        others = [
            name
            for name in store.names(CLAIMS)
            if name.rpartition("-")[0] == number and name != own
        ]
        if take_over and others:
            for name in others:
                store.delete(f"{CLAIMS}/{name}")
            others = []
        if not others:
            if not goes_on:
                version.clear()
            yield
            store.delete(version.claim)
            return
        store.delete(version.claim)
        time.sleep(_PAUSE_SECONDS * random.random() * 2**attempt)  # noqa: S311 - no secret
    raise RefusedError(
        f"somebody else is publishing another version {number} in {store.shown}, or was killed "
        "while doing so; if you know that nobody is: --take-over"
    )


def _update_index(store: Store, number: str) -> None:
    """Bring README, change log and index up to date with the versions that are there.

    Who publishes another version at the same time writes them as well: the last one who looks finds
    all versions in them, or writes them again.
    """
    for _ in range(_INDEX_TRIES):
        documents = render_dataset(_published(store))
        stale = {name: data for name, data in documents.items() if store.read(name) != data}
        if not stale:
            return
        for name, data in sorted(stale.items(), key=lambda item: item[0] == "index.json"):
            store.write(name, data)
    raise UnfinishedError(f"{store.shown}: the index changes as often as {number} is put into it")


def _published(store: Store) -> list[tuple[Manifest, str]]:
    """The manifests of all versions that are there whole, with their digests."""
    numbers = [name for name in store.names() if Version.parse(name)]
    found = []
    for number in numbers:
        data = store.read(f"{number}/{MANIFEST}")
        if data is None:
            continue
        try:
            found.append((load(data), digest(data)))
        except ManifestError as error:
            raise ReleaseError(f"{store.shown}/{number}/{MANIFEST}: {error}") from error
    return found
