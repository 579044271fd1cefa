"""A version in a repository of the Hugging Face Hub: at its root, in one commit, under a tag.

The root is the newest version, the very bytes of its folder; those before it are tags. What the
SHA256SUMS there has a line for is ours to replace, if it is as that line says; all else is
somebody's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from corpuskit.dataset_names import CHECKSUMS, MANIFEST
from corpuskit.documents.checksums import ChecksumsError, parse
from corpuskit.errors import RefusedError, UnfinishedError
from corpuskit.git import blob_id
from corpuskit.identity import digest
from corpuskit.manifest import Manifest
from corpuskit.manifest_json import ManifestError, load
from corpuskit.progress import Progress
from corpuskit.stores.hub import Blob, Refs, Repository
from corpuskit.versions import Version

_CARD = "README.md"
_STUB = re.compile(rb"\s*(?:---[ \t\r]*\n(?:(?!---).*\n)*---\s*)?")
"""A card that the Hub itself writes: its header, and nothing below."""

_OWN_FOLDERS = ("data/", "audit/")
"""What lies there is read as the version's, whoever has put it there."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a version; see `publishing.PublishResult`."""

    status: Literal["published", "there"]
    files: int
    uploaded: int
    copied: int
    private: bool


def publish_on_hub(
    folder: Path,
    manifest: Manifest,
    repository: Repository,
    *,
    take_over: bool,
    progress: Progress,
) -> Sent:
    """Publish a version that holds.

    Raises:
        RefusedError: another version of that number or a newer one is there, another dataset, or
            files that somebody else has put there and `take_over` does not give up; or somebody
            else has changed the repository in between.
        UnfinishedError: the network got in the way, or a token is missing.
    """
    version = _Version(folder, manifest)
    repository.require_token()
    refs = repository.refs() or _created(repository)
    if version.number in refs.tags and version.is_at(repository):
        return Sent("there", len(version.files), 0, 0, refs.private)
    root = _Root(repository, refs.head)
    _refuse(version, root, refs)
    _tag_left(root, refs)
    changes = _Changes.of(version, root)
    if not take_over:
        _refuse_foreign(changes, root)
    commit = _committed(version, changes, root, progress)
    if not repository.tag(version.number, commit) and not version.is_at(repository):
        raise _another(version, repository.url)
    progress.advance(1, 0)
    return Sent(
        "published",
        len(version.files),
        sum(file.stat().st_size for file in changes.additions.values()),
        sum(e.bytes for e in manifest.shards if e.path not in changes.additions),
        refs.private,
    )


def _created(repository: Repository) -> Refs:
    repository.create()
    refs = repository.refs()
    if refs is None:
        raise UnfinishedError(f"{repository.url} was made, and cannot be seen yet; run again")
    return refs


