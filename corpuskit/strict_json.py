"""JSON text: written canonically, and read strictly from people who may mean harm.

Canonical is: sorted keys, UTF-8 without escapes, two spaces of indent, LF, a newline at the end.
Reading refuses what Python's `json` would let through or fail on in its own ways: repeated keys,
NaN and infinities, unpaired surrogates, and numbers, depths and sizes beyond the caps below.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from corpuskit.manifest import Json

T = TypeVar("T")

MAX_BYTES = 64 * 2**20
"""More than any manifest: one of 100 000 shards takes 20 MB."""

MAX_DEPTH = 32
"""A configuration nests some five deep; the recursion limit of `json` is near 1 000."""

MAX_NUMBER_CHARS = 32
"""Longer literals are no 64-bit number, and turning digits into an int takes quadratic time."""

MAX_COUNT = 2**63 - 1

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


class DocumentError(ValueError):
    """What is wrong with a document; `path` is the key path, `$` the whole."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(path, problem)
        self.path = path
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}"


class JsonError(DocumentError):
    """A document that is not the JSON it should be."""


def dumps(value: Json) -> bytes:
    """`value` as canonical JSON.

    Raises:
        JsonError: `value` holds a NaN, an infinity or an unpaired surrogate.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2, sort_keys=True)
        return (text + "\n").encode()
    except ValueError as error:
        raise JsonError("$", str(error)) from None


def parse(data: bytes) -> Json:
    """The one JSON value that `data` is.

    Raises:
        JsonError: It is not JSON in UTF-8, or breaks a rule of this module.
    """
    if len(data) > MAX_BYTES:
        raise JsonError("$", f"larger than {MAX_BYTES} bytes")
    try:
        text = data.decode()
        _check_depth(text)
        value: Json = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_short_int,
        )
        json.dumps(value, ensure_ascii=False).encode()  # fails on an unpaired surrogate
    except JsonError:
        raise
    except ValueError as error:
        raise JsonError("$", f"not JSON: {error}") from None
    return value


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a document with its key path, read by saying what it must be.

    Each method returns the value or raises JsonError with the key path.
    """

    value: Json
    path: str = "$"

    def fail(self, problem: str) -> NoReturn:
        """Raise JsonError about this value."""
        raise JsonError(self.path, problem)

    def member(self, name: str) -> Node:
        """The member of that name; others do not matter."""
        members = dict(self.entries())
        return members[name] if name in members else self.fail(f"has no {_shown(name)}")

    def members(self, *names: str) -> dict[str, Node]:
        """The members of an object that has exactly these names."""
        members = dict(self.entries())
        missing = [name for name in names if name not in members]
        if missing:
            self.fail(f"has no {_shown(missing[0])}")
        unknown = sorted(members.keys() - set(names))
        if unknown:
            self.fail(f"has an unknown key {_shown(unknown[0])}")
        return members

    def entries(self) -> Iterator[tuple[str, Node]]:
        """The members of an object that may have any names, in their order."""
        if not isinstance(self.value, dict):
            self.fail(f"should be an object, is {_kind(self.value)}")
        for name, value in self.value.items():
            where = name if _PLAIN.fullmatch(name) else _shown(name)
            yield name, Node(value, where if self.path == "$" else f"{self.path}.{where}")

    def items(self) -> Iterator[Node]:
        """The items of an array."""
        if not isinstance(self.value, list):
            self.fail(f"should be an array, is {_kind(self.value)}")
        for index, value in enumerate(self.value):
            yield Node(value, f"{self.path}[{index}]")

    def text(self, pattern: re.Pattern[str] | None = None) -> str:
        """A string, all of which matches `pattern` if there is one."""
        if not isinstance(self.value, str):
            self.fail(f"should be a string, is {_kind(self.value)}")
        if pattern is not None and not pattern.fullmatch(self.value):
            self.fail(f"{_shown(self.value)} does not match {pattern.pattern}")
        return self.value

    def count(self) -> int:
        """An integer from 0 to 2^63 - 1."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            self.fail(f"should be an integer, is {_kind(self.value)}")
        if not 0 <= self.value <= MAX_COUNT:
            self.fail(f"{self.value} is not between 0 and {MAX_COUNT}")
        return self.value

    def number(self) -> float:
        """A number."""
        if isinstance(self.value, int | float) and not isinstance(self.value, bool):
            return float(self.value)
        return self.fail(f"should be a number, is {_kind(self.value)}")

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            self.fail(f"should be true or false, is {_kind(self.value)}")
        return self.value

    def optional(self, read: Callable[[Node], T]) -> T | None:
        """None for null, else what `read` makes of this value."""
        return None if self.value is None else read(self)


_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")


def _shown(text: str) -> str:
    return json.dumps(text if len(text) <= 60 else text[:59] + "…")


def _kind(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "an array"
        case dict():
            return "an object"


def _check_depth(text: str) -> None:
    """Refuse deep nesting before `json` recurses into it; linear in the text."""
    depth = 0
    for token in _TOKEN.finditer(text):
        match token[0][0]:
            case "[" | "{":
                depth += 1
                if depth > MAX_DEPTH:
                    raise JsonError("$", f"nests deeper than {MAX_DEPTH}")
            case "]" | "}":
                depth -= 1
            case _:  # a string
                pass


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise JsonError("$", f"repeats the key {_shown(name)}")
            seen.add(name)
    return members


def _refuse_constant(text: str) -> NoReturn:
    raise JsonError("$", f"{text} is not a JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise JsonError("$", f"{_shown(text)} is out of range")
    return number


def _short_int(text: str) -> int:
    if len(text) > MAX_NUMBER_CHARS:
        raise JsonError("$", f"{_shown(text)} is out of range")
    return int(text)
