"""Front matter: text → values as written, each with its place, and where the body starts.

`fences` finds the block. `yaml_plain` reads what is plain, as nearly all is; of the rest `handlers`
choose the reader (`toml_values`, `json_values`, `pelican` or, for YAML, `yaml_repair` on
`yaml_events`), and this module turns what they found into diagnostics.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from corpuskit.codes import Code
from corpuskit.front_matter.fences import Block, Spelling, Unclosed, find_block
from corpuskit.front_matter.handlers import HANDLERS
from corpuskit.front_matter.json_values import read_json
from corpuskit.front_matter.tree import Fault, KeyPath, Notice, Span, Spans, Tree
from corpuskit.front_matter.yaml_plain import PlainSpans, read_plain
from corpuskit.front_matter.yaml_repair import TEMPLATE
from corpuskit.lines import LineIndex
from corpuskit.model import Diagnostic, Place, Value, diagnose

MAX_FRONT_MATTER_CHARS = 256 * 1024
"""The census' largest block has 31 KB; libyaml reads this many characters in 20 ms."""

PAGE_NOTE = "x-corpuskit"
"""The key under which `from` has, by key, the elements of the page that values are from."""

_JSON_END = re.compile(r"[ \t]*(?:;;;[ \t]*)?(?:\r\n|\n|\r|\Z)")


@dataclass(slots=True)
class FrontMatter:
    """What stands before the body; `base` is the block's offset in `text`.

    `values` is empty when there is no front matter or when `diagnostics` hold an error. Where a
    page completes it, `from_page` has the keys that it gave, with the elements that say them.
    """

    text: str
    spelling: Spelling
    values: dict[str, Value] = field(default_factory=dict)
    spans: Spans | None = None
    base: int = 0
    body_start: int = 0
    diagnostics: list[Diagnostic] = field(default_factory=list)
    from_page: Mapping[str, str] | None = None
    _lines: LineIndex | None = None

    def place(self, path: KeyPath) -> Place | None:
        """Where the value at `path` stands."""
        span = self.spans.span(path) if self.spans else None
        return None if span is None else self.locate(span)

    def key_place(self, path: KeyPath) -> Place | None:
        """Where the key of `path` stands."""
        span = self.spans.key_span(path) if self.spans else None
        return None if span is None else self.locate(span)

    def opening(self) -> Place:
        """The line that the block begins on: where an absent key would have to go."""
        return self.locate((0, 0))

    def locate(self, span: Span) -> Place:
        """The place of a span of the block."""
        if self._lines is None:
            self._lines = LineIndex(self.text)
        return self._lines.place(span[0] + self.base, span[1] + self.base)


def read_front_matter(text: str, max_chars: int = MAX_FRONT_MATTER_CHARS) -> FrontMatter:
    """Read what stands before the body of `text`, a source without its byte order mark."""
    found = find_block(text)
    if found is None:
        return FrontMatter(text, Spelling.NONE)
    if isinstance(found, Unclosed):
        return _unclosed(text, found)
    start, end = found.inner
    if found.spelling is Spelling.JSON:
        return _json(text, found, max_chars)
    if end - start > max_chars:
        return _too_large(text, found, max_chars)
    inner = text[start:end]
    if found.spelling is Spelling.YAML and found.irregular is None:
        plain = read_plain(inner)
        if plain is not None:
            spans = PlainSpans(inner)
            return FrontMatter(text, found.spelling, plain, spans, start, found.body_start)
    front = FrontMatter(text, found.spelling, base=start, body_start=found.body_start)
    tree, notices = HANDLERS[found.spelling].read(inner)
    if found.irregular is not None:
        front.diagnostics.append(_irregular(front, found))
    return _complete(front, tree, notices)


def _json(text: str, block: Block, max_chars: int) -> FrontMatter:
    """An object ends where it ends; what follows it is the body, however long."""
    start = block.inner[0]
    tree, length = read_json(text[start : start + max_chars])
    if isinstance(tree, Fault) and len(text) - start > max_chars:
        return _too_large(text, block, max_chars)
    stop = _JSON_END.match(text, start + length)
    front = FrontMatter(text, block.spelling, base=start)
    front.body_start = stop.end() if stop else start + length
    return _complete(front, tree, [])


def _complete(front: FrontMatter, tree: Tree | Fault, notices: list[Notice]) -> FrontMatter:
    for n in notices:
        place = front.locate(n.span)
        front.diagnostics.append(diagnose(n.code, n.message, place, value=n.value, help=n.help))
    if isinstance(tree, Fault):
        front.diagnostics.append(_fault(front, tree))
        return front
    front.spans = tree
    if tree.values is None:
        return front
    if not isinstance(tree.values, dict):
        what = "a list" if isinstance(tree.values, list) else "plain text"
        front.diagnostics.append(
            diagnose(
                Code.NOT_A_MAPPING,
                f"the front matter is {what}, not `key: value` lines",
                front.opening(),
                help="write one `key: value` a line",
            )
        )
        return front
    front.values = tree.values
    if tree.repeated:
        front.diagnostics += [_repeated(front, *repeat) for repeat in tree.repeated]
    return front


def _fault(front: FrontMatter, fault: Fault) -> Diagnostic:
    place = front.locate(fault.span)
    template = TEMPLATE.search(LineIndex(front.text).line(place.line))
    if fault.code is Code.FRONT_MATTER_SYNTAX and template:
        start, end = template.span("mark")
        return diagnose(
            Code.TEMPLATE_FILE,
            "a template file: its values are placeholders",
            Place(place.line, start + 1, end - start),
            help="exclude the scaffold folder, e.g. --exclude 'scaffolds/'",
        )
    return diagnose(fault.code, fault.message, place, help=fault.help)


def _repeated(front: FrontMatter, path: KeyPath, first: Span, again: Span) -> Diagnostic:
    line = front.locate(first).line
    key = ".".join(str(part) for part in path)
    return diagnose(
        Code.DUPLICATE_KEY,
        f"`{key}` is given twice: first in line {line}",
        front.locate(again),
        field=key,
        help="delete one of the two lines",
    )


def _irregular(front: FrontMatter, block: Block) -> Diagnostic:
    place = LineIndex(front.text).place(*block.opener)
    if block.irregular is Code.MISSING_OPENER:
        return diagnose(
            Code.MISSING_OPENER,
            "the front matter has no opening `---`",
            place,
            help="put `---` on a line before it",
        )
    return diagnose(
        Code.LONG_FENCE,
        "the fence has more than three dashes",
        place,
        help="write `---`",
    )


def _unclosed(text: str, found: Unclosed) -> FrontMatter:
    front = FrontMatter(text, Spelling.YAML if found.fence[0] == "-" else Spelling.TOML)
    front.diagnostics.append(
        diagnose(
            Code.UNCLOSED_FRONT_MATTER,
            f"the front matter that begins here is never closed by `{found.fence}`",
            front.locate(found.opener),
            help=f"put `{found.fence}` on a line of its own after the last key",
        )
    )
    return front


def _too_large(text: str, block: Block, max_chars: int) -> FrontMatter:
    front = FrontMatter(text, block.spelling)
    front.diagnostics.append(
        diagnose(
            Code.FRONT_MATTER_TOO_LARGE,
            f"the front matter is longer than {max_chars} characters",
            front.locate(block.opener),
            help="is the closing fence missing?",
        )
    )
    return front
