"""Which texts, links and images of a page are its main content, and not what stands around that.

Resiliparse decides, by names, classes and roles of elements and by how much of them is links. It
gives back nothing but text, in a form of its own, and our rules for text, links and images need to
know where that stood. So a mark is put before each of them, an image whose alternative text is a
number: it is given back where the text is, and counts for nothing when Resiliparse decides.

It is told that comments of readers and lines of date and author are no main content: on the pages
of `benchmarks.main_content` that raises F1 by half a hundredth.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from resiliparse.extract.html2text import extract_plain_text

from corpuskit.text.elements import UNRENDERED, VOID
from corpuskit.text_rules import TooDeep

MAX_STEPS = 200_000_000
"""Characters that Resiliparse may look at. It reads all text of an element again for each one that
is around it: 100 000 nested elements take over a minute. A million steps take 2 to 7 ms (one busy
core of an AMD EPYC, resiliparse 2.0.1), and pages of 100 kB have about three million."""
_STEPS_A_TEXT = 20
"""What a text costs besides its characters, in characters."""

_PROLOGUE = "<!DOCTYPE html>"
_ICON = re.compile("\\s*[\xb6\ue000-\uf8ff]\\s*")
"""The sign of an anchor, or a letter of an icon font: Resiliparse drops it as all of a text."""


class Survey(NamedTuple):
    """Places in the parts: what gets a mark, and texts that are icons; and how much work it is."""

    marks: list[int]
    icons: list[int]
    steps: int

    @property
    def fault(self) -> TooDeep | None:
        """The cap that the page hits, if its main content would take too long to tell."""
        return TooDeep("main content", MAX_STEPS) if self.steps > MAX_STEPS else None


def survey_of(parts: Sequence[str]) -> Survey:
    """Look over the parts of a page, which are as for `only_main`."""
    marks: list[int] = []
    icons: list[int] = []
    unrendered, inside, depth, steps = "", 0, 0, 0
    for at in range(0, len(parts) - 1, 3):
        text, tag = parts[at], parts[at + 1]
        if text:
            steps += depth * (len(text) + _STEPS_A_TEXT)
            if not inside and not text.isspace():
                (icons if len(text) < 8 and _ICON.fullmatch(text) else marks).append(at)
        # It is None where there was a comment.
        if not tag:
            continue
        if tag not in VOID:
            depth += -1 if tag[0] == "/" else 1
        if inside:
            inside += (tag == unrendered) - (tag == "/" + unrendered)
        elif tag in ("a", "img", "textarea"):
            marks.append(at + 1)
        if not inside and (tag in UNRENDERED or tag == "textarea"):
            unrendered, inside = tag, 1
    return Survey(marks, icons, steps)


def only_main(parts: Sequence[str], survey: Survey) -> list[str]:
    """Return the parts of a page that hits no cap without what is not its main content.

    Args:
        parts: in turns a text, a tag without its brackets, and the tag's attributes, as HTML that
            closes all that it opens; the last one is a text.
        survey: of these parts.

    Returns:
        As many parts: texts that do not count are empty, and so are the attributes of such links
        and images, and what is in such a `textarea`.
    """
    # No page holds its own digest, so that no text of it can pass for a mark.
    digest = hashlib.sha256("\0".join(part or "" for part in parts).encode()).hexdigest()[:16]
    read = extract_plain_text(
        _marked(parts, survey.marks, digest),
        preserve_formatting=False,
        main_content=True,
        list_bullets=False,
        comments=False,
        post_meta=False,
    )
    kept = {int(number) for number in re.findall(rf"{digest}-(\d+)-", read)}
    return _emptied(parts, set(survey.marks) - kept, survey.icons)


def _marked(parts: Sequence[str], marks: Iterable[int], digest: str) -> str:
    """Return HTML of the parts with a mark before each of these texts and images, and in links."""
    written = [_PROLOGUE, *parts]
    for at in range(1, len(parts), 3):
        # One further on, for the prologue.
        if parts[at]:
            written[at + 1], written[at + 2] = f"<{parts[at]}", f"{parts[at + 1]}>"
        else:
            written[at + 1] = written[at + 2] = ""
    for at in marks:
        mark = f'<img alt="{digest}-{at}-">'
        if parts[at] == "a" and at % 3 == 1:
            written[at + 2] += mark
        else:
            written[at + 1] = mark + written[at + 1]
    return "".join(written)


def _emptied(parts: Sequence[str], dropped: Iterable[int], icons: Iterable[int]) -> list[str]:
    left = list(parts)
    for at in (*dropped, *icons):
        # Of a tag it is the attributes that go, or its end tag would be another's.
        left[at if at % 3 == 0 else at + 1] = ""
        if left[at] == "textarea":
            # What is in it is one text.
            left[at + 2] = ""
    return left
