"""`corpuskit retract RELEASE --reason WHY`."""

from __future__ import annotations

import click

import corpuskit
from corpuskit.cli.ending import saying_when_interrupted
from corpuskit.cli.options import output_options, quiet_option
from corpuskit.cli.output import write
from corpuskit.cli.report import OutputFormat, report_as


@click.command
@click.argument("release", type=click.Path())
@click.option("--reason", required=True, help="Why, in a line that everybody reads.")
@click.option("--created", metavar="TIME", help="Of this; SOURCE_DATE_EPOCH goes first.")
@output_options
@quiet_option
def retract(
    release: str, *, reason: str, created: str | None, output: OutputFormat, quiet: bool
) -> int:
    """Delete the rows of a version, articles@1.0.0, and tell everybody who asks for it why.

    RELEASE is one version: its folder or URL, or the dataset's with the whole number behind an @.
    Its manifest stays, its number is never used again. Run it again if it did not come to its end.
    """
    with saying_when_interrupted(lambda: "nobody reads half a version; run again to delete it"):
        result = corpuskit.retract(release, reason, created=created)
    write(report_as(output).retracted(result, quiet=quiet))
    return 0
