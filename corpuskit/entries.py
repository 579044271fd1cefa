"""Values of a configuration or schema file, read by saying what each must be.

What a value is not is noted as a CK6xx diagnostic at its line and column, and reading goes on: one
look at the file finds all that is wrong with it. Nothing is raised. A method that has noted a fault
gives None or nothing, which the caller may take for "not there", since no reader's result is used
once `Findings` holds anything.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import ClassVar, Protocol, Self, TypeAlias

from corpuskit.codes import Code
from corpuskit.dates import DEFAULT_FORMATS, DateReader
from corpuskit.lines import LineIndex
from corpuskit.model import Diagnostic, diagnose
from corpuskit.text_rules import check_pattern

KeyPath: TypeAlias = tuple[str | int, ...]

Span: TypeAlias = tuple[int, int]

_MOST_SUGGESTIONS = 100
"""Faults of one file after which nobody reads on, and looking for likely words only costs time."""

_LONGEST_WORD = 60

_INT64 = 2**63


class Places(Protocol):
    """Where a document's values and keys stand, as offsets into its text."""

    def span(self, path: KeyPath, /) -> Span | None:
        """Where the value at `path` stands, or the nearest one that holds it."""
        ...

    def key_span(self, path: KeyPath, /) -> Span | None:
        """Where the key of `path` stands."""
        ...


@dataclass(slots=True)
class Findings:
    """The diagnostics of one file so far; `path` is what messages call it."""

    path: str
    lines: LineIndex
    places: Places
    found: list[Diagnostic] = field(default_factory=list)

    def add(
        self,
        code: Code,
        keys: KeyPath,
        message: str,
        help: str | None = None,  # noqa: A002 - the word users see
        *,
        at_key: bool = False,
    ) -> None:
        """Note a fault of the value at `keys`, or of its key."""
        span = self.places.key_span(keys) if at_key else None
        span = span or self.places.span(keys) or (0, 0)
        self.found.append(
            diagnose(
                code,
                message,
                self.lines.place(*span),
                field=dotted(keys) or None,
                help=help,
                path=self.path,
            )
        )

    def suggest(self, word: str, words: Iterable[str]) -> str | None:
        """`did you mean …?`, when one of `words` is close to `word`."""
        if len(self.found) >= _MOST_SUGGESTIONS or len(word) > _LONGEST_WORD:
            return None
        close = get_close_matches(word.lower().replace("_", "-"), sorted(words), n=1)
        close = close or get_close_matches(word, sorted(words), n=1)
        return f"did you mean `{close[0]}`?" if close else None

    def in_order(self) -> tuple[Diagnostic, ...]:
        """All of them, by place."""
        return tuple(sorted(self.found, key=_position))


def _position(found: Diagnostic) -> tuple[int, int, str, str]:
    assert found.place is not None
    return (found.place.line, found.place.column, found.code, found.message)


