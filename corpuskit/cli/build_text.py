"""How a build ended, for people."""

from __future__ import annotations

import math
import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, assert_never

import click

from corpuskit.cli.diagnostic_text import in_one_line
from corpuskit.cli.output import printable
from corpuskit.cli.wording import counted, tally
from corpuskit.codes import Code, Severity
from corpuskit.model import Counts, Diagnostic

if TYPE_CHECKING:
    from corpuskit import BuildResult

_CODES_SHOWN = 6
_ERRORS_SHOWN = 5
_FIELDS_SHOWN = 3


def built(result: BuildResult, src: str) -> Iterator[str]:
    """The summary of a build of `src`, as it was typed."""
    match result.status:
        case "published":
            yield f"{_heading('published', result)}  → {printable(str(result.path))}"
            yield from _figures(result)
            yield f"    look:  corpuskit show {_typed(str(result.path))}"
        case "unchanged":
            yield f"{_heading('unchanged', result, ', still ')}  → {printable(str(result.path))}"
            yield from _figures(result)
        case "refused":
            yield f"{click.style('refused', fg='red', bold=True)}: {result.reason}"
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
    if result.naive_dates:
        subject = "date named" if result.naive_dates == 1 else "dates named"
        verb = "was" if result.naive_dates == 1 else "were"
        zone = printable(result.timezone)
        yield f"    {result.naive_dates:,} {subject} no time zone and {verb} read as {zone}"
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
    counts = tally(diagnostics)
    if counts:
        parts = [f"{code} {code.label} {count:,}" for code, count in counts[:_CODES_SHOWN]]
        more = ", …" if len(counts) > _CODES_SHOWN else ""
        yield f"    {title}: {', '.join(parts)}{more}"


def _advice(result: BuildResult, src: str) -> Iterator[str]:
    """What did it, and what to type; a reason that is no share of rejections has no culprit."""
    errors = [d for d in result.diagnostics if d.is_error]
    commands = []
    if errors:
        worst = tally(errors)[0][0]
        yield from _culprit([d for d in errors if d.code is worst])
        commands.append((f"corpuskit check {_typed(src)}", "every place, with the line"))
        commands.append((f"corpuskit rule {worst}", "what the code means"))
        commands += _ways_on(result, errors, f"corpuskit build {_typed(src)}")
    if commands:
        yield "    type one of:"
        widest = max(len(command) for command, _ in commands)
        yield from (f"        {command:<{widest}}   # {why}" for command, why in commands)
    yield f"    diagnostics: {printable(_diagnostics_file(result))}"


def _culprit(diagnostics: Sequence[Diagnostic]) -> Iterator[str]:
    code = diagnostics[0].code
    fields = Counter(d.field for d in diagnostics if d.field is not None)
    named = [f"`{printable(f)}` {n:,}" for f, n in fields.most_common(_FIELDS_SHOWN)]
    where = f" ({', '.join(named)})" if named else ""
    yield f"    mostly: {code} {code.label}, {counted(len(diagnostics), 'time')}{where}, such as"
    yield f"        {in_one_line(diagnostics[0])}"


def _ways_on(
    result: BuildResult, errors: Sequence[Diagnostic], command: str
) -> Iterator[tuple[str, str]]:
    absent = Counter(d.field for d in errors if d.code in _ABSENT).most_common(1)
    match absent:
        case [("title", _)]:
            yield f"{command} --schema any", "articles need no title and no date"
        case [("date", _)]:
            yield f"{command} --schema page", "articles need no date"
        case _:
            pass
    if result.hint:
        yield f"{command} --include {shlex.quote(result.hint)}", "most files end like this"
    share = math.ceil(100 * result.counts.rejected / max(result.counts.sources, 1))
    if share < 100:
        yield f"{command} --max-rejected {share}%", "publish the rest all the same"


_ABSENT = frozenset({Code.MISSING_FIELD, Code.NULL_VALUE, Code.EMPTY_VALUE, Code.BLANK_VALUE})


def _diagnostics_file(result: BuildResult) -> str:
    folder = result.path if result.status == "refused" else result.path / "audit"
    return str(folder / "diagnostics.jsonl")


def _typed(text: str) -> str:
    """`text` as one word of a shell."""
    return shlex.quote(printable(text))
