"""`corpuskit publish RELEASE URL`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

import corpuskit
from corpuskit.cli.ending import saying_when_interrupted
from corpuskit.cli.options import output_options, quiet_option
from corpuskit.cli.output import write
from corpuskit.cli.progress import progress_on_stderr
from corpuskit.cli.report import OutputFormat, report_as

if TYPE_CHECKING:
    from corpuskit.publishing.archive_files import ArchiveKind


@click.command
@click.argument("release", type=click.Path())
@click.argument("url")
@click.option(
    "--take-over",
    is_flag=True,
    help="Though somebody else has begun with another such version, or, on the Hub, has put files "
    "in its way.",
)
@click.option(
    "--archive",
    type=click.Choice(["zip", "tar.zst"]),
    help="One file of the version instead, a bag for archives; URL is the file or its folder.",
)
@output_options
@quiet_option
def publish(
    release: str,
    url: str,
    *,
    take_over: bool,
    archive: ArchiveKind | None,
    output: OutputFormat,
    quiet: bool,
) -> int:
    """Publish a version in the folder of a dataset elsewhere: s3://bucket/articles, a path, ….

    hf://datasets/OWNER/NAME is a repository on the Hugging Face Hub, made as a private one: the
    version becomes its root, in one commit, and a tag.

    RELEASE is verified first. Only what is not there is sent, the manifest last: a reader never
    sees half a version. Run it again if it did not come to its end.
    """
    if archive is not None:
        if take_over:
            raise click.UsageError("nobody else is at an archive; leave --take-over out")
        with progress_on_stderr(quiet=quiet) as progress:
            written = corpuskit.archive(release, url, archive, progress=progress)
        write(report_as(output).archived(written, quiet=quiet))
        return 0
    with (
        progress_on_stderr(quiet=quiet) as progress,
        saying_when_interrupted(lambda: "what was sent is kept; run again"),
    ):
        result = corpuskit.publish(release, url, take_over=take_over, progress=progress)
    write(report_as(output).published(result, quiet=quiet))
    return 0
