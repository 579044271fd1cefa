"""`corpuskit rule [CODE]`."""

from __future__ import annotations

import click

from corpuskit.cli.options import did_you_mean, output_options
from corpuskit.cli.output import write
from corpuskit.cli.report import OutputFormat, report_as
from corpuskit.codes import Code


@click.command
@click.argument("code", required=False)
@output_options
def rule(code: str | None, *, output: OutputFormat) -> int:
    """Explain a diagnostic code, by number or name; without one, list them all."""
    report = report_as(output)
    write(report.rules() if code is None else report.rule(_find(code)))
    return 0


def _find(typed: str) -> Code:
    wanted = typed.strip().casefold()
    for code in Code:
        if wanted in {code.casefold(), code.label}:
            return code
    raise click.UsageError(f"no code {typed!r}{did_you_mean(typed)}")
