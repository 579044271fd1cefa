"""datapackage.json: the release as a Data Package v2.

https://datapackage.org/standard/data-package/. One resource a shard: of a `path` array,
frictionless 5.21 reads the first file alone. No `bytes`, which it compares with the wrong number
for Parquet, and no `fieldsMatch`, on whose type standard and published profile disagree.
"""

from __future__ import annotations

import re

from corpuskit.documents.identifiers import doi, doi_address
from corpuskit.documents.licences import Licence, licence
from corpuskit.documents.people import in_data_package
from corpuskit.documents.web import web_address
from corpuskit.documents.wording import keywords, title
from corpuskit.manifest import FileEntry, Json, Manifest
from corpuskit.strict_json import dumps

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
MEDIA_TYPE = "application/vnd.apache.parquet"

_LICENCE_NAME = re.compile(r"[-a-zA-Z0-9._]+")


def render(manifest: Manifest) -> bytes:
    """datapackage.json, whose resources are described by the schema.json beside it."""
    about = manifest.description
    known = licence(about.license)
    document: dict[str, Json] = {
        "$schema": PROFILE,
        "name": about.name,
        "title": title(manifest),
        "version": manifest.version,
        "created": manifest.created,
        "resources": [_resource(*numbered) for numbered in enumerate(manifest.shards)],
    }
    if about.description:
        document["description"] = about.description
    if homepage := web_address(about.homepage):
        document["homepage"] = homepage
    if words := keywords(manifest):
        document["keywords"] = [*words]
    if identifier := doi(about.doi or ""):
        document["id"] = doi_address(identifier)
    if contributors := in_data_package(manifest):
        document["contributors"] = contributors
    if known.known:
        document["licenses"] = [_licence(known)]
    return dumps(document)


def _resource(number: int, shard: FileEntry) -> dict[str, Json]:
    return {
        # Names are small Latin letters, which those of folders need not be.
        "name": f"part-{number:05d}",
        "type": "table",
        "path": shard.path,
        "format": "parquet",
        "mediatype": MEDIA_TYPE,
        "hash": f"sha256:{shard.sha256}",
        "schema": "schema.json",
    }


def _licence(known: Licence) -> dict[str, Json]:
    """A licence with the `name` or `path` that the standard asks for, as far as it has them."""
    given = known.spdx or known.given or ""
    members: dict[str, Json] = {"title": given}
    if _LICENCE_NAME.fullmatch(given):
        members["name"] = given
    if known.url is not None:
        members["path"] = known.url
    if len(members) == 1:
        members["name"] = "other"
    return members
