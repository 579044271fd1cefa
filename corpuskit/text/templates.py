"""Tags of template languages in Markdown: hidden from the renderer, so that it keeps them.

Hexo and Jekyll write `{% … %}` and `{{ … }}`, Hugo `{{< … >}}` and `{{% … %}}`. A Markdown renderer
would find emphasis and HTML in them, and no link in `[a]({% post_url b %})`. On demand the tags of
some languages are left out of the text, but neither in code nor in addresses.
"""

import hashlib
import re
from html import escape
from typing import NamedTuple

from corpuskit.text.elements import PREFORMATTED
from corpuskit.text_rules import Templates, TooDeep

MAX_SHOWN = 4_000_000
"""Characters of tags that are put back, before they are escaped: twice the longest body. Each tag
is put back once, unless it is in the address of a reference: `[a]: {{ … }}` is used by every `[a]`,
and 480 KB of that came to gigabytes (comrak's own cap on references sees only the words)."""

_TAG = re.compile(r"\{%-?[ \t]*+(\w*+)[^{}]*%\}|\{\{[^{}]*\}\}")
_STEM = "templatetag"
_WORD = re.compile(r"(\d+)(?:(block)(?:&lt;/pre&gt;)?|inline)")
"""What follows the stem in a word."""
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_VERBATIM = frozenset({"code", "codeblock", "highlight"})
"""What stands between such a tag and its `end…` is code."""
_RAW = frozenset({"raw", "verbatim"})
"""What stands between such a tag and its `end…` is shown as it is written."""
_CODE_TAG = re.compile(rf"<(/?)(?:code|{'|'.join(sorted(PREFORMATTED))})(?=[\s/>])", re.IGNORECASE)
_BRACES: tuple[tuple[str, frozenset[Templates]], ...] = (
    ("{%", frozenset({"hexo", "liquid"})),
    ("{{</*", frozenset()),  # Hugo's way of showing a tag
    ("{{%/*", frozenset()),
    ("{{<", frozenset({"hugo"})),
    ("{{%", frozenset({"hugo"})),
    ("{{", frozenset({"liquid"})),
)
"""By how a tag begins: whose it is. The first that fits counts."""


class Hidden(NamedTuple):
    """Markdown with a word in the place of each template tag.

    Attributes:
        markdown: with the words.
        stem: how the words begin; nothing else of the Markdown contains it, or comes to contain it
            when it is rendered.
        tags: as they were written, by the number in their word.
    """

    markdown: str
    stem: str
    tags: list[str]


def hide(markdown: str) -> Hidden:
    """Take the template tags out of `markdown`; code between tags goes with them."""
    spans = _spans(markdown) if "{" in markdown else []
    stem = _STEM
    # Numeric references can spell the stem: `&#116;emplatetag`.
    if stem in markdown or ("&" in markdown and "&#" in markdown):
        # Nobody can write a text that holds its own digest.
        stem += hashlib.sha256(markdown.encode()).hexdigest()[:16] + "n"
    if not spans:
        return Hidden(markdown, stem, [])
    pieces: list[str] = []
    tags: list[str] = []
    position = 0
    for start, end in spans:
        tag = markdown[start:end]
        word = f"{stem}{len(tags)}"
        whole = f"<pre>{word}block</pre>" if _is_block(tag) else f"{word}inline"
        pieces += [markdown[position:start], whole]
        tags.append(tag)
        position = end
    return Hidden("".join([*pieces, markdown[position:]]), stem, tags)


