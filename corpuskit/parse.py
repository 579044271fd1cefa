"""One source's bytes → an article, with every fault of it at once; pure, and blind to its path.

decode → front matter → exclusion → text of the body → values typed by the schema.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from corpuskit.codes import Code
from corpuskit.decode import MAX_SOURCE_BYTES, Decoded, decode
from corpuskit.field_values import is_false, is_true
from corpuskit.front_matter import FrontMatter, read_front_matter
from corpuskit.language import KEYS as LANGUAGE_KEYS
from corpuskit.language import declared_language, detect_language
from corpuskit.lines import LineIndex
from corpuskit.model import (
    Article,
    Diagnostic,
    ExclusionReason,
    Parsed,
    Place,
    Value,
    diagnose,
)
from corpuskit.schema import Schema
from corpuskit.text import Extraction, Extractor, TextRules, TooDeep, detect_format
from corpuskit.values import MAYBE_SECRET, FieldsReader, masked


@dataclass(frozen=True, slots=True)
class ParseRules:
    """All that parsing depends on besides the bytes: the parse fingerprint is over this."""

    schema: Schema
    text: TextRules = field(default_factory=TextRules)
    timezone: str = "UTC"
    language: str | None = None
    encoding: str | None = None
    drafts: bool = False
    max_bytes: int = MAX_SOURCE_BYTES


class Parser:
    """Parses sources under one set of rules; made once a process."""

    def __init__(self, rules: ParseRules) -> None:
        self.rules = rules
        self._fields = FieldsReader(rules.schema, rules.timezone)
        self._extractor = Extractor(rules.text)

    def parse(self, data: bytes) -> Parsed:
        """Parse one source; faults are diagnostics without a path, nothing is raised."""
        if not data:
            return _rejected(
                diagnose(Code.EMPTY_FILE, "the file is empty", help="delete or exclude it")
            )
        if len(data) > self.rules.max_bytes:
            return _rejected(too_large(len(data), self.rules.max_bytes))
        decoded = decode(data, self.rules.encoding)
        if isinstance(decoded, Diagnostic):
            return _rejected(decoded)
        front = read_front_matter(decoded.text)
        diagnostics = [*decoded.diagnostics, *front.diagnostics]
        # A block that cannot be read says nothing of its values or of where the body starts.
        if any(d.is_error for d in front.diagnostics) and not front.values:
            return Parsed(None, _in_order(diagnostics))
        exclusion = None if self.rules.drafts else _exclusion(front.values)
        if exclusion is not None:
            return Parsed(None, (), exclusion)
        return self._article(decoded, front, diagnostics)

    def places(self, data: bytes) -> dict[str, Place]:
        """Where the fields of a source stand, by name: read again, for the few that break a rule.

        Holding every article's places until its batch is checked would hold its parse tree.
        """
        decoded = decode(data, self.rules.encoding)
        if isinstance(decoded, Diagnostic):
            return {}
        typed = self._fields.read(read_front_matter(decoded.text), {})
        found = {name: place() for name, place in typed.places.items()}
        return {name: place for name, place in found.items() if place is not None}

    def _article(
        self, decoded: Decoded, front: FrontMatter, diagnostics: list[Diagnostic]
    ) -> Parsed:
        body = decoded.text[front.body_start :]
        body_format = detect_format(body)
        extraction = self._extractor.extract(body, body_format)
        if isinstance(extraction, TooDeep):
            diagnostics.append(_too_deep(extraction, decoded.text, front.body_start))
            extraction = Extraction("", [], [], [], {})
        else:
            diagnostics += self._body_faults(extraction, decoded.text, front)
        typed = self._fields.read(front, extraction.captured)
        diagnostics += typed.diagnostics
        if any(d.is_error for d in diagnostics):
            return Parsed(None, _in_order(diagnostics))
        language, score, source = self._language(front.values, extraction.text)
        article = Article(
            cells=tuple(typed.cells),
            text=extraction.text,
            body=body,
            format=body_format,
            language=language,
            language_score=score,
            language_source=source,
            links=extraction.links,
            link_texts=extraction.link_texts,
            images=extraction.images,
            front_matter=_front_matter_json(front.values),
            encoding=decoded.encoding,
            naive_dates=typed.naive_dates,
        )
        return Parsed(article, _in_order(diagnostics) if diagnostics else ())

    def _body_faults(
        self, extraction: Extraction, text: str, front: FrontMatter
    ) -> list[Diagnostic]:
        length = len(extraction.text)
        least = self.rules.schema.body.min_chars
        if length >= least and length > 0:
            title = front.values.get("title")
            if isinstance(title, str) and extraction.text == title.strip():
                place = _body_place(text, front.body_start)
                message = "the body only repeats the title"
                return [diagnose(Code.THIN_BODY, message, place)]
            return []
        place = _body_place(text, front.body_start)
        if length == 0 and least > 0:
            what = "only images" if extraction.images else "no text"
            return [
                diagnose(Code.EMPTY_BODY, f"the body has {what}", place, help="exclude the file")
            ]
        if length < least:
            message = f"the body has {length} characters of text; the schema asks for {least}"
            return [diagnose(Code.BODY_TOO_SHORT, message, place)]
        return []

    def _language(
        self, values: Mapping[str, Value], text: str
    ) -> tuple[str | None, float | None, str | None]:
        for key in LANGUAGE_KEYS:
            declared = declared_language(values.get(key))
            if declared is not None:
                return declared, None, "front matter"
        if self.rules.language is not None:
            return self.rules.language, None, "configuration"
        language, score = detect_language(text)
        return language, score, None if language is None else "detected"


def too_large(size: int, cap: int) -> Diagnostic:
    """The diagnostic of a source of `size` bytes where `cap` are allowed."""
    return diagnose(
        Code.SOURCE_TOO_LARGE,
        f"the file has {size} bytes; at most {cap} are read",
        help="exclude it, or raise [source] max-bytes",
    )


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _front_matter_json(values: dict[str, Value]) -> str:
    written = _encode(values)
    # One search of the text is cheaper than a walk of every article's values.
    return _encode(masked(values)) if MAYBE_SECRET.search(written) else written


def _rejected(diagnostic: Diagnostic) -> Parsed:
    return Parsed(None, (diagnostic,))


def _in_order(diagnostics: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    return tuple(sorted(diagnostics, key=diagnostic_order))


def diagnostic_order(diagnostic: Diagnostic) -> tuple[int, int, str, str]:
    """Sorts the diagnostics of one source: by place, those without one first, then by code."""
    place = diagnostic.place
    line, column = (place.line, place.column) if place else (0, 0)
    return (line, column, str(diagnostic.code), diagnostic.message)


def _exclusion(values: Mapping[str, Value]) -> ExclusionReason | None:
    if is_true(values.get("draft")):
        return "draft"
    status = values.get("status")
    if is_false(values.get("published")) or (
        isinstance(status, str) and status.strip().lower() in ("draft", "hidden")
    ):
        return "unpublished"
    if values.get("password"):
        return "password"
    return None


def _body_place(text: str, body_start: int) -> Place:
    lines = LineIndex(text)
    start = body_start
    while start < len(text) and text[start].isspace():
        start += 1
    return lines.place(start if start < len(text) else body_start)


def _too_deep(fault: TooDeep, text: str, body_start: int) -> Diagnostic:
    return diagnose(
        Code.MARKUP_TOO_DEEP,
        fault.message,
        _body_place(text, body_start),
        help="exclude the file, or flatten its markup",
    )
