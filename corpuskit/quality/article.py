"""Quality of one article: what its extraction comes to under the rules of a configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from corpuskit.codes import Severity
from corpuskit.model import Cell, Diagnostic, Place
from corpuskit.quality.faults import bound_faults, stub_faults, thin_fault
from corpuskit.quality.private import find_private, masked_private
from corpuskit.quality.rules import QualityRules
from corpuskit.quality.signals import signals
from corpuskit.schema import Schema
from corpuskit.text_rules import Extraction


class Assessed(NamedTuple):
    """An extraction, masked if that was asked for, its columns, and what is to be said of it."""

    extraction: Extraction
    cells: tuple[Cell, ...]
    diagnostics: tuple[Diagnostic, ...]


def assess(extraction: Extraction, rules: QualityRules, place: Callable[[], Place]) -> Assessed:
    """Count, judge and mask; `place` finds that of the body, if something is to be said.

    What is masked is counted before, all else in the text that is published.
    """
    groups = rules.groups
    shown = masked_extraction(extraction, rules.mask) if rules.mask else extraction
    found = find_private(shown.text) if "pii" in groups else None
    if found is not None and rules.mask:
        found += [one for one in find_private(extraction.text) if one.kind in rules.mask]
    cells = signals(shown.text, groups, found)
    return Assessed(
        shown,
        tuple(cells[name] for name in rules.columns),
        tuple(_faults(extraction, cells, rules, place)),
    )


def _faults(
    extraction: Extraction,
    cells: dict[str, Cell],
    rules: QualityRules,
    place: Callable[[], Place],
) -> Iterator[Diagnostic]:
    yield from bound_faults(cells, rules.require, Severity.ERROR, place)
    yield from bound_faults(cells, rules.warn, Severity.WARNING, place)
    if rules.thin and (fault := thin_fault(extraction, place)) is not None:
        yield fault
    yield from stub_faults(extraction.text, rules.stubs, place)


def masked_extraction(extraction: Extraction, kinds: tuple[str, ...]) -> Extraction:
    """An extraction with masks in everything that becomes a column; captures become cells."""
    return replace(
        extraction,
        text=masked_private(extraction.text, kinds),
        links=[masked_private(link, kinds) for link in extraction.links],
        link_texts=[masked_private(text, kinds) for text in extraction.link_texts],
        images=[masked_private(image, kinds) for image in extraction.images],
    )


def masked_cells(cells: Sequence[Cell], schema: Schema, kinds: tuple[str, ...]) -> tuple[Cell, ...]:
    """The cells of a schema's fields, masked like the text; what an article is known by stays."""
    if not kinds:
        return tuple(cells)
    return tuple(
        cell if field.name == schema.id_field else masked_cell(cell, kinds)
        for field, cell in zip(schema.fields, cells, strict=True)
    )


def masked_cell(cell: Cell, kinds: tuple[str, ...]) -> Cell:
    """A field's value with masks in its texts."""
    if isinstance(cell, str):
        return masked_private(cell, kinds)
    if isinstance(cell, list):
        return [masked_private(c, kinds) if isinstance(c, str) else c for c in cell]  # type: ignore[return-value]
    return cell
