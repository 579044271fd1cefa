"""The canonical form of characters."""

import sys

import pytest

from corpuskit.text import normalise
from corpuskit.text.normalise import _LINE_ENDS, _SPACES, INVISIBLE, without_separators


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("a\r\nb\rc\x0bd\x0ce\x85f\u2028g\u2029h", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("a\u00a0b\u2003c\u3000d", "a b c d"),
        ("x\n　　a\n 　b", "x\na\nb"),
        ("x\n  a\n\tb", "x\n  a\n\tb"),
        ("a \t\n\n\nb", "a\n\n\nb"),
        ("\ufeffa\u200b\u2060b\u00ad\x00\x1b\x9f\ufffe\ud800c", "abc"),
        ("می\u200cخواهم 👩\u200d💻", "می\u200cخواهم 👩\u200d💻"),
        ("\x1ca\x1db\x1ec\x1f", "abc"),
        (" a ", "a"),
        ("", ""),
    ],
)
def test_canonical_form(text: str, canonical: str) -> None:
    assert normalise(text) == canonical


def test_unicode_is_not_composed() -> None:
    """NFC would swap U+F900 for another character."""
    assert normalise("\uf900e\u0301") == "\uf900e\u0301"


def test_of_what_is_exchanged_or_left_out_nothing_is_printable() -> None:
    """Printable text is not searched for it."""
    printable = "".join(filter(str.isprintable, map(chr, range(sys.maxunicode + 1))))
    for pattern in (INVISIBLE, _LINE_ENDS, _SPACES):
        assert not pattern.search(printable)
    assert without_separators(printable) == printable
    assert printable.split() == printable.split(" ")[1:]
