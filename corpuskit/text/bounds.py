"""Caps on HTML, checked before a parser sees it, so that neither parser can be made to hang.

All times: one busy core of an AMD EPYC, resiliparse 2.0.1, Python 3.11.
"""

from corpuskit.text.html_tokens import ATTRIBUTE, End, Start, Token, tokens
from corpuskit.text.open_elements import OpenElements
from corpuskit.text_rules import Cap, TooDeep

UNCHECKED_TAGS = 1_000
"""Bodies with fewer tags are not checked: the worst that was found in them, 500 fonts left open and
500 paragraphs, takes 0.04 s and 45 MB. The check takes 4 µs a tag, longer than Lexbor."""
UNCHECKED_CHARACTERS = 32_000
"""Nor are bodies that are shorter: as many attributes as fit on a tag in them take 0.06 s."""
MAX_TAGS = 500_000
"""Check, Lexbor and layout together take 5 µs a tag, 2.6 s for these; counted as `<`."""
MAX_DEPTH = 1_000
"""Real articles were seen to nest to 600. Lexbor overflows a stack of 8 MB when it writes 70 000
nested templates, and in `svg` each end tag costs it 5 ns a level: 100 000 of them in 32 000 levels,
half a megabyte, take 18 s."""
MAX_ATTRIBUTES = 1_000
"""Lexbor compares each attribute of a tag with all before: 20 000 take 0.8 s, 100 000 take 22 s."""
MAX_REPEATED = 200_000
"""Lexbor opens formatting elements that were left open again in each block, at 1 µs and 380 bytes:
60 kB of `<font color=…><p>` make eight million of them, which takes 3 GB and up to 12 s."""
MAX_OPTIONS = 20_000
"""Lexbor takes quadratic time over the options of a list: 0.7 s for so many, 2.9 s for twice."""
MAX_STEPS = 20_000_000
"""Elements that the check looks at, at 60 ns each. It is also what bounds an end tag in `svg` (see
above) and a selector like `div p`; an article of 1.6 million characters takes a million."""


def html_fault(html: str) -> TooDeep | None:
    """Return the first cap that `html` hits, or None."""
    tags = html.count("<")
    if tags <= UNCHECKED_TAGS and len(html) <= UNCHECKED_CHARACTERS:
        return None
    if tags > MAX_TAGS:
        return TooDeep("markup", MAX_TAGS)
    reading = _Reading()
    for token in tokens(html):
        reading.follow(token)
        if reading.excess is not None:
            cap, limit = reading.excess
            return TooDeep(cap, limit, reading.offset)
    return None


class _Reading:
    """How much of everything there was so far; `excess` once it is too much of something."""

    def __init__(self) -> None:
        self.excess: tuple[Cap, int] | None = None
        self.offset = 0
        self._elements = OpenElements()
        self._root_attributes = 0
        self._options = 0

    def follow(self, token: Token) -> None:
        if isinstance(token, Start):
            self.offset = token.offset
            self._start(token)
        elif isinstance(token, End):
            self._elements.end(token.name)
        elif not token.within:
            self._elements.text()
        if self._elements.repeated > MAX_REPEATED:
            self.excess = "formatting", MAX_REPEATED
        elif self._elements.steps > MAX_STEPS:
            self.excess = "work", MAX_STEPS

    def _start(self, tag: Start) -> None:
        self._elements.start(tag.name, tag.attributes)
        attributes = 0
        if tag.name in ("body", "html"):
            # The attributes of all such tags end up on one element.
            attributes = self._root_attributes = self._root_attributes + _count(tag.attributes)
        elif len(tag.attributes) > MAX_ATTRIBUTES:
            attributes = _count(tag.attributes)
        self._options += tag.name == "option"
        if len(self._elements.names) > MAX_DEPTH:
            self.excess = "depth", MAX_DEPTH
        elif attributes > MAX_ATTRIBUTES:
            self.excess = "attributes", MAX_ATTRIBUTES
        elif self._options > MAX_OPTIONS:
            self.excess = "options", MAX_OPTIONS


def _count(attributes: str) -> int:
    return sum(1 for _ in ATTRIBUTE.finditer(attributes))
