"""What reaches a terminal or a pipe: text that cannot steer it, on streams that do not fail on it.

A title or a file name of a corpus may hold escape sequences, line breaks or characters that turn
the direction of writing. They are shown, not sent.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import TextIO

import click

from corpuskit.shown_values import STEERING

WIDTH = 100
"""Of lines that go to a file or a pipe, in terminal cells."""

_UNSAFE_IN_JSON = re.compile(f"[{STEERING}]")


def as_json(value: object, *, indent: int | None = None) -> str:
    """JSON that is safe on a terminal; ASCII alone when standard output is not UTF-8."""
    ascii_only = not _is_utf8(sys.stdout)
    written = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    return _UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def prepare_streams() -> None:
    """Make both streams take any text; the encoding stays what the locale says."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by the caller: `corpuskit … >&-`
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - stays open
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def write(lines: Iterable[str]) -> None:
    """Print the results, one a line.

    A reader that has had enough (`| head`) ends the printing and not the command: its exit code
    still says what it found.
    """
    coloured = wants_colour(sys.stdout)
    try:
        for line in lines:
            sys.stdout.write((line if coloured else click.unstyle(line)) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        discard(sys.stdout)
    except OSError:
        # What is still buffered would fail again when the interpreter ends, as exit code 120.
        discard(sys.stdout)
        raise


def write_bytes(parts: Iterable[bytes]) -> None:
    """Print a result that is data; a reader that has had enough ends that alone."""
    try:
        sys.stdout.buffer.writelines(parts)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        discard(sys.stdout)
    except OSError:
        discard(sys.stdout)
        raise


def note(line: str = "") -> None:
    """Print a line that is no result."""
    with suppress(OSError):
        coloured = wants_colour(sys.stderr)
        sys.stderr.write((line if coloured else click.unstyle(line)) + "\n")
        sys.stderr.flush()


def wants_colour(stream: TextIO) -> bool:
    """`--color`, else whether it is a terminal that nobody has asked to stay plain."""
    context = click.get_current_context(silent=True)
    if context is not None and context.color is not None:
        return context.color
    # https://no-color.org: set and not empty.
    return not os.environ.get("NO_COLOR") and is_capable_terminal(stream)


def is_capable_terminal(stream: TextIO) -> bool:
    """Whether `stream` is a terminal that can move its cursor."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Cells in a line: `COLUMNS`, else the terminal's, else `WIDTH`."""
    return max(40, shutil.get_terminal_size((WIDTH, 24)).columns)


def _is_utf8(stream: TextIO) -> bool:
    return (stream.encoding or "").lower().replace("_", "-") in {"utf-8", "utf8"}


def discard(stream: TextIO) -> None:
    """Let what is still buffered, and all that follows, go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
