"""Versions whose rows were deleted, for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from corpuskit.cli.wording import counted
from corpuskit.shown_values import printable, shown_size

if TYPE_CHECKING:
    from corpuskit import PruneResult, RetractResult


def retracted(result: RetractResult) -> Iterator[str]:
    """That it is gone, and what is left."""
    named = f"{printable(result.name)} {printable(result.version)}"
    if result.status == "already":
        said = f"was retracted already, on {result.when[:10]}: {printable(result.reason)}"
        yield f"{_done('unchanged')} {named} {said}"
    else:
        yield f"{_done('retracted')} {named}  in {printable(result.place)}"
    if result.files:
        yield f"    {counted(result.files, 'file')} deleted, {shown_size(result.freed)} freed"
    latest = printable(result.latest) if result.latest else "none: all versions are gone"
    yield f"    latest: {latest}"


def pruned(result: PruneResult) -> Iterator[str]:
    """Which versions went, and what that freed."""
    named = printable(result.name)
    if not result.pruned:
        yield f"{_done('unchanged')} {named}: nothing to prune"
    elif result.dry_run:
        yield f"{click.style('would prune', bold=True)} {named} {', '.join(result.pruned)}"
        yield f"    {counted(result.files, 'file')} would go, {shown_size(result.freed)} be freed"
    else:
        yield f"{_done('pruned')} {named} {', '.join(result.pruned)}"
        yield f"    {counted(result.files, 'file')} deleted, {shown_size(result.freed)} freed"
    yield f"    kept: {', '.join(result.kept) or 'none'}"


def _done(word: str) -> str:
    return click.style(word, fg="green", bold=True)
