"""Where a row comes from: its source, what was found in it, and the versions that have it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pyarrow.compute as pc

from corpuskit.documents.forge import permalink
from corpuskit.errors import ReleaseError, UsageError
from corpuskit.finding.release import version_folders
from corpuskit.identity import article_id
from corpuskit.model import Diagnostic
from corpuskit.releases.release import Release, load
from corpuskit.shown_values import is_utf8


@dataclass(frozen=True, slots=True)
class Origin:
    """The source of a row.

    `commit` is that of the clean git tree which it was read from, if there was one. `versions` are
    those of the dataset on this machine that have a row of this id, `same` those in which it is
    the same row. `permalink` shows the source as it was, where the dataset's homepage is a
    repository on a forge that is known.
    """

    id: str
    path: str
    source_sha256: str
    row_sha256: str
    commit: str | None
    diagnostics: tuple[Diagnostic, ...]
    versions: tuple[str, ...]
    same: tuple[str, ...]
    permalink: str | None = None


def trace(release: Release, row: str) -> Origin:
    """Where the row with that id, or of the source at that path, comes from.

    Raises:
        ReleaseError: the release cannot be read.
        UsageError: there is no such row; why, if a source of that path became none.
    """
    if not is_utf8(row):
        raise UsageError(f"{release.name} {release.version} has no row {row!r}, which is not UTF-8")
    columns = ["id", "path", "source_sha256", "row_sha256"]
    found = release.to_arrow(columns, (pc.field("id") == row) | (pc.field("path") == row))
    if not len(found):
        raise UsageError(f"{release.name} {release.version} has no row {row!r}{_why(release, row)}")
    own_id, path, source_sha256, row_sha256 = found.to_pylist()[0].values()
    sources = release.manifest.sources
    beside = dict(_digests(release, own_id))
    return Origin(
        own_id,
        path,
        source_sha256,
        row_sha256,
        None if sources.git_dirty else sources.git_commit,
        tuple(d for d in release.diagnostics() if d.path == path),
        tuple(number for number, digest in beside.items() if digest is not None),
        tuple(number for number, digest in beside.items() if digest == row_sha256),
        permalink(release.manifest, path),
    )


def _why(release: Release, path: str) -> str:
    """What became of a source instead."""
    for rejected in release.rejections():
        if rejected.path == path:
            return f": its source was rejected for {', '.join(rejected.codes)}"
    own_ids = {path, article_id(path)}
    for withdrawn in release.withdrawals():
        if withdrawn.id in own_ids:
            return f": it is withdrawn{f', {withdrawn.reason}' if withdrawn.reason else ''}"
    for excluded in release.exclusions():
        if excluded.path == path or (excluded.path is None and excluded.id in own_ids):
            return f": its source was left out, {excluded.reason}"
    for duplicate in release.duplicates():
        if duplicate.path == path:
            near = duplicate.similarity
            how = "the text" if near is None else f"nearly the text ({near:.3f})"
            return f": its source has {how} of {duplicate.kept_path}"
    return ""


def _digests(release: Release, own_id: str) -> Iterator[tuple[str, str | None]]:
    """The row of that id in each version of the dataset, as far as these can be read."""
    if isinstance(release.place, str) or release.place.resolve().name != release.version:
        yield release.version, _digest(release, own_id)
        return
    dataset = release.place.resolve().parent
    for number in version_folders(dataset):
        # `verify` is who says what is wrong with one that cannot be read.
        with suppress(ReleaseError):
            yield str(number), _digest(load(dataset / str(number)), own_id)


def _digest(release: Release, own_id: str) -> str | None:
    rows = release.to_arrow(["row_sha256"], pc.field("id") == own_id)
    return str(rows["row_sha256"][0]) if len(rows) else None
