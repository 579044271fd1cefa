"""Tags of template languages in Markdown: hidden from the renderer, so that it keeps them.

Hexo and Jekyll write `{% … %}` and `{{ … }}`, Hugo `{{< … >}}` and `{{% … %}}`. A Markdown renderer
would find emphasis and HTML in them, and no link in `[a]({% post_url b %})`.
"""

import hashlib
import re
from html import escape
from typing import NamedTuple

from corpuskit.text_rules import TooDeep

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


def show(html: str, hidden: Hidden) -> str | TooDeep:
    """Put the tags back into what was rendered from `hidden`, escaped for text and attributes."""
    if not hidden.tags:
        return html
    # A pattern with the stem in it would be compiled for most bodies, which takes longer than all.
    first, *parts = html.split(hidden.stem)
    words = [_WORD.match(part) for part in parts]
    tags = ["" if word is None else hidden.tags[int(word[1])] for word in words]
    if sum(map(len, tags)) > MAX_SHOWN:
        return TooDeep("templates", MAX_SHOWN)
    shown = [first]
    for part, word, tag in zip(parts, words, tags, strict=True):
        if word is None:
            shown.append(hidden.stem + part)
            continue
        if word[2]:
            # The `pre` of a block in a code block was escaped; it is none of the author's.
            shown[-1] = shown[-1].removesuffix("&lt;pre&gt;")
        shown += [escape(tag), part[word.end() :]]
    return "".join(shown)


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
