"""YAML as people and scripts write it: what a line-local repair can save, with a warning each.

Only a line that the parser stumbles over is touched, and only to quote what it says; a block
that parses is read as it stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from corpuskit.codes import Code
from corpuskit.front_matter.tree import Fault, KeyPath, Notice, Span, Tree, resolve
from corpuskit.front_matter.yaml_events import read_yaml
from corpuskit.lines import LineIndex
from corpuskit.masking import is_secret

MAX_REPAIRS = 40
"""A block that needs more is not front matter; the census' worst needs 9."""

_ENTRY = re.compile(
    r"""(?P<head>[ \t]*(?:-[ \t]+)*(?:(?P<key>[^\s:#'"\[{][^:]*?|"[^"]*"|'[^']*')[ \t]*:[ \t]+)?)
        (?P<value>\S.*)$""",
    re.VERBOSE,
)
TEMPLATE = re.compile(r":[ \t]*(?P<mark>[\"']?(?:\{\{|\{%|<%))")
"""A value that a site generator would fill in."""
_TAB_INDENT = re.compile(r"(?P<indent>[ ]*\t[ \t]*)(?=\S)")
_FLOW_THEN_TEXT = re.compile(r"\[[^\]]*\]\s*[^\s,#]")
_RESERVED = "@`%*!&|>?"
_COMMENT = re.compile(r"[ \t]+(#[^\r\n]*)")
_PROSE = re.compile(r"[^\W\d_]")
_FLAGS = frozenset({"true", "false", "yes", "no", "on", "off"})
_NEXT_LINE = "\x85"
_SURROGATES = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_ESCAPES = re.compile(rf"{_SURROGATES.pattern}|\\.")
_INSIDE_QUOTES = re.compile(r'(?:[^"\\]|\\.)*+"?')
_QUOTED = re.compile(rf""""{_INSIDE_QUOTES.pattern}|'(?:[^']|'')*+'""")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def read_tolerantly(text: str) -> tuple[Tree | Fault, list[Notice]]:
    """Read one YAML document, repairing what can be; all offsets are into `text`."""
    notices: list[Notice] = []
    repaired_lines: set[int] = set()
    current = text
    if _NEXT_LINE in text:
        # YAML takes it for a line break; Windows-1252 has an ellipsis there.
        current = _take(_without_controls(text, repaired_lines), text, notices) or text
    while True:
        result = read_yaml(current)
        if isinstance(result, Tree):
            if current is not text:
                result.origin = _Origin(LineIndex(current), LineIndex(text))
            notices += _surprises(result, current)
            return result, notices
        step = _repair(current, result, repaired_lines) if len(notices) < MAX_REPAIRS else None
        repaired = _take(step, text, notices)
        if repaired is None:
            return _in_original(result, current, text), notices
        current = repaired


def _take(step: _Step | None, text: str, notices: list[Notice]) -> str | None:
    """The text after a repair, which is noted where it stands in the original `text`."""
    if step is None:
        return None
    notices.append(replace(step.notice, span=_in_line(text, step)))
    return step.text


@dataclass(frozen=True, slots=True)
class _Step:
    text: str
    line: int
    notice: Notice


class _Origin:
    """Maps spans of a repaired text back: repairs keep lines, so line and column suffice."""

    def __init__(self, repaired: LineIndex, original: LineIndex) -> None:
        self.repaired = repaired
        self.original = original

    def __call__(self, span: Span) -> Span:
        return (self._offset(span[0]), self._offset(span[1]))

    def _offset(self, offset: int) -> int:
        place = self.repaired.place(offset)
        start = self.original.starts[place.line - 1]
        return min(start + place.column - 1, self.original.line_end(place.line))


def _in_original(result: Tree | Fault, current: str, text: str) -> Tree | Fault:
    if isinstance(result, Tree) or current is text:
        return result
    origin = _Origin(LineIndex(current), LineIndex(text))
    return replace(result, span=origin(result.span))


