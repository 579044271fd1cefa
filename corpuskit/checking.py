"""The linter: what `build` would find in some files, without building."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from corpuskit.batch import BatchRules
from corpuskit.discover import discover
from corpuskit.executors import InlineExecutor, SupervisedPool
from corpuskit.fetch import Local
from corpuskit.model import Diagnostic, Source
from corpuskit.parsing import parse_sources
from corpuskit.pipeline import TIME_LIMIT_SECONDS
from corpuskit.progress import Progress
from corpuskit.settings import Settings
from corpuskit.stage_rules import parse_rules
from corpuskit.worker_process import prepare

_INLINE_SOURCES = 8
"""As many are checked before a worker process has imported what it needs."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What was found in `sources` files; diagnostics are in the order of paths and places.

    Their paths are as the user would type them: the given path joined with what is below it.
    """

    sources: int
    diagnostics: tuple[Diagnostic, ...]

    @property
    def errors(self) -> int:
        """How many of the diagnostics reject their source."""
        return sum(d.is_error for d in self.diagnostics)


def check(
    paths: Sequence[Local], settings: Settings, workers: int, progress: Progress | None = None
) -> CheckResult:
    """Check files and folders one by one; nothing is compared across them.

    A file that is named is checked whatever its ending, a folder by the source patterns.

    Raises:
        UsageError: a path does not exist.
    """
    progress = progress or Progress()
    progress.stage("discover")
    sources = [source for path in paths for source in _sources(path, settings)]
    progress.stage("parse", len(sources))
    rules = BatchRules(parse_rules(settings))
    with _executor(len(sources), rules, workers) as executor:
        corpus = parse_sources(sources, rules, executor, workers, None, progress.advance)
    return CheckResult(len(sources), tuple(corpus.diagnostics))


def _executor(count: int, rules: BatchRules, workers: int) -> Executor:
    if count <= _INLINE_SOURCES:
        return InlineExecutor()
    return SupervisedPool(workers, TIME_LIMIT_SECONDS, initializer=prepare, initargs=(rules,))


def _sources(local: Local, settings: Settings) -> list[Source]:
    path, rules = local.path, settings.config.source
    pattern = local.pattern_from(path)
    found = discover(path, (pattern,) if pattern else rules.include, rules.exclude)
    # As text whatever the locale; bytes of a folder's name that are not UTF-8 are escaped.
    typed = os.fsencode(local.shown).decode("utf-8", "backslashreplace")
    if not path.is_dir():
        return [Source(typed, s.location, s.fault) for s in found.sources]
    prefix = "" if typed == "." else typed.rstrip("/") + "/"
    return [Source(prefix + s.path, s.location, s.fault) for s in found.sources]
