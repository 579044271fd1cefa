"""Neighbours: for rows walked in their order, the kept row that has nearly their text.

Texts that share a band of their signatures are candidates if they agree in enough of all values;
what decides is the Jaccard index of their shingles. Rows are compared with kept ones alone, so that
no chain of small edits leads from one text to a quite different one.
"""

from __future__ import annotations

from array import array
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.index import MINHASH
from corpuskit.minhash import agreeing
from corpuskit.near_rules import VALUES, NearRules
from corpuskit.shingles import distinct, jaccard

Texts: TypeAlias = Callable[[Sequence[tuple[int, int]]], Sequence[str]]
"""Gives the texts of rows: (pack, row in it)."""

_MOST_IN_A_BAND: Final = 64
_MOST_ESTIMATED: Final = 32
_MOST_COMPARED: Final = 8
"""Of a site whose pages are all alike, but not enough to be near duplicates, each page would be
compared with all others. Of those that share most bands, and of these agree in most values, so many
are looked at. At the default threshold a near duplicate is expected to share 6 bands of 18, a text
of an index of 0.7 one or two. To estimate takes 1 µs, to compare 45."""

_MOST_SHINGLES = 2**22
"""How many shingles of texts are kept at hand: 32 MB."""


class Match(NamedTuple):
    """A row before, by its number, and its Jaccard index."""

    number: int
    similarity: float


class Looks(NamedTuple):
    """What was found of a row; `crowded` says that more look alike than were compared."""

    matches: list[Match]
    crowded: bool


def look_alike(index: pa.Table, least: int, rules: NearRules) -> pa.ChunkedArray:
    """Which rows share a band with another; texts of fewer than `least` characters do not."""
    found = pa.chunked_array([pa.repeat(pa.scalar(False), index.num_rows)])  # noqa: FBT003
    for band in _columns(index, least, rules):
        counted = pc.value_counts(band.drop_null())
        several = counted.field("values").filter(pc.greater(counted.field("counts"), 1))
        found = pc.or_(found, pc.is_in(band, value_set=several))
    return found


def _columns(index: pa.Table, least: int, rules: NearRules) -> Iterator[pa.Array]:
    """Each band of all rows; null for a row that is not compared."""
    signed = index[MINHASH].combine_chunks()
    long_enough = pc.greater_equal(index["n_chars"], least).combine_chunks()
    signed = pc.if_else(long_enough, signed, pa.scalar(None, signed.type))
    number, width = rules.bands
    for start in range(0, number * width, width):
        yield pc.binary_slice(signed, start, start + width)


class Neighbours:
    """The rows that were kept so far, by the bands of their texts.

    Attributes:
        rules: from which index on rows are near.
    """

    def __init__(self, rows: pa.Table, least: int, rules: NearRules, texts: Texts) -> None:
        """Take the rows that are contested, which are numbered from 0 in their order."""
        self.rules = rules
        self._at = [rows["pack"].combine_chunks(), rows["row"].combine_chunks()]
        self._texts = texts
        self._shingles: OrderedDict[int, pa.UInt64Array] = OrderedDict()
        self._held = 0
        self._signed = pc.fill_null(rows[MINHASH].combine_chunks(), bytes(VALUES))
        # For each band lists of rows in arrays, 8 bytes a row: the last one of each key, and of
        # each row the one before it.
        self._keys = [_keys(band) for band in _columns(rows, least, rules)]
        self._last = [array("i", [-1]) * (max(keys, default=-1) + 1) for keys in self._keys]
        self._before = [array("i", [-1]) * len(keys) for keys in self._keys]
        self._parent = array("i", range(rows.num_rows))

    def find(self, number: int, *, groups: bool) -> Looks:
        """The kept row that is near, of several the one whose signature is closest.

        With `groups`, of each group that a near row belongs to one.
        """
        closest, crowded = self._closest(number)
        matches: list[Match] = []
        seen: set[int] = set()
        for other in closest[:_MOST_COMPARED]:
            if groups and self.group(other) in seen:
                continue
            similarity = jaccard(self._distinct(number), self._distinct(other))
            if similarity >= self.rules.threshold:
                matches.append(Match(other, similarity))
                seen.add(self.group(other))
                if not groups:
                    break
        return Looks(matches, crowded or len(closest) > _MOST_COMPARED)

    def keep(self, number: int) -> None:
        """Have later rows compared with this one."""
        for keys, last, before in zip(self._keys, self._last, self._before, strict=True):
            key = keys[number]
            if key >= 0:
                before[number], last[key] = last[key], number

    def join(self, number: int, other: int) -> None:
        """Have two rows in one group."""
        one, two = self.group(number), self.group(other)
        self._parent[max(one, two)] = min(one, two)

    def group(self, number: int) -> int:
        """The first row of a row's group: the root of its tree (Galler and Fischer, 1964)."""
        parent = self._parent
        while parent[number] != number:
            parent[number] = number = parent[parent[number]]
        return number

    def _closest(self, number: int) -> tuple[list[int], bool]:
        """The rows that may be near, closest first, and whether more rows would have to be seen."""
        shared, crowded = self._candidates(number)
        if not shared:
            return [], crowded
        ranked = sorted(sorted(shared), key=shared.__getitem__, reverse=True)[:_MOST_ESTIMATED]
        candidates = self._signed.take(pa.array(ranked, pa.int32()))
        own = self._signed[number].as_py()
        agree = dict(zip(ranked, agreeing(own, candidates), strict=True))
        least = self.rules.least_agreeing
        closest = sorted((n for n in ranked if agree[n] >= least), key=lambda n: (-agree[n], n))
        # That the last ones are no closer is known where even the first are far.
        return closest, crowded or (len(shared) > len(ranked) and bool(closest))

    def _candidates(self, number: int) -> tuple[Counter[int], bool]:
        """How many bands each row shares, and whether there are more than were looked at."""
        found: list[int] = []
        crowded = False
        for keys, last, before in zip(self._keys, self._last, self._before, strict=True):
            key = keys[number]
            other = last[key] if key >= 0 else -1
            for _ in range(_MOST_IN_A_BAND):
                if other < 0:
                    break
                found.append(other)
                other = before[other]
            crowded = crowded or other >= 0
        return Counter(found), crowded

    def _distinct(self, number: int) -> pa.UInt64Array:
        """The shingles of a row's text, of which the last few are at hand."""
        found = self._shingles.pop(number, None)
        if found is None:
            pack, row = (column[number].as_py() for column in self._at)
            found = distinct(self._texts([(pack, row)])[0])
            self._held += len(found)
        self._shingles[number] = found
        while self._held > _MOST_SHINGLES and len(self._shingles) > 1:
            self._held -= len(self._shingles.popitem(last=False)[1])
        return found


def _keys(band: pa.Array) -> array[int]:
    """Each value as a number from 0, -1 for null."""
    keys = array("i")
    indices = pc.fill_null(band.dictionary_encode().indices, -1)
    keys.frombytes(memoryview(indices.buffers()[1])[: 4 * len(indices)])
    return keys
