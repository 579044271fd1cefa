"""The licences that articles state for themselves, in the column of that name."""

from __future__ import annotations

from collections.abc import Mapping

from corpuskit.manifest import Manifest

COLUMN = "license"
"""What a schema calls the field; the presets have it."""

_MOST = 50
"""Of a corpus of many sites some have a sentence of their own for every author."""
_LONGEST = 200


def commonest(rows: Mapping[str, int]) -> dict[str, int]:
    """The rows by licence, the commonest first, ties by name.

    Of more than 50, and of whole texts of licences, only the column says what they are.
    """
    short = [(name, count) for name, count in rows.items() if len(name) <= _LONGEST]
    return dict(sorted(short, key=lambda entry: (-entry[1], entry[0]))[:_MOST])


def stated(manifest: Manifest) -> tuple[list[tuple[str, int]], int, int] | None:
    """The commonest with their rows, how many rows state another, and how many state none.

    None if the release has no such column.
    """
    if all(column.name != COLUMN for column in manifest.columns):
        return None
    counted = list(commonest(manifest.stats.licenses).items())
    filled = manifest.stats.non_null.get(COLUMN, 0)
    others = filled - sum(count for _, count in counted)
    return counted, max(others, 0), max(manifest.counts.rows - filled, 0)
