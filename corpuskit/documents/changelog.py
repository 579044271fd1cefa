"""CHANGELOG.md of a dataset, in the manner of https://keepachangelog.com."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from corpuskit.documents.history import Gone, Published, in_order
from corpuskit.documents.markdown import inline
from corpuskit.documents.wording import articles, day, title
from corpuskit.manifest import Changes, Manifest
from corpuskit.substance import is_reparted, substance
from corpuskit.tombstones import Tombstone

_COLUMNS = {
    "compatible": "There are new ones; those of the version before are as they were.",
    "breaking": "Some are gone, renamed or of another type: code that reads them can break.",
}
"""What to say of a schema verdict; nothing of `identical`."""

_PARTS = "Rows are put into them by other rules: code that reads one of them gets other rows."


def render(versions: Sequence[Published], gone: Gone) -> bytes:
    """CHANGELOG.md of all versions, newest first, whatever the order of `versions`."""
    newest_first = [manifest for manifest, _ in reversed(in_order(versions))]
    head = [
        "# Changelog",
        f"All versions of {inline(title(newest_first[0]))}, newest first.",
    ]
    known = {manifest.version: manifest for manifest in newest_first}
    entries = [_published(manifest, known, gone.get(manifest.version)) for manifest in newest_first]
    return ("\n\n".join([*head, *entries]) + "\n").encode()


def _published(
    manifest: Manifest, known: Mapping[str, Manifest], tombstone: Tombstone | None
) -> str:
    """The entry of a version, which follows another one that need not be there."""
    previous = manifest.previous.version if manifest.previous else None
    said = entry(manifest, previous, known.get(previous or ""), manifest.changes)
    if tombstone is None:
        return said
    heading, rest = said.split("\n\n", 1)
    remark = f"**{tombstone.kind.capitalize()}** on {tombstone.when[:10]}"
    reason = f": {inline(tombstone.reason)}" if tombstone.reason else "; its rows were deleted."
    return f"{heading}\n\n{remark}{reason}\n\n{rest}"


def entry(
    manifest: Manifest, since: str | None, before: Manifest | None, changes: Changes | None
) -> str:
    """What is new in a version.

    Args:
        manifest: The version's.
        since: The number of the version that it is compared with, None for none.
        before: That one's manifest, if it is known.
        changes: What is new since then, None if there is nothing that it is compared with.
    """
    parts = [f"## {manifest.version} - {day(manifest)}"]
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
    if before is not None and is_reparted(before, manifest):
        parts += ["### Splits and subsets", f"- {_PARTS}"]
    if len(parts) == 1:
        parts.append(_besides_rows(manifest, before))
    since = "" if since is None else f" since {since}"
    total = articles(manifest.counts.rows)
    parts.append(f"Unchanged{since}: {articles(changes.unchanged)}. In all: {total}.")
    return "\n\n".join(parts)


def _besides_rows(manifest: Manifest, before: Manifest | None) -> str:
    """What is new in a version whose rows and columns are not."""
    same = "Rows and columns are the same"
    if before is None:
        return f"{same}."
    old = substance(before)
    new = [what for what, said in substance(manifest).items() if said != old[what]]
    if not new:
        return f"{same}, and so is all that is said of them: only the number is new."
    *most, last = new
    return f"{same}. Changed: {', '.join(most)}{' and ' if most else ''}{last}."
