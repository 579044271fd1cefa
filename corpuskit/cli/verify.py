"""`corpuskit verify RELEASE`."""

from __future__ import annotations

from pathlib import Path

import click

import corpuskit
from corpuskit.cli.options import output_options
from corpuskit.cli.output import write
from corpuskit.cli.report import OutputFormat, report_as
from corpuskit.cli.views import Verdict


@click.command
@click.argument("release", type=click.Path(path_type=Path))
@output_options
def verify(release: Path, *, output: OutputFormat) -> int:
    """Hold everything in a release, or in a dataset with all its versions, against everything else.

    Reads nothing outside of it. Exit code 1 when anything differs, with the name of what is wrong.
    """
    findings = corpuskit.verify(release)
    loaded = None if findings else corpuskit.load(release)
    write(report_as(output).verified(Verdict(release, findings, loaded)))
    return 1 if findings else 0
