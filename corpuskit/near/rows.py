"""What becomes of rows that have nearly the text of another: said, dropped, or kept together."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.codes import Code
from corpuskit.config.near import MAX_CHARS, NEAR_DUPLICATE
from corpuskit.index import KEY_PREFIX
from corpuskit.leaves import Leaves
from corpuskit.model import Diagnostic, Duplicate, diagnose
from corpuskit.near.neighbours import Match, Neighbours


class Verdict(NamedTuple):
    """What near duplicates mean for a row: a duplicate, what is said of it, which it belongs to.

    It is `crowded` if more texts look like it than it was compared with, and none is near.
    """

    duplicate: Duplicate | None = None
    said: tuple[Diagnostic, ...] = ()
    matches: Sequence[Match] = ()
    crowded: bool = False


NOT_NEAR = Verdict()
_CROWDED = Verdict(crowded=True)


class NearRows:
    """Rows by their number, as `Neighbours` knows them, and what to say of them."""

    def __init__(
        self, neighbours: Neighbours, rows: pa.Table, leaves: Leaves, *, groups: bool
    ) -> None:
        """Take the rows; with `groups`, those that belong together are found as well."""
        self._neighbours = neighbours
        self._rows = rows
        self._leaves = leaves
        self._drops = neighbours.rules.action == "drop"
        # Of rows that are kept when others are dropped, no two are near.
        self._groups = groups and not self._drops
        self._asked = groups

    def verdict(self, number: int) -> Verdict:
        """What becomes of a row, whose number is above that of all before."""
        matches, crowded = self._neighbours.find(number, groups=self._groups)
        if not matches:
            return _CROWDED if crowded else NOT_NEAR
        path, sha256, own_id = self._named(number)
        other, similarity = matches[0]
        kept_path, _, kept_id = self._named(other)
        if self._drops:
            return Verdict(
                Duplicate(path, sha256, own_id, kept_id, kept_path, "near", similarity),
                matches=matches,
            )
        message = f"nearly the same text as {kept_path} ({similarity:.3f})"
        said = diagnose(Code.NEAR_DUPLICATE, message)
        return Verdict(None, (said.at(path, sha256),), matches)

    def said_of_crowded(self, numbers: Sequence[int]) -> Iterator[Diagnostic]:
        """What is said of rows that are crowded."""
        message = "too many texts look like this one: it was compared with the closest of them"
        yield from _not_compared(
            self._rows.take(pa.array(numbers, pa.int32())), self._leaves, message
        )

    def keep(self, number: int, verdict: Verdict) -> None:
        """Note that the row stays."""
        self._neighbours.keep(number)
        for other, _ in verdict.matches:
            self._neighbours.join(number, other)

    def grouped(self, index: pa.Table, mask: pa.ChunkedArray) -> pa.Table:
        """`index` with the groups of these rows, which are those in the mask, in a key column."""
        name = KEY_PREFIX + NEAR_DUPLICATE
        if not self._asked or name in index.schema.names:
            return index
        own = array("i", map(self._neighbours.group, range(self._rows.num_rows)))
        groups = pa.nulls(index.num_rows, pa.int32())
        known = pa.array(memoryview(own), pa.int32())
        return index.append_column(name, pc.replace_with_mask(groups, mask.combine_chunks(), known))

    def _named(self, number: int) -> tuple[str, str, str]:
        """Path, SHA-256 and id of a row."""
        place = self._rows["place"][number].as_py()
        return (
            self._leaves.path(place),
            self._leaves.digest(place),
            self._rows["id"][number].as_py(),
        )


def too_long(index: pa.Table, leaves: Leaves) -> Iterator[Diagnostic]:
    """What is said of rows whose texts are too long to be compared."""
    rows = index.filter(pc.greater(index["n_chars"], MAX_CHARS))
    messages = (
        f"{size:,} characters: more than {MAX_CHARS:,} are compared with no other text"
        for size in rows["n_chars"].to_pylist()
    )
    yield from _not_compared(rows, leaves, messages)


def _not_compared(rows: pa.Table, leaves: Leaves, messages: Iterable[str]) -> Iterator[Diagnostic]:
    places = rows["place"].combine_chunks()
    sources = zip(leaves.paths_at(places), leaves.digests_at(places), strict=True)
    for (path, sha256), message in zip(sources, messages, strict=False):
        yield diagnose(Code.NEAR_NOT_COMPARED, message, path=path, source_sha256=sha256)
