"""croissant.json: the release in the Croissant format, version 1.1.

https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html, as far as mlcroissant 1.1.1
loads it: it knows Parquet by `application/x-parquet` alone, finds no file of a FileSet that names
what it is contained in, and cannot make records of lists of structs.
"""

from __future__ import annotations

import re

from corpuskit.documents import rai
from corpuskit.documents.citation import bibtex
from corpuskit.documents.identifiers import doi, doi_address
from corpuskit.documents.licences import NO_PERMISSION, licence
from corpuskit.documents.people import in_croissant, organization, publisher
from corpuskit.documents.web import web_address
from corpuskit.documents.wording import description, keywords, languages, title
from corpuskit.manifest import Column, FileEntry, Json, Manifest
from corpuskit.parts.folders import DATA, shards_glob
from corpuskit.strict_json import dumps

CONFORMS_TO = "http://mlcommons.org/croissant/1.1"
PARQUET = "application/x-parquet"

_OWN_TERMS = (
    *("arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract"),
    *("field", "fileObject", "fileProperty", "fileSet", "format", "includes", "isArray"),
    *("isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet"),
    *("references", "regex", "repeated", "replace", "samplingRate", "separator", "source"),
    *("subField", "transform"),
)

_CONTEXT: dict[str, Json] = {
    **{term: f"cr:{term}" for term in _OWN_TERMS},
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
}
"""The terms that mlcroissant calls standard, so that it does not warn of their lack.

Appendix 1 of the specification has `http://schema.org/`, which mlcroissant fails to load.
"""

_DATA_TYPES = (
    ("int", "sc:Integer"),
    ("uint", "sc:Integer"),
    ("double", "sc:Float"),
    ("float", "sc:Float"),
    ("bool", "sc:Boolean"),
    ("date", "sc:Date"),
    ("timestamp", "sc:DateTime"),
)
"""How an Arrow type's name begins → Croissant's type; all others are text."""

_LIST = re.compile(r"(?:large_)?list<(?:\w+: )?(?P<items>.*?)(?: not null)?>")
_ID_SAFE = re.compile(r"[\w.-]+")


def render(manifest: Manifest) -> bytes:
    """croissant.json; a record set `articles` with a field a column, from all shards."""
    about = manifest.description
    known = licence(about.license)
    document: dict[str, Json] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": title(manifest),
        "description": description(manifest),
        # The specification demands an address; the card beside this file always is one.
        "url": web_address(about.homepage) or "README.md",
        "license": known.url or known.given or NO_PERMISSION,
        "creator": in_croissant(manifest),
        "datePublished": manifest.created,
        "version": manifest.version,
        "citeAs": bibtex(manifest),
        "distribution": [*map(_file_object, manifest.shards), _file_set(manifest)],
        "recordSet": [_record_set(manifest)],
    }
    if name := publisher(manifest):
        document["publisher"] = organization(name)
    if identifier := doi(about.doi or ""):
        document["sameAs"] = doi_address(identifier)
    if responsible := rai.members(manifest):
        document |= {**responsible, "conformsTo": [CONFORMS_TO, rai.CONFORMS_TO]}
    if words := keywords(manifest):
        document["keywords"] = [*words]
    if codes := languages(manifest):
        document["inLanguage"] = [*codes]
    return dumps(document)


def _file_object(shard: FileEntry) -> Json:
    return {
        "@type": "cr:FileObject",
        "@id": shard.path,
        "name": shard.path.removeprefix(f"{DATA}/"),
        "contentUrl": shard.path,
        "contentSize": f"{shard.bytes} B",
        "encodingFormat": PARQUET,
        "sha256": shard.sha256,
    }


def _file_set(manifest: Manifest) -> Json:
    return {
        "@type": "cr:FileSet",
        "@id": "shards",
        "name": "shards",
        "encodingFormat": PARQUET,
        "includes": shards_glob(manifest),
    }


def _record_set(manifest: Manifest) -> Json:
    fields = [_field(index, column) for index, column in enumerate(manifest.columns)]
    record_set: dict[str, Json] = {
        "@type": "cr:RecordSet",
        "@id": "articles",
        "name": "articles",
        "field": [*fields],
    }
    if any(column.name == "id" for column in manifest.columns):
        record_set["key"] = {"@id": "articles/id"}
    return record_set


def _field(index: int, column: Column) -> dict[str, Json]:
    # mlcroissant refuses blanks in an @id, also escaped ones.
    name = column.name if _ID_SAFE.fullmatch(column.name) else f"~{index}"
    items = _LIST.fullmatch(column.arrow)
    field: dict[str, Json] = {
        "@type": "cr:Field",
        "@id": f"articles/{name}",
        "name": column.name,
        "dataType": _data_type(items["items"] if items else column.arrow),
        "source": {"fileSet": {"@id": "shards"}, "extract": {"column": column.name}},
    }
    if says := column.description or column.title:
        field["description"] = says
    if items:
        field |= {"isArray": True, "arrayShape": "-1"}
    return field


def _data_type(arrow: str) -> str:
    return next((known for prefix, known in _DATA_TYPES if arrow.startswith(prefix)), "sc:Text")
