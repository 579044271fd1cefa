"""A fresh clone: git says which blobs its files are, and of known blobs nothing is read."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import pytest

from corpuskit import parsing
from corpuskit.cache.git_index import checked_out
from corpuskit.executors import InlineExecutor

if TYPE_CHECKING:
    from tests.building.conftest import Corpus

P = ParamSpec("P")
R = TypeVar("R")


class Counting(Executor):
    """Runs tasks in the caller and counts the sources that are read to be known, and parsed."""

    def __init__(self) -> None:
        self.read = self.parsed = 0

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Run `fn`, whose last argument is the batch."""
        name, batch = getattr(fn, "func", fn).__name__, args[-1]
        if isinstance(batch, Sequence):
            self.read += len(batch) if name == "read_batch" else 0
            self.parsed += len(batch) if name == "process_batch" else 0
        return InlineExecutor().submit(fn, *args, **kwargs)


def git(folder: Path, *arguments: str) -> None:
    who = (
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@example.org",
        "-c",
        "protocol.file.allow=always",
    )
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def commit(corpus: Corpus) -> None:
    git(corpus.src, "init", "--quiet")
    git(corpus.src, "add", ".")
    git(corpus.src, "commit", "--quiet", "--message", "Articles")


def clone(corpus: Corpus, *options: str) -> Corpus:
    """A clone whose index is younger than all of its files."""
    target = corpus.src.parent / "clone"
    git(corpus.src.parent, "clone", "--quiet", *options, str(corpus.src), str(target))
    index = target / ".git" / "index"
    later = index.stat().st_mtime_ns + 10**10
    os.utime(index, ns=(later, later))
    return type(corpus)(target, corpus.src.parent / "from-clone")


def read_in(corpus: Corpus, cache: Path) -> int:
    """How many sources a build reads, which ends as one without a cache does."""
    counting = Counting()
    built = corpus.build(cache_dir=cache, executor=counting)
    assert counting.parsed <= counting.read, "what is known is not parsed"
    alone = corpus.build(cache=False, out=corpus.out.with_name("alone"))
    assert corpus.contents(built.path) == corpus.contents(alone.path)
    return counting.read


@pytest.fixture(autouse=True)
def _reads_are_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few they are, so that they are counted."""
    monkeypatch.setattr(parsing, "_READ_HERE", 0)


@pytest.fixture
def articles(corpus: Corpus) -> Corpus:
    """Four articles, of which one is rejected."""
    for path in ("a.md", "b/b.md", "b/é c.md"):
        corpus.article(path)
    corpus.article("bad.md", title=None)
    return corpus


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """The folder of a cache that the builds of a test share."""
    return tmp_path / "cache"


def test_of_a_fresh_clone_nothing_is_read(articles: Corpus, cache: Path) -> None:
    commit(articles)
    articles.build(cache_dir=cache)
    assert read_in(clone(articles), cache) == 0


def test_of_a_folder_in_a_fresh_clone_nothing_is_read(articles: Corpus, cache: Path) -> None:
    commit(articles)
    articles.build(cache_dir=cache)
    cloned = clone(articles)
    assert read_in(type(cloned)(cloned.src / "b", cloned.out), cache) == 0


def test_of_a_clone_what_changed_is_read(articles: Corpus, cache: Path) -> None:
    """Though its size and the time of its last change stay as they were."""
    commit(articles)
    articles.build(cache_dir=cache)
    cloned = clone(articles)
    changed = cloned.src / "a.md"
    times = changed.stat()
    changed.write_bytes(changed.read_bytes().replace(b"A title", b"B title"))
    os.utime(changed, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert read_in(cloned, cache) == 1


def test_of_a_clone_what_git_is_not_to_look_at_is_read(articles: Corpus, cache: Path) -> None:
    commit(articles)
    articles.build(cache_dir=cache)
    cloned = clone(articles)
    git(cloned.src, "update-index", "--assume-unchanged", "a.md")
    git(cloned.src, "update-index", "--skip-worktree", "bad.md")
    os.utime(cloned.src / ".git" / "index", (2**32, 2**32))
    assert read_in(cloned, cache) == 2


def test_files_as_young_as_the_index_are_read(articles: Corpus, cache: Path) -> None:
    commit(articles)
    articles.build(cache_dir=cache)
    cloned = clone(articles)
    os.utime(cloned.src / ".git" / "index", (0, 0))
    assert read_in(cloned, cache) == 4


@pytest.mark.parametrize(
    "attributes",
    ["*.md filter=upper", "*.md ident", "*.md working-tree-encoding=UTF-16LE", "*.md eol=crlf"],
)
def test_files_that_git_converts_are_read(attributes: str, articles: Corpus, cache: Path) -> None:
    """Of some the size is that of their blob: `filter` exchanges letters here."""
    articles.article("id.md", "A text with $Id$ in it.")
    commit(articles)
    articles.build(cache_dir=cache)
    articles.write(".gitattributes", attributes)
    git(articles.src, "add", ".gitattributes")
    git(articles.src, "commit", "--quiet", "--message", "Attributes")
    cloned = clone(articles, "--config", "filter.upper.smudge=tr a-z A-Z")
    assert read_in(cloned, cache) == 5


def test_where_objects_are_replaced_everything_is_read(articles: Corpus, cache: Path) -> None:
    commit(articles)
    articles.build(cache_dir=cache)
    cloned = clone(articles)
    git(cloned.src, "replace", "HEAD:a.md", "HEAD:b/b.md")
    assert read_in(cloned, cache) == 4


def test_where_a_filter_is_configured_everything_is_read(articles: Corpus, cache: Path) -> None:
    """Attributes that named it at the checkout may be gone."""
    commit(articles)
    articles.build(cache_dir=cache)
    assert read_in(clone(articles, "--config", "filter.upper.smudge=tr a-z A-Z"), cache) == 4


def test_outside_of_git_nothing_is_checked_out(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x")
    assert checked_out(tmp_path).num_rows == 0
