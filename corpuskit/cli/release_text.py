"""A release for people."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from corpuskit.article_licences import stated as stated_licences
from corpuskit.cli.build_text import sum_of
from corpuskit.cli.diagnostic_text import COLOURS, in_one_line
from corpuskit.cli.output import width
from corpuskit.cli.views import Overview, by_code, name_of, of_each_code
from corpuskit.cli.wording import counted
from corpuskit.config.omission import omitted_by
from corpuskit.manifest import Manifest
from corpuskit.model import Counts, Diagnostic, Duplicate, Exclusion
from corpuskit.parts.folders import (
    rows_by_split,
    rows_by_subset,
    shards_glob,
)
from corpuskit.shown_values import printable, shown_cell, shown_size, shown_tally

if TYPE_CHECKING:
    from corpuskit import (
        ArchiveResult,
        Examination,
        Origin,
        PublishResult,
        RejectedSource,
        SignResult,
        VersionResult,
    )

_VALUES_SHOWN = 6
_CELL_CHARACTERS = 200
_STRETCHED = ("title", "text")
"""The columns that share what room the others leave: the first takes what its values need."""
_LEAST_CELLS = 16
"""Of the second of them, which may be long without end."""
_GAP = 2
_MARGIN = " " * 4
_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")


def verified(found: Examination) -> Iterator[str]:
    """What does not hold, a line a finding; then a line a version."""
    for finding in found.findings:
        yield from _found(finding)
    for result in found.versions:
        if result.holds or found.is_dataset:
            yield _result(result)
        if result.note:
            yield _note(f"{result.version} was {result.note}")
        if result.unchecked:
            number = counted(result.unchecked, "signature")
            yield _note(f"{result.version} has {number}, not checked: say whose, with --signer")
    if found.around:
        yield f"{_fails()}: {counted(found.around, 'finding')} around the versions"


def _result(result: VersionResult) -> str:
    named = f"{printable(result.name or '?')} {printable(result.version)}"
    if not result.holds:
        return f"{_fails()}: {named}, {counted(result.findings, 'finding')}"
    rows, files = counted(result.rows or 0, "row"), counted(result.files, "file")
    who = " and ".join(result.signed_by)
    what = "signed" if result.gone is None else "its manifest signed"
    signed_by = f", {what} by {who}" if who else ""
    if result.gone is not None:
        rows = result.gone
    return f"{click.style('holds', fg='green', bold=True)}: {named}, {rows}, {files}{signed_by}"


def _note(said: str) -> str:
    return f"{click.style('note', bold=True)}: {printable(said)}"


def _fails() -> str:
    return click.style("fails", fg="red", bold=True)


def _found(finding: Diagnostic) -> Iterator[str]:
    """A finding in a line; where it says several things, each on its own."""
    message, *more = _with_short_digests(finding)
    yield in_one_line(replace(finding, message=message))
    yield from (f"    {printable(part)}" for part in more)


def _with_short_digests(finding: Diagnostic) -> list[str]:
    """What a finding says, with digests as far as they differ; JSON has the whole of them."""
    digests = set(_DIGEST.findall(finding.message))
    length = next(n for n in range(8, 65) if len({d[:n] for d in digests}) == len(digests))
    return [
        _DIGEST.sub(lambda digest: f"{digest[0][:length]}…", part)
        for part in finding.details or (finding.message,)
    ]


def traced(origin: Origin) -> Iterator[str]:
    """A line a fact, then what was found in the source."""
    at = f" at commit {origin.commit}" if origin.commit else ""
    yield _strong(printable(origin.path)) + at
    if origin.permalink:
        yield f"    source          {printable(origin.permalink)}"
    yield f"    id              {printable(origin.id)}"
    yield f"    source SHA-256  {origin.source_sha256}"
    yield f"    row SHA-256     {origin.row_sha256}"
    others = [n for n in origin.versions if n not in origin.same]
    changed = f"; another row in {', '.join(others)}" if others else ""
    yield f"    versions        {', '.join(origin.same)}{changed}"
    for diagnostic in origin.diagnostics:
        yield in_one_line(diagnostic)


def signed(result: SignResult) -> Iterator[str]:
    """Where the signature is, and whose it is."""
    named = f"{printable(result.name)} {printable(result.version)}"
    by, where = f"by {result.keyid}", printable(str(result.path))
    if result.status == "there":
        yield f"{_done('unchanged')} {named} is signed {by} already  → {where}"
        return
    yield f"{_done('signed')} {named} {by}  → {where}"
    if result.status == "replaced":
        yield "    in place of another file of that name"


def published(result: PublishResult) -> Iterator[str]:
    """Where it is, and what that took."""
    named = f"{printable(result.name)} {printable(result.version)}"
    signatures = counted(result.signatures, "signature") if result.signatures else ""
    if result.status == "there":
        sent = f", {signatures} sent" if signatures else ""
        yield f"{_done('unchanged')} {named} is there already{sent}  → {printable(result.url)}"
        return
    yield f"{_done('published')} {named}  → {printable(result.url)}"
    copied = f", {shown_size(result.copied)} copied there" if result.copied else ""
    with_them = f", {signatures}" if signatures else ""
    sent = f"{shown_size(result.uploaded)} sent{copied}"
    yield f"    {counted(result.files, 'file')}{with_them}, {sent}"
    if result.private:
        yield "    the repository is private: who may see it, you decide in its settings on the Hub"


def archived(result: ArchiveResult) -> Iterator[str]:
    """Where it is, how large, and its digest."""
    named = f"{printable(result.name)} {printable(result.version)}"
    is_there = result.status == "there"
    said = f"{_done('unchanged' if is_there else 'archived')} {named}"
    yield f"{said}{' is there already' if is_there else ''}  → {printable(result.url)}"
    size = shown_size(result.bytes)
    yield f"    {counted(result.files, 'file')}, {size}, SHA-256 {result.sha256}"


def _done(word: str) -> str:
    return click.style(word, fg="green", bold=True)


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
        cells = [
            [shown_cell(row[name], _CELL_CHARACTERS) for name in overview.names]
            for row in overview.rows
        ]
        yield from _table(overview.names, cells, _stretch(overview.names, cells))
    yield ""
    yield from _loading(overview)


def rejected_by_code(rejections: Sequence[RejectedSource]) -> Iterator[str]:
    """A line a code with the sources that have it, the commonest first, and one of these."""
    for code, found in by_code(rejections):
        styled = click.style(code, fg="red", bold=True)
        example = f", such as {printable(found[0].path)}"
        yield f"{styled} {name_of(code)}: {counted(len(found), 'source')}{example}"


def rejected(counts: Counts | None, rejections: Sequence[RejectedSource]) -> Iterator[str]:
    """Each rejected source with its codes and its first error."""
    for rejection in rejections:
        codes = click.style(" ".join(rejection.codes), fg="red", bold=True)
        first = rejection.first
        where = first.where if first else rejection.path
        said = f" {printable(first.message)}" if first else ""
        yield f"{_strong(printable(where))}: {codes}{said}"
    of = f"{len(rejections):,} of {counted(counts.sources, 'source')}" if counts else None
    yield f"{of or counted(len(rejections), 'source')} rejected"


def warned(counts: Counts | None, warnings: Sequence[Diagnostic]) -> Iterator[str]:
    """Each in one line, and their sum."""
    yield from map(in_one_line, warnings)
    sources = len({warning.path for warning in warnings})
    of = f"{sources:,} of {counted(counts.sources, 'source')}" if counts else None
    yield f"{counted(len(warnings), 'warning')} in {of or counted(sources, 'source')}"


def warned_by_code(warnings: Sequence[Diagnostic]) -> Iterator[str]:
    """A line a code with how often it was found, the commonest first, and where the first time."""
    for code, found in of_each_code(warnings):
        styled = click.style(code, fg=COLOURS[found[0].severity], bold=True)
        example = f", such as {printable(found[0].where)}"
        yield f"{styled} {name_of(code)}: {counted(len(found), 'time')}{example}"


def excluded(counts: Counts, exclusions: Sequence[Exclusion]) -> Iterator[str]:
    """Each excluded source with the reason."""
    for exclusion in exclusions:
        # Of what is withdrawn a release has no path.
        named = exclusion.path or f"id {exclusion.id}"
        yield f"{_strong(printable(named))}: {printable(exclusion.reason)}"
    yield f"{counts.excluded:,} of {counted(counts.sources, 'source')} excluded"


def duplicates(counts: Counts, found: Sequence[Duplicate]) -> Iterator[str]:
    """Each duplicate with the source that was kept."""
    for duplicate in found:
        alike = printable(duplicate.how)
        if duplicate.similarity is not None:
            alike = f"nearly the same text ({duplicate.similarity:.3f})"
        kept = f"{alike} as {printable(duplicate.kept_path)}"
        yield f"{_strong(printable(duplicate.path))}: {kept}"
    yield f"{counted(counts.duplicates, 'duplicate')} in {counted(counts.sources, 'source')}"


def _facts(manifest: Manifest) -> Iterator[str]:
    stats = manifest.stats
    licence = manifest.description.license
    yield f"created {manifest.created}" + (f", licence {printable(licence)}" if licence else "")
    yield sum_of(manifest.counts)
    if "n_chars" not in omitted_by(manifest.config):
        yield f"{stats.characters:,} characters of text"
    if stats.first_date and stats.last_date:
        yield f"dates {printable(stats.first_date)} to {printable(stats.last_date)}"
    for what, tally in (("subsets", rows_by_subset(manifest)), ("splits", rows_by_split(manifest))):
        if tally:
            yield f"{what}: {shown_tally(tally)}"
    if stats.languages:
        yield f"languages: {shown_tally(stats.languages)}"
    if stats.licenses:
        yield f"licences of articles: {_licences(manifest)}"


def _licences(manifest: Manifest) -> str:
    _, others, none = stated_licences(manifest) or ((), 0, 0)
    more = [f"others {others:,}"] if others else []
    more += [f"none stated {none:,}"] if none else []
    return ", ".join([shown_tally(manifest.stats.licenses), *more])


def _columns(manifest: Manifest) -> list[list[str]]:
    filled = manifest.stats.non_null
    return [[c.name, c.arrow, f"{filled.get(c.name, 0):,}"] for c in manifest.columns]


def _loading(overview: Overview) -> Iterator[str]:
    path = str(overview.path)
    pattern = f"{path}/{shards_glob(overview.manifest)}".replace("'", "''")
    yield "load it with"
    yield printable(f"    pandas      pd.read_parquet({f'{path}/data'!r})")
    yield printable(f"    DuckDB      SELECT * FROM '{pattern}'")  # noqa: S608 - shown, not run
    yield printable(f"    corpuskit   corpuskit.load({path!r}).to_polars()")


def _stretch(names: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """How many cells the columns get that take what the others leave."""
    from rich.cells import cell_len  # noqa: PLC0415 - only what draws a table waits for rich

    columns = zip(*rows, strict=True)
    needs = {
        name: max(cell_len(printable(text)) for text in (name, *cells))
        for name, cells in zip(names, columns, strict=True)
    }
    wide = [name for name in _STRETCHED if name in needs]
    left = width() - len(_MARGIN) - sum(needs[n] for n in names if n not in wide)
    left = max(_LEAST_CELLS, left - _GAP * (len(names) - 1))
    if len(wide) < len(_STRETCHED):
        return dict.fromkeys(wide, left)
    first, second = wide
    cells = min(needs[first], max(left - _LEAST_CELLS, left // 2))
    return {first: cells, second: left - cells}


def _table(
    names: Sequence[str], rows: Sequence[Sequence[str]], widths: Mapping[str, int]
) -> list[str]:
    """The lines of a table as wide as the terminal at most; what does not fit ends with `…`."""
    from rich.console import Console  # noqa: PLC0415 - only what draws a table waits for rich
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False)
    for name in names:
        table.add_column(
            Text(printable(name)), no_wrap=True, overflow="ellipsis", width=widths.get(name)
        )
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    screen = io.StringIO()
    Console(file=screen, width=width() - len(_MARGIN), color_system=None).print(table)
    head, *lines = (f"{_MARGIN}{line}".rstrip() for line in screen.getvalue().splitlines())
    return [click.style(head, bold=True), *lines]


def _strong(text: str) -> str:
    return click.style(text, bold=True)
