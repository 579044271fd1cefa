"""What differs between two releases, and what that makes of the version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from corpuskit.documents import version_entry
from corpuskit.errors import ReleaseError
from corpuskit.manifest import Changes, Manifest
from corpuskit.releases.files import ReleaseFiles
from corpuskit.releases.row_changes import RowChanges, Side, row_changes
from corpuskit.substance import arrow_types, bump_between, is_reparted, verdict_between
from corpuskit.versions import Bump, SchemaVerdict


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """A column that only one of two releases has, or that has another Arrow type in each."""

    name: str
    old: str | None
    new: str | None

    def __str__(self) -> str:
        if self.old is None:
            return f"{self.name} ({self.new}) is new"
        if self.new is None:
            return f"{self.name} ({self.old}) is gone"
        return f"{self.name} was {self.old} and is {self.new}"


@dataclass(frozen=True, eq=False)
class Diff:
    """What differs between an older and a newer release.

    Attributes:
        old: The older one's manifest.
        new: The newer one's.
        rows: The rows that differ; a row that moved counts as removed and as added.
        columns: The columns that differ, in the newer one's order, then those that are gone.
        schema: Whether code that reads the older one's columns can read the newer one's.
    """

    old: Manifest
    new: Manifest
    rows: RowChanges
    columns: tuple[ColumnChange, ...]
    schema: SchemaVerdict

    @property
    def bump(self) -> Bump | None:
        """Which part of the version number that raises; None if nothing differs at all."""
        return bump_between(self.old, self.new)

    @property
    def parts_differ(self) -> bool:
        """Whether rows are put into splits and subsets by other rules."""
        return is_reparted(self.old, self.new)

    @property
    def changes(self) -> Changes:
        """The counts, as the newer one's manifest has them when the older is its previous one."""
        rows = self.rows
        return Changes(
            len(rows.added), len(rows.removed), len(rows.changed), rows.unchanged, self.schema
        )

    @cached_property
    def fields(self) -> Counter[str]:
        """In how many of the changed rows each column differs, most often first."""
        listed: list[list[str]] = self.rows.changed["fields"].to_pylist()
        return Counter(dict(Counter(name for names in listed for name in names).most_common()))

    def __bool__(self) -> bool:
        return self.bump is not None

    def changelog(self) -> str:
        """What is new, as an entry of a change log in Markdown."""
        return version_entry(self.new, self.old.version, self.old, self.changes)

    def __repr__(self) -> str:
        changes = self.changes
        return (
            f"<Diff {self.old.name} {self.old.version} → {self.new.name} {self.new.version}: "
            f"{changes.added:,} added, {changes.removed:,} removed, {changes.changed:,} changed, "
            f"{changes.unchanged:,} unchanged; columns {self.schema}>"
        )


def compare(
    old: ReleaseFiles, old_manifest: Manifest, new: ReleaseFiles, new_manifest: Manifest
) -> Diff:
    """Compare two releases by their files and manifests.

    Raises:
        ReleaseError: one of them cannot be read.
    """
    sides = _side(old, old_manifest, new_manifest), _side(new, new_manifest, old_manifest)
    try:
        rows = row_changes(*sides)
    except (OSError, pa.ArrowException) as error:
        raise ReleaseError(f"{old.place} and {new.place} cannot be compared: {error}") from error
    columns = tuple(_column_changes(arrow_types(old_manifest), arrow_types(new_manifest)))
    verdict = verdict_between(old_manifest, new_manifest)
    return Diff(old_manifest, new_manifest, rows, columns, verdict)


def _side(files: ReleaseFiles, manifest: Manifest, other: Manifest) -> Side:
    common = {entry.sha256 for entry in other.shards}
    shards = [files.shard(e.path) for e in manifest.shards if e.sha256 not in common]
    return Side(manifest.counts.rows, tuple(c.name for c in manifest.columns), shards)


def _column_changes(old: dict[str, str], new: dict[str, str]) -> Iterator[ColumnChange]:
    for name in dict.fromkeys([*new, *old]):
        if old.get(name) != new.get(name):
            yield ColumnChange(name, old.get(name), new.get(name))
