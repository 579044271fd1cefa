"""That rows are in the splits and subsets in which the manifest's rules have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from corpuskit.config.parts import SplitRules, read_parts
from corpuskit.manifest import Column, Manifest
from corpuskit.model import Cell
from corpuskit.parts.folders import Part, part_of
from corpuskit.parts.splits import split_of_id
from corpuskit.parts.subsets import SubsetRule, subset_of, subset_rule
from corpuskit.schema import OWN_COLUMNS, Field, FieldType, Schema
from corpuskit.verifying.findings import clipped


class PartError(ValueError):
    """A manifest whose rules part no rows; the message says why."""


@dataclass(frozen=True, slots=True)
class Belonging:
    """What the rows of one shard must have in common; None is not known, or not asked for.

    A split is known by the rows alone where it follows from their ids: others are where they were
    in versions before.
    """

    part: Part = field(default_factory=Part)
    subset: SubsetRule | None = None
    splits: SplitRules | None = None

    @classmethod
    def of(cls, manifest: Manifest, path: str) -> Belonging:
        """What a manifest says of the rows of the shard at `path`.

        Raises:
            PartError: what it says is no rule.
        """
        rules = read_parts(manifest.config.get("parts"))
        if rules is None:
            raise PartError("expected rules for splits, subsets and shards, found others")
        found = part_of(path, manifest)
        subset = None
        if rules.subsets is not None:
            subset = subset_rule(rules.subsets, _schema(manifest.columns))
            if subset is None:
                raise PartError(f"expected what makes subsets, found {clipped(rules.subsets)}")
            if subset.column not in {column.name for column in manifest.columns}:
                raise PartError(f"expected the column `{subset.column}`, which makes subsets")
        splits = rules.splits if rules.splits and rules.splits.follows_from_id else None
        return cls(found[0] if found else Part(), subset, splits)

    def faults(self, cells: Mapping[str, Sequence[Cell]]) -> Iterator[tuple[int, str]]:
        """The rows that are elsewhere by the rules, from 0, and what is wrong with each."""
        for name, expected, found in (
            ("subset", self.part.subset, self._subsets(cells)),
            ("split", self.part.split, self._splits(cells)),
        ):
            for row, other in enumerate(found):
                if other != expected:
                    yield row, f"expected it in the {name} {clipped(other)}, found it in {expected}"

    def _subsets(self, cells: Mapping[str, Sequence[Cell]]) -> Iterator[str]:
        for cell in cells[self.subset.column] if self.subset else ():
            # A cell that is not of its type is a finding already.
            assert cell is None or isinstance(cell, str | int), "no list makes subsets"
            assert self.subset is not None
            yield subset_of(self.subset, cell)

    def _splits(self, cells: Mapping[str, Sequence[Cell]]) -> Iterator[str]:
        for row_id in cells["id"] if self.splits else ():
            assert self.splits is not None
            yield split_of_id(str(row_id), self.splits)


def _schema(columns: Sequence[Column]) -> Schema:
    kinds = {str(kind): kind for kind in FieldType}
    fields = [
        Field(column.name, kinds[column.type], ())
        for column in columns
        if column.name not in OWN_COLUMNS and column.type in kinds
    ]
    return Schema("", tuple(fields))
