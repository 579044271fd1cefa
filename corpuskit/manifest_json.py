"""manifest.json: a `Manifest` as canonical JSON, and back from bytes that nobody vouches for.

`schemas/manifest.schema.json` describes the document; it and `load` accept the same documents,
but for what JSON Schema cannot say (repeated paths and columns, dates of no calendar).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import cast

from corpuskit.description_json import KEYS, description_json, read_description
from corpuskit.manifest import (
    MANIFEST_VERSION,
    AuditKind,
    Changes,
    Column,
    FileEntry,
    Json,
    Manifest,
    Previous,
    SourcesSummary,
    Stats,
)
from corpuskit.model import Counts
from corpuskit.strict_json import DocumentError, JsonError, Node, dumps, parse

SCHEMA_PATH = "schema.json"

_SHA256 = re.compile(r"[0-9a-f]{64}")
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_NUMBER = r"(0|[1-9][0-9]{0,8})"
_VERSION = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}")
_CREATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z")
_VERDICT = re.compile(r"identical|compatible|breaking")
_AUDIT = re.compile(r"full|redacted")
_CODE = re.compile(r"CK[0-9]{3}")
_FOLDERS = re.compile(r"((?!\.{1,2}/)[^/\x00-\x1f\\]+/)*")
_PATH = re.compile(r"(data|audit)(/(?!\.{1,2}(/|$))[^/\x00-\x1f\\]+)+|footers\.arrow\.zst")
"""Relative, POSIX, below one of the two folders: joined to a release it stays inside."""


class ManifestError(DocumentError):
    """Bytes that are not a manifest."""


def dump(manifest: Manifest) -> bytes:
    """The bytes of manifest.json.

    Raises:
        ManifestError: `load` would refuse them; a caller's bug, found before it is published.
    """
    try:
        data = dumps(as_json(manifest))
    except JsonError as error:
        raise ManifestError(*error.args) from None
    load(data)
    return data


def load(data: bytes) -> Manifest:
    """The manifest that `data` is.

    Raises:
        ManifestError: Anything at all is wrong with `data`: no other exception leaves here.
    """
    try:
        return _manifest(Node(parse(data)))
    except JsonError as error:
        raise ManifestError(*error.args) from None


def as_json(manifest: Manifest) -> dict[str, Json]:
    """The members of manifest.json; every key is always there, null where nothing is known."""
    return {
        "manifest_version": MANIFEST_VERSION,
        **description_json(manifest.description),
        "version": manifest.version,
        "previous": None if manifest.previous is None else _previous_json(manifest.previous),
        "created": manifest.created,
        "generator": dict(manifest.generator),
        "schema": {
            "path": SCHEMA_PATH,
            "sha256": manifest.schema_sha256,
            "columns": [_column_json(column) for column in manifest.columns],
        },
        "config": {"settings": dict(manifest.config), "sha256": manifest.config_sha256},
        "sources": {
            "count": manifest.sources.count,
            "bytes": manifest.sources.bytes,
            "merkle_root": manifest.sources.merkle_root,
            "git_commit": manifest.sources.git_commit,
            "git_path": manifest.sources.git_path,
            "dirty": manifest.sources.git_dirty,
        },
        "counts": _counts_json(manifest),
        "audit": manifest.audit,
        "stats": _stats_json(manifest.stats),
        "content_sha256": manifest.content_sha256,
        "files": [_file_json(entry) for entry in manifest.files],
        "changes": None if manifest.changes is None else _changes_json(manifest.changes),
    }


def _previous_json(previous: Previous) -> dict[str, Json]:
    return {"version": previous.version, "manifest_sha256": previous.manifest_sha256}


def _column_json(column: Column) -> dict[str, Json]:
    return {
        "name": column.name,
        "type": column.type,
        "item_type": column.item_type,
        "arrow": column.arrow,
        "required": column.required,
        "title": column.title,
        "description": column.description,
    }


def _counts_json(manifest: Manifest) -> dict[str, Json]:
    counts = manifest.counts
    return {
        "sources": counts.sources,
        "rows": counts.rows,
        "rejected": counts.rejected,
        "duplicates": counts.duplicates,
        "excluded": counts.excluded,
        "ignored": counts.ignored,
        "by_code": dict(manifest.codes),
        "naive_dates": dict(manifest.naive_dates),
    }


def _stats_json(stats: Stats) -> dict[str, Json]:
    return {
        "characters": stats.characters,
        "first_date": stats.first_date,
        "last_date": stats.last_date,
        "languages": dict(stats.languages),
        "formats": dict(stats.formats),
        "encodings": dict(stats.encodings),
        "non_null": dict(stats.non_null),
        "licenses": dict(stats.licenses),
    }


def _file_json(entry: FileEntry) -> dict[str, Json]:
    return {
        "path": entry.path,
        "bytes": entry.bytes,
        "sha256": entry.sha256,
        "rows": entry.rows,
    }


def _changes_json(changes: Changes) -> dict[str, Json]:
    return {
        "added": changes.added,
        "removed": changes.removed,
        "changed": changes.changed,
        "unchanged": changes.unchanged,
        "schema": changes.schema,
    }


_TOP = (
    *("manifest_version", *KEYS),
    *("version", "previous", "created", "generator", "schema"),
    *("audit", "config", "sources", "counts", "stats", "content_sha256", "files", "changes"),
)
_COLUMN = ("name", "type", "item_type", "arrow", "required", "title", "description")
_SOURCES = ("count", "bytes", "merkle_root", "git_commit", "git_path", "dirty")
_COUNTS = (
    *("sources", "rows", "rejected", "duplicates", "excluded", "ignored"),
    *("by_code", "naive_dates"),
)
_STATS = (
    *("characters", "first_date", "last_date"),
    *("languages", "formats", "encodings", "non_null", "licenses"),
)
_FILE = ("path", "bytes", "sha256", "rows")
_CHANGES = ("added", "removed", "changed", "unchanged", "schema")


def _manifest(node: Node) -> Manifest:
    _check_manifest_version(node)
    top = node.members(*_TOP)
    schema = top["schema"].members("path", "sha256", "columns")
    if schema["path"].text() != SCHEMA_PATH:
        schema["path"].fail(f"should be {SCHEMA_PATH!r}")
    config = top["config"].members("settings", "sha256")
    counts = top["counts"].members(*_COUNTS)
    return Manifest(
        description=read_description(top),
        version=top["version"].text(_VERSION),
        created=_created(top["created"]),
        generator={name: value.text() for name, value in top["generator"].entries()},
        schema_sha256=schema["sha256"].text(_SHA256),
        columns=_columns(schema["columns"]),
        config={name: value.value for name, value in config["settings"].entries()},
        config_sha256=config["sha256"].text(_SHA256),
        sources=_sources(top["sources"]),
        counts=_counts(counts),
        audit=cast("AuditKind", top["audit"].text(_AUDIT)),
        codes=_tally(counts["by_code"], _CODE),
        naive_dates=_tally(counts["naive_dates"]),
        stats=_stats(top["stats"]),
        content_sha256=top["content_sha256"].text(_SHA256),
        files=_files(top["files"]),
        previous=top["previous"].optional(_previous),
        changes=top["changes"].optional(_changes),
    )


def _check_manifest_version(node: Node) -> None:
    """Say that a document is of another version before its keys seem wrong."""
    for name, value in node.entries():
        if name == "manifest_version" and value.count() != MANIFEST_VERSION:
            value.fail(f"is {value.value}; this corpuskit reads {MANIFEST_VERSION}")


def _created(node: Node) -> str:
    text = node.text(_CREATED)
    try:
        dt.datetime.fromisoformat(text)
    except ValueError as error:
        node.fail(f"is no date and time: {error}")
    return text


def _columns(node: Node) -> tuple[Column, ...]:
    columns = [_column(item) for item in node.items()]
    _refuse_repeats(node, "name", [column.name for column in columns])
    return tuple(columns)


def _column(node: Node) -> Column:
    members = node.members(*_COLUMN)
    return Column(
        name=members["name"].text(),
        type=members["type"].text(),
        arrow=members["arrow"].text(),
        item_type=members["item_type"].optional(Node.text),
        required=members["required"].flag(),
        title=members["title"].optional(Node.text),
        description=members["description"].optional(Node.text),
    )


def _sources(node: Node) -> SourcesSummary:
    members = node.members(*_SOURCES)
    return SourcesSummary(
        count=members["count"].count(),
        bytes=members["bytes"].count(),
        merkle_root=members["merkle_root"].text(_SHA256),
        git_commit=members["git_commit"].optional(lambda commit: commit.text(_COMMIT)),
        git_dirty=members["dirty"].optional(Node.flag),
        git_path=members["git_path"].optional(lambda path: path.text(_FOLDERS)),
    )


def _counts(members: Mapping[str, Node]) -> Counts:
    return Counts(
        sources=members["sources"].count(),
        rows=members["rows"].count(),
        rejected=members["rejected"].count(),
        duplicates=members["duplicates"].count(),
        excluded=members["excluded"].count(),
        ignored=members["ignored"].count(),
    )


def _stats(node: Node) -> Stats:
    members = node.members(*_STATS)
    return Stats(
        characters=members["characters"].count(),
        first_date=members["first_date"].optional(Node.text),
        last_date=members["last_date"].optional(Node.text),
        languages=_tally(members["languages"]),
        formats=_tally(members["formats"]),
        encodings=_tally(members["encodings"]),
        non_null=_tally(members["non_null"]),
        licenses=_tally(members["licenses"]),
    )


def _tally(node: Node, names: re.Pattern[str] | None = None) -> dict[str, int]:
    tally = {}
    for name, value in node.entries():
        if names is not None and not names.fullmatch(name):
            value.fail(f"should be called {names.pattern}")
        tally[name] = value.count()
    return tally


def _files(node: Node) -> tuple[FileEntry, ...]:
    files = [_file(item) for item in node.items()]
    _refuse_repeats(node, "path", [entry.path for entry in files])
    return tuple(files)


def _file(node: Node) -> FileEntry:
    members = node.members(*_FILE)
    return FileEntry(
        path=members["path"].text(_PATH),
        bytes=members["bytes"].count(),
        sha256=members["sha256"].text(_SHA256),
        rows=members["rows"].count(),
    )


def _refuse_repeats(node: Node, what: str, values: list[str]) -> None:
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value in seen:
            raise JsonError(f"{node.path}[{index}].{what}", "repeats an earlier one")
        seen.add(value)


def _previous(node: Node) -> Previous:
    members = node.members("version", "manifest_sha256")
    return Previous(
        version=members["version"].text(_VERSION),
        manifest_sha256=members["manifest_sha256"].text(_SHA256),
    )


def _changes(node: Node) -> Changes:
    members = node.members(*_CHANGES)
    return Changes(
        added=members["added"].count(),
        removed=members["removed"].count(),
        changed=members["changed"].count(),
        unchanged=members["unchanged"].count(),
        schema=members["schema"].text(_VERDICT),
    )
