"""What a person says of a dataset, as members of manifest.json, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping

from corpuskit.manifest import Creator, Description, Json
from corpuskit.strict_json import Node

KEYS = (
    *("name", "title", "description", "license", "homepage", "creators", "publisher"),
    *("keywords", "doi", "citation", "rai"),
)

_CREATOR = ("name", "family_name", "orcid", "affiliation", "email", "url")
_PROPERTY = re.compile(r"[a-z][A-Za-z]{0,59}")


def description_json(about: Description) -> dict[str, Json]:
    """The members with the names in `KEYS`."""
    return {
        "name": about.name,
        "title": about.title,
        "description": about.description,
        "license": about.license,
        "homepage": about.homepage,
        "creators": [
            {key: getattr(creator, key) for key in _CREATOR} for creator in about.creators
        ],
        "publisher": about.publisher,
        "keywords": list(about.keywords),
        "doi": about.doi,
        "citation": about.citation,
        "rai": {name: list(values) for name, values in about.rai.items()},
    }


def read_description(top: Mapping[str, Node]) -> Description:
    """What the members say.

    Raises:
        JsonError: one of them is not what it should be.
    """
    return Description(
        name=top["name"].text(),
        title=top["title"].optional(Node.text),
        description=top["description"].optional(Node.text),
        license=top["license"].optional(Node.text),
        homepage=top["homepage"].optional(Node.text),
        creators=tuple(_creator(item) for item in top["creators"].items()),
        publisher=top["publisher"].optional(Node.text),
        keywords=tuple(item.text() for item in top["keywords"].items()),
        doi=top["doi"].optional(Node.text),
        citation=top["citation"].optional(Node.text),
        rai={name: _values(name, node) for name, node in top["rai"].entries()},
    )


def _creator(node: Node) -> Creator:
    members = node.members(*_CREATOR)
    others = {key: members[key].optional(Node.text) for key in _CREATOR if key != "name"}
    return Creator(members["name"].text(), **others)


def _values(name: str, node: Node) -> tuple[str, ...]:
    if not _PROPERTY.fullmatch(name):
        node.fail(f"should be called {_PROPERTY.pattern}")
    return tuple(item.text() for item in node.items())
