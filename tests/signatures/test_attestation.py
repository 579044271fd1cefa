"""Statements: what is said of a version, and what is read of what others say."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from corpuskit.manifest import Manifest, Previous
from corpuskit.manifest_json import load
from corpuskit.signatures import attestation
from corpuskit.signatures.attestation import PREDICATE_TYPE, provenance
from corpuskit.strict_json import JsonError

TESTS = Path(__file__).parents[1]
SCHEMA = json.loads((TESTS.parent / "schemas/provenance.schema.json").read_text("utf-8"))
SHA256 = "ab" * 32
DIGESTS = {"data/z.parquet": SHA256, "SHA256SUMS": "12" * 32, "README.md": "34" * 32}


@pytest.fixture
def manifest() -> Manifest:
    return load((TESTS / "documents/golden/version/manifest.json").read_bytes())


def statement(manifest: Manifest) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(attestation.dump(manifest, DIGESTS))
    return said


def test_a_statement_names_all_files_in_the_order_of_their_paths(manifest: Manifest) -> None:
    said = statement(manifest)
    assert said["_type"] == "https://in-toto.io/Statement/v1"
    assert said["subject"] == [
        {"name": "README.md", "digest": {"sha256": "34" * 32}},
        {"name": "SHA256SUMS", "digest": {"sha256": "12" * 32}},
        {"name": "data/z.parquet", "digest": {"sha256": SHA256}},
    ]


def test_a_statement_does_not_depend_on_the_order_in_which_files_are_named(
    manifest: Manifest,
) -> None:
    backwards = dict(reversed(DIGESTS.items()))
    assert attestation.dump(manifest, backwards) == attestation.dump(manifest, DIGESTS)


def test_the_predicate_says_what_the_manifest_says(manifest: Manifest) -> None:
    document = json.loads((TESTS / "documents/golden/version/manifest.json").read_bytes())
    said = statement(manifest)
    assert said["predicateType"] == PREDICATE_TYPE == SCHEMA["$id"]
    assert said["predicate"] == {
        "release": {key: document[key] for key in ("name", "version", "content_sha256")},
        "buildDefinition": {
            "config": {"sha256": document["config"]["sha256"]},
            "schema": {"sha256": document["schema"]["sha256"]},
            "sources": document["sources"],
            "previous": document["previous"],
        },
        "runDetails": {key: document[key] for key in ("created", "generator")},
    }


@pytest.mark.parametrize("previous", [None, Previous("1.0.0", SHA256)])
def test_the_predicate_fits_its_schema(manifest: Manifest, previous: Previous | None) -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    validator.check_schema(SCHEMA)
    sources = replace(manifest.sources, git_commit=None, git_dirty=None)
    for each in (manifest, replace(manifest, previous=previous, sources=sources)):
        assert [*validator.iter_errors(provenance(each))] == []


def test_a_statement_is_read_as_it_was_made(manifest: Manifest) -> None:
    read = attestation.load(attestation.dump(manifest, DIGESTS))
    assert (read.name, read.version) == (manifest.name, manifest.version)
    assert read.digests == DIGESTS
    assert read.predicate == provenance(manifest)


def test_what_is_not_known_is_passed_over(manifest: Manifest) -> None:
    """The specification's parsing rules: others may say more."""
    said = statement(manifest) | {"later": 1}
    said["subject"][0]["digest"]["sha512"] = "cd" * 64
    said["predicate"]["by"] = "somebody"
    assert attestation.load(json.dumps(said).encode()).digests == DIGESTS


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("_type", "https://in-toto.io/Statement/v0.1", "_type: "),
        ("predicateType", "https://slsa.dev/provenance/v1", "predicateType: "),
        ("subject", {}, "subject: should be an array"),
        ("subject.0.name", "SHA256SUMS", "repeats a name"),
        ("subject.0.digest", {"sha512": ""}, 'has no "sha256"'),
        ("subject.0.digest.sha256", SHA256.upper(), "does not match"),
        ("predicate.release", None, "predicate.release: should be an object"),
    ],
)
def test_what_is_no_statement_of_ours_is_told(
    manifest: Manifest, path: str, value: object, problem: str
) -> None:
    said = statement(manifest)
    *above, last = (int(part) if part.isdigit() else part for part in path.split("."))
    place: Any = said
    for part in above:
        place = place[part]
    place[last] = value
    with pytest.raises(JsonError, match=re.escape(problem)):
        attestation.load(json.dumps(said).encode())
