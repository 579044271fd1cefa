"""CITATION.cff and BibTeX."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml

from corpuskit.documents import citation
from corpuskit.manifest import Description, Manifest


def _document(manifest: Manifest, about: Description) -> dict[str, Any]:
    text = citation.render(replace(manifest, description=about)).decode()
    document: dict[str, Any] = yaml.safe_load(text)
    return document


def test_a_dataset_that_names_no_creator_is_anonymous(manifest: Manifest) -> None:
    document = _document(manifest, Description("x"))
    assert document["authors"] == [{"name": "anonymous"}]
    assert document.keys().isdisjoint({"abstract", "keywords", "license", "license-url", "url"})


def test_repeated_and_empty_words_are_dropped(manifest: Manifest) -> None:
    """Version 1.2.0 wants authors and keywords to be unique, and none to be empty."""
    about = Description("x", creators=("A", " ", "A\n"), keywords=("k", "", "k"))
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
    about = Description("a b/c", title="50% {x} #1 \\y ~ ^", creators=("Black and White", "D_E"))
    entry = citation.bibtex(replace(manifest, description=about))
    assert entry.splitlines()[:3] == [
        "@misc{a-b-c-1.1.0,",
        r"  title = {50\% \{x\} \#1 \textbackslash{}y \textasciitilde{} \textasciicircum{}},",
        r"  author = {{Black and White} and {D\_E}},",
    ]
