"""What the plan makes of texts that look alike."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from corpuskit.config.near import NearRules
from corpuskit.identity import article_id, digest, text_key
from corpuskit.index import index_schema
from corpuskit.leaves import Leaves
from corpuskit.near.minhash import signatures
from corpuskit.parts.parting import Parting
from corpuskit.plan import Plan, PlanRules, make_plan
from corpuskit.schema import Schema


def plan(
    texts: Sequence[str],
    near: NearRules,
    parts: Parting | None = None,
    order: Sequence[int] = (),
    min_chars: int = 32,
    taken: list[int] | None = None,
) -> Plan:
    """The plan of texts, whose rows are in their order and have their numbers for paths.

    `taken` hears the numbers of those that were compared, each time they are read.
    """
    paths = [f"{number:05}" for number in range(len(texts))]
    leaves = Leaves.of((path, digest(path.encode())) for path in paths)
    signed = signatures(texts)
    cells = [
        {
            "place": number,
            "id": article_id(paths[number]),
            "row_sha256": paths[number],
            "text_key": text_key(texts[number]),
            "n_chars": len(texts[number]),
            "size": 100,
            "pack": 0,
            "row": number,
            "minhash": signed[number],
        }
        for number in order or range(len(texts))
    ]
    index = pa.Table.from_pylist(cells, index_schema(Schema("demo", ()), (), signed=True))
    rules = PlanRules(("path",), near=near, parts=parts or Parting(), duplicate_min_chars=min_chars)

    def read(rows: Sequence[tuple[int, int]]) -> list[str]:
        if taken is not None:
            taken.extend(row for _, row in rows)
        return [texts[row] for _, row in rows]

    return make_plan(index, leaves, rules, texts=read)
