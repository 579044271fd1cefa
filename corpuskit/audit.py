"""The audit: one line of JSON for every source that is no row, and for every diagnostic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import orjson

from corpuskit.corpus import ParsedCorpus
from corpuskit.model import (
    Counts,
    Diagnostic,
    Duplicate,
    Exclusion,
    Rejection,
    diagnostic_order,
)
from corpuskit.plan import Plan
from corpuskit.redaction import WHOLE, AuditRules
from corpuskit.withdrawals import WITHDRAWN, Withdrawn

_OPTIONS: Final = orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


@dataclass
class Audit:
    """Where every source went, sorted by the UTF-8 bytes of its path.

    `withdrawn` is what is kept of withdrawn articles; `notes` are for who builds, in no file.
    `rules` are for the files.
    """

    counts: Counts
    rejections: list[Rejection] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    exclusions: list[Exclusion] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    withdrawn: tuple[Withdrawn, ...] = ()
    notes: tuple[Diagnostic, ...] = ()
    rules: AuditRules = WHOLE

    @property
    def codes(self) -> dict[str, int]:
        """How many diagnostics there are by code, in the codes' order."""
        return count_codes(self.diagnostics)

    @property
    def told(self) -> list[Diagnostic]:
        """What who builds is told: notes before diagnostics."""
        return [*self.notes, *self.diagnostics]

    @cached_property
    def files(self) -> dict[str, tuple[bytes, int]]:
        """Path in the release → the file's bytes and its number of lines."""
        return _files(self, self.rules)

    @property
    def whole_files(self) -> dict[str, tuple[bytes, int]]:
        """The same, with all that was found: for those who have the sources."""
        return _files(self, WHOLE)


def _files(audit: Audit, rules: AuditRules) -> dict[str, tuple[bytes, int]]:
    def said(line: dict[str, object], path: str | None, own_id: str | None) -> dict[str, object]:
        # What is withdrawn has its id for its only name.
        known = own_id if line.get("path") is None else rules.id_of(path or "", own_id)
        return {**line, "id": known}

    return {
        "audit/diagnostics.jsonl": _lines(
            _diagnostic(rules.diagnostic(d)) for d in audit.diagnostics
        ),
        "audit/rejected.jsonl": _lines(said(_rejection(r), r.path, r.id) for r in audit.rejections),
        "audit/duplicates.jsonl": _lines(
            said({**d.as_json()}, d.path, d.id) for d in audit.duplicates
        ),
        "audit/excluded.jsonl": _lines(said(_exclusion(e), e.path, e.id) for e in audit.exclusions),
        **({WITHDRAWN: _lines(w.as_json() for w in audit.withdrawn)} if audit.withdrawn else {}),
    }


def count_codes(diagnostics: Iterable[Diagnostic]) -> dict[str, int]:
    """How many diagnostics there are by code, in the codes' order."""
    return dict(sorted(Counter(str(d.code) for d in diagnostics).items()))


def make_audit(
    corpus: ParsedCorpus,
    plan: Plan,
    ignored: int,
    withdrawn: tuple[Withdrawn, ...] = (),
    notes: tuple[Diagnostic, ...] = (),
    rules: AuditRules = WHOLE,
) -> Audit:
    """Bring together what parsing, withdrawals and planning decided.

    Raises:
        AssertionError: a source is in no place or in two: our bug, and never to be published.
    """
    rejections = [*corpus.rejections, *plan.rejections]
    exclusions = [*corpus.exclusions, *plan.exclusions]
    counts = Counts(
        sources=len(corpus.leaves),
        rows=plan.rows,
        rejected=len(rejections),
        duplicates=len(plan.duplicates),
        excluded=len(exclusions),
        ignored=ignored,
    )
    assert counts.add_up, f"sources are lost or counted twice: {counts}"
    gone = {e.path for e in plan.exclusions}
    found = [d for d in (*corpus.diagnostics, *plan.diagnostics) if d.path not in gone]
    return Audit(
        counts,
        sorted(rejections, key=lambda r: _bytes(r.path)),
        sorted(plan.duplicates, key=lambda d: _bytes(d.path)),
        sorted(exclusions, key=lambda e: (_bytes(_published_path(e) or ""), e.id or "")),
        sorted(found, key=lambda d: (_bytes(d.path or ""), diagnostic_order(d))),
        withdrawn,
        notes,
        rules,
    )


def _bytes(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")


def _lines(entries: Iterable[Mapping[str, object]]) -> tuple[bytes, int]:
    lines = [orjson.dumps(entry, option=_OPTIONS) for entry in entries]
    return b"".join(lines), len(lines)


def _diagnostic(d: Diagnostic) -> dict[str, object]:
    return {**d.as_json(), "value": d.value, "source_sha256": d.source_sha256}


def _rejection(r: Rejection) -> dict[str, object]:
    codes = list(dict.fromkeys(map(str, r.codes)))
    return {"path": r.path, "source_sha256": r.source_sha256, "id": r.id, "codes": codes}


def _exclusion(e: Exclusion) -> dict[str, object]:
    path = _published_path(e)
    sha256 = None if path is None else e.source_sha256
    return {"path": path, "source_sha256": sha256, "id": e.id, "reason": e.reason}


def _published_path(e: Exclusion) -> str | None:
    """The path of a source that may be named: that of a withdrawn article may be its title."""
    return None if e.reason == "withdrawn" else e.path
