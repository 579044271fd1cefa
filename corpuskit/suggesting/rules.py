"""What `corpuskit suggest` found, and how a configuration says the rules for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpuskit.suggesting.selectors import name_of
from corpuskit.text_profiles import PROFILES
from corpuskit.text_rules import TextRules
from corpuskit.toml_text import toml_text

_WIDTH = 100
MOST_OF_A_LINE = 200
"""Of a line that is named: a longer one is cut."""
MOST_LINES = 20
"""Of those that no rule drops; all of them are in the result, but are not looked at further."""


@dataclass(frozen=True, slots=True)
class SourceGroup:
    """Articles of one source: `paths` are the patterns for them, () if they are all or the others.

    What `least` of them have recurs.
    """

    paths: tuple[str, ...]
    articles: int
    least: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A rule that drops what recurs, and nothing else.

    Attributes:
        selector: what to drop.
        paths: the patterns of the articles that the rule is for, () for all.
        label: what each of the lines begins with that differ after it, "" if they are the same.
        articles: how many have something that is dropped.
        characters: of the lines that are.
        addresses: of links and images that are, all of which recur.
        examples: some of the lines.
        field: the field that a capture of what stands after the label fills; None without a label,
            and where a capture is there already.
        pattern: that of the capture.
        is_known: whether the schema has that field.
        has_table: whether the configuration has a table `[[text.for]]` for these paths.
    """

    selector: str
    paths: tuple[str, ...]
    label: str
    articles: int
    characters: int
    addresses: int
    examples: tuple[str, ...]
    field: str | None = None
    pattern: str | None = None
    is_known: bool = False
    has_table: bool = False


@dataclass(frozen=True, slots=True)
class RecurringLine:
    """A line that recurs and that no rule drops: no selector is for it alone.

    Attributes:
        line: its first `MOST_OF_A_LINE`; or the label that lines begin with which differ after it.
        paths: the patterns of the source in which it recurs, () for all articles or the others.
        articles: how many of these have it.
        example: the path of the first.
        selector: what takes the least that does not recur, of selectors that match elements with
            the line; None if there are none, or the line is not among the most frequent ones.
        losing: how many articles it would take lines from that do not recur.
        lost: characters of these. Where it is 0, elements are parts of lines that would change.
        is_label: whether lines only begin so.
    """

    line: str
    paths: tuple[str, ...]
    articles: int
    example: str
    selector: str | None = None
    losing: int = 0
    lost: int = 0
    is_label: bool = False


@dataclass(frozen=True, slots=True)
class Suggested:
    """What recurs in some articles.

    Attributes:
        sources: how many were looked at.
        groups: those with a text in them, by their source.
        suggestions: rules, those first that drop most.
        lines: what recurs and stays, the most frequent first.
        characters: of all texts.
        dropped: how many of them the rules drop.
        changed: how many articles they change.
        profile: a profile that has some of the rules.
        written: the configuration that they were written to.
    """

    sources: int
    groups: tuple[SourceGroup, ...]
    suggestions: tuple[Suggestion, ...]
    lines: tuple[RecurringLine, ...]
    characters: int
    dropped: int
    changed: int
    profile: str | None = None
    written: str | None = None

    @property
    def articles(self) -> int:
        """How many of the sources have a text."""
        return sum(group.articles for group in self.groups)

    def toml(self) -> str:
        """The rules to paste, with comments that say what they do and what stays."""
        text = "\n".join(_toml(self)).rstrip("\n")
        return f"{text}\n" if text else ""


def capture_of(selector: str, label: str, rules: TextRules) -> tuple[str | None, str | None]:
    """The field and the pattern for what stands after a label, unless it is captured already."""
    by_path = [capture for path in rules.by_path for capture in path.rules.captures]
    known = {capture.selector for capture in (*rules.captures, *by_path)}
    if not label or selector in known:
        return None, None
    return name_of(selector), rf"\A{re.escape(label)}\s*(\S.*?)\s*\Z"


