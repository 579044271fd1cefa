"""Text of anyone's as Markdown (CommonMark and GitHub's tables) that says it and does nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from corpuskit.documents.web import is_web_address

_ESCAPES = {ord(mark): f"\\{mark}" for mark in "*_`[]~$#"} | {
    # Entities, for a backslash before these does not reach every renderer: tables are split
    # at `|` before escapes are read, and HTML is left alone by filters that know no Markdown.
    ord("\\"): "&#92;",
    ord("|"): "&#124;",
    ord("<"): "&lt;",
    ord(">"): "&gt;",
    ord("&"): "&amp;",
}
_ADDRESS = re.compile(r"https?://\w(?:[^\s<>\[\]\"'`\\^{|}]*[\w/#=&%+-])?")
_LINKING_COLON = re.compile(r":(?=//)")
_LINKING_WWW = re.compile(r"(www)\.", re.IGNORECASE)
_INTRAWORD_UNDERSCORE = re.compile(r"(?<=[A-Za-z0-9])\\_(?=[A-Za-z0-9])")
_BLOCK_MARKER = re.compile(r"(?:[-+=]|[0-9]{1,9}[.)])")
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
_PLAIN_CODE = re.compile(r"[\w .,:;=/*+<>()\[\]'\"@#-]+")


def one_line(text: str) -> str:
    """`text` with every run of blanks as one space and without controls that change its look."""
    return " ".join(_UNSEEN.sub("", text).split())


def inline(text: str) -> str:
    """`text` as one line that renders as itself inside a heading, a table's cell or a sentence.

    Web addresses become links, as GitHub makes e-mail addresses; nothing else does anything.
    """
    text = one_line(text)
    line, end = "", 0
    for address in _ADDRESS.finditer(text):
        line += _escape_words(text[end : address.start()])
        line += f"<{address[0].replace('&', '&amp;')}>"
        end = address.end()
    return line + _escape_words(text[end:])


def escape(text: str) -> str:
    """Like `inline`, and begins no list or heading where a paragraph or a list's item may begin."""
    line = inline(text)
    marker = _BLOCK_MARKER.match(line)
    if marker is None:
        return line
    last = marker.end() - 1
    return f"{line[:last]}\\{line[last:]}"


def _escape_words(text: str) -> str:
    line = _INTRAWORD_UNDERSCORE.sub("_", text.translate(_ESCAPES))
    return _LINKING_WWW.sub(r"\1&#46;", _LINKING_COLON.sub("&#58;", line))


def paragraphs(text: str) -> str:
    """`text` with its paragraphs kept, each as one escaped line."""
    parts = re.split(r"(?:\r\n?|\n)[^\S\r\n]*(?:\r\n?|\n)", text)
    return "\n\n".join(line for line in map(escape, parts) if line)


def code(text: str) -> str:
    """`text` as a code span, or escaped where a code span cannot show it."""
    line = one_line(text)
    return f"`{line}`" if _PLAIN_CODE.fullmatch(line) else inline(line)


def link(label: str, address: str) -> str:
    """A link, if `address` is a web address or a plain relative path; else the label."""
    if is_web_address(address) or re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9_./-]*", address):
        return f"[{_escape_words(one_line(label))}](<{address}>)"
    return escape(label)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], right: frozenset[int]) -> str:
    """A table of cells that are Markdown already; the columns in `right` hold numbers."""
    rule = ["---:" if index in right else "---" for index in range(len(head))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, rule, *rows])


def fenced(language: str, text: str) -> str:
    """`text` as a code block, its fence longer than any in it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def number(value: int) -> str:
    """`value` with its thousands apart."""
    return f"{value:,}"
