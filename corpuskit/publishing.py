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

from corpuskit.documents import checksums, render_dataset
from corpuskit.documents.checksums import ChecksumsError
from corpuskit.errors import GoneError, RefusedError, ReleaseError, UnfinishedError, UsageError
from corpuskit.find_release import CHECKSUMS, DEV, MANIFEST, find_version, tombstone_in
from corpuskit.find_remote import remote_tombstone
from corpuskit.hub import hub_repository, is_on_hub
from corpuskit.hub_publishing import publish_on_hub
from corpuskit.identity import digest
from corpuskit.manifest import Manifest
from corpuskit.manifest_json import ManifestError, load
from corpuskit.progress import Progress
from corpuskit.signature_files import carry_signatures
from corpuskit.stores import UNDER_WAY, Store, open_store
from corpuskit.tombstones import FILES, Tombstone
from corpuskit.verifying import require_holding
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
    `copied` those that were there in another version. `signatures` is the number of those of the
    version that were put there now. `private` is whether a repository on the Hugging Face Hub is
    shown to its owners alone; None elsewhere.
    """

    status: Literal["published", "there"]
    name: str
    version: str
    url: str
    files: int
    uploaded: int
    copied: int
    signatures: int = 0
    private: bool | None = None


def publish(
    release: str | os.PathLike[str],
    url: str | os.PathLike[str],
    *,
    take_over: bool = False,
    progress: Progress | None = None,
) -> PublishResult:
    """Publish a version in the folder of a dataset elsewhere, after it was verified.

    Its signatures follow it, also if it was there before they were made; on the Hub there is no
    place for them.
    What is there already is not sent again: shards of versions before are copied by the server, and
    what an earlier call has sent that did not come to its end.

    Args:
        release: The folder of a version on this machine, or of a dataset, or a name such as
            `articles@1.0.0`.
        url: Of the dataset's folder, such as `s3://bucket/articles`: any kind that fsspec knows, or
            a path. Or `hf://datasets/OWNER/NAME`, a repository on the Hugging Face Hub: the version
            becomes its root, in one commit, and a tag. A new repository is private.
        take_over: Whether to publish although somebody else has begun to publish another version of
            that number, and did not come to the end. Nobody may still be at it. On the Hub, whether
            to replace files that somebody else has put there.
        progress: Hears of the stage `publish`, in files.

    Raises:
        ReleaseError: there is no such version, or it does not hold.
        RefusedError: it is a rehearsal; another version of that number is there, or is being
            published; it was retracted, here or there; another dataset is there; no licence is
            declared; or a signature there is another one.
        UsageError: nothing is at `release`, or `url` cannot be used, or is no dataset's folder.
        MissingExtraError: `url` is on the Hub, and huggingface_hub is not installed.
        UnfinishedError: the disk or the network got in the way; the next call goes on from there.
    """
    try:
        folder, _ = find_version(release)
    except GoneError as error:
        raise RefusedError(f"{error}; such a version is not published") from error
    manifest = checked(folder)
    url = os.fspath(url)
    if not url:
        raise UsageError("the URL is empty")
    if is_on_hub(url):
        return _publish_on_hub(folder, manifest, url, progress or Progress(), take_over=take_over)
    store = open_store(url)
    if not store.lists:
        raise UsageError(f"{store.shown} is for reading: nothing can be listed or put there")
    others = Others(store)
    _refuse_foreign(manifest.name, store, others)
    version = _Version(folder, manifest, store, others)
    sent = None
    if not version.is_there() or version.is_damaged():
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
    signatures = carry_signatures(folder, manifest.version, store)
    update_index(store, others, manifest.version)
    return PublishResult(
        "there" if sent is None else "published",
        manifest.name,
        manifest.version,
        store.shown,
        len(version.files) + 1,
        *(sent or (0, 0)),
        signatures,
    )


def _publish_on_hub(
    folder: Path, manifest: Manifest, url: str, progress: Progress, *, take_over: bool
) -> PublishResult:
    repository = hub_repository(url)
    if repository is None:
        raise UsageError(f"{url} is no repository of datasets; write hf://datasets/OWNER/NAME")
    sent = publish_on_hub(folder, manifest, repository, take_over=take_over, progress=progress)
    return PublishResult(
        sent.status, manifest.name, manifest.version, repository.url,
        sent.files, sent.uploaded, sent.copied, private=sent.private,
    )  # fmt: skip


def checked(folder: Path) -> Manifest:
    """The manifest of a version that holds, and that others may use."""
    if folder.resolve().name == DEV:
        raise RefusedError(f"{folder} is a rehearsal, which the next one replaces; build a version")
    require_holding(folder)
    manifest = load((folder / MANIFEST).read_bytes())
    if manifest.description.license is None:
        raise RefusedError(
            f"{manifest.name} declares no licence; add [dataset] license to the configuration, "
            'such as "CC-BY-4.0", or "unknown" in words, and build again'
        )
    return manifest


class Others:
    """The versions that are published in a store; what is read of one is not read again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, tuple[Manifest, str]] = {}

    def published(self) -> dict[str, tuple[Manifest, str]]:
        """By their folders, the manifests of those that are there whole now, and their digests."""
        numbers = [name for name in self._store.names() if Version.parse(name)]
        return {number: found for number in numbers if (found := self._manifest(number))}

    def gone(self) -> dict[str, Tombstone]:
        """By their folders, what says that the rows of some were deleted."""
        stones = {
            number: remote_tombstone(self._store, number)
            for number in self.published()
            if not set(FILES.values()).isdisjoint(self._store.names(number))
        }
        return {number: stone for number, stone in stones.items() if stone is not None}

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


