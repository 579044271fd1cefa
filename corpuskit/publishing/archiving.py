"""`corpuskit.archive`: a version in one file, for archives that take files, such as Zenodo.

It is a bag of BagIt (RFC 8493): the version's folder as it is, and digests of all of it that its
tools check. The same version always gives the same bytes, so that whoever has the file can be told
by its digest what it is.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Literal

from corpuskit.dataset_names import CHECKSUMS, INDEX, MANIFEST, SIGNATURES
from corpuskit.disk.syncing import sync
from corpuskit.documents import bag, checksums
from corpuskit.errors import RefusedError, UnfinishedError, UsageError
from corpuskit.fetch.unpack import archive_suffix
from corpuskit.finding.release import find_version
from corpuskit.identity import digest
from corpuskit.manifest import Manifest
from corpuskit.progress import Progress
from corpuskit.publishing.archive_files import KINDS, ArchivedFile, ArchiveKind, write_archive
from corpuskit.publishing.publish import checked
from corpuskit.signatures.files import signatures_beside
from corpuskit.stores import LocalStore, Store, open_store
from corpuskit.urls import is_url
from corpuskit.versions import Version

_CHUNK = 2**20


@dataclass(frozen=True, slots=True)
class ArchiveResult:
    """What became of a version as one file at `url`, a path or a URL.

    `status` is `there` if it was written before. `files` are those in it, its own documents
    included; `bytes` and `sha256` are those of the archive.
    """

    status: Literal["written", "there"]
    name: str
    version: str
    url: str
    files: int
    bytes: int
    sha256: str


def archive(
    release: str | os.PathLike[str],
    target: str | os.PathLike[str],
    kind: ArchiveKind = "zip",
    *,
    progress: Progress | None = None,
) -> ArchiveResult:
    """Write a version into one file, after it was verified.

    Args:
        release: The folder of a version on this machine, or of a dataset, or a name such as
            `articles@1.0.0`.
        target: The file to write, which ends like its kind, or a folder for one called
            `articles-1.0.0.zip`: a path or a URL of a kind that fsspec can write to.
        kind: `zip`, or `tar.zst`.
        progress: Hears of the stage `publish`, in files.

    Raises:
        ReleaseError: there is no such version, or it does not hold.
        RefusedError: something else is at `target`, or no licence is declared.
        UsageError: nothing is at `release`, or `target` cannot be used, ends like another kind or
            is in a release.
        UnfinishedError: the disk or the network got in the way.
    """
    if kind not in KINDS:
        raise UsageError(f"{kind!r} is no kind of archive; there are {', '.join(KINDS)}")
    folder, _ = find_version(release)
    manifest = checked(folder)
    place, name = _target(os.fspath(target), f"{manifest.name}-{manifest.version}", kind)
    store = open_store(place)
    _refuse_release(store)
    files = list(_bag(folder, manifest))
    progress = progress or Progress()
    progress.stage("publish", len(files))
    with _reasons(store.shown), _room(store) as written:
        write_archive(written, kind, files, manifest.created, lambda f: progress.advance(1, f.size))
        with written.open("rb") as file:
            sha256 = _digest(file)
        size = written.stat().st_size
        status = _put(store, name, written, sha256)
    shown = f"{store.shown}/{name}"
    return ArchiveResult(status, manifest.name, manifest.version, shown, len(files), size, sha256)


def _target(target: str, stem: str, kind: ArchiveKind) -> tuple[str, str]:
    """The folder that is meant, a path or a URL, and the name of the file in it."""
    if not target:
        raise UsageError("the target is empty; name a file or a folder")
    ending = f".{kind}"
    parent, slash, name = target.rpartition("/")
    found = archive_suffix(name).lower()
    if not found or (not is_url(target) and Path(target).is_dir()):
        return target, stem + ending
    if found != ending:
        raise UsageError(
            f"{target} ends in {found}, and what is to be written in {ending}; "
            f"the kinds of archives are {', '.join(KINDS)}"
        )
    return (parent or slash or "."), name


def _refuse_release(store: Store) -> None:
    """Make sure that nothing is put into a version, which never changes, or beside versions."""
    names = set(store.names())
    if {MANIFEST, CHECKSUMS} <= names or (INDEX in names and any(map(Version.parse, names))):
        raise UsageError(f"{store.shown} is a release; name another folder for its archive")


def _bag(folder: Path, manifest: Manifest) -> Iterator[ArchivedFile]:
    """All files of the bag of a version that holds, the documents of bags included."""
    top = f"{manifest.name}-{manifest.version}"
    sums = (folder / CHECKSUMS).read_bytes()
    payload = {**checksums.parse(sums), CHECKSUMS: digest(sums)}
    tags = {file.path: file for file in _signatures(folder, manifest.version)}
    files = [_archived(f"{bag.PAYLOAD}/{p}", folder / p, sha256) for p, sha256 in payload.items()]
    octets = sum(file.size for file in files)
    tag_sums = {path: file.sha256 for path, file in tags.items()}
    for name, data in bag.render(manifest, payload, octets, tag_sums).items():
        files.append(ArchivedFile(name, len(data), digest(data), data))
    for file in (*files, *tags.values()):
        yield replace(file, path=f"{top}/{file.path}")


def _signatures(folder: Path, version: str) -> Iterator[ArchivedFile]:
    """What is beside a version to show who made it."""
    beside, names = signatures_beside(folder, version)
    for name in sorted(names.values()):
        with (beside / name).open("rb") as file:
            yield _archived(f"{SIGNATURES}/{name}", beside / name, _digest(file))


def _archived(path: str, source: Path, sha256: str) -> ArchivedFile:
    return ArchivedFile(path, source.stat().st_size, sha256, source)


@contextmanager
def _room(store: Store) -> Iterator[Path]:
    """A path for the archive while it is being written: beside its place, if that is on a disk."""
    if not isinstance(store, LocalStore):
        with tempfile.TemporaryDirectory(prefix="corpuskit-") as folder:
            yield Path(folder) / "archive"
        return
    store.root.mkdir(parents=True, exist_ok=True)
    temporary = store.root / f".new-{secrets.token_hex(8)}"
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _put(store: Store, name: str, archive: Path, sha256: str) -> Literal["written", "there"]:
    """Have the archive in its place, where it appears whole, and never instead of something else.

    Raises:
        RefusedError: something else is there.
    """
    if isinstance(store, LocalStore):
        is_new = _appears(archive, store.root / name)
    else:
        is_new = name not in store.names()
        if is_new:
            store.upload(name, archive)
    if is_new:
        return "written"
    with store.opened(name) as file:
        if _digest(file) == sha256:
            return "there"
    raise RefusedError(
        f"{store.shown}/{name} is there and holds something else; name another file, or delete it"
    )


def _appears(archive: Path, target: Path) -> bool:
    """Whether the archive is now at `target`; not if something was there."""
    sync(archive)
    try:
        # Unlike a rename, it never replaces anything.
        os.link(archive, target)
    except FileExistsError:
        return False
    except OSError:
        # Not every file system has links.
        if os.path.lexists(target):
            return False
        os.replace(archive, target)  # noqa: PTH105
    sync(target.parent)
    return True


def _digest(file: IO[bytes]) -> str:
    hashed = hashlib.sha256()
    while part := file.read(_CHUNK):
        hashed.update(part)
    return hashed.hexdigest()


@contextmanager
def _reasons(place: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnfinishedError(f"{place}: {error.strerror or error}") from error
