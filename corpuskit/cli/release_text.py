"""A release for people."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence

import click

from corpuskit.cli.build_text import sum_of
from corpuskit.cli.diagnostic_text import in_one_line
from corpuskit.cli.output import printable, width
from corpuskit.cli.views import Overview, Refusal, Verdict
from corpuskit.cli.wording import counted
from corpuskit.manifest import Manifest
from corpuskit.model import Counts

_VALUES_SHOWN = 6
_CELL_CHARACTERS = 200
_WIDE = {"title": 2, "text": 3}
"""The columns that share what room the others leave, in these proportions."""


def verified(verdict: Verdict) -> Iterator[str]:
    """That a release holds, or one finding a line."""
    yield from map(in_one_line, verdict.findings)
    if verdict.release is not None:
        release = verdict.release
        rows, files = counted(len(release), "row"), counted(verdict.files, "file")
        holds = click.style("holds", fg="green", bold=True)
        yield f"{holds}: {release.name} {release.version}, {rows}, {files}"


def shown(overview: Overview) -> Iterator[str]:
    """What it is, its columns, some rows, how to load it."""
    manifest = overview.manifest
    title = manifest.description.title
    yield _strong(f"{manifest.name} {manifest.version}") + (
        f"  {printable(title)}" if title else ""
    )
    yield from (f"    {line}" for line in _facts(manifest))
    yield ""
    yield from _table(("column", "type", "non-null"), _columns(manifest), {})
    if overview.rows:
        yield ""
        cells = [[_cell(row[name]) for name in overview.names] for row in overview.rows]
        yield from _table(overview.names, cells, _WIDE)
    yield ""
    yield from _loading(overview)


def rejected(counts: Counts, refusals: Sequence[Refusal]) -> Iterator[str]:
    """Each rejected source with its codes and its first error."""
    for refusal in refusals:
        codes = click.style(" ".join(refusal.codes), fg="red", bold=True)
        first = refusal.first
        where = first.where if first else refusal.path
        said = f" {printable(first.message)}" if first else ""
        yield f"{_strong(printable(where))}: {codes}{said}"
    yield f"{counts.rejected:,} of {counted(counts.sources, 'source')} rejected"


def _facts(manifest: Manifest) -> Iterator[str]:
    stats = manifest.stats
    licence = manifest.description.license
    yield f"created {manifest.created}" + (f", licence {printable(licence)}" if licence else "")
    yield sum_of(manifest.counts)
    yield f"{stats.characters:,} characters of text"
    if stats.first_date and stats.last_date:
        yield f"dates {printable(stats.first_date)} to {printable(stats.last_date)}"
    if stats.languages:
        yield f"languages: {_most(stats.languages)}"


def _most(tally: Mapping[str, int]) -> str:
    entries = sorted(tally.items(), key=lambda entry: (-entry[1], entry[0]))
    shown = [f"{printable(value)} {count:,}" for value, count in entries[:_VALUES_SHOWN]]
    return ", ".join(shown) + (", …" if len(entries) > _VALUES_SHOWN else "")


def _columns(manifest: Manifest) -> list[list[str]]:
    filled = manifest.stats.non_null
    return [[c.name, c.arrow, f"{filled.get(c.name, 0):,}"] for c in manifest.columns]


def _loading(overview: Overview) -> Iterator[str]:
    path = str(overview.path)
    pattern = f"{path}/data/*.parquet".replace("'", "''")
    yield "load it with"
    yield printable(f"    pandas      pd.read_parquet({f'{path}/data'!r})")
    yield printable(f"    DuckDB      SELECT * FROM '{pattern}'")  # noqa: S608 - shown, not run
    yield printable(f"    corpuskit   corpuskit.load({path!r}).to_polars()")


def _cell(value: object) -> str:
    match value:
        case None:
            return "–"
        case dt.datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case int():
            return f"{value:,}"
        case _:
            return " ".join(str(value)[:_CELL_CHARACTERS].split())


def _table(
    names: Sequence[str], rows: Sequence[Sequence[str]], wide: Mapping[str, int]
) -> list[str]:
    """The lines of a table as wide as the terminal at most; what does not fit ends with `…`."""
    from rich.console import Console  # noqa: PLC0415 - only what draws a table waits for rich
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    # rich leaves no room beside columns with a ratio unless the table is as wide as it may be.
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, expand=bool(wide))
    for name in names:
        table.add_column(
            Text(printable(name)), no_wrap=True, overflow="ellipsis", ratio=wide.get(name)
        )
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    screen = io.StringIO()
    Console(file=screen, width=width() - 4, color_system=None).print(table)
    head, *lines = (f"    {line}".rstrip() for line in screen.getvalue().splitlines())
    return [click.style(head, bold=True), *lines]


def _strong(text: str) -> str:
    return click.style(text, bold=True)
