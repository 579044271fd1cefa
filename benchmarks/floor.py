"""The floor: the least that any Python tool has to do for text and body in Parquet.

Read, SHA-256, libyaml, Lexbor, Arrow, zstd, on two processes. Nothing is checked, placed, compared,
ordered or described, and what cannot be read is left out without a word.

Usage: python floor.py SRC OUT
"""

from __future__ import annotations

import hashlib
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from selectolax.lexbor import LexborHTMLParser

WORKERS = 2
_BATCH = 500
_SCHEMA = pa.schema(
    [
        ("path", pa.string()),
        ("sha256", pa.string()),
        ("title", pa.string()),
        ("author", pa.string()),
        ("categories", pa.list_(pa.string())),
        ("date", pa.timestamp("us")),
        ("text", pa.string()),
        ("body", pa.string()),
    ]
)


def _row(path: str) -> tuple[object, ...]:
    with open(path, "rb") as file:  # noqa: PTH123 - the floor pays for no Path
        data = file.read()
    source = data.decode()
    start = source.index("---") + 3
    end = source.index("\n---", start)
    meta = yaml.load(source[start:end], Loader=yaml.CSafeLoader)
    body = source[end + 4 :]
    page = LexborHTMLParser(body)
    for node in page.css("style,script"):
        node.decompose()
    text = page.body.text() if page.body else ""
    stated = meta["date"]
    date: datetime = parsedate_to_datetime(stated) if isinstance(stated, str) else stated
    sha256 = hashlib.sha256(data).hexdigest()
    known = (str(meta.get("title")), str(meta.get("author")), meta.get("categories"))
    return path, sha256, *known, date.replace(tzinfo=None), text, body


def _write(out: Path, numbered: tuple[int, list[str]]) -> int:
    number, paths = numbered
    rows = []
    for path in paths:
        try:
            rows.append(_row(path))
        except (ValueError, KeyError, TypeError, yaml.YAMLError):
            continue
    columns = zip(*rows, strict=True) if rows else ([] for _ in _SCHEMA)
    arrays = [pa.array(c, f.type) for c, f in zip(columns, _SCHEMA, strict=True)]
    table = pa.Table.from_arrays(arrays, schema=_SCHEMA)
    pq.write_table(table, out / f"part-{number:05d}.parquet", compression="zstd")
    return len(rows)


def main(src: str, out: Path) -> int:
    """Convert all below `src` into `out`; returns the number of rows."""
    out.mkdir(parents=True, exist_ok=True)
    paths = sorted(
        os.path.join(folder, name)  # noqa: PTH118
        for folder, _, names in os.walk(src)
        for name in names
        if name.endswith(".md")
    )
    batches = [paths[n : n + _BATCH] for n in range(0, len(paths), _BATCH)]
    with ProcessPoolExecutor(WORKERS) as pool:
        return sum(pool.map(partial(_write, out), enumerate(batches)))


if __name__ == "__main__":
    print(main(sys.argv[1], Path(sys.argv[2])))
