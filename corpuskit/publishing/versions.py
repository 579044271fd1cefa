"""The versions of a dataset in a store, and the documents around them."""

from __future__ import annotations

from corpuskit.dataset_names import AROUND, MANIFEST
from corpuskit.documents import render_dataset
from corpuskit.errors import ReleaseError, UnfinishedError
from corpuskit.finding.remote import remote_tombstone
from corpuskit.identity import digest
from corpuskit.manifest import Manifest
from corpuskit.manifest_json import ManifestError, load
from corpuskit.stores import Store
from corpuskit.tombstones import FILES, Tombstone
from corpuskit.versions import Version

_TRIES = 5


class PublishedVersions:
    """Those that a store has; what is read of one is not read again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, tuple[Manifest, str]] = {}

    def whole(self) -> dict[str, tuple[Manifest, str]]:
        """By their folders, the manifests of those that are there whole now, and their digests."""
        numbers = [name for name in self._store.names() if Version.parse(name)]
        return {number: found for number in numbers if (found := self._manifest(number))}

    def gone(self) -> dict[str, Tombstone]:
        """By their folders, what says that the rows of some were deleted."""
        stones = {
            number: remote_tombstone(self._store, number)
            for number in self.whole()
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


def update_index(store: Store, versions: PublishedVersions, number: str) -> None:
    """Bring README, change log and index up to date with the versions that are there.

    Who publishes another version at the same time writes them as well: the last one who looks finds
    all versions in them, or writes them again.
    """
    for _ in range(_TRIES):
        documents = render_dataset([*versions.whole().values()], versions.gone())
        stale = {name: data for name, data in documents.items() if store.read(name) != data}
        if not stale:
            return
        for name in AROUND:
            if name in stale:
                store.write(name, stale[name])
    raise UnfinishedError(f"{store.shown}: the index changes as often as {number} is put into it")
