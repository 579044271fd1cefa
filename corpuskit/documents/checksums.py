r"""SHA256SUMS, as `sha256sum -c` reads it.

https://www.gnu.org/software/coreutils/manual/html_node/cksum-common-options.html: a name with a
backslash, a line feed or a carriage return is written with `\\`, `\n` and `\r`, and its line
starts with a backslash.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from corpuskit.identity import digest
from corpuskit.manifest import Manifest

_LINE = re.compile(r"(?P<escaped>\\?)(?P<sha256>[0-9a-f]{64})  (?P<name>[^\x00]+)", re.DOTALL)
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_UNESCAPES = {escape: mark for mark, escape in _ESCAPES.items()}
_ESCAPE = re.compile(r"\\(?:[\\nr]|(?P<bad>.|$))", re.DOTALL)


class ChecksumsError(ValueError):
    """Text that is not a SHA256SUMS of ours; `line` is counted from 1."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(line, problem)
        self.line = line
        self.problem = problem

    def __str__(self) -> str:
        return f"line {self.line}: {self.problem}"


def render(manifest: Manifest, files: Mapping[str, bytes]) -> bytes:
    """SHA256SUMS of a version: of the files that its manifest lists, and of `files` by path."""
    listed = {entry.path: entry.sha256 for entry in manifest.files}
    return lines(listed | {path: digest(data) for path, data in files.items()})


def lines(digests: Mapping[str, str]) -> bytes:
    """A line a path, in the paths' UTF-8 byte order, of path → SHA-256 in hexadecimal."""
    paths = sorted(digests, key=lambda path: path.encode())
    return "".join(_line(digests[path], path) for path in paths).encode()


def parse(data: bytes) -> dict[str, str]:
    """Path → SHA-256 of every line, in their order; of empty data nothing.

    Strict: text mode (two blanks), lower-case hexadecimal, LF, no comments, no path twice, none
    that is absolute or leads out of the folder.

    Raises:
        ChecksumsError: `data` is anything else; no other exception leaves here.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise ChecksumsError(data.count(b"\n", 0, error.start) + 1, "is not UTF-8") from None
    entries = text.split("\n")
    if entries.pop():
        raise ChecksumsError(len(entries) + 1, "has no newline at its end")
    digests: dict[str, str] = {}
    for number, line in enumerate(entries, start=1):
        path, sha256 = _entry(number, line)
        if path in digests:
            raise ChecksumsError(number, "repeats a path")
        digests[path] = sha256
    return digests


def _line(sha256: str, path: str) -> str:
    escaped = "".join(_ESCAPES.get(mark, mark) for mark in path)
    return f"{'' if escaped == path else chr(92)}{sha256}  {escaped}\n"


def _entry(number: int, line: str) -> tuple[str, str]:
    match = _LINE.fullmatch(line)
    if match is None:
        raise ChecksumsError(number, "is not a SHA-256, two blanks and a path")
    name = match["name"]
    path = _unescape(number, name) if match["escaped"] else name
    if bool(match["escaped"]) != any(mark in path for mark in _ESCAPES):
        raise ChecksumsError(number, "escapes its path wrongly")
    if any(segment in {"", ".", ".."} for segment in path.split("/")):
        raise ChecksumsError(number, "has a path that is not plainly inside the folder")
    return path, match["sha256"]


def _unescape(number: int, name: str) -> str:
    def replacement(match: re.Match[str]) -> str:
        if match["bad"] is not None:
            raise ChecksumsError(number, "escapes its path wrongly")
        return _UNESCAPES[match[0]]

    return _ESCAPE.sub(replacement, name)
