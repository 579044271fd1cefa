"""The build: one folder of articles → one release, or the reasons why there is none.

discover → parse and validate → plan → write → describe → publish
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from corpuskit import footers
from corpuskit.audit import Audit, make_audit
from corpuskit.build_means import cache_opening, opened, running, wake
from corpuskit.build_sources import find_sources, taken
from corpuskit.cache.records import discard
from corpuskit.cache.shards import ShardCache
from corpuskit.cache.standing import Standing
from corpuskit.clock import created_at
from corpuskit.columns import give_back
from corpuskit.config.omission import omitted_columns
from corpuskit.corpus import ParsedCorpus
from corpuskit.dataset_folder import DatasetFolder, Published, left_of
from corpuskit.dataset_names import CHECKSUMS, MANIFEST
from corpuskit.describe import describe, row_config, with_shards, with_version
from corpuskit.discover import Discovery
from corpuskit.documents import checksums, render
from corpuskit.errors import UnfinishedError
from corpuskit.generator import generator
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
from corpuskit.packs import DamagedPackError, PackFolder, close_packs, take_texts
from corpuskit.parsing import parse_sources
from corpuskit.plan import Plan, make_plan
from corpuskit.progress import Progress, Stage
from corpuskit.provenance import Provenance, head_of, provenance
from corpuskit.refusal import Refusal
from corpuskit.rows import columns
from corpuskit.schema import Schema
from corpuskit.settings import Settings
from corpuskit.sharing import repeats, shard_digests
from corpuskit.sources.root import SourceRoot
from corpuskit.sources.table import Sources
from corpuskit.stage_rules import audit_rules, batch_rules, plan_rules
from corpuskit.substance import is_reparted
from corpuskit.succession import succeed
from corpuskit.succession.comparing import changes_since
from corpuskit.succession.guards import guard, too_many_parts
from corpuskit.succession.splits import splits_before
from corpuskit.withdrawing import Listed, Outcome, withdraw
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
    with ExitStack() as ending:
        return _Build(request, progress, executor, ending).run()


@dataclass(frozen=True, slots=True)
class _Planned:
    """What becomes of the sources, before anything is written; `created` is in UTC microseconds."""

    corpus: ParsedCorpus
    plan: Plan
    findings: Findings
    origin: Provenance
    created: int
    withdrawn: Outcome


class _Build:
    """One build on its way: what all its stages know, and a method for each of them."""

    def __init__(
        self,
        request: BuildRequest,
        progress: Progress,
        executor: Executor | None,
        ending: ExitStack,
    ) -> None:
        """Take the means; `ending` gives them back."""
        self.request = request
        self.progress = progress
        self.ending = ending
        self.settings = request.settings
        self.dataset = DatasetFolder(request.out / request.name)
        self.dataset.claim(request.src)
        now_ns = time.time_ns()
        self.standing = Standing(request, now_ns)
        self.head = head_of(request)
        self.rules = batch_rules(self.settings, blob_ids=self.head is not None)
        warm = self.standing.is_known
        self.executor = ending.enter_context(running(request, self.rules, executor, warm=warm))
        self.stage = ending.enter_context(self.dataset.stage())
        self.opening = ending.enter_context(cache_opening(request, self.rules, now_ns))
        self.root = SourceRoot(self.executor)

    def run(self) -> BuildResult:
        """From sources to a version, or to the reasons why there is none."""
        found = self.discover()
        ended = self.standing.recall(found, self.dataset, self.head)
        if ended is not None:
            return ended
        corpus = self.parse(taken(self.request, found))
        versions = self.dataset.versions()
        last = next(iter(left_of(versions)[-1:]), None)
        planned = self.plan(found, corpus, self.withdraw(corpus, versions, last), last)
        reason = refusal(self.request, planned.findings.audit) or too_many_parts(planned.plan.cuts)
        if reason is not None:
            return self.refused(planned, reason)
        writer, target = self.describe(planned, versions)
        if isinstance(target, Published):
            return self.unchanged(planned, target)
        reason = self.guarded(planned, left_of(versions), target)
        if reason is not None:
            return self.refused(planned, reason)
        reparted = last is not None and is_reparted(last.manifest, target)
        return self.publish(planned, self.write(planned, writer, target), reparted=reparted)

    def discover(self) -> Discovery:
        """Find the sources; once one looks new, all that takes time to begin does."""
        self.begin("discover")

        def begin_others() -> None:
            wake(self.executor)
            self.opening.begin()

        watch = self.standing.watch(begin_others)
        return find_sources(self.request, self.head, self.progress, watch)

    def parse(self, sources: Sources) -> ParsedCorpus:
        """Parse and validate them."""
        self.begin("parse", len(sources))
        wake(self.executor)
        cache = self.ending.enter_context(opened(self.opening, self.progress))
        packs = cache.folder if cache else PackFolder(_folder(self.stage / "packs"))
        return parse_sources(
            sources,
            self.rules,
            self.executor,
            self.request.workers,
            packs,
            self.progress.advance,
            cache,
            self.root.begin,
        )

    def withdraw(
        self, corpus: ParsedCorpus, versions: Sequence[Published], last: Published | None
    ) -> Outcome:
        """Leave out what is withdrawn, before anything else is said of it."""
        config = self.settings.config
        listed = Listed(
            self.settings.withdrawals,
            config.dataset.withdraw or "",
            config.dedup.min_chars,
            self.request.limit is not None,
        )
        outcome = withdraw(corpus, listed, versions, last)
        if outcome.left is not corpus.leaves:
            self.root.begin(outcome.left)
        return outcome

    def plan(
        self, found: Discovery, corpus: ParsedCorpus, withdrawn: Outcome, last: Published | None
    ) -> _Planned:
        """Decide what becomes of every article."""
        self.begin("plan")
        origin = provenance(self.request, self.head, corpus)
        created = created_at(self.request.created, origin.clean_since)
        rules = plan_rules(self.settings, created)
        before = splits_before(rules.parts.splits, last)
        texts = partial(take_texts, dict(enumerate(corpus.packs)))
        self.ending.callback(close_packs)
        plan = make_plan(corpus.let_go_of_index(), corpus.leaves, rules, before, texts)
        not_taken = len(found.sources) - len(corpus.leaves)
        ignored = found.ignored + not_taken
        said = withdrawn.entries, withdrawn.notes, audit_rules(self.settings)
        audit = make_audit(corpus, plan, ignored, *said)
        return _Planned(corpus, plan, Findings(found, corpus, audit), origin, created, withdrawn)

    def describe(
        self, planned: _Planned, versions: Sequence[Published]
    ) -> tuple[ShardWriter, Manifest | Published]:
        """The manifest with its number, or the version that it would repeat.

        Shards are begun with meanwhile, unless the last version has all of them.
        """
        request, corpus, plan = self.request, planned.corpus, planned.plan
        digests = shard_digests(plan, corpus.leaves)
        shards = ShardCache(request.cache, self.dataset.path)
        alike = _made_alike(self.settings, left_of(versions))
        workers, folder = request.workers, self.stage / "version"
        omitted = self.rules.omitted
        writer = self.ending.enter_context(
            ShardWriter(
                plan, digests, corpus, self.executor, workers, folder, alike, shards, omitted
            )
        )
        if alike is None or not repeats(digests, alike, shards):
            # It may yet be what is there already, made by other means; then this is for nothing.
            writer.begin()
        draft = describe(
            description_of(request),
            self.settings,
            planned.created,
            planned.origin,
            corpus,
            planned.findings.audit,
            plan.kept,
            self.root.value(),
        )
        changes = partial(changes_since, plan=plan, digests=digests, cache=shards)
        pinned = self.settings.config.dataset.version
        target = succeed(draft, changes, versions, request.version, pinned, request.bump)
        if request.dev and isinstance(target, Published):
            said = target.manifest
            target = with_version(draft, said.version, said.previous, said.changes)
        return writer, target

    def guarded(
        self, planned: _Planned, versions: Sequence[Published], target: Manifest
    ) -> Refusal | None:
        """Why `target` must not follow the last version, if it must not."""
        if not versions or self.request.dev:
            return None
        assert target.changes is not None, "it follows a version"
        return guard(
            self.settings.config.release,
            versions[-1],
            target.changes,
            planned.plan.kept,
            planned.corpus.leaves,
            planned.findings.audit.rejections,
            planned.withdrawn.ids,
            rebase=self.request.rebase,
        )

    def write(self, planned: _Planned, writer: ShardWriter, target: Manifest) -> Manifest:
        """Write the shards, and all documents; the manifest of what is written."""
        self.begin("write", planned.plan.rows)
        folder, schema = self.stage / "version", self.settings.schema
        written = writer.finish(self.progress)
        self.begin("publish")
        ends = footers.render({e.path: footers.footer_of(folder / e.path) for e, _ in written})
        manifest = with_shards(target, written, ends, schema)
        (folder / footers.PATH).write_bytes(ends)
        _write_documents(folder, manifest, schema, planned.findings.audit)
        return manifest

    def publish(self, planned: _Planned, manifest: Manifest, *, reparted: bool) -> BuildResult:
        """Make what is written a version, or the rehearsal."""
        release = self.stage / "version"
        if self.request.dev:
            path = self.dataset.rehearse(release)
            return result(
                "rehearsed", self.request, planned.findings, path, manifest, reparted=reparted
            )
        path = self.dataset.publish(release, manifest)
        self.standing.remember(planned.findings, planned.plan.span, digest(dump(manifest)))
        return result(
            "published", self.request, planned.findings, path, manifest, reparted=reparted
        )

    def unchanged(self, planned: _Planned, last: Published) -> BuildResult:
        """The end of a build that found nothing new."""
        self.dataset.refresh()
        self.standing.remember(planned.findings, planned.plan.span, last.manifest_sha256)
        return result("unchanged", self.request, planned.findings, last.folder, last.manifest)

    def refused(self, planned: _Planned, reason: Refusal) -> BuildResult:
        """The end of a build that is not published; what it found is kept beside the versions."""
        files = {path: data for path, (data, _) in planned.findings.audit.whole_files.items()}
        kept = self.dataset.keep_refused(files)
        return result("refused", self.request, planned.findings, kept, reason=reason)

    def begin(self, stage: Stage, total: int | None = None) -> None:
        """Begin a stage; what the one before has freed goes back to the system."""
        give_back()
        self.progress.stage(stage, total)


def _made_alike(settings: Settings, versions: Sequence[Published]) -> Published | None:
    """The last version if equal rows are equal bytes in it: the same makers, rules and columns."""
    if not versions:
        return None
    last, schema = versions[-1].manifest, settings.schema
    rules = row_config(settings.config, schema)
    described = columns(schema, omitted_columns(settings.config), settings.config.quality.columns)
    makers = generator(settings.config.text, near=settings.config.dedup.near is not None)
    alike = (last.generator, last.config, last.columns) == (makers, rules, described)
    return versions[-1] if alike else None


def _folder(path: Path) -> str:
    path.mkdir()
    return str(path)


def _write_documents(folder: Path, manifest: Manifest, schema: Schema, audit: Audit) -> None:
    """Write audit, documents, manifest, and the checksums of all."""
    files = {path: data for path, (data, _) in audit.files.items()}
    files |= render(manifest, schema)
    files[MANIFEST] = dump(manifest)
    files[CHECKSUMS] = checksums.render(manifest, files)
    (folder / "audit").mkdir()
    for path, data in files.items():
        (folder / path).write_bytes(data)
