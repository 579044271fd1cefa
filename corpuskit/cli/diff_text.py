"""What differs between two releases, for people."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

import click

from corpuskit.cli.wording import counted
from corpuskit.shown_values import printable

if TYPE_CHECKING:
    from corpuskit import Diff
    from corpuskit.manifest import Manifest

_FIELDS_SHOWN = 6
_SIGNS = {"added": "+", "removed": "-", "changed": "~", "moved": ">"}
_COLOURS = {"added": "green", "removed": "red", "changed": "yellow", "moved": "cyan"}


def differs(diff: Diff, *, listed: bool) -> Iterator[str]:
    """The versions and the bump, counts of rows, columns that differ; and the rows if asked for."""
    if listed:
        yield from _rows(diff)
    bump = f"a {diff.bump} change" if diff.bump else "nothing differs"
    yield f"{_named(diff.old)} → {_named(diff.new)}: {click.style(bump, bold=True)}"
    changes = diff.changes
    moved = len(diff.rows.moved)
    for label, count, note in (
        ("added", changes.added, f"{moved:,} of them moved" if moved else ""),
        ("removed", changes.removed, f"{moved:,} of them moved" if moved else ""),
        ("changed", changes.changed, _fields(diff)),
        ("unchanged", changes.unchanged, ""),
    ):
        yield f"    {label:<10}{count:>10,}  {note}".rstrip()
    yield f"    {'columns':<10}{diff.schema:>10}"
    if diff.parts_differ:
        yield f"    {'splits':<10}{'breaking':>10}  rows are parted by other rules"
    for column in diff.columns:
        yield f"        {printable(str(column))}"


def _named(manifest: Manifest) -> str:
    return click.style(f"{printable(manifest.name)} {printable(manifest.version)}", bold=True)


def _fields(diff: Diff) -> str:
    """`text 12, title 3`: the columns that differ most often."""
    shown = [f"{printable(name)} {n:,}" for name, n in islice(diff.fields.items(), _FIELDS_SHOWN)]
    left = len(diff.fields) - len(shown)
    return ", ".join([*shown, *([f"and {counted(left, 'column')} more"] if left else [])])


def _rows(diff: Diff) -> Iterator[str]:
    """A line each, in which a row that moved is one."""
    rows = diff.rows
    # A batch at a time: a list of all rows would take a kilobyte each.
    for kind, table in (("removed", rows.gone), ("added", rows.come)):
        for batch in table.to_batches(max_chunksize=1000):
            yield from (_line(kind, path) for path in batch["path"].to_pylist())
    for batch in rows.changed.to_batches(max_chunksize=1000):
        for row in batch.select(["path", "fields"]).to_pylist():
            yield _line("changed", row["path"], ": " + printable(", ".join(row["fields"])))
    for batch in rows.moved.to_batches(max_chunksize=1000):
        for row in batch.select(["old_path", "path"]).to_pylist():
            yield _line("moved", row["old_path"], " → " + printable(row["path"]))


def _line(kind: str, path: str, more: str = "") -> str:
    return click.style(f"{_SIGNS[kind]} {printable(path)}", fg=_COLOURS[kind]) + more
