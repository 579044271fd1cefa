"""What a build works with until it ends: workers, and what builds before have kept."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from functools import partial

from corpuskit.cache.build import BuildCache, CacheOpening
from corpuskit.executors import LazyExecutor
from corpuskit.outcome import BuildRequest
from corpuskit.parse_rules import BatchRules
from corpuskit.progress import Progress
from corpuskit.workers.processes import start_pool


@contextmanager
def running(
    request: BuildRequest, rules: BatchRules, executor: Executor | None, *, warm: bool
) -> Iterator[Executor]:
    """The caller's executor, or a pool that ends with the build.

    The pool starts to import now; in a `warm` build, of which it is known how it ended the last
    time, when it is found that something changed since then.
    """
    if executor is not None:
        yield executor
        return
    start = partial(start_pool, request.workers, rules)
    with LazyExecutor(start) if warm else start() as pool:
        yield pool


def wake(executor: Executor) -> None:
    """Have workers begin that were not needed so far: something changed since the last build."""
    if isinstance(executor, LazyExecutor):
        executor.start()


def cache_opening(request: BuildRequest, rules: BatchRules, now_ns: int) -> CacheOpening:
    """What opens the cache; `now_ns` is a time before any source is looked at."""
    # What is not there now is not there the next time, or was not looked at: no table of files.
    src = None if request.copy_of or request.limit is not None else request.src
    return CacheOpening(request.cache, rules, src, now_ns)


@contextmanager
def opened(opening: CacheOpening, progress: Progress) -> Iterator[BuildCache | None]:
    """What builds before have kept, until all that this one keeps is on the disk."""
    cache = opening.cache()
    if cache is None:
        yield None
        return
    progress.keeping()
    try:
        yield cache
    finally:
        cache.close()
