"""Releases made by hand, part by part, so that nothing that builds them can excuse a fault."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version as installed
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpuskit import footers
from corpuskit.codes import Code
from corpuskit.dates import DAY, format_instant
from corpuskit.documents import checksums, render, render_dataset, render_from_manifest
from corpuskit.identity import RowHasher, article_id, content_digest, merkle_root
from corpuskit.manifest import (
    Changes,
    Description,
    FileEntry,
    Json,
    Manifest,
    Previous,
    SourcesSummary,
    Stats,
)
from corpuskit.manifest_json import dump, load
from corpuskit.model import Cell, Counts
from corpuskit.parts.folders import Part
from corpuskit.rows import arrow_schema, column_kinds, columns, to_batch, to_cells
from corpuskit.schema import Field, FieldType, Schema
from corpuskit.schema_reader import schema_digest
from corpuskit.shards import write_table
from corpuskit.strict_json import dumps
from corpuskit.verifying.layout import Layout

SCHEMA = Schema(
    name="article",
    fields=(
        Field("title", FieldType.STRING, ("title",), required=True),
        Field("date", FieldType.DATETIME, ("date",)),
        Field("day", FieldType.DATE, ("day",)),
        Field("stars", FieldType.INTEGER, ("stars",)),
        Field("score", FieldType.NUMBER, ("score",)),
        Field("pinned", FieldType.BOOLEAN, ("pinned",)),
        Field("tags", FieldType.LIST, ("tags",), FieldType.STRING),
        Field("seen", FieldType.LIST, ("seen",), FieldType.DATETIME),
    ),
)
HASHER = RowHasher(column_kinds(SCHEMA))
ARROW = arrow_schema(SCHEMA)
CONFIG: dict[str, Json] = {
    "schema": {"name": SCHEMA.name, "sha256": schema_digest(SCHEMA)},
    "order": ["path"],
    "text": {"parser": "lexbor", "drop": [], "captures": []},
    "dedup": {"exact": True},
}
AUDIT = ("diagnostics", "rejected", "duplicates", "excluded")
YEAR = 31_536_000_000_000

Row = dict[str, Cell]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def make_row(number: int, text: str) -> Row:
    path = f"posts/{number:03d} 新聞.md"
    row: Row = {
        "id": article_id(path),
        "path": path,
        "title": f"Article {number}",
        "date": number * YEAR if number % 3 else None,
        "day": number if number % 2 else None,
        "stars": 2**53 + number if number % 2 else None,
        "score": number / 8 if number % 4 else None,
        "pinned": number % 2 == 0,
        "tags": [f"tag {n}" for n in range(number % 3)],
        "seen": [number, -number],
        "text": text,
        "body": f"# {text}\n",
        "format": "markdown" if number % 2 else "html",
        "language": "en" if number % 3 else None,
        "language_score": 0.5 if number % 3 else None,
        "language_source": "detected" if number % 3 else None,
        "n_chars": len(text),
        "links": [],
        "link_texts": [],
        "images": ["/a.png"],
        "front_matter": '{"title":"x"}',
        "encoding": "utf-8",
        "source_sha256": sha256(path.encode()),
    }
    return seal_row(row)


def seal_row(row: Row) -> Row:
    return row | {"row_sha256": sha256(HASHER.canonical(row | {"row_sha256": None}))}


def write_rows(path: Path, rows: Sequence[Row]) -> None:
    batch = to_batch({name: [row[name] for row in rows] for name in ARROW.names}, ARROW)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_table(pa.Table.from_batches([batch]), path)


def audit_lines(rows: Sequence[Row]) -> dict[str, list[dict[str, object]]]:
    """An audit of five sources that are no rows."""
    kept = rows[0]
    same = {"kept_id": kept["id"], "kept_path": kept["path"], "how": "same text"}
    return {
        "rejected": [
            source_line("bad/a.md", codes=["CK301", "CK310"]),
            source_line("bad/b.md", codes=["CK101"], source_sha256=None),
        ],
        "duplicates": [source_line("copy.md", **same)],
        "excluded": [
            source_line("draft.md", reason="draft"),
            source_line("later.md", reason="future"),
        ],
        "diagnostics": [
            diagnostic_line("bad/a.md", Code.MISSING_FIELD, line=1, column=1, field="title"),
            diagnostic_line(
                *("bad/a.md", Code.UNREADABLE_DATE),
                line=2,
                column=7,
                field="date",
                value="soon",
                help="write a date",
            ),
            diagnostic_line("bad/b.md", Code.UNREADABLE, source_sha256=None),
            diagnostic_line("copy.md", Code.DUPLICATE_TEXT),
        ],
    }


def source_line(path: str, **members: object) -> dict[str, object]:
    """A line about a source that is no row."""
    known = {"path": path, "source_sha256": sha256(path.encode()), "id": article_id(path)}
    return known | members


def diagnostic_line(path: str, code: Code, **members: object) -> dict[str, object]:
    """A line of audit/diagnostics.jsonl."""
    unknown = dict.fromkeys(("line", "column", "field", "value", "help"))
    words = {"code": code, "name": code.label, "severity": code.severity, "message": "wrong"}
    return unknown | words | {"path": path, "source_sha256": sha256(path.encode())} | members


def write_lines(path: Path, lines: Sequence[Mapping[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(spelled(line) for line in lines), "utf-8")


def spelled(line: Mapping[str, object]) -> str:
    """A line as the audit has it; an unpaired surrogate, which no file can hold, is escaped."""
    text = json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.replace("\ud800", "\\ud800") + "\n"


def entry(root: Path, path: str, rows: int) -> FileEntry:
    data = (root / path).read_bytes()
    return FileEntry(path, len(data), sha256(data), rows)


def tally(values: Sequence[Cell]) -> dict[str, int]:
    return dict(Counter(value for value in values if isinstance(value, str)))


def make_stats(rows: Sequence[Row], unit: int = 1) -> Stats:
    """The figures of rows; their dates are in units of so many microseconds."""
    dates = [unit * date for row in rows if isinstance(date := row["date"], int)]
    return Stats(
        characters=sum(len(str(row["text"])) for row in rows),
        first_date=format_instant(min(dates)) if dates else None,
        last_date=format_instant(max(dates)) if dates else None,
        languages=tally([row["language"] for row in rows]),
        formats=tally([row["format"] for row in rows]),
        encodings=tally([row["encoding"] for row in rows]),
        non_null={n: sum(row[n] is not None for row in rows) for n in rows[0]} if rows else {},
    )


def make_version(
    root: Path, shards: Sequence[Sequence[Row]], previous: Previous | None, changes: Changes | None
) -> None:
    """Write a whole version, called after its folder."""
    rows = [row for shard in shards for row in shard]
    audit = audit_lines(rows) if rows else {name: [] for name in AUDIT}
    for number, shard in enumerate(shards):
        write_rows(root / Part().shard(number), shard)
    for name, lines in audit.items():
        write_lines(root / f"audit/{name}.jsonl", lines)
    sources = {str(r["path"]): str(r["source_sha256"]) for r in rows} | {
        str(line["path"]): str(line["source_sha256"] or "")
        for name in ("rejected", "duplicates", "excluded")
        for line in audit[name]
    }
    manifest = Manifest(
        description=Description("small", "A small corpus", "Made by hand.", "CC-BY-4.0"),
        version=root.name,
        created="2026-02-03T04:05:06Z",
        generator={"corpuskit": installed("corpuskit"), "pyarrow": pa.__version__},
        schema_sha256="",
        columns=columns(SCHEMA),
        config=CONFIG,
        config_sha256=sha256(dumps(CONFIG)),
        sources=SourcesSummary(
            count=len(sources),
            bytes=9000,
            merkle_root=merkle_root(sorted(sources.items(), key=lambda s: s[0].encode())),
        ),
        counts=Counts(
            sources=len(sources),
            rows=len(rows),
            rejected=len(audit["rejected"]),
            duplicates=len(audit["duplicates"]),
            excluded=len(audit["excluded"]),
            ignored=3,
        ),
        codes=tally([str(line["code"]) for line in audit["diagnostics"]]),
        naive_dates={"UTC": 1},
        stats=make_stats(rows),
        content_sha256=content_digest((str(r["id"]), str(r["row_sha256"])) for r in rows),
        files=(
            *(entry(root, f"audit/{name}.jsonl", len(lines)) for name, lines in audit.items()),
            FileEntry(footers.PATH, 0, "", len(shards)),
            *(entry(root, Part().shard(n), len(shard)) for n, shard in enumerate(shards)),
        ),
        previous=previous,
        changes=changes,
    )
    schema = render(manifest, SCHEMA)["schema.json"]
    (root / "schema.json").write_bytes(schema)
    write_documents(root, with_footers(root, replace(manifest, schema_sha256=sha256(schema))))


def with_footers(root: Path, manifest: Manifest) -> Manifest:
    """The manifest with its file of footers, written; what is no Parquet has a made-up one."""
    found = {}
    for shard in manifest.shards:
        try:
            found[shard.path] = footers.footer_of(root / shard.path)
        except (footers.FooterError, OSError):
            found[shard.path] = bytes(4) + b"PAR1"
    (root / footers.PATH).write_bytes(footers.render(found))
    written = entry(root, footers.PATH, len(found))
    return replace(
        manifest, files=tuple(written if f.path == footers.PATH else f for f in manifest.files)
    )


def write_documents(root: Path, manifest: Manifest) -> None:
    """Write the manifest and all that is rendered from it."""
    (root / "manifest.json").write_bytes(dump(manifest))
    for name, data in render_from_manifest(manifest).items():
        (root / name).write_bytes(data)
    write_checksums(root)


def write_checksums(root: Path) -> None:
    files = {p.relative_to(root).as_posix(): p for p in root.rglob("*") if p.is_file()}
    files.pop("SHA256SUMS", None)
    digests = {name: sha256(path.read_bytes()) for name, path in files.items()}
    (root / "SHA256SUMS").write_bytes(checksums.lines(digests))


def reread(root: Path) -> Manifest:
    """The manifest with the digests and sizes that its files have by now."""
    manifest = load((root / "manifest.json").read_bytes())
    files = tuple(entry(root, f.path, f.rows) for f in manifest.files)
    return replace(manifest, files=files)


def make_dataset(root: Path) -> None:
    """Write a dataset of two versions: the second changes a row, drops one and adds two."""
    old = [make_row(number, f"Text of article {number}, as it was.") for number in range(1, 7)]
    new = [
        old[0],
        *old[2:5],
        make_row(6, "Something else."),
        *(make_row(n, "New.") for n in (7, 8)),
    ]
    make_version(root / "1.0.0", [old[:4], old[4:]], None, None)
    previous = Previous("1.0.0", sha256((root / "1.0.0/manifest.json").read_bytes()))
    changes = Changes(added=2, removed=1, changed=1, unchanged=4, schema="identical")
    make_version(root / "1.1.0", [new[:4], new[4:]], previous, changes)
    write_around(root)


def write_around(root: Path) -> None:
    """Write the dataset's own documents."""
    manifests = [path.read_bytes() for path in sorted(root.glob("*/manifest.json"))]
    for name, data in render_dataset([(load(m), sha256(m)) for m in manifests]).items():
        (root / name).write_bytes(data)


