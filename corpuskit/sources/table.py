"""The sources of a corpus as columns: a million of them take 140 MB, as objects they took 450."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from itertools import chain
from typing import Final, overload

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.codes import Code
from corpuskit.columns import in_memory
from corpuskit.model import UNSEEN, Diagnostic, Look, Source, diagnose

LOOKS: Final = ("size", "mtime_ns", "ctime_ns", "inode", "device")
"""The columns of a `Look`."""

LOOKS_SCHEMA: Final = pa.schema(
    [(name, pa.uint64() if name in ("inode", "device") else pa.int64()) for name in LOOKS]
)

_UTF8_NAMES = sys.getfilesystemencoding() == "utf-8"
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

    def picked(self, places: Sequence[int]) -> Sources:
        """The sources at some places, numbered anew; without looks."""
        others = {n: p for n, p in enumerate(places) if p in self.faults or p in self.elsewhere}
        return Sources(
            self.paths.take(pa.array(places, pa.int64())),
            self.folder,
            self.prefix,
            {n: self.faults[p] for n, p in others.items() if p in self.faults},
            {n: self.elsewhere[p] for n, p in others.items() if p in self.elsewhere},
        )

    def each_path(self) -> Iterator[str]:
        """The paths in order, few of them in memory at once."""
        for start in range(0, len(self.paths), _AT_ONCE):
            yield from self.paths.slice(start, _AT_ONCE).to_pylist()

    def _source(self, place: int, path: str) -> Source:
        location = self.elsewhere.get(place)
        if location is None:
            location = f"{self.folder}/{_as_named(path[self.prefix :])}"
        return Source(path, location, self.faults.get(place))


def sample(sources: Sources, count: int) -> Sources:
    """Some of the sources, in their order: those whose paths have the smallest digests.

    Few change when others come or go.
    """
    paths = enumerate(sources.each_path())
    hashed = ((hashlib.sha256(path.encode()).digest(), place) for place, path in paths)
    return sources.picked(sorted(place for _, place in nsmallest(count, hashed)))


class SourceBatch(Sequence[tuple[int, Source]]):
    """Some sources with their places: columns, for whoever sends them, until they are asked for."""

    def __init__(self, sources: Sources, places: Sequence[int]) -> None:
        """Take all sources, and the places of those that are meant."""
        self.places = places
        self._sources = sources.picked(places)

    def __len__(self) -> int:
        return len(self.places)

    def __iter__(self) -> Iterator[tuple[int, Source]]:
        return zip(self.places, self._sources, strict=True)

    @overload
    def __getitem__(self, number: int) -> tuple[int, Source]: ...

    @overload
    def __getitem__(self, number: slice) -> SourceBatch: ...

    def __getitem__(self, number: int | slice) -> tuple[int, Source] | SourceBatch:
        if isinstance(number, int):
            return self.places[number], self._sources[number]
        part = SourceBatch(self._sources, range(len(self))[number])
        part.places = self.places[number]
        return part


class SourceGathering:
    """The files of a tree on their way into columns."""

    def __init__(
        self,
        folder: str,
        prefix: str,
        *,
        looks: bool,
        watch: Callable[[str], None] = lambda _digest: None,
    ) -> None:
        """Take the tree's top, and what stands before the names in it as their paths begin.

        With `looks` it is noted what files look like, which costs a call a file; `watch` then hears
        each of the `looks_digests` but the last as soon as it is known.
        """
        self._folder = folder
        self._prefix = prefix
        self._looks = looks
        self._watch = watch
        self._paths: list[str] = []
        self._seen: list[int | None] = []
        self._columns: list[pa.Table] = []
        self._lengths: list[int] = []
        self._digests: list[str] = []
        self._odd: list[Source] = []
        self._escaped: list[Source] = []
        self._sorted: tuple[pa.Table, pa.Array] | None = None

    def add(self, path: str, entry: os.DirEntry[str]) -> None:
        """Note a file; the path is in the system's spelling."""
        self._paths.append(path)
        if self._looks:
            self._seen += _look(entry)
        if len(self._paths) == _AT_ONCE:
            self._pack()

    def add_odd(self, path: str, location: str, fault: Diagnostic | None) -> None:
        """Note a source that has a fault, or lies elsewhere."""
        self._odd.append(_source(path, location, fault))

    def __len__(self) -> int:
        if self._sorted is not None:
            return len(self._sorted[0])
        return sum(self._lengths) + len(self._paths) + len(self._odd) + len(self._escaped)

    def looks_digests(self, looks: pa.Table | None = None) -> list[str] | None:
        """Digests of which files there are and what they look like; None if nobody knows that.

        One of some thousands of files, as the system lists them, after the other, and one of what
        is odd. They depend on that order, which stays while the files do.

        Args:
            looks: `LOOKS` of all sources in their order, if nobody looked when they were found.
        """
        if not self._looks and looks is None:
            return None
        if self._sorted is None:
            self._pack()
        digests = self._digests
        if not self._looks and looks is not None:
            digests = [_looks_digest(files) for files in self._as_listed(looks)]
        odd = [(s.path, s.fault and (s.fault.code, s.fault.message)) for s in self._odd]
        escaped = repr((odd, self._escaped)).encode("utf-8", "surrogateescape")
        return [*digests, hashlib.sha256(escaped).hexdigest()]

    def _as_listed(self, looks: pa.Table) -> Iterator[pa.Table]:
        """Paths and `LOOKS` of all files but the odd ones, in the parts they were noted in."""
        assert self._sorted is not None, "nobody looks before the order is known"
        table, order = self._sorted
        table = pa.table([table["path"], *looks.columns], ["path", *LOOKS])
        # Where each file is in order; the odd ones were last.
        places = pc.sort_indices(order)
        start = 0
        for length in self._lengths:
            yield table.take(places.slice(start, length))
            start += length

    def sources(self) -> Sources:
        """All that was noted, in order; called once."""
        self._pack()
        usual = pa.concat_tables(self._columns)
        odd = [*self._odd]
        if self._escaped:
            taken = {*usual["path"].to_pylist(), *(source.path for source in odd)}
            odd += _told_apart(self._escaped, taken)
        unseen = [*UNSEEN] * len(odd)
        gathered = pa.concat_tables([usual, self._table([s.path for s in odd], unseen)])
        gathered = gathered.combine_chunks()
        order = pc.sort_indices(gathered, sort_keys=[("path", "ascending")])
        gathered = gathered.take(order).combine_chunks()
        self._columns, self._sorted = [], (gathered, order)
        others = _at_new_places(odd, len(usual), order)
        return Sources(
            gathered["path"].chunk(0) if len(gathered) else pa.array([], pa.string()),
            self._folder,
            len(self._prefix),
            {place: s.fault for place, s in others.items() if s.fault is not None},
            {place: s.location for place, s in others.items()},
            gathered.select(LOOKS) if self._looks else None,
        )

    def _pack(self) -> None:
        """Turn what was noted since the last time into columns."""
        if not self._paths and self._columns:
            return
        columns = self._packed()
        self._columns.append(columns)
        self._lengths.append(len(columns))
        self._paths, self._seen = [], []
        if self._looks:
            self._digests.append(_looks_digest(columns))
            self._watch(self._digests[-1])

    def _packed(self) -> pa.Table:
        try:
            if not _UTF8_NAMES:
                self._set_aside()
            return self._table(self._paths, self._seen)
        except UnicodeEncodeError:
            self._set_aside()
            return self._table(self._paths, self._seen)

    def _set_aside(self) -> None:
        """Leave among the paths those that are UTF-8, in that spelling."""
        named = [(path, _as_utf8(path)) for path in self._paths]
        for path, own in named:
            if own is None:
                location = f"{self._folder}/{path[len(self._prefix) :]}"
                self._escaped.append(_source(path, location, None))
        if self._looks:
            looks = zip(*[iter(self._seen)] * len(LOOKS), strict=True)
            kept = [look for look, (_, own) in zip(looks, named, strict=True) if own is not None]
            self._seen = [*chain.from_iterable(kept)]
        self._paths = [own for _, own in named if own is not None]

    def _table(self, paths: list[str], seen: list[int | None]) -> pa.Table:
        """Paths, and of each its look: those of all, one after the other, are `seen`."""
        columns = {"path": pa.array(paths, pa.string())}
        if self._looks:
            for nth, look in enumerate(LOOKS_SCHEMA):
                columns[look.name] = pa.array(seen[nth :: len(LOOKS)], look.type)
        return pa.table(columns)


