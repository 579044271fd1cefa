"""What files looked like when they were last read, so that those which still do need no reading.

A file is known by its path below the root, size, times of change (of its content and of its inode)
and inode number. Times have steps, of 4 ms here and of 2 s on old file systems: a file that changes
again within one looks the same. So nothing is kept of files that changed less than `_SETTLED_NS`
before they were read; the next build reads those again.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.disk.checked_tables import read_table, write_table
from corpuskit.leaves import BLOB, SHA256
from corpuskit.sources.readings import Readings
from corpuskit.sources.table import LOOKS, LOOKS_SCHEMA, Sources

_SETTLED_NS = 2_500_000_000
_SCHEMA = pa.schema(
    [("path", pa.string()), *LOOKS_SCHEMA, ("source_sha256", SHA256), ("blob", BLOB)]
)


class StatTable:
    """The table of one root, in one file; a file that is damaged is an empty table."""

    def __init__(self, path: Path, now_ns: int) -> None:
        """Read the table; `now_ns` is a time before any source is looked at, since 1970."""
        self._path = path
        self._now_ns = now_ns
        known = read_table(path)
        if known is None or known.schema != _SCHEMA:
            known = _SCHEMA.empty_table()
        self._table = known
        self._stands = False

    def recall(self, sources: Sources, readings: Readings, *, blob_ids: bool) -> list[int]:
        """Note in `readings` what is known, and forget it; returns the places of those to read."""
        assert sources.looks is not None
        found, self._table = self._table, _SCHEMA.empty_table()
        is_in_place = pa.chunked_array([sources.paths]).equals(found["path"])
        if not is_in_place:
            found = found.take(pc.index_in(sources.paths, value_set=found["path"]))
        same = pc.is_valid(found["path"])
        for name in LOOKS:
            same = _and(same, pc.equal(found[name], sources.looks[name]))
        if blob_ids:
            same = _and(same, pc.is_valid(found["blob"]))
        known = {
            name: pc.if_else(same, found[name], pa.scalar(None, found[name].type))
            for name in ("source_sha256", "blob", "size")
        }
        readings.recall(pa.table(known))
        self._stands = is_in_place and bool(pc.all(same).as_py())
        unread: list[int] = pc.indices_nonzero(pc.invert(same)).to_pylist()
        return unread

    def remember(self, sources: Sources, readings: Readings) -> None:
        """Keep how sources read that have settled."""
        looks = readings.looks if sources.looks is None else sources.looks
        columns = [*looks.columns, readings.sha256, readings.blobs]
        table = pa.table([sources.paths, *columns], _SCHEMA)
        keep = _and(has_settled(table, self._now_ns), pc.is_valid(table["source_sha256"]))
        # A file that grew between the two calls says so in its size.
        keep = _and(keep, pc.equal(table["size"], readings.sizes))
        if not (self._stands and pc.all(keep).as_py()):
            write_table(str(self._path), table, keep)


def has_settled(looks: pa.Table, now_ns: int) -> pa.ChunkedArray:
    """Which files were last changed so long before `now_ns` that a further change would show."""
    settled = now_ns - _SETTLED_NS
    return _and(pc.less(looks["mtime_ns"], settled), pc.less(looks["ctime_ns"], settled))


def _and(one: pa.ChunkedArray, other: pa.ChunkedArray) -> pa.ChunkedArray:
    """Both; what is not known is false."""
    return pc.fill_null(pc.and_kleene(one, other), False)  # noqa: FBT003
