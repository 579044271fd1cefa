"""The audit of a release: its lines, and that every source is in exactly one place."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.codes import Code
from corpuskit.identity import merkle_root
from corpuskit.manifest import Manifest
from corpuskit.verifying.files import open_plain
from corpuskit.verifying.findings import SHOWN_PER_CODE, Findings, clipped
from corpuskit.verifying.shard_rows import Rows

DIAGNOSTICS = "audit/diagnostics.jsonl"
REJECTED = "audit/rejected.jsonl"
DUPLICATES = "audit/duplicates.jsonl"
EXCLUDED = "audit/excluded.jsonl"
AUDIT_FILES = (DIAGNOSTICS, REJECTED, DUPLICATES, EXCLUDED)

_LONGEST_LINE = 2**20
"""Bytes; a line quotes a path, 200 characters of a value and a sentence or two."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_CODE = re.compile(r"CK[0-9]{3}")


@dataclass(slots=True)
class Audit:
    """What the audit's lines say.

    `sources` maps the files of what is no row to their (path, SHA-256), `told` are those of the
    diagnostics, `kept` the (id, path) of the rows that duplicates are duplicates of. `lines`
    counts them by file, `codes` the diagnostics by code; `unexplained` are the codes of rejected
    paths for which no diagnostic has been seen yet.
    """

    sources: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    told: list[tuple[str, str]] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    lines: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    unexplained: dict[str, set[str]] = field(default_factory=dict)


def read_audit(root: Path, findings: Findings) -> Audit | None:
    """Read the four files; None if any of their lines is not what it should be."""
    audit = Audit()
    before = findings.total
    for name, take in (
        (REJECTED, _take_rejection),
        (DUPLICATES, _take_duplicate),
        (EXCLUDED, _take_exclusion),
        (DIAGNOSTICS, _take_diagnostic),
    ):
        _read_file(root, name, take, audit, findings)
    return audit if findings.total == before else None


def _read_file(
    root: Path,
    name: str,
    take: Callable[[Audit, Mapping[str, object]], None],
    audit: Audit,
    findings: Findings,
) -> None:
    try:
        for number, line in enumerate(_lines(root / name), start=1):
            try:
                take(audit, _members(line))
            except (ValueError, RecursionError) as error:
                problem = f"expected a line of the audit, found {clipped(str(error))}"
                findings.add(Code.AUDIT_DISAGREES, name, problem, line=number)
            audit.lines[name] += 1
    except OSError as error:
        findings.add(Code.AUDIT_DISAGREES, name, f"cannot be read: {error.strerror}")


def _lines(path: Path) -> Iterator[bytes]:
    with open_plain(path) as file:
        while line := file.readline(_LONGEST_LINE + 1):
            yield line
            if len(line) > _LONGEST_LINE:
                return


def _members(line: bytes) -> Mapping[str, object]:
    if len(line) > _LONGEST_LINE:
        raise ValueError(f"more than {_LONGEST_LINE} bytes without an end")
    if not line.endswith(b"\n"):
        raise ValueError("no newline at its end")
    value = json.loads(line.decode())
    if not isinstance(value, dict):
        raise ValueError("no JSON object")  # noqa: TRY004 - bad data is one kind of error here
    return value


def _text(members: Mapping[str, object], name: str, pattern: re.Pattern[str] | None = None) -> str:
    value = members.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"no `{name}`")
    value.encode()  # fails on an unpaired surrogate, which JSON can spell
    if pattern is not None and not pattern.fullmatch(value):
        raise ValueError(f"`{name}` {value}")
    return value


def _source(members: Mapping[str, object], *, nullable: bool) -> tuple[str, str]:
    path = _text(members, "path")
    if nullable and "source_sha256" in members and members["source_sha256"] is None:
        return path, ""
    return path, _text(members, "source_sha256", _SHA256)


def _take_rejection(audit: Audit, members: Mapping[str, object]) -> None:
    source = _source(members, nullable=True)
    _text(members, "id")
    codes = members.get("codes")
    if not isinstance(codes, list) or not codes:
        raise ValueError("no `codes`")
    wanted = {_text({"codes": code}, "codes", _CODE) for code in codes}
    audit.sources.setdefault(REJECTED, []).append(source)
    audit.unexplained[source[0]] = wanted


def _take_duplicate(audit: Audit, members: Mapping[str, object]) -> None:
    source = _source(members, nullable=False)
    _text(members, "id")
    _text(members, "how")
    kept = (_text(members, "kept_id"), _text(members, "kept_path"))
    audit.sources.setdefault(DUPLICATES, []).append(source)
    audit.kept.append(kept)


def _take_exclusion(audit: Audit, members: Mapping[str, object]) -> None:
    source = _source(members, nullable=False)
    _text(members, "id")
    _text(members, "reason")
    audit.sources.setdefault(EXCLUDED, []).append(source)


def _take_diagnostic(audit: Audit, members: Mapping[str, object]) -> None:
    source = _source(members, nullable=True)
    code = _text(members, "code", _CODE)
    _text(members, "severity")
    _text(members, "message")
    audit.codes[code] += 1
    if codes := audit.unexplained.get(source[0]):
        codes.discard(code)
    if not audit.told or audit.told[-1] != source:  # sorted by path: one entry a source
        audit.told.append(source)


