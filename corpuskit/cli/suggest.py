"""`corpuskit suggest SRC`."""

from __future__ import annotations

import click

import corpuskit
from corpuskit.cli.options import output_options, quiet_option, share, source_options
from corpuskit.cli.output import note, write
from corpuskit.cli.progress import progress_on_stderr
from corpuskit.cli.report import OutputFormat, report_as
from corpuskit.cli.suggest_text import summary


@click.command
@click.argument("src", type=click.Path())
@source_options
@click.option(
    "--share",
    metavar="SHARE",
    callback=share,
    default="10%",
    show_default=True,
    help="Of the articles of one source: lines that so many have recur.",
)
@click.option(
    "--min-articles",
    type=click.IntRange(min=2),
    metavar="N",
    default=10,
    show_default=True,
    help="How many have to have them at the least.",
)
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="Look at a sample of N sources."
)
@click.option("--workers", type=click.IntRange(min=1), help="Processes; one a core.")
@click.option("--write", "written", is_flag=True, help="Put the rules into corpuskit.toml.")
@output_options
@quiet_option
def suggest(
    src: str,
    *,
    config: str | None,
    schema: str | None,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    share: float,
    min_articles: int,
    limit: int | None,
    workers: int | None,
    written: bool,
    output: OutputFormat,
    quiet: bool,
) -> int:
    """Find what recurs in the articles of a source, and the rules for text that drop it.

    Prints TOML for corpuskit.toml. A rule drops nothing but lines that recur, or that begin with
    one label and are captured; what has no such rule is told of in comments.
    """
    with progress_on_stderr(quiet=quiet) as progress:
        found = corpuskit.suggest(
            src,
            config=config,
            schema=schema,
            include=include,
            exclude=exclude,
            share=share,
            min_articles=min_articles,
            limit=limit,
            write=written,
            workers=workers,
            progress=progress,
        )
    write(report_as(output).suggested(found))
    if not quiet:
        for line in summary(found, asked_to_write=written):
            note(line)
    return 0
