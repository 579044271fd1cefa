"""The audit as a whole: against the manifest, the rows and itself; each source in one place."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.codes import Code
from corpuskit.dataset_names import MANIFEST
from corpuskit.identity import article_id, merkle_root
from corpuskit.manifest import Manifest
from corpuskit.manifest_json import SCHEMA_PATH
from corpuskit.verifying.audit_lines import (
    AUDIT_FILES,
    DIAGNOSTICS,
    DUPLICATES,
    EXCLUDED,
    REJECTED,
    AuditLines,
)
from corpuskit.verifying.findings import SHOWN_PER_CODE, Findings, clipped
from corpuskit.verifying.shard_rows import Rows, repeated
from corpuskit.withdrawals import WITHDRAWN


def check_audit(manifest: Manifest, audit: AuditLines, findings: Findings) -> None:
    """Hold the audit against the manifest's counts, and the rejections against their reasons."""
    entries = {entry.path: entry.rows for entry in manifest.files}
    for name in (*AUDIT_FILES, *({WITHDRAWN} & entries.keys())):
        if audit.counts[name] != entries[name]:
            findings.add(
                Code.ROW_COUNT_MISMATCH,
                name,
                f"expected {entries[name]} lines as manifest.json says, found {audit.counts[name]}",
            )
    counts = manifest.counts
    for key, stated, name in (
        ("rejected", counts.rejected, REJECTED),
        ("duplicates", counts.duplicates, DUPLICATES),
        ("excluded", counts.excluded, EXCLUDED),
    ):
        _check_count(f"counts.{key}", stated, audit.counts[name], name, findings)
    for code in sorted(audit.diagnostics.codes.keys() | manifest.codes.keys()):
        stated, found = manifest.codes.get(code, 0), audit.diagnostics.codes[code]
        _check_count(f"counts.by_code.{code}", stated, found, DIAGNOSTICS, findings)
    _check_reasons(audit, findings)
    _check_ids(audit.other_ids.wrong, findings)
    _check_near(manifest, audit, findings)


def _check_reasons(audit: AuditLines, findings: Findings) -> None:
    """Check that exactly the rejected sources have errors, and those that are said of them."""
    for path, listed in audit.rejected_for.items():
        found = tuple(audit.diagnostics.errors.get(path, ()))
        lacking = sorted(set(listed) - set(found))
        if lacking:
            problem = (
                f"{clipped(path)}: expected a diagnostic of {', '.join(lacking)} in "
                f"{DIAGNOSTICS}, found none that is an error"
            )
            findings.add(Code.AUDIT_DISAGREES, REJECTED, problem)
        elif listed != found and (audit.exact or set(listed) != set(found)):
            problem = (
                f"{clipped(path)}: expected the codes {', '.join(found)} of its errors, "
                f"found {', '.join(listed)}"
            )
            findings.add(Code.AUDIT_DISAGREES, REJECTED, problem)
    for path, codes in audit.diagnostics.errors.items():
        if path not in audit.rejected_for:
            problem = (
                f"{clipped(path)}: expected errors of rejected sources alone, "
                f"found {', '.join(codes)} of one that is not"
            )
            findings.add(Code.AUDIT_DISAGREES, DIAGNOSTICS, problem)


def _check_near(manifest: Manifest, audit: AuditLines, findings: Findings) -> None:
    """Check that near duplicates are what the configuration drops, or has told of."""
    dedup = manifest.config.get("dedup")
    near = dedup.get("near") if isinstance(dedup, dict) else None
    told = audit.diagnostics.codes
    for code, can_be in (
        (Code.NEAR_DUPLICATE, isinstance(near, dict) and near.get("action") == "report"),
        (Code.NEAR_NOT_COMPARED, near is not None),
    ):
        if told[code] and not can_be:
            problem = f"expected no {code}, which config.dedup.near does not ask for, found some"
            findings.add(Code.AUDIT_DISAGREES, DIAGNOSTICS, problem)
    if not audit.similarities:
        return
    if not isinstance(near, dict) or near.get("action") != "drop":
        problem = "expected no near duplicates, for config.dedup.near drops none, found some"
        findings.add(Code.AUDIT_DISAGREES, DUPLICATES, problem)
        return
    threshold, least = near.get("threshold"), min(audit.similarities)
    if not isinstance(threshold, int | float) or least < threshold:
        problem = (
            f"expected a similarity of config.dedup.near.threshold ({threshold}) or more of near "
            f"duplicates, found {least}"
        )
        findings.add(Code.AUDIT_DISAGREES, DUPLICATES, problem)


def _check_ids(odd: list[tuple[str, str, str]], findings: Findings) -> None:
    for name, path, found in odd:
        problem = (
            f"{clipped(path)}: expected the id {article_id(path)} of its path, "
            f"found {clipped(found)}"
        )
        findings.add(Code.AUDIT_DISAGREES, name, problem)


def _check_count(key: str, stated: int, found: int, name: str, findings: Findings) -> None:
    if stated != found:
        findings.add(
            Code.COUNTS_DO_NOT_ADD_UP,
            MANIFEST,
            f"{key}: expected {found} as in {name}, found {stated}",
        )


def check_sources(manifest: Manifest, audit: AuditLines, rows: Rows, findings: Findings) -> None:
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
            MANIFEST,
            f"sources.merkle_root: expected {found} by rows and audit, "
            f"found {manifest.sources.merkle_root}",
        )
    for path, _ in _strangers(_leaves_of(audit.diagnostics.sources), whole):
        problem = f"expected diagnostics of sources of this release, found one of {clipped(path)}"
        findings.add(Code.AUDIT_DISAGREES, DIAGNOSTICS, problem)
    if not rows.ids.fields and audit.exact:
        _check_ids(audit.other_ids.of_a_field, findings)
    _check_warned(audit, rows, findings)
    known = _leaves(rows.column("path"), rows.column("id"))
    for path, row_id in _strangers(_leaves_of([(p, i) for i, p in audit.kept_rows]), known):
        problem = f"expected a row {clipped(row_id)} of {clipped(path)} that is kept, found none"
        findings.add(Code.AUDIT_DISAGREES, DUPLICATES, problem)


def _check_warned(audit: AuditLines, rows: Rows, findings: Findings) -> None:
    """Check that a rule which rows may break is one that was held against them."""
    for (column, code), count in sorted(rows.breaches.noted.items()):
        told = audit.diagnostics.milder[column, code]
        if count > told:
            problem = (
                f"`{clipped(column)}`: expected a diagnostic of every row that breaks a rule of "
                f"{code}, found {told} in {DIAGNOSTICS} and {count} such rows"
            )
            findings.add(Code.METADATA_DISAGREES, SCHEMA_PATH, problem)


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


def _check_places(
    paths: pa.ChunkedArray, audit: AuditLines, rows: Rows, findings: Findings
) -> None:
    for path in repeated(paths):
        places = [name for name, sources in audit.sources.items() for p, _ in sources if p == path]
        places += rows.shards_with("path", path)
        if len(places) > 1:
            findings.add(
                Code.AUDIT_DISAGREES,
                places[0],
                f"{clipped(path)}: expected the source in one place, found it in "
                f"{' and '.join(places[:3])}",
            )
