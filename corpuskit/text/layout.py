"""From pieces of text and the borders between them to the canonical form of `text`.

The canonical form: every block, `br` and table row is a line of its own; the cells of a row are
separated by a tab. Between two pieces of text only the strongest border counts (line, cell,
white space, nothing), so that there are no empty lines and no empty cells. Within a line, a run of
white space of any kind is one space. Preformatted elements keep their inner indentation and their
lines, also empty ones between others; in them a cell ends a line as well.

A parser puts the borders between the pieces as the information separators of ASCII, the pieces
being `without_separators`. To `str.split` they are white space.
"""

from corpuskit.text.normalise import tidy, visible

VERBATIM = "\x1c"
"""Opens a line that is kept as it is."""
LINE_BREAK = "\x1d"
"""A `br`: like `LINE`, but two of them make an empty line in a preformatted element."""
LINE = "\x1e"
"""Where a block begins or ends."""
CELL = "\x1f"
"""Where a cell of a table begins or ends."""


def on_one_line(laid: str) -> str:
    """Return pieces and borders with every run of white space and borders as one space."""
    return " ".join(visible(laid).split())


def lay_out(laid: str) -> str:
    """Return pieces and borders as canonical text."""
    lines = laid.replace(LINE_BREAK, LINE).split(LINE)
    if CELL in laid or VERBATIM in laid:
        lines = [_line(line) for line in lines if line and line != "\n"]
        return "\n".join(filter(None, lines)).replace(VERBATIM, "").strip()
    # Neither what is invisible is printable, nor white space other than the space.
    lines = [
        line if line.isprintable() and "  " not in line else on_one_line(line)
        for line in map(str.strip, lines)
        if line
    ]
    return "\n".join(filter(None, lines))


def _line(line: str) -> str:
    if line.startswith(VERBATIM):
        return line
    if CELL in line:
        return "\t".join(filter(None, map(on_one_line, line.split(CELL))))
    return on_one_line(line)


def verbatim(laid: str) -> str:
    """Return the content of a preformatted element so that `lay_out` keeps its lines.

    A border ends a line that has something on it. Empty lines around the content go: Markdown
    renders every code block with one at its end.
    """
    laid = laid.replace(LINE_BREAK, "\n").replace(CELL, LINE)
    while LINE + LINE in laid:
        laid = laid.replace(LINE + LINE, LINE)
    laid = laid.removeprefix(LINE).replace("\n" + LINE, "\n").replace(LINE, "\n")
    lines = tidy(laid).split("\n")
    first = next((i for i, line in enumerate(lines) if line), len(lines))
    last = next((i for i in range(len(lines), first, -1) if lines[i - 1]), first)
    return "".join([f"{LINE}{VERBATIM}{line}" for line in lines[first:last]]) + LINE
