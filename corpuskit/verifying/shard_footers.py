"""The file of footers against the shards that they are of."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from corpuskit import footers
from corpuskit.codes import Code
from corpuskit.disk.plain_files import read_document
from corpuskit.manifest import Manifest
from corpuskit.verifying.differences import list_difference
from corpuskit.verifying.findings import Findings, clipped
from corpuskit.verifying.own_bytes import written_alike


def check_footers(
    root: Path, manifest: Manifest, sound: Collection[str], findings: Findings
) -> None:
    """Hold the file of footers against the shards among the `sound` files."""
    if footers.PATH not in sound:
        return
    try:
        data = read_document(root / footers.PATH)
        stated = footers.parse(data)
    except (footers.FooterError, OSError) as error:
        findings.add(Code.METADATA_DISAGREES, footers.PATH, clipped(str(error)))
        return
    shards = [entry.path for entry in manifest.shards]
    problem = list_difference("shards", shards, [*stated]) or _difference(root, stated, sound)
    if problem is None and written_alike(manifest) and data != footers.render(stated):
        problem = "expected the bytes that the footers give, found others"
    if problem is not None:
        findings.add(Code.METADATA_DISAGREES, footers.PATH, problem)


def _difference(root: Path, stated: dict[str, bytes], sound: Collection[str]) -> str | None:
    for path in filter(sound.__contains__, stated):
        try:
            found = footers.footer_of(root / path)
        except (footers.FooterError, OSError):  # no Parquet, which is a finding of its own
            continue
        if stated[path] != found:
            return f"expected the footer that {path} has, found another"
    return None
