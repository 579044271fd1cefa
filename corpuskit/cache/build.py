"""The cache of one build: what is known of its sources, and of what parsing makes of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Self

import pyarrow as pa

from corpuskit.cache.blobs import recall_blobs
from corpuskit.cache.git_index import checked_out
from corpuskit.cache.keeping import prune
from corpuskit.cache.records import FILES, Known, load_records, pack_folder
from corpuskit.cache.stat_table import StatTable
from corpuskit.packs import PackFolder
from corpuskit.packs.records import record_schema
from corpuskit.parse_rules import BatchRules
from corpuskit.sources.readings import Readings
from corpuskit.sources.table import Sources


@dataclass(frozen=True, slots=True)
class BuildCache:
    """What builds before this one have kept.

    Attributes:
        folder: where packs go, and those that are known are.
        known: the records of all that was parsed under the same rules.
        looks: which files look as they did; None where files are copies that lie elsewhere each
            time.
        src: the folder that git is asked about, None likewise.
    """

    folder: PackFolder
    known: Known
    looks: StatTable | None
    src: Path | None
    blob_ids: bool
    _writers: list[Thread] = field(default_factory=list)

    def recall(self, sources: Sources, readings: Readings) -> Sequence[int]:
        """Note in `readings` what is known; returns the places of the sources to be read."""
        if self.looks is None or sources.looks is None:
            return range(len(sources))
        unread = self.looks.recall(sources, readings, blob_ids=self.blob_ids)
        if self.src is None or not self.blob_ids or not unread or not self.known.records.num_rows:
            return unread
        return recall_blobs(unread, sources, readings, self.known.records, checked_out(self.src))

    def remember(self, sources: Sources, readings: Readings) -> None:
        """Keep how the sources read, while something else goes on."""
        if self.looks is not None:
            thread = Thread(target=self._remember, args=(self.looks, sources, readings))
            self._writers.append(thread)
            thread.start()

    @staticmethod
    def _remember(looks: StatTable, sources: Sources, readings: Readings) -> None:
        with suppress(OSError, pa.ArrowException):
            looks.remember(sources, readings)

    def close(self) -> None:
        """Wait until everything is kept."""
        for thread in self._writers:
            thread.join()


class CacheOpening:
    """Opens the cache of one build, while something else goes on if that is begun early.

    To be left as a context manager: then nothing is under way any more.
    """

    def __init__(self, home: Path | None, rules: BatchRules, src: Path | None, now_ns: int) -> None:
        """Take where caches are, None for no cache, and for what it is.

        `src` is the folder that is built, None for a copy; `now_ns` is a time before any source is
        looked at.
        """
        self._open = partial(_open_cache, home, rules, src, now_ns)
        self._thread = ThreadPoolExecutor(1)
        self._begun: Future[BuildCache | None] | None = None

    def begin(self) -> None:
        """Begin with it, unless that is done."""
        if self._begun is None:
            self._begun = self._thread.submit(self._open)

    def cache(self) -> BuildCache | None:
        """The cache; None if there is to be none, or it cannot be used."""
        self.begin()
        assert self._begun is not None, "it has begun"
        return self._begun.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)


def _open_cache(
    home: Path | None, rules: BatchRules, src: Path | None, now_ns: int
) -> BuildCache | None:
    if home is None:
        return None
    try:
        prune(home)
        folder = pack_folder(home, rules)
        empty = record_schema(rules.parse.schema, rules.keys, signed=rules.signed).empty_table()
        known = load_records(folder, empty)
        (home / FILES).mkdir(exist_ok=True)
        looks = None
        if src is not None:
            looks = StatTable(_stat_table(home, src), now_ns)
    except OSError:
        return None
    return BuildCache(folder, known, looks, src, rules.blob_ids)


def knows_files(home: Path, src: Path) -> bool:
    """Whether an earlier build has noted what the files of `src` look like."""
    return os.path.isfile(_stat_table(home, src))  # noqa: PTH113 - never raises


def _stat_table(home: Path, src: Path) -> Path:
    return home / FILES / hashlib.sha256(os.fsencode(os.path.realpath(src))).hexdigest()


def default_home() -> Path:
    """Where caches are: `$XDG_CACHE_HOME/corpuskit`, below `~/.cache` without that variable."""
    stated = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(stated) if os.path.isabs(stated) else Path.home() / ".cache"  # noqa: PTH117
    return base / "corpuskit"
