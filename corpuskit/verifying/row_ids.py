"""Where ids come from: the path of the source or, if the schema says so, one field of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpuskit.identity import article_id
from corpuskit.manifest import Manifest
from corpuskit.model import Cell
from corpuskit.schema import OWN_COLUMNS, FieldType
from corpuskit.verifying.maker import preset_of


@dataclass(frozen=True, slots=True)
class Stray:
    """A row whose id is not that of its path; rows count from 1."""

    shard: str
    row: int
    id: str
    path: str


@dataclass(frozen=True, slots=True)
class IdOrigin:
    """What rows tell of their ids.

    `fields` are the columns that may hold them: every row's id is its value there or, without
    one, that of its path. `stray` is the first row whose id is not that of its path.
    """

    fields: frozenset[str] = frozenset()
    stray: Stray | None = None

    @classmethod
    def of(cls, manifest: Manifest) -> IdOrigin:
        """What is possible before any row is seen.

        A manifest does not name the field, but of our own presets it is known.
        """
        known = preset_of(manifest)
        if known is not None:
            return cls(frozenset([known.id_field] if known.id_field else []))
        names = (c.name for c in manifest.columns if c.type == FieldType.STRING)
        return cls(frozenset(names) - frozenset(OWN_COLUMNS))

    def after(self, cells: Mapping[str, Sequence[Cell]], shard: str, done: int) -> IdOrigin:
        """What is possible once these rows are seen too, which follow on `done` of the shard."""
        ids, paths = cells["id"], cells["path"]
        by_path = [article_id(path) if isinstance(path, str) else None for path in paths]
        fields = frozenset(name for name in self.fields if _holds(cells[name], ids, by_path))
        stray = self.stray
        if stray is None and list(ids) != by_path:
            at = next(n for n, own in enumerate(ids) if own != by_path[n])
            stray = Stray(shard, done + at + 1, str(ids[at]), str(paths[at]))
        return IdOrigin(fields, stray)

    def joined(self, other: IdOrigin) -> IdOrigin:
        """What is possible by the rows of both."""
        return IdOrigin(self.fields & other.fields, self.stray or other.stray)


def _holds(values: Sequence[Cell], ids: Sequence[Cell], by_path: Sequence[Cell]) -> bool:
    return all(
        own == (other if value is None else value)
        for value, own, other in zip(values, ids, by_path, strict=True)
    )
