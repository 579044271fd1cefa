"""The build: one folder of articles → one release, or the reasons why there is none.

discover → parse and validate → plan → write → describe → publish
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from corpuskit.audit import Audit, make_audit
from corpuskit.clock import created_at
from corpuskit.dataset_folder import DatasetFolder, Published
from corpuskit.describe import (
    Provenance,
    count_changes,
    describe,
    row_config,
    same_release,
    with_shards,
    with_version,
)
from corpuskit.discover import Discovery, discover
from corpuskit.documents import checksums, render
from corpuskit.errors import RefusedError, UsageError
from corpuskit.executors import SupervisedPool
from corpuskit.git import GitHead, git_head
from corpuskit.index import key_fields, temporal_date
from corpuskit.manifest import Changes, Description, Manifest, Previous
from corpuskit.manifest_json import dump
from corpuskit.model import Counts, Diagnostic
from corpuskit.parse import ParseRules
from corpuskit.parsing import ParsedCorpus, parse_sources
from corpuskit.plan import Plan, PlanRules, make_plan
from corpuskit.progress import Progress
from corpuskit.schema import FieldType
from corpuskit.schema_reader import effective_order
from corpuskit.settings import Settings
from corpuskit.shards import read_identity
from corpuskit.versions import FIRST, Version, bump_for, schema_verdict, stated_version
from corpuskit.worker import BatchRules, warm_up
from corpuskit.writing import write_shards

_DAY = 86_400_000_000
TIME_LIMIT_SECONDS = 60.0
"""On one source, twice, before it is rejected; caps on size and depth come long before."""


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """What to build, and how: `version` and `created` are as the user typed them."""

    src: Path
    settings: Settings
    name: str
    out: Path = Path("datasets")
    version: str | None = None
    created: str | None = None
    workers: int = 1


@dataclass(frozen=True, slots=True)
class BuildResult:
    """How a build ended.

    `path` is the published release, the one that it would have repeated, or, when it was refused
    for `reason`, the folder with its diagnostics.
    """

    status: Literal["published", "unchanged", "refused"]
    name: str
    version: str | None
    path: Path
    counts: Counts
    codes: dict[str, int] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    naive_dates: int = 0
    timezone: str = "UTC"
    reason: str | None = None
    changes: Changes | None = None
    hint: str | None = None


def build(
    request: BuildRequest, progress: Progress | None = None, executor: Executor | None = None
) -> BuildResult:
    """Build a release; see `corpuskit.build` for what can be raised."""
    progress = progress or Progress()
    dataset = DatasetFolder(request.out / request.name)
    with _executor(request, executor) as workers, dataset.stage() as stage:
        head = git_head(request.src)
        progress.stage("discover")
        found = _discover(request)
        progress.stage("parse", len(found.sources))
        corpus = parse_sources(
            found.sources, _batch_rules(request, head), workers, request.workers,
            _scratch(stage), progress.advance,
        )  # fmt: skip
        progress.stage("plan")
        provenance = _provenance(head, corpus)
        created = created_at(request.created, _commit_seconds(head, provenance))
        plan = make_plan(corpus.index, _plan_rules(request, created))
        audit = make_audit(corpus, plan, found.ignored)
        reason = _refusal(request, audit)
        if reason is not None:
            return _refused(request, dataset, audit, corpus, reason, found)
        draft = _describe(request, created, provenance, corpus, plan, audit)
        target = _target(request, dataset, draft, plan)
        if isinstance(target, Published):
            return _result("unchanged", request, target.manifest, target.folder, audit, corpus)
        progress.stage("write", plan.rows)
        folder = stage / "version"
        written = write_shards(
            plan, request.settings.schema, workers, request.workers,
            _scratch(stage), folder, lambda rows: progress.advance(rows, 0),
        )  # fmt: skip
        progress.stage("publish")
        manifest = with_shards(target, written, request.settings.schema)
        _write_documents(folder, manifest, request, audit)
        path = dataset.publish(folder, stated_version(manifest.version))
        return _result("published", request, manifest, path, audit, corpus, found)


@contextmanager
def _executor(request: BuildRequest, executor: Executor | None) -> Iterator[Executor]:
    """The caller's executor, or a pool that starts to import now and ends with the build."""
    if executor is not None:
        yield executor
        return
    rules = _batch_rules(request, None)
    with SupervisedPool(
        request.workers, TIME_LIMIT_SECONDS, initializer=warm_up, initargs=(rules,)
    ) as pool:
        yield pool