@pytest.fixture
def edit_audit() -> Callable[..., None]:
    """Lets a function change the lines of a file of the audit, and writes them as they are kept."""

    def edit(root: Path, name: str, change: Callable[[list[dict[str, object]]], object]) -> None:
        path = root / f"audit/{name}.jsonl"
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        change(lines)
        write_lines(path, lines)

    return edit


@pytest.fixture
def forge(reseal: Callable[..., None]) -> Callable[..., None]:
    """Lets a function change the rows of a release, and brings up to date all that is said of them.

    Rows keep the order of their paths, and shards their lengths; `change` is made to the manifest.
    """

    def forge(
        root: Path,
        edit: Callable[[list[Row]], object],
        change: Callable[[Manifest], Manifest] = lambda manifest: manifest,
    ) -> None:
        manifest = reread(root)
        layout = Layout.of(manifest.columns)
        kinds = layout.kinds
        hasher, unit = RowHasher(kinds), DAY if kinds["date"] == "date" else 1
        tables = [pq.read_table(root / s.path, partitioning=None) for s in manifest.shards]
        rows = [row for table in tables for row in cells_of(table)]
        edit(rows)
        rows = [
            r | {"row_sha256": sha256(hasher.canonical(r | {"row_sha256": None}))} for r in rows
        ]
        rows.sort(key=lambda row: str(row["path"]).encode())
        start = 0
        for shard, table in zip(manifest.shards, tables, strict=True):
            part = rows[start : start + table.num_rows]
            start += table.num_rows
            batch = to_batch({n: [row[n] for row in part] for n in kinds}, layout.schema)
            write_table(pa.Table.from_batches([batch]), root / shard.path)
        digest = content_digest((str(r["id"]), str(r["row_sha256"])) for r in rows)
        sources = replace(manifest.sources, merkle_root=root_of_sources(root, rows))
        stated = {"stats": make_stats(rows, unit), "content_sha256": digest, "sources": sources}
        reseal(root, lambda m: change(replace(m, **stated)))

    return forge


