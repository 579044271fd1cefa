"""Verification: a release read again, and everything in it held against everything else.

    files              what is there; nothing but plain files is ever opened
    version            one version: names and digests first, then the contents of sound files
    against_manifest   the manifest against itself, and the documents against it
    layout             what the manifest's columns ask of every shard
    shard_rows         the rows: each one's digest, and all together
    audit_lines        the audit, and that every source is in exactly one place
    dataset            the versions of a dataset, and what stands around them
    findings           what is wrong, as diagnostics

A file is read further only when its bytes are those that were published: what is in others says
nothing, except that they have been changed.
"""

from __future__ import annotations

import os
from pathlib import Path

from corpuskit.errors import ReleaseError, UsageError
from corpuskit.model import Diagnostic
from corpuskit.strict_json import JsonError, Node, parse
from corpuskit.verifying.dataset import INDEX, verify_dataset, version_folders
from corpuskit.verifying.files import read_document
from corpuskit.verifying.findings import Findings
from corpuskit.verifying.version import CHECKSUMS, MANIFEST, verify_version

__all__ = ["verify"]


def verify(path: str | os.PathLike[str], *, workers: int | None = None) -> tuple[Diagnostic, ...]:
    """Check a version, or a dataset with all its versions.

    Nothing that is in them is raised, however wrong. Nothing outside of them is read, but the
    index.json of the dataset that a version is in.

    Args:
        path: The folder of a version or of a dataset.
        workers: Processes that read shards, if there are enough to read; by default one a core.

    Returns:
        What is wrong, by file, with paths relative to `path`; nothing when the release holds.

    Raises:
        ReleaseError: `path` is no release, or cannot be listed.
        UsageError: there are no workers.
    """
    if workers is not None and workers < 1:
        raise UsageError(f"{workers} workers cannot verify anything; at least 1")
    count = workers or len(os.sched_getaffinity(0))
    root = Path(path)
    findings = Findings()
    try:
        if not root.is_dir():
            problem = "a file" if root.is_file() else "no folder"
            raise ReleaseError(f"{root} is {problem}; name the folder of a version or a dataset")
        if os.path.lexists(root / MANIFEST) or os.path.lexists(root / CHECKSUMS):
            verify_version(root, findings, count, _indexed(root.resolve()))
        elif version_folders(root):
            verify_dataset(root, findings, count)
        else:
            raise ReleaseError(
                f"{root} holds neither {MANIFEST} nor a version; name a folder such as "
                "datasets/articles/1.0.0, or build one: corpuskit build ARTICLES"
            )
    except OSError as error:
        raise ReleaseError(f"{root}: {error.strerror}") from error
    return findings.close()


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
