"""What one file becomes, as a build would have it, without building."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import unified_diff
from pathlib import Path
from typing import Any, Literal, TypeAlias

from corpuskit.arguments import StrPath, as_path
from corpuskit.checking import check_sources, named_sources
from corpuskit.dates import format_instant
from corpuskit.errors import UsageError
from corpuskit.fetch import local
from corpuskit.masking import MASK, is_secret, is_secret_field, masked
from corpuskit.model import Cell, Diagnostic, Source, Value
from corpuskit.parse import Watched
from corpuskit.parse_rules import BatchRules, is_left_out
from corpuskit.path_parser import PathParser
from corpuskit.progress import Progress
from corpuskit.quality.article import masked_cells
from corpuskit.quality.private import masked_private
from corpuskit.schema import Field, FieldType, Schema
from corpuskit.settings import Settings, load_settings
from corpuskit.sources.read import look_and_read
from corpuskit.stage_rules import parse_rules
from corpuskit.text_rules import TextRules

NO_RULES = "none"
"""What stands for no rules at all, instead of a configuration."""

Origin: TypeAlias = Literal["front matter", "page", "body"]


@dataclass(frozen=True, slots=True)
class PreviewField:
    """A column that the schema names, with its value as JSON has it.

    `origin` is where the value comes from, None if there is none; `key` and `line` are those in
    the front matter, or of a page's metadata the element and its line.
    """

    name: str
    type: str
    value: Cell
    origin: Origin | None
    key: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class PreviewLink:
    """A link of the text."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What one file becomes; secrets are masked, and what `[quality] mask` says.

    `outcome` is `row`, `rejected`, or why it would be excluded. `front_matter` is as it was
    written but for secrets, in `front_matter_format`. `captured` has the values of all captures by
    their field, whether or not they came to fill it. `text_diff` are the lines of a unified diff to
    `text` from what other rules give, None unless it was asked for.
    """

    path: str
    outcome: str
    encoding: str
    format: str
    language: str | None
    front_matter_format: str
    front_matter: Value
    fields: tuple[PreviewField, ...]
    captured: Mapping[str, Sequence[str]]
    links: tuple[PreviewLink, ...]
    images: tuple[str, ...]
    text: str
    diagnostics: tuple[Diagnostic, ...]
    text_diff: tuple[str, ...] | None = None


def preview(
    file: StrPath,
    *,
    config: StrPath | None = None,
    schema: str | None = None,
    against: StrPath | None = None,
) -> Preview:
    """Show what a build would make of one file; nothing is written.

    Args:
        file: The article.
        config: The configuration; by default the nearest one at or above the file.
        schema: A preset or a schema's path; by default what the configuration says.
        against: A configuration with other rules for text, or `none` for no rules: what these give
            is compared.

    Raises:
        ConfigurationError: a configuration or schema cannot be used.
        UsageError: the path names no file, or more than one.
        UnfinishedError: the disk, the network or the rights got in the way.
    """
    with local(os.fspath(file)) as found:
        settings = load_settings(found.path, as_path(config), schema, None, found.root)
        other = None
        if against is not None:
            other = _rules_of(os.fspath(against), found.path, found.root)
        sources = named_sources([found], settings)
        if len(sources) > 1:
            raise UsageError(f"{found.shown} holds {len(sources)} sources; name one file")
        return _preview(sources[0], settings, os.fspath(against or ""), other)


def _rules_of(against: str, src: Path, within: Path | None) -> TextRules:
    if against == NO_RULES:
        return TextRules()
    return load_settings(src, Path(against), None, None, within).config.text


def _preview(source: Source, settings: Settings, against: str, other: TextRules | None) -> Preview:
    rules = parse_rules(settings)
    checked = check_sources([source], settings, 1, Progress())
    data: bytes | Diagnostic | None = source.fault
    if data is None:
        _, data = look_and_read(source.location, rules.max_bytes)
    readable = data if isinstance(data, bytes) else b""
    root = os.path.realpath(settings.root)
    watched = PathParser(BatchRules(rules, root=root)).of(source).watch(readable)
    shown = _shown(source.path, watched, settings)
    outcome = shown.outcome
    if any(d.is_error for d in checked.diagnostics):
        outcome = "rejected"
    elif is_left_out(source.path, rules):
        outcome = "drafts-folder"
    shown = replace(shown, outcome=outcome, diagnostics=checked.diagnostics)
    if other is None:
        return shown
    others = BatchRules(replace(rules, text=other), root=root)
    before = PathParser(others).of(source).watch(readable)
    return replace(shown, text_diff=_difference(before, watched, against, settings))


def _difference(
    before: Watched, after: Watched, against: str, settings: Settings
) -> tuple[str, ...]:
    old, new = (watched.extraction.text.split("\n") for watched in (before, after))
    named = "no rules" if against == NO_RULES else against
    return tuple(unified_diff(old, new, named, _named(settings), lineterm=""))


def _named(settings: Settings) -> str:
    return "default rules" if settings.config_path is None else settings.config_path.name


def _shown(path: str, watched: Watched, settings: Settings) -> Preview:
    article, extraction = watched.parsed.article, watched.extraction
    kinds = settings.config.quality.mask
    secret = {f.name for f in settings.schema.fields if is_secret_field(f)}
    return Preview(
        path=path,
        outcome="row" if article else watched.parsed.exclusion or "rejected",
        encoding=watched.decoded.encoding,
        format=watched.format,
        language=article.language if article else None,
        front_matter_format=str(watched.front.spelling),
        front_matter=masked(watched.front.values),
        fields=_fields(watched, settings.schema, kinds),
        captured={
            field: [MASK if field in secret else masked_private(value, kinds) for value in values]
            for field, values in extraction.captured.items()
        },
        links=tuple(map(PreviewLink, extraction.links, extraction.link_texts)),
        images=tuple(extraction.images),
        text=extraction.text,
        diagnostics=(),
    )


def _fields(watched: Watched, schema: Schema, kinds: tuple[str, ...]) -> tuple[PreviewField, ...]:
    """Nothing, if parsing ended before values were typed."""
    typed = watched.typed
    if typed is None:
        return ()
    cells = masked_cells(typed.cells, schema, kinds)
    return tuple(
        _field(field, cell, watched) for field, cell in zip(schema.fields, cells, strict=True)
    )


def _field(field: Field, cell: Cell, watched: Watched) -> PreviewField:
    assert watched.typed is not None, "its cells are there"
    path = watched.typed.paths.get(field.name)
    value = _value(cell, field)
    if value is not None and (is_secret_field(field) or is_secret(path or ())):
        value = MASK
    if path is not None:
        place = watched.front.place(path)
        key = ".".join(map(str, path))
        line = place.line if place else None
        element = (watched.front.from_page or {}).get(key)
        if element is not None:
            return PreviewField(field.name, field.type, value, "page", element, line)
        return PreviewField(field.name, field.type, value, "front matter", key, line)
    is_captured = bool(watched.extraction.captured.get(field.name))
    return PreviewField(field.name, field.type, value, "body" if is_captured else None)


def _value(cell: Cell, field: Field) -> Cell:
    """Days and instants as ISO 8601."""
    spell = _SPELLINGS.get(field.item_type or field.type)
    if spell is None or cell is None:
        return cell
    return [spell(item) for item in cell] if isinstance(cell, list) else spell(cell)


_SPELLINGS: Mapping[FieldType, Callable[[Any], str]] = {
    FieldType.DATETIME: format_instant,
    FieldType.DATE: lambda day: (dt.date(1970, 1, 1) + dt.timedelta(day)).isoformat(),
}
