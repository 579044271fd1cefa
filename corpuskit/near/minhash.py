"""MinHash: a few numbers of each text, by which texts that may be near duplicates are found.

Of the hashes of a text's shingles the least is taken, after each of `VALUES` different permutations
of all hashes (Broder, 1997). Two texts agree in a value as often as their Jaccard index says. The
last byte of each is kept, which another one has by chance once in 256 times.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import accumulate

import pyarrow as pa
import pyarrow.compute as pc
from rensa import RMinHash

from corpuskit.config.near import LEAST_SHINGLES, MAX_CHARS, VALUES
from corpuskit.near.shingles import shingles

Signature = bytes | None
"""The `VALUES` of a text; None of one that is compared with no other."""

_CHARS_AT_ONCE = 2**18
_FIRST = 160
"""Of so many shingles that differ some 119 last bytes do."""
_SEED = 20240601


def signatures(texts: Sequence[str]) -> list[Signature]:
    """The signature of each text; those that are too short or too long have none."""
    return [found for group in _groups(texts) for found in _signatures(group)]


def agreeing(one: bytes, others: bytes) -> list[int]:
    """How many values of a signature are the same in each of some others, one after the other.

    Of 27 others it takes 20 µs; of one at a time, as an exclusive or of integers, 60.
    """
    count = len(others) // VALUES
    repeated, held = (
        pa.Array.from_buffers(pa.uint8(), len(others), [None, pa.py_buffer(data)])
        for data in (one * count, others)
    )
    same = bytes(pc.equal(repeated, held).buffers()[1])
    width = VALUES // 8
    return [
        int.from_bytes(same[start : start + width]).bit_count()
        for start in range(0, width * count, width)
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
    ends = array("Q", accumulate(map(len, sets), initial=0))
    hashes = pa.concat_arrays(sets).buffers()[1].to_pybytes()[: ends[-1] * 8]
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(
        memoryview(hashes).cast("Q"), ends, VALUES, _SEED
    )
    for found, start, values in zip(sets, ends, matrix.to_rows(), strict=False):
        # Most texts have enough among their first ones already, as the last bytes of these tell.
        first = hashes[start * 8 : (start + min(len(found), _FIRST)) * 8 : 8]
        if len(set(first)) >= LEAST_SHINGLES or pc.count_distinct(found).as_py() >= LEAST_SHINGLES:
            yield array("I", values).tobytes()[:: array("I").itemsize]
        else:
            yield None
