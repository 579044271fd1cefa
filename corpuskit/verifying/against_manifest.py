"""A manifest against itself, and the documents beside it against the manifest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from corpuskit import footers
from corpuskit.codes import Code
from corpuskit.dataset_names import MANIFEST
from corpuskit.disk.plain_files import read_document
from corpuskit.documents import render_from_manifest
from corpuskit.identity import digest
from corpuskit.manifest import Manifest
from corpuskit.parts.folders import Part, part_of
from corpuskit.strict_json import JsonError, Node, dumps, parse
from corpuskit.verifying.audit_lines import AUDIT_FILES
from corpuskit.verifying.differences import list_difference
from corpuskit.verifying.findings import Findings, clipped
from corpuskit.verifying.maker import is_ours, renders_alike
from corpuskit.verifying.own_columns import column_difference
from corpuskit.verifying.row_order import OrderError, stated_order
from corpuskit.verifying.row_parts import Belonging, PartError
from corpuskit.verifying.stated_rules import rules_fault
from corpuskit.versions import Version
from corpuskit.withdrawals import WITHDRAWN


def check_manifest(manifest: Manifest, folder: str, findings: Findings) -> None:
    """Hold what a manifest says in one place against what it says in another."""
    for code, problem in (
        *_count_faults(manifest),
        *_file_faults(manifest),
        *_version_faults(manifest, folder),
    ):
        findings.add(code, MANIFEST, problem)


def _count_faults(manifest: Manifest) -> list[tuple[Code, str]]:
    counts, changes = manifest.counts, manifest.changes
    placed = counts.rows + counts.rejected + counts.duplicates + counts.excluded
    sums = [
        ("counts.sources", counts.sources, placed, "rows + rejected + duplicates + excluded"),
        ("sources.count", manifest.sources.count, counts.sources, "counts.sources"),
        ("counts.rows", counts.rows, sum(f.rows for f in manifest.shards), "the shards' rows"),
    ]
    if changes is not None:
        present = changes.added + changes.changed + changes.unchanged
        sums.append(("changes", present, counts.rows, "counts.rows = added + changed + unchanged"))
    return [
        (Code.COUNTS_DO_NOT_ADD_UP, f"{name}: expected {expected} ({why}), found {stated}")
        for name, stated, expected, why in sums
        if stated != expected
    ]


def _file_faults(manifest: Manifest) -> list[tuple[Code, str]]:
    named = [entry.path for entry in manifest.files]
    faults = [
        f"files: expected shards and the audit, found {clipped(path)}"
        for path in named
        if path not in (*AUDIT_FILES, WITHDRAWN, footers.PATH) and part_of(path, manifest) is None
    ]
    needed = (*AUDIT_FILES, *((footers.PATH,) if is_ours(manifest) else ()))
    faults += [f"files: expected {name}, found none" for name in needed if name not in named]
    if not manifest.shards:
        faults.append(f"files: expected {Part().shard(0)}, found none")
    placed = [
        (shard.path, found[0])
        for shard in manifest.shards
        if (found := part_of(shard.path, manifest)) is not None
    ]
    faults += islice(_misnumbered(placed), 1)
    return [(Code.INVALID_MANIFEST, fault) for fault in faults]


def _misnumbered(shards: Sequence[tuple[str, Part]]) -> Iterator[str]:
    """Where shards are not numbered from 0 in each part, or parts not in the order of names.

    Readers that take data/*.parquet go by names: they are the order of the rows.
    """
    numbers: Counter[Part] = Counter()
    before = ""
    for path, part in shards:
        expected = part.shard(numbers[part])
        numbers[part] += 1
        if path != expected:
            yield f"files: expected {clipped(expected)}, found {clipped(path)}"
        if part.folder.encode() < before.encode():
            yield f"files: expected the parts in the order of their names, found {clipped(path)}"
        before = part.folder


def _version_faults(manifest: Manifest, folder: str) -> list[tuple[Code, str]]:
    own, named = Version.parse(manifest.version), Version.parse(folder)
    faults = []
    if named is not None and named != own:
        faults.append(f"version: expected {named} by the folder's name, found {own}")
    previous = Version.parse(manifest.previous.version) if manifest.previous else None
    if own is not None and previous is not None and previous >= own:
        faults.append(f"previous.version: expected one before {own}, found {previous}")
    if (manifest.previous is None) != (manifest.changes is None):
        faults.append("expected `previous` and `changes` together, found one of them")
    config = digest(dumps(dict(manifest.config)))
    if config != manifest.config_sha256:
        faults.append(f"config.sha256: expected {config}, found {manifest.config_sha256}")
    try:
        stated_order(manifest)
    except OrderError as error:
        faults.append(f"config.order: {clipped(str(error))}")
    try:
        Belonging.of(manifest, Part().shard(0))
    except PartError as error:
        faults.append(f"config.parts: {error}")
    if (fault := rules_fault(manifest)) is not None:
        faults.append(fault)
    difference = column_difference(manifest) if is_ours(manifest) else None
    if difference is not None:
        faults.append(difference)
    return [(Code.METADATA_DISAGREES, fault) for fault in faults]


def check_documents(
    root: Path, manifest: Manifest, digests: Mapping[str, str], findings: Findings
) -> None:
    """Hold the derived documents against the manifest.

    Those that this corpuskit made are rendered again and must be the same bytes. Of others
    it is known what the two that readers load from must say: shards, digests and columns.

    Args:
        root: The release.
        manifest: Its manifest.
        digests: SHA-256 of the files to check; others have been found wrong already.
        findings: Collects what differs.
    """
    if renders_alike(manifest):
        for name, data in render_from_manifest(manifest).items():
            expected = digest(data)
            if name in digests and digests[name] != expected:
                findings.add(
                    Code.METADATA_DISAGREES,
                    name,
                    "is not what manifest.json gives: "
                    f"expected SHA-256 {expected}, found {digests[name]}",
                )
        return
    for name, difference in (
        ("croissant.json", _croissant_difference),
        ("datapackage.json", _package_difference),
    ):
        if name in digests:
            _check_json(root, name, manifest, difference, findings)


def _check_json(
    root: Path,
    name: str,
    manifest: Manifest,
    difference: Callable[[Node, Manifest], str | None],
    findings: Findings,
) -> None:
    try:
        problem = difference(Node(parse(read_document(root / name))), manifest)
    except (JsonError, OSError) as error:
        problem = f"expected its JSON to describe this release, found {clipped(str(error))}"
    if problem is not None:
        findings.add(Code.METADATA_DISAGREES, name, problem)


def _croissant_difference(document: Node, manifest: Manifest) -> str | None:
    shards = {
        item.member("contentUrl").text(): item.member("sha256").text()
        for item in document.member("distribution").items()
        if item.member("@type").text() == "cr:FileObject"
    }
    names = [
        field.member("name").text()
        for record_set in document.member("recordSet").items()
        for field in record_set.member("field").items()
    ]
    columns = [column.name for column in manifest.columns]
    return _shards_difference(shards, manifest) or list_difference("columns", columns, names)


def _package_difference(document: Node, manifest: Manifest) -> str | None:
    return _shards_difference(
        {
            item.member("path").text(): item.member("hash").text().removeprefix("sha256:")
            for item in document.member("resources").items()
        },
        manifest,
    )


def _shards_difference(found: Mapping[str, str], manifest: Manifest) -> str | None:
    expected = {shard.path: shard.sha256 for shard in manifest.shards}
    for path in sorted(expected.keys() & found.keys()):
        if expected[path] != found[path]:
            return f"SHA-256 of {path}: expected {expected[path]}, found {clipped(found[path])}"
    return list_difference("shards", sorted(expected), sorted(found))
