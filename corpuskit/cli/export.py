"""`corpuskit export RELEASE`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import click

import corpuskit
from corpuskit.cli.options import fetching_options
from corpuskit.cli.output import write_bytes
from corpuskit.disk.checked_tables import whole_file
from corpuskit.releases.exporting import ExportFormat


@click.command
@click.argument("release", type=click.Path())
@click.option(
    "--to",
    type=click.Choice(["jsonl", "csv"]),
    help="The kind of lines: by the ending of FILE, else jsonl.",
)
@click.option(
    "--columns",
    metavar="NAMES",
    callback=lambda _ctx, _param, text: text.split(",") if text else None,
    help="With commas between them; otherwise all.",
)
@click.option("--split", metavar="NAME", help="Only the rows of a split.")
@click.option("--subset", metavar="NAME", help="Only the rows of a subset.")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Instead of standard output.",
)
@fetching_options
def export(
    release: str,
    *,
    to: ExportFormat | None,
    columns: list[str] | None,
    split: str | None,
    subset: str | None,
    output: str | None,
    cache: bool,
    cache_dir: str | None,
) -> int:
    """Write a release's rows as lines of JSON or CSV.

    RELEASE is the folder or URL of a version or a dataset, or the name of one in datasets/.
    """
    loaded = corpuskit.load(release, cache=cache, cache_dir=cache_dir)
    if split is not None or subset is not None:
        loaded = loaded.part(split, subset)
    is_csv = output is not None and output.lower().endswith(".csv")
    lines = corpuskit.export(loaded, to or ("csv" if is_csv else "jsonl"), columns)
    if output is None:
        write_bytes(lines)
    else:
        _write(Path(os.path.realpath(output)), lines)
    return 0


def _write(target: Path, lines: Iterable[bytes]) -> None:
    """Write a file that appears whole; what is there and no plain file is written to as it is."""
    if target.exists() and not target.is_file():
        with target.open("wb") as device:
            device.writelines(lines)
        return
    if not target.parent.is_dir():
        raise click.UsageError(f"there is no folder {target.parent}")
    with whole_file(str(target)) as file:
        file.writelines(lines)