def _in_line(text: str, step: _Step) -> Span:
    """Where a step's notice stands in the original text: a tab, or a line's entry."""
    if step.line == 0:
        found = _CONTROL.search(text)
        return found.span() if found else (0, 0)
    lines = LineIndex(text)
    start, end = lines.starts[step.line - 1], lines.line_end(step.line)
    if step.notice.code is Code.TAB_INDENT:
        tab = text.index("\t", start)
        return (tab, tab + 1)
    indent = len(text[start:end]) - len(text[start:end].lstrip(" \t-"))
    return (start + indent, end)


def _repair(text: str, fault: Fault, done: set[int]) -> _Step | None:
    """One repair of the line that `fault` points at, or None."""
    if fault.code is Code.FRONT_MATTER_CONTROL_CHARACTERS:
        return _without_controls(text, done)
    if fault.code is not Code.FRONT_MATTER_SYNTAX:
        return None
    lines = LineIndex(text)
    number = lines.place(fault.span[0]).line
    if _SURROGATES.match(text, fault.span[0] - 2):
        return _joined_surrogates(text, fault.span[0] - 2, lines, number)
    candidates = [number, number - 1]
    if fault.context is not None:
        candidates.insert(0, lines.place(fault.context).line)
    for candidate in dict.fromkeys(candidates):
        if candidate < 1 or candidate in done:
            continue
        line = lines.line(candidate)
        if TEMPLATE.search(line):
            return None
        mended = _mend_line(line, fault)
        if mended is not None:
            done.add(candidate)
            start, end = lines.starts[candidate - 1], lines.line_end(candidate)
            new_line, notice = mended
            return _Step(text[:start] + new_line + text[end:], candidate, notice)
    return None


def _joined_surrogates(text: str, start: int, lines: LineIndex, number: int) -> _Step:
    """The pairs of escapes that JSON writes 😀 with, read as JSON means them, up to a line's end.

    What is in double quotes goes on at `start`; others may follow, and single quotes.
    """
    end = lines.line_end(number)
    inside = _INSIDE_QUOTES.match(text, start, end)
    stop = inside.end() if inside else start
    mended = _joined(text[start:stop]) + _QUOTED.sub(
        lambda quoted: _joined(quoted[0]) if quoted[0][0] == '"' else quoted[0], text[stop:end]
    )
    notice = Notice(
        Code.INVALID_ESCAPE,
        "two escapes stand for one character, as in JSON; read as that character",
        (0, 0),
        "write the character itself",
    )
    return _Step(text[:start] + mended + text[end:], number, notice)


def _joined(quoted: str) -> str:
    def joined(escape: re.Match[str]) -> str:
        if escape[1] is None:
            return escape[0]
        return bytes.fromhex(escape[1] + escape[2]).decode("utf-16-be")

    return _ESCAPES.sub(joined, quoted)


def _mend_line(line: str, fault: Fault) -> tuple[str, Notice] | None:
    tab = _TAB_INDENT.match(line)
    if tab:
        indent = tab["indent"].replace("\t", "  ")
        notice = Notice(
            Code.TAB_INDENT,
            "a tab indents this line; YAML allows only spaces",
            (0, 0),
            "indent with two spaces",
        )
        return indent + line[tab.end() :], notice
    entry = _ENTRY.match(line)
    if entry is None or not (entry["key"] or entry["head"].lstrip().startswith("-")):
        return None
    return _quote_value(entry, fault)


def _quote_value(entry: re.Match[str], fault: Fault) -> tuple[str, Notice] | None:
    value = entry["value"].rstrip(" \t")
    if value[0] in "'\"":
        code, what = Code.BROKEN_QUOTES, "the quotes of this value do not fit together"
        # libyaml writes "hexdecimal".
        if re.search("escape|hexa?decimal", fault.message):
            code, what = Code.INVALID_ESCAPE, "a backslash in double quotes starts an escape"
        literal = _unwrapped(value)
    elif value[0] in "{[" and not _FLOW_THEN_TEXT.match(value):
        return None
    elif value[0] in _RESERVED or value.startswith("- ") or _FLOW_THEN_TEXT.match(value):
        code, what = Code.RESERVED_INDICATOR, f"`{value[0]}` starts a YAML construct"
        literal = value
    elif ": " in value or value.endswith(":") or ":\t" in value:
        code, what = Code.UNQUOTED_COLON, "`: ` inside an unquoted value"
        literal = value
    else:
        return None
    quoted = "'" + literal.replace("'", "''") + "'"
    if is_secret((entry["key"] or "",)):
        return entry["head"] + quoted, Notice(code, f"{what}; read as written", (0, 0), "quote it")
    notice = Notice(code, f"{what}; read as written", (0, 0), f"write {quoted}", value)
    return entry["head"] + quoted, notice