def _refuse_foreign(name: str, store: Store, others: Others) -> None:
    """Make sure that nothing but a dataset of ours is ever written over."""
    names = set(store.names())
    if names & {MANIFEST, CHECKSUMS}:
        raise UsageError(f"{store.shown} is one version; name the folder of the dataset")
    published = others.published()
    foreign = sorted(n for n in names if not n.startswith(".") and not Version.parse(n))
    if foreign and not published and UNDER_WAY not in names:
        raise UsageError(
            f"{store.shown} holds {foreign[0]} and no release; name the folder of a dataset, or "
            f"one that is not there yet, such as {store.shown}/{name}"
        )
    for there, _ in published.values():
        if there.name != name:
            raise RefusedError(f"{store.shown} holds the dataset {there.name}, and not {name}")


class _Version:
    """A version on its way from a folder to a store.

    Attributes:
        files: all but the manifest, by path, with their bytes.
        key: the digest of SHA256SUMS, which is that of all its files.
    """

    def __init__(self, folder: Path, manifest: Manifest, store: Store, others: Others) -> None:
        self.folder = folder
        self.store = store
        self.number = manifest.version
        self.key, self.files = _listed(folder)
        self._manifest = manifest
        self._others = others
        self._sent_to = f"{UNDER_WAY}/{self.number}-{self.key}"

    def is_there(self) -> bool:
        """Whether it is published.

        Raises:
            RefusedError: another one is under its number, or it was retracted or pruned there.
        """
        if self.store.read(f"{self.number}/{MANIFEST}") is None:
            return False
        tombstone = remote_tombstone(self.store, self.number)
        if tombstone is not None:
            raise RefusedError(
                f"{self.store.shown}/{self.number} was {tombstone.said}; it does not come back"
            )
        there = self.store.read(f"{self.number}/{CHECKSUMS}")
        if there is None or digest(there) != self.key:
            raise RefusedError(
                f"{self.store.shown} has another version {self.number}, and a version never changes"
            )
        return True

    def is_damaged(self) -> bool:
        """Whether a file of the published version is gone, or of another size, where that is said.

        Then all are put in their places once more: they are what they were.
        """
        there = self.store.sizes(self.number)
        return bool(there) and any(
            there.get(f"{self.number}/{path}") != size for path, size in self.files.items()
        )

    @cached_property
    def _shards_there(self) -> dict[str, str]:
        """By its path here, the path there of each shard that another version has as well."""
        there: dict[str, str] = {}
        gone = self._others.gone()
        for number, (manifest, _) in self._others.published().items():
            if number in gone:
                continue
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
        # Nor is it brought back if somebody has retracted it meanwhile.
        own = {f"{self.number}/{path}" for path in (*self.files, MANIFEST, *FILES.values())}
        for path in self.store.sizes(self.number):
            if path not in own:
                self.store.delete(path)
        check()
        if tombstone_in(self.folder) is not None:
            raise RefusedError(f"{self.folder} was retracted or pruned just now")
        if remote_tombstone(self.store, self.number) is not None:
            raise RefusedError(f"version {self.number} in {self.store.shown} was just retracted")
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


def _listed(folder: Path) -> tuple[str, dict[str, int]]:
    """The digest of SHA256SUMS, and the sizes of the files that it names, itself among them.

    All but the manifest: what else there is has come since the version was verified.

    Raises:
        ReleaseError: one of them has gone since.
    """
    try:
        sums = (folder / CHECKSUMS).read_bytes()
        names = {*checksums.parse(sums), CHECKSUMS} - {MANIFEST}
        return digest(sums), {name: (folder / name).stat().st_size for name in sorted(names)}
    except (OSError, ChecksumsError) as error:
        raise ReleaseError(f"{folder} is no longer what was verified: {error}") from error


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


def update_index(store: Store, others: Others, number: str) -> None:
    """Bring README, change log and index up to date with the versions that are there.

    Who publishes another version at the same time writes them as well: the last one who looks finds
    all versions in them, or writes them again.
    """
    for _ in range(_INDEX_TRIES):
        documents = render_dataset([*others.published().values()], others.gone())
        stale = {name: data for name, data in documents.items() if store.read(name) != data}
        if not stale:
            return
        for name in _AROUND:
            if name in stale:
                store.write(name, stale[name])
    raise UnfinishedError(f"{store.shown}: the index changes as often as {number} is put into it")
