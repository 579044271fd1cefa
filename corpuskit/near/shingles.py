"""Shingles: every five characters of a text that follow each other, white space left out.

One rule for all scripts, found by measuring the Jaccard index of texts with one edit (a character
inserted, deleted or substituted) in every 100 characters, 60 texts each; a near duplicate should
have 0.85 and more by default, another text nearly nothing:

    shingles of          2 000 Chinese characters       400 English words
                         edited, least  others, most    edited, least  others, most
    3 characters         0.945          0.002           0.928          0.337
    5 characters         0.909          0.000           0.887          0.112
    7 characters         0.873          0.000           0.845          0.065
    1 word                                              0.845          0.332
    2 words                                             0.788          0.070

An edit breaks a whole word, so words find no edited text that characters do not, and one word by
itself knows no order. Without white space, another line width or indent is no edit.

Shingles are held as 64-bit hashes: two of them are taken for each other once in 10^19.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

LENGTH = 5
LONG = 12
"""Characters of what no two texts share by chance: of four symbols there are 17 million such."""

_U64 = pa.uint64()
_FACTOR = pa.scalar(0x9E3779B97F4A7C15, _U64)
_SQUARE = pa.scalar(0x9E3779B97F4A7C15**2 % 2**64, _U64)
_FOURTH = pa.scalar(0x9E3779B97F4A7C15**4 % 2**64, _U64)
_MIX = pa.scalar(0xD6E8FEB86659FD93, _U64)
_HALF = pa.scalar(32, _U64)


def shingles(texts: Sequence[str]) -> list[pa.UInt64Array]:
    """The hashes of each text's shingles, in their order and as often as they are there.

    They follow from the characters alone, and always will: which texts are compared, and so what a
    release is, depends on them.
    """
    packed = ["".join(text.split()) for text in texts]
    hashes = _hashes("".join(packed))
    found, start = [], 0
    for text in packed:
        found.append(hashes.slice(start, max(len(text) - LENGTH + 1, 0)))
        start += len(text)
    return found


def distinct(text: str) -> pa.UInt64Array:
    """The set of a text's shingles."""
    return pc.unique(shingles([text])[0])


def stretches(text: str) -> pa.UInt64Array:
    """The set of all stretches of `LONG` characters of a text."""
    packed = "".join(text.split())
    of_four = _of_four(_codes(packed))
    of_eight = _joined(of_four, of_four, 4, _FOURTH)
    return pc.unique(_joined(of_eight, of_four, 8, _FOURTH))


def are_alike_by_chance(index: float, one: str, other: str) -> bool:
    """Whether two texts of that index share pieces as any two texts of their kind do.

    Long texts of few symbols, such as sequences of bases or tables of numbers, have most pieces
    that can be made of these. Longer stretches they share by no chance; where texts have them
    because few characters differ, at least half as many stretches have to be alike as follow from
    the index if the characters that differ are spread evenly, which breaks the most.
    """
    kept = (2 * index / (1 + index)) ** (LONG / LENGTH)
    expected = kept / (2 - kept)
    found = jaccard(stretches(one), stretches(other))
    return bool(found < expected / 2)


def jaccard(one: pa.UInt64Array, other: pa.UInt64Array) -> float:
    """The shingles that two sets share, as a share of all that they have; 0 of two empty sets."""
    smaller, larger = sorted((one, other), key=len)
    shared = pc.sum(pc.is_in(smaller, value_set=larger)).as_py() or 0
    whole = len(one) + len(other) - shared
    return shared / whole if whole else 0.0


def _hashes(text: str) -> pa.UInt64Array:
    """Of all stretches of `LENGTH` characters."""
    codes = _codes(text)
    hashes = _joined(_of_four(codes), codes, 4, _FACTOR)
    hashes = pc.multiply(pc.bit_wise_xor(hashes, pc.shift_right(hashes, _HALF)), _MIX)
    return pc.bit_wise_xor(hashes, pc.shift_right(hashes, _HALF))


def _codes(text: str) -> pa.UInt64Array:
    data = text.encode("utf-32-le", "surrogatepass")
    return pa.Array.from_buffers(pa.uint32(), len(text), [None, pa.py_buffer(data)]).cast(_U64)


def _of_four(codes: pa.UInt64Array) -> pa.UInt64Array:
    """Of each character with the three that follow it, a polynomial in `_FACTOR`.

    Arrow's unchecked arithmetic is modulo 2^64.
    """
    of_two = _joined(codes, codes, 1, _FACTOR)
    return _joined(of_two, of_two, 2, _SQUARE)


def _joined(
    these: pa.UInt64Array, others: pa.UInt64Array, place: int, factor: pa.UInt64Scalar
) -> pa.UInt64Array:
    """Each of these with what follows it at that place."""
    count = max(len(others) - place, 0)
    return pc.add(pc.multiply(these.slice(0, count), factor), others.slice(place, count))
