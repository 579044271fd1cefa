"""How a build ended, for people."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias, assert_never

import click

from corpuskit.cli.command_line import CommandLine
from corpuskit.cli.diagnostic_text import in_one_line
from corpuskit.cli.options import SOURCE_OPTIONS
from corpuskit.cli.output import width
from corpuskit.cli.wording import counted, tally
from corpuskit.codes import Code, Severity
from corpuskit.model import Counts, Diagnostic
from corpuskit.shown_values import printable

if TYPE_CHECKING:
    from corpuskit import BuildResult

_Way: TypeAlias = tuple[CommandLine, str]
"""What to type, and why."""

_ERRORS_SHOWN = 5
_NOTES_SHOWN = 20
_INDENT = 8


def built(result: BuildResult, typed: CommandLine) -> Iterator[str]:
    """The summary of the build that was `typed`."""
    match result.status:
        case "published":
            yield f"{_heading('published', result)}  → {printable(str(result.path))}"
            yield from _figures(result)
            yield from _where_to_look(result)
        case "rehearsed":
            yield f"{_heading('rehearsed', result)}  → {printable(str(result.path))}"
            yield from _figures(result)
            yield from _where_to_look(result)
        case "unchanged":
            yield f"{_heading('unchanged', result, ', still ')}  → {printable(str(result.path))}"
            yield from _where_to_look(result)
        case "refused":
            yield f"{click.style('refused', fg='red', bold=True)}: {printable(result.reason or '')}"
            yield from _figures(result)
            yield from _advice(result, typed)
        case _:
            assert_never(result.status)


def faults(result: BuildResult, typed: CommandLine) -> Iterator[str]:
    """What is wrong, and nothing when all is well or as it was."""
    match result.status:
        case "published" | "rehearsed":
            if result.counts.rejected:
                share = f"{result.counts.rejected:,} of {counted(result.counts.sources, 'source')}"
                rejects = _show(result).also("--rejects")
                yield f"{result.name} {result.version}: {share} rejected: {rejects}"
        case "unchanged":
            return
        case "refused":
            yield from built(result, typed)
        case _:
            assert_never(result.status)


def first_errors(result: BuildResult) -> Iterator[str]:
    """The first errors, one a line, and where the others are."""
    errors = [d for d in result.diagnostics if d.is_error]
    yield from (in_one_line(_as_typed(d, result)) for d in errors[:_ERRORS_SHOWN])
    if len(errors) > _ERRORS_SHOWN:
        more = len(errors) - _ERRORS_SHOWN
        yield f"… and {more:,} more: see {printable(_diagnostics_file(result))}"


def hints(result: BuildResult, *, quiet: bool) -> Iterator[str]:
    """What is as it was asked for and may not be what was meant; if `quiet`, what is wrong."""
    yield from _of_withdrawals(result)
    if result.out_in_src and not quiet:
        said = f"{result.path.parents[1]} lies among the articles and is no source; "
        yield f"{click.style('note', bold=True)}: {printable(said)}--out puts it elsewhere"


def _of_withdrawals(result: BuildResult) -> Iterator[str]:
    """What the release says nothing of; the list is called as the configuration does."""
    said = [d for d in result.diagnostics if d.code is Code.UNMATCHED_WITHDRAWAL]
    said += [_as_typed(d, result) for d in result.diagnostics if d.code is Code.WITHDRAWN_TEXT]
    yield from map(in_one_line, said[:_NOTES_SHOWN])
    if len(said) > _NOTES_SHOWN:
        yield f"… and {len(said) - _NOTES_SHOWN:,} more about withdrawals"
    if result.changes and result.changes.removed and "withdrawn" in result.exclusions:
        yield (
            f"{click.style('note', bold=True)}: versions before still have what is withdrawn; "
            "their rows go with corpuskit retract or prune"
        )


def _as_typed(diagnostic: Diagnostic, result: BuildResult) -> Diagnostic:
    """The diagnostic with its path as a terminal that is clicked on, or `check`, has it."""
    return replace(diagnostic, path=diagnostic.path and result.as_typed(diagnostic.path))


def _show(result: BuildResult) -> CommandLine:
    return CommandLine("show", (str(result.path),))


def _where_to_look(result: BuildResult) -> Iterator[str]:
    commands = [(_show(result), "")]
    if result.counts.rejected:
        commands.append((_show(result).also("--rejects"), "what was rejected, and why"))
    if not all(diagnostic.is_error for diagnostic in result.diagnostics):
        commands.append((_show(result).also("--warnings"), "what else was found"))
    label = "    look:  "
    head, *more = _with_remarks(commands, len(label))
    yield label + head
    yield from (" " * len(label) + line for line in more)


def _heading(status: str, result: BuildResult, between: str = " ") -> str:
    return f"{click.style(status, fg='green', bold=True)} {result.name}{between}{result.version}"


def _figures(result: BuildResult) -> Iterator[str]:
    yield f"    {sum_of(result.counts)}"
    yield from _reasons(result.exclusions)
    yield from _codes("errors", [d for d in result.diagnostics if d.is_error])
    warnings = [d for d in result.diagnostics if d.severity is Severity.WARNING]
    yield from _codes("warnings", warnings)
    yield from _codes("notes", [d for d in result.diagnostics if d.severity is Severity.INFO])
    for zone, count in result.naive_dates.items():
        subject, verb = ("date named", "was") if count == 1 else ("dates named", "were")
        yield f"    {count:,} {subject} no time zone and {verb} read as {printable(zone)}"
    if result.changes is not None:
        changes = result.changes
        yield (
            f"    changes: {changes.added:,} added, {changes.removed:,} removed, "
            f"{changes.changed:,} changed, {changes.unchanged:,} as before"
            f"{_COLUMNS[changes.schema]}"
            f"{'; other rules for splits or subsets: major' if result.reparted else ''}"
        )


_COLUMNS = {
    "identical": "",
    "compatible": "; columns were added or moved: minor",
    "breaking": "; a column was removed or changed: major",
}
"""What to say of a schema verdict."""


def _reasons(exclusions: Mapping[str, int]) -> Iterator[str]:
    """`excluded: draft 2, future 1`."""
    if exclusions:
        said = (f"{reason} {count:,}" for reason, count in exclusions.items())
        yield f"    excluded: {', '.join(said)}"


def sum_of(counts: Counts) -> str:
    """`75 sources = 62 rows + 10 rejected + 1 duplicate + 2 excluded   (3 files ignored)`."""
    said = (
        f"{counted(counts.sources, 'source')} = {counted(counts.rows, 'row')} + "
        f"{counts.rejected:,} rejected + {counted(counts.duplicates, 'duplicate')} + "
        f"{counts.excluded:,} excluded"
    )
    return f"{said}   ({counted(counts.ignored, 'file')} ignored)" if counts.ignored else said


def _codes(title: str, diagnostics: Sequence[Diagnostic]) -> Iterator[str]:
    """The codes by frequency, as many as fit into a line."""
    parts = [f"{code} {code.label} {count:,}" for code, count in tally(diagnostics)]
    line = f"    {title}: {', '.join(parts)}"
    while len(line) > width() and len(parts) > 1:
        parts.pop()
        line = f"    {title}: {', '.join(parts)}, …"
    if parts:
        yield line


def _advice(result: BuildResult, typed: CommandLine) -> Iterator[str]:
    """One fault of the kind that the reason names, and what to type."""
    commands = []
    if result.refusal and (example := result.refusal.example):
        yield f"    such as {in_one_line(_as_typed(example, result))}"
        commands = [
            (typed.as_command("check", SOURCE_OPTIONS), "every fault, with its line"),
            (CommandLine("rule", (str(example.code),)), "what the code means"),
        ]
    commands += _ways_on(result, typed)
    if commands:
        yield "    type one of:"
        yield from (" " * _INDENT + line for line in _with_remarks(commands, _INDENT))
    yield f"    diagnostics: {printable(_diagnostics_file(result))}"


def _with_remarks(commands: Sequence[_Way], indent: int) -> Iterator[str]:
    """Commands to type, never cut, with remarks beside them, or above them where room is short."""
    widest = max(len(str(command)) for command, _ in commands)
    beside = [
        f"{command!s:<{widest}}   # {why}" if why else str(command) for command, why in commands
    ]
    if indent + max(map(len, beside)) <= width():
        yield from beside
        return
    for command, remark in commands:
        if remark:
            yield f"# {remark}"
        yield str(command)


def _ways_on(result: BuildResult, typed: CommandLine) -> Iterator[_Way]:
    counts, refusal = result.counts, result.refusal
    if refusal and refusal.way:
        way = refusal.way
        yield typed.but(way.option, *([way.value] if way.value else [])), way.remark
        return
    if refusal and refusal.pages:
        yield CommandLine("init", (result.src,)), "whole pages say all of it themselves"
    if refusal and refusal.schema:
        yield typed.but("--schema", refusal.schema), _ASKS_FOR_LESS[refusal.schema]
    # A glob says what is a source, and allows no --include beside it.
    if result.hint and not set("*?[").intersection(*typed.arguments):
        yield typed.also("--include", result.hint), "most files end like this"
    if refusal and refusal.drafts:
        yield typed.but("--drafts"), "rows of what is excluded, too"
    if counts.rows and counts.rejected:
        share = math.ceil(100 * counts.rejected / counts.sources)
        yield typed.but("--max-rejected", f"{share}%"), "publish the rest all the same"


_ASKS_FOR_LESS = {
    "page": "articles need no date",
    "any": "articles need no title and no date",
}


def _diagnostics_file(result: BuildResult) -> str:
    folder = result.path if result.status == "refused" else result.path / "audit"
    return str(folder / "diagnostics.jsonl")
