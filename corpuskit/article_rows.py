"""Articles as rows: the columns of a release from what parsing found, with each row's digest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pyarrow as pa

from corpuskit.identity import RowHasher, article_id, text_key
from corpuskit.model import Article, Cell
from corpuskit.rows import arrow_schema, column_kinds, to_batch
from corpuskit.schema import Schema


class Located(NamedTuple):
    """An article, and the source that it was parsed from."""

    path: str
    source_sha256: str
    article: Article


class Identity(NamedTuple):
    """What of a row depends on its path: `size` is that of its canonical JSON, in bytes."""

    id: str
    row_sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows as a batch of the release's Arrow schema, and what planning needs besides."""

    table: pa.RecordBatch
    columns: Mapping[str, Sequence[Cell]]
    sizes: list[int]
    text_keys: list[bytes]


class RowMaker:
    """Makes the rows of one schema."""

    def __init__(self, schema: Schema) -> None:
        self._arrow = arrow_schema(schema)
        self._fields = tuple(f.name for f in schema.fields)
        self._id_field = schema.id_field
        self._hasher = RowHasher(column_kinds(schema))

    def rows(self, articles: Sequence[Located]) -> Rows:
        """The rows of some articles, in their order."""
        columns: dict[str, list[Cell]] = {name: [] for name in self._arrow.names}
        sizes = []
        for located in articles:
            row = self._row(located)
            own = self.identity(row, located.path)
            row |= {"id": own.id, "row_sha256": own.row_sha256}
            for name, cell in row.items():
                columns[name].append(cell)
            sizes.append(own.size)
        keys = [text_key(located.article.text) for located in articles]
        return Rows(to_batch(columns, self._arrow), columns, sizes, keys)

    def identity(self, row: dict[str, Cell], path: str) -> Identity:
        """The identity of a row whose source lies at `path`, which the row then says as well."""
        named = row[self._id_field] if self._id_field is not None else None
        row["path"] = path
        row["id"] = own_id = named if isinstance(named, str) else article_id(path)
        canonical = self._hasher.canonical(row)
        return Identity(own_id, hashlib.sha256(canonical).hexdigest(), len(canonical))

    def _row(self, located: Located) -> dict[str, Cell]:
        article = located.article
        row: dict[str, Cell] = dict(zip(self._fields, article.cells, strict=True))
        row |= {
            "text": article.text,
            "body": article.body,
            "format": article.format,
            "language": article.language,
            "language_score": article.language_score,
            "language_source": article.language_source,
            "n_chars": len(article.text),
            "links": article.links,
            "link_texts": article.link_texts,
            "images": article.images,
            "front_matter": article.front_matter,
            "encoding": article.encoding,
            "source_sha256": located.source_sha256,
        }
        return row
