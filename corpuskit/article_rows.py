"""Articles as rows: the columns of a release from what parsing found, with each row's digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple, TypeVar

from corpuskit.config.omission import published
from corpuskit.identity import RowHasher, article_id, text_key
from corpuskit.model import Article, Cell
from corpuskit.near.minhash import Signature, signatures
from corpuskit.rows import arrow_schema, column_kinds
from corpuskit.schema import Schema

T = TypeVar("T")


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
    """Rows as the columns of the release, and what planning needs besides.

    There are no `signatures` unless near duplicates are looked for.
    """

    columns: Mapping[str, Sequence[Cell]]
    sizes: list[int]
    text_keys: list[bytes]
    signatures: list[Signature]


def joined(parts: Sequence[Rows]) -> Rows:
    """One or more rows' parts as one, in their order."""
    return Rows(
        {name: _chain(part.columns[name] for part in parts) for name in parts[0].columns},
        _chain(part.sizes for part in parts),
        _chain(part.text_keys for part in parts),
        _chain(part.signatures for part in parts),
    )


class RowMaker:
    """Makes the rows of one corpus schema.

    They have all columns, of quality those of `signals`; their digests are over those that are not
    `omitted`, which is what somebody has who has the release. If they are `signed`, signatures are
    made of the texts.

    Attributes:
        schema: the rows' Arrow schema.
    """

    def __init__(
        self,
        schema: Schema,
        omitted: tuple[str, ...] = (),
        signals: tuple[str, ...] = (),
        *,
        signed: bool = False,
    ) -> None:
        self.schema = arrow_schema(schema, signals)
        self._signals = signals
        self._fields = tuple(f.name for f in schema.fields)
        self._id_field = schema.id_field
        self._signed = signed
        self._hasher = RowHasher(published(column_kinds(schema, signals), omitted))

    def rows(self, articles: Sequence[Located]) -> Rows:
        """The rows of some articles, in their order."""
        columns = self._columns(articles)
        sizes: list[int] = []
        digests: list[str] = []
        for canonical in self._hasher.canonical_rows(columns):
            sizes.append(len(canonical))
            digests.append(hashlib.sha256(canonical).hexdigest())
        columns["row_sha256"] = digests
        texts = [located.article.text for located in articles]
        signed = signatures(texts) if self._signed else []
        return Rows(columns, sizes, list(map(text_key, texts)), signed)

    def identity(self, row: dict[str, Cell], path: str) -> Identity:
        """The identity of a row whose source lies at `path`, which the row then says as well."""
        named = row[self._id_field] if self._id_field is not None else None
        row["path"] = path
        row["id"] = own_id = _own_id(named, path)
        canonical = self._hasher.canonical(row)
        return Identity(own_id, hashlib.sha256(canonical).hexdigest(), len(canonical))

    def _columns(self, located: Sequence[Located]) -> dict[str, Sequence[Cell]]:
        """All columns but `row_sha256`.

        Articles are turned into columns all at once: each is looked at while it is at hand, and not
        once a column, which takes three times as long.
        """
        paths, digests, articles = _turned(located, len(Located._fields))
        parts = dict(zip(Article._fields, _turned(articles, len(Article._fields)), strict=True))
        cells = _turned(parts["cells"], len(self._fields))
        columns: dict[str, Sequence[Cell]] = dict(zip(self._fields, cells, strict=True))
        if self._signals:
            signals = _turned(parts["quality"], len(self._signals))
            columns |= zip(self._signals, signals, strict=True)
        named = columns[self._id_field] if self._id_field is not None else [None] * len(located)
        texts = parts["text"]
        return columns | {
            "id": [_own_id(own, path) for own, path in zip(named, paths, strict=True)],
            "path": paths,
            "text": texts,
            "body": parts["body"],
            "format": parts["format"],
            "language": parts["language"],
            "language_score": parts["language_score"],
            "language_source": parts["language_source"],
            "n_chars": list(map(len, texts)),
            "links": parts["links"],
            "link_texts": parts["link_texts"],
            "images": parts["images"],
            "front_matter": parts["front_matter"],
            "encoding": parts["encoding"],
            "source_sha256": digests,
        }


def _turned(rows: Sequence[Sequence[Any]], width: int) -> Sequence[Sequence[Any]]:
    """The columns of rows of `width` values."""
    return list(zip(*rows, strict=True)) if rows else [()] * width


def _chain(parts: Iterable[Iterable[T]]) -> list[T]:
    return list(chain.from_iterable(parts))


def _own_id(named: Cell, path: str) -> str:
    return named if isinstance(named, str) else article_id(path)
