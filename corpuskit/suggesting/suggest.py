"""`corpuskit.suggest`: what recurs in the articles of a source, and the rules that drop it."""

from __future__ import annotations

import itertools
import os
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import cache
from typing import TypeAlias

from corpuskit.arguments import StrPath, as_path, refuse_both
from corpuskit.discover import discover
from corpuskit.errors import UsageError
from corpuskit.executors import InlineExecutor
from corpuskit.fetch import Local, local
from corpuskit.parse_rules import BatchRules
from corpuskit.presets import preset_text
from corpuskit.progress import Progress
from corpuskit.schema import OWN_COLUMNS, FieldType, Schema
from corpuskit.schema_reader import read_schema
from corpuskit.settings import Overrides, Settings, load_settings
from corpuskit.shares import stated_share
from corpuskit.sources.table import Sources, sample
from corpuskit.stage_rules import parse_rules
from corpuskit.suggesting.boilerplate import Drop, label_of
from corpuskit.suggesting.measuring import Loss
from corpuskit.suggesting.recurring import label_key, says_something
from corpuskit.suggesting.rules import (
    MOST_LINES,
    RecurringLine,
    SourceGroup,
    Suggested,
    Suggestion,
    capture_of,
    profile_of,
)
from corpuskit.suggesting.search import Least, Recurring, Search
from corpuskit.suggesting.surveying import Example
from corpuskit.suggesting.writing import write_rules
from corpuskit.text_rules import TextRules
from corpuskit.workers import worker_count
from corpuskit.workers.processes import start_pool

SHARE = 0.1
"""Of the articles of a source: from which on what they have in common is looked at."""
MIN_ARTICLES = 10
"""In fewer of them nothing is found, whatever their share."""

_Counted: TypeAlias = tuple[int, Example, int, int]
"""How many articles have a line or a label, negative; the first of them; its group and key."""

_INLINE_SOURCES = 64
"""As many are read before a worker process has imported what it needs."""


