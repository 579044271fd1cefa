"""`corpuskit.publish`: a version, somewhere else, where no reader ever sees half of it.

What is to be sent goes to a folder of its own first, which is named after it: what lies there is
what it should be, whoever has sent it. From there it is copied to its place, the manifest last;
then come the index and what else stands around the versions.

While files are put in place, a claim says whose they are: of all who publish the same version each
has one, and somebody who publishes another one of that number is told to wait.
"""

from __future__ import annotations

import os
import random
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from corpuskit.documents import render_dataset
from corpuskit.errors import RefusedError, ReleaseError, UnfinishedError, UsageError
from corpuskit.find_release import CHECKSUMS, MANIFEST, find_version
from corpuskit.identity import digest
from corpuskit.manifest import Manifest
from corpuskit.manifest_json import ManifestError, load
from corpuskit.progress import Progress
from corpuskit.stores import UNDER_WAY, Store, open_store
from corpuskit.verifying import verify
from corpuskit.versions import Version

_AT_ONCE = 8
_TRIES = 6
_INDEX_TRIES = 5
_PAUSE_SECONDS = 0.2
_AROUND = ("README.md", "CHANGELOG.md", "index.json")


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
    what an earlier call has sent that did not come to its end.

    Args:
        release: The folder of a version on this machine, or of a dataset, or a name such as
            `articles@1.0.0`.
        url: Of the dataset's folder, such as `s3://bucket/articles`: any kind that fsspec knows, or
            a path.
        take_over: Whether to publish although somebody else has begun to publish another version of
            that number, and did not come to the end. Nobody may still be at it.
        progress: Hears of the stage `publish`, in files.

    Raises:
        ReleaseError: there is no such version, or it does not hold.
        RefusedError: another version of that number is there, or is being published; another
            dataset is there; or no licence is declared.
        UsageError: nothing is at `release`, or `url` cannot be used, or is no dataset's folder.
        UnfinishedError: the disk or the network got in the way; the next call goes on from there.
    """
    folder, _ = find_version(release)
    manifest = checked(folder)
    if not url:
        raise UsageError("the URL is empty")
    store = open_store(url)
    others = _Others(store)
    _refuse_foreign(manifest.name, store, others)
    version = _Version(folder, manifest, store, others)
    sent = None
    if not version.is_there():
        progress = progress or Progress()
        progress.stage("publish", 2 * len(version.files) + 1)
        try:
            sent = version.send(progress)
            with _claim(version, take_over=take_over) as check:
                version.put_in_place(check, progress)
        except UnfinishedError:
            # Who publishes the same has come to the end before, and cleaned up.
            if not version.is_there():
                raise
    version.clean_up()
    _update_index(store, others, manifest.version)
    return PublishResult(
        "there" if sent is None else "published",
        manifest.name,
        manifest.version,
        store.shown,
        len(version.files) + 1,
        *(sent or (0, 0)),
    )


def checked(folder: Path) -> Manifest:
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


class _Others:
    """The versions that are published in a store; what is read of one is not read again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, tuple[Manifest, str]] = {}

    def published(self) -> dict[str, tuple[Manifest, str]]:
        """By their folders, the manifests of those that are there whole now, and their digests."""
        numbers = [name for name in self._store.names() if Version.parse(name)]
        return {number: found for number in numbers if (found := self._manifest(number))}

    def _manifest(self, number: str) -> tuple[Manifest, str] | None:
        if number not in self._known:
            path = f"{number}/{MANIFEST}"
            data = self._store.read(path)
            if data is None:
                return None
            try:
                self._known[number] = load(data), digest(data)
            except ManifestError as error:
                raise ReleaseError(f"{self._store.shown}/{path}: {error}") from error
        return self._known[number]


def _refuse_foreign(name: str, store: Store, others: _Others) -> None:
    """Make sure that nothing but a dataset of ours is ever written over."""
    names = set(store.names())
    if names & {MANIFEST, CHECKSUMS}:
        raise UsageError(f"{store.shown} is one version; name the folder of the dataset")
    published = others.published()
    foreign = names.intersection(_AROUND)
    if foreign and not published and UNDER_WAY not in names:
        raise UsageError(f"{store.shown} holds {min(foreign)} and no release; name another folder")
    for there, _ in published.values():
        if there.name != name:
            raise RefusedError(f"{store.shown} holds the dataset {there.name}, and not {name}")


