"""Bytes to text: byte order mark, declaration, UTF-8, else detection; never a silent guess.

Whatever comes back encodes to the very bytes that came in, so that an article's body is a slice
of its source.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from resiliparse.parse.encoding import detect_encoding

from corpuskit.codes import Code
from corpuskit.lines import LineIndex
from corpuskit.model import Diagnostic, diagnose

"""Default cap on a source; the largest of 52 642 real articles has 5 MB."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BOM_STARTS = frozenset(bom[:1] for bom, _ in _BOMS)
_MARKUP = re.compile(r"\s*+<")

_DECLARED = re.compile(
    rb"""(?ix) (?: <\?xml [^>]{0,200}? encoding | <meta [^>]{0,200}? charset
                | -\*- [^\n]{0,80}? coding | ^(?:encoding|charset) )
         \s*[=:]\s* ["']? ([a-z0-9_.:-]{2,40})""",
    re.MULTILINE,
)
_DECLARATION_WINDOW = 2048

# Detectors name the subset that is in the standard; files hold the superset that vendors wrote.
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "iso8859-1": "cp1252",
    "ascii": "utf-8",
}

_NO_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})

_MOSTLY_UTF8 = 0.9
_NON_ASCII = re.compile(rb"[\x80-\xff]")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


class Decoded(NamedTuple):
    """A source's text without its byte order mark, and the codec that gives its bytes back."""

    text: str
    encoding: str
    diagnostics: tuple[Diagnostic, ...] = ()


def decode(data: bytes, expected: str | None = None) -> Decoded | Diagnostic:
    """Decode a source; `expected` is the encoding that the configuration names, if it does."""
    if data[:1] in _BOM_STARTS:
        for bom, encoding in _BOMS:
            if data.startswith(bom):
                return _strictly(data[len(bom) :], encoding)
    if expected is not None:
        return _strictly(data, expected)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _not_utf8(data, error)
    # Bytes are searched in a fraction of the time that it takes in a text of wide characters.
    if b"\0" in data:
        return _with_nul(data, text)
    if b"\x1b" in data and text.isascii() and (escaped := _declared(data)):
        # ISO-2022 is ASCII with escapes; nothing but its declaration tells it.
        return _strictly(data, escaped)
    # Only a page that begins as markup declares its encoding; prose may speak of others.
    if not text.isascii() and _MARKUP.match(text):
        declared = _declared(data)
        if declared not in (None, "utf-8", "ascii"):
            return Decoded(text, "utf-8", (_misdeclared(declared, "UTF-8"),))
    return Decoded(text, "utf-8")


def _declared(data: bytes) -> str | None:
    found = _DECLARED.search(data[:_DECLARATION_WINDOW])
    if found is None:
        return None
    return _codec(found[1].decode("ascii"))


def _codec(name: str) -> str | None:
    try:
        found = codecs.lookup(name)
    except LookupError:
        return None
    # Python's codecs hold compressions and escapes as well; a declaration can name any of them.
    if found.name in _NO_CHARSETS or not getattr(found, "_is_text_encoding", True):
        return None
    known = found.name
    known = _SUPERSETS.get(known, known)
    # UTF-16 without a mark cannot be what an ASCII-readable declaration is written in.
    return None if known.startswith(("utf-16", "utf-32")) else known


def _strictly(data: bytes, encoding: str) -> Decoded | Diagnostic:
    try:
        text = data.decode(encoding)
    except UnicodeError as error:
        if encoding == "utf-8" and isinstance(error, UnicodeDecodeError):
            return _damaged(data, error)
        return diagnose(
            Code.UNKNOWN_ENCODING,
            f"not {encoding}, which it says it is: {_where(error)}",
            help="save the file as UTF-8",
        )
    return _round_trip(data, text, encoding, ())


def _where(error: UnicodeError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start} cannot be read"
    return "its bytes cannot be read"


