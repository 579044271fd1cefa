"""CHANGELOG.md of a dataset, in the manner of https://keepachangelog.com."""

from __future__ import annotations

from collections.abc import Sequence

from corpuskit.documents.history import Published, in_order
from corpuskit.documents.markdown import inline
from corpuskit.documents.wording import articles, day, title
from corpuskit.manifest import Manifest

_COLUMNS = {
    "compatible": "There are new ones; those of the version before are as they were.",
    "breaking": "Some are gone, renamed or of another type: code that reads them can break.",
}
"""What to say of a schema verdict; nothing of `identical`."""


def render(versions: Sequence[Published]) -> bytes:
    """CHANGELOG.md of all versions, newest first, whatever the order of `versions`."""
    newest_first = [manifest for manifest, _ in reversed(in_order(versions))]
    head = [
        "# Changelog",
        f"All versions of {inline(title(newest_first[0]))}, newest first.",
    ]
    return ("\n\n".join([*head, *map(_entry, newest_first)]) + "\n").encode()


def _entry(manifest: Manifest) -> str:
    parts = [f"## {manifest.version} - {day(manifest)}"]
    changes = manifest.changes
    if changes is None:
        parts += ["### Added", f"- {articles(manifest.counts.rows)}"]
        return "\n\n".join(parts)
    for heading, count in (
        ("Added", changes.added),
        ("Changed", changes.changed),
        ("Removed", changes.removed),
    ):
        if count:
            parts += [f"### {heading}", f"- {articles(count)}"]
    if changes.schema in _COLUMNS:
        parts += ["### Columns", f"- {_COLUMNS[changes.schema]}"]
    if len(parts) == 1:
        parts.append("Rows and columns are the same; what is said of them is not.")
    since = "" if manifest.previous is None else f" since {manifest.previous.version}"
    total = articles(manifest.counts.rows)
    parts.append(f"Unchanged{since}: {articles(changes.unchanged)}. In all: {total}.")
    return "\n\n".join(parts)
