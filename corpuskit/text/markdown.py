"""Markdown through comrak: GitHub's dialect, rendered to HTML from which the text is then taken."""

import math
import re
from collections.abc import Callable
from html import escape

import comrak

from corpuskit.text.mdx import without_modules
from corpuskit.text.templates import hide, show
from corpuskit.text_rules import Templates, TooDeep

MAX_CHARACTERS = 2_000_000
"""The longest body of the census has 1.6 million. Comrak is linear in all that was tried but what
is capped below; the slowest (unmatched `**`, nested `> `) take 4 s a million characters."""
MAX_TILDES = 200_000
"""Comrak pairs `~` with `~~` in quadratic time: so many take 2 s, thrice as many 40 s."""
MAX_DESCRIPTIONS = 10_000
"""Description lists with empty lines between them are quadratic too: so many take 1.3 s, five times
as many 25 s."""
MAX_FOOTNOTES = 50_000
"""Each reference is rendered with 280 characters: so many make 14 MB."""
MAX_CELLS = 200_000
"""Comrak adds the cells that a row of a table leaves out: 9 KB of 2 000 columns and 500 short rows
take 2.5 s and 230 MB, 200 KB all memory there is."""

_LINE = re.compile(r"\r\n?|\n")
_UNDER_A_HEADER = re.compile(r"[ \t>*+\-:|]*\|[ \t>*+\-:|]*\Z|[ \t>]*:?-+:?[ \t]*\Z")
_ADDRESS = re.compile(r"(\d+)address")
_DESCRIPTION = re.compile(r"^[^\w\n]*[:~][ \t]", re.MULTILINE)
# Without the space before an arrow: a pattern that may begin with one is tried at each character.
_FOOTNOTE_REFERENCE = re.compile(
    r'<sup class="footnote-ref"><a href="#fn-[^"]*" id="[^"]*" data-footnote-ref>\d+</a></sup>'
    r'|<a href="#fnref-[^"]*" class="footnote-(backref)"[^>]*>↩(?:<sup[^>]*>\d+</sup>)?</a>'
)
_FOOTNOTES = '<section class="footnotes" data-footnotes>\n<ol>\n'
_FOOTNOTES_END = "</ol>\n</section>\n"


def _extensions(rewritten: Callable[[str], str]) -> comrak.ExtensionOptions:
    options = comrak.ExtensionOptions()
    options.table = True
    options.strikethrough = True
    options.footnotes = True
    options.tasklist = True
    options.description_lists = True
    # Without it `**「字」**字` keeps its asterisks.
    options.cjk_friendly_emphasis = True
    # No `autolink`: it takes the Chinese after a bare address for a part of it.
    options.link_url_rewriter = rewritten
    options.image_url_rewriter = rewritten
    return options


def _parsing() -> comrak.ParseOptions:
    options = comrak.ParseOptions()
    # Otherwise definitions move to the end, and those that nothing refers to are lost.
    options.leave_footnote_definitions = True
    return options


def _rendering() -> comrak.RenderOptions:
    options = comrak.RenderOptions()
    options.unsafe_ = True
    return options


_PARSING, _RENDERING = _parsing(), _rendering()


def render(markdown: str, stripped: frozenset[Templates] = frozenset()) -> str | TooDeep:
    """Return `markdown` as HTML with nothing that its author did not write, or the cap it hits.

    Raw HTML, template tags and addresses are kept as they are written, but for the tags of the
    languages that are `stripped`. Footnotes stay where they are defined, without numbers and
    arrows.
    """
    if fault := _fault(markdown):
        return fault
    if "mdx" in stripped:
        markdown = without_modules(markdown)
    hidden = hide(markdown)
    addresses: list[str] = []

    def kept(address: str) -> str:
        # Comrak would write `/%E4%B8%AD` for `/中`.
        addresses.append(address)
        return f"{hidden.stem}{len(addresses) - 1}address"

    html = comrak.render_markdown(hidden.markdown, _extensions(kept), _PARSING, _RENDERING)
    if addresses:
        html = _with_addresses(html, hidden.stem, addresses)
    if "data-footnote" in html:
        html = _without_references(html)
        if _FOOTNOTES in html:
            # The section closes at the end of the body, whatever follows the first definition.
            html = html.replace(_FOOTNOTES, "").removesuffix(_FOOTNOTES_END)
    return show(html, hidden, stripped)


def _with_addresses(html: str, stem: str, addresses: list[str]) -> str:
    first, *parts = html.split(stem)
    words = [(part, _ADDRESS.match(part)) for part in parts]
    after = [
        stem + part if word is None else escape(addresses[int(word[1])]) + part[word.end() :]
        for part, word in words
    ]
    return "".join([first, *after])


def _without_references(html: str) -> str:
    """Return `html` without the numbers of footnotes, and the arrows that lead back to them."""
    *texts, last = _FOOTNOTE_REFERENCE.split(html)
    before = [
        text.removesuffix(" ") if arrow else text
        for text, arrow in zip(texts[::2], texts[1::2], strict=True)
    ]
    return "".join([*before, last])


def _fault(markdown: str) -> TooDeep | None:
    if len(markdown) > MAX_CHARACTERS:
        return TooDeep("characters", MAX_CHARACTERS)
    tildes = markdown.count("~")
    if tildes > MAX_TILDES:
        return TooDeep("strikethrough", MAX_TILDES)
    if markdown.count("[") > MAX_FOOTNOTES and markdown.count("[^") > MAX_FOOTNOTES:
        return TooDeep("footnotes", MAX_FOOTNOTES)
    if markdown.count("|") and _cells(markdown) > MAX_CELLS:
        return TooDeep("cells", MAX_CELLS)
    # Each takes one of them: a count of lines can wait for bodies that have so many.
    if markdown.count(":") + tildes > MAX_DESCRIPTIONS:
        descriptions = sum(1 for _ in _DESCRIPTION.finditer(markdown))
        if descriptions > MAX_DESCRIPTIONS:
            return TooDeep("descriptions", MAX_DESCRIPTIONS)
    return None


def _cells(markdown: str) -> int:
    """The most cells that tables can have: a line under a header has all lines to come be rows."""
    if markdown.count("|") + markdown.count("\n") < 2 * math.isqrt(MAX_CELLS):
        return 0
    cells = columns = 0
    for line in _LINE.split(markdown):
        if not line.strip(" \t>"):
            columns = 0
        elif "-" in line and _UNDER_A_HEADER.match(line):
            columns = max(columns, line.count("|") + 1)
        cells += columns
    return cells
