"""manifest.json, written and read back."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from corpuskit.manifest import Description, FileEntry, Manifest
from corpuskit.manifest_json import ManifestError, dump, load
from corpuskit.strict_json import MAX_BYTES, JsonError

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas/manifest.schema.json").read_text("utf-8"))

Edit = Callable[[dict[str, Any]], object]


def _edited(manifest: Manifest, edit: Edit) -> bytes:
    document = json.loads(dump(manifest))
    edit(document)
    return json.dumps(document).encode()


def test_what_was_dumped_loads_as_the_same_manifest(manifest: Manifest) -> None:
    assert load(dump(manifest)) == manifest


def test_a_first_version_without_git_or_description_comes_back(manifest: Manifest) -> None:
    bare = replace(
        manifest,
        description=Description("bare"),
        sources=replace(manifest.sources, git_commit=None, git_dirty=None),
        stats=replace(manifest.stats, first_date=None, last_date=None),
        previous=None,
        changes=None,
        columns=(),
        files=(),
    )
    assert load(dump(bare)) == bare


def test_the_bytes_are_canonical(manifest: Manifest) -> None:
    data = dump(manifest)
    document = json.loads(data)
    assert data == dump(load(data))
    assert list(document) == sorted(document)
    assert data.endswith(b"}\n")
    assert b"\r" not in data
    assert "新闻".encode() in data


def test_the_order_of_a_mapping_does_not_change_the_bytes(manifest: Manifest) -> None:
    turned = replace(manifest, codes=dict(reversed(list(manifest.codes.items()))))
    assert dump(turned) == dump(manifest)


def test_the_published_schema_is_one_and_describes_the_document(manifest: Manifest) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(json.loads(dump(manifest)), SCHEMA)


def _dig(document: dict[str, Any], *keys: str | int) -> Any:  # noqa: ANN401 - JSON
    found: Any = document
    for key in keys:
        found = found[key]
    return found


REFUSED: list[tuple[str, str, Edit]] = [
    ("a missing key", "$", lambda d: d.pop("version")),
    ("a missing inner key", "counts", lambda d: _dig(d, "counts").pop("rows")),
    ("an unknown key", "$", lambda d: d.update(extra=1)),
    ("an unknown inner key", "files[0]", lambda d: _dig(d, "files", 0).update(extra=1)),
    ("null for text", "name", lambda d: d.update(name=None)),
    ("a number for text", "title", lambda d: d.update(title=1)),
    ("a negative count", "counts.rows", lambda d: _dig(d, "counts").update(rows=-1)),
    ("a float", "counts.rows", lambda d: _dig(d, "counts").update(rows=1.5)),
    ("a boolean for a number", "sources.bytes", lambda d: _dig(d, "sources").update(bytes=True)),
    ("a huge number", "sources.bytes", lambda d: _dig(d, "sources").update(bytes=2**63)),
    ("a way out", "sources.git_path", lambda d: _dig(d, "sources").update(git_path="../")),
    ("a file", "sources.git_path", lambda d: _dig(d, "sources").update(git_path="a")),
    ("a number for a boolean", "sources.dirty", lambda d: _dig(d, "sources").update(dirty=1)),
    ("an object for an array", "files", lambda d: d.update(files={})),
    ("an array for an object", "stats", lambda d: d.update(stats=[])),
    ("a text for an object", "previous", lambda d: d.update(previous="1.0.0")),
    ("a short hash", "content_sha256", lambda d: d.update(content_sha256="abc")),
    ("a hash in capitals", "config.sha256", lambda d: _dig(d, "config").update(sha256="A" * 64)),
    ("no version number", "version", lambda d: d.update(version="../1.0.0")),
    ("a version of two parts", "version", lambda d: d.update(version="1.0")),
    ("a local time", "created", lambda d: d.update(created="2026-01-01T00:00:00")),
    ("a code of no form", "counts.by_code.X1", lambda d: _dig(d, "counts", "by_code").update(X1=1)),
    ("another schema path", "schema.path", lambda d: _dig(d, "schema").update(path="x.json")),
    ("an unheard verdict", "changes.schema", lambda d: _dig(d, "changes").update(schema="fine")),
    ("an unheard kind of audit", "audit", lambda d: d.update(audit="none")),
    ("another form", "manifest_version", lambda d: d.update(manifest_version=2, more=1)),
]
"""What, the key path that the error names, and the edit that makes it so."""

BEYOND_JSON_SCHEMA: list[tuple[str, str, Edit]] = [
    ("a version and a newline", "version", lambda d: d.update(version="1.0.0\n")),
    ("a day of no calendar", "created", lambda d: d.update(created="2026-02-30T00:00:00Z")),
    ("a repeated file", "files[3].path", lambda d: d["files"].append(d["files"][0])),
    (
        "a repeated column",
        "schema.columns[14].name",
        lambda d: _dig(d, "schema", "columns").append(_dig(d, "schema", "columns", 0)),
    ),
]


@pytest.mark.parametrize(
    ("where", "edit"), [pytest.param(w, e, id=i) for i, w, e in REFUSED + BEYOND_JSON_SCHEMA]
)
def test_a_document_with_a_fault_is_refused_at_its_key(
    manifest: Manifest, where: str, edit: Edit
) -> None:
    with pytest.raises(ManifestError) as caught:
        load(_edited(manifest, edit))
    assert caught.value.path == where
    assert str(caught.value).startswith(f"{where}: ")


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../data/x",
        "data/../../x",
        "data//x",
        "data/./x",
        "data",
        "data/",
        "data\\x",
        "data/a\nb",
        "data/a\x00b",
        "other/x",
        "",
    ],
)
def test_a_file_that_could_lie_outside_the_release_is_refused(
    manifest: Manifest, path: str
) -> None:
    with pytest.raises(ManifestError) as caught:
        load(_edited(manifest, lambda d: d["files"][0].update(path=path)))
    assert caught.value.path == "files[0].path"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"\xef\xbb\xbf{}",
        b"null",
        b"[]",
        b"{",
        b"{}x",
        b'{"a": 1, "a": 1}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": "\\ud800"}',
        b'{"a": "' + b'\\"' * 100_000,
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a": "\x00"}',
    ],
    ids=range(17),
)
def test_hostile_bytes_are_refused_as_no_manifest(data: bytes) -> None:
    with pytest.raises(ManifestError):
        load(data)


def test_more_than_any_manifest_is_not_even_parsed() -> None:
    with pytest.raises(ManifestError, match="larger than"):
        load(b" " * (MAX_BYTES + 1))


def test_a_config_nested_to_the_cap_comes_back_and_deeper_is_refused(manifest: Manifest) -> None:
    def nested(depth: int) -> dict[str, Any]:
        return {"x": nested(depth - 1)} if depth else {}

    fits = replace(manifest, config=nested(28))
    assert load(dump(fits)) == fits
    with pytest.raises(ManifestError, match="nests deeper"):
        dump(replace(manifest, config=nested(40)))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800", 10**40])
def test_what_would_not_load_is_not_dumped(manifest: Manifest, value: float | str) -> None:
    with pytest.raises(ManifestError):
        dump(replace(manifest, config={"x": value}))


def test_a_file_that_would_be_refused_is_not_dumped(manifest: Manifest) -> None:
    with pytest.raises(ManifestError, match=r"files\[0\]\.path"):
        dump(replace(manifest, files=(FileEntry("README.md", 1, "0" * 64, 1),)))


def test_a_hostile_key_is_shown_short_and_escaped(manifest: Manifest) -> None:
    key = "\n\x1b[31m" + "x" * 10_000
    with pytest.raises(ManifestError) as caught:
        load(_edited(manifest, lambda d: d.update({key: 1})))
    assert len(str(caught.value)) < 200
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("kind", [ManifestError, JsonError])
def test_the_error_survives_pickling(kind: type[ManifestError | JsonError]) -> None:
    again = pickle.loads(pickle.dumps(kind("counts.rows", "is missing")))
    assert (str(again), again.path) == ("counts.rows: is missing", "counts.rows")


@pytest.mark.parametrize("edit", [pytest.param(e, id=i) for i, _, e in REFUSED])
def test_the_published_schema_refuses_it_too(manifest: Manifest, edit: Edit) -> None:
    document = json.loads(dump(manifest))
    edit(document)
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(document)
