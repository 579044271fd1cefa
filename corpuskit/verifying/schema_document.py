"""schema.json: against the manifest's columns, against how it is written, and what it promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from corpuskit.codes import Code, Severity
from corpuskit.disk.plain_files import read_document
from corpuskit.documents import table_schema
from corpuskit.manifest import Column, Json, Manifest
from corpuskit.manifest_json import SCHEMA_PATH
from corpuskit.schema import OWN_COLUMNS, Constraints, Field, FieldType, Schema
from corpuskit.strict_json import JsonError, Node, dumps, parse
from corpuskit.verifying.differences import json_difference, list_difference
from corpuskit.verifying.findings import Findings, clipped
from corpuskit.verifying.maker import is_ours, preset_of
from corpuskit.verifying.promises import Promise, read_rules

_EXTENSION = "x-corpuskit"


def check_schema_document(
    root: Path, manifest: Manifest, digests: Mapping[str, str], findings: Findings
) -> tuple[Promise, ...]:
    """Hold schema.json against the manifest; returns what it says that rows are.

    A manifest's `required` is no such promise: a rule that only warns ships rows that break it.
    """
    if SCHEMA_PATH not in digests:
        return ()
    try:
        data = read_document(root / SCHEMA_PATH)
        document = Node(parse(data))
        fields = list(document.member("fields").items())
        problem = _fields_difference(fields, manifest.columns)
        columns = manifest.columns if problem is None else ()
        promises = tuple(_promise(f, c) for f, c in zip(fields, columns, strict=False))
        if problem is None and is_ours(manifest):
            problem = _form_difference(data, document, promises, manifest)
    except (JsonError, OSError) as error:
        problem = f"expected its JSON to describe this release, found {clipped(str(error))}"
        promises = ()
    if problem is not None:
        findings.add(Code.METADATA_DISAGREES, SCHEMA_PATH, problem)
    return promises


def _fields_difference(fields: list[Node], columns: Sequence[Column]) -> str | None:
    names = [field.member("name").text() for field in fields]
    problem = list_difference("fields", [column.name for column in columns], names)
    if problem is not None:
        return problem
    for field, column in zip(fields, columns, strict=True):
        real = dict(field.member(_EXTENSION).entries())
        for key, expected in (
            ("type", column.type),
            ("arrow", column.arrow),
            ("itemType", column.item_type),
        ):
            found = real[key].text() if key in real else None
            if found != expected:
                return f"{key} of `{column.name}`: expected {expected}, found {clipped(str(found))}"
        if _flag(field, "required") and not column.required:
            return f"`{column.name}`: expected no rule that it is required, found one"
    return None


def _promise(field: Node, column: Column) -> Promise:
    """The rules of one field.

    Raises:
        JsonError: there is one that its type cannot have.
    """
    extension = field.member(_EXTENSION)
    kind = _type(column)
    carried, noted = (_rules(node, "constraints", kind) for node in (field, extension))
    return Promise(
        column=column.name,
        required=_flag(field, "required"),
        unique=kind is not FieldType.LIST
        and (_flag(field, "unique") or _flag(extension, "unique")),
        rules=carried,
        noted=(noted, _rules(extension, "warn", kind)),
    )


def _type(column: Column) -> FieldType:
    # Of an unknown type nothing can be ruled; that it is unknown is found elsewhere.
    return FieldType(column.type) if column.type in list(FieldType) else FieldType.ANY


def _rules(node: Node, name: str, kind: FieldType) -> Constraints:
    rules = dict(node.entries()).get(name)
    return Constraints() if rules is None else read_rules(rules, kind)


def _flag(node: Node, rule: str) -> bool:
    constraints = dict(node.entries()).get("constraints")
    found = dict(constraints.entries()).get(rule) if constraints else None
    return found is not None and found.flag()


def _form_difference(
    data: bytes, document: Node, promises: Sequence[Promise], manifest: Manifest
) -> str | None:
    """In what the document is not one that would be written for any schema of these columns.

    Of a preset the schema itself is known. Of others the rules are not: those that are there are
    taken for the schema's, and it is told how they would be written.
    """
    schema = preset_of(manifest)
    if schema is not None:
        expected = parse(table_schema.render(schema, manifest.columns))
    else:
        expected = _written(document, promises, manifest)
    problem = json_difference(expected, document.value, exact=True)
    if problem is not None:
        return problem
    return None if data == dumps(expected) else "expected canonical JSON, found other"


def _written(document: Node, promises: Sequence[Promise], manifest: Manifest) -> Json:
    """schema.json as it would be written with the rules that it has.

    Whether a field's faults reject an article or only warn is not recorded but decides where its
    rules are written: what is written is what is found, where either is possible.
    """
    top = dict(document.entries())
    settings = manifest.config.get("schema")
    name = settings.get("name") if isinstance(settings, dict) else None
    variants = [
        Node(
            parse(
                table_schema.render(
                    Schema(
                        name=str(name),
                        fields=_fields(promises, manifest.columns, severity),
                        title=top["title"].text() if "title" in top else None,
                        description=top["description"].text() if "description" in top else None,
                    ),
                    manifest.columns,
                )
            )
        )
        for severity in (Severity.ERROR, Severity.WARNING)
    ]
    strict, mild, found = (
        [field.value for field in node.member("fields").items()] for node in (*variants, document)
    )
    fields: list[Json] = [
        other if other == there else usual
        for usual, other, there in zip(strict, mild, found, strict=True)
    ]
    return {key: node.value for key, node in variants[0].entries()} | {"fields": fields}


def _fields(
    promises: Sequence[Promise], columns: Sequence[Column], severity: Severity
) -> tuple[Field, ...]:
    return tuple(
        Field(
            name=column.name,
            type=_type(column),
            sources=(),
            item_type=FieldType(column.item_type) if column.item_type in list(FieldType) else None,
            unique=promise.unique,
            constraints=_merged(promise.rules, promise.noted[0]),
            warn=promise.noted[1],
            # What is required is so because its absence is an error.
            severity=Severity.ERROR if column.required else severity,
        )
        for promise, column in zip(promises, columns, strict=True)
        if column.name not in OWN_COLUMNS
    )


def _merged(rules: Constraints, noted: Constraints) -> Constraints:
    either = {
        name: getattr(rules, name) if getattr(rules, name) is not None else getattr(noted, name)
        for name in Constraints.__slots__
    }
    return Constraints(**either)