class _Version:
    """A version on its way from a folder to a store.

    Attributes:
        files: all but the manifest, by path, with their bytes.
        key: the digest of SHA256SUMS, which is that of all its files.
    """

    def __init__(self, folder: Path, manifest: Manifest, store: Store, others: _Others) -> None:
        self.folder = folder
        self.store = store
        self.number = manifest.version
        self.key = digest((folder / CHECKSUMS).read_bytes())
        found = (path for path in sorted(folder.rglob("*")) if path.is_file())
        self.files = {
            path.relative_to(folder).as_posix(): path.stat().st_size
            for path in found
            if path != folder / MANIFEST
        }
        self._manifest = manifest
        self._others = others
        self._sent_to = f"{UNDER_WAY}/{self.number}-{self.key}"

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

    @cached_property
    def _shards_there(self) -> dict[str, str]:
        """By its path here, the path there of each shard that another version has as well."""
        there: dict[str, str] = {}
        for number, (manifest, _) in self._others.published().items():
            sizes = self.store.sizes(number) if number != self.number else {}
            for entry in manifest.shards:
                if sizes.get(f"{number}/{entry.path}") == entry.bytes:
                    there[entry.sha256] = f"{number}/{entry.path}"
        return {e.path: there[e.sha256] for e in self._manifest.shards if e.sha256 in there}

    def send(self, progress: Progress) -> tuple[int, int]:
        """Send what is not there to a folder of its own; the bytes sent, and those not sent."""
        there = self.store.sizes(self._sent_to)
        missing = [
            path
            for path, size in self.files.items()
            if path not in self._shards_there and there.get(self._sent(path)) != size
        ]
        progress.advance(len(self.files) - len(missing), 0)

        def upload(path: str) -> None:
            self.store.upload(self._sent(path), self.folder / path)

        _each(upload, missing, lambda path: progress.advance(1, self.files[path]))
        uploaded = sum(self.files[path] for path in missing)
        return (
            uploaded + (self.folder / MANIFEST).stat().st_size,
            sum(self.files[path] for path in self._shards_there),
        )

    def put_in_place(self, check: Callable[[], None], progress: Progress) -> None:
        """Have all files in their places, and no others, the manifest last.

        `check` raises if somebody else has taken over.
        """

        def put(path: str) -> None:
            check()
            source = self._shards_there.get(path, self._sent(path))
            self.store.copy(source, f"{self.number}/{path}")

        _each(put, [*self.files], lambda _: progress.advance(1, 0))
        own = {f"{self.number}/{path}" for path in (*self.files, MANIFEST)}
        for path in self.store.sizes(self.number):
            if path not in own:
                self.store.delete(path)
        check()
        self.store.write(f"{self.number}/{MANIFEST}", (self.folder / MANIFEST).read_bytes())
        progress.advance(1, 0)

    def clean_up(self) -> None:
        """Delete what was only needed on the way, once the version is there."""
        for path in self.store.sizes(self._sent_to):
            self.store.delete(path)
        for name in self.store.names(UNDER_WAY):
            # Those of who was killed when all was done.
            if name.startswith(f"claim-{self.number}-{self.key}-"):
                self.store.delete(f"{UNDER_WAY}/{name}")

    def _sent(self, path: str) -> str:
        return f"{self._sent_to}/{path}"


def _each(do: Callable[[str], None], paths: Sequence[str], done: Callable[[str], None]) -> None:
    """Do something with several paths, some of them at once."""
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        for path, _ in zip(paths, threads.map(do, paths), strict=True):
            done(path)


@contextmanager
def _claim(version: _Version, *, take_over: bool) -> Iterator[Callable[[], None]]:
    """Claim a number for a version while its files are put in place; gives what checks the claim.

    Of two who claim at once at least one sees the other's claim, for each writes before it looks.
    Who sees one for another version withdraws and tries again, and gives up after some times. Who
    is killed leaves a claim, which does not hinder those who publish the same.

    Raises:
        RefusedError: somebody else has claimed it for another version, or another one is there.
    """
    store, number = version.store, version.number
    same = f"claim-{number}-{version.key}-"
    own = f"{UNDER_WAY}/{same}{secrets.token_hex(8)}"

    def check() -> None:
        # Who publishes the same deletes it, too, when all is there.
        if store.read(own) is None and not version.is_there():
            raise RefusedError(f"somebody else has taken over version {number} in {store.shown}")

    for attempt in range(_TRIES):
        store.write(own, b"")
        others = [
            name
            for name in store.names(UNDER_WAY)
            if name.startswith(f"claim-{number}-") and not name.startswith(same)
        ]
        if take_over:
            for name in others:
                store.delete(f"{UNDER_WAY}/{name}")
            others = []
        if not others:
            try:
                # Somebody may have come to the end since this was looked at.
                version.is_there()
            except RefusedError:
                store.delete(own)
                raise
            yield check
            store.delete(own)
            return
        store.delete(own)
        time.sleep(_PAUSE_SECONDS * random.random() * 2**attempt)  # noqa: S311 - no secret
    raise RefusedError(
        f"somebody else is publishing another version {number} in {store.shown}, or was killed "
        "while doing so; if you know that nobody is: --take-over"
    )


def _update_index(store: Store, others: _Others, number: str) -> None:
    """Bring README, change log and index up to date with the versions that are there.

    Who publishes another version at the same time writes them as well: the last one who looks finds
    all versions in them, or writes them again.
    """
    for _ in range(_INDEX_TRIES):
        documents = render_dataset([*others.published().values()])
        stale = {name: data for name, data in documents.items() if store.read(name) != data}
        if not stale:
            return
        for name in _AROUND:
            if name in stale:
                store.write(name, stale[name])
    raise UnfinishedError(f"{store.shown}: the index changes as often as {number} is put into it")