def dotted(keys: KeyPath) -> str:
    """A key path as people write it: `fields[2].constraints.pattern`."""
    parts = (f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
    return clipped("".join(parts).removeprefix("."), 200)


def clipped(text: str, most: int = _LONGEST_WORD) -> str:
    """At most `most` characters of `text`."""
    return text if len(text) <= most else text[: most - 1] + "…"


@dataclass(frozen=True, slots=True)
class Entry(ABC):
    """A value and its key path."""

    value: object
    keys: KeyPath
    findings: Findings

    UNKNOWN_KEY: ClassVar[Code]
    WRONG_TYPE: ClassVar[Code]
    INVALID: ClassVar[Code]
    MAPPING: ClassVar[str]

    @property
    def name(self) -> str:
        """What messages call the value: its key, or that of the list that it is in."""
        names = [key for key in self.keys if isinstance(key, str)]
        if not names:
            return "the file"
        name = f"`{clipped(names[-1])}`"
        return name if self.keys[-1] == names[-1] else f"an item of {name}"

    def invalid(
        self,
        message: str,
        help: str | None = None,  # noqa: A002 - the word users see
        *,
        code: Code | None = None,
        at_key: bool = False,
    ) -> None:
        """Note what is wrong with the value."""
        self.findings.add(code or self.INVALID, self.keys, message, help, at_key=at_key)

    def unfit(self, expected: str, help: str | None = None) -> None:  # noqa: A002
        """Note that the value is not what it must be."""
        self.invalid(
            f"{self.name} must be {expected}, not {self._shown()}", help, code=self.WRONG_TYPE
        )

    def members(self, known: Collection[str], also: Collection[str] = ()) -> dict[str, Self]:
        """The members of a mapping whose keys are known; each other key is noted.

        Args:
            known: The keys that messages list.
            also: Further keys, which messages do not advertise.
        """
        if not isinstance(self.value, Mapping):
            self.unfit(self.MAPPING)
            return {}
        members = {}
        for key, value in self.value.items():
            entry = replace(self, value=value, keys=(*self.keys, key))
            if key in known or key in also:
                members[key] = entry
            else:
                entry.unknown(known, also)
        return members

    def unknown(self, known: Collection[str], also: Collection[str] = ()) -> None:
        """Note that the key is none of these."""
        key = str(self.keys[-1])
        self.invalid(
            f"unknown key `{clipped(key)}`",
            self.findings.suggest(key, (*known, *also)) or f"known here: {', '.join(known)}",
            code=self.UNKNOWN_KEY,
            at_key=True,
        )

    def items(self) -> list[Self]:
        """The items of a list."""
        if not isinstance(self.value, list):
            self.unfit("a list")
            return []
        return [
            replace(self, value=item, keys=(*self.keys, index))
            for index, item in enumerate(self.value)
        ]

    def spread(self) -> list[Self]:
        """The items of a list, or what stands in place of a list of one."""
        return self.items() if isinstance(self.value, list) else [self]

    def texts(self) -> tuple[str, ...]:
        """The texts of a list, or of a single text, none of them blank."""
        found = (entry.line() for entry in self.spread())
        return tuple(text for text in found if text is not None)

    def line(self) -> str | None:
        """A text that is not blank."""
        text = self.text()
        if text is not None and not text.strip():
            self.invalid(f"{self.name} is blank")
            return None
        return text

    def zone(self) -> str | None:
        """A time zone: an IANA name, `UTC` or an offset."""
        zone = self.line()
        if zone is None:
            return None
        try:
            DateReader(DEFAULT_FORMATS, zone)
        except ValueError as error:
            self.invalid(str(error))
            return None
        return zone

    def regex(self) -> str | None:
        """A Python regular expression."""
        pattern = self.text()
        problem = None if pattern is None else check_pattern(pattern)
        if problem:
            self.invalid(f"{self.name} is no Python regular expression: {problem}")
            return None
        return pattern

    def choice(self, options: Collection[str]) -> str | None:
        """One of a few words."""
        text = self.text()
        if text is None or text in options:
            return text
        listed = f"one of: {', '.join(options)}"
        self.invalid(
            f"{self.name} cannot be `{clipped(text)}`",
            self.findings.suggest(text, options) or listed,
        )
        return None

    def count(self, least: int = 0) -> int | None:
        """A whole number from `least` up to what 64 bits hold."""
        number = self.integer()
        if number is not None and not least <= number < _INT64:
            self.invalid(f"{self.name} must be {least} or more, and fit in 64 bits")
            return None
        return number

    @abstractmethod
    def text(self) -> str | None:
        """A text."""

    @abstractmethod
    def boolean(self) -> bool | None:
        """True or false."""

    @abstractmethod
    def integer(self) -> int | None:
        """A whole number."""

    def _shown(self) -> str:
        match self.value:
            case None:
                return "nothing"
            case Mapping():
                return self.MAPPING
            case list():
                return "a list"
            case str():
                return f"`{clipped(self.value)}`"
            case bool():
                return str(self.value).lower()
            case int() if not -_INT64 <= self.value < _INT64:
                return "a number beyond 64 bits"  # which `str` may refuse to spell
            case _:
                return clipped(str(self.value))
