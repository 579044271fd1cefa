"""Which version is meant by who names a dataset behind a URL."""

from __future__ import annotations

import json
from collections.abc import Sequence

from corpuskit.errors import ReleaseError, UsageError
from corpuskit.find_release import MANIFEST
from corpuskit.hub import hub_repository
from corpuskit.identity import digest
from corpuskit.stores import Store, open_store
from corpuskit.versions import Version, Wanted

INDEX = "index.json"


def remote_store(place: str, wanted: Wanted) -> tuple[Store, str]:
    """The store of a dataset behind a URL, and in it the folder of the version; see there.

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


def remote_version(store: Store, wanted: Wanted) -> str:
    """The folder of the newest version that is wanted and there whole; empty if it is the store's.

    Raises:
        ReleaseError: there is none, or another one than the index says.
        UsageError: nothing is there.
        UnfinishedError: the network got in the way.
    """
    if store.read(MANIFEST) is not None:
        return ""
    # Not every server of files lists them; the index says which there are.
    names = store.names() or list(indexed(store))
    if not names:
        raise UsageError(f"{store.shown}: nothing is there")
    numbers = [number for name in names if (number := Version.parse(name))]
    there = numbers
    while (found := wanted.newest(there)) is not None:
        data = store.read(f"{found}/{MANIFEST}")
        if data is not None:
            _check_index(store, str(found), data)
            return str(found)
        there = [number for number in there if number != found]
    if not numbers:
        raise ReleaseError(f"{store.shown} is no release: it has neither a version nor {MANIFEST}")
    raise ReleaseError(f"{store.shown} has no {wanted}; it has {_listed(numbers)}")


def _listed(numbers: Sequence[Version]) -> str:
    return ", ".join(map(str, numbers))


def indexed(store: Store) -> dict[str, str]:
    """The SHA-256 of each version's manifest as the index says it; nothing without an index."""
    try:
        listed = json.loads(store.read(INDEX) or b"{}").get("versions", [])
        stated = {entry["version"]: entry["manifest_sha256"] for entry in listed}
        return {number: sha256 for number, sha256 in stated.items() if Version.parse(number)}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ReleaseError(f"{store.shown}/{INDEX} cannot be read: {error}") from error


def _check_index(store: Store, number: str, manifest: bytes) -> None:
    """Hold a manifest against the index, as far as there is one that lists it."""
    stated = indexed(store)
    if stated.get(number, digest(manifest)) != digest(manifest):
        raise ReleaseError(
            f"{store.shown}/{number}/{MANIFEST} is not what the index says: one of the two was "
            "changed"
        )