def show(html: str, hidden: Hidden, stripped: frozenset[Templates] = frozenset()) -> str | TooDeep:
    """Put the tags back into what was rendered from `hidden`, escaped for text and attributes.

    Those of the languages that are `stripped` stay away from text that is no code.
    """
    if not hidden.tags:
        return html
    # A pattern with the stem in it would be compiled for most bodies, which takes longer than all.
    first, *parts = html.split(hidden.stem)
    words = [_WORD.match(part) for part in parts]
    tags = ["" if word is None else hidden.tags[int(word[1])] for word in words]
    if sum(map(len, tags)) > MAX_SHOWN:
        return TooDeep("templates", MAX_SHOWN)
    shown = [first]
    stripper = _Stripper(stripped)
    for part, word, tag in zip(parts, words, tags, strict=True):
        if stripped:
            stripper.follow(shown[-1])
        if word is None:
            shown.append(hidden.stem + part)
            continue
        left = tag
        if stripped:
            is_block = bool(word[2]) and part.startswith("</pre>", word.end())
            left = stripper.rest(tag, is_block=is_block)
        if word[2]:
            # The `pre` of a block in a code block was escaped; it is none of the author's.
            shown[-1] = shown[-1].removesuffix("&lt;pre&gt;")
        shown += [escape(left), part[word.end() :]]
    return "".join(shown)


def strip(html: str, stripped: frozenset[Templates]) -> str:
    """Return `html` without the tags of some languages; those in code and in attributes stay."""
    if "{{" not in html and "{%" not in html:
        return html
    stripper = _Stripper(stripped)
    pieces: list[str] = []
    position = 0
    for start, end in _spans(html):
        tag = html[start:end]
        pieces.append(html[position:start])
        stripper.follow(pieces[-1])
        left = stripper.rest(tag)
        if left != tag:
            stripper.follow(left)
        pieces.append(left)
        position = end
    return "".join([*pieces, html[position:]])


class _Stripper:
    """Tells which tags to leave out, while it follows HTML from its beginning."""

    def __init__(self, stripped: frozenset[Templates]) -> None:
        self._stripped = stripped
        self._code_depth = 0
        self._in_markup = False
        self._raw = ""

    def follow(self, html: str) -> None:
        """Take notice of the HTML up to the next tag."""
        for code in _CODE_TAG.finditer(html):
            self._code_depth = max(0, self._code_depth + (-1 if code[1] else 1))
        opened, closed = html.rfind("<"), html.rfind(">")
        if opened > closed:
            following = html[opened + 1 : opened + 2]
            self._in_markup = following.isalpha() or following in ("/", "!")
        elif closed >= 0:
            self._in_markup = False

    def rest(self, tag: str, *, is_block: bool = False) -> str:
        """Return what is left of a tag; of code between two tags, the code.

        Args:
            tag: as it is written.
            is_block: whether it is in a `pre` that its author did not write.
        """
        if self._in_markup or self._code_depth > is_block:
            return tag
        matched = _TAG.match(tag)
        if matched is None or self._stripped.isdisjoint(_languages(tag)):
            return tag
        if self._raw:
            if matched[1] != f"end{self._raw}":
                return tag
            self._raw = ""
        elif matched[1] in _RAW:
            self._raw = matched[1]
        if matched.end() == len(tag):
            return ""
        return tag[matched.end() : tag.rindex("{%")]


def _languages(tag: str) -> frozenset[Templates]:
    return next((languages for start, languages in _BRACES if tag.startswith(start)), frozenset())


def _is_block(tag: str) -> bool:
    return "\n" in tag and tag.startswith("{%") and tag.endswith("%}") and tag.count("%}") > 1


def _spans(markdown: str) -> list[tuple[int, int]]:
    """Return where tags are, and from the first to the last character where code is."""
    spans: list[tuple[int, int]] = []
    opener, opened_at = "", 0
    for tag in _TAG.finditer(markdown):
        if _BLANK_LINE.search(tag[0]):
            continue
        if opener and tag[1] == f"end{opener}":
            spans[opened_at:] = [(spans[opened_at][0], tag.end())]
            opener = ""
            continue
        if not opener and tag[1] in _VERBATIM:
            opener, opened_at = tag[1], len(spans)
        spans.append(tag.span())
    return spans