def profile_of(selectors: Iterable[str], rules: TextRules) -> str | None:
    """The profile that drops most of some selectors, if it is not in use."""
    wanted = set(selectors)
    found = [(len(wanted & {*PROFILES[name].rules.drop}), name) for name in sorted(PROFILES)]
    count, name = max(found, key=lambda item: item[0])
    return name if count and name != rules.profile else None


def capture_toml(suggestion: Suggestion) -> list[str]:
    """The keys of a table `[[text.capture]]`."""
    assert suggestion.field is not None, "it has a capture"
    assert suggestion.pattern is not None, "it has a capture"
    return [
        f"field = {toml_text(suggestion.field)}",
        f"selector = {toml_text(suggestion.selector)}",
        f"pattern = {toml_text(suggestion.pattern)}",
    ]


def by_paths(
    suggestions: Sequence[Suggestion],
) -> list[tuple[tuple[str, ...], list[Suggestion]]]:
    """Suggestions by the paths that they are for, those for all articles first."""
    found: dict[tuple[str, ...], list[Suggestion]] = {}
    for suggestion in sorted(suggestions, key=lambda s: s.paths):
        found.setdefault(suggestion.paths, []).append(suggestion)
    return list(found.items())


def _toml(found: Suggested) -> Iterator[str]:
    if found.profile is not None:
        yield f'# `profile = "{found.profile}"` under [text] has such rules, and fields for them'
    for paths, suggestions in by_paths(found.suggestions):
        if suggestions[0].has_table:
            yield "# to be added to the table of these paths, which is there:"
        yield "[[text.for]]" if paths else "[text]"
        if paths:
            yield f"paths = [{', '.join(map(toml_text, paths))}]"
        yield "drop = ["
        for suggestion in suggestions:
            yield f"    # {_said(suggestion)}"
            yield f"    {toml_text(suggestion.selector)},"
        yield "]"
        yield ""
        for suggestion in suggestions:
            if suggestion.field is not None:
                yield "[[text.for.capture]]" if paths else "[[text.capture]]"
                yield from capture_toml(suggestion)
                if not suggestion.is_known:
                    yield "# the schema needs the field:"
                    yield f"#   - {{name: {suggestion.field}, type: string}}"
                yield ""
    yield from _staying(found)


def _staying(found: Suggested) -> Iterator[str]:
    if not found.lines:
        return
    yield "# What recurs and stays, for no selector takes it and nothing else. `drop-lines` would,"
    yield "# and `drop-lines-beginning` what is only begun with:"
    for line in found.lines[:MOST_LINES]:
        where = f" of {', '.join(line.paths)}" if line.paths else ""
        said = f"# {line.articles} articles{where}{' begin a line' if line.is_label else ''}: "
        whole = len(line.line) < MOST_OF_A_LINE
        yield said + toml_text(line.line) if whole else _comment(said + line.line)
        if line.selector is not None:
            lost = f"{line.lost} characters of {line.losing} articles that do not recur"
            also = f"would take {lost}" if line.lost else "is part of lines that would change"
            yield _comment(f"#     {line.selector} {also}")
    if len(found.lines) > MOST_LINES:
        yield f"# and {len(found.lines) - MOST_LINES} more"


def _said(suggestion: Suggestion) -> str:
    """How many articles a rule changes, and what goes."""
    what = suggestion.examples[0] if suggestion.examples else ""
    if suggestion.label:
        what = f"{suggestion.label}…"
    also = f", and {suggestion.addresses} addresses that recur" if suggestion.addresses else ""
    said = f"{suggestion.articles} articles, {suggestion.characters} characters{also}"
    return _comment(f"{said}: {what}")


def _comment(text: str) -> str:
    """Text on one line that is not too long, for a comment of TOML."""
    line = "".join(char if char.isprintable() else " " for char in text)
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…"
