"""What of an article's quality is to be said: broken bounds, thin bodies, stubs.

`place` finds the place of the body: that takes a look at all lines, and most articles need none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from corpuskit.codes import Code, Severity
from corpuskit.model import Cell, Diagnostic, Place, diagnose
from corpuskit.quality.rules import Bound
from corpuskit.text_rules import Extraction

_ADDRESS = re.compile(r"https?://[!-~]+")


def bound_faults(
    cells: Mapping[str, Cell],
    bounds: Sequence[Bound],
    severity: Severity,
    place: Callable[[], Place],
) -> Iterator[Diagnostic]:
    """The bounds that signals break, in the order of the bounds; a null breaks none."""
    for bound in bounds:
        value = cells[bound.signal]
        problem = None if value is None else broken(bound, value)
        if problem is not None:
            yield diagnose(
                Code.SIGNAL_OUT_OF_BOUNDS,
                f"`{bound.signal}` is {said(value)}, {problem}",
                place(),
                field=bound.signal,
                value=said(value),
                severity=severity,
            )


def broken(bound: Bound, value: Cell) -> str | None:
    """Which bound a value breaks, in words."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if bound.minimum is not None and value < bound.minimum:
            return f"below {bound.minimum}"
        if bound.maximum is not None and value > bound.maximum:
            return f"above {bound.maximum}"
    if bound.enum is not None and value not in bound.enum:
        return f"none of {', '.join(map(said, bound.enum))}"
    return None


def said(value: Cell) -> str:
    """A value as configurations write it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def thin_fault(extraction: Extraction, place: Callable[[], Place]) -> Diagnostic | None:
    """Whether a body holds nothing but images, or nothing but links."""
    if not extraction.text and extraction.images:
        return diagnose(Code.ONLY_IMAGES, "the body has only images", place())
    if extraction.text and _only_says_links(extraction):
        return diagnose(Code.ONLY_LINKS, "the body has only links", place())
    return None


def _only_says_links(extraction: Extraction) -> bool:
    """Whether all letters and digits of the text are those of its links, in their order.

    So are addresses that are no links: Markdown makes none of what is not marked as one.
    """
    if not extraction.links and "://" not in extraction.text:
        return False
    said, linked = extraction.text, "\n".join(extraction.link_texts)
    text, own = (_alphanumeric(_ADDRESS.sub("", part)) for part in (said, linked))
    return text == own and bool(_alphanumeric(said))


def _alphanumeric(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def stub_faults(
    text: str, stubs: Sequence[str], place: Callable[[], Place]
) -> Iterator[Diagnostic]:
    """The patterns of stubs that a text has; one is enough."""
    for stub in stubs:
        match = _compiled(stub).search(text)
        if match is not None:
            message = f"the body seems to be a stub: it has {match[0][:60]!r}"
            yield diagnose(Code.STUB, message, place(), value=match[0])
            return


@lru_cache(maxsize=64)
def _compiled(stub: str) -> re.Pattern[str]:
    return re.compile(stub)
