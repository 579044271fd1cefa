"""Bands: rows that have a stretch of their signatures in common, which is where near texts are."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import accumulate
from typing import Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.config.near import NearRules
from corpuskit.index import MINHASH

_MOST_IN_A_BAND: Final = 16
"""Of a site whose pages are all alike, but not enough to be near duplicates, each page would be
compared with all others; so few of a band are looked at."""


class Found(NamedTuple):
    """Rows as often as they share a band; `is_cut` says that some band has more than these."""

    rows: list[int]
    is_cut: bool


class _Band:
    """The rows that were kept, by the value of their band: 16 bytes a row.

    The rows of each value lie side by side, and `ends` is where the next one goes.
    """

    __slots__ = ("ends", "keys", "rows", "starts")

    def __init__(self, values: pa.Array) -> None:
        encoded = values.dictionary_encode()
        self.keys = _integers(pc.fill_null(encoded.indices, -1))
        # In the order in which the dictionary has them, which is that of `keys`.
        counts = pc.value_counts(encoded.indices.drop_null()).field("counts").to_pylist()
        self.starts = array("i", accumulate(counts, initial=0))
        self.ends = self.starts[:]
        self.rows = array("i", bytes(4 * self.starts[-1]))


class BandIndex:
    """The rows that were kept, by the bands of their signatures."""

    def __init__(self, rows: pa.Table, least: int, rules: NearRules) -> None:
        """Take the rows that are contested, which are numbered from 0."""
        self._bands = [_Band(values) for values in band_values(rows, least, rules)]

    def keep(self, number: int) -> None:
        """Have a row found from now on."""
        for band in self._bands:
            key = band.keys[number]
            if key >= 0:
                band.rows[band.ends[key]] = number
                band.ends[key] += 1

    def find(self, number: int) -> Found:
        """The rows that share bands with one; the last ones of those bands that have many."""
        found: list[int] = []
        is_cut = False
        for band in self._bands:
            key = band.keys[number]
            if key >= 0:
                start, end = band.starts[key], band.ends[key]
                if end - start > _MOST_IN_A_BAND:
                    start = end - _MOST_IN_A_BAND
                    is_cut = True
                found.extend(band.rows[start:end])
        return Found(found, is_cut)


def look_alike(index: pa.Table, least: int, rules: NearRules) -> pa.ChunkedArray:
    """Which rows share a band with another; texts of fewer than `least` characters do not."""
    found = pa.chunked_array([pa.repeat(pa.scalar(False), index.num_rows)])  # noqa: FBT003
    for band in band_values(index, least, rules):
        counted = pc.value_counts(band.drop_null())
        several = counted.field("values").filter(pc.greater(counted.field("counts"), 1))
        found = pc.or_(found, pc.is_in(band, value_set=several))
    return found


def band_values(index: pa.Table, least: int, rules: NearRules) -> Iterator[pa.Array]:
    """Each band of all rows; null for a row that is not compared."""
    signed = index[MINHASH].combine_chunks()
    long_enough = pc.greater_equal(index["n_chars"], least).combine_chunks()
    signed = pc.if_else(long_enough, signed, pa.scalar(None, signed.type))
    number, width = rules.bands
    for start in range(0, number * width, width):
        yield pc.binary_slice(signed, start, start + width)


def _integers(values: pa.Int32Array) -> array[int]:
    found = array("i")
    found.frombytes(memoryview(values.buffers()[1])[: 4 * len(values)])
    return found
