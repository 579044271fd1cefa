"""`corpuskit check PATHS…`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import click

import corpuskit
from corpuskit.cli.options import code_prefixes, output_options, quiet_option, source_options
from corpuskit.cli.output import note, write
from corpuskit.cli.progress import progress_on_stderr
from corpuskit.cli.report import OutputFormat, report_as
from corpuskit.cli.source_lines import SourceLines
from corpuskit.cli.wording import counted
from corpuskit.codes import Severity
from corpuskit.model import Diagnostic


@click.command
@click.argument("paths", type=click.Path(), nargs=-1, required=True)
@source_options
@click.option(
    "--select",
    multiple=True,
    metavar="CODES",
    callback=code_prefixes,
    help="Only these codes, or what begins so: CK2,CK301.",
)
@click.option(
    "--ignore", multiple=True, metavar="CODES", callback=code_prefixes, help="Not these codes."
)
@click.option(
    "--max-warnings", type=click.IntRange(min=0), metavar="N", help="More are exit code 1."
)
@output_options
@quiet_option
def check(
    paths: tuple[str, ...],
    *,
    config: str | None,
    schema: str | None,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    max_warnings: int | None,
    output: OutputFormat,
    quiet: bool,
) -> int:
    """Find what is wrong with files, folders, archives and URLs, without building.

    Prints path:line:column, code and message, the line, and what to do. Exit code 1 on any error.
    """
    with progress_on_stderr(quiet=quiet) as progress:
        result = corpuskit.check(
            paths,
            config=config,
            schema=schema,
            include=include,
            exclude=exclude,
            progress=progress,
        )
    found = selected(result.diagnostics, select, ignore)
    write(report_as(output).checked(found, SourceLines().of))
    if not quiet:
        note(summary(found, result.sources))
    return exit_code(found, max_warnings)


def selected(
    diagnostics: Iterable[Diagnostic], select: Sequence[str], ignore: Sequence[str]
) -> list[Diagnostic]:
    """Those whose code begins as `select` says, if it says anything, and not as `ignore` does."""
    wanted, unwanted = tuple(select) or ("",), tuple(ignore)
    return [d for d in diagnostics if d.code.startswith(wanted) and not d.code.startswith(unwanted)]


def summary(diagnostics: Iterable[Diagnostic], sources: int) -> str:
    """`3 errors and 2 warnings in 75 files`."""
    counts = Counter(d.severity for d in diagnostics)
    nouns = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "remark"}
    parts = [
        counted(counts[severity], noun) for severity, noun in nouns.items() if counts[severity]
    ]
    *most, last = parts or ["no faults"]
    said = f"{', '.join(most)} and {last}" if most else last
    return f"{said} in {counted(sources, 'file')}"


def exit_code(diagnostics: Sequence[Diagnostic], max_warnings: int | None) -> int:
    """1 when there is an error, or more warnings than `max_warnings` allows."""
    warnings = sum(d.severity is Severity.WARNING for d in diagnostics)
    too_many = max_warnings is not None and warnings > max_warnings
    return 1 if too_many or any(d.is_error for d in diagnostics) else 0
