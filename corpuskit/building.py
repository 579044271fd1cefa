"""`corpuskit.build`: what a call states, brought together with the configuration, and built."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

from corpuskit import pipeline
from corpuskit.arguments import StrPath, as_path, refuse_both
from corpuskit.cache.build import default_home
from corpuskit.errors import UsageError
from corpuskit.fetch import Local, local
from corpuskit.finding.release import DATASETS
from corpuskit.outcome import BuildRequest, BuildResult
from corpuskit.progress import Progress
from corpuskit.settings import Overrides, Settings, load_settings
from corpuskit.shares import stated_share
from corpuskit.versions import BUMPS, Bump
from corpuskit.workers import worker_count

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}\Z")


def build(
    src: StrPath,
    *,
    name: str | None = None,
    version: str | None = None,
    out: StrPath = DATASETS,
    config: StrPath | None = None,
    schema: str | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    drafts: bool | None = None,
    timezone: str | None = None,
    max_rejected: float | str | None = None,
    max_removed: float | str | None = None,
    max_new_rejects: int | None = None,
    rebase: bool = False,
    bump: Bump | None = None,
    dev: bool = False,
    limit: int | None = None,
    created: str | None = None,
    workers: int | None = None,
    cache: bool = True,
    cache_dir: StrPath | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> BuildResult:
    """Build a release of the articles under `src` as `out`/<name>/<version>.

    Too many rejected sources raise nothing: `status` is "refused" then, `reason` says why, and
    `path` is the folder of the diagnostics.

    Args:
        src: A folder, one file, a glob, an archive, or the URL of one of them.
        name: The dataset's name; by default the configuration's, else that of the folder, the
            file, the archive or the URL.
        version: Three numbers; by default 1.0.0, then what the changes ask for.
        out: The folder of datasets.
        config: A corpuskit.toml; by default the nearest one above `src`.
        schema: A preset (article, page, any) or the path of a schema file.
        include: gitignore patterns of what is a source, instead of the configuration's; not with
            a glob, which is one.
        exclude: Patterns of what is not, besides the configuration's.
        drafts: Whether drafts become rows too.
        timezone: The zone for dates that name none.
        max_rejected: The share of sources above which nothing is published: 0.5 or `"50%"`.
        max_removed: The share of the last version's rows above which their removal publishes
            nothing: 0.2 or `"20%"`. In a small dataset 10 may always go.
        max_new_rejects: How many sources may be rejected that were not in the last version.
        rebase: Whether most rows may get other ids though their files are the same.
        bump: The part of the version number that is to be raised at the least.
        dev: Whether this is a rehearsal, which goes to `out`/<name>/dev in place of the one before
            and is no version of the dataset.
        limit: How many sources a rehearsal takes: a sample in which the same ones stay when others
            come or go.
        created: The release's time (ISO 8601); SOURCE_DATE_EPOCH goes before it.
        workers: Processes; by default one a core. The release does not depend on it.
        cache: Whether what builds before have parsed is used, and what this one parses is kept. The
            release does not depend on it.
        cache_dir: Where; by default `corpuskit` in the user's folder of caches.
        progress: Hears of the stages; a `Profiler` says afterwards where the time went.
        executor: Runs the batches instead of a pool of our own; not ended here.

    Raises:
        ConfigurationError: a configuration or schema cannot be used.
        RefusedError: the stated version exists or is too low.
        UsageError: `src` is missing, cannot be used or holds no source, or an argument makes no
            sense.
        UnfinishedError: the disk, the network or the rights got in the way.
    """
    progress = progress or Progress()
    overrides = Overrides(
        include=tuple(include) or None,
        exclude=tuple(exclude),
        drafts=drafts,
        timezone=timezone,
        max_rejected=None if max_rejected is None else stated_share(max_rejected),
        max_removed=None if max_removed is None else stated_share(max_removed),
        max_new_rejects=max_new_rejects,
    )
    _refuse_contradictions(version, bump, limit, dev=dev)
    with local(os.fspath(src)) as source:
        refuse_both(include, [source])
        settings = load_settings(source.path, as_path(config), schema, overrides, source.root)
        request = BuildRequest(
            src=source.path,
            settings=_narrowed(settings, source),
            name=_name(name, settings, source),
            out=Path(out),
            version=version,
            bump=bump,
            dev=dev,
            limit=limit,
            rebase=rebase,
            created=created,
            workers=worker_count(workers),
            copy_of=source.shown if source.root else None,
            cache=(Path(cache_dir) if cache_dir else default_home()) if cache else None,
        )
        result = pipeline.build(request, progress, executor)
    progress.end()
    return result


def _refuse_contradictions(
    version: str | None, bump: Bump | None, limit: int | None, *, dev: bool
) -> None:
    if bump is not None and bump not in BUMPS:
        raise UsageError(f"{bump!r} is no part of a version; write {', '.join(BUMPS)}")
    if version is not None and bump is not None:
        raise UsageError(f"a version is stated, {version}; leave the bump out")
    if dev and version is not None:
        raise UsageError(f"a rehearsal is no version; leave {version} out")
    if limit is not None and not dev:
        raise UsageError("only a rehearsal takes some of the sources; add --dev")
    if limit is not None and limit < 1:
        raise UsageError(f"{limit} is no number of sources")


def _narrowed(settings: Settings, source: Local) -> Settings:
    """The settings with a glob in place of the patterns."""
    pattern = source.pattern_from(settings.root)
    if pattern is None:
        return settings
    config = settings.config
    return replace(
        settings, config=replace(config, source=replace(config.source, include=(pattern,)))
    )


def _name(stated: str | None, settings: Settings, source: Local) -> str:
    name = stated or settings.config.dataset.name
    if name is None:
        given = source.default_name
        name = re.sub(r"[^a-z0-9._-]+", "-", given.lower()).strip("-._")
        if not name:
            raise UsageError(f"{given!r} gives no dataset name; add --name")
    if not _NAME.match(name):
        raise UsageError(f"{name!r} is no dataset name; use a-z, 0-9, dots, dashes and underscores")
    return name