def _not_utf8(data: bytes, error: UnicodeDecodeError) -> Decoded | Diagnostic:
    if _utf8_share(data) >= _MOSTLY_UTF8:
        return _damaged(data, error)
    wide = _wide_guess(data)
    if wide is None and _BINARY.search(data):
        return diagnose(
            Code.UNKNOWN_ENCODING,
            "not text: it holds control bytes and is not UTF-8",
            help="exclude the file, or save it as UTF-8",
        )
    declared = _declared(data)
    if declared is not None and declared != "utf-8":
        try:
            return _round_trip(data, data.decode(declared), declared, ())
        except UnicodeError:
            return _guess(data, wide, misdeclared=declared)
    return _guess(data, wide, misdeclared=declared)


def _guess(data: bytes, wide: str | None, *, misdeclared: str | None) -> Decoded | Diagnostic:
    detected = wide or detect_encoding(data, html5_compatible=False)
    encoding = wide or (_codec(detected) if detected else None)
    if encoding is not None and encoding != "utf-8":
        try:
            text = data.decode(encoding)
        except UnicodeError:
            encoding = None
    if encoding is None or encoding == "utf-8":
        return diagnose(
            Code.UNKNOWN_ENCODING,
            "not UTF-8, and no other encoding reads it",
            help="save the file as UTF-8, or name its encoding under [source] encoding",
        )
    guessed = diagnose(
        Code.ENCODING_GUESSED,
        f"not UTF-8; read as {encoding}, which its bytes suggest",
        help="save the file as UTF-8, or name its encoding under [source] encoding",
    )
    found = (guessed,) if misdeclared is None else (_misdeclared(misdeclared, encoding), guessed)
    return _round_trip(data, text, encoding, found)


def _round_trip(
    data: bytes, text: str, encoding: str, found: tuple[Diagnostic, ...]
) -> Decoded | Diagnostic:
    try:
        same = text.encode(encoding) == data
    except UnicodeError:
        same = False
    if not same:
        return diagnose(
            Code.ENCODING_LOSSY,
            f"reading it as {encoding} and writing it again changes bytes",
            help="save the file as UTF-8",
        )
    return Decoded(text, encoding, found)


def _with_nul(data: bytes, text: str) -> Decoded | Diagnostic:
    wide = _wide_guess(data)
    if wide is not None:
        return _guess(data, wide, misdeclared=None)
    offset = text.index("\0")
    count = text.count("\0")
    if count > max(16, len(text) // 100):
        return diagnose(
            Code.UNKNOWN_ENCODING,
            f"not text: {count} of its {len(text)} characters are NUL",
            help="exclude the file, or save it as UTF-8",
        )
    nul = diagnose(
        Code.CONTROL_CHARACTERS,
        f"{count} NUL character{'s' if count > 1 else ''}; `text` leaves them out",
        LineIndex(text).place(offset),
        help="delete them",
    )
    return Decoded(text, "utf-8", (nul,))


def _wide_guess(data: bytes) -> str | None:
    """UTF-16 without a mark, told by the zero bytes of its ASCII characters."""
    sample = data[:4096]
    if len(sample) < 8 or len(data) % 2:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    many = max(2, len(sample) // 2 // 10)
    # Some characters have a zero on the other side, such as U+4E00.
    if odd > many and odd > 4 * even:
        return "utf-16-le"
    if even > many and even > 4 * odd:
        return "utf-16-be"
    return None


def _utf8_share(data: bytes) -> float:
    """The share of the non-ASCII bytes that stand in valid UTF-8 sequences."""
    total = len(data) - len(data.decode("ascii", "ignore"))
    kept = data.decode("utf-8", "ignore").encode()
    valid = len(kept) - len(kept.decode("ascii", "ignore"))
    return valid / total if total else 1.0


def _damaged(data: bytes, error: UnicodeDecodeError) -> Diagnostic:
    before = data[: error.start].decode("utf-8", "ignore")
    return diagnose(
        Code.DAMAGED_UTF8,
        f"damaged UTF-8: byte {error.start} ({data[error.start]:#04x}) fits no character",
        LineIndex(before).place(len(before)),
        help="restore the file from its origin; the lost characters cannot be guessed",
    )


def _misdeclared(declared: str, actual: str) -> Diagnostic:
    return diagnose(
        Code.ENCODING_MISDECLARED,
        f"it declares {declared}, and its bytes are {actual}; read as {actual}",
        help="correct the declaration",
    )