def _looks_digest(files: pa.Table) -> str:
    """A digest of the paths and `LOOKS` of some files."""
    hashed = hashlib.sha256()
    for column in (pc.binary_length(files["path"]), *files.columns):
        for values in in_memory(column):
            hashed.update(values)
    return hashed.hexdigest()


def _at_new_places(odd: list[Source], first: int, order: pa.Array) -> dict[int, Source]:
    """By their places in order, the sources that come after `first` others out of order."""
    if not odd:
        return {}
    old = enumerate(order.to_pylist())
    return {new: odd[place - first] for new, place in old if place >= first}


def _told_apart(sources: list[Source], taken: set[str]) -> Iterator[Source]:
    """Sources with names that are not UTF-8, under others where an escape is the path of a file."""
    for source in sorted(sources, key=lambda source: os.fsencode(source.location)):
        path = source.path
        while path in taken:
            path += "\\"
        taken.add(path)
        yield source._replace(path=path)


def _source(path: str, location: str, fault: Diagnostic | None) -> Source:
    """The source at `location`; a path that is not UTF-8 is escaped, and a fault of its own."""
    own = _as_utf8(path)
    if own is not None:
        return Source(own, location, fault)
    shown = os.fsencode(path).decode("utf-8", "backslashreplace")
    named = diagnose(Code.PATH_NOT_UTF8, "the file's name is not UTF-8", help="rename the file")
    return Source(shown, location, fault or named)


def look_of(status: os.stat_result) -> Look:
    """What `os.stat` says a file looks like."""
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev


def _look(entry: os.DirEntry[str]) -> Look:
    try:
        return look_of(entry.stat())
    except OSError:
        return UNSEEN


def _as_utf8(path: str) -> str | None:
    """A path of this system as it is named in a release; None if its bytes are not UTF-8."""
    try:
        return os.fsencode(path).decode()
    except UnicodeDecodeError:
        return None


def _as_named(path: str) -> str:
    """A path of a release as this system spells names."""
    return path if _UTF8_NAMES else os.fsdecode(path.encode())
