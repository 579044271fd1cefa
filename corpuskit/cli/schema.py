"""`corpuskit schema SRC|FILE|PRESET`."""

from __future__ import annotations

import click

import corpuskit
from corpuskit.cli.output import write


@click.command
@click.argument("source", metavar="SRC|PRESET")
@click.option("--include", multiple=True, metavar="PATTERN", help="What is a source; repeatable.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="What is none; repeatable.")
def schema(source: str, *, include: tuple[str, ...], exclude: tuple[str, ...]) -> int:
    """Print a schema to begin with: one for the articles in SRC, or a preset.

    SRC is a folder, a file, a glob, an archive or a URL; what its front matter has decides on
    fields and types. Presets are article, page and any.
    """
    write(corpuskit.infer_schema(source, include=include, exclude=exclude).splitlines())
    return 0
