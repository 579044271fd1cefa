"""What a configuration asks of quality, and which columns that makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal, NamedTuple, TypeAlias

from corpuskit.manifest import Json

Kind: TypeAlias = Literal["integer", "number", "string", "boolean"]


class Signal(NamedTuple):
    """One thing that is counted, and the column that holds it; a `number` is a share or a mean."""

    name: str
    kind: Kind
    says: str


KINDS: Mapping[str, str] = {
    "email": "e-mail addresses",
    "phone": "phone numbers",
    "id-cn": "Chinese resident identity numbers",
    "card": "bank card numbers",
    "ip": "public IP addresses",
    "key": "secret keys and tokens",
}
"""The kinds of private data, as configurations name them, and what they are."""

_CHARACTERS = {
    "cjk": "Han, kana or Hangul",
    "letters": "letters of other scripts, with their marks",
    "digits": "digits and other numbers",
    "punctuation": "punctuation",
    "symbols": "symbols",
    "space": "white space",
}

_REPEATED = tuple(
    Signal(
        f"repeated_{n}grams",
        "number",
        f"share of the words' characters in runs of {n} words that occur more than once",
    )
    for n in range(5, 11)
)
_TOP = tuple(
    Signal(
        f"top_{n}gram",
        "number",
        f"share of the words' characters in the run of {n} words that occurs most often",
    )
    for n in range(2, 5)
)

GROUPS: Mapping[str, tuple[Signal, ...]] = {
    "counts": (
        Signal("n_words", "integer", "words; a Han, kana or Hangul character is one"),
        Signal("n_lines", "integer", "lines that are not blank"),
        Signal("n_paragraphs", "integer", "lines of 20 words or more"),
    ),
    "shares": tuple(
        Signal(f"share_{name}", "number", f"share of the characters that are {says}")
        for name, says in _CHARACTERS.items()
    ),
    "lines": (
        Signal("mean_line_chars", "number", "characters of a line, on average"),
        Signal("share_lines_ellipsis", "number", "share of the lines that end in an ellipsis"),
        Signal("share_lines_bullet", "number", "share of the lines that begin with a bullet"),
        Signal(
            "share_lines_sentence_end",
            "number",
            "share of the lines that end as a sentence does",
        ),
    ),
    "repetition": (
        Signal("repeated_lines", "number", "share of the lines that were there before"),
        Signal(
            "repeated_paragraphs",
            "number",
            "share of the lines of 20 words or more that were there before",
        ),
        *_TOP,
        *_REPEATED,
    ),
    "script": (
        Signal("script", "string", "ISO 15924 code of the script that most words are in"),
        Signal("is_mixed_language", "boolean", "whether a part is in a language of another script"),
        Signal("second_language", "string", "BCP 47 tag of that language"),
        Signal("second_language_share", "number", "share of the words in that language's script"),
    ),
    "pii": tuple(
        Signal(f"pii_{name.replace('-', '_')}", "integer", f"how many {says} the text has")
        for name, says in KINDS.items()
    ),
}
"""By the name of a group, its signals in the order of their columns."""

SIGNALS: Mapping[str, Signal] = {s.name: s for group in GROUPS.values() for s in group}
GROUP_OF: Mapping[str, str] = {s.name: name for name, group in GROUPS.items() for s in group}


def signals_of(groups: tuple[str, ...]) -> tuple[Signal, ...]:
    """The signals of some groups, in the order of their columns."""
    return tuple(s for name, group in GROUPS.items() if name in groups for s in group)


@dataclass(frozen=True, slots=True)
class Bound:
    """What a signal has to be: within `minimum` and `maximum`, or one of `enum`."""

    signal: str
    minimum: int | float | None = None
    maximum: int | float | None = None
    enum: tuple[str | bool, ...] | None = None


@dataclass(frozen=True, slots=True)
class QualityRules:
    """`[quality]`: all of it is off by default, and then costs nothing.

    `signals` names the groups that become columns, in the order of `GROUPS`. An article that breaks
    one of `require` is rejected, one that breaks one of `warn` is warned of; their signals need no
    column. `thin` warns of bodies that hold only links or images, `stubs` are regular expressions
    that are searched in the text. `mask` names the kinds of private data that are masked.
    """

    signals: tuple[str, ...] = ()
    require: tuple[Bound, ...] = ()
    warn: tuple[Bound, ...] = ()
    thin: bool = False
    stubs: tuple[str, ...] = ()
    mask: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is asked for."""
        return self != QualityRules()

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that a release gets."""
        return tuple(signal.name for signal in signals_of(self.signals))

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups that have to be computed: those of columns, and those of bounds."""
        bounded = {GROUP_OF[bound.signal] for bound in (*self.require, *self.warn)}
        return tuple(name for name in GROUPS if name in self.signals or name in bounded)

    def as_json(self) -> dict[str, Json]:
        """As a manifest has it; nothing if all is off."""
        if not self:
            return {}
        said: dict[str, Json] = {
            "signals": list(self.signals),
            "require": {bound.signal: _plain(bound) for bound in self.require},
            "warn": {bound.signal: _plain(bound) for bound in self.warn},
            "thin": self.thin,
            "stubs": list(self.stubs),
            "mask": list(self.mask),
        }
        return {name: value for name, value in said.items() if value}


def _plain(bound: Bound) -> dict[str, Json]:
    said = {name: value for name, value in asdict(bound).items() if value is not None}
    del said["signal"]
    return {name: list(v) if isinstance(v, tuple) else v for name, v in said.items()}


def columns_by(config: Mapping[str, Json]) -> tuple[str, ...]:
    """The columns of signals that the configuration in a manifest asks for, in their order."""
    return tuple(signal.name for signal in signals_of(_texts(config, "signals")))


def masked_by(config: Mapping[str, Json]) -> tuple[str, ...]:
    """The kinds of private data that the configuration in a manifest has masked."""
    return tuple(kind for kind in KINDS if kind in _texts(config, "mask"))


def _texts(config: Mapping[str, Json], key: str) -> tuple[str, ...]:
    quality = config.get("quality")
    stated = quality.get(key) if isinstance(quality, dict) else None
    return tuple(n for n in stated if isinstance(n, str)) if isinstance(stated, list) else ()
