"""Verification: a release read again, and everything in it held against everything else.

    files              what is there; nothing but plain files is ever opened
    version            one version: names and digests first, then the contents of sound files
    maker              who made it: what another corpuskit wrote is compared less closely
    against_manifest   the manifest against itself, and the documents against it
    schema_document    schema.json: its form, and what it promises
    promises           the rules of columns, and whether the rows keep them
    layout             what the manifest's columns ask of every shard
    shard_rows         the rows: each one's digest, and all together
    row_order          that they stand in the order that the manifest names
    row_parts          that they are in the splits and subsets of the manifest's rules
    row_ids            that their ids are those of their paths, or the values of one field
    own_columns        that the columns of every release hold what a build can have written
    own_front_matter   so does the one that is JSON
    own_signals        and so do those of quality, which are counted again
    audit_lines        the audit, line by line
    audit_sources      the audit as a whole, and that every source is in exactly one place
    signatures         whose signatures a version has, and whether they are of its files
    withdrawn          that no row is left of what is withdrawn
    gone               what is left of a version whose rows were deleted
    dataset            the versions of a dataset, and what stands around them
    differences        where two JSON documents, or two lists of names, differ
    findings           what is wrong, as diagnostics

A file is read further only when its bytes are those that were published: what is in others says
nothing, except that they have been changed.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from corpuskit.dataset_names import INDEX, SIGNATURES
from corpuskit.disk.plain_files import read_document
from corpuskit.errors import ReleaseError
from corpuskit.finding.release import find_release, is_version
from corpuskit.model import Diagnostic
from corpuskit.signatures.key_files import Signer, StatedSigners, read_signers
from corpuskit.strict_json import JsonError, Node, parse
from corpuskit.urls import is_url
from corpuskit.verifying.dataset import verify_dataset
from corpuskit.verifying.findings import Findings
from corpuskit.verifying.maker import remark
from corpuskit.verifying.signatures import check_signatures
from corpuskit.verifying.there import fetched
from corpuskit.verifying.version import ExaminedVersion, verify_version
from corpuskit.workers import worker_count

__all__ = ["Examination", "VersionResult", "examine", "require_holding", "verify"]


@dataclass(frozen=True, slots=True)
class VersionResult:
    """What came of one version: how many findings, and what its manifest says it is.

    `name` and `rows` are None where no manifest can be believed; `version` is the folder's name
    then. `note` says what was compared less closely than usual, and why; or of a version that is
    `gone`, whose rows were deleted, when and why. `signed_by` are the keys (fingerprints) of the
    signers who were asked for and have signed it, `unchecked` is the number of signatures that are
    there if nobody was asked for.
    """

    path: Path | str
    version: str
    name: str | None
    rows: int | None
    files: int
    findings: int
    note: str | None
    signed_by: tuple[str, ...] = ()
    unchecked: int = 0
    gone: Literal["retracted", "pruned"] | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.findings


@dataclass(frozen=True, slots=True)
class Examination:
    """What verifying the release at `path` found.

    `findings` are of all versions, with paths relative to `path`; `versions` are in the order of
    their numbers; `around` counts the findings that are about none of them.
    """

    path: Path | str
    findings: tuple[Diagnostic, ...]
    versions: tuple[VersionResult, ...]
    around: int = 0

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    @property
    def is_dataset(self) -> bool:
        """Whether `path` is the folder of versions, and not of one."""
        return [str(version.path) for version in self.versions] != [str(self.path)]


def verify(
    path: str | os.PathLike[str],
    *,
    history: bool = False,
    workers: int | None = None,
    signer: StatedSigners | None = None,
) -> tuple[Diagnostic, ...]:
    """Check a version, or a dataset with all its versions.

    Nothing that is in them is raised, however wrong. Nothing outside of them is read, but the
    index.json of the dataset that a version is in, and the version's signatures beside it. What is
    behind a URL is fetched first.

    Args:
        path: The folder of a version or of a dataset, its URL, or the name of one in `datasets`.
        history: Whether a dataset must have every version that another one follows, down to the
            first; else those that are there must fit together.
        workers: Processes that read shards, if there are enough to read; by default one a core.
        signer: Who must have signed every version: a file of public keys, or such a key. Of
            several all must; of the keys in one file any will do.

    Returns:
        What is wrong, by file, with paths relative to the release's; nothing when it holds.

    Raises:
        ReleaseError: `path` is no release, or cannot be listed.
        UsageError: nothing is there, there are no workers, or a signer's key cannot be used.
        MissingExtraError: signatures cannot be checked without another package.
    """
    return examine(path, history=history, workers=workers, signer=signer).findings


def examine(
    path: str | os.PathLike[str],
    *,
    history: bool = False,
    workers: int | None = None,
    signer: StatedSigners | None = None,
) -> Examination:
    """Check as `verify` does; what came of every version, too, and what was not compared.

    Raises:
        ReleaseError: `path` is no release, or cannot be listed.
        UsageError: nothing is there, there are no workers, or a signer's key cannot be used.
        MissingExtraError: signatures cannot be checked without another package.
    """
    request = _Request(history, worker_count(workers), read_signers(signer))
    stated = os.fspath(path)
    if is_url(stated):
        return _examined_there(stated, request)
    return _examined(find_release(path), request)


def require_holding(version: Path, *, signatures: bool = True) -> None:
    """Make sure that a version can be passed on; with its `signatures`, if these are, too.

    Raises:
        ReleaseError: it does not hold.
    """
    found = [
        finding
        for finding in verify(version)
        if signatures or not (finding.path or "").startswith(f"../{SIGNATURES}/")
    ]
    if found:
        said = "; ".join(f"{d.where}: {d.code} {d.message}" for d in found[:3])
        raise ReleaseError(f"{version} does not hold ({len(found)} findings): {said}")


@dataclass(frozen=True, slots=True)
class _Request:
    """What the caller wants to know besides."""

    history: bool
    workers: int
    signers: tuple[Signer, ...]


def _examined_there(url: str, request: _Request) -> Examination:
    """What is behind a URL, fetched; with paths as they are there."""
    keys = [key.file_part for signer in request.signers for key in signer.keys]
    with fetched(url, keys) as (root, named):
        found = _examined(find_release(root), request)
    versions = (
        replace(version, path=f"{named}/{name}".rstrip("/"))
        for version in found.versions
        for name in [Path(version.path).relative_to(root).as_posix().removeprefix(".")]
    )
    return replace(found, path=named, versions=tuple(versions))


def _examined(root: Path, request: _Request) -> Examination:
    findings, workers, signers = Findings(), request.workers, request.signers
    try:
        if is_version(root):
            version = verify_version(root, findings, workers, _indexed(root.resolve()))
            check_signatures(version, signers)
            return Examination(root, findings.close(), (_result(version),))
        versions = verify_dataset(root, findings, workers, history=request.history, signers=signers)
        results = tuple(map(_result, versions))
        return Examination(root, findings.close(), results, findings.own)
    except OSError as error:
        raise ReleaseError(f"{root}: {error.strerror}") from error


def _result(version: ExaminedVersion) -> VersionResult:
    manifest = version.manifest
    return VersionResult(
        path=version.root,
        version=manifest.version if manifest else version.root.resolve().name,
        name=manifest.name if manifest else None,
        rows=manifest.counts.rows if manifest and version.gone is None else None,
        files=version.files,
        findings=version.findings.own,
        note=_note(version),
        signed_by=version.signed_by,
        unchecked=version.unchecked,
        gone=version.gone.kind if version.gone else None,
    )


def _note(version: ExaminedVersion) -> str | None:
    if version.gone is not None:
        return version.gone.said
    return remark(version.manifest) if version.manifest else None


def _indexed(root: Path) -> str | None:
    """The SHA-256 of a version's manifest by the index.json beside it, if there is a word of it."""
    try:
        index = Node(parse(read_document(root.parent / INDEX)))
        for version in dict(index.entries())["versions"].items():
            members = dict(version.entries())
            if members["version"].text() == root.name:
                return members["manifest_sha256"].text()
    except (OSError, JsonError, KeyError):
        return None
    return None
