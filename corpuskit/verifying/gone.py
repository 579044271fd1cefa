"""A version whose rows were deleted: what is left of it, held against each other."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from corpuskit.codes import Code
from corpuskit.dataset_names import MANIFEST
from corpuskit.disk.plain_files import file_digest, read_document
from corpuskit.manifest import Manifest
from corpuskit.strict_json import JsonError
from corpuskit.tombstones import FILES, Kind, Tombstone, load, stays
from corpuskit.verifying.files import take_inventory
from corpuskit.verifying.findings import Findings, clipped
from corpuskit.withdrawals import WITHDRAWN


@dataclass(frozen=True, slots=True)
class Remains:
    """What stays of a version: its manifest, if that can be believed, and its tombstone."""

    root: Path
    kind: Kind
    manifest: Manifest | None
    manifest_sha256: str | None


def kind_of(root: Path) -> Kind | None:
    """How the rows of a version were deleted, as far as a file says that they were."""
    return next((kind for kind, name in FILES.items() if (root / name).is_file()), None)


def check_remains(
    remains: Remains, findings: Findings
) -> tuple[Tombstone | None, dict[str, str], int]:
    """The tombstone, if it is one; the digests of what has stayed; how many files there are."""
    name = FILES[remains.kind]
    stone = None
    try:
        stone = load(remains.kind, read_document(remains.root / name))
    except (OSError, JsonError) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        problem = f"expected why the rows were deleted, found {clipped(said)}"
        command = "retract" if remains.kind == "retracted" else "prune"
        advice = f"corpuskit {command} once more writes it anew"
        findings.add(Code.METADATA_DISAGREES, name, problem, help=advice)
    if stone is not None and remains.manifest_sha256 not in (None, stone.manifest_sha256):
        problem = (
            f"SHA-256: expected {stone.manifest_sha256} by {name}, found {remains.manifest_sha256}"
        )
        findings.add(Code.DIGEST_MISMATCH, MANIFEST, problem)
    if stone and remains.manifest and stone.version != remains.manifest.version:
        problem = f"version: expected {remains.manifest.version}, found {stone.version}"
        findings.add(Code.METADATA_DISAGREES, name, problem)
    files = _check_files(remains, name, findings)
    return stone, _digests(remains), files


def _digests(remains: Remains) -> dict[str, str]:
    """Those of the files that stay and can be read, the tombstone left out."""
    found = {}
    if remains.manifest_sha256 is not None:
        found[MANIFEST] = remains.manifest_sha256
    with suppress(OSError):
        found[WITHDRAWN] = file_digest(remains.root / WITHDRAWN)
    return found


def _check_files(remains: Remains, tombstone: str, findings: Findings) -> int:
    """Check that nothing is there but what stays; its number."""
    entries = {entry.path: entry for entry in remains.manifest.files} if remains.manifest else {}
    known = {MANIFEST, tombstone, *entries}
    sizes = take_inventory(remains.root, known, findings).sizes
    for path in sorted(sizes):
        if not stays(path, tombstone) or (path == WITHDRAWN and entries and path not in entries):
            problem = f"expected the rows to be deleted as {tombstone} says, found one more file"
            command = "retract" if remains.kind == "retracted" else "prune"
            advice = f"corpuskit {command} once more deletes it"
            findings.add(Code.STRAY_FILE, path, problem, help=advice)
    if MANIFEST not in sizes:
        findings.add(Code.MISSING_FILE, MANIFEST, "expected the file, found none")
    withdrawn = entries.get(WITHDRAWN)
    if withdrawn is not None and WITHDRAWN not in sizes:
        findings.add(Code.MISSING_FILE, WITHDRAWN, "expected the file, found none")
    elif withdrawn is not None:
        found = file_digest(remains.root / WITHDRAWN)
        if found != withdrawn.sha256:
            problem = f"SHA-256: expected {withdrawn.sha256} by {MANIFEST}, found {found}"
            findings.add(Code.DIGEST_MISMATCH, WITHDRAWN, problem)
    return len(sizes)
