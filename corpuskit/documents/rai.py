"""What Croissant's vocabulary for responsible AI says of a dataset.

https://docs.mlcommons.org/croissant/docs/croissant-rai-spec.html, version 1.0: a property, what a
card calls it, and whether it may have several values. Where that table and mlcroissant differ in
how many there may be, there is one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from corpuskit.documents.markdown import one_line, paragraphs
from corpuskit.manifest import Json, Manifest

CONFORMS_TO = "http://mlcommons.org/croissant/RAI/1.0"


@dataclass(frozen=True, slots=True)
class Property:
    """A property of the vocabulary; `is_time` ones have dates for values."""

    title: str
    many: bool = False
    is_time: bool = False


PROPERTIES: Mapping[str, Property] = {
    "dataCollection": Property("How it was collected"),
    "dataCollectionType": Property("Kinds of collection", many=True),
    "dataCollectionMissingData": Property("What is missing"),
    "dataCollectionRawData": Property("What it was collected from"),
    "dataCollectionTimeframe": Property("When it was collected", many=True, is_time=True),
    "dataImputationProtocol": Property("How gaps were filled"),
    "dataManipulationProtocol": Property("How it was altered"),
    "dataPreprocessingProtocol": Property("How it was prepared", many=True),
    "dataAnnotationProtocol": Property("How it was annotated"),
    "dataAnnotationPlatform": Property("Where it was annotated", many=True),
    "dataAnnotationAnalysis": Property("What annotations were made of", many=True),
    "annotationsPerItem": Property("Annotations of an item"),
    "annotatorDemographics": Property("Who annotated it", many=True),
    "machineAnnotationTools": Property("Tools that annotated it", many=True),
    "dataUseCases": Property("Uses", many=True),
    "dataBiases": Property("Biases", many=True),
    "dataLimitations": Property("Limitations", many=True),
    "dataSocialImpact": Property("Social impact"),
    "personalSensitiveInformation": Property("Personal and sensitive information", many=True),
    "dataReleaseMaintenancePlan": Property("Maintenance"),
}

KEYS: Mapping[str, str] = {
    re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower(): name for name in PROPERTIES
}
"""The keys of a configuration (`data-biases`) → the names of properties."""


def members(manifest: Manifest) -> dict[str, Json]:
    """The members of croissant.json; nothing where nothing is said."""
    said: dict[str, Json] = {}
    for name, values in _in_order(manifest):
        many = name in PROPERTIES and PROPERTIES[name].many
        said[f"rai:{name}"] = [*values] if many else "\n\n".join(values)
    return said


def section(manifest: Manifest) -> str:
    """The same as a section of a card."""
    parts = []
    for name, values in _in_order(manifest):
        title = PROPERTIES[name].title if name in PROPERTIES else name
        parts.append(f"### {title}")
        if len(values) == 1:
            parts.append(paragraphs(values[0]))
        else:
            parts.append("\n".join(f"- {paragraphs(one_line(value))}" for value in values))
    return "\n\n".join(["## Responsible use", *parts]) if parts else ""


def _in_order(manifest: Manifest) -> list[tuple[str, list[str]]]:
    """Each property with its values that are not empty, in the order of the specification."""
    places = {name: place for place, name in enumerate(PROPERTIES)}
    stated = manifest.description.rai
    names = sorted(stated, key=lambda name: (places.get(name, len(places)), name))
    filled = [(name, [v.strip() for v in stated[name] if one_line(v)]) for name in names]
    return [(name, values) for name, values in filled if values]
