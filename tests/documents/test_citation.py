"""CITATION.cff and BibTeX."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jsonschema
import pytest
import yaml

from corpuskit.documents import citation
from corpuskit.manifest import Creator, Description, Manifest


def _document(manifest: Manifest, about: Description) -> dict[str, Any]:
    text = citation.render(replace(manifest, description=about)).decode()
    document: dict[str, Any] = yaml.safe_load(text)
    return document


_TEXT = {"type": "string", "minLength": 1}
_ADDRESS = {"type": "string", "pattern": "^(https|http)://.+"}
_REACHED = {
    "email": {"type": "string", "pattern": r"^[\S]+@[\S]+\.[\S]{2,}$"},
    "orcid": {"type": "string", "pattern": "^https://orcid[.]org/([0-9]{4}-){3}[0-9]{3}[0-9X]$"},
    "website": _ADDRESS,
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["cff-version", "message", "title", "authors", "type", "version", "date-released"],
    "properties": {
        "cff-version": {"const": "1.2.0"},
        "message": _TEXT,
        "title": _TEXT,
        "abstract": _TEXT,
        "type": {"const": "dataset"},
        "version": _TEXT,
        "date-released": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        "doi": {"type": "string", "pattern": r"^10\.\d{4,9}(\.\d+)?/[A-Za-z0-9:/_;\-\.\(\)]+$"},
        "license": {"enum": [None, "CC-BY-4.0", "MIT"]},
        "license-url": _ADDRESS,
        "url": _ADDRESS,
        "keywords": {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True},
        "authors": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {
                "anyOf": [
                    {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["family-names", "given-names"],
                        "properties": _REACHED
                        | dict.fromkeys(("family-names", "given-names", "affiliation"), _TEXT),
                    },
                    {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["name"],
                        "properties": {"name": _TEXT, **_REACHED},
                    },
                ]
            },
        },
    },
}
"""What version 1.2.0 says of the members that we write, from its schema guide."""


def test_every_member_is_what_the_format_says(manifest: Manifest) -> None:
    jsonschema.validate(_document(manifest, manifest.description), SCHEMA)


def test_who_has_a_family_name_is_a_person_and_others_keep_their_name_whole(
    manifest: Manifest,
) -> None:
    authors = _document(manifest, manifest.description)["authors"]
    assert [(a.get("family-names"), a.get("given-names"), a.get("name")) for a in authors] == [
        ("Example", "Ada M.", None),
        ("王", "小明", None),
        (None, None, "Sukarno"),
        (None, None, "Example Press"),
    ]


@pytest.mark.parametrize("family", ["Other", "Ada Example", "da", ""])
def test_a_family_name_that_is_no_end_of_the_name_makes_no_person(
    manifest: Manifest, family: str
) -> None:
    about = Description("x", creators=(Creator("Ada Example", family_name=family),))
    assert _document(manifest, about)["authors"] == [{"name": "Ada Example"}]


def test_what_is_no_identifier_is_left_out(manifest: Manifest) -> None:
    """A manifest may say anything; the document that is made of it is valid all the same."""
    creator = Creator("A", orcid="0000-0002-1825-0098", email="a@b", url="javascript:x")
    document = _document(manifest, Description("x", creators=(creator,), doi="10.1/<x>"))
    assert document["authors"] == [{"name": "A"}]
    jsonschema.validate(document, SCHEMA)


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        (None, "If you use this dataset, please cite it as below."),
        ("@misc{x}", "If you use this dataset, please cite it as below."),
        ("A.\n\nB.", "If you use this dataset, please cite it as: A. B."),
    ],
)
def test_a_citation_in_words_is_the_message(
    manifest: Manifest, stated: str | None, message: str
) -> None:
    assert _document(manifest, Description("x", citation=stated))["message"] == message


def test_a_citation_in_bibtex_takes_the_place_of_ours(manifest: Manifest) -> None:
    about = Description("x", citation=" @book{own, title = {Own}}\n")
    assert citation.bibtex(replace(manifest, description=about)) == "@book{own, title = {Own}}"


def test_a_dataset_that_names_no_creator_is_anonymous(manifest: Manifest) -> None:
    document = _document(manifest, Description("x"))
    assert document["authors"] == [{"name": "anonymous"}]
    assert document.keys().isdisjoint({"abstract", "keywords", "license", "license-url", "url"})


def test_repeated_and_empty_words_are_dropped(manifest: Manifest) -> None:
    """Version 1.2.0 wants authors and keywords to be unique, and none to be empty."""
    named = (Creator("A"), Creator(" "), Creator("A\n"), Creator("A", affiliation="unsaid"))
    about = Description("x", creators=named, keywords=("k", "", "k"))
    document = _document(manifest, about)
    assert document["authors"] == [{"name": "A"}]
    assert document["keywords"] == ["k"]


@pytest.mark.parametrize(
    ("given", "key", "value"),
    [
        ("mit", "license", "MIT"),
        ("https://example.org/terms", "license-url", "https://example.org/terms"),
        ("GPL-3.0-only", "license-url", "https://spdx.org/licenses/GPL-3.0-only.html"),
    ],
)
def test_only_an_identifier_that_is_surely_one_is_given_as_license(
    manifest: Manifest, given: str, key: str, value: str
) -> None:
    document = _document(manifest, Description("x", license=given))
    assert {k: v for k, v in document.items() if k.startswith("license")} == {key: value}


def test_any_text_comes_back_from_the_yaml(manifest: Manifest) -> None:
    text = "---\n- a: b # c\n'\"\\|>@%{}[]&*!?\n\tno\n...\n"
    document = _document(manifest, Description("x", description=text))
    assert document["abstract"] == text.strip()


def test_the_date_is_text(manifest: Manifest) -> None:
    """As a YAML date it would be no string to what validates the file."""
    assert _document(manifest, Description("x"))["date-released"] == "2026-02-03"


def test_bibtex_keeps_names_whole_and_its_own_marks_out(manifest: Manifest) -> None:
    about = Description(
        "a b/c", title="50% {x} #1 \\y ~ ^", creators=(Creator("Black and White"), Creator("D_E"))
    )
    entry = citation.bibtex(replace(manifest, description=about))
    assert entry.splitlines()[:3] == [
        "@misc{a-b-c-1.1.0,",
        r"  title = {50\% \{x\} \#1 \textbackslash{}y \textasciitilde{} \textasciicircum{}},",
        r"  author = {{Black and White} and {D\_E}},",
    ]
