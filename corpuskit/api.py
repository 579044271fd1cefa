"""The Python API: everything that the command line can do, in one call each."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TypeAlias

from corpuskit import pipeline
from corpuskit.checking import CheckResult
from corpuskit.checking import check as check_paths
from corpuskit.errors import UsageError
from corpuskit.outcome import BuildRequest, BuildResult
from corpuskit.progress import Progress
from corpuskit.settings import Overrides, Settings, load_settings

StrPath: TypeAlias = str | os.PathLike[str]

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}\Z")


def build(
    src: StrPath,
    *,
    name: str | None = None,
    version: str | None = None,
    out: StrPath = "datasets",
    config: StrPath | None = None,
    schema: str | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    drafts: bool | None = None,
    timezone: str | None = None,
    max_rejected: float | None = None,
    created: str | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> BuildResult:
    """Build a release of the articles under `src` as `out`/<name>/<version>.

    Args:
        src: A folder, or one file.
        name: The dataset's name; by default the configuration's, else the folder's.
        version: Three numbers; by default 1.0.0, then what the changes ask for.
        out: The folder of datasets.
        config: A corpuskit.toml; by default the nearest one above `src`.
        schema: A preset (article, page, any) or the path of a schema file.
        include: gitignore patterns of what is a source, instead of the configuration's.
        exclude: Patterns of what is not, besides the configuration's.
        drafts: Whether drafts become rows too.
        timezone: The zone for dates that name none.
        max_rejected: The share of sources, 0 to 1, above which nothing is published.
        created: The release's time (ISO 8601); SOURCE_DATE_EPOCH goes before it.
        workers: Processes; by default one a core. The release does not depend on it.
        progress: Hears of the stages.
        executor: Runs the batches instead of a pool of our own; not ended here.

    Raises:
        ConfigurationError: a configuration or schema cannot be used.
        RefusedError: the stated version exists or is too low.
        UsageError: `src` is missing or holds no source, or an argument makes no sense.
        UnfinishedError: the disk or the rights got in the way.
    """
    overrides = Overrides(
        include=tuple(include) or None,
        exclude=tuple(exclude),
        drafts=drafts,
        timezone=timezone,
        max_rejected=max_rejected,
    )
    source = Path(src)
    settings = load_settings(source, _path(config), schema, overrides)
    request = BuildRequest(
        src=source,
        settings=settings,
        name=_name(name, settings, source),
        out=Path(out),
        version=version or settings.config.dataset.version,
        created=created,
        workers=_workers(workers),
    )
    return pipeline.build(request, progress, executor)


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
    """Find what is wrong with some files, and those below some folders.

    Raises:
        ConfigurationError: a configuration or schema cannot be used.
        UsageError: a path does not exist.
    """
    listed = [paths] if isinstance(paths, str | os.PathLike) else paths
    found = [Path(path) for path in listed]
    if not found:
        raise UsageError("nothing to check: name files or folders")
    overrides = Overrides(include=tuple(include) or None, exclude=tuple(exclude))
    settings = load_settings(found[0], _path(config), schema, overrides)
    return check_paths(found, settings, _workers(workers), progress)


def _path(path: StrPath | None) -> Path | None:
    return None if path is None else Path(path)


def _workers(stated: int | None) -> int:
    if stated is None:
        affinity = getattr(os, "sched_getaffinity", None)
        return len(affinity(0)) if affinity else os.cpu_count() or 1
    if stated < 1:
        raise UsageError(f"{stated} workers cannot build anything; at least 1")
    return stated


def _name(stated: str | None, settings: Settings, src: Path) -> str:
    name = stated or settings.config.dataset.name
    if name is None:
        folder = src.resolve() if src.is_dir() else src.resolve().parent
        name = re.sub(r"[^a-z0-9._-]+", "-", folder.name.lower()).strip("-._")
        if not name:
            raise UsageError(f"{folder.name!r} gives no dataset name; add --name")
    if not _NAME.match(name):
        raise UsageError(f"{name!r} is no dataset name; use a-z, 0-9, dots, dashes and underscores")
    return name
