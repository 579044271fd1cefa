"""Where the front matter of a text begins and ends, and in which spelling."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from corpuskit.codes import Code
from corpuskit.front_matter.tree import Span
from corpuskit.lines import BREAK


class Spelling(StrEnum):
    """How front matter can be written."""

    YAML = "yaml"
    TOML = "toml"
    JSON = "json"
    PELICAN = "pelican"
    NONE = "none"


class Block(NamedTuple):
    """A front matter block: `inner` is what a reader gets, the body starts at `body_start`.

    `opener` is the opening fence. `irregular` names what is unusual about the fences.
    """

    spelling: Spelling
    inner: Span
    body_start: int
    opener: Span
    irregular: Code | None = None


class Unclosed(NamedTuple):
    """An opening fence over lines that are front matter, and no closing fence."""

    opener: Span
    fence: str


_LEAD = re.compile(r"(?:[ \t\ufeff]*(?:\r\n|\n|\r))*\ufeff*")
_EOL = r"[ \t]*(?:\r\n|\n|\r|\Z)"
_YAML_OPENER = re.compile(rf"(-{{3,}}){_EOL}")
_PLAIN_OPENER = re.compile(r"\n*+---\n(?=[^\W\d][\w-]{0,99}+:[ \n])")
"""Over a line that is a key's."""
_TOML_OPENER = re.compile(rf"(\+{{3,}}){_EOL}")
_YAML_CLOSER = re.compile(rf"(?:-{{3,}}|\.\.\.){_EOL}")
_TOML_CLOSER = re.compile(rf"\+{{3,}}{_EOL}")
_FIRST_LINE = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r))*([^\r\n]*)")
_KEY_LINE = re.compile(
    r"""(?:[^\s:#\-{\[<][^:\r\n]{0,255}|["'][^"'\r\n]{1,256}["']|<<)[ \t]*:(?:[ \t]|$)"""
)
_FLOW_OR_ITEM = re.compile(r"[{\[]|- ")
_KNOWN_KEY = re.compile(
    r"(?i)(title|date|layout|tags?|categor(?:y|ies)|authors?|slug|permalink|id|author|summary|"
    r"modified|status|lang|keywords|description|comments|updated)[ \t]*:(?:[ \t]|\r|\n|\Z)"
)
_PELICAN_LINE = re.compile(r"[A-Za-z][\w .-]{0,60}?[ \t]*:|[ \t]")
_JSON_START = re.compile(r'\{\s*["}]')
_BLANK_LINE = re.compile(r"(?:\r\n|\n|\r(?!\n))[ \t]*(?:\r\n|\n|\r|\Z)")


def find_block(text: str) -> Block | Unclosed | None:
    """The front matter block of `text`, the opener that nothing closes, or None."""
    return _plainly_fenced(text) or _by_its_start(text)


def _plainly_fenced(text: str) -> Block | None:
    """The block of nearly all articles, if it is certain: no other line looks like a closer.

    Takes a third of the time of `_by_its_start`, which says the same of it.
    """
    opened = _PLAIN_OPENER.match(text)
    if opened is None:
        return None
    start = opened.end()
    end = text.find("---", start)
    if end < 0 or text[end - 1] != "\n" or text[end + 3 : end + 4] != "\n":
        return None
    if text.find("\r", start, end) >= 0 or text.find("\n...", start, end) >= 0:
        return None
    return Block(Spelling.YAML, (start, end), end + 4, (start - 4, start - 1))


def _by_its_start(text: str) -> Block | Unclosed | None:
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    if text.startswith("---", start):
        return _fenced(text, start, Spelling.YAML, _YAML_OPENER)
    if text.startswith("+++", start):
        return _fenced(text, start, Spelling.TOML, _TOML_OPENER)
    if text.startswith("{", start) and _JSON_START.match(text, start):
        return Block(Spelling.JSON, (start, len(text)), len(text), (start, start + 1))
    if _KNOWN_KEY.match(text, start):
        return _without_opener(text, start)
    return None


def _fenced(
    text: str, start: int, spelling: Spelling, opener: re.Pattern[str]
) -> Block | Unclosed | None:
    opened = opener.match(text, start)
    if opened is None:
        return None
    span = opened.span(1)
    closed = _find_closer(text, opened.end(), spelling)
    inner = (opened.end(), closed.start() if closed else len(text))
    if spelling is Spelling.YAML and not _is_front_matter(text, inner, closed is not None):
        return None
    if closed is None:
        return Unclosed(span, opened[1])
    irregular = Code.LONG_FENCE if len(opened[1]) > 3 else None
    return Block(spelling, inner, closed.end(), span, irregular)


def _find_closer(text: str, start: int, spelling: Spelling) -> re.Match[str] | None:
    """The first closing fence; `start` is the begin of a line.

    Looking for the marks first takes 1 µs, a pattern that is tried at every character 8.
    """
    if spelling is Spelling.TOML:
        return _at_line_start(_TOML_CLOSER, "+++", text, start, len(text))
    closed = _at_line_start(_YAML_CLOSER, "---", text, start, len(text))
    stop = closed.start() if closed else len(text)
    return _at_line_start(_YAML_CLOSER, "...", text, start, stop) or closed


def _at_line_start(
    closer: re.Pattern[str], mark: str, text: str, start: int, stop: int
) -> re.Match[str] | None:
    at = text.find(mark, start, stop)
    while at >= 0:
        if at == start or text[at - 1] in "\r\n":
            found = closer.match(text, at)
            if found:
                return found
        # Of a run of dashes only the first can begin a line.
        at = text.find(mark, at + len(mark), stop)
    return None


def _is_front_matter(text: str, inner: Span, closed: bool) -> bool:  # noqa: FBT001
    """Whether the lines under a `---` are YAML; a thematic break over prose is not."""
    first = _FIRST_LINE.match(text, *inner)
    line = first[1].strip() if first else ""
    if _KEY_LINE.match(line):
        return True
    if not closed:
        return False
    return not line or line.startswith("#") or _FLOW_OR_ITEM.match(line) is not None or _odd(line)


def _odd(line: str) -> bool:
    """A line that a broken writer may have made: a key with a reserved start, a tab indent."""
    return re.match(r"[@%*!&`][^:]*:|\t\S+:", line) is not None


def _without_opener(text: str, start: int) -> Block | None:
    """Hexo's block that only a closer ends, else Pelican's that a blank line ends."""
    blank = _BLANK_LINE.search(text, start)
    closed = _find_closer(text, start, Spelling.YAML)
    if closed and _all_yaml(text[start : closed.start()]):
        code = Code.MISSING_OPENER
        return Block(Spelling.YAML, (start, closed.start()), closed.end(), (start, start), code)
    inner = (start, blank.start() if blank else len(text))
    if not all(_PELICAN_LINE.match(line) for line in BREAK.split(text[slice(*inner)])):
        return None
    return Block(Spelling.PELICAN, inner, blank.end() if blank else len(text), (start, start))


def _all_yaml(inner: str) -> bool:
    lines = BREAK.split(inner)
    return len(lines) <= 100 and all(
        not line.strip() or line[0] in " \t#-" or _KEY_LINE.match(line) for line in lines
    )
