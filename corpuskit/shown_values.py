"""Values of a corpus as people are shown them, on a terminal, in a notebook or on a page."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Final

STEERING: Final = "\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ud800-\udfff"
"""Controls of C1 and of bidirectional text (https://www.unicode.org/reports/tr9/), line separators,
the byte order mark, and surrogates, which stand for the bytes of a path that is not UTF-8."""

_UNSAFE = re.compile(f"[\x00-\x1f{STEERING}]")
_VALUES_SHOWN = 6


def printable(text: str) -> str:
    r"""`text` with every character that steers a terminal written as an escape: `\x1b`, `\n`."""
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def is_utf8(text: str) -> bool:
    """Whether `text` has no surrogates: what a shell was given may be no UTF-8."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def shown_size(count: int) -> str:
    """Bytes: `1.2 MB`, `3.4 kB`."""
    return f"{count / 1e6:,.1f} MB" if count >= 100_000 else f"{count / 1e3:,.1f} kB"


def shown_tally(tally: Mapping[str, int]) -> str:
    """The commonest values with their counts, ties by name: `zh 40, en 22, …`."""
    entries = sorted(tally.items(), key=lambda entry: (-entry[1], entry[0]))
    shown = [f"{printable(value)} {count:,}" for value, count in entries[:_VALUES_SHOWN]]
    return ", ".join(shown) + (", …" if len(entries) > _VALUES_SHOWN else "")


def shown_cell(value: object, longest: int) -> str:
    """A value of a row on one line of at most `longest` characters; null is a dash."""
    match value:
        case None:
            return "–"
        case dt.datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case int():
            return f"{value:,}"
        case _:
            # No more is looked at of a text that may be an article.
            text = " ".join(str(value)[: 2 * longest].split())
            return text if len(text) <= longest else f"{text[: longest - 1]}…"
