"""The linter: what `build` would find in some files, without building."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass

from corpuskit.arguments import StrPath, as_path, refuse_both
from corpuskit.discover import Discovery, commonest, discover
from corpuskit.errors import UsageError
from corpuskit.executors import InlineExecutor
from corpuskit.fetch import Local, local
from corpuskit.model import Diagnostic, Source
from corpuskit.parse_rules import BatchRules
from corpuskit.parsing import parse_sources
from corpuskit.progress import Progress
from corpuskit.settings import Overrides, Settings, load_settings
from corpuskit.sources.table import Sources
from corpuskit.stage_rules import parse_rules
from corpuskit.workers import worker_count
from corpuskit.workers.processes import start_pool

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
    paths: Sequence[StrPath] | StrPath,
    *,
    config: StrPath | None = None,
    schema: str | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    workers: int | None = None,
    progress: Progress | None = None,
) -> CheckResult:
    """Find what is wrong with some files, and those below some folders, globs, archives and URLs.

    Nothing is compared across sources.

    Raises:
        ConfigurationError: a configuration or schema cannot be used.
        UsageError: a path does not exist or cannot be used.
        UnfinishedError: the disk, the network or the rights got in the way.
    """
    listed = [paths] if isinstance(paths, str | os.PathLike) else paths
    if not listed:
        raise UsageError("nothing to check: name files or folders")
    overrides = Overrides(include=tuple(include) or None, exclude=tuple(exclude))
    with ExitStack() as copies:
        found = [copies.enter_context(local(os.fspath(path))) for path in listed]
        refuse_both(include, found)
        first = found[0]
        settings = load_settings(first.path, as_path(config), schema, overrides, first.root)
        progress = progress or Progress()
        progress.stage("discover")
        sources = named_sources(found, settings)
        progress.advance(len(sources), 0)
        result = check_sources(sources, settings, worker_count(workers), progress)
    progress.end()
    return result


def named_sources(paths: Sequence[Local], settings: Settings) -> list[Source]:
    """The sources that some paths name.

    A file that is named is one whatever its ending, in a folder what matches the source patterns.

    Raises:
        UsageError: a path does not exist, or there is no source at all: a linter that is run on
            the wrong folder must not say that all is well.
    """
    found = [_discover(path, settings) for path in paths]
    sources = [s for path, below in zip(paths, found, strict=True) for s in _named(path, below)]
    if not sources:
        raise UsageError(_nothing_in(paths, found, settings))
    return sources


def check_sources(
    sources: Sequence[Source], settings: Settings, workers: int, progress: Progress
) -> CheckResult:
    """Check sources one by one."""
    progress.stage("parse", len(sources))
    rules = BatchRules(parse_rules(settings), root=os.path.realpath(settings.root))
    with _executor(len(sources), rules, workers) as executor:
        corpus = parse_sources(
            Sources.of(sources), rules, executor, workers, None, progress.advance
        )
    return CheckResult(len(sources), tuple(corpus.diagnostics))


def _executor(count: int, rules: BatchRules, workers: int) -> Executor:
    if count <= _INLINE_SOURCES:
        return InlineExecutor()
    return start_pool(workers, rules)


def _discover(local: Local, settings: Settings) -> Discovery:
    rules, pattern = settings.config.source, local.pattern_from(local.path)
    return discover(local.path, (pattern,) if pattern else rules.include, rules.exclude)


def _nothing_in(paths: Sequence[Local], found: Sequence[Discovery], settings: Settings) -> str:
    """Why no file of `paths` is a source, and what to type."""
    shown = ", ".join(path.shown for path in paths)
    if not any(below.ignored for below in found):
        return f"{shown}: there is no file to check"
    patterns = [path.pattern for path in paths if path.pattern]
    if len(patterns) == len(paths):
        return f"{shown}: no file matches {', '.join(patterns)}"
    endings = sum((below.endings for below in found), Counter[str]())
    likely = commonest(endings)
    include = settings.config.source.include
    if likely in include:
        return f"{shown}: all files that match {', '.join(include)} are excluded"
    advice = f"; try --include '{likely}'" if likely else ""
    return f"{shown}: no file matches {', '.join(include)}{advice}"


def _named(local: Local, found: Discovery) -> list[Source]:
    """The sources below `local`, with their paths as the user would type them."""
    # As text whatever the locale; bytes of a folder's name that are not UTF-8 are escaped.
    typed = os.fsencode(local.shown).decode("utf-8", "backslashreplace")
    if not local.path.is_dir():
        return [Source(typed, s.location, s.fault) for s in found.sources]
    prefix = "" if typed == "." else typed.rstrip("/") + "/"
    return [Source(prefix + s.path, s.location, s.fault) for s in found.sources]
