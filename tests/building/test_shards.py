"""Where one shard ends and the next begins, and that appending leaves the earlier ones alone."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.dataset as ds
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.config.parts import SHARD_BYTES
from corpuskit.identity import article_id
from corpuskit.index import index_schema
from corpuskit.leaves import Leaves
from corpuskit.plan import PlanRules, make_plan
from corpuskit.presets import preset_text
from corpuskit.schema import Schema
from corpuskit.schema_reader import read_schema
from corpuskit.shards import row_groups

if TYPE_CHECKING:
    from tests.building.conftest import Corpus

LEAST = SHARD_BYTES // 4
MOST = SHARD_BYTES * 4
MIB = 1024 * 1024


def plan(
    sizes: Sequence[int], *, skip: frozenset[int] = frozenset(), shuffled: int | None = None
) -> list[list[int]]:
    """The shards of articles of these sizes in bytes, as lists of numbers; `skip` are left out.

    Ten articles have the same date. `shuffled` is the seed by which the index is put in disorder.
    """
    schema = read_schema(preset_text("any"), "any.yaml")
    assert isinstance(schema, Schema)
    numbers = [number for number in range(len(sizes)) if number not in skip]
    if shuffled is not None:
        random.Random(shuffled).shuffle(numbers)
    paths = [f"{number:06d}.md" for number in numbers]
    leaves = Leaves.of((f"{number:06d}.md", "") for number in range(len(sizes)))
    columns = {
        "place": numbers,
        "id": [article_id(path) for path in paths],
        "row_sha256": paths,
        "text_key": [number.to_bytes(16, "big") for number in numbers],
        "n_chars": [1000] * len(numbers),
        "size": [sizes[number] for number in numbers],
        "pack": [0] * len(numbers),
        "row": numbers,
        "key:date": [number // 10 * 1_000_000 for number in numbers],
    }
    index = pa.table(columns, schema=index_schema(schema, ("date",)))
    made = make_plan(index, leaves, PlanRules(order=("date", "path")))
    return [shard["row"].to_pylist() for shard in made.shards()]


def bytes_of(shard: Sequence[int], sizes: Sequence[int]) -> int:
    return sum(sizes[number] for number in shard)


@pytest.mark.parametrize(
    "size",
    [lambda _: 5000, lambda n: 100 + n % 50_000, lambda n: 200 if n % 100 else 1_000_000],
    ids=["even", "mixed", "a few large ones"],
)
def test_a_shard_has_about_4_mib_a_quarter_at_least_and_four_times_at_most(
    size: Callable[[int], int],
) -> None:
    """The last one has what is left, and a row is never divided."""
    sizes = [size(number) for number in range(20_000)]
    shards = plan(sizes)
    found = [bytes_of(shard, sizes) for shard in shards]
    assert all(LEAST <= size < MOST + max(sizes) for size in found[:-1])
    assert SHARD_BYTES / 2 < sum(found) / len(found) < SHARD_BYTES * 2


def test_a_row_larger_than_any_shard_ends_the_one_it_is_in() -> None:
    shards = plan([10, 50 * MIB, 10, 10])
    assert [row for shard in shards for row in shard] == [0, 1, 2, 3]
    assert shards[0] == [0, 1]


def test_every_row_is_in_one_shard_in_order() -> None:
    sizes = [3000 + number % 7000 for number in range(5000)]
    assert [row for shard in plan(sizes) for row in shard] == list(range(5000))


def test_the_order_in_which_articles_come_from_the_workers_moves_no_row() -> None:
    sizes = [3000 + number % 7000 for number in range(3000)]
    assert [plan(sizes, shuffled=seed) for seed in range(3)] == [plan(sizes)] * 3


def test_appended_rows_leave_all_cuts_but_the_last_where_they_are() -> None:
    sizes = [100 + number * 7919 % 20_000 for number in range(6000)]
    whole = plan(sizes)
    assert len(whole) > 5
    for length in (5999, 5000, 3000, 1001, 1):
        part = plan(sizes[:length])
        assert part[:-1] == whole[: len(part) - 1]
        assert whole[len(part) - 1][: len(part[-1])] == part[-1]


def test_a_row_that_goes_moves_only_the_cuts_near_it() -> None:
    """Cuts are where ids say so: after the next natural one the shards are as before."""
    sizes = [5000 + number * 7919 % 20_000 for number in range(5000)]
    whole = plan(sizes)
    ends = {shard[-1] for shard in whole}
    missing = random.Random(0).sample(sorted(set(range(5000)) - ends), 40)
    for number in missing:
        part = plan(sizes, skip=frozenset({number}))
        same = [shard for shard in part if shard in whole]
        assert len(same) >= len(whole) - 4


@pytest.fixture
def growing(corpus: Corpus) -> Corpus:
    """Sixty articles of some 100 KiB, one a day; their rows have twice that."""
    for number in range(60):
        write_day(corpus, number)
    return corpus


def write_day(corpus: Corpus, number: int) -> None:
    words = random.Random(number).choices(["sea", "wind", "harbour", "tide", "boat"], k=18_000)
    date = f"2021-{number // 28 + 1:02d}-{number % 28 + 1:02d}"
    corpus.article(f"log/{number * 7919 % 100:03d}.md", " ".join(words), date=date)


def test_an_append_leaves_earlier_shards_byte_for_byte_as_they_are(growing: Corpus) -> None:
    first = growing.build()
    for number in range(60, 75):
        write_day(growing, number)
    second = growing.build()
    assert second.version == "1.1.0"
    before, after = ([shard.read_bytes() for shard in b.shards] for b in (first, second))
    assert len(before) >= 3
    assert after[: len(before) - 1] == before[:-1]


def test_the_rows_of_all_shards_together_are_in_order(growing: Corpus) -> None:
    built = growing.build()
    dates = built.column("date")
    assert len(built.shards) >= 3
    assert all(str(a) < str(b) for a, b in pairwise(dates))
    assert len(dates) == 60


def files(manifest: dict[str, object]) -> list[dict[str, object]]:
    """What the manifest says of the shards."""
    entries = manifest["files"]
    assert isinstance(entries, list)
    return [entry for entry in entries if entry["path"].startswith("data/")]


def test_shards_are_numbered_from_0_and_listed_with_their_rows(growing: Corpus) -> None:
    built = growing.build()
    names = [shard.name for shard in built.shards]
    assert names == [f"part-{number:05d}.parquet" for number in range(len(names))]
    listed = [(entry["path"], entry["rows"]) for entry in files(built.manifest)]
    counts = [ds.dataset(str(shard)).count_rows() for shard in built.shards]
    assert listed == [(f"data/{name}", n) for name, n in zip(names, counts, strict=True)]


@given(st.lists(st.integers(0, 40), max_size=30), st.integers(1, 60))
def test_row_groups_hold_all_rows_in_order_and_no_more_bytes_than_they_may(
    lengths: list[int], most: int
) -> None:
    texts = ["x" * length for length in lengths]
    table = pa.table({"n": range(len(texts)), "text": texts, "body": texts})
    groups = list(row_groups(table, most))
    assert [n for group in groups for n in group["n"].to_pylist()] == list(range(len(texts)))
    for group in groups:
        size = 2 * sum(len(text) for text in group["text"].to_pylist())
        assert size <= most or group.num_rows == 1
