"""The sources of a build: what is found, and of that the sample that a rehearsal takes."""

from __future__ import annotations

from collections.abc import Callable

from corpuskit.cache.build import knows_files
from corpuskit.discover import Discovery, discover
from corpuskit.errors import UsageError
from corpuskit.git import GitHead
from corpuskit.outcome import BuildRequest
from corpuskit.progress import Progress
from corpuskit.sources.table import Sources, sample


def find_sources(
    request: BuildRequest, head: GitHead | None, progress: Progress, watch: Callable[[str], None]
) -> Discovery:
    """All there are; `watch` hears what they look like (see `discover`).

    Raises:
        UsageError: there is none.
    """
    rules = request.settings.config.source
    found = discover(
        request.src,
        rules.include,
        rules.exclude,
        skip=request.out,
        root=request.settings.root,
        looks=_looks_at_files(request, head),
        watch=watch,
    )
    if not len(found.found):
        pattern = found.likely_pattern
        advice = f"; try --include '{pattern}'" if pattern else ""
        shown = request.copy_of or request.src
        raise UsageError(f"{shown}: no file matches {', '.join(rules.include)}{advice}")
    progress.advance(len(found.found), 0)
    return found


def taken(request: BuildRequest, found: Discovery) -> Sources:
    """Those that are built."""
    return found.sources if request.limit is None else sample(found.sources, request.limit)


def _looks_at_files(request: BuildRequest, head: GitHead | None) -> bool:
    """Whether their looks can tell what is in files; else these are noted when files are read."""
    if request.cache is None or request.copy_of is not None:
        return False
    return head is not None or knows_files(request.cache, request.src)
