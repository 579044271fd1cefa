"""`corpuskit schema SRC|FILE|PRESET`."""

from __future__ import annotations

from pathlib import Path

import click

import corpuskit
from corpuskit.cli.output import write
from corpuskit.presets import PRESETS, preset_text


@click.command
@click.argument("source", metavar="SRC|PRESET")
@click.option("--include", multiple=True, metavar="PATTERN", help="What is a source; repeatable.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="What is none; repeatable.")
def schema(source: str, *, include: tuple[str, ...], exclude: tuple[str, ...]) -> int:
    """Print a schema to begin with: one for the articles in SRC, or a preset.

    SRC is a folder, a file, a glob, an archive or a URL; what its front matter has decides on
    fields and types. Presets are article, page and any.
    """
    text = (
        preset_text(source)
        if source in PRESETS and not Path(source).exists()
        else corpuskit.infer_schema(source, include=include, exclude=exclude)
    )
    write(text.splitlines())
    return 0
