"""`corpuskit suggest` for people: TOML on standard output, and what it comes to beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from corpuskit.cli.wording import counted
from corpuskit.shown_values import printable

if TYPE_CHECKING:
    from corpuskit import Suggested


def suggested(found: Suggested) -> Iterator[str]:
    """The rules, ready to paste; comments alone if none drops what recurs, or nothing at all."""
    yield from (printable(line) for line in found.toml().splitlines())


def summary(found: Suggested, *, asked_to_write: bool) -> Iterator[str]:
    """What was looked at, what the rules do, and what to type next."""
    yield (
        f"{counted(found.articles, 'article')} of {counted(found.sources, 'file')}, "
        f"{counted(len(found.groups), 'group')}; "
        f"{counted(len(found.suggestions), 'rule')}, {counted(len(found.lines), 'line')} without"
    )
    if not found.suggestions and not found.lines:
        yield "what fewer articles have does not recur: --min-articles and --share look closer"
    if found.suggestions:
        share = found.dropped / found.characters if found.characters else 0
        labels = any(suggestion.field is not None for suggestion in found.suggestions)
        yield (
            f"the rules change {counted(found.changed, 'article')} and drop "
            f"{counted(found.dropped, 'character')} ({share:.1%}): "
            f"lines that recur{', and what stands after a label' if labels else ''}"
        )
    unknown = [s.field for s in found.suggestions if s.field is not None and not s.is_known]
    if found.written is not None:
        yield f"written to {printable(found.written)}"
        if unknown:
            yield f"not written, for the schema lacks the field: {', '.join(unknown)}"
    elif asked_to_write:
        yield "nothing is written: no rule drops what recurs and nothing else"
    elif found.suggestions:
        yield "add --write to put the rules into corpuskit.toml; `corpuskit text FILE` shows one"
