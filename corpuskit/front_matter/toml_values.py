"""TOML front matter: TOML's own types go back to text, and the schema types them."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime, time

from corpuskit.codes import Code
from corpuskit.front_matter.tree import Fault, Tree
from corpuskit.front_matter.yaml_events import MAX_DEPTH
from corpuskit.lines import LineIndex
from corpuskit.model import Value
from corpuskit.toml_places import nests_too_deep, toml_places

_AT = re.compile(r"\(at line (\d+), column (\d+)\)")


def read_toml(text: str) -> Tree | Fault:
    """Read a TOML document; offsets count characters of `text`."""
    # Before tomllib reads: a dotted key of n parts costs it n² time and memory.
    if nests_too_deep(text):
        return _too_deep()
    try:
        # TOML knows no lone CR as a line break; a CR for a LF moves no offset.
        values = tomllib.loads(re.sub(r"\r(?!\n)", "\n", text), parse_float=str)
        tree = Tree(_as_written(values, 0))
    except tomllib.TOMLDecodeError as error:
        return _fault_of(error, text)
    except RecursionError:
        return _too_deep()
    except ValueError as error:
        # An integer of more digits than Python converts, a time zone out of range.
        return Fault(Code.FRONT_MATTER_SYNTAX, f"TOML: {error}", (0, 0))
    for path, (key_span, value_span) in toml_places(text).items():
        tree.key_spans[path] = key_span
        tree.value_spans[path] = value_span
        tree.quoted.add(path)
    return tree


def _too_deep() -> Fault:
    return Fault(Code.FRONT_MATTER_TOO_DEEP, f"nested deeper than {MAX_DEPTH} levels", (0, 0))


def _fault_of(error: tomllib.TOMLDecodeError, text: str) -> Fault:
    message = str(error)
    at = _AT.search(message)
    lines = LineIndex(text)
    offset = len(text)
    if at and int(at[1]) <= len(lines):
        offset = min(lines.starts[int(at[1]) - 1] + int(at[2]) - 1, len(text))
    plain = _AT.sub("", message).strip()
    code = Code.DUPLICATE_KEY if "overwrite" in plain.lower() else Code.FRONT_MATTER_SYNTAX
    return Fault(code, f"TOML: {plain}", (offset, offset))


def _as_written(raw: object, depth: int) -> Value:
    if depth > MAX_DEPTH:
        raise RecursionError
    match raw:
        case str():
            return raw
        case bool():
            return "true" if raw else "false"
        case datetime() | date() | time():
            return raw.isoformat()
        case list():
            return [_as_written(item, depth + 1) for item in raw]
        case dict():
            return {key: _as_written(value, depth + 1) for key, value in raw.items()}
        case _:
            return str(raw)
