"""What a second build reads, parses and writes: no more than what is new."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import pyarrow as pa
import pytest

import corpuskit
from corpuskit import parsing, sharing
from corpuskit.cache import keeping as cache_keeping
from corpuskit.cache import stat_table
from corpuskit.codes import Code
from corpuskit.executors import InlineExecutor, SupervisedPool, WorkerDied
from corpuskit.model import UNSEEN, Diagnostic, Look, diagnose
from corpuskit.packs.recalled import recalled
from corpuskit.settings import load_settings
from corpuskit.shards import read_columns
from corpuskit.sources import reading
from corpuskit.sources.read import look_and_read
from corpuskit.sources.table import SourceBatch
from corpuskit.stage_rules import batch_rules
from corpuskit.succession import comparing
from corpuskit.workers.processes import prepare

if TYPE_CHECKING:
    from tests.building.conftest import Corpus

P = ParamSpec("P")
R = TypeVar("R")


class Fatal(Executor):
    """Runs tasks in the caller, but a batch that holds `fatal.md` is lost with its worker."""

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Run `fn`, or lose it."""
        batch = args[-1]
        if isinstance(batch, SourceBatch) and any(s.path == "fatal.md" for _, s in batch):
            future: Future[R] = Future()
            future.set_exception(WorkerDied(None, -9, 0))
            return future
        return InlineExecutor().submit(fn, *args, **kwargs)


class Counting(Executor):
    """Runs tasks in the caller and counts their items by the name of the function."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Run `fn`, whose last argument is the batch."""
        name = getattr(fn, "func", fn).__name__
        batch = args[-1]
        if name != "merkle_root":
            assert isinstance(batch, Sequence)
            self.counts[name] = self.counts.get(name, 0) + len(batch)
        return InlineExecutor().submit(fn, *args, **kwargs)


@pytest.fixture(autouse=True)
def _reads_are_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few they are, so that they are counted."""
    monkeypatch.setattr(parsing, "_READ_HERE", 0)


@pytest.fixture
def build(corpus: Corpus, tmp_path: Path) -> Callable[..., dict[str, int]]:
    """Build with a cache of the test's own; what was done, by function."""

    def run(status: str = "published", **arguments: str) -> dict[str, int]:
        executor = Counting()
        built = corpus.build(cache_dir=tmp_path / "cache", executor=executor, **arguments)  # type: ignore[arg-type]
        assert built.status == status
        return executor.counts

    return run


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as old."""
    monkeypatch.setattr(stat_table, "_SETTLED_NS", -(10**18))


@pytest.mark.usefixtures("settled")
def test_nothing_is_read_of_a_tree_that_did_not_change(
    corpus: Corpus, build: Callable[..., dict[str, int]]
) -> None:
    for number in range(5):
        corpus.article(f"{number}.md")
    assert build() == {"process_batch": 5, "write_shards": 1}
    assert build("unchanged") == {}


@pytest.mark.usefixtures("settled")
def test_of_a_tree_that_did_not_change_not_even_the_cache_is_read(
    corpus: Corpus, build: Callable[..., dict[str, int]], tmp_path: Path
) -> None:
    for number in range(5):
        corpus.article(f"{number}.md")
    build()
    shutil.rmtree(tmp_path / "cache" / "parsed")
    assert build("unchanged") == {}


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize(
    "changed",
    [
        {"schema": "page"},
        {"drafts": True},
        {"created": "2025-01-01T00:00:00Z"},
    ],
    ids=str,
)
def test_a_tree_that_did_not_change_is_built_when_something_else_did(
    corpus: Corpus, build: Callable[..., dict[str, int]], changed: dict[str, str]
) -> None:
    corpus.article("a.md")
    corpus.article("later.md", date="2024-08-01")
    build()
    build("published", **changed)


def test_a_few_sources_are_read_without_a_worker(
    corpus: Corpus, build: Callable[..., dict[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    corpus.article("a.md")
    build()
    assert build("unchanged") == {}


def test_a_changed_constraint_is_asked_of_packs_and_nothing_is_parsed(
    corpus: Corpus, build: Callable[..., dict[str, int]]
) -> None:
    """Of a pack once: the verdicts are kept, and so are those of the constraint before."""
    for number in range(5):
        corpus.article(f"{number}.md", title="T" * (number + 1))

    def schema(said: str) -> str:
        return corpus.schema(f"  - {{name: title, type: string, {said}}}")

    short, long = "constraints: {maxLength: 3}", "constraints: {maxLength: 9}"
    build(schema=schema(long))
    done = build(schema=schema(short))
    assert done.pop("read_batch", 5) == 5
    assert done == {"judge_batch": 1, "write_shards": 1}
    rejected = corpuskit.load(corpus.out / "corpus").rejected
    assert [source["path"] for source in rejected] == ["3.md", "4.md"]
    for said in (long, short):
        done = build(schema=schema(said))
        assert "judge_batch" not in done
        assert "process_batch" not in done


def test_a_pattern_that_never_ends_over_a_row_costs_that_row_when_it_is_asked_of_packs(
    corpus: Corpus, tmp_path: Path
) -> None:
    for number in range(3):
        corpus.article(f"{number}.md", title="ab")
    corpus.article("slow.md", title="a" * 60)

    def built(said: str, *, cache: bool) -> dict[str, bytes]:
        schema = corpus.schema(f"  - {{name: title, type: string, constraints: {{{said}}}}}")
        rules = batch_rules(load_settings(corpus.src, schema=schema))
        with SupervisedPool(1, 1.0, initializer=prepare, initargs=(rules,)) as pool:
            result = corpus.build(
                schema=schema, executor=pool, cache=cache, cache_dir=tmp_path / "cache",
                out=tmp_path / f"out {cache}",
            )  # fmt: skip
        return corpus.contents(result.path)

    built("maxLength: 500", cache=True)
    built("maxLength: 500", cache=False)
    assert built('pattern: "(a+)+b"', cache=True) == built('pattern: "(a+)+b"', cache=False)


@pytest.mark.usefixtures("settled")
def test_a_tree_that_did_not_change_is_built_when_its_last_version_is_gone(
    corpus: Corpus, build: Callable[..., dict[str, int]]
) -> None:
    corpus.article("a.md")
    build()
    shutil.rmtree(corpus.out / "corpus")
    build("published")


@pytest.mark.usefixtures("settled")
def test_what_changed_is_read_and_parsed_and_nothing_else(
    corpus: Corpus, build: Callable[..., dict[str, int]]
) -> None:
    for number in range(5):
        corpus.article(f"{number}.md")
    build()
    corpus.article("3.md", "Told anew.")
    corpus.article("new.md")
    (corpus.src / "1.md").unlink()
    assert build() == {"read_batch": 2, "process_batch": 2, "write_shards": 1}


@pytest.mark.usefixtures("settled")
def test_a_file_that_moved_is_read_and_identified_but_not_parsed(
    corpus: Corpus, build: Callable[..., dict[str, int]]
) -> None:
    corpus.article("a.md")
    build()
    (corpus.src / "a.md").rename(corpus.src / "b.html")
    assert build() == {"read_batch": 1, "identify_batch": 1, "write_shards": 1}


def test_what_is_new_is_parsed_while_what_is_known_is_put_in_its_place(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus.article("a.md")
    corpus.build(cache_dir=tmp_path / "cache")
    corpus.article("b.md")
    executor, begun = Counting(), list[dict[str, int]]()

    def noted(*arguments: *tuple[object, ...]) -> pa.Table:
        begun.append(dict(executor.counts))
        return recalled(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(parsing, "recalled", noted)
    corpus.build(cache_dir=tmp_path / "cache", executor=executor)
    assert begun == [{"read_batch": 2, "process_batch": 1}]


def test_a_rebuild_taken_in_small_parts_is_the_build_without_a_cache(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What corpora of tens of thousands are taken in parts by, a few articles are as well."""
    monkeypatch.setattr("corpuskit.corpus._MANY", 2)
    for limit in ("cache.records._AT_ONCE", "packs.recalled._AT_ONCE", "sources.root._PART"):
        monkeypatch.setattr(f"corpuskit.{limit}", 2)
    monkeypatch.setattr("corpuskit.disk.checked_tables._ROWS_AT_ONCE", 2)
    for number in range(7):
        corpus.article(f"{number}.md")
        corpus.build(cache_dir=tmp_path / "cache", out=tmp_path / "before")
    (corpus.src / "3.md").rename(corpus.src / "moved.md")
    (corpus.src / "4.md").write_text("no front matter")
    corpus.article("new.md")
    built = corpus.build(cache_dir=tmp_path / "cache", out=tmp_path / "kept")
    monkeypatch.undo()
    assert built.counts == (8, 7, 1, 0, 0)
    anew = corpus.build(out=tmp_path / "anew")
    assert corpus.contents(built.path) == corpus.contents(anew.path)


class Alone(Executor):
    """A pool that notes of each task whether all before it had ended, by the function's name."""

    def __init__(self, pool: SupervisedPool) -> None:
        self._pool = pool
        self._begun: list[Future[Any]] = []
        self.alone: dict[str, bool] = {}

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Note it, and have the pool run it."""
        name = getattr(fn, "func", fn).__name__
        if name != "merkle_root":
            self.alone[name] = all(future.done() for future in self._begun)
        future = self._pool.submit(fn, *args, **kwargs)
        self._begun += [future] if name != "merkle_root" else []
        return future


def test_nothing_is_parsed_while_rows_that_moved_are_identified(
    corpus: Corpus, tmp_path: Path
) -> None:
    """What ends its worker is told by having it run alone."""
    corpus.article("a.md")
    corpus.build(cache_dir=tmp_path / "cache")
    (corpus.src / "a.md").rename(corpus.src / "b.md")
    for number in range(40):
        corpus.article(f"new-{number}.md")
    rules = batch_rules(load_settings(corpus.src))
    with SupervisedPool(1, 60.0, initializer=prepare, initargs=(rules,)) as pool:
        executor = Alone(pool)
        corpus.build(cache_dir=tmp_path / "cache", executor=executor)
    assert executor.alone["identify_batch"]


def test_files_that_are_new_are_read_again_and_not_parsed(
    corpus: Corpus, build: Callable[..., dict[str, int]]
) -> None:
    """Another change of them within the same step of the clock would not be seen."""
    corpus.article("a.md")
    build()
    assert build("unchanged") == {"read_batch": 1}


def test_a_copy_of_the_tree_is_read_and_not_parsed(
    corpus: Corpus, tmp_path: Path, build: Callable[..., dict[str, int]]
) -> None:
    corpus.article("a.md")
    build()
    shutil.copytree(corpus.src, tmp_path / "copy")
    executor = Counting()
    corpuskit.build(
        tmp_path / "copy", out=tmp_path / "out", cache_dir=tmp_path / "cache", executor=executor
    )
    assert executor.counts == {"read_batch": 1, "write_shards": 1}


@pytest.mark.usefixtures("settled")
def test_what_is_only_said_of_a_column_parses_nothing(
    corpus: Corpus, build: Callable[..., dict[str, int]]
) -> None:
    corpus.article("a.md")
    fields = "  - {name: title, type: string, description: %s}"
    build(schema=corpus.schema(fields % "one"))
    assert "process_batch" not in build(schema=corpus.schema(fields % "another"))
    assert build(schema=corpus.schema(fields % "one" + "\n  - {name: x, type: string}")) == {
        "process_batch": 1,
        "write_shards": 1,
    }


@pytest.mark.usefixtures("settled")
def test_a_draft_that_a_lower_cap_forbids_is_rejected_as_without_a_cache(
    corpus: Corpus, tmp_path: Path
) -> None:
    """Its digest is known from a build with a higher one, and it is never parsed."""

    def counts(cap: int, *, cache: bool = True) -> tuple[int, ...]:
        corpus.write("corpuskit.toml", f"[source]\nmax-bytes = {cap}\n")
        name = f"corpus-{cap}-{'with' if cache else 'without'}"
        return corpus.build(name=name, cache=cache, cache_dir=tmp_path / "cache").counts

    corpus.article("a.md")
    assert counts(400) == (1, 1, 0, 0, 0)
    corpus.article("_drafts/b.md", "long " * 100)
    assert counts(10_000) == (2, 1, 0, 0, 1)
    assert counts(400) == counts(400, cache=False) == (2, 1, 1, 0, 0)


def test_a_build_without_a_cache_leaves_none(corpus: Corpus, tmp_path: Path) -> None:
    corpus.article("a.md")
    corpus.build(cache=False, cache_dir=tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_a_cache_that_cannot_be_written_is_done_without(corpus: Corpus, tmp_path: Path) -> None:
    corpus.article("a.md")
    (tmp_path / "file").write_text("")
    assert corpus.build(cache_dir=tmp_path / "file").status == "published"


@pytest.mark.usefixtures("settled")
def test_shards_of_equal_rows_are_shared_between_versions(
    corpus: Corpus, build: Callable[..., dict[str, int]]
) -> None:
    """The rows of the first shard do not change: neither do its bytes, which are there once."""
    for number in range(40):
        corpus.article(f"{number:02d}.md", f"{number} " + "x" * 200_000, date="2021-01-01")
    written = build()["write_shards"]
    corpus.article("new.md", "Later.", date="2022-01-01")
    assert build()["write_shards"] == 1 < written
    old, new = (sorted((corpus.out / "corpus" / v / "data").iterdir()) for v in ("1.0.0", "1.1.0"))
    assert len(old) > 1
    assert [p.read_bytes() for p in old[:-1]] == [p.read_bytes() for p in new[: len(old) - 1]]
    assert corpuskit.verify(corpus.out / "corpus") == ()


def test_of_a_shard_that_is_known_no_rows_are_read(
    corpus: Corpus, build: Callable[..., dict[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither to find which shards are equal, nor to count what changed."""
    for number in range(40):
        corpus.article(f"{number:02d}.md", f"{number} " + "x" * 200_000, date="2021-01-01")
    build()
    read: list[Path] = []

    def identity(paths: Sequence[Path], schema: pa.Schema) -> pa.Table:
        read.extend(paths)
        return read_columns(paths, schema)

    monkeypatch.setattr(comparing, "read_columns", identity)
    monkeypatch.setattr(sharing, "rows_in", read.append)
    corpus.article("new.md", "Later.", date="2022-01-01")
    build()
    assert [path.name for path in read] == [max((corpus.out / "corpus/1.0.0/data").iterdir()).name]


