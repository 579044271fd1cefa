"""The sources of a corpus as columns: a million of them take 140 MB, as objects they took 450."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.model import Diagnostic, Source

LOOKS: Final = ("size", "mtime_ns", "ctime_ns", "inode", "device")
"""What a file looks like from outside, as `os.stat` says it."""

LOOKS_SCHEMA: Final = pa.schema(
    [(name, pa.uint64() if name in ("inode", "device") else pa.int64()) for name in LOOKS]
)

_UNSEEN = (None,) * len(LOOKS)
_AT_ONCE = 16_384


@dataclass(frozen=True, slots=True)
class Sources:
    """Sources by their place, from 0; those of a build are in the order of their paths' bytes.

    Attributes:
        paths: the path of each, as `Source` has it.
        folder: where a source lies, followed by its path without the first `prefix` characters.
        faults: what is wrong with some, by place.
        elsewhere: where the others lie.
        looks: `LOOKS` of each, nulls where nothing is to be seen; None if nobody looked.
    """

    paths: pa.StringArray
    folder: str = ""
    prefix: int = 0
    faults: Mapping[int, Diagnostic] = field(default_factory=dict)
    elsewhere: Mapping[int, str] = field(default_factory=dict)
    looks: pa.Table | None = None

    @classmethod
    def of(cls, sources: Iterable[Source]) -> Sources:
        """Some sources in the order given, wherever they lie."""
        listed = list(sources)
        return cls(
            pa.array([source.path for source in listed], pa.string()),
            faults={n: s.fault for n, s in enumerate(listed) if s.fault is not None},
            elsewhere={n: s.location for n, s in enumerate(listed)},
        )

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, place: int) -> Source:
        return self._source(place, self.paths[place].as_py())

    def __iter__(self) -> Iterator[Source]:
        for place, path in enumerate(self.each_path()):
            yield self._source(place, path)

    def each_path(self) -> Iterator[str]:
        """The paths in order, few of them in memory at once."""
        for start in range(0, len(self.paths), _AT_ONCE):
            yield from self.paths.slice(start, _AT_ONCE).to_pylist()

    def _source(self, place: int, path: str) -> Source:
        location = self.elsewhere.get(place)
        if location is None:
            location = os.path.join(self.folder, _as_named(path[self.prefix :]))  # noqa: PTH118
        return Source(path, location, self.faults.get(place))


class SourceGathering:
    """Sources on their way into columns."""

    def __init__(self, *, looks: bool) -> None:
        """Take whether it is noted what files look like, which costs a call a file."""
        self._looks = looks
        self._paths: list[str] = []
        self._seen: list[tuple[int | None, ...]] = []
        self._columns: list[pa.Table] = []
        self._count = 0
        self._others: dict[int, Source] = {}

    def add(self, path: str, entry: os.DirEntry[str]) -> None:
        """Note a file; its path is UTF-8, and it lies where that says."""
        self._paths.append(path)
        if self._looks:
            self._seen.append(_look(entry))
        if len(self._paths) == _AT_ONCE:
            self._pack()

    def add_odd(self, source: Source) -> None:
        """Note a source that has a fault, or lies elsewhere."""
        self._others[self._count + len(self._paths)] = source
        self._paths.append(source.path)
        if self._looks:
            self._seen.append(_UNSEEN)

    def sources(self, folder: str, prefix: str) -> Sources:
        """All that was noted, in order; paths begin with `prefix`, which is no part of `folder`."""
        self._pack()
        gathered = pa.concat_tables(self._columns).combine_chunks()
        order = pc.sort_indices(gathered, sort_keys=[("path", "ascending")])
        gathered = gathered.take(order).combine_chunks()
        others: dict[int, Source] = {}
        if self._others:
            old = enumerate(order.to_pylist())
            others = {new: self._others[place] for new, place in old if place in self._others}
        return Sources(
            gathered["path"].combine_chunks() if len(gathered) else pa.array([], pa.string()),
            folder,
            len(prefix),
            {place: s.fault for place, s in others.items() if s.fault is not None},
            {place: s.location for place, s in others.items()},
            gathered.select(LOOKS) if self._looks else None,
        )

    def _pack(self) -> None:
        """Turn what was noted since the last time into columns."""
        columns = {"path": pa.array(self._paths, pa.string())}
        if self._looks:
            seen = zip(*self._seen, strict=True) if self._seen else [()] * len(LOOKS)
            for values, look in zip(seen, LOOKS_SCHEMA, strict=True):
                columns[look.name] = pa.array(values, look.type)
        self._columns.append(pa.table(columns))
        self._count += len(self._paths)
        self._paths, self._seen = [], []


def _look(entry: os.DirEntry[str]) -> tuple[int | None, ...]:
    try:
        found = entry.stat()
    except OSError:
        return _UNSEEN
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev


def _as_named(path: str) -> str:
    """A path, which is UTF-8, as this system spells names."""
    return path if sys.getfilesystemencoding() == "utf-8" else os.fsdecode(path.encode())
