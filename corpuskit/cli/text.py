"""`corpuskit text FILE`."""

from __future__ import annotations

import click

import corpuskit
from corpuskit.cli.options import output_options
from corpuskit.cli.output import write
from corpuskit.cli.report import OutputFormat, report_as
from corpuskit.cli.source_lines import SourceLines
from corpuskit.text_profiles import PROFILES


@click.command
@click.argument("file", type=click.Path(), required=False)
@click.option(
    "--config", type=click.Path(), metavar="FILE", help="Instead of the nearest corpuskit.toml."
)
@click.option("--schema", metavar="FILE|PRESET", help="A schema file, or: article, page, any.")
@click.option(
    "--diff",
    "against",
    type=click.Path(),
    metavar="FILE|none",
    help="How the text differs from what another configuration's rules give, or `none`.",
)
@click.option(
    "--profiles", "listed", is_flag=True, help="The ready rules there are; without a FILE."
)
@output_options
def text(
    file: str | None,
    *,
    config: str | None,
    schema: str | None,
    against: str | None,
    listed: bool,
    output: OutputFormat,
) -> int:
    """Show what one article becomes: its front matter, columns, captures, links, images and text.

    It is read as `build` reads it, and nothing is written. With --diff the text is shown as what
    changes in it. Exit code 1 if the article would be rejected.
    """
    report = report_as(output)
    if listed == (file is not None):
        raise click.UsageError("name a file, or --profiles" if file is None else "--profiles alone")
    if file is None:
        write(report.text_profiles(PROFILES))
        return 0
    found = corpuskit.preview(file, config=config, schema=schema, against=against)
    write(report.previewed(found, SourceLines().of))
    return 1 if found.outcome == "rejected" else 0
