"""Shards that are shards of the last version as well: one file has two names then."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from corpuskit.dataset_folder import Published
from corpuskit.leaves import Leaves
from corpuskit.links import link_or_copy
from corpuskit.manifest import FileEntry
from corpuskit.plan import Plan
from corpuskit.shard_cache import KnownShard, ShardCache
from corpuskit.shards import rows_digest, rows_in, shard_name

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


def share(
    digests: Sequence[str], last: Published, cache: ShardCache, folder: Path
) -> dict[int, Shared]:
    """Have the shards with these digests of their rows from `last`, as far as it has them.

    Returns:
        By its number, each shard that is now in `folder`, after its file was found to be whole.
    """
    there = {old.known.rows_digest: old for old in _shards_of(last, cache)}
    wanted = [(number, there[rows]) for number, rows in enumerate(digests) if rows in there]
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        found = threads.map(lambda each: _have(each[0], each[1], folder), wanted)
        return {number: shared for (number, _), shared in zip(wanted, found, strict=True) if shared}


def _shards_of(last: Published, cache: ShardCache) -> Iterator[_Old]:
    """The shards of a version of which the rows are known, or can be read."""
    for entry in last.manifest.shards:
        path = last.folder / entry.path
        known = cache.get(entry.sha256)
        if known is None and (found := rows_in(path)) is not None:
            known = KnownShard(*found)
        if known is not None:
            yield _Old(path, entry.sha256, known)


def _have(number: int, old: _Old, folder: Path) -> Shared | None:
    target = folder / shard_name(number)
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
    return Shared(FileEntry(shard_name(number), size, sha256, rows), old.known)
