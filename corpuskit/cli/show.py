"""`corpuskit show RELEASE`."""

from __future__ import annotations

from functools import partial
from typing import Literal, TypeAlias, assert_never

import click

import corpuskit
from corpuskit.cli.options import fetching_options, output_options
from corpuskit.cli.output import write, write_bytes
from corpuskit.cli.report import OutputFormat, Report, report_as
from corpuskit.cli.views import Overview
from corpuskit.model import Counts
from corpuskit.releases.audit import AuditFiles, last_refusal
from corpuskit.shown_values import printable

Listed: TypeAlias = Literal["rejects", "warnings", "excluded", "duplicates"]
"""What is listed of the sources, instead of what a release is."""


@click.command
@click.argument("release", type=click.Path())
@click.option(
    "--rows", type=click.IntRange(0, 1_000_000), default=5, show_default=True, help="Sample rows."
)
@click.option("--rejects", "listed", flag_value="rejects", help="List what was rejected, and why.")
@click.option(
    "--warnings", "listed", flag_value="warnings", help="List warnings and notes: what is no error."
)
@click.option(
    "--excluded", "listed", flag_value="excluded", help="List what was left out, and why."
)
@click.option("--duplicates", "listed", flag_value="duplicates", help="List what was there twice.")
@click.option("--last", is_flag=True, help="Of --rejects, --warnings: of a refused build.")
@click.option("--by", type=click.Choice(["code"]), help="Of --rejects, --warnings: counts.")
@click.option("--paths0", is_flag=True, help="Of --rejects, --warnings: paths, a NUL behind each.")
@fetching_options
@click.option("--html", is_flag=True, help="Draw the report: reports/VERSION.html of the dataset.")
@click.option(
    "--output",
    "-o",
    "file",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Of --html: instead of that file; - is standard output.",
)
@output_options
def show(
    release: str,
    *,
    rows: int,
    listed: Listed | None,
    last: bool,
    by: Literal["code"] | None,
    paths0: bool,
    cache: bool,
    cache_dir: str | None,
    html: bool,
    file: str | None,
    output: OutputFormat,
) -> int:
    """Say what a release is: its counts, columns and some rows, and how to load it.

    RELEASE is the folder or URL of a version or a dataset, or the name of one in datasets/.
    """
    report = report_as(output)
    load = partial(corpuskit.load, cache=cache, cache_dir=cache_dir)
    if (last or by or paths0) and listed not in ("rejects", "warnings"):
        raise click.UsageError(
            "--last, --by and --paths0 are about --rejects or --warnings; add one"
        )
    if html or file is not None:
        _check_alone(html=html, listed=listed, output=output)
        return _draw(load(release), file)
    if last:
        _show_found(listed, last_refusal(release), None, report, by=by, paths0=paths0)
        return 0
    loaded = load(release)
    counts = loaded.manifest.counts
    match listed:
        case "rejects" | "warnings":
            _show_found(listed, loaded.audit, counts, report, by=by, paths0=paths0)
        case "excluded":
            write(report.excluded(counts, loaded.exclusions()))
        case "duplicates":
            write(report.duplicates(counts, loaded.duplicates()))
        case None:
            write(report.shown(Overview.of(loaded, rows)))
        case _:
            assert_never(listed)
    return 0


def _check_alone(*, html: bool, listed: Listed | None, output: OutputFormat) -> None:
    if not html:
        raise click.UsageError("--output is about --html; add it")
    if listed is not None or output != "text":
        raise click.UsageError("--html has all of it in one page, and goes with no other option")


def _draw(loaded: corpuskit.Release, file: str | None) -> int:
    if file == "-":
        write_bytes([corpuskit.report(loaded)])
        return 0
    path = corpuskit.write_report(loaded, file)
    write([f"{click.style('drawn', fg='green', bold=True)} {printable(str(path))}"])
    return 0


def _show_found(
    listed: Listed | None,
    audit: AuditFiles,
    counts: Counts | None,
    report: Report,
    *,
    by: Literal["code"] | None,
    paths0: bool,
) -> None:
    """Show what was rejected, or what was found that rejects nothing."""
    if listed == "rejects":
        rejections = audit.rejections()
        paths = [rejection.path for rejection in rejections]
        lines = report.rejected_by_code(rejections) if by else report.rejected(counts, rejections)
    else:
        warnings = [found for found in audit.each_diagnostic() if not found.is_error]
        paths = [warning.path for warning in warnings if warning.path is not None]
        lines = report.warned_by_code(warnings) if by else report.warned(counts, warnings)
    if paths0:
        write_bytes(f"{path}\0".encode("utf-8", "surrogatepass") for path in dict.fromkeys(paths))
    else:
        write(lines)