def _unwrapped(value: str) -> str:
    """`value` without the quotes that wrap it, however many a loop has put around it.

    The quotes of `"A" and "B"` do not: the second one closes the first.
    """
    while len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        inner = value[1:-1]
        second = inner.find(value[0])
        if (
            second > 0
            and not inner[second - 1].isspace()
            and inner[second + 1 : second + 2].isspace()
        ):
            return value
        value = inner
    return value


def _without_controls(text: str, done: set[int]) -> _Step | None:
    if 0 in done:
        return None
    done.add(0)
    mended, count = _CONTROL.subn(_cp1252, text)
    if not count:
        return None
    notice = Notice(
        Code.FRONT_MATTER_CONTROL_CHARACTERS,
        f"{count} control character{'s' if count > 1 else ''}, read as Windows-1252",
        (0, 0),
        "write the characters that are meant, in UTF-8",
    )
    return _Step(mended, 0, notice)


def _cp1252(found: re.Match[str]) -> str:
    code = ord(found[0])
    if not 0x80 <= code <= 0x9F:
        return "\ufffd"
    return bytes([code]).decode("cp1252", "replace")


def _surprises(tree: Tree, text: str) -> list[Notice]:
    """What YAML reads otherwise than its writer will have meant."""
    notices = [_tagged(tree, tag, path) for tag, path in tree.tagged]
    if " #" in text or "\t#" in text:
        notices += [n for path in tree.value_spans if (n := _cut_by_comment(tree, path, text))]
    if "- " in text:
        notices += _folded_items(tree, text)
    return notices


def _tagged(tree: Tree, tag: str, path: KeyPath) -> Notice:
    span = tree.span(path) or (0, 0)
    if tag[0] in "!&" and path not in tree.quoted:
        what = f"`{tag[0]}` starts a YAML construct; read as written"
        where = tree.key_span(path) or span
        return Notice(Code.RESERVED_INDICATOR, what, where, "quote the value")
    named = "a tag" if is_secret(path) else f"the tag `{tag}`"
    message = f"{named} is ignored; values are typed by the schema"
    return Notice(Code.TAG_IGNORED, message, span, "delete the tag")


def _cut_by_comment(tree: Tree, path: KeyPath, text: str) -> Notice | None:
    if len(path) != 1 or path in tree.quoted or not isinstance(tree.values, dict):
        return None
    value = tree.values.get(str(path[0]))
    span = tree.value_spans[path]
    if not isinstance(value, str):
        return None
    start, end = resolve(span)
    comment = _COMMENT.match(text, end)
    # Nobody continues a date, a number or a boolean with a hash.
    if comment is None or not _PROSE.search(value) or value.lower() in _FLAGS:
        return None
    where = tree.span(path) or (start, end)
    cut = "a comment" if is_secret(path) else f"`{comment[1][:40]}`, which YAML reads as a comment"
    return Notice(
        Code.VALUE_CUT_BY_COMMENT,
        f"the value ends before {cut}",
        where,
        "quote the value if the rest belongs to it",
        None if is_secret(path) else value,
    )


def _folded_items(tree: Tree, text: str) -> list[Notice]:
    notices = []
    values = tree.values if isinstance(tree.values, dict) else {}
    for key, value in values.items():
        if not isinstance(value, list):
            continue
        for index, item in enumerate(value):
            path = (key, index)
            if not isinstance(item, str) or " - " not in item or path in tree.quoted:
                continue
            span = tree.value_spans[path]
            start, end = resolve(span)
            if re.search(r"[\r\n]\s+- ", text[start:end]):
                notices.append(
                    Notice(
                        Code.FOLDED_ITEM,
                        "an item indented under this one is folded into it",
                        tree.span(path) or (start, end),
                        "indent all items of a list alike",
                        None if is_secret((key,)) else item,
                    )
                )
    return notices
