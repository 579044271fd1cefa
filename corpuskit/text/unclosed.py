"""Elements that are never closed and so hide the rest of a body: `Vec<Title>` in prose opens one.

Browsers look for the end tag of a `title` to the end of the page, and both parsers do as they do.
"""

import re
from collections import deque

from corpuskit.text.elements import NESTING_UNRENDERED, UNPARSED, UNRENDERED
from corpuskit.text.html_tokens import TEXT_ENDS, End, Start, Text, tokens
from corpuskit.text.open_elements import OpenElements
from corpuskit.text_rules import Unclosed

_NESTING = tuple(sorted(NESTING_UNRENDERED))
_NAMES = (*sorted(UNPARSED), *_NESTING)
_INITIALS = "".join(sorted({name[0] for name in _NAMES}))
# The class before the names halves the time, and so does leaving end tags out.
_TAG_PATTERN = rf"(?=[{_INITIALS}{_INITIALS.upper()}])(?i:({'|'.join(_NAMES)}))(?=[ \t\r\n\f/>])"
_START = re.compile(f"<{_TAG_PATTERN}")
_NESTING_TAG = re.compile(rf"<(/?)({'|'.join(_NESTING)})(?=[ \t\r\n\f/>])", re.IGNORECASE)
_OPENER = re.compile(f"<(?:!--(?!-?>)|{_TAG_PATTERN})")
_COMMENT_END = re.compile(r"--!?>")
_TAG_NAME = re.compile(r"<[a-zA-Z][^ \t\n\f\r/>]*")
_NOTE = re.compile(r" corpuskit-(\d+)")
_PROBE = "\0"
"""No body has one left when it is parsed."""
_HIDING = UNRENDERED | {"textarea", "xmp"}


def may_be_unclosed(html: str) -> bool:
    """Whether `html` opens more than it closes at first sight; it may also say so wrongly."""
    if "<!--" in html and html.rfind("<!--") > html.rfind("-->"):
        return True
    position, nests = 0, False
    while tag := _START.search(html, position):
        position = tag.end()
        ends = TEXT_ENDS.get(tag[1].lower())
        if ends is None:
            nests = True
            continue
        end = ends.search(html, position)
        if end is None:
            return True
        position = end.end()
    return nests and _may_nest_too_deep(html)


def _may_nest_too_deep(html: str) -> bool:
    depth = dict.fromkeys(_NESTING, 0)
    for tag in _NESTING_TAG.finditer(html):
        name = tag[2].lower()
        depth[name] = max(0, depth[name] + (-1 if tag[1] else 1))
    return any(depth.values())


def find_open_quote(body: str) -> Unclosed | None:
    """Return the tag in HTML that never ends, for a quote in it is not closed."""
    # Texts have quotes as well; where all are pairs, it is not looked any further.
    if body.count('"') % 2 == 0:
        return None
    unfinished: list[str] = []
    for _ in tokens(body, unfinished=unfinished):
        pass
    if not unfinished or unfinished[0].count('"') % 2 == 0:
        return None
    lost = unfinished[0].rpartition('"')[2]
    tag = _TAG_NAME.match(unfinished[0]) if lost.strip() else None
    return None if tag is None else Unclosed(tag[0], len(body) - len(unfinished[0]), in_quote=True)


def noted(body: str) -> str:
    """Return `body` with a note in each tag and comment that may hide text: where it stood."""
    return _OPENER.sub(lambda opener: f"{opener[0]} corpuskit-{opener.start()}", body)


def find_unclosed(html: str, body: str) -> Unclosed | None:
    """Return what hides text up to the end of `html`, which was made from `noted(body)`."""
    note = _note_of_tag(html) or _note_of_comment(html)
    opener = _OPENER.match(body, int(note[1])) if note else None
    return None if opener is None else Unclosed(opener[0], opener.start())


def _note_of_tag(html: str) -> re.Match[str] | None:
    """Return the note of the outermost hiding element that is still open where `html` ends."""
    elements = OpenElements()
    hiding: Start | None = None
    depth, hides_text = 0, False
    for token in tokens(html):
        if isinstance(token, Start):
            elements.start(token.name, token.attributes)
        elif isinstance(token, End):
            elements.end(token.name)
        if hiding is not None and elements.names[depth - 1 : depth] != [hiding.name]:
            hiding = None
        if hiding is not None:
            hides_text = hides_text or (isinstance(token, Text) and bool(token.content.strip()))
        elif isinstance(token, Start) and token.name in _HIDING:
            hiding, depth, hides_text = token, len(elements.names), False
    return _NOTE.match(hiding.attributes) if hiding is not None and hides_text else None


def _note_of_comment(html: str) -> re.Match[str] | None:
    """Return the note of the comment that `html` ends in, if it does and there is text in it."""
    closed = max((end.end() for end in _COMMENT_END.finditer(html)), default=0)
    start = html.find("<!--", closed)
    note = _NOTE.match(html, start + 4) if start >= 0 else None
    if note is None or not html[note.end() :].strip():
        return None
    # It is no comment in the value of an attribute, or in a script.
    before = deque(tokens(html[:start] + _PROBE), maxlen=1)
    is_comment = any(isinstance(t, Text) and not t.within and _PROBE in t.content for t in before)
    return note if is_comment else None
