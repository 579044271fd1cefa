"""The nouns: values that the stages hand to each other.

A *source* is a file. Parsing makes it an *article* or finds *diagnostics*. Each source ends as
exactly one of: a row, a rejection, a duplicate, an exclusion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, TypeAlias

from corpuskit.codes import Code, Severity

Value: TypeAlias = "str | list[Value] | dict[str, Value] | None"
"""A front matter value: every scalar as it was written, null apart."""

Cell: TypeAlias = "str | int | float | bool | list[str] | list[int] | list[float] | None"
"""A typed value of one row: datetimes are UTC microseconds, dates days, both since 1970-01-01."""

ExclusionReason = Literal[
    "draft", "unpublished", "drafts-folder", "password", "future", "withdrawn"
]


HowDuplicate = Literal["same text", "near"]


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of one line of a source's decoded text; counted from 1, in characters."""

    line: int
    column: int
    length: int = 1


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault of one source, with its place where there is one.

    `details` are the parts of a message that says several things, each to be read on its own.
    """

    code: Code
    message: str
    place: Place | None = None
    field: str | None = None
    value: str | None = None
    help: str | None = None
    severity: Severity = Severity.ERROR
    path: str | None = None
    source_sha256: str | None = None
    details: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """`path:line:column`, as far as they are known."""
        parts = [self.path or "-"]
        if self.place is not None:
            parts += [str(self.place.line), str(self.place.column)]
        return ":".join(parts)

    @property
    def is_error(self) -> bool:
        """Whether the diagnostic rejects its source."""
        return self.severity is Severity.ERROR

    def at(self, path: str, source_sha256: str | None = None) -> Diagnostic:
        """The same diagnostic, of the source at `path` with that SHA-256."""
        return replace(self, path=path, source_sha256=source_sha256)

    def as_json(self) -> dict[str, str | int | None]:
        """The keys that `check --output-format json` prints."""
        return {
            "code": str(self.code),
            "name": self.code.label,
            "severity": str(self.severity),
            "path": self.path,
            "line": self.place.line if self.place else None,
            "column": self.place.column if self.place else None,
            "field": self.field,
            "message": self.message,
            "help": self.help,
        }


def diagnose(
    code: Code,
    message: str,
    place: Place | None = None,
    *,
    field: str | None = None,
    value: str | None = None,
    help: str | None = None,  # noqa: A002 - the word users see
    severity: Severity | None = None,
    path: str | None = None,
    source_sha256: str | None = None,
) -> Diagnostic:
    """A diagnostic with its code's own severity unless one is given; a long value is clipped."""
    if value is not None and len(value) > 200:
        value = value[:199] + "…"
    severity = severity or code.severity
    return Diagnostic(code, message, place, field, value, help, severity, path, source_sha256)


Look: TypeAlias = tuple[int | None, int | None, int | None, int | None, int | None]
"""What a file looks like from outside: size, times of change of its content and of its inode in
nanoseconds since 1970, inode, device; nulls where nothing is to be seen."""

UNSEEN: Look = (None, None, None, None, None)


class Source(NamedTuple):
    """A file of the corpus: `path` is POSIX, relative to the root; `location` is what to open."""

    path: str
    location: str
    fault: Diagnostic | None = None


class Article(NamedTuple):
    """A parsed source; a tuple, which takes a fifth of a frozen dataclass's time to make.

    `cells` are the schema's fields in their order. `body.encode(encoding)` is a slice of the
    source. `front_matter` is JSON. `naive_dates` counts times without a zone, by the
    zone they were read in. `quality` are the signals that become columns, in their order. Nothing
    of the source's text is held besides `text` and `body`.
    """

    cells: tuple[Cell, ...]
    text: str
    body: str
    format: str
    language: str | None
    language_score: float | None
    language_source: str | None
    links: list[str]
    link_texts: list[str]
    images: list[str]
    front_matter: str
    encoding: str
    naive_dates: Mapping[str, int]
    quality: tuple[Cell, ...] = ()


class Parsed(NamedTuple):
    """What one source came to: an article, unless an error or an exclusion stands against it."""

    article: Article | None
    diagnostics: tuple[Diagnostic, ...] = ()
    exclusion: ExclusionReason | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A source that became no row because of errors; `codes` are theirs, in order of place."""

    path: str
    source_sha256: str | None
    id: str
    codes: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A source that is left out on purpose.

    A release says nothing of a withdrawn one but its id: path and digest are None when it is read.
    A redacted audit does not say every `id`.
    """

    path: str | None
    source_sha256: str | None
    id: str | None
    reason: ExclusionReason


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A source whose text another row already has; a redacted audit does not say every `id`.

    `similarity` is the Jaccard index of a text that is nearly the same, from 0 to 1.
    """

    path: str
    source_sha256: str
    id: str | None
    kept_id: str
    kept_path: str
    how: HowDuplicate = "same text"
    similarity: float | None = None

    def as_json(self) -> dict[str, str | float | None]:
        """The members of a line of the audit; what is the same has no `similarity`."""
        said = {name: getattr(self, name) for name in self.__slots__}
        if self.similarity is None:
            del said["similarity"]
        return said


@dataclass(frozen=True, slots=True)
class Counts:
    """Where the sources went; `ignored` files matched no pattern and are no sources."""

    sources: int
    rows: int
    rejected: int
    duplicates: int
    excluded: int
    ignored: int = 0

    @property
    def add_up(self) -> bool:
        """Whether every source is in exactly one place."""
        return self.sources == self.rows + self.rejected + self.duplicates + self.excluded


def diagnostic_order(diagnostic: Diagnostic) -> tuple[int, int, str, str]:
    """Sorts the diagnostics of one source: by place, those without one first, then by code."""
    place = diagnostic.place
    line, column = (place.line, place.column) if place else (0, 0)
    return (line, column, str(diagnostic.code), diagnostic.message)
