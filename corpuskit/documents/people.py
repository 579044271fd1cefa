"""Who made a dataset, as each format names people and organizations."""

from __future__ import annotations

from dataclasses import replace

from corpuskit.documents.identifiers import email, orcid, orcid_address
from corpuskit.documents.markdown import inline, link, one_line
from corpuskit.documents.web import web_address
from corpuskit.documents.yaml_text import Plain
from corpuskit.manifest import Creator, Json, Manifest

ANONYMOUS = "anonymous"
"""The creator of a dataset that names none, where a format demands one."""


def creators(manifest: Manifest) -> tuple[Creator, ...]:
    """The creators, each once; of each what all formats can say, the rest left out."""
    cleaned = map(_cleaned, manifest.description.creators)
    return tuple(dict.fromkeys(creator for creator in cleaned if creator.name))


def _cleaned(stated: Creator) -> Creator:
    named = replace(
        stated,
        name=one_line(stated.name),
        family_name=one_line(stated.family_name or "") or None,
    )
    return replace(
        named,
        family_name=named.family_name if given_name(named) else None,
        orcid=orcid(stated.orcid or ""),
        affiliation=one_line(stated.affiliation or "") or None,
        email=email(stated.email or ""),
        url=web_address(stated.url),
    )


def given_name(creator: Creator) -> str | None:
    """What is left of the name without the family name before or behind it, if both are there."""
    name, family = creator.name, creator.family_name
    if not family:
        return None
    if name.endswith(family):
        return name.removesuffix(family).strip(" ,") or None
    return name.removeprefix(family).strip(" ,") or None if name.startswith(family) else None


def _is_person(creator: Creator) -> bool:
    return creator.family_name is not None or creator.orcid is not None


def in_citation_file(manifest: Manifest) -> list[Plain]:
    """The authors of CITATION.cff.

    Who has a family name is a person. Others are entities, with one name that is printed as it is:
    nothing tells a person's family name from the rest. Entities have no affiliation.
    """
    authors = map(_cff_author, creators(manifest) or (Creator(ANONYMOUS),))
    return [dict(author) for author in dict.fromkeys(tuple(a.items()) for a in authors)]


def _cff_author(creator: Creator) -> dict[str, str]:
    given = given_name(creator)
    members = {
        "family-names": creator.family_name if given else None,
        "given-names": given,
        "name": None if given else creator.name,
        "affiliation": creator.affiliation if given else None,
        "email": creator.email,
        "orcid": creator.orcid and orcid_address(creator.orcid),
        "website": creator.url,
    }
    return {name: value for name, value in members.items() if value}


def in_croissant(manifest: Manifest) -> list[Json]:
    """The creators of croissant.json, in the words of schema.org."""
    return [_schema_org(creator) for creator in creators(manifest) or (Creator(ANONYMOUS),)]


def _schema_org(creator: Creator) -> Json:
    members = {
        "@type": "Person" if _is_person(creator) else "Organization",
        "name": creator.name,
        "familyName": creator.family_name,
        "givenName": given_name(creator),
        "identifier": creator.orcid and orcid_address(creator.orcid),
        "email": creator.email,
        "url": creator.url,
    }
    said: dict[str, Json] = {name: value for name, value in members.items() if value}
    if creator.affiliation and _is_person(creator):
        said["affiliation"] = organization(creator.affiliation)
    return said


def organization(name: str) -> Json:
    """An organization in the words of schema.org."""
    return {"@type": "Organization", "name": name}


def in_data_package(manifest: Manifest) -> list[Json]:
    """The contributors of datapackage.json, the publisher last."""
    found = [_contributor(creator) for creator in creators(manifest)]
    if name := publisher(manifest):
        found.append({"title": name, "roles": ["publisher"]})
    return found


def _contributor(creator: Creator) -> Json:
    members = {
        "title": creator.name,
        "familyName": creator.family_name,
        "givenName": given_name(creator),
        "path": creator.url or (creator.orcid and orcid_address(creator.orcid)),
        "email": creator.email,
        "organization": creator.affiliation,
    }
    said: dict[str, Json] = {name: value for name, value in members.items() if value}
    return said | {"roles": ["creator"]}


def publisher(manifest: Manifest) -> str | None:
    """The publisher's name, on one line."""
    return one_line(manifest.description.publisher or "") or None


def in_markdown(manifest: Manifest) -> str:
    """The creators in a line, each with what it belongs to and its address."""
    return ", ".join(_named(creator) for creator in creators(manifest))


def _named(creator: Creator) -> str:
    address = creator.orcid and orcid_address(creator.orcid)
    beside = [inline(creator.affiliation)] if creator.affiliation else []
    beside += [link("ORCID", address)] if address else []
    beside += [link("home", creator.url)] if creator.url else []
    return inline(creator.name) + (f" ({', '.join(beside)})" if beside else "")
