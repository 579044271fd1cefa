"""`corpuskit verify RELEASE`."""

from __future__ import annotations

import click

import corpuskit
from corpuskit.cli.options import output_options
from corpuskit.cli.output import write
from corpuskit.cli.report import OutputFormat, report_as


@click.command
@click.argument("release", type=click.Path())
@click.option("--history", is_flag=True, help="No version may be missing that another one follows.")
@click.option(
    "--signer",
    multiple=True,
    metavar="KEY|FILE",
    help="Every version must be signed with this public key, or one in this file; repeatable.",
)
@output_options
def verify(release: str, *, history: bool, signer: tuple[str, ...], output: OutputFormat) -> int:
    """Hold everything in a release, or in a dataset with all its versions, against everything else.

    RELEASE is the folder or URL of a version or a dataset, or the name of one in datasets/. Nothing
    outside of the dataset is read. Exit code 1 when anything differs, with the name of what is
    wrong.
    """
    found = corpuskit.examine(release, history=history, signer=signer or None)
    write(report_as(output).verified(found))
    return 0 if found.holds else 1
