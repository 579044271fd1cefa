"""Caps on HTML, checked before a parser sees it, so that neither parser can be made to hang.

All times: one core of a 2.5 GHz Xeon, resiliparse 2.0.1, bodies of up to 10 MB.
"""

from corpuskit.text.html_tokens import ATTRIBUTE, End, Start, tokens
from corpuskit.text.open_elements import OpenElements
from corpuskit.text.rules import TooDeep

UNCHECKED_TAGS = 1_000
"""Bodies with fewer tags are not checked: the worst that was found in them takes 0.15 s (500
fonts left open and 500 paragraphs). The check takes 3 µs a tag, longer than Lexbor."""
UNCHECKED_CHARACTERS = 32_000
"""Nor are bodies that are shorter: as many attributes as fit on a tag in them take 0.15 s."""
MAX_DEPTH = 1_000
"""Real articles were seen to nest to 600. Lexbor overflows the stack at about 60 000 nested
templates, and in `svg` each end tag costs it 8 ns a level: 18 s for 32 000 levels and 0.5 MB."""
MAX_ATTRIBUTES = 1_000
"""Lexbor compares each attribute of a tag with all before: 20 000 take 0.8 s, 100 000 take 22 s."""
MAX_REPEATED = 500_000
"""Lexbor opens formatting elements that were left open again in each block, 1.3 µs each: 60 kB of
`<font color=…><p>` make eight million of them, which takes 12 s and over a gigabyte."""
MAX_OPTIONS = 20_000
"""Lexbor takes quadratic time over the options of a list: 0.7 s for so many, 2.9 s for twice."""
MAX_STEPS = 50_000_000
"""Looked at by the check itself, at 50 ns each, and an upper bound of the nodes that a descendant
combinator visits. An article of 1.6 million characters takes less than a million."""


def html_fault(html: str) -> TooDeep | None:
    """Return the first cap that `html` hits, or None."""
    if html.count("<") <= UNCHECKED_TAGS and len(html) <= UNCHECKED_CHARACTERS:
        return None
    elements = OpenElements()
    offset = root_attributes = options = 0
    for token in tokens(html):
        if isinstance(token, Start):
            offset = token.offset
            options += token.name == "option"
            if options > MAX_OPTIONS:
                return TooDeep("options", MAX_OPTIONS, offset)
            count = 0
            if token.name in ("body", "html"):
                count = root_attributes = root_attributes + _attribute_count(token.attributes)
            elif len(token.attributes) > MAX_ATTRIBUTES:
                count = _attribute_count(token.attributes)
            if count > MAX_ATTRIBUTES:
                return TooDeep("attributes", MAX_ATTRIBUTES, offset)
            elements.start(token.name, token.attributes)
            if len(elements.names) > MAX_DEPTH:
                return TooDeep("depth", MAX_DEPTH, offset)
        elif isinstance(token, End):
            elements.end(token.name)
        elif not token.within:
            elements.text()
        if elements.repeated > MAX_REPEATED:
            return TooDeep("formatting", MAX_REPEATED, offset)
        if elements.steps > MAX_STEPS:
            return TooDeep("work", MAX_STEPS, offset)
    return None


def _attribute_count(source: str) -> int:
    return sum(1 for _ in ATTRIBUTE.finditer(source))
