"""What files looked like when they were last read, so that those which still do need no reading.

A file is known by its path below the root, size, times of change (of its content and of its inode)
and inode number. Times have steps, of 4 ms here and of 2 s on old file systems: a file that changes
again within one looks the same. So nothing is kept of files that changed less than `_SETTLED_NS`
before they were read; the next build reads those again.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.batch import Reading
from corpuskit.checked_tables import read_table, write_table
from corpuskit.model import Source

_SETTLED_NS = 2_500_000_000
_LOOKS = ("size", "mtime_ns", "ctime_ns", "inode", "device")
_UNSEEN = (None,) * len(_LOOKS)
_SCHEMA = pa.schema(
    [
        ("path", pa.string()),
        *((name, pa.uint64() if name in ("inode", "device") else pa.int64()) for name in _LOOKS),
        ("source_sha256", pa.string()),
        ("blob", pa.string()),
    ]
)


class StatTable:
    """The table of one root, in one file; a file that is damaged is an empty table."""

    def __init__(self, path: Path, now_ns: int) -> None:
        """Read the table; `now_ns` is a time before any source is read, since 1970."""
        self._path = path
        self._now_ns = now_ns
        known = read_table(path)
        if known is None or known.schema != _SCHEMA:
            known = _SCHEMA.empty_table()
        self._table = known
        self._looks: pa.Table | None = None

    def recall(self, sources: Sequence[Source], reading: Reading, *, blob_ids: bool) -> list[int]:
        """Note in `reading` what is known; returns the places of the sources to be read."""
        self._looks = _looks(sources)
        found = self._table.take(pc.index_in(self._looks["path"], value_set=self._table["path"]))
        same = pc.is_valid(found["path"])
        for name in _LOOKS:
            same = pc.and_(same, pc.fill_null(pc.equal(found[name], self._looks[name]), False))  # noqa: FBT003
        if blob_ids:
            same = pc.and_(same, pc.fill_null(pc.not_equal(found["blob"], ""), False))  # noqa: FBT003
        columns = [same, found["source_sha256"], found["size"], found["blob"]]
        unread = []
        for place, (known, sha256, size, blob) in enumerate(
            zip(*(column.to_pylist() for column in columns), strict=True)
        ):
            if known:
                reading.digests[place] = sha256
                reading.sizes[place] = size
                reading.blobs[place] = blob if blob_ids else ""
            else:
                unread.append(place)
        return unread

    def remember(self, reading: Reading) -> None:
        """Keep what was read of the sources of the last call of `recall`."""
        assert self._looks is not None
        settled = self._now_ns - _SETTLED_NS
        table = self._looks.append_column("source_sha256", [reading.digests])
        table = table.append_column("blob", [reading.blobs])
        keep = pc.and_(pc.less(table["mtime_ns"], settled), pc.less(table["ctime_ns"], settled))
        keep = pc.and_(keep, pc.not_equal(table["source_sha256"], ""))
        # A file that grew between the two calls says so in its size.
        keep = pc.and_(keep, pc.equal(table["size"], pa.array(reading.sizes, pa.int64())))
        table = table.filter(pc.fill_null(keep, False)).cast(_SCHEMA)  # noqa: FBT003
        if not table.equals(self._table):
            write_table(str(self._path), table)


def _looks(sources: Sequence[Source]) -> pa.Table:
    """What each source looks like now; nulls where nothing is to be seen."""
    rows = [_UNSEEN if source.fault else _look(source.location) for source in sources]
    columns = zip(*rows, strict=True) if rows else ((),) * len(_LOOKS)
    arrays = {
        name: pa.array(values, _SCHEMA.field(name).type)
        for name, values in zip(_LOOKS, columns, strict=True)
    }
    return pa.table({"path": pa.array([s.path for s in sources], pa.string()), **arrays})


def _look(location: str) -> tuple[int | None, ...]:
    try:
        found = os.stat(location)  # noqa: PTH116 - a quarter of the time of Path.stat
    except OSError:
        return _UNSEEN
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev
