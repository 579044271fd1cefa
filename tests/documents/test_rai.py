"""What is said of responsible use, in Croissant and on the card."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import mlcroissant
import pytest

from corpuskit.documents import card, croissant, rai
from corpuskit.manifest import Manifest

from .test_accepted import MLCROISSANT_WARNINGS


def _saying(manifest: Manifest, **said: tuple[str, ...]) -> Manifest:
    return replace(manifest, description=replace(manifest.description, rai=said))


def _document(manifest: Manifest) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(croissant.render(manifest))
    return document


def test_nothing_is_said_where_nobody_says_anything(manifest: Manifest) -> None:
    silent = _saying(manifest, dataBiases=(), dataUseCases=(" ",))
    document = _document(silent)
    assert not [key for key in document if key.startswith("rai:")]
    assert document["conformsTo"] == "http://mlcommons.org/croissant/1.1"
    assert "Responsible use" not in card.render(silent).decode()


def test_what_is_said_conforms_to_the_vocabulary_too(manifest: Manifest) -> None:
    assert _document(_saying(manifest, dataBiases=("x",)))["conformsTo"] == [
        "http://mlcommons.org/croissant/1.1",
        "http://mlcommons.org/croissant/RAI/1.0",
    ]


def test_a_property_of_one_value_is_a_text_and_others_are_lists(manifest: Manifest) -> None:
    document = _document(_saying(manifest, dataBiases=("x",), dataSocialImpact=("a", "b")))
    assert document["rai:dataBiases"] == ["x"]
    assert document["rai:dataSocialImpact"] == "a\n\nb"


@pytest.mark.filterwarnings(*MLCROISSANT_WARNINGS)
@pytest.mark.parametrize("name", rai.PROPERTIES)
def test_mlcroissant_reads_every_property_and_finds_nothing_wrong(
    manifest: Manifest, name: str
) -> None:
    value = "2024-01-31" if rai.PROPERTIES[name].is_time else "Something."
    document = _document(_saying(manifest, **{name: (value,)}))
    found = mlcroissant.Dataset(document)
    assert found.metadata.ctx.issues.report() == ""


def test_the_keys_of_a_configuration_are_the_names_in_lower_case_with_hyphens() -> None:
    assert rai.KEYS["data-collection-raw-data"] == "dataCollectionRawData"
    assert rai.KEYS["annotations-per-item"] == "annotationsPerItem"
    assert len(rai.KEYS) == len(rai.PROPERTIES)


def test_several_values_are_a_list_on_the_card_and_one_keeps_its_paragraphs(
    manifest: Manifest,
) -> None:
    said = card.render(_saying(manifest, dataBiases=("a *b*", "c"), dataCollection=("d\n\ne",)))
    assert "### Biases\n\n- a \\*b\\*\n- c\n" in said.decode()
    assert "### How it was collected\n\nd\n\ne\n" in said.decode()
