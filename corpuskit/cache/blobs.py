"""Digests of files that nobody has read, from the blobs that git says they hold."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.sources.readings import Readings
from corpuskit.sources.table import Sources

_INODE_BITS = 0xFFFF_FFFF
"""What git's index keeps of an inode number."""


def recall_blobs(
    unread: Sequence[int], sources: Sources, readings: Readings, known: pa.Table, checkout: pa.Table
) -> list[int]:
    """Note in `readings` how those sources read that git checked out as a blob that is known.

    They look as they did when git wrote them, and are as long as what was parsed of that blob.

    Args:
        unread: The places of sources that nothing is known of.
        sources: All sources, with their looks.
        readings: What is known of them.
        known: Records, with the blobs of the sources that they were made from.
        checkout: What git checked out, as `CHECKED_OUT`.

    Returns:
        The places of the sources that are still to be read.
    """
    assert sources.looks is not None
    places = pa.array(unread, pa.int32())
    looks = sources.looks.take(places)
    paths = pc.utf8_slice_codeunits(sources.paths.take(places), sources.prefix)
    entries = checkout.take(pc.index_in(paths, value_set=checkout["path"]))
    records = known.take(pc.index_in(entries["blob"], value_set=known["blob"]))
    inodes = pc.bit_wise_and(looks["inode"], pa.scalar(_INODE_BITS, pa.uint64()))
    same = pc.equal(entries["inode"], inodes)
    for one, other in (
        (entries["mtime_ns"], looks["mtime_ns"]),
        (entries["ctime_ns"], looks["ctime_ns"]),
        (records["bytes"], looks["size"]),
    ):
        same = pc.and_kleene(same, pc.equal(one, other))
    same = pc.fill_null(same, False)  # noqa: FBT003
    found = [records[name].filter(same).to_pylist() for name in ("source_sha256", "bytes", "blob")]
    for place, sha256, size, blob in zip(places.filter(same).to_pylist(), *found, strict=True):
        readings.note(place, sha256, size, blob)
    left: list[int] = places.filter(pc.invert(same)).to_pylist()
    return left
