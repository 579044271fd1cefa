"""The characters of a text, made uniform."""

import re

INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u2060\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""What a text is better off without: controls (white space aside, and the
separators below), soft hyphens, zero-width
spaces, word joiners, byte order marks, noncharacters, and lone surrogates, which UTF-8 cannot hold.
Zero-width joiner and non-joiner stay, for they spell words in Persian and draw emoji; so do the
marks of direction."""

_SEPARATORS = dict.fromkeys((0x1C, 0x1D, 0x1E, 0x1F))
"""The information separators of ASCII: controls too, but white space to Python."""
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n\t ]")
_INDENTS = re.compile("^[\t ]*\u3000[\t \u3000]*", re.MULTILINE)


def visible(text: str) -> str:
    """Return `text` without invisible characters."""
    # None of them is printable, and to be told so takes a fraction of the search.
    return text if text.isprintable() or not INVISIBLE.search(text) else INVISIBLE.sub("", text)


def without_separators(text: str) -> str:
    """Return `text` without information separators."""
    if "\x1c" in text or "\x1d" in text or "\x1e" in text or "\x1f" in text:
        return text.translate(_SEPARATORS)
    return text


def tidy(text: str) -> str:
    """Return `text` with the characters of the canonical form, its lines and indents kept.

    Line ends become LF and every other kind of white space but the tab a space. Invisible
    characters go, and so do spaces at the end of a line and indents of ideographic spaces, which
    open a paragraph in Chinese and Japanese as a blank line does elsewhere.
    """
    # Of white space, only the space is printable, and of what is invisible, nothing.
    if not text.replace("\n", "").replace("\t", "").isprintable():
        text = visible(_LINE_ENDS.sub("\n", without_separators(text)))
        text = _SPACES.sub(" ", _INDENTS.sub("", text))
    # Not a regex: `[\t ]+$` takes quadratic time in runs of spaces.
    return "\n".join([line.rstrip() for line in text.split("\n")])


def normalise(text: str) -> str:
    """Return plain text in its canonical form: tidy, and without white space around it.

    Unicode normalisation is no part of it: NFC swaps Han compatibility ideographs for others, and
    a text should lead back to its source character by character.
    """
    return tidy(text).strip()
