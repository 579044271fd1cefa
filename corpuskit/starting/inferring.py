"""A schema for a corpus that is there: what its front matter has, as a schema document to edit.

What a preset knows of (`authors` from `author`, …) gets the preset's field with the keys that
occur. Other keys become fields of the narrowest type that all their values are of. What all
articles have is required, and nothing else costs an article: one without a title or a date, which
the preset requires and most others have, is warned of.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from corpuskit.masking import is_secret_key
from corpuskit.schema import OWN_COLUMNS, Field, FieldType, Schema
from corpuskit.starting.key_usage import KeyUsage, Usage

_LEAST_SHARE = 0.02
"""Of the articles: a key that fewer have is listed, and no column."""

_MOST_FIELDS = 60
_CERTAIN_FROM = 5
"""Articles: of fewer it is not said that all others will have what these have."""

_NAME = re.compile(r"[^\w.-]+")
_RESERVED = frozenset(name.casefold() for name in OWN_COLUMNS)
_FORMATS = '[rfc2822, iso8601, "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M"]'


def inferred_schema(name: str, usage: Usage, known: Schema) -> str:
    """A schema document in YAML.

    Args:
        name: The schema's.
        usage: The keys of the corpus.
        known: A preset, whose fields are taken where one of their keys occurs.
    """
    own = [field for field in known.fields if _occurring(field, usage)]
    taken = {key for field in own for key in field.sources}
    ranked = [
        u for u in usage.ranked() if u.key not in taken and u.there > u.blank and _is_path(u.key)
    ]
    others = [u for u in ranked if not is_secret_key(u.key)]
    secrets = [u.key for u in ranked if is_secret_key(u.key)]
    often = [u for u in others if u.there >= _LEAST_SHARE * usage.articles][:_MOST_FIELDS]
    lines = [
        f"# Made from {usage.articles:,} articles, to be read and changed. What all of them have",
        "# is required; `constraints: {required: true}` makes other fields so, and with",
        "# `severity: warning` an article that breaks a rule for the field is kept and told of.",
        "$schema: https://datapackage.org/profiles/2.0/tableschema.json",
        f"name: {_quoted(name)}",
        "fields:",
    ]
    names: set[str] = set()
    for field in own:
        names.add(field.name)
        lines += _known_field(field, usage)
    for each in often:
        lines += _own_field(each, usage, names)
    if not (own or often):  # a schema has at least one field
        lines += ["  - name: title", "    type: string", "    x-corpuskit: {severity: warning}"]
    if left := [u for u in others if u not in often]:
        lines.append(f"# Seldom: {', '.join(_quoted(u.key) for u in left[:_MOST_FIELDS])}")
    if secrets:
        # A field that is declared is published as it is.
        lines.append(f"# Left out, for they look like secrets: {', '.join(map(_quoted, secrets))}")
    # All of it stays in the column `front_matter`.
    lines += ["x-corpuskit:", "  body: {minChars: 1}", "  unknown: suggest"]
    return "\n".join([*lines, ""])


def _is_path(key: str) -> bool:
    """Whether `from` can name a key: a dot in it leads into a mapping."""
    return all(part.strip() for part in key.split("."))


def lacking(usage: Usage, known: Schema) -> list[tuple[str, int]]:
    """The fields that the preset requires and most articles have, with how many lack them."""
    found = (
        (field.name, usage.articles - _there(field, usage))
        for field in known.fields
        if _is_usual(field, usage)
    )
    return [(name, missing) for name, missing in found if missing]


def _is_usual(field: Field, usage: Usage) -> bool:
    return field.required and 2 * _there(field, usage) >= usage.articles


def _there(field: Field, usage: Usage) -> int:
    """How many articles have it at the least: how many have two of its keys, nobody counts."""
    used = (usage.keys[key] for key in _occurring(field, usage))
    return max((each.there - each.blank for each in used), default=0)


def _occurring(field: Field, usage: Usage) -> list[str]:
    return [key for key in field.sources if key in usage.keys]


def _known_field(field: Field, usage: Usage) -> Iterator[str]:
    """A preset's field, with those of its keys that the corpus has."""
    keys = _occurring(field, usage)
    used = [usage.keys[key] for key in keys]
    required = len(keys) == 1 and _in_all(_there(field, usage), usage)
    yield from _said(used, usage)
    yield f"  - name: {field.name}"
    yield f"    type: {field.type}"
    if field.type is FieldType.LIST:
        yield "    itemType: string"
    if required or _is_usual(field, usage):
        yield "    constraints: {required: true}"
    extension = [] if keys == [field.name] else [f"from: [{', '.join(map(_quoted, keys))}]"]
    if field.type is FieldType.DATETIME:
        extension.append(f"formats: {_FORMATS}")
    yield from _extension(extension, required=required)


def _own_field(used: KeyUsage, usage: Usage, names: set[str]) -> Iterator[str]:
    kind = used.type()
    required = _in_all(used.there - used.blank, usage)
    name = _column_name(used.key, names)
    yield from _said([used], usage)
    yield f"  - name: {_quoted(name)}"
    yield f"    type: {kind}"
    if kind is FieldType.LIST:
        yield "    itemType: string"
    if required:
        yield "    constraints: {required: true}"
    extension = [] if name == used.key else [f"from: [{_quoted(used.key)}]"]
    yield from _extension(extension, required=required)


def _extension(parts: Sequence[str], *, required: bool) -> Iterator[str]:
    parts = [*parts, *([] if required else ["severity: warning"])]
    if parts:
        yield f"    x-corpuskit: {{{', '.join(parts)}}}"


def _in_all(there: int, usage: Usage) -> bool:
    return usage.articles >= _CERTAIN_FROM and there == usage.articles


def _said(used: Sequence[KeyUsage], usage: Usage) -> Iterator[str]:
    """In a comment how often keys occur, and with what; text of a corpus, in one line each."""
    for each in used:
        blank = f", {each.blank:,} of them blank" if each.blank else ""
        like = f": {', '.join(map(_quoted, each.examples))}" if each.examples else ""
        yield f"  # {_quoted(each.key)} in {each.there:,} of {usage.articles:,}{blank}{like}"


def _column_name(key: str, names: set[str]) -> str:
    """A key as the name of a column that nothing else has."""
    name = _NAME.sub("_", key).strip("_.-")[:100] or "field"
    if name.casefold() in _RESERVED:
        name = f"{name}_given"
    taken = {known.casefold() for known in names}
    number, free = 1, name
    while free.casefold() in taken:
        number, free = number + 1, f"{name}_{number + 1}"
    names.add(free)
    return free


def _quoted(text: str) -> str:
    """`text` in YAML: as it is where it is a plain word, else as JSON."""
    plain = re.fullmatch(r"[A-Za-z_][\w-]*", text, re.ASCII)
    reserved = text.lower() in ("null", "true", "false", "yes", "no", "on", "off", "y", "n")
    if plain and not reserved:
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())