def _scratch(stage: Path) -> str:
    folder = stage / "fragments"
    folder.mkdir(exist_ok=True)
    return str(folder)


def _discover(request: BuildRequest) -> Discovery:
    rules = request.settings.config.source
    found = discover(
        request.src, rules.include, rules.exclude, skip=request.out, root=request.settings.root
    )
    if not found.sources:
        pattern = found.likely_pattern
        advice = f"; try --include '{pattern}'" if pattern else ""
        raise UsageError(f"{request.src}: no file matches {', '.join(rules.include)}{advice}")
    return found


def _batch_rules(request: BuildRequest, head: GitHead | None) -> BatchRules:
    schema = request.settings.schema
    keys = key_fields(schema, effective_order(schema))
    return BatchRules(parse_rules(request.settings), keys, blob_ids=head is not None)


def parse_rules(settings: Settings) -> ParseRules:
    """What of the settings parsing depends on."""
    config = settings.config
    return ParseRules(
        schema=settings.schema,
        text=config.text,
        timezone=config.site.timezone or "UTC",
        language=config.site.language,
        encoding=config.source.encoding,
        drafts=config.source.drafts == "include",
        max_bytes=config.source.max_bytes,
    )


def _plan_rules(request: BuildRequest, created: int) -> PlanRules:
    schema, config = request.settings.schema, request.settings.config
    temporal = temporal_date(schema)
    future = created // _DAY if temporal is FieldType.DATE else created
    dated = temporal is not None and config.source.drafts == "exclude"
    return PlanRules(
        order=effective_order(schema),
        exact_duplicates=config.dedup.exact,
        duplicate_min_chars=config.dedup.min_chars,
        future=future if dated else None,
        unique=tuple(f.name for f in schema.fields if f.unique),
    )


def _provenance(head: GitHead | None, corpus: ParsedCorpus) -> Provenance:
    """Clean means that every source is the commit's, byte for byte, and readable."""
    if head is None:
        return Provenance()
    committed = set(head.blobs.values())
    read = sum(1 for _, sha256 in corpus.leaves if sha256)
    clean = len(corpus.leaves) == read and all(blob in committed for blob in corpus.blobs)
    return Provenance(head.commit, not clean)


def _commit_seconds(head: GitHead | None, provenance: Provenance) -> int | None:
    return head.seconds if head is not None and provenance.git_dirty is False else None


def _refusal(request: BuildRequest, audit: Audit) -> str | None:
    """Why this corpus must not be published: too many of its sources are rejected."""
    limit = request.settings.config.release.max_rejected
    counts = audit.counts
    if counts.rejected <= limit * counts.sources:
        return None
    share = counts.rejected / counts.sources
    worst = max(audit.codes.items(), key=lambda item: item[1]) if audit.codes else ("", 0)
    errors = [d for d in audit.diagnostics if d.is_error and str(d.code) == worst[0]]
    said = f"; {worst[1]} times {worst[0]} ({errors[0].code.label})" if errors else ""
    return f"{counts.rejected} of {counts.sources} sources ({share:.0%}) are rejected{said}"


