"""Releases written by hand around our documents, read by the tools that they are written for."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import datasets
import duckdb
import frictionless
import jsonschema
import mlcroissant
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpuskit.documents import checksums, render, render_dataset
from corpuskit.manifest import Creator, Description, FileEntry, Manifest
from corpuskit.manifest_json import dump
from corpuskit.schema import Schema

ROOT = Path(__file__).parents[2]

# mlcroissant 1.1.1 parses with rdflib, which uses a class of its own that it deprecates, and
# passes pandas an argument that pandas 3 deprecates.
MLCROISSANT_WARNINGS = (
    "ignore:ConjunctiveGraph is deprecated:DeprecationWarning",
    "ignore:The inplace keyword in DataFrame.reset_index:DeprecationWarning",
)

ARROW_SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("title", pa.string()),
        ("date", pa.timestamp("us", "UTC")),
        ("updated", pa.timestamp("us", "UTC")),
        ("day", pa.date32()),
        ("stars", pa.int64()),
        ("score", pa.float64()),
        ("pinned", pa.bool_()),
        ("tags", pa.list_(pa.string())),
        ("pages", pa.list_(pa.int64())),
        ("seen", pa.list_(pa.timestamp("us", "UTC"))),
        ("extra", pa.string()),
        ("license", pa.string()),
        ("n_chars", pa.int32()),
    ]
)


def _row(number: int) -> dict[str, Any]:
    """Rows 0, 2, 4, 6 have all their cells; the others only those that are never null."""
    moment = dt.datetime(2020, 1, 1 + number, 1, 2, 3, 456789, dt.UTC)
    row = dict.fromkeys(ARROW_SCHEMA.names) | {
        "id": f"{number:032x}",
        "title": f"标题 {number} | *x*",
        "date": moment,
        "n_chars": number,
    }
    if number % 2:
        return row
    return row | {
        "updated": moment,
        "day": moment.date(),
        "stars": number % 6,
        "score": number / 2,
        "pinned": number > 2,
        "tags": [] if number == 0 else ["a, b", "", "新闻"],
        "pages": [number, 2**40],
        "seen": [moment, moment],
        "extra": '{"k": [1]}',
        "license": "CC-BY-4.0",
    }


ROWS = [_row(number) for number in range(7)]


def _write(
    folder: Path, shards: list[list[dict[str, Any]]], draft: Manifest, schema: Schema
) -> str:
    """Write a version with these rows; the SHA-256 of its manifest.json."""
    (folder / "data").mkdir(parents=True)
    entries = []
    for index, rows in enumerate(shards):
        path = f"data/part-{index:05}.parquet"
        pq.write_table(pa.Table.from_pylist(rows, ARROW_SCHEMA), folder / path, compression="zstd")
        data = (folder / path).read_bytes()
        entries.append(FileEntry(path, len(data), hashlib.sha256(data).hexdigest(), len(rows)))
    count = sum(map(len, shards))
    manifest = replace(
        draft, files=tuple(entries), counts=replace(draft.counts, rows=count, sources=count + 5)
    )
    files = {**render(manifest, schema), "manifest.json": dump(manifest)}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    (folder / "SHA256SUMS").write_bytes(checksums.render(manifest, files))
    return hashlib.sha256(files["manifest.json"]).hexdigest()


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory, manifest: Manifest, schema: Schema) -> Path:
    """A dataset of two versions: four rows in one shard, then seven in two."""
    folder = tmp_path_factory.mktemp("datasets") / "small"
    first = replace(manifest, version="1.0.0", previous=None, changes=None)
    versions = [
        (first, _write(folder / "1.0.0", [ROWS[:4]], first, schema)),
        (manifest, _write(folder / "1.1.0", [ROWS[:4], ROWS[4:]], manifest, schema)),
    ]
    for name, data in render_dataset(versions).items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def version(dataset: Path) -> Path:
    """The folder of the latest version."""
    return dataset / "1.1.0"


def test_hugging_face_loads_a_version(version: Path, tmp_path: Path) -> None:
    loaded = datasets.load_dataset(str(version), split="train", cache_dir=str(tmp_path))
    assert loaded.to_list() == ROWS
    assert loaded.features.arrow_schema.remove_metadata() == ARROW_SCHEMA


def test_hugging_face_loads_the_latest_version_of_a_dataset(dataset: Path, tmp_path: Path) -> None:
    loaded = datasets.load_dataset(str(dataset), cache_dir=str(tmp_path))
    assert list(loaded) == ["train"]
    assert loaded["train"]["id"][:] == [row["id"] for row in ROWS]


def test_hugging_face_loads_an_older_version_by_its_number(dataset: Path, tmp_path: Path) -> None:
    loaded = datasets.load_dataset(str(dataset), "1.0.0", split="train", cache_dir=str(tmp_path))
    assert loaded["id"][:] == [row["id"] for row in ROWS[:4]]


@pytest.mark.filterwarnings(*MLCROISSANT_WARNINGS)
def test_mlcroissant_validates_a_version_and_loads_all_its_records(version: Path) -> None:
    croissant = mlcroissant.Dataset(version / "croissant.json")
    assert croissant.metadata.ctx.issues.report() == ""
    assert [_plain(record) for record in croissant.records("articles")] == ROWS


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    """A record of mlcroissant as a row.

    It has text as bytes, days as timestamps, and times in lists, which NumPy holds, without zone.
    """
    row = {name.removeprefix("articles/"): _python(value) for name, value in record.items()}
    return row | {"day": row["day"] and row["day"].date()}


def _python(value: Any) -> Any:  # noqa: ANN401 - a cell of any column
    match value:
        case list():
            return [_python(item) for item in value]
        case bytes():
            return value.decode()
        case pd.Timestamp():
            return (value if value.tz else value.tz_localize("UTC")).to_pydatetime()
        case _:
            return value


@pytest.fixture(scope="module")
def odd_version(
    tmp_path_factory: pytest.TempPathFactory, manifest: Manifest, schema: Schema
) -> Path:
    """A version whose description has in it whatever is special to one of the formats."""
    text = '---\n---\n| a: b #\n<script>\u2028{% x %} \\ "\'` @id {"@id": "x"}\n...\n'
    about = Description(
        name=f"odd {text}",
        title=text,
        description=text,
        license=text,
        homepage="javascript:alert(1)",
        creators=(Creator(text, text, text, text, text, text), Creator("http://schema.org/x")),
        keywords=(text, "- x", "no"),
        publisher=text,
        doi=text,
        citation=text,
        rai={"dataBiases": (text, text), "dataCollection": (text,), "unheardOf": (text,)},
    )
    folder = tmp_path_factory.mktemp("odd") / "1.1.0"
    _write(folder, [ROWS], replace(manifest, description=about), schema)
    return folder


def test_hugging_face_loads_a_version_with_odd_texts(odd_version: Path, tmp_path: Path) -> None:
    loaded = datasets.load_dataset(str(odd_version), split="train", cache_dir=str(tmp_path))
    assert len(loaded) == len(ROWS)


@pytest.mark.filterwarnings(*MLCROISSANT_WARNINGS)
def test_mlcroissant_loads_a_version_with_odd_texts(odd_version: Path) -> None:
    croissant = mlcroissant.Dataset(odd_version / "croissant.json")
    assert croissant.metadata.ctx.issues.report() == ""
    assert len(list(croissant.records("articles"))) == len(ROWS)


def test_frictionless_validates_a_version_with_odd_texts(odd_version: Path) -> None:
    assert frictionless.validate(odd_version / "datapackage.json").valid


def test_frictionless_validates_a_version(version: Path) -> None:
    report = frictionless.validate(version / "datapackage.json")
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])
    assert [task.stats["rows"] for task in report.tasks] == [4, 3]
    assert all(task.stats["fields"] == len(ARROW_SCHEMA) for task in report.tasks)


@pytest.mark.parametrize(
    ("column", "value", "error"),
    [
        ("id", ROWS[1]["id"], "primary-key"),
        ("title", "a\nb", "constraint-error"),
        ("date", dt.datetime(1989, 12, 31, tzinfo=dt.UTC), "constraint-error"),
        ("day", dt.date(1969, 12, 30), "constraint-error"),
        ("date", None, "constraint-error"),
    ],
)
def test_frictionless_sees_a_row_that_breaks_a_rule_that_is_carried(
    tmp_path: Path, manifest: Manifest, schema: Schema, column: str, value: object, error: str
) -> None:
    broken = {**ROWS[0], column: value}
    _write(tmp_path / "1.1.0", [[broken, *ROWS[1:]]], manifest, schema)
    report = frictionless.validate(tmp_path / "1.1.0/datapackage.json")
    assert {kind for (kind,) in report.flatten(["type"])} == {error}


def test_the_manifest_satisfies_its_schema(version: Path) -> None:
    schema = json.loads((ROOT / "schemas/manifest.schema.json").read_text("utf-8"))
    jsonschema.validate(json.loads((version / "manifest.json").read_text("utf-8")), schema)


def test_sha256sum_finds_every_file_whole(version: Path) -> None:
    check = ("sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS")
    subprocess.run(check, cwd=version, check=True)
    listed = checksums.parse((version / "SHA256SUMS").read_bytes())
    here = {str(path.relative_to(version)) for path in version.rglob("*") if path.is_file()}
    assert listed.keys() == here - {"SHA256SUMS"}


@pytest.mark.parametrize("glob", ["data/*.parquet", "**/*.parquet"])
def test_duckdb_reads_a_version(version: Path, glob: str) -> None:
    with duckdb.connect() as connection:
        found = connection.execute("SELECT id, tags FROM read_parquet(?)", [str(version / glob)])
        assert found.fetchall() == [(row["id"], row["tags"]) for row in ROWS]


def test_polars_reads_a_version(version: Path) -> None:
    assert pl.read_parquet(version / "data/*.parquet").to_dicts() == ROWS


def test_pandas_reads_a_version(version: Path) -> None:
    frame = pd.read_parquet(version / "data", dtype_backend="pyarrow")
    assert pa.Table.from_pandas(frame, ARROW_SCHEMA, preserve_index=False).to_pylist() == ROWS


def _snippets(card: str) -> Iterator[str]:
    return (found[1] for found in re.finditer(r"```python\n(.*?)```", card, re.DOTALL))


@pytest.mark.parametrize("library", ["pandas", "polars", "duckdb", "datasets"])
def test_the_code_on_the_card_does_what_it_says(dataset: Path, library: str) -> None:
    """Run as a reader would: pasted, in the folder that the card names."""
    card = (dataset / "1.1.0/README.md").read_text("utf-8")
    (snippet,) = (text for text in _snippets(card) if re.search(rf"\b{library}\b", text))
    script = f"{snippet}\nprint('rows:', len(articles))"
    ran = subprocess.run(
        (sys.executable, "-c", script), cwd=dataset, capture_output=True, text=True, check=True
    )
    assert "rows: 7\n" in ran.stdout
