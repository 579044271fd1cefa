"""What the constraints of a schema say of parsed rows, apart from what parsing made of them.

A changed constraint changes verdicts alone, so these are kept beside the packs and not in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import pyarrow as pa

from corpuskit.model import Diagnostic, diagnostic_order
from corpuskit.packs.records import REJECTED, dump_diagnostics, load_diagnostics

Verdicts: TypeAlias = dict[int, str]
"""By row of a pack, what is wrong with it as `dump_diagnostics` writes it; most rows have none."""


def dump_verdicts(found: Mapping[int, Sequence[Diagnostic]]) -> Verdicts:
    """The verdicts on a batch's rows, from the diagnostics of those that break a constraint."""
    return {row: dump_diagnostics(diagnostics) or "[]" for row, diagnostics in found.items()}


def judged(records: pa.Table, verdicts: Mapping[int, Verdicts]) -> pa.Table:
    """Records with the verdicts on their rows, by the place of the pack that these are in.

    Diagnostics of a source are in the order of their places, whoever found them.
    """
    if not any(verdicts.values()):
        return records
    columns = [records[name].to_pylist() for name in ("pack", "row", "outcome", "diagnostics")]
    outcomes, noted = [], []
    for pack, row, outcome, parsed in zip(*columns, strict=True):
        verdict = verdicts.get(pack, {}).get(row) if row is not None else None
        found = [] if verdict is None else _both(parsed, verdict)
        outcomes.append(REJECTED if any(d.is_error for d in found) else outcome)
        noted.append(dump_diagnostics(found) if found else parsed)
    for name, values in (("outcome", outcomes), ("diagnostics", noted)):
        at = records.schema.get_field_index(name)
        records = records.set_column(at, records.schema.field(at), [pa.array(values, pa.string())])
    return records


def _both(parsed: str | None, verdict: str) -> list[Diagnostic]:
    found = [d for dumped in (parsed, verdict) if dumped for d in load_diagnostics(dumped, "", "")]
    return sorted(found, key=diagnostic_order)
