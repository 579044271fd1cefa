"""TOML front matter: TOML's own types go back to text, and the schema types them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time

from corpuskit.codes import Code
from corpuskit.front_matter.tree import Fault, KeyPath, Span, Tree
from corpuskit.front_matter.yaml_events import MAX_DEPTH
from corpuskit.lines import LineIndex
from corpuskit.model import Value
from corpuskit.toml_places import toml_places, too_deep_span

_KEY = re.compile(r"""[ \t]*([\w.-]+|"[^"]*"|'[^']*')[ \t]*=""")
_LONE_CR = re.compile(r"\r(?!\n)")
# Group 1 is where a line break says nothing: after the opening quotes, and after a backslash.
_CR_IN_BASIC = re.compile(r"""(\A\"{3}\r|\\[ \t]*+[\r\n][ \t\r\n]*+|\\.)|\r(?!\n)""")
_CR_IN_LITERAL = re.compile(r"(\A'{3}\r)|\r(?!\n)")
_PRIVATE_USE = range(0xE000, 0xF900)
_AT = re.compile(r"\(at line (\d+), column (\d+)\)")


def read_toml(text: str) -> Tree | Fault:
    """Read a TOML document; offsets count characters of `text`."""
    # Before tomllib reads: a dotted key of n parts costs it n² time and memory.
    too_deep = too_deep_span(text)
    if too_deep is not None:
        return _too_deep(too_deep)
    places = toml_places(text)
    try:
        # TOML knows no lone CR as a line break; a CR for a LF moves no offset.
        raw = tomllib.loads(_LONE_CR.sub("\n", text), parse_float=_ungrouped)
    except tomllib.TOMLDecodeError as error:
        return _fault_of(error, text)
    except RecursionError:
        return _too_deep((0, 0))
    except ValueError as error:
        # An integer of more digits than Python converts, a time zone out of range.
        return Fault(Code.FRONT_MATTER_SYNTAX, f"TOML: {error}", (0, 0))
    tree = Tree(_as_written(raw, (), {path: text[slice(*p.value)] for path, p in places.items()}))
    for path, (key_span, value_span) in places.items():
        tree.key_spans[path] = key_span
        tree.value_spans[path] = value_span
        tree.quoted.add(path)
    return tree


def _ungrouped(number: str) -> str:
    """A number without the underscores that TOML lets stand between its digits."""
    return number.replace("_", "")


def _too_deep(span: Span) -> Fault:
    return Fault(Code.FRONT_MATTER_TOO_DEEP, f"nested deeper than {MAX_DEPTH} levels", span)


def _fault_of(error: tomllib.TOMLDecodeError, text: str) -> Tree | Fault:
    message = str(error)
    at = _AT.search(message)
    lines = LineIndex(text)
    line = int(at[1]) if at and int(at[1]) <= len(lines) else len(lines)
    if "overwrite" in message.lower() and (repeated := _repeated(lines, line)):
        return Tree({}, repeated=[repeated])
    start = lines.starts[line - 1]
    offset = min(start + int(at[2]) - 1, len(text)) if at else len(text)
    plain = _AT.sub("", message).strip()
    return Fault(Code.FRONT_MATTER_SYNTAX, f"TOML: {plain}", (offset, offset))


def _repeated(lines: LineIndex, line: int) -> tuple[KeyPath, Span, Span] | None:
    """The key of a line that an earlier line of the same table has as well."""
    again = _KEY.match(lines.line(line))
    if again is None:
        return None
    for earlier in range(line - 1, 0, -1):
        first = _KEY.match(lines.line(earlier))
        if first and first[1] == again[1]:
            spans = [
                (lines.starts[number - 1] + found.start(1), lines.starts[number - 1] + found.end(1))
                for number, found in ((earlier, first), (line, again))
            ]
            return (again[1].strip("\"'"),), spans[0], spans[1]
    return None


def _with_lone_crs(value: str, written: str) -> str:
    """The `value` of a string, with the CRs that `written` has where no line of TOML ends."""
    if not _LONE_CR.search(written):
        return value
    # None of the value either, which an escape may have put there.
    mark = next((c for c in map(chr, _PRIVATE_USE) if c not in written and c not in value), None)
    if mark is None:
        return value
    crs = _CR_IN_LITERAL if written.startswith("'") else _CR_IN_BASIC
    marked = crs.sub(lambda cr: cr[1] or mark, written)
    try:
        again = str(tomllib.loads("key = " + _LONE_CR.sub("\n", marked))["key"])
    except ValueError:
        return value
    return again.replace(mark, "\r")


def _as_written(raw: object, path: KeyPath, spelled: Mapping[KeyPath, str]) -> Value:
    """TOML's own types as they are spelled, or as ISO 8601 and decimal where that is not known."""
    if isinstance(raw, str):
        return _with_lone_crs(raw, spelled[path]) if "\n" in raw and path in spelled else raw
    if isinstance(raw, list):
        return [_as_written(item, (*path, nth), spelled) for nth, item in enumerate(raw)]
    if isinstance(raw, dict):
        return {key: _as_written(value, (*path, key), spelled) for key, value in raw.items()}
    if path in spelled:
        written = spelled[path].strip()
        return _ungrouped(written) if isinstance(raw, int) else written
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return raw.isoformat() if isinstance(raw, datetime | date | time) else str(raw)
