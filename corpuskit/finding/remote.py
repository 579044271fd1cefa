"""Which version is meant by who names a dataset behind a URL."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from corpuskit.dataset_names import INDEX, MANIFEST
from corpuskit.errors import GoneError, ReleaseError, UsageError
from corpuskit.identity import digest
from corpuskit.stores import Store, open_store
from corpuskit.stores.hub import hub_repository
from corpuskit.strict_json import JsonError
from corpuskit.tombstones import FILES, Tombstone, load, unreadable
from corpuskit.versions import Version, Wanted


def remote_store(place: str, wanted: Wanted) -> tuple[Store, str]:
    """The store of a dataset behind a URL, and in it the folder of the version.

    In a repository on the Hugging Face Hub a version is a tag, and its folder the root.
    """
    repository = hub_repository(place)
    if repository is None:
        store = open_store(place)
        return store, remote_version(store, wanted)
    refs = repository.refs()
    if refs is None:
        raise UsageError(f"{repository.url}: nothing is there that your token may see")
    numbers = sorted(found for tag in refs.tags if (found := Version.parse(tag)))
    if not numbers:
        # Somebody may have put there what was published in a folder.
        store = open_store(f"{repository.url}@{refs.head}")
        return store, remote_version(store, wanted)
    newest = wanted.newest(numbers)
    if newest is None:
        raise ReleaseError(f"{repository.url} has no {wanted}; it has {_listed(numbers)}")
    return open_store(f"{repository.url}@{newest}"), ""


def remote_version(store: Store, wanted: Wanted, *, gone: bool = False) -> str:
    """The folder of the newest version that is wanted and there whole; empty if it is the store's.

    Those that were retracted or pruned are passed over, unless there is no other and `gone` is set.

    Raises:
        GoneError: all that are wanted were retracted or pruned.
        ReleaseError: there is none, or another one than the index says.
        UsageError: nothing is there.
        UnfinishedError: the network got in the way.
    """
    if store.read(MANIFEST) is not None:
        if not gone:
            _refuse_gone(store)
        return ""
    # Not every server of files lists them; the index says which there are.
    entries = _entries(store)
    names = store.names() or list(entries)
    if not names:
        raise UsageError(f"{store.shown}: nothing is there")
    numbers = [number for name in names if (number := Version.parse(name))]
    lost = {number: how for number in numbers if (how := _lost(entries.get(str(number), {})))}
    there = [number for number in numbers if number not in lost]
    while (found := wanted.newest(there)) is not None:
        data = store.read(f"{found}/{MANIFEST}")
        if data is not None:
            _check_index(store, entries, str(found), data)
            return str(found)
        there = [number for number in there if number != found]
    newest = wanted.newest([*lost])
    if newest is not None and gone:
        return str(newest)
    if newest is not None:
        raise _gone(f"{store.shown}/{newest}", *lost[newest])
    if not numbers:
        raise ReleaseError(f"{store.shown} is no release: it has neither a version nor {MANIFEST}")
    raise ReleaseError(f"{store.shown} has no {wanted}; it has {_listed(numbers)}")


def _listed(numbers: Sequence[Version]) -> str:
    return ", ".join(map(str, numbers))


def remote_tombstone(store: Store, folder: str = "") -> Tombstone | None:
    """What says that the rows of the version in a folder of a store were deleted, if they were.

    Raises:
        UnfinishedError: the network got in the way.
    """
    for kind, name in FILES.items():
        path = f"{folder}/{name}" if folder else name
        data = store.read(path)
        if data is not None:
            try:
                return load(kind, data)
            except JsonError:
                return unreadable(kind, folder)
    return None


def indexed(store: Store) -> dict[str, str]:
    """The SHA-256 of each version's manifest as the index says it; nothing without an index."""
    return {number: str(entry["manifest_sha256"]) for number, entry in _entries(store).items()}


def _entries(store: Store) -> dict[str, dict[str, object]]:
    """What the index says of each version; nothing without an index."""
    try:
        listed = json.loads(store.read(INDEX) or b"{}").get("versions", [])
        stated = {entry["version"]: entry for entry in listed if entry["manifest_sha256"]}
        return {number: dict(entry) for number, entry in stated.items() if Version.parse(number)}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ReleaseError(f"{store.shown}/{INDEX} cannot be read: {error}") from error


def _lost(entry: Mapping[str, object]) -> tuple[str, str] | None:
    """Whether the index says that a version's rows were deleted: how, and why or when."""
    return next(((kind, str(entry[kind])) for kind in FILES if kind in entry), None)


def _gone(place: str, kind: str, why_or_when: str) -> GoneError:
    if kind == "retracted":
        return GoneError(place, f"retracted: {why_or_when}", why_or_when)
    return GoneError(place, f"pruned on {why_or_when[:10]}")


def _refuse_gone(store: Store) -> None:
    tombstone = remote_tombstone(store)
    if tombstone is not None:
        raise GoneError(store.shown, tombstone.said, tombstone.reason)


def _check_index(
    store: Store, entries: Mapping[str, Mapping[str, object]], number: str, manifest: bytes
) -> None:
    """Hold a manifest against the index, as far as there is one that lists it."""
    found = digest(manifest)
    if entries.get(number, {}).get("manifest_sha256", found) != found:
        raise ReleaseError(
            f"{store.shown}/{number}/{MANIFEST} is not what the index says: one of the two was "
            "changed"
        )