@pytest.mark.usefixtures("settled")
def test_a_build_is_made_when_another_version_was_published_meanwhile(
    corpus: Corpus, build: Callable[..., dict[str, int]]
) -> None:
    """Files and request are those of a build that is known; the last version is not."""
    corpus.article("a.md")
    build(schema="article")
    build(schema="page")
    assert build(schema="article") != {}


@pytest.mark.usefixtures("settled")
def test_a_build_in_which_a_file_could_not_be_read_is_made_again(
    corpus: Corpus, build: Callable[..., dict[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Why it could not may have nothing to do with what the file looks like."""
    corpus.article("a.md")
    corpus.article("b.md")
    with monkeypatch.context() as patch:
        patch.setattr(reading, "look_and_read", _unreadable_b)
        build()
    build("published")
    assert corpuskit.load(corpus.out / "corpus").rejected == []


def _unreadable_b(location: str, cap: int) -> tuple[Look, bytes | Diagnostic]:
    if location.endswith("b.md"):
        return UNSEEN, diagnose(Code.UNREADABLE, "it cannot be read today")
    return look_and_read(location, cap)


@pytest.mark.usefixtures("settled")
def test_a_source_that_ended_its_worker_is_tried_again_by_the_next_build(
    corpus: Corpus, build: Callable[..., dict[str, int]]
) -> None:
    corpus.article("a.md")
    corpus.article("fatal.md")
    with Fatal() as executor:
        built = corpus.build(cache_dir=corpus.src.parent / "cache", executor=executor)
    assert built.counts == (2, 1, 1, 0, 0)
    assert build("published")["process_batch"] == 1


def test_a_cache_is_pruned_while_another_build_has_only_begun(
    corpus: Corpus, tmp_path: Path
) -> None:
    corpus.article("a.md")

    class Prunes(corpuskit.Progress):
        def keeping(self) -> None:
            cache_keeping.prune(tmp_path / "cache", most_bytes=0)

    progress = Prunes()
    assert corpus.build(cache_dir=tmp_path / "cache", progress=progress).status == "published"


def test_a_shard_that_was_damaged_is_written_anew(
    corpus: Corpus, build: Callable[..., dict[str, int]]
) -> None:
    corpus.article("a.md")
    build()
    (shard,) = (corpus.out / "corpus" / "1.0.0" / "data").iterdir()
    shard.chmod(0o644)
    data = shard.read_bytes()
    shard.write_bytes(data[:-100] + b"\0" + data[-99:])
    build(version="2.0.0")
    assert corpuskit.verify(corpus.out / "corpus" / "2.0.0") == ()
