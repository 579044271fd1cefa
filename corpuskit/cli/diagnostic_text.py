"""A diagnostic for people: where, what, the line it is about, and what to do."""

from __future__ import annotations

from collections.abc import Iterator

import click

from corpuskit.cli.excerpt import excerpt
from corpuskit.codes import Severity
from corpuskit.model import Diagnostic
from corpuskit.shown_values import printable

COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def in_one_line(diagnostic: Diagnostic) -> str:
    """`path:line:column: CK204 message`; what is milder than an error says so after the code."""
    mild = "" if diagnostic.is_error else f" [{diagnostic.severity}]"
    where = click.style(printable(diagnostic.where), bold=True)
    code = click.style(str(diagnostic.code), fg=COLOURS[diagnostic.severity], bold=True)
    return f"{where}: {code}{mild} {printable(diagnostic.message)}"


def in_full(diagnostic: Diagnostic, line: str | None, width: int) -> Iterator[str]:
    """The one-line form, the source's `line` with carets if it could be read, and what to do.

    Where a diagnostic has no help of its own, its page has.
    """
    yield in_one_line(diagnostic)
    place = diagnostic.place
    if place is not None and line is not None:
        gutter = " " * len(str(place.line))
        bar = click.style("|", fg="blue")
        text, carets = excerpt(line, place.column, place.length, width - len(gutter) - 3)
        yield f"{click.style(str(place.line), fg='blue')} {bar} {text}"
        yield f"{gutter} {bar} {click.style(carets, fg=COLOURS[diagnostic.severity])}"
    yield f"  help: {printable(diagnostic.help or f'corpuskit rule {diagnostic.code}')}"
