"""`corpuskit diff OLD NEW`."""

from __future__ import annotations

from functools import partial
from typing import Literal, TypeAlias

import click

import corpuskit
from corpuskit.cli.options import fetching_options, output_options_with
from corpuskit.cli.output import write
from corpuskit.cli.report import OutputFormat, report_as

DiffFormat: TypeAlias = OutputFormat | Literal["markdown"]


@click.command
@click.argument("old", type=click.Path())
@click.argument("new", type=click.Path())
@click.option("--rows", "listed", is_flag=True, help="List the rows that differ.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 when anything differs.")
@fetching_options
@output_options_with("markdown")
def diff(
    old: str,
    new: str,
    *,
    listed: bool,
    exit_code: bool,
    cache: bool,
    cache_dir: str | None,
    output: DiffFormat,
) -> int:
    """Say what differs between two releases: rows, columns, and what that makes of the version.

    OLD and NEW are folders of versions or datasets, or names in datasets/; with the version behind
    an @ if it is not the latest: articles@1.0.0 articles@1.1, articles@1 articles.

    Rows are told by their id. One that moved, its text under another id, counts as removed and as
    added. As Markdown it is an entry for a change log.
    """
    load = partial(corpuskit.load, cache=cache, cache_dir=cache_dir)
    found = corpuskit.diff(load(old), load(new))
    if output == "markdown":
        write(found.changelog().splitlines())
    else:
        write(report_as(output).differs(found, listed=listed))
    return 1 if found and exit_code else 0
