"""A version on its way from a folder of this machine to a store.

What is to be sent goes to a folder of its own first, which is named after it: what lies there is
what it should be, whoever has sent it. From there it is copied to its place, the manifest last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

from corpuskit.dataset_names import CHECKSUMS, MANIFEST, UNDER_WAY
from corpuskit.documents import checksums
from corpuskit.documents.checksums import ChecksumsError
from corpuskit.errors import RefusedError, ReleaseError
from corpuskit.finding.release import tombstone_in
from corpuskit.finding.remote import remote_tombstone
from corpuskit.identity import digest
from corpuskit.manifest import Manifest
from corpuskit.progress import Progress
from corpuskit.publishing.versions import PublishedVersions
from corpuskit.stores import Store
from corpuskit.tombstones import FILES

_AT_ONCE = 8


class Sending:
    """A version on its way from a folder to a store.

    Attributes:
        files: all but the manifest, by path, with their bytes.
        key: the digest of SHA256SUMS, which is that of all its files.
    """

    def __init__(
        self, folder: Path, manifest: Manifest, store: Store, versions: PublishedVersions
    ) -> None:
        self.folder = folder
        self.store = store
        self.number = manifest.version
        self.key, self.files = _listed(folder)
        self._manifest = manifest
        self._versions = versions
        self._sent_to = f"{UNDER_WAY}/{self.number}-{self.key}"

    @property
    def claim_prefix(self) -> str:
        """How the names of claims for it begin, whoever makes them."""
        return f"claim-{self.number}-{self.key}-"

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
        gone = self._versions.gone()
        for number, (manifest, _) in self._versions.whole().items():
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
            if name.startswith(self.claim_prefix):
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
