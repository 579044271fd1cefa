"""A version appears whole or not at all, whenever a build is killed, whoever builds beside it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import corpuskit
from corpuskit.dataset_folder import DatasetFolder
from corpuskit.progress import Stage

if TYPE_CHECKING:
    from tests.building.conftest import Corpus

PATIENCE = 240.0
CREATED = "2024-06-01T12:00:00Z"

# One process imports everything; each of its children builds, and kills itself before its n-th
# change to the file system. The first one lives, and tells by its exit code how many there are.
# Nearly all that comes before the last twenty writes and seals the stage: every fourth will do.
KILLED_AT_MANY_STEPS = """
import os, shutil, signal, sys
import pandera.polars
import corpuskit.pipeline, corpuskit.cache.stat_table, corpuskit.text, corpuskit.workers.tasks
from corpuskit.executors import InlineExecutor

CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "fcntl.flock"}
src, schema, prepared, scratch = sys.argv[1:]
# All children do the same: a table of files is written whether or not they have settled by then.
corpuskit.cache.stat_table._SETTLED_NS = -(10**15)
os.mkdir(f"{scratch} caches")

def build(out, last):
    changes = 0
    def watch(event, arguments):
        nonlocal changes
        writes = event == "open" and (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR)
        if event in CHANGES or writes:
            if changes == last:
                os.kill(os.getpid(), signal.SIGKILL)
            changes += 1
    sys.addaudithook(watch)
    corpuskit.build(src, name="corpus", out=out, schema=schema, created="2024-06-01T12:00:00Z",
                    cache_dir=out.replace(scratch, f"{scratch} caches"),
                    executor=InlineExecutor())
    os._exit(changes)

def child(name, last):
    shutil.copytree(prepared, f"{scratch}/{name}")
    pid = os.fork()
    if pid == 0:
        build(f"{scratch}/{name}", last)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

total = child("finished", None)
assert 30 < total < 250, total
for last in [*range(0, total - 20, 4), *range(total - 20, total)]:
    ended = child(f"killed {last:03d}", last)
    assert ended == -signal.SIGKILL, (last, total, ended)
"""

KILLED_WHILE_PARSING = """
import os, signal, sys
import corpuskit

class Dies(corpuskit.Progress):
    def advance(self, count, size):
        os.kill(os.getpid(), signal.SIGKILL)

src, out = sys.argv[1:]
corpuskit.build(src, name="corpus", out=out, created="2024-06-01T12:00:00Z", workers=2,
                progress=Dies())