def suggest(
    src: StrPath,
    *,
    config: StrPath | None = None,
    schema: str | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    share: float | str = SHARE,
    min_articles: int = MIN_ARTICLES,
    limit: int | None = None,
    write: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> Suggested:
    """Find what recurs in articles, and rules for text that drop it and nothing else.

    Args:
        src: A folder, one file, a glob, an archive, or the URL of one of them.
        config: A corpuskit.toml; by default the nearest one above `src`.
        schema: A preset (article, page, any) or the path of a schema file.
        include: gitignore patterns of what is a source, instead of the configuration's.
        exclude: Patterns of what is not, besides the configuration's.
        share: Of the articles of one source: lines that so many have recur; 0.1 or `"10%"`.
        min_articles: How many have to have them at the least.
        limit: How many articles are looked at: a sample in which the same ones stay when others
            come or go.
        write: Whether the rules are written into the configuration.
        workers: Processes; by default one a core. What is found does not depend on it.
        progress: Hears of the passes.
        executor: Runs the batches instead of a pool of our own; not ended here.

    Raises:
        ConfigurationError: a configuration or schema cannot be used.
        RefusedError: the rules cannot be written into the configuration.
        UsageError: `src` is missing, cannot be used or holds no source, or an argument makes no
            sense.
        UnfinishedError: the disk, the network or the rights got in the way.
    """
    progress = progress or Progress()
    if min_articles < 2:
        raise UsageError(f"what is in {min_articles} article does not recur; at least 2")
    if limit is not None and limit < 1:
        raise UsageError(f"{limit} is no number of sources")
    overrides = Overrides(include=tuple(include) or None, exclude=tuple(exclude))
    with local(os.fspath(src)) as found:
        refuse_both(include, [found])
        settings = load_settings(found.path, as_path(config), schema, overrides, found.root)
        if write and found.root is not None:
            raise UsageError(f"{found.shown} is a copy; there is no configuration to write to")
        progress.stage("discover")
        sources = _sources(found, settings)
        progress.advance(len(sources), 0)
        if limit is not None:
            sources = sample(sources, limit)
        least = Least(stated_share(share), min_articles)
        count = worker_count(workers)
        rules = BatchRules(parse_rules(settings))
        own = executor or _executor(len(sources), rules, count)
        try:
            suggested = _suggested(Search(sources, rules, least, own, count, progress), settings)
        finally:
            if executor is None:
                own.shutdown(cancel_futures=True)
        if write:
            path = settings.config_path or settings.root / "corpuskit.toml"
            suggested = replace(suggested, written=write_rules(path, suggested))
    progress.end()
    return suggested


def _sources(found: Local, settings: Settings) -> Sources:
    rules, pattern = settings.config.source, found.pattern_from(settings.root)
    include = (pattern,) if pattern else rules.include
    below = discover(found.path, include, rules.exclude, root=settings.root)
    if not len(below.found):
        advice = f"; try --include '{below.likely_pattern}'" if below.likely_pattern else ""
        raise UsageError(f"{found.shown}: no file matches {', '.join(include)}{advice}")
    return below.sources


def _executor(count: int, rules: BatchRules, workers: int) -> Executor:
    return InlineExecutor() if count <= _INLINE_SOURCES else start_pool(workers, rules)


def _suggested(search: Search, settings: Settings) -> Suggested:
    """Search, and say what was found in terms of a configuration."""
    last, drops = search.search()
    text, schema = settings.config.text, settings.schema
    return Suggested(
        sources=len(search.sources),
        groups=tuple(_group(search, last, number) for number in sorted(last.least)),
        suggestions=tuple(_suggestions(search, drops, text, schema)),
        lines=tuple(_lines(search, last)),
        characters=last.survey.characters,
        dropped=last.survey.dropped,
        changed=last.survey.changed,
        profile=profile_of((drop.selector for drop in drops), text),
    )


@cache
def _taken_names() -> frozenset[str]:
    """What front matter has a name for, and our own columns."""
    preset = read_schema(preset_text("article"), "article.yaml")
    assert isinstance(preset, Schema), "it is ours"
    return frozenset([*OWN_COLUMNS, *(field.name for field in preset.fields)])


def _suggestions(
    search: Search, drops: Sequence[Drop], text: TextRules, schema: Schema
) -> Iterator[Suggestion]:
    """One for each; no two captures fill a field of one article, for the second would be lost."""
    filled: list[tuple[tuple[str, ...], str]] = [((), capture.field) for capture in text.captures]
    filled += [(path.paths, c.field) for path in text.by_path for c in path.rules.captures]
    for made in (_suggestion(search, drop) for drop in drops):
        field, pattern = capture_of(made.selector, made.label, text)
        if field is None:
            yield made
            continue
        if field in _taken_names():
            # Front matter fills it, and goes before what is captured; or it is a column of ours.
            field = f"{field}_in_text"
        taken = {n for paths, n in filled if not paths or not made.paths or paths == made.paths}
        field = _free(field, taken)
        filled.append((made.paths, field))
        known = schema.field(field)
        is_known = known is not None and known.type in (FieldType.STRING, FieldType.LIST)
        yield replace(made, field=field, pattern=pattern, is_known=is_known)


def _free(name: str, taken: Collection[str]) -> str:
    numbered = (f"{name}_{number}" for number in itertools.count(2))
    return next(one for one in itertools.chain([name], numbered) if one not in taken)


def _suggestion(search: Search, drop: Drop) -> Suggestion:
    """The rule, without a capture."""
    by_group, examples = search.found[drop]
    weights = {group: w for group, w in by_group.items() if drop.holds_in(group)}
    lines = sorted(
        (-count, examples[group, key])
        for group, weight in weights.items()
        for key, count in weight.lines.items()
        if (group, key) in examples
    )
    return Suggestion(
        selector=drop.selector,
        paths=search.groups.paths(drop.group),
        label=drop.label,
        articles=sum(weight.articles for weight in weights.values()),
        characters=sum(weight.characters for weight in weights.values()),
        addresses=sum(weight.addresses for weight in weights.values()),
        examples=tuple(dict.fromkeys(example.line for _, example in lines))[:3],
        has_table=drop.group is not None and drop.group <= len(search.groups.tables),
    )


def _group(search: Search, recurring: Recurring, number: int) -> SourceGroup:
    articles = recurring.survey.groups[number].articles
    return SourceGroup(search.groups.paths(number), articles, recurring.least[number])


def _lines(search: Search, recurring: Recurring) -> Iterator[RecurringLine]:
    """Lines that recur, the most frequent first; of some it is said what would take them."""
    found = sorted(
        (-count, search.examples[group, key], group, key)
        for group, lines in recurring.lines.items()
        for key, count in lines.items()
        if (group, key) in search.examples and says_something(search.examples[group, key].line)
    )
    found = _without_labels_of_lines(found)
    first = [(group, key) for _, _, group, key in found[:MOST_LINES]]
    measured = search.measured(recurring, first)
    for count, example, group, key in found:
        near = measured.nearest(group, key, recurring.least[group])
        selector, loss = near or (None, Loss())
        is_label = key == label_key(example.line)
        paths = search.groups.paths(group)
        yield RecurringLine(
            example.line, paths, -count, example.path, selector, *loss, is_label=is_label
        )


def _without_labels_of_lines(found: Sequence[_Counted]) -> list[_Counted]:
    """Without the labels that are not in more articles than one line that begins so."""
    lines = {
        (count, group, label_of(example.line))
        for count, example, group, key in found
        if key != label_key(example.line)
    }
    return [one for one in found if (one[0], one[2], one[1].line) not in lines]
