"""A dataset: its versions, how each follows the one before, and what stands around them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.codes import Code
from corpuskit.config.parts import read_parts
from corpuskit.dataset_names import (
    AROUND,
    DEV,
    INDEX,
    MANIFEST,
    REFUSED,
    REPORTS,
    SIGNATURES,
    STAGING,
    UNDER_WAY,
)
from corpuskit.disk.plain_files import read_document
from corpuskit.documents import render_dataset
from corpuskit.finding.release import version_folders
from corpuskit.manifest import Changes, Json, Manifest
from corpuskit.parts.folders import part_of
from corpuskit.shards import read_batches
from corpuskit.signatures.key_files import Signer
from corpuskit.strict_json import JsonError, parse
from corpuskit.substance import verdict_between
from corpuskit.verifying.differences import json_difference
from corpuskit.verifying.findings import Findings, clipped
from corpuskit.verifying.maker import renders_alike
from corpuskit.verifying.signatures import check_signatures
from corpuskit.verifying.version import ExaminedVersion, verify_version
from corpuskit.versions import Version

_FOLDERS = frozenset({DEV, REPORTS, SIGNATURES, REFUSED, UNDER_WAY})


def verify_dataset(
    root: Path,
    findings: Findings,
    workers: int,
    *,
    history: bool,
    signers: Sequence[Signer] = (),
) -> list[ExaminedVersion]:
    """Check every version, that each follows the one before, and the dataset's own documents.

    Each version must have been signed by all of the `signers`.
    With `history` no version may be missing that another one follows; without, those that are
    there need not be all that there ever were.

    Returns:
        The versions, lowest first.
    """
    sizes = _check_entries(root, findings)
    versions: list[ExaminedVersion] = []
    holding = []
    for number in version_folders(root):
        if (root / str(number)).is_symlink():
            continue
        before = findings.total
        below = findings.below(str(number))
        versions.append(verify_version(root / str(number), below, workers))
        if findings.total == before:
            holding.append(versions[-1].root)
        check_signatures(versions[-1], signers)
    if versions and history:
        _check_first(versions[0])
    for place, later in enumerate(versions[1:], 1):
        earlier = _followed(versions[:place], later)
        if earlier is None:
            continue
        pair = {earlier.root, later.root}
        if _check_previous(earlier, later, history=history) and pair <= set(holding):
            _check_changes(earlier, later)
    _check_names(versions)
    _check_around(root, sizes, versions, findings)
    return versions


def _check_names(versions: Sequence[ExaminedVersion]) -> None:
    """Check that all versions are of one dataset: what the newest is called."""
    named = [(v, v.manifest.name) for v in versions if v.manifest is not None]
    for version, name in named[:-1]:
        if name != named[-1][1]:
            problem = f"name: expected {clipped(named[-1][1])} as in the newest version, found "
            version.findings.add(Code.METADATA_DISAGREES, MANIFEST, problem + clipped(name))


def _check_entries(root: Path, findings: Findings) -> set[str]:
    """The plain files around the versions; links are findings, for globs read rows through them."""
    plain = set()
    for entry in sorted(os.scandir(root), key=lambda entry: entry.name):
        if entry.is_symlink():
            problem = "expected no links in a dataset, found a symbolic link"
            findings.add(Code.STRAY_FILE, entry.name, problem, help="delete it")
        elif entry.is_file(follow_symlinks=False):
            plain.add(entry.name)
        elif entry.name in AROUND:
            findings.add(Code.STRAY_FILE, entry.name, "expected a plain file, found another thing")
        elif not _belongs(entry.name):
            problem = "expected versions, reports and signatures, found another folder"
            findings.add(Code.STRAY_FILE, entry.name, problem, help="move it away")
    for name in sorted(plain - set(AROUND)):
        problem = f"expected only {', '.join(AROUND)}, found another file"
        findings.add(Code.STRAY_FILE, name, problem, help="move it away")
    return plain


def _belongs(folder: str) -> bool:
    return folder in _FOLDERS or bool(Version.parse(folder)) or folder.startswith(STAGING)


def _check_first(version: ExaminedVersion) -> None:
    if version.manifest is not None and version.manifest.previous is not None:
        problem = (
            f"previous: expected version {version.manifest.previous.version} beside it, found none"
        )
        version.findings.add(Code.METADATA_DISAGREES, MANIFEST, problem)


def _followed(before: list[ExaminedVersion], later: ExaminedVersion) -> ExaminedVersion | None:
    """The version that `later` has to follow; None if it need not follow any that is there.

    That is the one before it. If that one is gone, it may have been gone when `later` was built,
    which then follows the last one that was not, or none if all were.
    """
    previous = later.manifest.previous if later.manifest else None
    for earlier in reversed(before):
        if earlier.gone is None or (previous and previous.version == earlier.root.name):
            return earlier
    return before[-1] if previous else None


def _check_previous(earlier: ExaminedVersion, later: ExaminedVersion, *, history: bool) -> bool:
    """Whether `later` says that it follows `earlier` as it is; a finding if it cannot be so.

    And whether there are rows of both, which can be compared.
    """
    if later.manifest is None:
        return False
    previous, number = later.manifest.previous, earlier.root.name
    if not history and previous is not None and _is_between(number, previous.version, later):
        return False
    problem = None
    if previous is None or previous.version != number:
        found = "none" if previous is None else previous.version
        problem = f"previous: expected {number}, the version before, found {found}"
    elif earlier.manifest is not None and previous.manifest_sha256 != earlier.manifest_sha256:
        problem = (
            f"previous.manifest_sha256: expected {earlier.manifest_sha256} of {number}/{MANIFEST}, "
            f"found {previous.manifest_sha256}"
        )
    if problem is not None:
        later.findings.add(Code.METADATA_DISAGREES, MANIFEST, problem)
    there = earlier.gone is None and later.gone is None
    return problem is None and earlier.manifest is not None and there


def _is_between(earlier: str, number: str, later: ExaminedVersion) -> bool:
    """Whether a version would stand between two others, if it were there."""
    numbers = [Version.parse(text) for text in (earlier, number, later.root.name)]
    first, between, last = (found or Version(0, 0, 0) for found in numbers)
    return first < between < last


def _check_changes(earlier: ExaminedVersion, later: ExaminedVersion) -> None:
    old, new = earlier.manifest, later.manifest
    assert old is not None
    assert new is not None
    if new.changes is None:
        return
    found = _changes(_identities(earlier.root, old), _identities(later.root, new), old, new)
    if found != new.changes:
        problem = f"changes: expected {_said(found)} by the rows, found {_said(new.changes)}"
        later.findings.add(Code.METADATA_DISAGREES, MANIFEST, problem)
    _check_splits(earlier, later)


def _check_splits(earlier: ExaminedVersion, later: ExaminedVersion) -> None:
    """Check that no row is in another split than before, if both versions have the same rules."""
    old, new = earlier.manifest, later.manifest
    assert old is not None
    assert new is not None
    rules = [read_parts(m.config.get("parts")) for m in (old, new)]
    if rules[0] is None or rules[1] is None or rules[0].splits != rules[1].splits:
        return
    if not rules[0].splits:
        return
    before, after = _splits(earlier.root, old), _splits(later.root, new)
    was = before["split"].take(pc.index_in(after["id"], value_set=before["id"]))
    moved = after.filter(pc.fill_null(pc.not_equal(was, after["split"]), fill_value=False))
    if moved.num_rows:
        problem = (
            f"expected every row in the split that it was in, found {moved.num_rows} in another, "
            f"such as {clipped(moved['id'][0].as_py())}, now in {moved['split'][0].as_py()}"
        )
        later.findings.add(Code.METADATA_DISAGREES, MANIFEST, problem)


def _splits(root: Path, manifest: Manifest) -> pa.Table:
    """The columns `id` and `split` of a version's rows."""
    schema = pa.schema([("id", pa.string())])
    tables = [schema.append(pa.field("split", pa.string())).empty_table()]
    for shard in manifest.shards:
        ids = pa.Table.from_batches(read_batches(root / shard.path, ["id"]), schema)
        found = part_of(shard.path, manifest)
        split = pa.scalar(found[0].split if found else None, pa.string())
        tables.append(ids.append_column("split", pa.repeat(split, ids.num_rows)))
    return pa.concat_tables(tables)


