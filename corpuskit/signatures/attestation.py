"""What a signature says of a version: an in-toto statement (v1) of its files and how it was built.

https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md. The predicate has the two
halves of SLSA's provenance and is none: that one names the builder, who is trusted for what the
rest says, and a manifest does not know who ran the build. `schemas/provenance.schema.json`
describes ours, in which all is said as the manifest says it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from corpuskit.manifest import Json, Manifest
from corpuskit.strict_json import Node, dumps, parse

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:corpuskit:provenance:1"

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as it was read: whose files, by path their SHA-256, and all of the predicate."""

    name: str
    version: str
    digests: Mapping[str, str]
    predicate: Json


def provenance(manifest: Manifest) -> dict[str, Json]:
    """The predicate: which release, what it was built from, by what and when."""
    sources, previous = manifest.sources, manifest.previous
    before: Json = None
    if previous is not None:
        before = {"version": previous.version, "manifest_sha256": previous.manifest_sha256}
    return {
        "release": {
            "name": manifest.name,
            "version": manifest.version,
            "content_sha256": manifest.content_sha256,
        },
        "buildDefinition": {
            "config": {"sha256": manifest.config_sha256},
            "schema": {"sha256": manifest.schema_sha256},
            "sources": {
                "count": sources.count,
                "bytes": sources.bytes,
                "merkle_root": sources.merkle_root,
                "git_commit": sources.git_commit,
                "git_path": sources.git_path,
                "dirty": sources.git_dirty,
            },
            "previous": before,
        },
        "runDetails": {"created": manifest.created, "generator": dict(manifest.generator)},
    }


def dump(manifest: Manifest, digests: Mapping[str, str]) -> bytes:
    """The statement of a version, as canonical JSON.

    Args:
        manifest: The version's.
        digests: Path → SHA-256 of every file of it, manifest and SHA256SUMS among them.
    """
    paths = sorted(digests, key=lambda path: path.encode())
    return dumps(
        {
            "_type": STATEMENT_TYPE,
            "subject": [{"name": path, "digest": {"sha256": digests[path]}} for path in paths],
            "predicateType": PREDICATE_TYPE,
            "predicate": provenance(manifest),
        }
    )


def load(payload: bytes) -> Statement:
    """The statement that a payload is; members that are not known are passed over.

    Raises:
        JsonError: it is none, or not about a release.
    """
    node = Node(parse(payload))
    for key, expected in (("_type", STATEMENT_TYPE), ("predicateType", PREDICATE_TYPE)):
        node.member(key).text(re.compile(re.escape(expected)))
    digests: dict[str, str] = {}
    for subject in node.member("subject").items():
        name = subject.member("name").text()
        if name in digests:
            subject.fail("repeats a name")
        digests[name] = subject.member("digest").member("sha256").text(_SHA256)
    release = node.member("predicate").member("release")
    return Statement(
        release.member("name").text(),
        release.member("version").text(),
        digests,
        node.member("predicate").value,
    )
