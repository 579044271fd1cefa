"""The script that one writes instead: python-frontmatter, Beautiful Soup, pandas and pandera.

python naive.py SRC OUT.parquet
"""

from __future__ import annotations

import hashlib
import sys
from datetime import datetime
from pathlib import Path
from typing import cast

import frontmatter
import pandas as pd
import pandera.pandas as pa
from bs4 import BeautifulSoup

_SCHEMA = pa.DataFrameSchema(
    {
        "title": pa.Column("string", nullable=False),
        "date": pa.Column("datetime64[us, UTC]", nullable=False, coerce=True),
        "text": pa.Column(str, pa.Check.str_length(min_value=1), coerce=True),
    }
)


def _row(path: Path, root: Path) -> dict[str, object]:
    data = path.read_bytes()
    post = frontmatter.loads(data.decode())
    soup = BeautifulSoup(post.content, "html.parser")
    for element in soup(["style", "script"]):
        element.decompose()
    stated = cast("str | datetime | None", post.get("date"))
    return {
        "path": str(path.relative_to(root)),
        "sha256": hashlib.sha256(data).hexdigest(),
        "title": post.get("title"),
        "author": post.get("author"),
        "categories": post.get("categories"),
        "date": None
        if stated is None
        else pd.to_datetime(stated, errors="coerce", utc=True, format="mixed"),
        "text": soup.get_text("\n", strip=True),
    }


def main(root: Path, out: Path) -> int:
    """Convert all below `root` into one file; returns the number of rows."""
    rows = []
    for path in sorted(root.rglob("*.md")):
        try:
            rows.append(_row(path, root))
        except Exception:  # noqa: BLE001, S112 - what such a script does
            continue
    frame = pd.DataFrame(rows)
    frame["title"] = frame["title"].astype("string")
    try:
        _SCHEMA.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as faults:
        frame = frame.drop(index=faults.failure_cases["index"].dropna().unique())
    frame.to_parquet(out, compression="zstd")
    return len(frame)


if __name__ == "__main__":
    print(main(Path(sys.argv[1]), Path(sys.argv[2])))
