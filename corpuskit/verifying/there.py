"""Releases behind a URL, fetched to be verified."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from corpuskit.dataset_names import AROUND, CHECKSUMS, INDEX, MANIFEST, SIGNATURES
from corpuskit.entries import clipped
from corpuskit.errors import ReleaseError, UsageError
from corpuskit.fetch.unpack import safe_parts
from corpuskit.finding.release import divided
from corpuskit.finding.remote import indexed, remote_store, remote_version
from corpuskit.signatures.files import signature_name, signatures_of
from corpuskit.stores import LocalStore, Store, open_store
from corpuskit.stores.hub import hub_repository
from corpuskit.tombstones import FILES
from corpuskit.versions import LATEST, Wanted
from corpuskit.withdrawals import WITHDRAWN

_AT_ONCE = 8
_SUM = re.compile(r"[0-9a-f]{64} [ *](.+)")


@contextmanager
def fetched(url: str, keys: Sequence[str] = ()) -> Iterator[tuple[Path, str]]:
    """The folder of what a URL names, a version or a dataset, and what messages call it.

    A version is in a folder of its own name, with the dataset's index and its signatures beside
    it; where nothing is listed, those of the `keys`, which are fingerprints as in file names.

    Raises:
        ReleaseError: it is none, or names files that lead elsewhere.
        UsageError: nothing is there, or a version is stated twice.
        UnfinishedError: the network got in the way.
    """
    place, at = divided(url)
    store, number = _meant(place.rstrip("/"), at)
    named = f"{store.shown}/{number}".rstrip("/")
    if isinstance(store, LocalStore):
        yield store.root / number, named
        return
    with tempfile.TemporaryDirectory(prefix="corpuskit-") as holder:
        # In a folder of its own: beside that of all temporary files lies what is not ours.
        target = Path(holder) / "fetched"
        target.mkdir()
        _fetch(store, [*_files(store, number, keys)], target)
        yield target / number, named


def _meant(place: str, at: str | None) -> tuple[Store, str]:
    """The store that a version is in, and its folder there; that of a dataset is empty."""
    if hub_repository(place) is not None:
        return remote_store(place, Wanted.stated(LATEST if at is None else at))
    store = open_store(place)
    if store.read(MANIFEST) is not None:
        if at is not None:
            raise UsageError(f"{store.shown} is one version; leave @{at} out")
        place, _, number = place.rpartition("/")
        return open_store(place), number
    return store, "" if at is None else remote_version(store, Wanted.stated(at), gone=True)


def _files(store: Store, number: str, keys: Sequence[str]) -> Iterator[str]:
    """What is to be fetched: all that is listed, or where nothing is, what the documents name."""
    if number:
        yield INDEX
        names = signatures_of(number, store.names(SIGNATURES)).values()
        yield from (f"{SIGNATURES}/{name}" for name in names)
    listed = [*store.sizes(number)]
    if listed:
        yield from listed
        return
    numbers = [number] if number else [*indexed(store)]
    if not numbers:
        raise UsageError(f"{store.shown}: nothing is there")
    if not number:
        yield from AROUND
    for each in numbers:
        yield from (f"{SIGNATURES}/{signature_name(each, key)}" for key in keys)
        # Of a version whose rows were deleted nothing says which files there are.
        yield from (f"{each}/{name}" for name in (MANIFEST, CHECKSUMS, *FILES.values(), WITHDRAWN))
        sums = (store.read(f"{each}/{CHECKSUMS}") or b"").decode("utf-8", "replace")
        found = map(_SUM.fullmatch, sums.splitlines())
        yield from (f"{each}/{line[1]}" for line in found if line and line[1] != MANIFEST)


def _fetch(store: Store, paths: list[str], target: Path) -> None:
    """Fetch files; one that is not there is not there to be verified, either."""

    def fetch(path: str) -> None:
        try:
            file = target.joinpath(*safe_parts(path.encode("utf-8", "surrogateescape")))
        except ValueError as error:
            raise ReleaseError(f"{store.shown}: {error}") from error
        data = store.read(path)
        if data is None:
            return
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        except OSError as error:  # names that no disk takes, or a file where a folder is
            raise ReleaseError(f"{store.shown}/{clipped(path)}: {error.strerror}") from error

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        list(threads.map(fetch, dict.fromkeys(paths)))
