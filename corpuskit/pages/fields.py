"""Front matter, completed by what the page that follows it says of itself.

The schema decides: for each field that front matter leaves out, the page is asked for the keys that
the field reads. What it is asked for and says becomes a key of the front matter, `PAGE_NOTE`
has which element says it, and from there on all is as if it had been written there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from corpuskit.codes import Code
from corpuskit.front_matter import PAGE_NOTE, FrontMatter
from corpuskit.front_matter.tree import KeyPath, Span, Spans
from corpuskit.model import Diagnostic, diagnose
from corpuskit.pages.metadata import (
    KEYS,
    MAX_CHARACTERS,
    MAX_ELEMENTS,
    Found,
    PageMetadata,
    read_page,
)
from corpuskit.schema import FieldType, Schema
from corpuskit.values.keys import KeyReader


class PageFields:
    """Completes front matter for one schema; made once a process."""

    def __init__(self, schema: Schema) -> None:
        self._fields = schema.fields
        self._keys = KeyReader(schema)
        self._read = frozenset(source for field in schema.fields for source in field.sources)

    def complete(self, front: FrontMatter, captured: Mapping[str, Sequence[str]]) -> FrontMatter:
        """Complete the front matter of a source whose body is a page; captures come before it."""
        page = read_page(front.text, front.body_start)
        found = self._found(front, page, captured)
        values = {**front.values, **{key: said.value for key, said in found.items()}}
        if found and PAGE_NOTE not in values:
            values[PAGE_NOTE] = {"from": {key: said.element for key, said in found.items()}}
        return replace(
            front,
            values=values,
            spans=_WithPage(front.spans, found, front.base),
            diagnostics=[*front.diagnostics, *_problems(front, page)],
            from_page={key: said.element for key, said in found.items()},
        )

    def _found(
        self, front: FrontMatter, page: PageMetadata, captured: Mapping[str, Sequence[str]]
    ) -> dict[str, Found]:
        found: dict[str, Found] = {}
        for nth in self._keys.read(front.values).absent:
            field = self._fields[nth]
            if captured.get(field.name):
                continue
            said = ((key, page.find(key)) for key in field.sources)
            for key, value in said:
                if value is not None:
                    found.setdefault(key, _fitting(value, field.type))
                    break
        for own, keys in KEYS.items():
            # What no field asks for is kept like keys of front matter that none reads.
            if self._read.isdisjoint(keys) and front.values.keys().isdisjoint(keys):
                value = page.find(own)
                if value is not None:
                    found[own] = value
        return found


def _fitting(found: Found, kind: FieldType) -> Found:
    """Of an element that stands there several times, the first, for a field that is no list."""
    is_repeated = found.element.startswith("meta ") and isinstance(found.value, list)
    if is_repeated and kind is not FieldType.LIST:
        return found._replace(value=found.value[0])  # type: ignore[index]
    return found


@dataclass(frozen=True, slots=True)
class _WithPage:
    """Where values stand: in the front matter, which begins at `base`, or in the page."""

    own: Spans | None
    found: Mapping[str, Found]
    base: int

    def span(self, path: KeyPath) -> Span | None:
        said = self.found.get(str(path[0])) if path else None
        if said is None:
            return self.own.span(path) if self.own else None
        return said.span[0] - self.base, said.span[1] - self.base

    def key_span(self, path: KeyPath) -> Span | None:
        return self.own.key_span(path) if self.own else None


def _problems(front: FrontMatter, page: PageMetadata) -> list[Diagnostic]:
    told = [(f"JSON-LD that is not read: {p.message}", p.span) for p in page.json_ld.problems]
    if page.too_much is not None:
        limits = f"{MAX_ELEMENTS} elements or {MAX_CHARACTERS} characters"
        told.append((f"metadata beyond {limits} that are not read", page.too_much))
    return [
        diagnose(
            Code.UNREAD_METADATA,
            message,
            front.locate((start - front.base, end - front.base)),
            help="mend the page, or give the values in front matter",
        )
        for message, (start, end) in told
    ]
