"""How the last build of some sources ended, as long as it would end so again.

A build that would find nothing new need not be made to know that. It is kept under a name that is
a digest of all that a build depends on but the files; beside it stand what all files looked like,
the version that was the last one, and the span of times in which the same articles are in the
future. If one of them differs, or a file changed so lately that it could change again unseen, the
build is made.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from itertools import groupby
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.cache.records import FILES, parse_fingerprint, verdict_fingerprint
from corpuskit.cache.stat_table import has_settled
from corpuskit.clock import created_at
from corpuskit.codes import Code
from corpuskit.dataset_folder import DatasetFolder, left_of
from corpuskit.discover import Discovery
from corpuskit.disk.checked_tables import read_table, write_table
from corpuskit.git import GitHead
from corpuskit.model import Diagnostic
from corpuskit.outcome import BuildRequest, BuildResult, Findings, repeated
from corpuskit.packs.records import dump_diagnostics, load_diagnostics
from corpuskit.stage_rules import batch_rules, plan_rules

_SCHEMA = pa.schema([("path", pa.string()), ("source_sha256", pa.string()), ("found", pa.string())])
_ENDED = b"ended"
_FATAL = frozenset({Code.PROCESS_DIED, Code.TIME_LIMIT})


class Standing:
    """How builds of one request end; made before the sources are looked at.

    Nothing is known of builds without a cache, of copies, of single files, of rehearsals, and of
    what is to be published in any case.
    """

    def __init__(self, request: BuildRequest, now_ns: int) -> None:
        """Take the request, and the time."""
        self._request = request
        self._now_ns = now_ns
        is_tree = request.copy_of is None and request.src.is_dir()
        applies = request.cache and is_tree and request.version is None and not request.dev
        self._file = request.cache / FILES / _name(request) if request.cache and applies else None
        self._table = read_table(self._file) if self._file is not None else None
        self._ended: dict[str, Any] | None = None
        if self._table is not None and self._table.schema.remove_metadata() == _SCHEMA:
            self._ended = json.loads(self._table.schema.metadata[_ENDED])

    @property
    def is_known(self) -> bool:
        """Whether a build of this request has ended before."""
        return self._ended is not None

    def watch(self, changed: Callable[[], None]) -> Callable[[str], None]:
        """What hears of the files as they are found, and calls `changed` once one looks new."""
        known = iter(self._ended["looks"]) if self._ended is not None else iter(())

        def hear(digest: str) -> None:
            if digest != next(known, None):
                changed()

        return hear

    def recall(
        self, found: Discovery, dataset: DatasetFolder, head: GitHead | None
    ) -> BuildResult | None:
        """The end of a build of what was found, if it is known; `head` is what git says of it."""
        table, ended = self._table, self._ended
        looks = found.found.looks_digests()
        if table is None or ended is None or looks is None:
            return None
        there = dataset.versions()
        versions = left_of(there)
        latest, earliest = ended["span"]
        if ended["looks"] != looks or not versions or not self._in_span(latest, earliest, head):
            return None
        # What is withdrawn is carried by the newest version, also if its rows are gone.
        if {versions[-1].manifest_sha256, there[-1].manifest_sha256} != {ended["manifest_sha256"]}:
            return None
        dataset.refresh()
        return repeated(
            self._request, found, versions[-1], _diagnostics(table), ended["exclusions"]
        )

    def remember(
        self, findings: Findings, span: tuple[int | None, int | None], manifest_sha256: str
    ) -> None:
        """Keep that a build of what was found ended, and with which manifest as the last one.

        It would end so again for as long as `future` is in the plan's `span`.
        """
        if self._file is None or not self._can_be_kept(findings):
            return
        looks = findings.discovery.found.looks_digests(findings.corpus.looks)
        ended = {
            "looks": looks,
            "span": span,
            "manifest_sha256": manifest_sha256,
            "exclusions": Counter(e.reason for e in findings.audit.exclusions),
        }
        rows = _rows(findings.audit.told)
        schema = _SCHEMA.with_metadata({_ENDED: json.dumps(ended)})
        with suppress(OSError):
            write_table(str(self._file), pa.Table.from_pylist(rows, schema))

    def _can_be_kept(self, findings: Findings) -> bool:
        """Whether all files were read long enough after their last change, and none was fatal.

        What ends a worker today may be parsed tomorrow, on a machine with more memory or time.
        """
        sources, corpus = findings.discovery.sources, findings.corpus
        if any(d.code in _FATAL for d in findings.audit.diagnostics):
            return False
        if corpus.leaves.sha256.null_count > len(sources.faults):
            return False
        looks = corpus.looks if sources.looks is None else sources.looks
        assert looks is not None, "files were looked at before, or when they were read"
        settled = has_settled(looks, self._now_ns)
        restless = pc.indices_nonzero(pc.invert(settled)).to_pylist()
        return all(place in sources.elsewhere for place in restless)

    def _in_span(self, latest: int | None, earliest: int | None, head: GitHead | None) -> bool:
        """Whether the articles that were in the future are those that are in the future now."""
        settings = self._request.settings
        # Whether the sources are those of the commit is not known without reading them.
        for clean_since in (None, *([head.seconds] if head else [])):
            created = created_at(self._request.created, clean_since)
            future = plan_rules(settings, created).future
            if future is None:
                return True
            if not (latest is None or latest <= future) or not (
                earliest is None or future < earliest
            ):
                return False
        return True


def _name(request: BuildRequest) -> str:
    """A digest of all that the end of a build depends on, but files and the time."""
    settings = request.settings
    stated = {
        "parse": parse_fingerprint(batch_rules(settings)),
        "verdicts": verdict_fingerprint(settings.schema),
        "settings": asdict(settings),
        "src": os.path.realpath(request.src),
        "out": os.path.realpath(request.out),
        "name": request.name,
        "user": os.geteuid(),
    }
    return hashlib.sha256(json.dumps(stated, sort_keys=True, default=str).encode()).hexdigest()


def _rows(diagnostics: list[Diagnostic]) -> list[dict[str, str | None]]:
    """Diagnostics by source, in their order."""
    return [
        {"path": path, "source_sha256": sha256, "found": dump_diagnostics(list(found))}
        for (path, sha256), found in groupby(diagnostics, lambda d: (d.path, d.source_sha256))
    ]


def _diagnostics(table: pa.Table) -> list[Diagnostic]:
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    return [d for path, sha256, found in rows for d in load_diagnostics(found, path, sha256)]
