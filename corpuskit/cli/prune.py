"""`corpuskit prune DATASET --keep N`."""

from __future__ import annotations

import click

import corpuskit
from corpuskit.cli.ending import saying_when_interrupted
from corpuskit.cli.options import output_options, quiet_option
from corpuskit.cli.output import write
from corpuskit.cli.report import OutputFormat, report_as


@click.command
@click.argument("dataset", type=click.Path())
@click.option(
    "--keep", type=int, required=True, metavar="N", help="How many versions keep their rows."
)
@click.option("--dry-run", is_flag=True, help="Say what would go, and do nothing.")
@click.option("--created", metavar="TIME", help="Of this; SOURCE_DATE_EPOCH goes first.")
@output_options
@quiet_option
def prune(
    dataset: str,
    *,
    keep: int,
    dry_run: bool,
    created: str | None,
    output: OutputFormat,
    quiet: bool,
) -> int:
    """Delete the rows of all versions of a dataset but the newest N, of which 1 is the least.

    DATASET is its folder, or its name in datasets/. Manifests stay, so that the history can still
    be verified. Retracted versions do not count.
    """
    with saying_when_interrupted(lambda: "nobody reads half a version; run again to go on"):
        result = corpuskit.prune(dataset, keep, dry_run=dry_run, created=created)
    write(report_as(output).pruned(result, quiet=quiet))
    return 0
