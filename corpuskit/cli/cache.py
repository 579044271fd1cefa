"""`corpuskit cache`."""

from __future__ import annotations

import re
from pathlib import Path

import click

from corpuskit.cache.build import default_home
from corpuskit.cache.keeping import clear, prune, usage
from corpuskit.cli.options import cache_dir_option, output_options
from corpuskit.cli.output import as_json, write
from corpuskit.cli.report import OutputFormat
from corpuskit.cli.wording import counted
from corpuskit.shown_values import printable

_UNITS = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([KMGT]?)(?:i?B)?", re.IGNORECASE)


def _size(_ctx: click.Context, _param: click.Parameter, value: str | None) -> int | None:
    """A number of bytes that is typed as `500M` or `2 GB`; the units are powers of 1 024."""
    if value is None:
        return None
    found = _SIZE.fullmatch(value.strip())
    if found is None:
        raise click.BadParameter(f"{value!r} is no size; type 500M or 2G")
    return int(float(found[1]) * _UNITS[found[2].upper()])


@click.command
@cache_dir_option
@click.option(
    "--prune", "most", metavar="SIZE", callback=_size, help="Delete the oldest down to this: 2G."
)
@click.option("--clear", "everything", is_flag=True, help="Delete all of it.")
@output_options
def cache(
    cache_dir: str | None, most: int | None, *, everything: bool, output: OutputFormat
) -> int:
    """Say what the cache holds, or make it smaller.

    Builds keep what they have parsed, so that the next one parses only what is new, and whoever
    reads a release behind a URL keeps what was fetched of its shards. It may be deleted at any
    time: releases do not depend on it.
    """
    home = Path(cache_dir) if cache_dir else default_home()
    if everything:
        clear(home)
    elif most is not None:
        prune(home, most)
    found = usage(home)
    if output == "json":
        write([as_json({"path": str(home), **found._asdict()})])
        return 0
    fetched = f" and parts of {counted(found.fetched, 'file')}" if found.fetched else ""
    write([f"{printable(str(home))}: {_shown(found.bytes)} in {found.packs:,} packs{fetched}"])
    return 0


def _shown(size: int) -> str:
    for unit in ("bytes", "KB", "MB"):
        if size < 1024:
            return f"{size:,.0f} {unit}"
        size /= 1024  # type: ignore[assignment]
    return f"{size:,.1f} GB"
