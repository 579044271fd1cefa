"""`corpuskit where RELEASE ID`."""

from __future__ import annotations

import click

import corpuskit
from corpuskit.cli.options import fetching_options, output_options
from corpuskit.cli.output import write
from corpuskit.cli.report import OutputFormat, report_as


@click.command
@click.argument("release", type=click.Path())
@click.argument("row", metavar="ID")
@fetching_options
@output_options
def where(
    release: str, row: str, *, cache: bool, cache_dir: str | None, output: OutputFormat
) -> int:
    """Say where a row comes from: its source, what was found in it, and which versions have it.

    ID is that of the row, or the path of its source. RELEASE is the folder or URL of a version or a
    dataset, or the name of one in datasets/.
    """
    loaded = corpuskit.load(release, cache=cache, cache_dir=cache_dir)
    write(report_as(output).traced(corpuskit.trace(loaded, row)))
    return 0
