"""`corpuskit export RELEASE`."""

from __future__ import annotations

import sys

import click

import corpuskit
from corpuskit.checked_tables import whole_file
from corpuskit.cli.output import discard
from corpuskit.exporting import ExportFormat
from corpuskit.exporting import export as lines_of


@click.command
@click.argument("release", type=click.Path())
@click.option(
    "--to",
    type=click.Choice(["jsonl", "csv"]),
    default="jsonl",
    show_default=True,
    help="The kind of lines.",
)
@click.option(
    "--columns",
    metavar="NAMES",
    callback=lambda _ctx, _param, text: text.split(",") if text else None,
    help="With commas between them; otherwise all.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Instead of standard output.",
)
def export(release: str, *, to: ExportFormat, columns: list[str] | None, output: str | None) -> int:
    """Write a release's rows as lines of JSON or CSV.

    RELEASE is the folder or URL of a version or a dataset, or the name of one in datasets/.
    """
    lines = lines_of(corpuskit.load(release), to, columns)
    if output is not None:
        with whole_file(output) as file:
            file.writelines(lines)
        return 0
    try:
        sys.stdout.buffer.writelines(lines)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # A reader that has had enough, such as `head`.
        discard(sys.stdout)
    return 0
