"""The closest peer on the same files: datatrove, taught to read front matter.

Its own extractor and Parquet writer, two workers, as many tasks; no checks, no order.

Usage: python peer.py SRC OUT
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import frontmatter
import pyarrow.parquet as pq
from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.extractors import Trafilatura
from datatrove.pipeline.readers.base import BaseDiskReader
from datatrove.pipeline.writers import ParquetWriter

WORKERS = 2


class FrontMatterReader(BaseDiskReader):  # type: ignore[misc]  # it is untyped
    """Files with front matter → documents of their bodies; what cannot be read is left out."""

    name = "front matter"

    def read_file(self, filepath: str) -> Iterator[Document]:
        """The one document of a file, or none."""
        with self.data_folder.open(filepath, "rb") as file:
            data = file.read()
        try:
            post = frontmatter.loads(data.decode())
        except Exception:  # noqa: BLE001 - any reader's error, of YAML as of UTF-8
            return
        found = {
            "id": filepath,
            "text": post.content,
            "metadata": {key: str(value) for key, value in post.metadata.items()},
        }
        document = self.get_document_from_dict(found, filepath, 0)
        if document:
            yield document


def main(src: str, out: Path) -> int:
    """Convert all below `src` into `out`; returns the number of rows."""
    LocalPipelineExecutor(
        pipeline=[
            FrontMatterReader(src, glob_pattern="**/*.md", recursive=True),
            Trafilatura(),
            ParquetWriter(str(out)),
        ],
        tasks=WORKERS,
        workers=WORKERS,
        logging_dir=str(out / "log"),
    ).run()
    return sum(pq.read_metadata(path).num_rows for path in out.glob("*.parquet"))


if __name__ == "__main__":
    print(main(sys.argv[1], Path(sys.argv[2])))
