"""The build: one folder of articles → one release, or the reasons why there is none.

discover → parse and validate → plan → write → describe → publish
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pyarrow as pa

from corpuskit.audit import Audit, make_audit
from corpuskit.build_cache import BuildCache, CacheOpening, knows_files
from corpuskit.clock import created_at
from corpuskit.comparing import changes_since
from corpuskit.corpus import ParsedCorpus
from corpuskit.dataset_folder import DatasetFolder, Published
from corpuskit.describe import describe, row_config, with_shards, with_version
from corpuskit.discover import Discovery, discover
from corpuskit.documents import checksums, render
from corpuskit.errors import UnfinishedError, UsageError
from corpuskit.executors import LazyExecutor
from corpuskit.generator import generator
from corpuskit.git import GitHead
from corpuskit.guards import guard
from corpuskit.identity import digest
from corpuskit.manifest import Manifest
from corpuskit.manifest_json import dump
from corpuskit.outcome import (
    BuildRequest,
    BuildResult,
    Findings,
    description_of,
    refusal,
    result,
)
from corpuskit.packs import DamagedPackError, PackFolder
from corpuskit.parse_rules import BatchRules
from corpuskit.parsing import parse_sources
from corpuskit.plan import Plan, make_plan
from corpuskit.progress import Progress, Stage
from corpuskit.provenance import head_of, provenance
from corpuskit.record_cache import discard
from corpuskit.refusal import Refusal
from corpuskit.rows import columns
from corpuskit.schema import Schema
from corpuskit.settings import Settings
from corpuskit.shard_cache import ShardCache
from corpuskit.sharing import repeats, shard_digests
from corpuskit.source_root import SourceRoot
from corpuskit.sources import sample
from corpuskit.stage_rules import batch_rules, plan_rules
from corpuskit.standing import Standing
from corpuskit.succession import succeed
from corpuskit.worker_process import start_pool
from corpuskit.writing import ShardWriter


def build(
    request: BuildRequest, progress: Progress | None = None, executor: Executor | None = None
) -> BuildResult:
    """Build a release; what can be raised is said at `corpuskit.build`."""
    while True:
        try:
            return _build(request, progress or Progress(), executor)
        except DamagedPackError as damaged:
            if request.cache is None:
                raise UnfinishedError(f"{damaged.path}: it is not what was just written") from None
            # Each time round the cache has one pack less, and what was in it is parsed again.
            discard(Path(damaged.path))


def _build(request: BuildRequest, progress: Progress, executor: Executor | None) -> BuildResult:
    settings, dataset = request.settings, DatasetFolder(request.out / request.name)
    dataset.claim(request.src)
    standing = Standing(request, now_ns := time.time_ns())
    head = head_of(request)
    rules = batch_rules(settings, blob_ids=head is not None)
    warm = standing.is_known
    with (
        _running(request, rules, executor, warm=warm) as running,
        dataset.stage() as stage,
        ExitStack() as ending,
    ):
        _begin(progress, "discover")
        opening = ending.enter_context(_opening(request, rules, now_ns))

        def wake() -> None:
            _wake(running)
            opening.begin()

        found = _discover(request, head, progress, standing.watch(wake))
        ended = standing.recall(found, dataset, head)
        if ended is not None:
            return ended

        _begin(progress, "parse", len(found.sources))
        _wake(running)
        cache = ending.enter_context(_cache(opening, progress))
        packs = cache.folder if cache else PackFolder(_folder(stage / "packs"))
        root = SourceRoot(running)
        sources = found.sources if request.limit is None else sample(found.sources, request.limit)
        corpus = parse_sources(
            sources,
            rules,
            running,
            request.workers,
            packs,
            progress.advance,
            cache,
            root.begin,
        )

        _begin(progress, "plan")
        origin = provenance(request, head, corpus)
        created = created_at(request.created, origin.clean_since)
        plan = make_plan(corpus.let_go_of_index(), corpus.leaves, plan_rules(settings, created))
        audit = make_audit(corpus, plan, found.ignored + len(found.sources) - len(sources))
        findings = Findings(found, corpus, audit)
        reason = refusal(request, audit)
        if reason is not None:
            return _refused(request, findings, dataset, reason)

        digests = shard_digests(plan, corpus.leaves)
        shards = ShardCache(request.cache, dataset.path)
        versions = dataset.versions()
        release, alike = stage / "version", _made_alike(settings, versions)
        writer = ending.enter_context(
            ShardWriter(plan, digests, corpus, running, request.workers, release, alike, shards)
        )
        if alike is None or not repeats(digests, alike, shards):
            # It may yet be what is there already, made by other means; then this is for nothing.
            writer.begin()
        about = description_of(request)
        draft = describe(about, settings, created, origin, corpus, audit, plan.kept, root.value())
        changes = partial(changes_since, plan=plan, digests=digests, cache=shards)
        pinned = settings.config.dataset.version
        target = succeed(draft, changes, versions, request.version, pinned, request.bump)
        if isinstance(target, Published) and not request.dev:
            dataset.refresh()
            standing.remember(findings, plan.span, target.manifest_sha256)
            return result("unchanged", request, findings, target.folder, target.manifest)
        if isinstance(target, Published):
            said = target.manifest
            target = with_version(draft, said.version, said.previous, said.changes)
        elif versions and not request.dev:
            reason = _guarded(request, versions[-1], target, plan, corpus, audit)
            if reason is not None:
                return _refused(request, findings, dataset, reason)

        _begin(progress, "write", plan.rows)
        written = writer.finish(progress)

        _begin(progress, "publish")
        manifest = with_shards(target, written, settings.schema)
        _write_documents(release, manifest, settings.schema, audit)
        if request.dev:
            path = dataset.rehearse(release)
            return result("rehearsed", request, findings, path, manifest)
        path = dataset.publish(release, manifest)
        standing.remember(findings, plan.span, digest(dump(manifest)))
        return result("published", request, findings, path, manifest)


def _begin(progress: Progress, stage: Stage, total: int | None = None) -> None:
    """Begin a stage; what the one before has freed goes back to the system."""
    pa.default_memory_pool().release_unused()
    progress.stage(stage, total)


def _guarded(
    request: BuildRequest,
    last: Published,
    target: Manifest,
    plan: Plan,
    corpus: ParsedCorpus,
    audit: Audit,
) -> Refusal | None:
    """Why `target` must not follow the last version, if it must not."""
    assert target.changes is not None, "it follows a version"
    return guard(
        request.settings.config.release,
        last,
        target.changes,
        plan.kept,
        corpus.leaves,
        audit.rejections,
        rebase=request.rebase,
    )


def _refused(
    request: BuildRequest, findings: Findings, dataset: DatasetFolder, reason: Refusal
) -> BuildResult:
    """The result of a build that is not published; what it found is kept beside the versions."""
    files = {path: data for path, (data, _) in findings.audit.files.items()}
    kept = dataset.keep_refused(files)
    return result("refused", request, findings, kept, reason=reason)


def _made_alike(settings: Settings, versions: Sequence[Published]) -> Published | None:
    """The last version if equal rows are equal bytes in it: the same makers, rules and columns."""
    if not versions:
        return None
    last, schema = versions[-1].manifest, settings.schema
    rules = row_config(settings.config, schema)
    alike = (last.generator, last.config, last.columns) == (generator(), rules, columns(schema))
    return versions[-1] if alike else None


@contextmanager
def _running(
    request: BuildRequest, rules: BatchRules, executor: Executor | None, *, warm: bool
) -> Iterator[Executor]:
    """The caller's executor, or a pool that ends with the build.

    The pool starts to import now, or when it is found that something changed since the last build.
    """
    if executor is not None:
        yield executor
        return
    start = partial(start_pool, request.workers, rules)
    with LazyExecutor(start) if warm else start() as pool:
        yield pool


def _opening(request: BuildRequest, rules: BatchRules, now_ns: int) -> CacheOpening:
    # What is not there now is not there the next time, or was not looked at: no table of files.
    src = None if request.copy_of or request.limit is not None else request.src
    return CacheOpening(request.cache, rules, src, now_ns)


@contextmanager
def _cache(opening: CacheOpening, progress: Progress) -> Iterator[BuildCache | None]:
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


def _folder(path: Path) -> str:
    path.mkdir()
    return str(path)


def _wake(executor: Executor) -> None:
    """Have workers begin that were not needed so far: something changed since the last build."""
    if isinstance(executor, LazyExecutor):
        executor.start()


def _discover(
    request: BuildRequest, head: GitHead | None, progress: Progress, watch: Callable[[str], None]
) -> Discovery:
    """The sources; `watch` hears what they look like (see `discover`).

    Raises:
        UsageError: there is none.
    """
    rules = request.settings.config.source
    root = request.settings.root
    found = discover(
        request.src,
        rules.include,
        rules.exclude,
        skip=request.out,
        root=root,
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


def _looks_at_files(request: BuildRequest, head: GitHead | None) -> bool:
    """Whether their looks can tell what is in files; else these are noted when files are read."""
    if request.cache is None or request.copy_of is not None:
        return False
    return head is not None or knows_files(request.cache, request.src)


def _write_documents(folder: Path, manifest: Manifest, schema: Schema, audit: Audit) -> None:
    """Write everything but the shards: audit, documents, manifest, and the checksums of all."""
    files = {path: data for path, (data, _) in audit.files.items()}
    files |= render(manifest, schema)
    files["manifest.json"] = dump(manifest)
    files["SHA256SUMS"] = checksums.render(manifest, files)
    (folder / "audit").mkdir()
    for path, data in files.items():
        (folder / path).write_bytes(data)
