"""What is wrong with a body once its text is known."""

from __future__ import annotations

from corpuskit.codes import Code
from corpuskit.lines import LineIndex
from corpuskit.model import Diagnostic, Place, Value, diagnose
from corpuskit.schema import BodyRules
from corpuskit.text import Extraction, TooDeep, Unclosed, normalise

_OFTEN = 3
"""As a heading, as a paragraph, and as the caption of an image."""
_MARKS = 20
"""Characters that a text may have around each."""


def body_fault(
    extraction: Extraction, title: Value, rules: BodyRules, text: str, body_start: int
) -> Diagnostic | None:
    """Whether a body says too little: nothing, less than the schema asks for, only its title.

    `text` is the source's, in which the body starts at `body_start`.
    """
    length = len(extraction.text)
    if length == 0 and rules.min_chars > 0:
        what = "only images" if extraction.images else "no text"
        place = body_place(text, body_start)
        return diagnose(Code.EMPTY_BODY, f"the body has {what}", place, help="exclude the file")
    if length < rules.min_chars:
        message = f"the body has {length} characters of text; the schema asks for {rules.min_chars}"
        return diagnose(Code.BODY_TOO_SHORT, message, body_place(text, body_start))
    if length and isinstance(title, str) and _only_says(extraction.text, title):
        place = body_place(text, body_start)
        return diagnose(Code.THIN_BODY, "the body only repeats the title", place)
    return None


def _only_says(text: str, title: str) -> bool:
    """Whether a canonical text says `title`, at most `_OFTEN` times, and nothing else.

    Marks and capitals are not told apart: pages repeat their title as a heading of another style.
    """
    # Most texts are longer, and are spared being looked at.
    if len(text) > _OFTEN * (len(title) + _MARKS):
        return False
    said, own = _letters(text), _letters(title)
    if not own:
        return bool(words := normalise(title).split()) and text.split() == words
    times = len(said) // len(own)
    return 0 < times <= _OFTEN and said == own * times


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def markup_fault(fault: TooDeep, text: str, body_start: int) -> Diagnostic:
    """The diagnostic of a body that hits one of the caps on markup."""
    return diagnose(
        Code.MARKUP_TOO_DEEP,
        fault.message,
        body_place(text, body_start),
        help="exclude the file, or flatten its markup",
    )


def unclosed_fault(unclosed: Unclosed, text: str, body_start: int) -> Diagnostic:
    """The diagnostic of a tag or comment in the body that hides all that follows it."""
    tag, start = unclosed.tag, body_start + unclosed.offset
    place = LineIndex(text).place(start, start + len(tag))
    if unclosed.in_quote:
        message = f"a quote in the tag `{tag}` is never closed, so that all after it is lost"
        return diagnose(Code.UNCLOSED_ELEMENT, message, place, help='add the `"` that is missing')
    what = "the comment" if tag == "<!--" else f"`{tag}>`"
    return diagnose(
        Code.UNCLOSED_ELEMENT,
        f"{what} is never closed, so that all after it is taken for its content",
        place,
        help="close it; if it is text, write it as code or with `&lt;` for `<`",
    )


def body_place(text: str, body_start: int) -> Place:
    """Where the first character of the body stands that is no white space."""
    start = body_start
    while start < len(text) and text[start].isspace():
        start += 1
    return LineIndex(text).place(start if start < len(text) else body_start)
