"""What a front matter reader gives back: values as written, and where they stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from corpuskit.codes import Code
from corpuskit.model import Value

Span: TypeAlias = tuple[int, int]
"""Start and end offset in characters, half open."""

KeyPath: TypeAlias = tuple[str | int, ...]


class Mark(Protocol):
    """A position that knows its offset."""

    @property
    def index(self) -> int:
        """Characters before it."""
        ...


class Marked(Protocol):
    """A parser's event, which knows where it stands."""

    @property
    def start_mark(self) -> Mark:
        """Where it starts."""
        ...

    @property
    def end_mark(self) -> Mark:
        """Where it ends."""
        ...


LazySpan: TypeAlias = "Span | tuple[Marked, Marked]"
"""A span, or the first and last event of it: reading marks costs more than the events do, and
most articles have no fault, so most spans are never asked for."""


def resolve(span: LazySpan) -> Span:
    """The span, from its events if it is lazy."""
    start, end = span
    if isinstance(start, int) or isinstance(end, int):
        return span  # type: ignore[return-value]  # both are offsets, or neither is
    return (start.start_mark.index, max(start.start_mark.index, end.end_mark.index))


class Spans(Protocol):
    """Says where the values of a block stand."""

    def span(self, path: KeyPath) -> Span | None:
        """Where the value at `path` stands, or the nearest one that holds it."""
        ...

    def key_span(self, path: KeyPath) -> Span | None:
        """Where the key of `path` stands."""
        ...


@dataclass(slots=True)
class Tree:
    """Values and places of one front matter block.

    Offsets are into the text that was read. `repeated` holds (path, first key, repeated key).
    `tagged` are values that carried a YAML tag, which is ignored. `quoted` paths were quoted.
    `origin` maps a span of a repaired text to the text as it was written.
    """

    values: Value
    value_spans: dict[KeyPath, LazySpan] = field(default_factory=dict)
    key_spans: dict[KeyPath, LazySpan] = field(default_factory=dict)
    repeated: list[tuple[KeyPath, Span, Span]] = field(default_factory=list)
    tagged: list[tuple[str, KeyPath]] = field(default_factory=list)
    quoted: set[KeyPath] = field(default_factory=set)
    origin: Callable[[Span], Span] | None = None

    def span(self, path: KeyPath) -> Span | None:
        """Where the value at `path` stands, or the nearest one that holds it."""
        while path:
            if path in self.value_spans:
                return self._resolve(self.value_spans[path])
            path = path[:-1]
        return None

    def key_span(self, path: KeyPath) -> Span | None:
        """Where the key of `path` stands."""
        found = self.key_spans.get(path)
        return None if found is None else self._resolve(found)

    def _resolve(self, span: LazySpan) -> Span:
        found = resolve(span)
        return self.origin(found) if self.origin else found


@dataclass(frozen=True, slots=True)
class Notice:
    """Something odd that was read all the same: a diagnostic before it has lines and columns."""

    code: Code
    message: str
    span: Span
    help: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a block could not be read, and where; `context` is where the broken thing began."""

    code: Code
    message: str
    span: Span
    context: int | None = None
    help: str | None = None
