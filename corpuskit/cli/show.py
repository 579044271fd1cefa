"""`corpuskit show RELEASE`."""

from __future__ import annotations

from typing import Literal, TypeAlias, assert_never

import click

import corpuskit
from corpuskit.cli.options import output_options
from corpuskit.cli.output import write
from corpuskit.cli.report import OutputFormat, report_as
from corpuskit.cli.views import Overview

Listed: TypeAlias = Literal["rejects", "excluded", "duplicates"]
"""The sources that are listed instead of what a release is."""


@click.command
@click.argument("release", type=click.Path())
@click.option(
    "--rows", type=click.IntRange(min=0), default=5, show_default=True, help="Sample rows."
)
@click.option("--rejects", "listed", flag_value="rejects", help="List what was rejected, and why.")
@click.option(
    "--excluded", "listed", flag_value="excluded", help="List what was left out, and why."
)
@click.option("--duplicates", "listed", flag_value="duplicates", help="List what was there twice.")
@output_options
def show(release: str, *, rows: int, listed: Listed | None, output: OutputFormat) -> int:
    """Say what a release is: its counts, columns and some rows, and how to load it.

    RELEASE is the folder of a version or of a dataset, or the name of one in datasets/.
    """
    loaded, report = corpuskit.load(release), report_as(output)
    counts = loaded.manifest.counts
    match listed:
        case "rejects":
            write(report.rejected(counts, loaded.rejections()))
        case "excluded":
            write(report.excluded(counts, loaded.exclusions()))
        case "duplicates":
            write(report.duplicates(counts, loaded.duplicates()))
        case None:
            write(report.shown(Overview.of(loaded, rows)))
        case _:
            assert_never(listed)
    return 0
