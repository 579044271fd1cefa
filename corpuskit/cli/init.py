"""`corpuskit init [DIR]`."""

from __future__ import annotations

import click

import corpuskit
from corpuskit.cli.output import note
from corpuskit.cli.wording import counted


@click.command
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path())
@click.option("--include", multiple=True, metavar="PATTERN", help="What is a source; repeatable.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="What is none; repeatable.")
def init(folder: str, *, include: tuple[str, ...], exclude: tuple[str, ...]) -> int:
    """Write corpuskit.toml and a schema, inferred from what is there, into a folder of articles.

    DIR is the folder, otherwise the one that you are in. Nothing is written over.
    """
    made = corpuskit.init(folder, include=include, exclude=exclude)
    note(f"{made.config} and {made.schema}, from {counted(made.articles, 'article')}")
    for field, articles in made.lacking:
        note(f"{counted(articles, 'article')} without `{field}`: told of, and kept as rows")
    note(f"look at both, then:  corpuskit check {folder}")
    return 0
