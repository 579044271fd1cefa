"""`corpuskit build SRC`."""

from __future__ import annotations

import sys
from typing import TypedDict, Unpack

import click

import corpuskit
from corpuskit.cli.build_text import first_errors, hints
from corpuskit.cli.command_line import TypedCommand, typed
from corpuskit.cli.ending import saying_when_interrupted
from corpuskit.cli.options import (
    cache_dir_option,
    output_options,
    quiet_option,
    share,
    source_options,
)
from corpuskit.cli.output import is_capable_terminal, note, write
from corpuskit.cli.progress import StageProgress, progress_on_stderr
from corpuskit.cli.report import OutputFormat, report_as
from corpuskit.finding.release import DATASETS
from corpuskit.named import Named
from corpuskit.shown_values import printable
from corpuskit.versions import BUMPS, Bump

_prepare_report = Named("corpuskit.reporting", "prepare")


class BuildArguments(TypedDict):
    """The flags that `corpuskit.build` takes as they are, under the same names."""

    name: str | None
    version: str | None
    out: str
    config: str | None
    schema: str | None
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    drafts: bool | None
    timezone: str | None
    max_rejected: float | None
    max_removed: float | None
    max_new_rejects: int | None
    rebase: bool
    bump: Bump | None
    dev: bool
    limit: int | None
    created: str | None
    workers: int | None
    cache: bool
    cache_dir: str | None


@click.command(cls=TypedCommand)
@click.argument("src", type=click.Path())
@click.option("--name", help="Of the dataset; otherwise the configuration's, else the folder's.")
@click.option("--version", metavar="X.Y.Z", help="Otherwise by the kind of change.")
@click.option(
    "--out", type=click.Path(), default=DATASETS, show_default=True, help="Where datasets are."
)
@source_options
@click.option("--drafts/--no-drafts", default=None, help="Make rows of drafts too.")
@click.option("--timezone", metavar="ZONE", help="For dates that name none, as Asia/Shanghai.")
@click.option(
    "--max-rejected",
    metavar="SHARE",
    callback=share,
    help="Publish nothing when more of the sources are rejected: 50%.",
)
@click.option(
    "--max-removed",
    metavar="SHARE",
    callback=share,
    help="Publish nothing when more of the last version's rows would be gone: 20%.",
)
@click.option(
    "--max-new-rejects",
    type=click.IntRange(min=0),
    metavar="N",
    help="Publish nothing when more sources are rejected that were not before.",
)
@click.option("--rebase", is_flag=True, help="Let most ids change: the root has moved.")
@click.option(
    "--bump",
    type=click.Choice(BUMPS),
    help="What to raise of the version at the least, if anything changed.",
)
@click.option("--dev", is_flag=True, help="A rehearsal: to NAME/dev, in place of the one before.")
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="A rehearsal of a sample of N sources."
)
@click.option("--created", metavar="TIME", help="Of the release; SOURCE_DATE_EPOCH goes first.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes; one a core.")
@click.option(
    "--cache/--no-cache", default=True, help="Use and keep what was parsed; see `corpuskit cache`."
)
@cache_dir_option
@output_options
@quiet_option
@click.option("--report", "drawn", is_flag=True, help="Then draw the report: show --html.")
@click.option("--profile", "profiled", is_flag=True, help="Say where the time went, by stage.")
def build(
    src: str,
    *,
    output: OutputFormat,
    quiet: bool,
    profiled: bool,
    drawn: bool,
    **arguments: Unpack[BuildArguments],
) -> int:
    """Turn a folder of articles, or one file, into a release: datasets/NAME/X.Y.Z.

    SRC may also be a quoted glob, a zip or tar archive, or a URL such as s3://bucket/articles.

    One bad file ends nothing: it is rejected with its reasons, and the rest is published.
    Exit code 1 when too much is rejected; nothing is published then.
    """
    if drawn:
        _prepare_report()
    with (
        progress_on_stderr(quiet=quiet) as progress,
        saying_when_interrupted(lambda: _what_is_there(progress)),
    ):
        profiler = corpuskit.Profiler(progress)
        result = corpuskit.build(src, progress=profiler, **arguments)
    if not quiet and is_capable_terminal(sys.stderr):
        for line in first_errors(result):
            note(line)
    for line in hints(result, quiet=quiet):
        note(line)
    report, profile = report_as(output), profiler.profile if profiled else None
    write(report.built(result, typed(), quiet=quiet, profile=profile))
    for line in report.profiled(profile):
        note(line)
    if result.status == "refused":
        return 1
    if drawn:
        path = corpuskit.write_report(corpuskit.load(result.path))
        if not quiet:
            note(f"drawn {printable(str(path))}")
    return 0


def _what_is_there(progress: StageProgress) -> str:
    said = ["nothing was published"]
    if progress.current == "publish":
        said = ["the version is there whole, or not at all"]
    if progress.cached:
        said += [f"{progress.cached} is cached", "run again"]
    return "; ".join(said)
