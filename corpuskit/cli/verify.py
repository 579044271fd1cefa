"""`corpuskit verify RELEASE`."""

from __future__ import annotations

import click

import corpuskit
from corpuskit.cli.options import output_options
from corpuskit.cli.output import write
from corpuskit.cli.report import OutputFormat, report_as
from corpuskit.cli.views import Verdict
from corpuskit.verifying import examine


@click.command
@click.argument("release", type=click.Path())
@output_options
def verify(release: str, *, output: OutputFormat) -> int:
    """Hold everything in a release, or in a dataset with all its versions, against everything else.

    RELEASE is the folder of a version or of a dataset, or the name of one in datasets/. Nothing
    outside of it is read. Exit code 1 when anything differs, with the name of what is wrong.
    """
    found = examine(release)
    loaded = None if found.findings else corpuskit.load(found.path)
    verdict = Verdict(found.path, found.findings, loaded, found.versions, found.around)
    write(report_as(output).verified(verdict))
    return 1 if found.findings else 0
