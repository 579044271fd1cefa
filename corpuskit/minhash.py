"""MinHash: a few numbers of each text, by which texts that may be near duplicates are found.

The hashes of a text's shingles are sorted into `VALUES` equal shares of all hashes, and the least
of each share is taken (one permutation hashing: Li, Owen and Zhang, 2012). Where a share is empty,
as with short texts, the value of another one stands in, which one depending on nothing but the
number of the share (optimal densification: Shrivastava, 2017). Two texts agree in a value as often
as their Jaccard index says. The last byte of each is kept, which another one has by chance once in
256 times.

Done here and not by a library: which texts are compared is what a release depends on, and the
signatures of the fastest one changed from one version to the next.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, count

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.near_rules import LEAST_SHINGLES, MAX_CHARS, VALUES
from corpuskit.shingles import shingles

Signature = bytes | None
"""The `VALUES` of a text; None of one that is compared with no other."""

_CHARS_AT_ONCE = 2**18
_FIRST = 64
"""Shares that are looked at first, and remembered."""
_BYTE = pa.scalar(0xFF, pa.uint64())
_SHARE = pa.scalar(64 - VALUES.bit_length() + 1, pa.uint64())
"""How far to shift a hash to the right for the number of its share."""


def signatures(texts: Sequence[str]) -> list[Signature]:
    """The signature of each text; those that are too short or too long have none."""
    return [found for group in _groups(texts) for found in _signatures(group)]


def agreeing(one: bytes, others: pa.FixedSizeBinaryArray) -> list[int]:
    """How many values of a signature are the same in each of some others.

    Of 27 others it takes 20 µs; of one at a time, as an exclusive or of integers, 60.
    """
    size = VALUES * len(others)
    repeated = pa.Array.from_buffers(pa.uint8(), size, [None, pa.py_buffer(one * len(others))])
    held = pa.Array.from_buffers(
        pa.uint8(), size, [None, others.buffers()[1]], offset=VALUES * others.offset
    )
    same = bytes(pc.equal(repeated, held).buffers()[1])
    width = VALUES // 8
    return [
        int.from_bytes(same[start : start + width]).bit_count()
        for start in range(0, width * len(others), width)
    ]


def _groups(texts: Sequence[str]) -> Iterator[list[str]]:
    """Texts few enough at once for what is made of them, some 30 bytes a character."""
    group: list[str] = []
    size = 0
    for text in texts:
        kept = text if len(text) <= MAX_CHARS else ""
        if group and size + len(kept) > _CHARS_AT_ONCE:
            yield group
            group, size = [], 0
        group.append(kept)
        size += len(kept)
    if group:
        yield group


def _signatures(texts: Sequence[str]) -> Iterator[Signature]:
    sets = shingles(texts)
    values = _values(sets)
    held, known = (_bytes(of) for of in (pc.fill_null(values, 0), pc.is_valid(values)))
    for number, found in enumerate(sets):
        own = slice(number * VALUES, (number + 1) * VALUES)
        shares = known[own].count(1)
        # Of most texts the shares tell that they have enough, for each has another shingle.
        enough = shares >= LEAST_SHINGLES or (
            len(found) >= LEAST_SHINGLES and pc.count_distinct(found).as_py() >= LEAST_SHINGLES
        )
        if not enough:
            yield None
        else:
            yield held[own] if shares == VALUES else _filled(held[own], known[own])


def _bytes(values: pa.Array) -> bytes:
    """Numbers from 0 to 255, or booleans, a byte each."""
    return bytes(values.cast(pa.uint8()).buffers()[1])[: len(values)]


def _values(sets: Sequence[pa.UInt64Array]) -> pa.UInt8Array:
    """`VALUES` of each text, null for a share in which it has nothing."""
    hashes = pa.concat_arrays(sets)
    ends = list(accumulate(map(len, sets), initial=0))
    # Of each hash the number of its text, in a tenth of the time of repeating each.
    texts = pc.list_parent_indices(
        pa.ListArray.from_arrays(pa.array(ends, pa.int32()), pa.nulls(len(hashes)))
    )
    shares = pc.add(
        pc.shift_right(hashes, _SHARE).cast(pa.int32()),
        pc.multiply(texts.cast(pa.int32()), pa.scalar(VALUES, pa.int32())),
    )
    table = pa.table([shares, hashes], ["share", "hash"])
    least = table.group_by("share", use_threads=False).aggregate([("hash", "min")])
    last = pc.bit_wise_and(least["hash_min"].combine_chunks(), _BYTE).cast(pa.uint8())
    places = pc.index_in(_every(len(sets)), value_set=least["share"].combine_chunks())
    return last.take(places)


@lru_cache(maxsize=2)
def _every(texts: int) -> pa.Int32Array:
    """The shares of so many texts."""
    return pa.array(range(texts * VALUES), pa.int32())


def _filled(values: bytes, known: bytes) -> bytes:
    """The values, with others in the place of those that are not known: their byte is 0."""
    filled = bytearray(values)
    share = known.find(0)
    while share >= 0:
        filled[share] = values[_other(share, known)]
        share = known.find(0, share + 1)
    return bytes(filled)


def _other(share: int, known: bytes) -> int:
    """The first share that is known, in an order of their own for each share."""
    for other in _first_probes(share):
        if known[other]:
            return other
    return next(n for attempt in count(_FIRST) if known[n := _probe(share, attempt)])


@lru_cache(maxsize=VALUES)
def _first_probes(share: int) -> tuple[int, ...]:
    return tuple(_probe(share, attempt) for attempt in range(_FIRST))


def _probe(share: int, attempt: int) -> int:
    return zlib.crc32(f"{share} {attempt}".encode()) % VALUES
