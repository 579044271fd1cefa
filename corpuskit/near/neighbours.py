"""Neighbours: for rows walked in their order, the kept row that has nearly their text.

Texts that share a band of their signatures are candidates if they agree in enough of all values;
what decides is the Jaccard index of their shingles. Rows are compared with kept ones alone, so that
no chain of small edits leads from one text to a quite different one.
"""

from __future__ import annotations

from array import array
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.config.near import VALUES, NearRules
from corpuskit.index import MINHASH
from corpuskit.near.bands import BandIndex
from corpuskit.near.minhash import agreeing
from corpuskit.near.shingles import are_alike_by_chance, distinct, jaccard

Texts: TypeAlias = Callable[[Sequence[tuple[int, int]]], Sequence[str]]
"""Gives the texts of rows: (pack, row in it)."""

_FEW: Final = 16
_MOST_ESTIMATED: Final = 64
_MOST_COMPARED: Final = 8
"""Of the rows that share most bands, and of these agree in most values, so many are looked at; of
more than a few, those that share as many bands as near rows do. At the default threshold these are
expected to share 6 of 18, a text of an index of 0.7 one or two. To estimate takes 1 µs, to compare
45."""

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
        signed = pc.fill_null(rows[MINHASH].combine_chunks(), bytes(VALUES))
        self._signed = bytes(signed.buffers()[1])[VALUES * signed.offset :]
        self._bands = BandIndex(rows, least, rules)
        self._least_agreeing, self._least_shared = rules.least_agreeing, rules.least_shared
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
            is_near = similarity >= self.rules.threshold
            if is_near and not self._by_chance(similarity, number, other):
                matches.append(Match(other, similarity))
                seen.add(self.group(other))
                if not groups:
                    break
        return Looks(matches, crowded or len(closest) > _MOST_COMPARED)

    def keep(self, number: int) -> None:
        """Have later rows compared with this one."""
        self._bands.keep(number)

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
        found, is_cut = self._bands.find(number)
        if not found:
            return [], False
        shared = Counter(found)
        ranked = sorted(sorted(shared), key=shared.__getitem__, reverse=True)
        likely, rest = ranked[:_FEW], ranked[_FEW:_MOST_ESTIMATED]
        ranked = likely + [n for n in rest if shared[n] >= self._least_shared]
        candidates = b"".join(map(self._signature, ranked))
        agree = dict(zip(ranked, agreeing(self._signature(number), candidates), strict=True))
        agreed = (n for n in ranked if agree[n] >= self._least_agreeing)
        closest = sorted(agreed, key=lambda n: (-agree[n], n))
        is_full = len(rest) == _MOST_ESTIMATED - _FEW and shared[rest[-1]] >= self._least_shared
        return closest, is_cut or is_full

    def _signature(self, number: int) -> bytes:
        return self._signed[VALUES * number : VALUES * (number + 1)]

    def _by_chance(self, similarity: float, *numbers: int) -> bool:
        one, other = self._texts([self._place(number) for number in numbers])
        return are_alike_by_chance(similarity, one, other)

    def _place(self, number: int) -> tuple[int, int]:
        """Where the text of a row is: its pack, and its row there."""
        pack, row = (column[number].as_py() for column in self._at)
        return pack, row

    def _distinct(self, number: int) -> pa.UInt64Array:
        """The shingles of a row's text, of which the last few are at hand."""
        found = self._shingles.pop(number, None)
        if found is None:
            found = distinct(self._texts([self._place(number)])[0])
            self._held += len(found)
        self._shingles[number] = found
        while self._held > _MOST_SHINGLES and len(self._shingles) > 1:
            self._held -= len(self._shingles.popitem(last=False)[1])
        return found
