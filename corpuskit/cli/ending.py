"""The one boundary: how a command ended → a line on stderr and an exit code.

0    done
1    findings, or a build that was refused
2    wrong usage or configuration
3    a bug of ours
4    could not finish: disk, rights, memory, an unreadable release
130  interrupted
"""

from __future__ import annotations

import os
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import click

from corpuskit.cli.diagnostic_text import in_full
from corpuskit.cli.output import note, width
from corpuskit.errors import ConfigurationError, CorpuskitError
from corpuskit.lines import LineIndex
from corpuskit.model import Diagnostic
from corpuskit.shown_values import printable

USAGE, BUG, UNFINISHED, INTERRUPTED = 2, 3, 4, 130


def end(command: Callable[[], object]) -> int:
    """Run a command to its exit code; an integer that it returns is one."""
    try:
        result = command()
    except click.ClickException as error:
        error.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt) as error:
        return _interrupted(error)
    except ConfigurationError as error:
        return _misconfigured(error)
    except CorpuskitError as error:
        return _failed(str(error), error.exit_code)
    except OSError as error:
        return _failed(_reason(error), UNFINISHED)
    except MemoryError:
        return _failed("out of memory", UNFINISHED)
    except Exception as error:  # noqa: BLE001 - the boundary: whatever else comes here is a bug
        return _bug(error)
    return result if isinstance(result, int) else 0


@contextmanager
def saying_when_interrupted(remark: Callable[[], str]) -> Iterator[None]:
    """Have `remark` said after Ctrl-C; asked only then."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        interrupt.add_note(remark())
        raise


def _interrupted(error: BaseException) -> int:
    # click turns Ctrl-C into its own exception and keeps ours as the cause.
    remarks = getattr(error.__cause__ or error, "__notes__", [])
    note(": ".join(["interrupted", *remarks]))
    return INTERRUPTED


def _misconfigured(error: ConfigurationError) -> int:
    # Each file is read once, however many faults it has.
    lines_of = cache(_lines)
    cells = width()
    for diagnostic in error.diagnostics:
        lines = None if diagnostic.path is None else lines_of(diagnostic.path)
        for line in in_full(diagnostic, _line(diagnostic, lines), cells):
            note(line)
    return error.exit_code


def _lines(path: str) -> LineIndex | None:
    """The lines of a configuration or schema file, both of which have to be UTF-8."""
    try:
        return LineIndex(Path(path).read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError):
        return None


def _line(diagnostic: Diagnostic, lines: LineIndex | None) -> str | None:
    if diagnostic.place is None or lines is None or diagnostic.place.line > len(lines):
        return None
    return lines.line(diagnostic.place.line)


def _failed(message: str, code: int) -> int:
    note(f"{click.style('error', fg='red', bold=True)}: {printable(message)}")
    return code


def _reason(error: OSError) -> str:
    if error.strerror is None:
        return str(error)
    return f"{os.fsdecode(error.filename)}: {error.strerror}" if error.filename else error.strerror


def _bug(error: Exception) -> int:
    report = "".join(traceback.format_exception(error))
    if os.environ.get("CORPUSKIT_DEBUG"):
        for line in report.splitlines():
            note(printable(line))
        return BUG
    said = printable(f"{type(error).__name__}: {error}")[:500]
    _failed(f"this is a bug of corpuskit ({said})", BUG)
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="corpuskit-bug-", suffix=".txt", delete=False, encoding="utf-8",
            errors="backslashreplace",
        ) as file:  # fmt: skip
            file.write(report)
    except OSError:
        note("please report it; CORPUSKIT_DEBUG=1 shows where it happened")
    else:
        note(f"please report it with {file.name}")
    return BUG
