"""Whatever is read in whatever order, and whatever happens to the cache: the file's own bytes."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from corpuskit.cache import ranges
from corpuskit.cache.ranges import RangeCache

SIZE = 1000
DATA = random.Random(0).randbytes(SIZE)
SHA256 = "a" * 64

RANGES = st.tuples(st.integers(0, SIZE), st.integers(0, SIZE)).map(sorted).map(tuple)
READS = st.lists(RANGES, max_size=12)


class Elsewhere:
    """A file that counts how often each of its bytes is fetched."""

    def __init__(self) -> None:
        self.times = [0] * SIZE
        self.requests = 0

    def fetch(self, start: int, end: int) -> bytes:
        """Some of it."""
        self.requests += 1
        for place in range(start, end):
            self.times[place] += 1
        return DATA[start:end]


@contextmanager
def cached(bridged: int, block: int) -> Iterator[tuple[RangeCache, Path]]:
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.object(ranges, "_BRIDGED", bridged),
        mock.patch.object(ranges, "_BLOCK", block),
    ):
        yield RangeCache(Path(folder), "s3://bucket/articles", lambda: None), Path(folder)


@given(READS, st.sampled_from([1, 7, 64, SIZE]))
def test_every_read_gives_the_bytes_of_the_file_and_none_is_fetched_twice(
    reads: list[tuple[int, int]], block: int
) -> None:
    elsewhere = Elsewhere()
    with cached(0, block) as (cache, _):
        for start, end in reads:
            # Another reader each time: nothing is known but what lies on the disk.
            assert cache.file(SHA256, elsewhere.fetch).read(start, end) == DATA[start:end]
    asked = {place for start, end in reads for place in range(start, end)}
    assert elsewhere.times == [place in asked for place in range(SIZE)]


@given(READS, st.integers(1, 200))
def test_what_is_fetched_again_to_save_requests_is_bounded(
    reads: list[tuple[int, int]], bridged: int
) -> None:
    elsewhere = Elsewhere()
    with cached(bridged, 64) as (cache, _):
        for start, end in reads:
            before, requests = sum(elsewhere.times), elsewhere.requests
            kept = sum(count > 0 for count in elsewhere.times[start:end])
            assert cache.file(SHA256, elsewhere.fetch).read(start, end) == DATA[start:end]
            again = sum(elsewhere.times) - before - (end - start - kept)
            assert 0 <= again <= kept
            # Between two requests of one read lies more than would have been fetched with them.
            assert (elsewhere.requests - requests - 1) * bridged <= max(0, kept - again)
            assert elsewhere.requests == requests or kept < end - start
    asked = {place for start, end in reads for place in range(start, end)}
    assert {place for place, count in enumerate(elsewhere.times) if count} == asked


def flip(path: Path, chance: random.Random) -> None:
    data = bytearray(path.read_bytes())
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def cut(path: Path, chance: random.Random) -> None:
    os.truncate(path, chance.randint(0, path.stat().st_size))


def lengthen(path: Path, chance: random.Random) -> None:
    path.write_bytes(path.read_bytes() + chance.randbytes(9))


def delete(path: Path, _: random.Random) -> None:
    path.unlink()


def swap(path: Path, chance: random.Random) -> None:
    other = chance.choice(sorted(p for p in path.parent.iterdir() if p.is_file()))
    mine, yours = path.read_bytes(), other.read_bytes()
    path.write_bytes(yours)
    other.write_bytes(mine)


def rename(path: Path, chance: random.Random) -> None:
    ends = sorted(chance.choices(range(2 * SIZE), k=2), reverse=chance.random() < 0.2)
    path.rename(path.with_name("-".join(map(str, ends))))


def link(path: Path, _: random.Random) -> None:
    target = path.with_name("elsewhere")
    path.rename(target)
    path.symlink_to(target)


def pipe(path: Path, _: random.Random) -> None:
    path.unlink()
    os.mkfifo(path)


DAMAGE: list[Callable[[Path, random.Random], None]] = [
    *(flip, cut, lengthen, delete, swap, rename, link, pipe)
]


@given(
    st.lists(st.tuples(RANGES, st.sampled_from(DAMAGE)), max_size=12),
    st.randoms(use_true_random=False),
)
def test_what_is_damaged_is_a_miss_and_never_wrong(
    steps: list[tuple[tuple[int, int], Callable[[Path, random.Random], None]]],
    chance: random.Random,
) -> None:
    elsewhere = Elsewhere()
    with cached(30, 64) as (cache, home):
        for (start, end), damage in steps:
            assert cache.file(SHA256, elsewhere.fetch).read(start, end) == DATA[start:end]
            kept = sorted(path for path in home.rglob("*-*") if path.is_file())
            if kept:
                damage(chance.choice(kept), chance)
        assert cache.file(SHA256, elsewhere.fetch).read(0, SIZE) == DATA
        assert cache.file(SHA256, elsewhere.fetch).read(0, SIZE) == DATA
