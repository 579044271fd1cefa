"""croissant.json."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from corpuskit.documents import croissant
from corpuskit.manifest import Column, Description, Manifest

REQUIRED = {
    "@context",
    "@type",
    "conformsTo",
    "name",
    "description",
    "license",
    "url",
    "creator",
    "datePublished",
    "distribution",
}
"""What version 1.1 of the specification says must be there; mlcroissant does not ask for all."""


def _document(manifest: Manifest) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(croissant.render(manifest))
    return document


def test_a_dataset_that_says_nothing_of_itself_has_all_that_is_required(manifest: Manifest) -> None:
    document = _document(replace(manifest, description=Description("x")))
    assert document.keys() >= REQUIRED
    assert all(document[key] for key in REQUIRED)
    assert document["license"] == "https://choosealicense.com/no-permission/"
    assert document["url"] == "README.md"


def test_the_file_set_names_nothing_that_it_is_contained_in(manifest: Manifest) -> None:
    """With `containedIn`, mlcroissant validates and then loads no records."""
    *objects, file_set = _document(manifest)["distribution"]
    assert [o["@type"] for o in objects] == ["cr:FileObject", "cr:FileObject"]
    assert file_set["@type"] == "cr:FileSet"
    assert "containedIn" not in file_set


def test_every_shard_has_its_hash_and_size(manifest: Manifest) -> None:
    first = _document(manifest)["distribution"][0]
    assert first["sha256"] == "6" * 64
    assert first["contentSize"] == "4000 B"
    assert first["contentUrl"] == "data/part-00000.parquet"


@pytest.mark.parametrize(
    ("arrow", "data_type", "is_list"),
    [
        ("string", "sc:Text", False),
        ("large_string", "sc:Text", False),
        ("int64", "sc:Integer", False),
        ("int32", "sc:Integer", False),
        ("uint8", "sc:Integer", False),
        ("double", "sc:Float", False),
        ("float", "sc:Float", False),
        ("bool", "sc:Boolean", False),
        ("date32[day]", "sc:Date", False),
        ("timestamp[us, tz=UTC]", "sc:DateTime", False),
        ("list<string>", "sc:Text", True),
        ("list<int64>", "sc:Integer", True),
        ("list<element: double>", "sc:Float", True),
        ("list<item: bool not null>", "sc:Boolean", True),
        ("large_list<date32[day]>", "sc:Date", True),
        ("list<timestamp[us, tz=UTC]>", "sc:DateTime", True),
    ],
)
def test_an_arrow_type_has_its_croissant_type(
    manifest: Manifest, arrow: str, data_type: str, is_list: bool
) -> None:
    document = _document(replace(manifest, columns=(Column("x", "any", arrow),)))
    field = document["recordSet"][0]["field"][0]
    assert field["dataType"] == data_type
    assert field.get("isArray", False) == is_list
    assert field.get("arrayShape") == ("-1" if is_list else None)


def test_a_column_whose_name_is_no_identifier_gets_one(manifest: Manifest) -> None:
    columns = tuple(Column(name, "string", "string") for name in ("a b", "标题", "~0", "c/d"))
    fields = _document(replace(manifest, columns=columns))["recordSet"][0]["field"]
    assert [f["@id"] for f in fields] == [
        "articles/~0",
        "articles/标题",
        "articles/~2",
        "articles/~3",
    ]
    assert [f["source"]["extract"]["column"] for f in fields] == ["a b", "标题", "~0", "c/d"]


def test_the_id_is_the_key_where_there_is_one(manifest: Manifest) -> None:
    assert _document(manifest)["recordSet"][0]["key"] == {"@id": "articles/id"}
    assert "key" not in _document(replace(manifest, columns=()))["recordSet"][0]
