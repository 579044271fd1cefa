"""Columns that are made, checked and counted with, but not published: `[release] omit`.

To omit one is a rule for writing: parsing makes all of them, and packs have all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from corpuskit.config import Config
from corpuskit.manifest import Json

T = TypeVar("T")

NEEDED: Mapping[str, str] = {
    "id": "rows are told by it",
    "path": "it leads from a row to its source",
    "source_sha256": "it leads from a row to its source",
    "row_sha256": "versions are compared and verified by it",
}
"""The columns that every release has, and why."""


def omitted_columns(config: Config) -> tuple[str, ...]:
    """The columns that a configuration omits, each once and in the order of their names."""
    return tuple(sorted(set(config.release.omit)))


def omitted_by(config: Mapping[str, Json]) -> tuple[str, ...]:
    """The columns that the configuration in a manifest omits."""
    stated = config.get("omit")
    return tuple(n for n in stated if isinstance(n, str)) if isinstance(stated, list) else ()


def published(columns: Mapping[str, T], omitted: tuple[str, ...]) -> dict[str, T]:
    """What there is by column, of those that are not omitted."""
    return {name: held for name, held in columns.items() if name not in omitted}
