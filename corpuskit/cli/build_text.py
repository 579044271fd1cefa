"""How a build ended, for people."""

from __future__ import annotations

import math
import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, assert_never

import click

from corpuskit.cli.diagnostic_text import in_one_line
from corpuskit.cli.output import printable, width
from corpuskit.cli.wording import counted, tally
from corpuskit.codes import Code, Severity
from corpuskit.model import Counts, Diagnostic

if TYPE_CHECKING:
    from corpuskit import BuildResult

_ERRORS_SHOWN = 5


def built(result: BuildResult, src: str) -> Iterator[str]:
    """The summary of a build of `src`, as it was typed."""
    match result.status:
        case "published":
            yield f"{_heading('published', result)}  → {printable(str(result.path))}"
            yield from _figures(result)
            yield f"    look:  corpuskit show {shlex.quote(printable(str(result.path)))}"
        case "unchanged":
            yield f"{_heading('unchanged', result, ', still ')}  → {printable(str(result.path))}"
            yield from _figures(result)
        case "refused":
            yield f"{click.style('refused', fg='red', bold=True)}: {printable(result.reason or '')}"
            yield from _figures(result)
            yield from _advice(result, src)
        case _:
            assert_never(result.status)


def first_errors(result: BuildResult) -> Iterator[str]:
    """The first errors, one a line, and where the others are."""
    errors = [d for d in result.diagnostics if d.is_error]
    yield from map(in_one_line, errors[:_ERRORS_SHOWN])
    if len(errors) > _ERRORS_SHOWN:
        more = len(errors) - _ERRORS_SHOWN
        yield f"… and {more:,} more: see {printable(_diagnostics_file(result))}"


def _heading(status: str, result: BuildResult, between: str = " ") -> str:
    return f"{click.style(status, fg='green', bold=True)} {result.name}{between}{result.version}"


def _figures(result: BuildResult) -> Iterator[str]:
    yield f"    {sum_of(result.counts)}"
    yield from _codes("rejected", [d for d in result.diagnostics if d.is_error])
    warnings = [d for d in result.diagnostics if d.severity is Severity.WARNING]
    yield from _codes("warnings", warnings)
    for zone, count in result.naive_dates.items():
        subject, verb = ("date named", "was") if count == 1 else ("dates named", "were")
        yield f"    {count:,} {subject} no time zone and {verb} read as {printable(zone)}"
    if result.changes is not None and result.status == "published":
        changes = result.changes
        yield (
            f"    changes: {changes.added:,} added, {changes.removed:,} removed, "
            f"{changes.changed:,} changed, {changes.unchanged:,} as before; "
            f"columns {changes.schema}"
        )


def sum_of(counts: Counts) -> str:
    """`75 sources = 62 rows + 10 rejected + 1 duplicate + 2 excluded   (3 files ignored)`."""
    said = (
        f"{counted(counts.sources, 'source')} = {counted(counts.rows, 'row')} + "
        f"{counts.rejected:,} rejected + {counted(counts.duplicates, 'duplicate')} + "
        f"{counts.excluded:,} excluded"
    )
    return f"{said}   ({counted(counts.ignored, 'file')} ignored)" if counts.ignored else said


def _codes(title: str, diagnostics: Sequence[Diagnostic]) -> Iterator[str]:
    """The codes by frequency, as many as fit into a line."""
    parts = [f"{code} {code.label} {count:,}" for code, count in tally(diagnostics)]
    line = f"    {title}: {', '.join(parts)}"
    while len(line) > width() and len(parts) > 1:
        parts.pop()
        line = f"    {title}: {', '.join(parts)}, …"
    if parts:
        yield line


def _advice(result: BuildResult, src: str) -> Iterator[str]:
    """One fault of the kind that the reason names, and what to type."""
    errors = [d for d in result.diagnostics if d.is_error]
    build = f"corpuskit build {shlex.quote(printable(src))}"
    commands = list(_ways_on(result, build))
    if errors:
        # The first of equals, as in the reason.
        [((code, field), _)] = Counter((d.code, d.field) for d in errors).most_common(1)
        example = next(d for d in errors if (d.code, d.field) == (code, field))
        yield f"    such as {in_one_line(example)}"
        commands = [
            (f"corpuskit check {shlex.quote(printable(src))}", "every fault, with its line"),
            (f"corpuskit rule {code}", "what the code means"),
            *_schemas(code, field, build),
            *commands,
        ]
    if commands:
        yield "    type one of:"
        widest = max(len(command) for command, _ in commands)
        yield from (f"        {command:<{widest}}   # {why}" for command, why in commands)
    yield f"    diagnostics: {printable(_diagnostics_file(result))}"


def _schemas(code: Code, field: str | None, build: str) -> Iterator[tuple[str, str]]:
    """The preset that does not ask for what is missing."""
    if code is Code.NO_FRONT_MATTER or (code in _ABSENT and field == "title"):
        yield f"{build} --schema any", "articles need no title and no date"
    elif code in _ABSENT and field == "date":
        yield f"{build} --schema page", "articles need no date"


def _ways_on(result: BuildResult, build: str) -> Iterator[tuple[str, str]]:
    counts = result.counts
    if result.hint:
        yield f"{build} --include {shlex.quote(result.hint)}", "most files end like this"
    if counts.excluded and not counts.rows:
        yield f"{build} --drafts", "rows of what is excluded, too"
    if counts.rows and counts.rejected:
        share = math.ceil(100 * counts.rejected / counts.sources)
        yield f"{build} --max-rejected {share}%", "publish the rest all the same"


_ABSENT = frozenset({Code.MISSING_FIELD, Code.NULL_VALUE, Code.EMPTY_VALUE, Code.BLANK_VALUE})


def _diagnostics_file(result: BuildResult) -> str:
    folder = result.path if result.status == "refused" else result.path / "audit"
    return str(folder / "diagnostics.jsonl")
