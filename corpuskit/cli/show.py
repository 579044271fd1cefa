"""`corpuskit show RELEASE`."""

from __future__ import annotations

import click

import corpuskit
from corpuskit.cli.options import output_options
from corpuskit.cli.output import write
from corpuskit.cli.report import OutputFormat, report_as
from corpuskit.cli.views import Overview


@click.command
@click.argument("release", type=click.Path())
@click.option(
    "--rows", type=click.IntRange(min=0), default=5, show_default=True, help="Sample rows."
)
@click.option("--rejects", is_flag=True, help="List what was rejected, and why.")
@output_options
def show(release: str, *, rows: int, rejects: bool, output: OutputFormat) -> int:
    """Say what a release is: its counts, columns and some rows, and how to load it.

    RELEASE is the folder of a version or of a dataset, or the name of one in datasets/.
    """
    loaded, report = corpuskit.load(release), report_as(output)
    if rejects:
        write(report.rejected(loaded.manifest.counts, loaded.rejections()))
    else:
        write(report.shown(Overview.of(loaded, rows)))
    return 0
