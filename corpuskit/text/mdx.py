"""Lines of MDX that are code of a module, and so on no page: `import` and `export`.

MDX (https://mdxjs.com/docs/what-is-mdx/#esm) takes any paragraph for code that begins with one of
these words. Here what follows must look like a module's, so that English that begins so is safe.
"""

import re

_IMPORT = re.compile(
    r"""import\s*(?:[\w$*{][^"'`;]*?\bfrom\s*|(?=["']))(?:"[^"\n]*"|'[^'\n]*')[ \t]*+;?[ \t]*+\Z"""
)
_EXPORT = re.compile(
    r"export\s+(?:default\b|(?:const|let|var)\s+[\w${\[]|(?:async\s+)?function\b|class\s+[\w$]|[*{])"
)
_FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})")
_OPENER = re.compile(r"<(pre|script|style)\b|\{%-?[ \t]*(code|codeblock|highlight|raw)\b")
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_MAX_LINES = 200
"""Of one statement: what is longer is taken for text."""


def without_modules(markdown: str) -> str:
    """Return `markdown` without its `import` and `export` statements; code blocks keep theirs."""
    if "import" not in markdown and "export" not in markdown:
        return markdown
    lines = markdown.split("\n")
    kept: list[str] = []
    closer: re.Pattern[str] | None = None
    starts, at = True, 0
    while at < len(lines):
        line = lines[at]
        length = _statement(lines, at) if closer is None and starts else 0
        if length:
            at += length
            continue
        if closer is None:
            closer = _closer(line)
        elif closer.search(line):
            closer = None
        # A statement begins a paragraph, or follows another one.
        starts = not line.strip()
        kept.append(line)
        at += 1
    return "\n".join(kept)


def _closer(line: str) -> re.Pattern[str] | None:
    """Return what ends the code that begins on `line`, if some does."""
    if fence := _FENCE.match(line):
        return re.compile(rf"^[ ]{{0,3}}{fence[1][0]}{{{len(fence[1])},}}\s*$")
    last = None
    for opener in _OPENER.finditer(line):
        last = opener
    if last is None:
        return None
    closer = re.compile(rf"</{last[1]}\b" if last[1] else rf"\{{%-?\s*end{last[2]}\b")
    return None if closer.search(line, last.end()) else closer


def _statement(lines: list[str], at: int) -> int:
    """Return how many lines the statement at `at` has; 0 if there is none."""
    line = lines[at]
    if line.startswith("import"):
        # The names that are imported may stand on several lines.
        for count in range(1, _MAX_LINES):
            rows = lines[at : at + count]
            if len(rows) < count or not rows[-1].strip():
                return 0
            if '"' in rows[-1] or "'" in rows[-1]:
                return count if _IMPORT.match("\n".join(rows).rstrip()) else 0
    elif _EXPORT.match(line):
        return _balanced(lines, at)
    return 0


def _balanced(lines: list[str], at: int) -> int:
    """Return the lines up to the first blank one at which all brackets are closed."""
    depth = blank = 0
    for count, line in enumerate(lines[at : at + _MAX_LINES]):
        if not line.strip():
            if depth <= 0:
                return count
            blank = blank or count
        depth += sum((c in _OPENING) - (c in _CLOSING) for c in line)
    ends = at + _MAX_LINES >= len(lines) and depth <= 0
    return len(lines) - at if ends else blank
