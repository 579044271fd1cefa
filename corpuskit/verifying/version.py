"""One version: its files, then what is in those whose bytes are as published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path

from corpuskit import footers
from corpuskit.codes import Code
from corpuskit.config.omission import omitted_by
from corpuskit.dataset_names import CHECKSUMS, MANIFEST
from corpuskit.disk.plain_files import file_digest, read_document
from corpuskit.documents.checksums import ChecksumsError, parse
from corpuskit.executors import InlineExecutor, Poison, SupervisedPool, map_batches
from corpuskit.identity import digest
from corpuskit.manifest import FileEntry, Manifest
from corpuskit.manifest_json import SCHEMA_PATH, ManifestError, load
from corpuskit.tombstones import Kind, Tombstone, unreadable
from corpuskit.verifying.against_manifest import check_documents, check_manifest
from corpuskit.verifying.audit_lines import AUDIT_FILES, read_audit
from corpuskit.verifying.audit_sources import check_audit, check_sources
from corpuskit.verifying.files import Inventory, take_inventory
from corpuskit.verifying.findings import Findings, clipped
from corpuskit.verifying.gone import Remains, check_remains, kind_of
from corpuskit.verifying.layout import Layout, LayoutError
from corpuskit.verifying.maker import is_ours
from corpuskit.verifying.own_bytes import written_alike
from corpuskit.verifying.own_columns import OwnRules
from corpuskit.verifying.promises import Promise, check_promises
from corpuskit.verifying.row_ids import IdOrigin
from corpuskit.verifying.row_order import OrderError, stated_order
from corpuskit.verifying.row_parts import Belonging, PartError
from corpuskit.verifying.schema_document import check_schema_document
from corpuskit.verifying.shard_footers import check_footers
from corpuskit.verifying.shard_rows import Rows, ShardReading, check_rows, join, read_shards
from corpuskit.verifying.withdrawn import check_withdrawn
from corpuskit.withdrawals import WITHDRAWN

_DOCUMENTS = (
    *("README.md", MANIFEST, SCHEMA_PATH, "datapackage.json", "croissant.json"),
    *("CITATION.cff", CHECKSUMS),
)
_DAMAGED_DIGITS = 8
"""Digests of two different files agree in some four of 64 digits; if they differ in no more than
this they are one digest, and damaged."""


WORTH_WORKERS = 64 * 2**20
"""Bytes of shards: fewer are read in less time than a second worker saves, after its imports."""

TIME_LIMIT_SECONDS = 60.0
"""On one shard, twice; the largest that are written take half a second."""


@dataclass(slots=True)
class ExaminedVersion:
    """A version's files as they are, beside what is said of them.

    `manifest` is None when there is none, or none that can be believed. `indexed` is the SHA-256
    that an index.json gives it. `sound` maps the files that nothing speaks against to their
    digests; `digests` has those of all that could be read, whatever speaks against them, and
    `files` counts all that are there. `signed_by` are the keys of which a good signature was asked
    and found, `unchecked` counts the signatures if none was asked for. `gone` says that its rows
    were deleted.
    """

    root: Path
    findings: Findings
    indexed: str | None = None
    workers: int = 1
    manifest: Manifest | None = None
    manifest_sha256: str | None = None
    sums: dict[str, str] | None = None
    sound: dict[str, str] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    files: int = 0
    signed_by: tuple[str, ...] = ()
    unchecked: int = 0
    gone: Tombstone | None = None


def verify_version(
    root: Path, findings: Findings, workers: int = 1, indexed: str | None = None
) -> ExaminedVersion:
    """Check a version folder."""
    version = ExaminedVersion(root, findings, indexed, workers)
    kind = kind_of(root)
    if kind is not None:
        _check_remains(version, kind)
        return version
    version.sums = _read_checksums(version)
    version.manifest = _read_manifest(version)
    _check_files(version)
    if version.manifest is not None:
        _check_contents(version, version.manifest)
    return version


def _check_remains(version: ExaminedVersion, kind: Kind) -> None:
    version.manifest = _read_manifest(version)
    if version.manifest is not None:
        check_manifest(version.manifest, version.root.resolve().name, version.findings)
    remains = Remains(version.root, kind, version.manifest, version.manifest_sha256)
    stone, version.digests, version.files = check_remains(remains, version.findings)
    # Whatever it says, there is nothing of it to be held against others.
    version.gone = stone or unreadable(kind, version.root.name)


def _read_checksums(version: ExaminedVersion) -> dict[str, str] | None:
    try:
        data = read_document(version.root / CHECKSUMS)
        version.digests[CHECKSUMS] = digest(data)
        return parse(data)
    except ChecksumsError as error:
        problem = f"expected SHA-256 digests and paths, found {clipped(str(error))}"
        version.findings.add(Code.INVALID_CHECKSUMS, CHECKSUMS, problem)
    except OSError as error:
        _note_unread(version, CHECKSUMS, error)
    return None


def _read_manifest(version: ExaminedVersion) -> Manifest | None:
    """The manifest, unless it is not the one that was published.

    Another's words would only lay blame on files that are as they were.
    """
    try:
        data = read_document(version.root / MANIFEST)
        version.manifest_sha256 = version.digests[MANIFEST] = digest(data)
        as_published = _check_manifest_digest(version, version.manifest_sha256)
        manifest = load(data)
    except ManifestError as error:
        problem = f"expected a manifest, found {clipped(str(error))}"
        version.findings.add(Code.INVALID_MANIFEST, MANIFEST, problem)
        return None
    except OSError as error:
        _note_unread(version, MANIFEST, error)
        return None
    return manifest if as_published else None


def _check_manifest_digest(version: ExaminedVersion, found: str) -> bool:
    stated = (version.sums or {}).get(MANIFEST, found)
    if stated != found and (version.indexed == found or _is_damaged(stated, found)):
        _blame_checksums(version, MANIFEST, stated, found)
    elif stated != found:
        problem = f"SHA-256: expected {stated} by {CHECKSUMS}, found {found}"
        version.findings.add(Code.DIGEST_MISMATCH, MANIFEST, problem)
        return False
    if version.indexed not in (None, found):
        problem = f"SHA-256: expected {version.indexed} by the dataset's index.json, found {found}"
        version.findings.add(Code.INDEX_DISAGREES, MANIFEST, problem)
    return True


def _note_unread(version: ExaminedVersion, name: str, error: OSError) -> None:
    """Say why a document cannot be read, unless the inventory will: it is missing, or no file."""
    path = version.root / name
    if path.is_file() and not path.is_symlink():
        version.findings.add(Code.MISSING_FILE, name, f"cannot be read: {error.strerror}")


def _check_files(version: ExaminedVersion) -> None:
    """Hold the files that are there against those that should be, by name and by digest."""
    entries = {entry.path: entry for entry in version.manifest.files} if version.manifest else {}
    listed = entries.keys() or {path for path in version.sums or () if _is_content(path)}
    expected = {*_DOCUMENTS, *listed}
    inventory = take_inventory(version.root, expected, version.findings)
    version.files = len(inventory.sizes)
    for path in sorted(expected):
        if inventory.lacks(path):
            version.findings.add(Code.MISSING_FILE, path, "expected the file, found none")
    if version.manifest is not None or version.sums is not None:
        for path in sorted(inventory.sizes.keys() - expected):
            problem = "expected the files of the release alone, found one more"
            version.findings.add(Code.STRAY_FILE, path, problem, help="delete it")
    if version.sums is not None:
        _check_coverage(version, version.sums, expected - {CHECKSUMS}, inventory)
    for path in sorted((expected & inventory.sizes.keys()) - {CHECKSUMS, MANIFEST}):
        _check_digest(version, path, inventory.sizes[path], entries.get(path))


def _is_content(path: str) -> bool:
    return path.startswith(("data/", "audit/")) or path == footers.PATH


def _check_coverage(
    version: ExaminedVersion, sums: Mapping[str, str], expected: set[str], inventory: Inventory
) -> None:
    """Check that SHA256SUMS has a line for every other file; stray files are known already."""
    faults = [f"expected a line for {clipped(path)}" for path in sorted(expected - sums.keys())]
    stray = inventory.sizes.keys() | inventory.odd
    faults += [
        f"expected the other files of the release, found a line for {clipped(path)}"
        for path in sorted(sums.keys() - expected - (stray - {CHECKSUMS}))
    ]
    for fault in faults:
        version.findings.add(Code.INVALID_CHECKSUMS, CHECKSUMS, fault)


def _check_digest(version: ExaminedVersion, path: str, size: int, entry: FileEntry | None) -> None:
    """Hold a file's bytes against all that is said of them.

    When SHA256SUMS alone disagrees with a file and its manifest, or has a digest that is plainly
    a damaged one, it is SHA256SUMS that is wrong.
    """
    try:
        found = version.digests[path] = file_digest(version.root / path)
    except OSError as error:
        version.findings.add(Code.MISSING_FILE, path, f"cannot be read: {error.strerror}")
        return
    stated = _stated_digests(version, path, entry)
    wrong = {who: sha256 for who, sha256 in stated.items() if sha256 != found}
    if CHECKSUMS in wrong and (len(stated) > len(wrong) or _is_damaged(wrong[CHECKSUMS], found)):
        _blame_checksums(version, path, wrong.pop(CHECKSUMS), found)
    problems = [
        f"SHA-256: expected {other} by {who}, found {found}" for who, other in wrong.items()
    ]
    if entry is not None and entry.bytes != size:
        problems.insert(0, f"expected {entry.bytes} bytes by {MANIFEST}, found {size}")
    if problems:
        version.findings.add(Code.DIGEST_MISMATCH, path, "; ".join(problems), details=problems)
    else:
        version.sound[path] = found


def _stated_digests(version: ExaminedVersion, path: str, entry: FileEntry | None) -> dict[str, str]:
    """Who says what the SHA-256 of a file is."""
    stated = {}
    if version.sums is not None and path in version.sums:
        stated[CHECKSUMS] = version.sums[path]
    if entry is not None:
        stated[MANIFEST] = entry.sha256
    elif path == SCHEMA_PATH and version.manifest is not None:
        stated[MANIFEST] = version.manifest.schema_sha256
    return stated


def _is_damaged(stated: str, found: str) -> bool:
    return sum(a != b for a, b in zip(stated, found, strict=True)) <= _DAMAGED_DIGITS


def _blame_checksums(version: ExaminedVersion, path: str, stated: str, found: str) -> None:
    problem = f"{clipped(path)}: expected {found} by the file, found {stated}"
    version.findings.add(Code.INVALID_CHECKSUMS, CHECKSUMS, problem)


def _check_contents(version: ExaminedVersion, manifest: Manifest) -> None:
    """Check what is in the sound files; totals need all shards and the whole audit."""
    root, sound, findings = version.root, version.sound, version.findings
    check_manifest(manifest, root.resolve().name, findings)
    check_documents(root, manifest, sound, findings)
    check_footers(root, manifest, sound, findings)
    promises = check_schema_document(root, manifest, sound, findings)
    rows = _check_shards(version, manifest, promises)
    if rows is not None:
        check_rows(manifest, rows, findings)
        check_promises(rows.breaches, findings)
    listed = {entry.path for entry in manifest.files}
    needed = (*AUDIT_FILES, *({WITHDRAWN} & listed))
    if not all(name in sound and name in listed for name in needed):
        return
    fields = quotable(manifest) if manifest.audit == "redacted" else None
    audit = read_audit(
        *(root, findings),
        exact=is_ours(manifest),
        withdrawn=WITHDRAWN in listed,
        fields=fields,
    )
    if audit is None:
        return
    check_audit(manifest, audit, findings)
    if rows is not None:
        check_sources(manifest, audit, rows, findings)
        check_withdrawn(audit, rows, findings)


def _check_shards(
    version: ExaminedVersion, manifest: Manifest, promises: tuple[Promise, ...]
) -> Rows | None:
    """Check each sound shard; the rows of all, if all could be read."""
    try:
        layout = Layout.of(manifest.columns)
    except LayoutError as error:
        version.findings.add(Code.INVALID_MANIFEST, MANIFEST, clipped(str(error)))
        return None
    sound = [entry for entry in manifest.shards if entry.path in version.sound]
    order, ids, own = _order(manifest), IdOrigin.of(manifest), OwnRules.of(manifest)
    jobs = [
        [
            ShardReading(
                *(version.root, entry, layout, promises, order, ids, own),
                _belonging(manifest, entry.path),
                written_alike(manifest),
            )
        ]
        for entry in sound
    ]
    parts = []
    with _executor(sound, version.workers) as executor:
        for done in map_batches(executor, read_shards, jobs, window=2 * version.workers):
            if isinstance(done, Poison):
                problem = f"expected Parquet, found what ends its reader: {done.detail}"
                version.findings.add(Code.UNREADABLE_SHARD, done.item.entry.path, problem)
                continue
            for rows, findings in done[1]:
                version.findings.absorb(findings)
                parts += [rows] if rows is not None else []
    return join(parts) if len(parts) == len(manifest.shards) else None


def quotable(manifest: Manifest) -> frozenset[str]:
    """The fields that a redacted audit may name: columns, also those that are not published."""
    columns = (column.name for column in manifest.columns)
    return frozenset((*columns, *omitted_by(manifest.config)))


def _order(manifest: Manifest) -> tuple[str, ...]:
    try:
        return stated_order(manifest)
    except OrderError:  # a finding of the manifest already
        return ()


def _belonging(manifest: Manifest, path: str) -> Belonging:
    try:
        return Belonging.of(manifest, path)
    except PartError:  # a finding of the manifest already
        return Belonging()


def _executor(shards: Sequence[FileEntry], workers: int) -> Executor:
    if workers == 1 or sum(entry.bytes for entry in shards) < WORTH_WORKERS:
        return InlineExecutor()
    return SupervisedPool(workers, TIME_LIMIT_SECONDS, preload=[read_shards.__module__])