def cells_of(table: pa.Table) -> list[Row]:
    cells = [to_cells(batch) for batch in table.to_batches()]
    return [
        dict(zip(part, values, strict=True))
        for part in cells
        for values in zip(*part.values(), strict=True)
    ]


def root_of_sources(root: Path, rows: Sequence[Row]) -> str:
    """The Merkle root over the rows and what else the audit knows of."""
    known = {str(row["path"]): str(row["source_sha256"]) for row in rows}
    for name in ("rejected", "duplicates", "excluded"):
        for line in (root / f"audit/{name}.jsonl").read_text("utf-8").splitlines():
            members = json.loads(line)
            known[members["path"]] = members["source_sha256"] or ""
    return merkle_root(sorted(known.items(), key=lambda leaf: leaf[0].encode()))


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of two versions that nothing may touch."""
    root = tmp_path_factory.mktemp("pristine") / "small"
    make_dataset(root)
    return root


@pytest.fixture
def dataset(pristine: Path, tmp_path: Path) -> Path:
    """A dataset of two versions, 1.0.0 and 1.1.0, to do harm to."""
    shutil.copytree(pristine, tmp_path / "small")
    return tmp_path / "small"


@pytest.fixture
def release(pristine: Path, tmp_path: Path) -> Path:
    """A version of six rows in two shards, away from its dataset, to do harm to."""
    shutil.copytree(pristine / "1.0.0", tmp_path / "release")
    return tmp_path / "release"


@pytest.fixture
def reseal() -> Callable[..., None]:
    """Bring all digests of a changed release up to date.

    The function takes the release's folder and, if the manifest is to change too, a function
    that makes another of it; `documents=False` leaves the derived documents as they are.
    """

    def reseal(
        root: Path,
        change: Callable[[Manifest], Manifest] = lambda manifest: manifest,
        *,
        documents: bool = True,
    ) -> None:
        manifest = with_footers(root, change(reread(root)))
        if documents:
            write_documents(root, manifest)
        else:
            (root / "manifest.json").write_bytes(dump(manifest))
            write_checksums(root)

    return reseal


@pytest.fixture
def reseal_bytes() -> Callable[[Path, bytes], None]:
    """Puts any bytes in the place of manifest.json, and their digest into SHA256SUMS."""

    def reseal(root: Path, manifest: bytes) -> None:
        (root / "manifest.json").write_bytes(manifest)
        write_checksums(root)

    return reseal


@pytest.fixture
def rewrite_around() -> Callable[[Path], None]:
    """Renders a dataset's own documents from its manifests."""
    return write_around


@pytest.fixture(scope="session")
def pristine_empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A version without rows, in its one empty shard."""
    root = tmp_path_factory.mktemp("empty") / "1.0.0"
    make_version(root, [[]], None, None)
    return root


@pytest.fixture
def read_rows() -> Callable[[Path], list[Row]]:
    """Reads the rows of a shard as the cells that it was written from."""

    def read(path: Path) -> list[Row]:
        return cells_of(pq.read_table(path, partitioning=None))

    return read


@pytest.fixture
def rewrite_shard() -> Callable[..., None]:
    """Writes rows as a shard; `sealed` gives each the row_sha256 of its cells."""

    def rewrite(path: Path, rows: Sequence[Row], *, sealed: bool = True) -> None:
        write_rows(path, [seal_row(row) for row in rows] if sealed else rows)

    return rewrite
