"""Results for programs: one JSON value on standard output."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from corpuskit.cli.output import as_json
from corpuskit.cli.rule_pages import page
from corpuskit.codes import Code
from corpuskit.model import Diagnostic

if TYPE_CHECKING:
    from corpuskit import BuildResult


class JsonReport:
    """An object or a list for each result; the keys are part of the interface."""

    def built(self, result: BuildResult, _src: str) -> Iterator[str]:
        """One object."""
        figures = {
            "status": result.status,
            "name": result.name,
            "version": result.version,
            "path": str(result.path),
            **asdict(result.counts),
            "codes": result.codes,
            "naive_dates": result.naive_dates,
            "reason": result.reason,
            "changes": asdict(result.changes) if result.changes else None,
        }
        yield as_json(figures, indent=2)

    def checked(
        self, diagnostics: Sequence[Diagnostic], _line_of: Callable[[Diagnostic], str | None]
    ) -> Iterator[str]:
        """A list, one diagnostic a line."""
        yield from _listed(diagnostic.as_json() for diagnostic in diagnostics)

    def rule(self, code: Code) -> Iterator[str]:
        """One object, with the page in Markdown."""
        yield as_json({**_rule(code), "page": page(code)}, indent=2)

    def rules(self) -> Iterator[str]:
        """A list, one code a line."""
        yield from _listed(map(_rule, Code))


def _rule(code: Code) -> dict[str, str]:
    return {"code": str(code), "name": code.label, "severity": str(code.severity)}


def _listed(values: Iterable[object]) -> Iterator[str]:
    """A JSON list, value by value: a million diagnostics are not a string before they are out."""
    before = "["
    for value in values:
        yield f"{before}{as_json(value)}"
        before = ","
    yield "]" if before == "," else "[]"
