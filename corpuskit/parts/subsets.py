"""Subsets: a folder of shards for each language, source or year."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, Literal, TypeAlias

from corpuskit.dates import DAY, EPOCH_DAY
from corpuskit.schema import Field, FieldType, Schema

LANGUAGE: Final = "language"
FOLDER: Final = "folder"
_SOURCE: Final = "source"
_LANG: Final = "lang"

NONE: Final = "none"
"""The subset of rows that have no value."""

_YEAR = re.compile(r"year\(\s*([^()]+?)\s*\)")
_PLAIN = re.compile(r"[^\W_]([\w.-]{0,46}[^\W_])?")
_BLANKS = re.compile(r"[\s_-]+")
_TAG = re.compile(r"[a-z]{2,3}(-[a-z]{4})?(-[a-z]{2}|-[0-9]{3})?", re.ASCII | re.IGNORECASE)
_OTHER = re.compile(r"[\W_]+")
_TAKEN = re.compile(rf"{NONE}|default|all|[0-9]+\.[0-9]+\.[0-9]+")

_NAMED = (FieldType.STRING, FieldType.INTEGER, FieldType.BOOLEAN)
_DATED = (FieldType.DATE, FieldType.DATETIME)


Kind: TypeAlias = Literal["value", "year", "folder"]
Value: TypeAlias = "str | int | bool | None"


@dataclass(frozen=True, slots=True)
class SubsetRule:
    """What a row's subset is told by.

    That is the value of `column`, its year, or the first folder of its path, which is the column
    then. `stored` is the type of dates, which cells hold as integers.
    """

    kind: Kind
    column: str
    stored: FieldType = FieldType.STRING

    @property
    def stated(self) -> str:
        """The one spelling that manifests have of it, of the several that may be written."""
        match self.kind:
            case "value":
                return self.column
            case "year":
                return f"year({self.column})"
            case "folder":
                return FOLDER


def subset_rule(stated: str, schema: Schema) -> SubsetRule | None:
    """The rule that `[release] subsets` states; None if the schema has no such field.

    Args:
        stated: `language`, `year(FIELD)` of a date, `folder`, or a field of one line; where the
            schema has no field of that name, `lang` is the language and `source` the folder.
        schema: The fields that there are.
    """
    if found := _YEAR.fullmatch(stated):
        return _by_field("year", schema.field(found[1]), _DATED)
    field = schema.field(stated)
    if stated == LANGUAGE or (stated == _LANG and field is None):
        return SubsetRule("value", LANGUAGE)
    if stated == FOLDER or (stated == _SOURCE and field is None):
        return SubsetRule("folder", "path")
    return _by_field("value", field, _NAMED)


def _by_field(kind: Kind, field: Field | None, types: tuple[FieldType, ...]) -> SubsetRule | None:
    if field is None or field.type not in types:
        return None
    return SubsetRule(kind, field.name, field.type)


def subset_of(rule: SubsetRule, cell: Value) -> str:
    """The name of the subset of a row that has `cell` in the rule's column; null is a value too."""
    if cell is None:
        return NONE
    match rule.kind:
        case "value" if rule.column == LANGUAGE and _TAG.fullmatch(str(cell)):
            return _spelled(str(cell))
        case "value":
            return subset_name(str(cell))
        case "year":
            days = int(cell) if rule.stored is FieldType.DATE else int(cell) // DAY
            if not dt.date.min.toordinal() <= days + EPOCH_DAY <= dt.date.max.toordinal():
                return NONE  # no build has such a date, but a release that is verified may
            return f"{dt.date.fromordinal(days + EPOCH_DAY).year:04}"
        case "folder":
            folders = PurePosixPath(str(cell)).parts[:-1]
            return subset_name(folders[0]) if folders else NONE


def _spelled(tag: str) -> str:
    """A language tag in the capitals that RFC 5646, section 2.1.1 recommends."""
    first, *others = tag.lower().split("-")
    cased = (p.title() if len(p) == 4 else p.upper() if len(p) == 2 else p for p in others)
    return "-".join([first, *cased])


def subset_name(value: str) -> str:
    """`value` as the name of a folder and of a configuration of `datasets`.

    Capitals, blanks, `-` and `_` are not told apart, for not all file systems tell capitals. A
    value with other marks in it gets a digest behind it, so that `C` and `C++` are two subsets, and
    so does one that is longer than a name may be.
    """
    folded = unicodedata.normalize("NFC", value).strip().casefold()
    name = _BLANKS.sub("-", unicodedata.normalize("NFC", folded))
    if _PLAIN.fullmatch(name) and not _TAKEN.fullmatch(name):
        return name
    readable = _OTHER.sub("-", name)[:32].strip("-")
    hashed = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{readable}-{hashed}" if readable else hashed