def _refused(
    request: BuildRequest,
    dataset: DatasetFolder,
    audit: Audit,
    corpus: ParsedCorpus,
    reason: str,
    found: Discovery,
) -> BuildResult:
    path = dataset.keep_refused({name: data for name, (data, _) in audit.files().items()})
    return BuildResult(
        status="refused",
        name=request.name,
        version=None,
        path=path,
        counts=audit.counts,
        codes=audit.codes,
        diagnostics=tuple(audit.diagnostics),
        naive_dates=corpus.naive_dates,
        timezone=request.settings.config.site.timezone or "UTC",
        reason=reason,
        hint=found.likely_pattern,
    )


def _describe(
    request: BuildRequest,
    created: int,
    provenance: Provenance,
    corpus: ParsedCorpus,
    plan: Plan,
    audit: Audit,
) -> Manifest:
    config, schema = request.settings.config, request.settings.schema
    return describe(
        description=Description(
            name=request.name,
            title=config.dataset.title,
            description=config.dataset.description,
            license=config.dataset.license,
            homepage=config.dataset.homepage,
            creators=config.dataset.creators,
            keywords=config.dataset.keywords,
        ),
        config=row_config(config, schema, effective_order(schema)),
        schema=schema,
        created=created,
        provenance=provenance,
        corpus=corpus,
        audit=audit,
        pairs=plan.pairs,
        audit_files=audit.files(),
    )


def _target(
    request: BuildRequest, dataset: DatasetFolder, draft: Manifest, plan: Plan
) -> Manifest | Published:
    """`draft` with the version it gets, or the published version that it would only repeat.

    Raises:
        RefusedError: the stated version is not above the last one.
    """
    stated = stated_version(request.version) if request.version else None
    published = dataset.versions()
    if not published:
        return with_version(draft, str(stated or FIRST), None, None)
    last = published[-1]
    if stated is None and same_release(draft, last.manifest):
        return last
    if stated is not None and stated <= last.version:
        raise RefusedError(
            f"version {stated} is not above {last.version}, the last one of {request.name}"
        )
    changes = _changes(last, draft, plan)
    differ = draft.content_sha256 != last.manifest.content_sha256
    number = stated or last.version.next(bump_for(_verdict(last, draft), rows_differ=differ))
    return with_version(
        draft, str(number), Previous(str(last.version), last.manifest_sha256), changes
    )


def _changes(last: Published, draft: Manifest, plan: Plan) -> Changes:
    shards = [last.folder / entry.path for entry in last.manifest.shards]
    return count_changes(read_identity(shards), plan.pairs, _verdict(last, draft))


def _verdict(last: Published, draft: Manifest) -> Literal["identical", "compatible", "breaking"]:
    old = {column.name: column.arrow for column in last.manifest.columns}
    return schema_verdict(old, {column.name: column.arrow for column in draft.columns})


def _write_documents(folder: Path, manifest: Manifest, request: BuildRequest, audit: Audit) -> None:
    """Write everything but the shards: audit, documents, manifest, and the checksums of all."""
    files = {name: data for name, (data, _) in audit.files().items()}
    files |= render(manifest, request.settings.schema)
    files["manifest.json"] = dump(manifest)
    (folder / "audit").mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    (folder / "SHA256SUMS").write_bytes(checksums.render(manifest, files))


def _result(
    status: Literal["published", "unchanged"],
    request: BuildRequest,
    manifest: Manifest,
    path: Path,
    audit: Audit,
    corpus: ParsedCorpus,
    found: Discovery | None = None,
) -> BuildResult:
    return BuildResult(
        status=status,
        name=request.name,
        version=manifest.version,
        path=path,
        counts=audit.counts,
        codes=audit.codes,
        diagnostics=tuple(audit.diagnostics),
        naive_dates=corpus.naive_dates,
        timezone=request.settings.config.site.timezone or "UTC",
        changes=manifest.changes,
        hint=found.likely_pattern if found else None,
    )


def version_of(text: str) -> Version:
    """A stated version as a value; raises UsageError."""
    return stated_version(text)