def _identities(root: Path, manifest: Manifest) -> pa.Table:
    columns = ["id", "row_sha256"]
    batches = [b for s in manifest.shards for b in read_batches(root / s.path, columns)]
    return pa.Table.from_batches(batches, pa.schema([(name, pa.string()) for name in columns]))


def _changes(before: pa.Table, after: pa.Table, old: Manifest, new: Manifest) -> Changes:
    """What happened between two versions; equal row digests mean equal ids, which they cover."""
    common, unchanged = (
        pc.sum(pc.is_in(after[name], before[name])).as_py() or 0 for name in ("id", "row_sha256")
    )
    return Changes(
        added=after.num_rows - common,
        removed=before.num_rows - common,
        changed=common - unchanged,
        unchanged=unchanged,
        schema=verdict_between(old, new),
    )


def _said(changes: Changes) -> str:
    return (
        f"{changes.added} added, {changes.removed} removed, {changes.changed} changed, "
        f"{changes.unchanged} unchanged, columns {changes.schema}"
    )


def _check_around(
    root: Path, plain: set[str], versions: list[ExaminedVersion], findings: Findings
) -> None:
    """Check the dataset's own documents against those that its versions' manifests give.

    Those of another corpuskit are only compared in what the index says of each version.
    """
    for name in AROUND:
        if name not in plain and not (root / name).is_symlink() and not (root / name).exists():
            findings.add(Code.MISSING_FILE, name, "expected the file, found none")
    published = [(v.manifest, v.manifest_sha256 or "") for v in versions if v.manifest is not None]
    names = [version.root.name for version in versions]
    if not published or [manifest.version for manifest, _ in published] != names:
        return
    exact = renders_alike(published[-1][0])
    gone = {version.root.name: version.gone for version in versions if version.gone is not None}
    for name, expected in render_dataset(published, gone).items():
        if name not in plain or not (exact or name == INDEX):
            continue
        problem = _difference(root / name, name, expected, exact=exact)
        if problem is not None:
            code = Code.INDEX_DISAGREES if name == INDEX else Code.METADATA_DISAGREES
            findings.add(code, name, problem, help="build again: that writes it anew")


