"""A manifest against itself, and the documents beside it against the manifest."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version as installed
from pathlib import Path

from corpuskit.codes import Code
from corpuskit.documents import render_from_manifest
from corpuskit.identity import digest
from corpuskit.manifest import Column, Manifest
from corpuskit.manifest_json import SCHEMA_PATH
from corpuskit.strict_json import JsonError, Node, dumps, parse
from corpuskit.verifying.audit_lines import AUDIT_FILES
from corpuskit.verifying.files import read_document
from corpuskit.verifying.findings import Findings, clipped
from corpuskit.versions import Version

_SHARD = re.compile(r"data/[^/]+\.parquet")
_RENDERERS = ("corpuskit", "pyyaml")
"""What has a say in the bytes of documents: of other versions' nobody knows what they would be."""


def check_manifest(manifest: Manifest, folder: str, findings: Findings) -> None:
    """Hold what a manifest says in one place against what it says in another."""
    for code, problem in (
        *_count_faults(manifest),
        *_file_faults(manifest),
        *_version_faults(manifest, folder),
    ):
        findings.add(code, "manifest.json", problem)


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
        if path not in AUDIT_FILES and not _SHARD.fullmatch(path)
    ]
    faults += [f"files: expected {name}, found none" for name in AUDIT_FILES if name not in named]
    return [(Code.INVALID_MANIFEST, fault) for fault in faults]


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
    if rendered_by_us(manifest):
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


def rendered_by_us(manifest: Manifest) -> bool:
    """Whether the documents of a release have to be the bytes that would be rendered here."""
    made_with = manifest.generator
    return "corpuskit" in made_with and all(
        made_with[name] == installed(name) for name in _RENDERERS if name in made_with
    )


def check_schema_document(
    root: Path, manifest: Manifest, digests: Mapping[str, str], findings: Findings
) -> frozenset[str]:
    """Hold schema.json against the manifest's columns; returns those that it says are never null.

    A manifest's `required` is no such promise: a rule that only warns ships rows that break it.
    """
    required: set[str] = set()

    def difference(document: Node, manifest: Manifest) -> str | None:
        fields = list(_member(document, "fields").items())
        required.update(_member(f, "name").text() for f in fields if _is_required(f))
        return _fields_difference(fields, manifest.columns)

    if SCHEMA_PATH in digests:
        _check_json(root, SCHEMA_PATH, manifest, difference, findings)
    return frozenset(required & {column.name for column in manifest.columns})


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
        _member(item, "contentUrl").text(): _member(item, "sha256").text()
        for item in _member(document, "distribution").items()
        if _member(item, "@type").text() == "cr:FileObject"
    }
    names = [
        _member(field, "name").text()
        for record_set in _member(document, "recordSet").items()
        for field in _member(record_set, "field").items()
    ]
    columns = [column.name for column in manifest.columns]
    return _shards_difference(shards, manifest) or _list_difference("columns", columns, names)


def _package_difference(document: Node, manifest: Manifest) -> str | None:
    return _shards_difference(
        {
            _member(item, "path").text(): _member(item, "hash").text().removeprefix("sha256:")
            for item in _member(document, "resources").items()
        },
        manifest,
    )


def _shards_difference(found: Mapping[str, str], manifest: Manifest) -> str | None:
    expected = {shard.path: shard.sha256 for shard in manifest.shards}
    for path in sorted(expected.keys() & found.keys()):
        if expected[path] != found[path]:
            return f"SHA-256 of {path}: expected {expected[path]}, found {clipped(found[path])}"
    return _list_difference("shards", sorted(expected), sorted(found))


def _fields_difference(fields: list[Node], columns: Sequence[Column]) -> str | None:
    names = [_member(field, "name").text() for field in fields]
    problem = _list_difference("fields", [column.name for column in columns], names)
    if problem is not None:
        return problem
    for field, column in zip(fields, columns, strict=True):
        real = dict(_member(field, "x-corpuskit").entries())
        for key, expected in (
            ("type", column.type),
            ("arrow", column.arrow),
            ("itemType", column.item_type),
        ):
            found = real[key].text() if key in real else None
            if found != expected:
                return f"{key} of `{column.name}`: expected {expected}, found {clipped(str(found))}"
        if _is_required(field) and not column.required:
            return f"`{column.name}`: expected no rule that it is required, found one"
    return None


def _list_difference(what: str, expected: Sequence[str], found: Sequence[str]) -> str | None:
    if list(expected) == list(found):
        return None
    known, seen = set(expected), set(found)
    lacking = [name for name in expected if name not in seen]
    extra = [name for name in found if name not in known]
    if not lacking and not extra:
        return f"{what}: expected them in the manifest's order and once, found them otherwise"
    named = ", ".join(clipped(name) for name in (lacking or extra)[:3])
    return f"{what}: expected {named}, found none" if lacking else f"{what}: did not expect {named}"


def _is_required(field: Node) -> bool:
    constraints = dict(field.entries()).get("constraints")
    required = dict(constraints.entries()).get("required") if constraints else None
    return required is not None and required.flag()


def _member(node: Node, name: str) -> Node:
    members = dict(node.entries())
    if name not in members:
        node.fail(f"has no {name}")
    return members[name]
