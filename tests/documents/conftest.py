"""A small release as values: what the documents of this folder's tests are rendered from."""

from __future__ import annotations

import pytest

from corpuskit.manifest import (
    Changes,
    Column,
    Creator,
    Description,
    FileEntry,
    Manifest,
    Previous,
    SourcesSummary,
    Stats,
)
from corpuskit.model import Counts
from corpuskit.schema import Constraints, Field, FieldType, Schema


@pytest.fixture(scope="session")
def columns() -> tuple[Column, ...]:
    """One column of each kind."""
    return (
        Column("id", "string", "string", required=True, description="names the article"),
        Column("title", "string", "string", required=True, title="Headline"),
        Column("date", "datetime", "timestamp[us, tz=UTC]", required=True),
        Column("updated", "datetime", "timestamp[us, tz=UTC]"),
        Column("day", "date", "date32[day]"),
        Column("stars", "integer", "int64"),
        Column("score", "number", "double"),
        Column("pinned", "boolean", "bool"),
        Column("tags", "list", "list<string>", item_type="string"),
        Column("pages", "list", "list<int64>", item_type="integer"),
        Column("seen", "list", "list<timestamp[us, tz=UTC]>", item_type="datetime"),
        Column("extra", "object", "string"),
        Column("license", "string", "string", title="Licence"),
        Column("n_chars", "integer", "int32", required=True, description="a | b\n<c>"),
    )


@pytest.fixture(scope="session")
def schema() -> Schema:
    """A corpus schema that names some of the columns, with a rule of every kind."""
    microseconds = 631_152_000_000_000  # 1990-01-01
    return Schema(
        name="article",
        title="Articles",
        fields=(
            Field(
                "title",
                FieldType.STRING,
                ("title",),
                required=True,
                constraints=Constraints(min_length=1, max_length=500, pattern="[^\n]+"),
            ),
            Field(
                "date",
                FieldType.DATETIME,
                ("date",),
                required=True,
                constraints=Constraints(minimum=microseconds),
                warn=Constraints(minimum=microseconds + 1),
            ),
            Field("updated", FieldType.DATETIME, (), constraints=Constraints(minimum=microseconds)),
            Field("day", FieldType.DATE, (), constraints=Constraints(minimum=-1)),
            Field("stars", FieldType.INTEGER, (), constraints=Constraints(minimum=0, maximum=5)),
            Field("tags", FieldType.LIST, (), FieldType.STRING, constraints=Constraints(1, 9)),
        ),
    )


@pytest.fixture(scope="session")
def manifest(columns: tuple[Column, ...]) -> Manifest:
    """The second version of a dataset of seven rows in two shards."""
    return Manifest(
        description=Description(
            name="small",
            title="A small corpus",
            description="Seven articles.\n\nSee https://example.org/small.",
            license="CC-BY-4.0",
            homepage="https://example.org/small",
            creators=(
                Creator(
                    "Ada M. Example",
                    family_name="Example",
                    orcid="0000-0002-1825-0097",
                    affiliation="University of Example",
                    email="ada@example.org",
                    url="https://example.org/ada",
                ),
                Creator("王小明", family_name="王"),
                Creator("Sukarno", orcid="0000-0001-5109-3700"),
                Creator("Example Press"),
            ),
            keywords=("news", "新闻"),
            publisher="Example House",
            doi="10.1234/small.1",
            citation="Example, Small corpora (2026).",
            rai={
                "dataBiases": ("Half of it is about boats.", "None of it is about trains."),
                "dataCollection": ("By hand.\n\nFrom a shelf.",),
                "dataCollectionTimeframe": ("2020-01-01", "2026-01-31"),
            },
        ),
        version="1.1.0",
        created="2026-02-03T04:05:06Z",
        generator={"corpuskit": "0.1.0", "pyarrow": "26.0.1", "python": "3.11.7"},
        schema_sha256="1" * 64,
        columns=columns,
        config={"schema": {"name": "article"}, "dedup": {"threshold": 0.8}},
        config_sha256="2" * 64,
        sources=SourcesSummary(12, 34567, "3" * 64, "4" * 40, git_dirty=False, git_path="posts/"),
        counts=Counts(12, 7, 2, 2, 1, ignored=3),
        codes={"CK301": 2, "CK501": 2, "CK220": 5},
        naive_dates={"Asia/Shanghai": 4},
        stats=Stats(
            characters=12345,
            first_date="2020-01-01T00:00:00Z",
            last_date="2026-01-31T12:00:00Z",
            languages={"zh": 5, "en": 2},
            formats={"html": 6, "markdown": 1},
            encodings={"utf-8": 7},
            non_null={"id": 7, "title": 7, "stars": 3, "license": 4},
            licenses={"CC-BY-4.0": 3, "MIT": 1},
        ),
        content_sha256="5" * 64,
        files=(
            FileEntry("data/part-00000.parquet", 4000, "6" * 64, 4),
            FileEntry("data/part-00001.parquet", 3000, "7" * 64, 3),
            FileEntry("audit/rejected.jsonl", 500, "8" * 64, 2),
        ),
        previous=Previous("1.0.0", "9" * 64),
        changes=Changes(added=2, removed=1, changed=1, unchanged=4, schema="compatible"),
    )