def _difference(path: Path, name: str, expected: bytes, *, exact: bool) -> str | None:
    try:
        found = read_document(path)
        if found == expected:
            return None
        if name != INDEX:
            return "expected what the versions' manifests give, found something else"
        given, said = parse(expected), parse(found)
        problem = _other_versions(given, said) or json_difference(given, said)
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    except JsonError as error:
        return f"expected the index of the versions, found {clipped(str(error))}"
    return problem or ("expected canonical JSON, found other white space" if exact else None)


def _other_versions(given: Json, said: Json) -> str | None:
    """Which versions an index lists that are not there, and the other way round."""
    there, listed = _listed(given), _listed(said)
    gone = [version for version in listed if version not in there]
    new = [version for version in there if version not in listed]
    if gone:
        return f"{_these(gone)} listed and not there"
    return f"{_these(new)} there and not listed" if new else None


def _listed(index: Json) -> list[str]:
    """The versions that an index names, as far as it is one."""
    entries = index.get("versions") if isinstance(index, dict) else None
    versions = (
        entry.get("version")
        for entry in (entries if isinstance(entries, list) else ())
        if isinstance(entry, dict)
    )
    return [version for version in versions if isinstance(version, str)]


def _these(versions: list[str]) -> str:
    named = clipped(", ".join(versions))
    return f"{named} {'is' if len(versions) == 1 else 'are'}"
