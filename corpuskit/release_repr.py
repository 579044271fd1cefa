"""What a shell or a notebook shows of a release or a build, from values alone.

Names, titles and cells are a corpus's, which anybody may have written, so nothing of them is markup
and nothing steers. Pages bring no script, no style sheet, nothing from elsewhere and no colour, so
that they look right in light and dark notebooks.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from corpuskit.manifest import Manifest
from corpuskit.model import Counts
from corpuskit.shown_values import printable, shown_cell, shown_size, shown_tally

SAMPLED = ("date", "title", "language", "n_chars")
"""The columns that say in few words what a row is about; those that a release has are shown."""

_TABLE = '<table style="color: inherit; font-size: inherit">'
"""As all around it, also where a page says nothing of its kind, and tables inherit nothing."""

_CELL_CHARACTERS = 80


def release_line(manifest: Manifest, place: str) -> str:
    """A release in one line."""
    return (
        f"<Release {printable(manifest.name)} {printable(manifest.version)}: "
        f"{_counted(manifest.counts.rows, 'row')}, {_counted(len(manifest.columns), 'column')}, "
        f"{place!r}>"
    )


def release_fields(manifest: Manifest, place: str) -> Iterator[object]:
    """A release for rich: values, and names with values."""
    yield manifest.name
    yield manifest.version
    yield "title", manifest.description.title, None
    yield "created", manifest.created
    yield "rows", manifest.counts.rows
    yield "size", _size(manifest)
    yield "license", manifest.description.license
    yield "sources", _parts(manifest.counts)
    yield "columns", {column.name: column.arrow for column in manifest.columns}
    yield "place", place


def release_page(manifest: Manifest, place: str, rows: Sequence[Mapping[str, object]]) -> str:
    """A release as a piece of HTML, with some rows of which each has the same columns."""
    said, stats = manifest.description, manifest.stats
    dates = f"{stats.first_date} to {stats.last_date}" if stats.first_date else None
    facts = {
        "created": manifest.created,
        "rows": f"{manifest.counts.rows:,}",
        "size": _size(manifest),
        "sources": _sum(manifest.counts),
        "licence": said.license or "none declared",
        "dates": dates,
        "languages": shown_tally(stats.languages),
        "place": place,
    }
    columns = [(c.name, c.arrow, f"{stats.non_null.get(c.name, 0):,}") for c in manifest.columns]
    parts = [_facts(facts)]
    parts.append(_folded(_counted(len(columns), "column"), ("column", "type", "non-null"), columns))
    if rows:
        cells = [[shown_cell(value, _CELL_CHARACTERS) for value in row.values()] for row in rows]
        parts.append(_folded(f"first {_counted(len(rows), 'row')}", [*rows[0]], cells))
    return _page(f"{manifest.name} {manifest.version}", said.title, parts)


class Built(Protocol):
    """What is shown of how a build ended."""

    @property
    def status(self) -> str:
        """`published`, for one."""

    @property
    def name(self) -> str:
        """The dataset's."""

    @property
    def version(self) -> str | None:
        """If there is one."""

    @property
    def path(self) -> object:
        """A folder: of the release, or of the diagnostics."""

    @property
    def counts(self) -> Counts:
        """Where the sources went."""

    @property
    def codes(self) -> Mapping[str, int]:
        """Diagnostics by code."""

    @property
    def exclusions(self) -> Mapping[str, int]:
        """Excluded sources by reason."""

    @property
    def reason(self) -> str | None:
        """Why it was refused."""


def build_line(result: Built) -> str:
    """How a build ended, in one line."""
    named = " ".join(
        printable(part) for part in (result.status, result.name, result.version) if part
    )
    because = f"; {printable(result.reason)}" if result.reason else ""
    return f"<BuildResult {named}: {_sum(result.counts)}{because}, {str(result.path)!r}>"


def build_fields(result: Built) -> Iterator[object]:
    """How a build ended, for rich."""
    yield result.status
    yield result.name
    yield result.version
    yield "reason", result.reason, None
    yield "sources", _parts(result.counts)
    yield "codes", dict(result.codes), {}
    yield "exclusions", dict(result.exclusions), {}
    yield "path", str(result.path)


def build_page(result: Built) -> str:
    """How a build ended, as a piece of HTML."""
    facts = {
        "sources": _sum(result.counts),
        "reason": result.reason,
        "excluded": shown_tally(result.exclusions),
        "diagnostics": shown_tally(result.codes),
        "path": str(result.path),
    }
    named = " ".join(filter(None, (result.status, result.name, result.version)))
    return _page(named, None, [_facts(facts)])


def _parts(counts: Counts) -> dict[str, int]:
    return {
        "sources": counts.sources,
        "rows": counts.rows,
        "rejected": counts.rejected,
        "duplicates": counts.duplicates,
        "excluded": counts.excluded,
    }


def _sum(counts: Counts) -> str:
    """`75 sources = 62 rows + 10 rejected + 1 duplicate + 2 excluded`."""
    duplicates = _counted(counts.duplicates, "duplicate")
    return (
        f"{_counted(counts.sources, 'source')} = {_counted(counts.rows, 'row')} + "
        f"{counts.rejected:,} rejected + {duplicates} + {counts.excluded:,} excluded"
    )


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _size(manifest: Manifest) -> str:
    return shown_size(sum(entry.bytes for entry in manifest.files))


def _escaped(text: str) -> str:
    return html.escape(printable(text))


def _page(title: str, subtitle: str | None, parts: Iterable[str]) -> str:
    more = f' <span dir="auto">{_escaped(subtitle)}</span>' if subtitle else ""
    return "".join(["<div>", f"<div><b>{_escaped(title)}</b>{more}</div>", *parts, "</div>"])


def _facts(facts: Mapping[str, str | None]) -> str:
    """A table of what is known, a line a fact."""
    lines = (
        f'<tr><th scope="row" style="text-align: left">{_escaped(name)}</th>'
        f'<td style="text-align: left" dir="auto">{_escaped(value)}</td></tr>'
        for name, value in facts.items()
        if value
    )
    return "".join([_TABLE, *lines, "</table>"])


def _folded(summary: str, names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table that is not shown before it is asked for."""
    return "".join(
        [
            f"<details><summary>{_escaped(summary)}</summary>{_TABLE}<thead>",
            _row("th", names),
            "</thead><tbody>",
            *(_row("td", row) for row in rows),
            "</tbody></table></details>",
        ]
    )


def _row(cell: str, values: Iterable[str]) -> str:
    style = 'style="text-align: left" dir="auto"'
    return "".join(["<tr>", *(f"<{cell} {style}>{_escaped(v)}</{cell}>" for v in values), "</tr>"])
