"""What is withdrawn, held against the rows: none of them may be left."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.codes import Code
from corpuskit.identity import text_key_of
from corpuskit.verifying.audit_lines import EXCLUDED, AuditLines
from corpuskit.verifying.findings import Findings, clipped
from corpuskit.verifying.shard_rows import Rows
from corpuskit.withdrawals import WITHDRAWN


def check_withdrawn(audit: AuditLines, rows: Rows, findings: Findings) -> None:
    """Check that no row has the id of what is withdrawn, or its text.

    Texts are known where the same one may not be there twice (`config.dedup.exact`).
    """
    if audit.withdrawn_sources and not audit.withdrawn:
        problem = "expected nothing withdrawn, as there is no withdrawn.jsonl, found a source"
        findings.add(Code.AUDIT_DISAGREES, EXCLUDED, problem)
    ids = rows.column("id")
    listed = pa.array([entry.id for entry in audit.withdrawn], pa.string())
    for own_id in ids.filter(pc.is_in(ids, value_set=listed)).to_pylist():
        problem = f"expected no row of what is withdrawn, found {clipped(own_id)}"
        findings.add(Code.AUDIT_DISAGREES, WITHDRAWN, problem)
    digests = (e.text_sha256 for e in audit.withdrawn if e.text_sha256 is not None)
    keys = pa.array([text_key_of(sha256) for sha256 in digests], pa.binary(16))
    for shard, texts in rows.texts.items():
        found = pc.and_(pc.is_valid(texts), pc.is_in(texts, value_set=keys))
        for row in pc.indices_nonzero(found).to_pylist():
            problem = f"expected no text of what is withdrawn, found it in row {row + 1} of {shard}"
            findings.add(Code.AUDIT_DISAGREES, WITHDRAWN, problem)
