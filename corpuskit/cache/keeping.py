"""The size of the cache, and how it is kept in bounds: what was not used for longest goes first."""

from __future__ import annotations

import os
import shutil
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from corpuskit.cache.ranges import FETCHED
from corpuskit.cache.records import FILES, IDENTITIES, PARSED, RECORDS, VERDICTS
from corpuskit.packs import SUFFIX

MOST_BYTES = 8 * 1024**3
"""What a build lets the cache grow to: some 1.5 million articles of 3 KB."""

_BESIDE = tuple(ending.removeprefix(".") for ending in (SUFFIX, VERDICTS, IDENTITIES))
"""The endings of what goes with records."""

_TEMPORARY_SECONDS = 24 * 3600
"""The age from which a file that was not finished is nobody's any more."""


class Usage(NamedTuple):
    """What the cache holds: `rules` counts the different rules that there are packs for.

    `fetched` are files from elsewhere of which there are parts.
    """

    bytes: int
    packs: int
    rules: int
    fetched: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """The files of one pack, the parts of one shard, or another file of the cache."""

    used: tuple[float, float]
    files: tuple[Path, ...]
    size: int


def usage(home: Path) -> Usage:
    """What the cache below `home` holds."""
    entries = list(_entries(home))
    rules = {entry.files[0].parent for entry in entries if entry.files[0].suffix == RECORDS}
    packs = sum(entry.files[0].suffix == RECORDS for entry in entries)
    fetched = sum(entry.files[0].parent.parent == home / FETCHED for entry in entries)
    return Usage(sum(entry.size for entry in entries), packs, len(rules), fetched)


def prune(home: Path, most_bytes: int = MOST_BYTES) -> int:
    """Delete until at most `most_bytes` are left; returns how many bytes went.

    What others use at this moment may go as well: to them it is a miss.
    """
    if _size(home) <= most_bytes:
        return 0
    entries = sorted(_entries(home), key=lambda entry: entry.used)
    size = sum(entry.size for entry in entries)
    gone = 0
    for entry in entries:
        if size - gone <= most_bytes:
            break
        for file in entry.files:
            file.unlink(missing_ok=True)
        gone += entry.size
    for folder in (*_folders(home / PARSED), *_folders(home / FETCHED)):
        # Who has just begun with it makes it again.
        with suppress(OSError):
            folder.rmdir()
    return gone


def clear(home: Path) -> None:
    """Delete all of it."""
    for name in (PARSED, FILES, FETCHED):
        shutil.rmtree(home / name, ignore_errors=True)


def _size(home: Path) -> int:
    """The bytes of all files in the cache, whatever they are: quick, for most builds stop there."""
    found = 0
    for folder in (*_folders(home / PARSED), *_folders(home / FETCHED), home / FILES):
        for file in _listed(folder):
            with suppress(OSError):
                found += file.stat().st_size
    return found


def _folders(above: Path) -> list[Path]:
    with suppress(OSError):
        return [path for path in above.iterdir() if path.is_dir()]
    return []


def _entries(home: Path) -> Iterator[_Entry]:
    """Everything in the cache: packs with their records, tables of files, what was never finished.

    And parts of shards. Sorted by their `used`, the packs of rules that no build had for longest
    come first. What another build renames or deletes meanwhile is passed over.
    """
    for folder in _folders(home / PARSED):
        files = {f.name: f for f in _listed(folder)}
        # A build that uses the packs of a folder says so by touching it.
        used = _changed(folder)
        beside: dict[str, list[os.DirEntry[str]]] = defaultdict(list)
        for file in files.values():
            if file.name.endswith(_BESIDE):
                beside[file.name.partition(".")[0]].append(file)
        for file in files.values():
            name, _, ending = file.name.partition(".")
            if file.name == name + RECORDS:
                yield from _entry(used, file, *beside[name])
            elif name + RECORDS not in files or not ending.endswith(_BESIDE):
                yield from _unfinished(file)
    for file in _listed(home / FILES):
        yield from _entry(None, file)
    for folder in _folders(home / FETCHED):
        # Who reads a shard touches its folder.
        if parts := _listed(folder):
            yield from _entry(_changed(folder), *parts)


def _changed(path: Path) -> float:
    with suppress(OSError):
        return path.stat().st_mtime
    return 0.0


def _listed(folder: Path) -> list[os.DirEntry[str]]:
    with suppress(OSError):
        return list(os.scandir(folder))
    return []


def _entry(used: float | None, *files: os.DirEntry[str]) -> Iterator[_Entry]:
    """Files that go together, used as late as is stated, else when the first was changed."""
    with suppress(OSError):
        stats = [file.stat() for file in files]
        changed = stats[0].st_mtime
        paths = tuple(Path(file.path) for file in files)
        size = sum(stat.st_size for stat in stats)
        yield _Entry((changed if used is None else used, changed), paths, size)


def _unfinished(file: os.DirEntry[str]) -> Iterator[_Entry]:
    """A pack whose records are being written, or a build that was killed."""
    with suppress(OSError):
        if time.time() - file.stat().st_mtime > _TEMPORARY_SECONDS:
            yield from _entry(0.0, file)