def check_audit(manifest: Manifest, audit: Audit, findings: Findings) -> None:
    """Hold the audit against the manifest's counts, and the rejections against their reasons."""
    entries = {entry.path: entry.rows for entry in manifest.files}
    for name in AUDIT_FILES:
        if audit.lines[name] != entries[name]:
            findings.add(
                Code.ROW_COUNT_MISMATCH,
                name,
                f"expected {entries[name]} lines as manifest.json says, found {audit.lines[name]}",
            )
    counts = manifest.counts
    for key, stated, name in (
        ("rejected", counts.rejected, REJECTED),
        ("duplicates", counts.duplicates, DUPLICATES),
        ("excluded", counts.excluded, EXCLUDED),
    ):
        _check_count(f"counts.{key}", stated, audit.lines[name], name, findings)
    for code in sorted(audit.codes.keys() | manifest.codes.keys()):
        stated, found = manifest.codes.get(code, 0), audit.codes[code]
        _check_count(f"counts.by_code.{code}", stated, found, DIAGNOSTICS, findings)
    for path, codes in audit.unexplained.items():
        if codes:
            findings.add(
                Code.AUDIT_DISAGREES,
                REJECTED,
                f"{clipped(path)}: expected a diagnostic of {', '.join(sorted(codes))} in "
                f"{DIAGNOSTICS}, found none",
            )


def _check_count(key: str, stated: int, found: int, name: str, findings: Findings) -> None:
    if stated != found:
        findings.add(
            Code.COUNTS_DO_NOT_ADD_UP,
            "manifest.json",
            f"{key}: expected {found} as in {name}, found {stated}",
        )


def check_sources(manifest: Manifest, audit: Audit, rows: Rows, findings: Findings) -> None:
    """Hold rows and audit together: each source once, and all of them those of the manifest."""
    leaves = [_leaves(rows.column("path"), rows.column("source_sha256"))]
    leaves += [_leaves_of(sources) for sources in audit.sources.values()]
    whole = pa.concat_tables(leaves)
    whole = whole.take(pc.sort_indices(whole["path"]))  # by UTF-8 bytes, as sources are sorted
    _check_places(whole["path"], audit, rows, findings)
    found = merkle_root(_pairs(whole))
    if found != manifest.sources.merkle_root:
        findings.add(
            Code.METADATA_DISAGREES,
            "manifest.json",
            f"sources.merkle_root: expected {found} by rows and audit, "
            f"found {manifest.sources.merkle_root}",
        )
    for path, _ in _strangers(_leaves_of(audit.told), whole):
        problem = f"expected diagnostics of sources of this release, found one of {clipped(path)}"
        findings.add(Code.AUDIT_DISAGREES, DIAGNOSTICS, problem)
    known = _leaves(rows.column("path"), rows.column("id"))
    for path, row_id in _strangers(_leaves_of([(p, i) for i, p in audit.kept]), known):
        problem = f"expected a row {clipped(row_id)} of {clipped(path)} that is kept, found none"
        findings.add(Code.AUDIT_DISAGREES, DUPLICATES, problem)


def _leaves(paths: pa.ChunkedArray, values: pa.ChunkedArray) -> pa.Table:
    # Offsets of 64 bits, for all paths together may have more than 2 GB.
    kind = pa.large_string()
    return pa.table({"path": paths.cast(kind), "value": values.cast(kind)})


def _leaves_of(pairs: list[tuple[str, str]]) -> pa.Table:
    kind = pa.large_string()
    paths, values = ([pair[n] for pair in pairs] for n in (0, 1))
    return pa.table({"path": pa.array(paths, kind), "value": pa.array(values, kind)})


def _pairs(table: pa.Table) -> Iterator[tuple[str, str]]:
    for batch in table.to_batches(max_chunksize=10_000):
        yield from zip(batch["path"].to_pylist(), batch["value"].to_pylist(), strict=True)


def _strangers(some: pa.Table, whole: pa.Table) -> Iterator[tuple[str, str]]:
    """The pairs of `some` that `whole` does not have; no more of them than are shown."""
    blank = pa.scalar(" ", pa.large_string())
    glued, known = (
        pc.binary_join_element_wise(table["value"], table["path"], blank) for table in (some, whole)
    )
    return _pairs(some.filter(pc.invert(pc.is_in(glued, known))).slice(0, SHOWN_PER_CODE + 1))


def _check_places(paths: pa.ChunkedArray, audit: Audit, rows: Rows, findings: Findings) -> None:
    counted = pc.value_counts(paths)
    repeated = counted.filter(pc.greater(counted.field("counts"), 1)).field("values")
    for path in repeated.slice(0, SHOWN_PER_CODE + 1).to_pylist():
        places = [name for name, sources in audit.sources.items() for p, _ in sources if p == path]
        places += [
            name
            for name, table in rows.identities.items()
            for _ in range(pc.sum(pc.equal(table["path"], path)).as_py() or 0)
        ]
        if len(places) > 1:
            findings.add(
                Code.AUDIT_DISAGREES,
                places[0],
                f"{clipped(path)}: expected the source in one place, found it in "
                f"{' and '.join(places[:3])}",
            )
