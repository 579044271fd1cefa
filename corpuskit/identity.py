"""What makes a row itself: ids and digests. A change here changes every release's bytes."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.columns import in_memory
from corpuskit.dates import DAY, format_instant
from corpuskit.model import Cell

_DIGEST_BYTES = 32
_AT_ONCE = 16_384

UNHASHED_COLUMNS = frozenset({"row_sha256", "source_sha256", "encoding"})
"""A re-encoded source with the same content is the same row."""


_KEY_BYTES = 16


def article_id(path: str) -> str:
    """32 hex digits for a POSIX path relative to the root, whatever its Unicode form."""
    return hashlib.sha256(unicodedata.normalize("NFC", path).encode()).hexdigest()[:32]


def text_key(text: str) -> bytes:
    """16 bytes that are equal for articles of the same normalised text."""
    return hashlib.sha256(text.encode()).digest()[:_KEY_BYTES]


def text_key_of(sha256: str) -> bytes:
    """The `text_key` of the text that has this digest in hexadecimal."""
    return bytes.fromhex(sha256)[:_KEY_BYTES]


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def content_digest(rows: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over (id, row_sha256) pairs, sorted: the same for any order, cut or encoder."""
    lines = sorted(f"{row_id} {row_sha256}\n" for row_id, row_sha256 in rows)
    return digest("".join(lines).encode())


def content_digest_of(ids: pa.ChunkedArray, digests: pa.ChunkedArray) -> str:
    """`content_digest` of two columns of text, which needs 200 bytes a row and no objects."""
    text = pa.large_string()
    space, nothing, end = (pa.scalar(mark, text) for mark in (" ", "", "\n"))
    lines = pc.binary_join_element_wise(ids.cast(text), digests.cast(text), space)
    lines = pc.binary_join_element_wise(lines, nothing, end).combine_chunks()
    order = pc.array_sort_indices(lines)
    hashed = hashlib.sha256()
    for start in range(0, len(order), _AT_ONCE):
        for part in in_memory(lines.take(order.slice(start, _AT_ONCE)).cast(pa.string())):
            hashed.update(part)
    return hashed.hexdigest()


def merkle_root(leaves: Iterable[tuple[str, str]]) -> str:
    """Root of a binary hash tree over (path, SHA-256 of the source) in the order given.

    Leaves and nodes are hashed under different prefixes, as RFC 9162 section 2.1 does, so that
    no node can pass for a leaf; an odd node moves up unpaired.
    """
    hashed = bytearray()  # side by side: as objects, a million digests are 73 MB
    for path, sha256 in leaves:
        hashed += hashlib.sha256(f"\0{sha256} {path}".encode()).digest()
    return _root(hashed).hex()


def root_of_parts(roots: Iterable[str]) -> str:
    """The `merkle_root` of all leaves, of which those of the parts are given in order.

    Each part but the last has the same power of two of leaves, the last one at most as many.
    """
    return _root(bytearray.fromhex("".join(roots))).hex()


def _root(level: bytes | bytearray) -> bytes:
    """The root over nodes of one level, side by side."""
    if not level:
        return hashlib.sha256(b"").digest()
    pair = 2 * _DIGEST_BYTES
    while len(level) > _DIGEST_BYTES:
        ends = range(pair, len(level) + 1, pair)
        paired = [hashlib.sha256(b"\1" + level[end - pair : end]).digest() for end in ends]
        level = b"".join(paired) + level[len(paired) * pair :]
    return bytes(level)


class RowHasher:
    """Canonical JSON of rows.

    Canonical: the non-null columns sorted by name, no white space, nothing escaped that JSON
    does not demand, datetimes and dates as ISO 8601 in UTC, numbers as Python's shortest repr.
    """

    def __init__(self, kinds: Mapping[str, str]) -> None:
        """Take the columns' Table Schema types by name; a list's is `list<item type>`."""
        self._names = [name for name in sorted(kinds) if name not in UNHASHED_COLUMNS]
        self._spellings = [_spelling(kinds[name]) for name in self._names]

    def canonical(self, row: Mapping[str, Cell]) -> bytes:
        """The canonical JSON of `row`; see `canonical_rows`."""
        (canonical,) = self.canonical_rows({name: (row[name],) for name in self._names})
        return canonical

    def canonical_rows(self, columns: Mapping[str, Sequence[Cell]]) -> Iterator[bytes]:
        """The canonical JSON of each row, of columns whose cells are of their types.

        Raises:
            TypeError: a list has a null in it, or a string half a surrogate pair.
            OverflowError: a date is in no year from 1 to 9999.
        """
        spelled = [
            columns[name] if spell is None else spell(columns[name])
            for name, spell in zip(self._names, self._spellings, strict=True)
        ]
        for cells in zip(*spelled, strict=True):
            members = zip(self._names, cells, strict=True)
            yield orjson.dumps({name: cell for name, cell in members if cell is not None})


def _spelling(kind: str) -> Callable[[Sequence[Any]], Sequence[object]] | None:
    """What makes orjson write a column's cells canonically; None if it does so anyway."""
    if kind.startswith("list<"):
        item = _SPELLINGS.get(kind[5:-1])
        return _without_nulls if item is None else lambda column: _lists(column, item)
    spell = _SPELLINGS.get(kind)
    return None if spell is None else lambda column: _scalars(column, spell)


def _scalars(column: Sequence[Any], spell: Callable[[Any], object]) -> list[object]:
    return [None if cell is None else spell(cell) for cell in column]


def _lists(column: Sequence[Any], spell: Callable[[Any], object]) -> list[object]:
    return [None if cell is None else [spell(item) for item in cell] for cell in column]


def _without_nulls(column: Sequence[Any]) -> Sequence[object]:
    if None in chain.from_iterable(filter(None, column)):
        raise TypeError("a list has a null in it")
    return column


def _number(value: float) -> orjson.Fragment:
    # orjson's own are as short, but have other exponents: `1e16` for Python's `1e+16`.
    return orjson.Fragment(float.__repr__(value))


def _day(value: int) -> str:
    return format_instant(value * DAY)[:10]


_SPELLINGS: dict[str, Callable[[Any], object]] = {
    "number": _number,
    "datetime": format_instant,
    "date": _day,
}
