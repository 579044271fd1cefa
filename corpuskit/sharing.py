"""Shards that are shards of the last version as well: one file has two names then."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from corpuskit.cache.shards import KnownShard, ShardCache
from corpuskit.dataset_folder import Published
from corpuskit.disk.links import link_or_copy
from corpuskit.leaves import Leaves
from corpuskit.manifest import FileEntry
from corpuskit.plan import Plan
from corpuskit.shards import rows_digest, rows_in

_AT_ONCE = 2
"""Files that are checked at once; nearly all of it is hashing, which lets other threads run."""


class Shared(NamedTuple):
    """A shard that was there: its entry in the manifest, and what is known of its rows."""

    entry: FileEntry
    known: KnownShard


class _Old(NamedTuple):
    path: Path
    sha256: str
    known: KnownShard


def shard_digests(plan: Plan, leaves: Leaves) -> list[str]:
    """The digest of the rows of each shard that is planned."""
    width = leaves.sha256.type.byte_width
    places = plan.kept["place"].combine_chunks()
    sources = memoryview(leaves.sha256.take(places).buffers()[1] or b"")
    digests = []
    for rows in plan.shards():
        own, sources = sources[: width * len(rows)], sources[width * len(rows) :]
        digests.append(rows_digest(rows["id"], rows["row_sha256"], own))
    return digests


def repeats(digests: Sequence[str], last: Published, cache: ShardCache) -> bool:
    """Whether `last` is known to have all shards with these digests of their rows."""
    known = (cache.get(entry.sha256) for entry in last.manifest.shards)
    return set(digests) <= {shard.rows_digest for shard in known if shard is not None}


class Sharing:
    """Shards of `last` on their way to a new version, while something else goes on.

    Attributes:
        wanted: the numbers of those that `last` should have.
    """

    def __init__(
        self,
        digests: Sequence[str],
        paths: Sequence[str],
        last: Published,
        cache: ShardCache,
        folder: Path,
    ) -> None:
        """Begin to have the shards with these digests of their rows at `paths` in `folder`."""
        there = {old.known.rows_digest: old for old in _shards_of(last, cache)}
        found = {number: there[rows] for number, rows in enumerate(digests) if rows in there}
        self.wanted = found.keys()
        self._threads = ThreadPoolExecutor(_AT_ONCE)
        self._begun = {
            n: self._threads.submit(_have, paths[n], old, folder) for n, old in found.items()
        }

    def shared(self) -> dict[int, Shared]:
        """By its number, each shard that is there now, after its file was found to be whole."""
        found = {number: begun.result() for number, begun in self._begun.items()}
        return {number: shared for number, shared in found.items() if shared is not None}

    def close(self) -> None:
        """Begin with no further one, and wait for those that are under way."""
        self._threads.shutdown(cancel_futures=True)


def _shards_of(last: Published, cache: ShardCache) -> Iterator[_Old]:
    """The shards of a version of which the rows are known, or can be read."""
    for entry in last.manifest.shards:
        path = last.folder / entry.path
        known = cache.get(entry.sha256)
        if known is None and (found := rows_in(path)) is not None:
            known = KnownShard(*found)
        if known is not None:
            yield _Old(path, entry.sha256, known)


def _have(path: str, old: _Old, folder: Path) -> Shared | None:
    target = folder / path
    try:
        link_or_copy(old.path, target)
        with target.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
    except OSError:
        target.unlink(missing_ok=True)
        return None
    if sha256 != old.sha256:
        target.unlink()
        return None
    rows = old.known.figures.rows
    return Shared(FileEntry(path, size, sha256, rows), old.known)
