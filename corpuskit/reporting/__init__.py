"""`corpuskit.report`: one page that shows a version, for people.

It is a view, rendered from the manifest, the audit, the narrow columns and the text of some rows:
it lies outside of the version, and what it says can be had from there. The same version gives the
same bytes with the same libraries.
"""

from __future__ import annotations

import hashlib
import os
from itertools import islice
from pathlib import Path

from corpuskit.dataset_folder import DatasetFolder
from corpuskit.dataset_names import MANIFEST, REPORTS
from corpuskit.disk.checked_tables import whole_file
from corpuskit.errors import UnfinishedError, UsageError
from corpuskit.releases.release import Release
from corpuskit.reporting import charts
from corpuskit.reporting import page as report_page
from corpuskit.reporting.columns import read_columns
from corpuskit.reporting.figures import (
    AuditFigures,
    CodeTally,
    Report,
    duplicate_groups,
    exclusions_by_reason,
)
from corpuskit.reporting.lines import read_lines

_SAMPLE = 5
_SHOWN = ("title", "date", "language", "n_chars", "path", "text")
"""The columns of which a few rows are shown, as far as there are any."""


def prepare() -> None:
    """Import what draws, before anything is done that would be in vain without.

    Raises:
        MissingExtraError: pygal or Jinja is not installed.
    """
    charts.prepare()
    report_page.prepare()


def report(release: Release) -> bytes:
    """The report of a version: HTML that needs no network, no script and no other file.

    Raises:
        MissingExtraError: pygal or Jinja is not installed.
        ReleaseError: the shards or the audit cannot be read.
        UsageError: it is of a part: what is said of sources is said of all of them.
    """
    if release.parts is not None:
        raise UsageError("a report is of a whole version, and not of a part")
    prepare()
    return report_page.render(_read(release))


def write_report(release: Release, to: str | os.PathLike[str] | None = None) -> Path:
    """Write the report of a version.

    Args:
        release: The version.
        to: The file; otherwise `reports/1.0.0.html` beside the version's folder.

    Returns:
        The file, which appears whole, in place of the one before.

    Raises:
        MissingExtraError: pygal or Jinja is not installed.
        ReleaseError: the shards or the audit cannot be read.
        UnfinishedError: the disk or the rights got in the way.
        UsageError: there is no folder in which reports would be, and `to` names no file.
    """
    target = Path(to) if to is not None else report_path(release)
    if to is not None and not target.parent.is_dir():
        raise UsageError(f"there is no folder {target.parent}")
    page = report(release)
    try:
        if to is None:
            target.parent.mkdir(exist_ok=True)
        with whole_file(os.path.realpath(target)) as file:
            file.write(page)
    except OSError as error:
        raise UnfinishedError(f"{target}: {error.strerror}") from error
    return target


def report_path(release: Release) -> Path:
    """Where the report of a version is in its dataset, whether or not it is there.

    Raises:
        UsageError: the version is not in the folder of a dataset, or behind a URL.
    """
    place = release.place
    dataset = Path(os.path.realpath(place)).parent if isinstance(place, Path) else None
    if dataset is None or not DatasetFolder(dataset).has_index:
        raise UsageError(f"{place} is in no dataset on this machine; name a file with --output")
    # A rehearsal has the number of the version that it would be.
    return dataset / REPORTS / f"{os.path.basename(os.path.realpath(place))}.html"  # noqa: PTH119


def _read(release: Release) -> Report:
    names = [name for name in _SHOWN if name in release.columns]
    return Report(
        manifest=release.manifest,
        manifest_sha256=hashlib.sha256(release.at.read(MANIFEST)).hexdigest(),
        audit=_read_audit(release),
        columns=read_columns(release),
        sample=tuple(islice(release.iter_rows(names), _SAMPLE)),
        lines=read_lines(release),
    )


def _read_audit(release: Release) -> AuditFigures:
    """Tally the audit; of what was found only counts and a few examples are held."""
    rejected, warnings = CodeTally(), CodeTally()
    codes = {str(line["path"]): line["codes"] for line in release.rejected}
    for found in codes.values():
        rejected.counts.update(map(str, found if isinstance(found, list) else ()))
    for diagnostic in release.audit.each_diagnostic():
        if diagnostic.is_error:
            if diagnostic.path in codes:
                rejected.show(diagnostic)
        else:
            warnings.counts[str(diagnostic.code)] += 1
            warnings.show(diagnostic)
    groups, number = duplicate_groups(release.duplicates())
    excluded = exclusions_by_reason(release.exclusions())
    return AuditFigures(rejected.figures(), warnings.figures(), groups, number, excluded)
