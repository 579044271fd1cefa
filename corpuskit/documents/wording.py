"""Words that several documents of a release share."""

from __future__ import annotations

import re
from collections.abc import Mapping

from corpuskit.documents.markdown import number, one_line
from corpuskit.manifest import Manifest

_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_].*)?", re.IGNORECASE | re.DOTALL)
_NO_LANGUAGE = frozenset({"mis", "mul", "und", "zxx"})


def title(manifest: Manifest) -> str:
    """The dataset's title, else its name, on one line and never empty."""
    about = manifest.description
    return one_line(about.title or "") or one_line(about.name) or "Untitled dataset"


def description(manifest: Manifest) -> str:
    """The dataset's description as it was given, else what its counts say; never empty."""
    given = (manifest.description.description or "").strip()
    if given:
        return given
    return f"{articles(manifest.counts.rows)}, as rows of Parquet files."


def keywords(manifest: Manifest) -> tuple[str, ...]:
    """The keywords, each on one line and once, empty ones left out."""
    words = map(one_line, manifest.description.keywords)
    return tuple(dict.fromkeys(word for word in words if word))


def languages(manifest: Manifest) -> tuple[str, ...]:
    """ISO 639 codes of the languages that rows are in, most frequent first.

    Two- and three-letter codes are all that every format knows: `zh-CN` counts as `zh`, and
    `English` as nothing.
    """
    rows: dict[str, int] = {}
    for language, count in manifest.stats.languages.items():
        match = _LANGUAGE.fullmatch(language)
        if match and match[1].lower() not in _NO_LANGUAGE:
            rows[match[1].lower()] = rows.get(match[1].lower(), 0) + count
    return tuple(code for code, _ in by_count(rows))


def day(manifest: Manifest) -> str:
    """The day, in UTC, on which the version was created."""
    return manifest.created[:10]


def articles(count: int) -> str:
    """`1 article`, `7,976 articles`."""
    return f"{number(count)} article{'' if count == 1 else 's'}"


def by_count(tally: Mapping[str, int]) -> list[tuple[str, int]]:
    """The entries of a tally, highest count first and equal ones by name.

    A tally's own order is lost in manifest.json, whose keys are sorted.
    """
    return sorted(tally.items(), key=lambda entry: (-entry[1], entry[0]))
