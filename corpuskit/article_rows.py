"""Articles as rows: the columns of a release from what parsing found, with each row's digest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from corpuskit.identity import RowHasher, article_id, text_key
from corpuskit.model import Article, Cell
from corpuskit.omission import published
from corpuskit.rows import arrow_schema, column_kinds
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
    """Rows as the columns of the release, and what planning needs besides."""

    columns: Mapping[str, Sequence[Cell]]
    sizes: list[int]
    text_keys: list[bytes]


class RowMaker:
    """Makes the rows of one corpus schema.

    They have all columns; their digests are over those that are not `omitted`, which is what
    somebody has who has the release.

    Attributes:
        schema: the rows' Arrow schema.
    """

    def __init__(self, schema: Schema, omitted: tuple[str, ...] = ()) -> None:
        self.schema = arrow_schema(schema)
        self._fields = tuple(f.name for f in schema.fields)
        self._id_field = schema.id_field
        self._hasher = RowHasher(published(column_kinds(schema), omitted))

    def rows(self, articles: Sequence[Located]) -> Rows:
        """The rows of some articles, in their order."""
        columns = self._columns(articles)
        sizes: list[int] = []
        columns["row_sha256"] = digests = []
        for canonical in self._hasher.canonical_rows(columns):
            sizes.append(len(canonical))
            digests.append(hashlib.sha256(canonical).hexdigest())
        keys = [text_key(located.article.text) for located in articles]
        return Rows(columns, sizes, keys)

    def identity(self, row: dict[str, Cell], path: str) -> Identity:
        """The identity of a row whose source lies at `path`, which the row then says as well."""
        named = row[self._id_field] if self._id_field is not None else None
        row["path"] = path
        row["id"] = own_id = _own_id(named, path)
        canonical = self._hasher.canonical(row)
        return Identity(own_id, hashlib.sha256(canonical).hexdigest(), len(canonical))

    def _columns(self, located: Sequence[Located]) -> dict[str, list[Cell]]:
        """All columns but `row_sha256`."""
        articles = [each.article for each in located]
        columns: dict[str, list[Cell]] = {
            name: [article.cells[nth] for article in articles]
            for nth, name in enumerate(self._fields)
        }
        named = columns[self._id_field] if self._id_field is not None else [None] * len(located)
        columns |= {
            "id": [_own_id(own, each.path) for own, each in zip(named, located, strict=True)],
            "path": [each.path for each in located],
            "text": [article.text for article in articles],
            "body": [article.body for article in articles],
            "format": [article.format for article in articles],
            "language": [article.language for article in articles],
            "language_score": [article.language_score for article in articles],
            "language_source": [article.language_source for article in articles],
            "n_chars": [len(article.text) for article in articles],
            "links": [article.links for article in articles],
            "link_texts": [article.link_texts for article in articles],
            "images": [article.images for article in articles],
            "front_matter": [article.front_matter for article in articles],
            "encoding": [article.encoding for article in articles],
            "source_sha256": [each.source_sha256 for each in located],
        }
        return columns


def _own_id(named: Cell, path: str) -> str:
    return named if isinstance(named, str) else article_id(path)