class _Version:
    """A version's files, by path, and the SHA-256 of each."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        sums = (folder / CHECKSUMS).read_bytes()
        self.key = digest(sums)
        self.digests = {**parse(sums), CHECKSUMS: self.key}
        self.files = {path: folder / path for path in self.digests}
        self.name = manifest.name
        self.number = manifest.version

    def has(self, path: str, blob: Blob | None) -> bool:
        """Whether a file of a commit is the one here."""
        if blob is None or blob.size != self.files[path].stat().st_size:
            return False
        if blob.sha256 is not None:
            return blob.sha256 == self.digests[path]
        return blob.git_id == blob_id(self.files[path].read_bytes())

    def is_at(self, repository: Repository) -> bool:
        """Whether the tag of its number is of this very version."""
        there = repository.read(CHECKSUMS, self.number)
        return there is not None and digest(there) == self.key

    def differing(self, blobs: dict[str, Blob]) -> list[str]:
        """The files that a commit lacks, or has otherwise, or has and should not."""
        stray = [p for p in blobs if p.startswith(_OWN_FOLDERS) and p not in self.files]
        return [p for p in self.files if not self.has(p, blobs.get(p))] + stray


class _Root:
    """What a commit has at its root: a version, or whatever somebody has put there.

    Attributes:
        blobs: all its files.
        sums: what its SHA256SUMS says of them, and its own digest; nothing without one.
        manifest: None where there is none that can be read.
    """

    def __init__(self, repository: Repository, commit: str) -> None:
        self.repository = repository
        self.commit = commit
        self.blobs = repository.files(commit)
        self.manifest: Manifest | None = None
        self.sums: dict[str, str] = {}
        manifest, sums = (self._read(name) for name in (MANIFEST, CHECKSUMS))
        if manifest is not None and sums is not None:
            try:
                self.sums = {**parse(sums), CHECKSUMS: digest(sums)}
                self.manifest = load(manifest)
            except (ManifestError, ChecksumsError):
                self.sums = {}

    def _read(self, path: str) -> bytes | None:
        return self.repository.read(path, self.commit) if path in self.blobs else None

    def is_ours(self, path: str) -> bool:
        """Whether a file is as it was published; of what git itself keeps it is read."""
        stated, blob = self.sums.get(path), self.blobs.get(path)
        if stated is None or blob is None:
            return False
        return stated == (blob.sha256 or digest(self._read(path) or b""))

    @cached_property
    def is_whole(self) -> bool:
        """Whether the version is as it was published, with nothing put into it."""
        stray = [p for p in self.blobs if p.startswith(_OWN_FOLDERS) and p not in self.sums]
        return self.manifest is not None and not stray and all(map(self.is_ours, self.sums))

    def is_stub(self, path: str) -> bool:
        """Whether it is a card without a word, as the Hub makes one with a new repository."""
        return path == _CARD and bool(_STUB.fullmatch(self._read(path) or b""))


def _another(version: _Version, url: str) -> RefusedError:
    return RefusedError(f"{url} has another version {version.number}, and a version never changes")


def _refuse(version: _Version, root: _Root, refs: Refs) -> None:
    """Make sure that the version may follow what is there."""
    url = root.repository.url
    there = [found for tag in refs.tags if (found := Version.parse(tag))]
    if root.manifest is not None:
        if root.manifest.name != version.name:
            raise RefusedError(f"{url} holds the dataset {root.manifest.name}, not {version.name}")
        same = root.manifest.version == version.number
        if same and root.sums[CHECKSUMS] != version.key:
            raise _another(version, url)
        there += [found for found in [Version.parse(root.manifest.version)] if found]
    if version.number in refs.tags:
        raise _another(version, url)
    own = Version.parse(version.number)
    newest = max(there, default=None)
    if own is not None and newest is not None and own < newest:
        raise RefusedError(
            f"{url} is at {newest}, and {version.number} is older: the root of a repository is "
            "its newest version, so publish them in their order"
        )


def _tag_left(root: _Root, refs: Refs) -> None:
    """Tag the version at the root, if who published it did not come to that."""
    if root.manifest is None or root.manifest.version in refs.tags:
        return
    if root.is_whole:
        root.repository.tag(root.manifest.version, root.commit)


@dataclass(frozen=True, slots=True)
class _Changes:
    """What makes the root a version.

    `additions` are the paths to be sent; `copies` those of large files, with where they lie in the
    commit before; `deletions` what that version had and this one does not.
    """

    additions: dict[str, Path] = field(default_factory=dict)
    copies: dict[str, str] = field(default_factory=dict)
    deletions: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, version: _Version, root: _Root) -> _Changes:
        there = {blob.sha256: path for path, blob in root.blobs.items() if blob.sha256}
        changes = cls()
        for path in sorted(version.files):
            if version.has(path, root.blobs.get(path)):
                continue
            if version.digests[path] in there:
                changes.copies[path] = there[version.digests[path]]
            else:
                changes.additions[path] = version.files[path]
        changes.deletions.extend(
            path
            for path in sorted(root.blobs)
            if path not in version.files and (path in root.sums or path.startswith(_OWN_FOLDERS))
        )
        return changes


def _refuse_foreign(changes: _Changes, root: _Root) -> None:
    """Make sure that nothing of somebody else's is written over."""
    for path in (*changes.additions, *changes.copies, *changes.deletions):
        if path in root.blobs and not (root.is_ours(path) or root.is_stub(path)):
            was = "is not as it was published" if path in root.sums else "is somebody else's"
            raise RefusedError(
                f"{root.repository.url}: {path} {was}; keep it elsewhere and delete it there, or "
                "have it replaced: --take-over"
            )


def _committed(version: _Version, changes: _Changes, root: _Root, progress: Progress) -> str:
    """The commit that has the version at its root, which is made unless it is there."""
    repository = root.repository
    progress.stage("publish", len(version.files) + 1)
    progress.advance(len(version.files) - len(changes.additions), 0)
    if changes == _Changes():
        return root.commit

    def sent(paths: Sequence[str]) -> None:
        progress.advance(len(paths), sum(version.files[path].stat().st_size for path in paths))

    additions = repository.send(changes.additions, sent)
    message = f"{version.name} {version.number}"
    try:
        made = repository.commit(message, root.commit, additions, changes.copies, changes.deletions)
    except UnfinishedError:
        # The answer may be lost and the commit made.
        if (found := _found(version, repository)) is not None:
            return found
        raise
    if made is None:
        if (found := _found(version, repository)) is not None:
            return found
        raise RefusedError(
            f"{repository.url}: somebody else has changed it in between; run again, what was sent "
            "is kept"
        )
    if differing := version.differing(repository.files(made)):
        raise UnfinishedError(f"{repository.url}: the Hub did not keep {differing[0]} as it is")
    return made


def _found(version: _Version, repository: Repository) -> str | None:
    """The last commit, if it has the version at its root."""
    refs = repository.refs()
    if refs is None or version.differing(repository.files(refs.head)):
        return None
    return refs.head
