"""Which version is meant by who names a dataset behind a URL."""

from __future__ import annotations

import json

from corpuskit.errors import ReleaseError, UsageError
from corpuskit.find_release import MANIFEST
from corpuskit.identity import digest
from corpuskit.stores import Store
from corpuskit.versions import Version, Wanted

INDEX = "index.json"


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
    raise ReleaseError(f"{store.shown} has no {wanted}; it has {', '.join(map(str, numbers))}")


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
