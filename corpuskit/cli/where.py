"""`corpuskit where RELEASE ID`."""

from __future__ import annotations

import click

import corpuskit
from corpuskit.cli.options import output_options
from corpuskit.cli.output import write
from corpuskit.cli.report import OutputFormat, report_as


@click.command
@click.argument("release", type=click.Path())
@click.argument("row", metavar="ID")
@output_options
def where(release: str, row: str, *, output: OutputFormat) -> int:
    """Say where a row comes from: its source, what was found in it, and which versions have it.

    ID is that of the row, or the path of its source. RELEASE is the folder or URL of a version or a
    dataset, or the name of one in datasets/.
    """
    write(report_as(output).traced(corpuskit.trace(corpuskit.load(release), row)))
    return 0