"""


def entries(dataset: Path) -> set[str]:
    return {entry.name for entry in dataset.iterdir()}


DATASET = {"README.md", "CHANGELOG.md", "index.json"}


def test_a_build_that_is_killed_leaves_whole_versions(corpus: Corpus, tmp_path: Path) -> None:
    """And the next build brings the dataset to where it would be had nothing happened."""
    schema = corpus.schema("  - {name: title, type: string}\n  - {name: date, type: datetime}")
    corpus.article("a.md")
    prepared = corpus.build(out=tmp_path / "prepared", schema=schema)
    corpus.article("b.md")
    corpus.write("bad.md", b"\x00\x01")
    scratch = tmp_path / "scratch"
    arguments = [str(corpus.src), schema, str(prepared.path.parents[1]), str(scratch)]
    subprocess.run(
        [sys.executable, "-P", "-c", KILLED_AT_MANY_STEPS, *arguments],
        env={**os.environ, "OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"},
        check=True,
        timeout=PATIENCE,
    )
    finished, *steps = sorted(scratch.iterdir())
    assert corpuskit.verify(finished / "corpus") == ()
    outcomes = [after_a_kill(corpus, out, schema, finished) for out in steps]
    assert outcomes[0] == "published"
    assert outcomes[-1] == "unchanged"
    assert outcomes == sorted(outcomes)


def after_a_kill(corpus: Corpus, out: Path, schema: str, finished: Path) -> str:
    """Look at what a killed build left, and build again; how that ended."""
    dataset = out / "corpus"
    versions = sorted(name for name in entries(dataset) if name[0].isdigit())
    assert versions in (["1.0.0"], ["1.0.0", "1.1.0"])
    for version in versions:
        whole = corpus.contents(finished / "corpus" / version)
        assert corpus.contents(dataset / version) == whole, out.name
    cache = out.parent.with_name(f"{out.parent.name} caches") / out.name
    built = corpus.build(out=out, schema=schema, cache_dir=cache)
    assert built.version == "1.1.0"
    assert entries(dataset) == DATASET | {"1.0.0", "1.1.0"}, out.name
    assert corpus.contents(out) == corpus.contents(finished), out.name
    return built.status


def test_a_build_that_is_killed_with_its_pool_leaves_nothing_but_a_stage(corpus: Corpus) -> None:
    for number in range(80):
        corpus.article(f"{number}.md")
    done = subprocess.run(
        [sys.executable, "-P", "-c", KILLED_WHILE_PARSING, corpus.src, corpus.out], timeout=PATIENCE
    )
    assert done.returncode == -signal.SIGKILL
    assert all(name.startswith(".staging-") for name in entries(corpus.out / "corpus"))
    assert corpus.build().version == "1.0.0"
    assert entries(corpus.out / "corpus") == DATASET | {"1.0.0"}


def test_what_killed_builds_have_left_is_swept(corpus: Corpus) -> None:
    """Folders of the stage, and single files that were to take the place of others."""
    corpus.article("a.md")
    corpus.build()
    dataset = corpus.out / "corpus"
    (dataset / ".staging-abc" / "packs").mkdir(parents=True)
    (dataset / ".staging-abc" / "packs" / "0.rows").write_bytes(b"half")
    (dataset / ".staging-xyz").write_bytes(b"{")
    corpus.article("b.md")
    corpus.build()
    assert entries(dataset) == DATASET | {"1.0.0", "1.1.0"}


class Fails(corpuskit.Progress):
    """Ends a build by an exception when it comes to a stage, as Ctrl-C would."""

    def __init__(self, at: Stage) -> None:
        self.at = at

    def stage(self, name: Stage, total: int | None = None) -> None:
        """Raise if it is the one."""
        super().stage(name, total)
        if name == self.at:
            raise KeyboardInterrupt


@pytest.mark.parametrize("at", ["discover", "parse", "plan", "write", "publish"])
def test_an_interrupted_build_leaves_nothing(corpus: Corpus, at: Stage) -> None:
    corpus.article("a.md")
    with pytest.raises(KeyboardInterrupt):
        corpus.build(progress=Fails(at))
    assert not (corpus.out / "corpus").exists()


class Waits(corpuskit.Progress):
    """Holds a build at a stage until another one is there too."""

    def __init__(self, barrier: threading.Barrier, at: Stage) -> None:
        self.barrier = barrier
        self.at = at

    def stage(self, name: Stage, total: int | None = None) -> None:
        """Wait if it is the one."""
        super().stage(name, total)
        if name == self.at:
            self.barrier.wait(PATIENCE)


@pytest.mark.parametrize("at", ["discover", "plan", "publish"])
@pytest.mark.parametrize("version", [None, "3.0.0"])
def test_of_two_builds_at_once_one_is_published(
    corpus: Corpus, at: Stage, version: str | None
) -> None:
    corpus.article("a.md")
    barrier = threading.Barrier(2)

    def build() -> str:
        try:
            return corpus.build(version=version, progress=Waits(barrier, at)).status
        except corpuskit.RefusedError:
            return "refused"
        except BaseException:
            barrier.abort()  # or the other one would wait for it
            raise

    with ThreadPoolExecutor(2) as threads:
        ended = sorted(future.result() for future in [threads.submit(build) for _ in range(2)])
    assert ended in (["published", "refused"], ["published", "unchanged"])
    assert entries(corpus.out / "corpus") == DATASET | {version or "1.0.0"}
    assert corpuskit.verify(corpus.out / "corpus") == ()


def test_builds_of_several_datasets_at_once_do_not_meet(corpus: Corpus) -> None:
    corpus.article("a.md")
    names = ["one", "two", "three"]
    with ThreadPoolExecutor(3) as threads:
        versions = list(threads.map(lambda name: corpus.build(name=name).version, names))
    assert versions == ["1.0.0"] * 3


def test_builds_that_begin_and_end_at_once_do_not_sweep_each_others_stages(tmp_path: Path) -> None:
    dataset = DatasetFolder(tmp_path / "corpus")

    def work(_: int) -> bool:
        with dataset.stage() as stage:
            (stage / "packs").mkdir()
            return stage.is_dir()

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(work, range(400)))
    assert not dataset.path.exists()


def test_published_files_are_read_only(corpus: Corpus) -> None:
    corpus.article("a.md")
    built = corpus.build()
    files = [path for path in built.path.rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o444}


def test_a_version_folder_without_a_manifest_is_not_written_over(corpus: Corpus) -> None:
    corpus.article("a.md")
    foreign = corpus.out / "corpus" / "1.0.0"
    foreign.mkdir(parents=True)
    (foreign / "mine.txt").write_text("not ours")
    with pytest.raises(corpuskit.RefusedError, match="exists, and a version never changes"):
        corpus.build()
    assert corpus.contents(foreign) == {"mine.txt": b"not ours"}
    shutil.rmtree(foreign)
    assert corpus.build().version == "1.0.0"
