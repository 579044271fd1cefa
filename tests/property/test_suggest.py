"""Suggested rules, applied by the real parser to whole corpora: what recurs goes, nothing else."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.executors import InlineExecutor
from corpuskit.parse import Parser
from corpuskit.settings import load_settings
from corpuskit.stage_rules import parse_rules
from corpuskit.suggesting.rules import Suggested
from corpuskit.suggesting.suggest import suggest

MIN_ARTICLES = 3
SHARE = 0.3

SCHEMA = """\
name: articles
fields:
  - {name: editor, type: string}
"""

NAMES = ["ad", "md:w-1/2", "2xl", "box", "note", "ad box"]
TAGS = st.sampled_from(["p", "div", "span", "footer"])
INNER = st.sampled_from(
    [
        "Scan the code!<img src=qr.png>",
        "<h3>Follow us</h3><p>on paper</p>",
        "扫码关注",
        "bar",
        "<b class=brand>Read on</b>",
        "<a href=top>Read on</a>",
        "",
    ]
)


@st.composite
def blocks(draw: st.DrawFn) -> tuple[str, str]:
    """What some articles of a corpus have in common: its folders, and an element."""
    tag, name, inner = draw(TAGS), draw(st.sampled_from(NAMES)), draw(INNER)
    return draw(st.sampled_from(["ab", "ab", "a"])), f'<{tag} class="{name}">{inner}</{tag}>'


rarely = st.sampled_from([False, False, False, False, False, False, True])
mostly = st.sampled_from([True, True, True, True, False])


@st.composite
def own_pieces(draw: st.DrawFn, number: int, common: list[str]) -> str:
    """A piece of an article with a text of its own, rarely in an element like a common one."""
    own = f"own{number}-{draw(st.integers(0, 3))}"
    if draw(rarely) and common:
        return draw(st.sampled_from(common)).replace("</", f"{own}</", 1)
    return draw(st.sampled_from([own, f"<p>{own}</p>", f"<i class=brand>bar</i> {own}"]))


@st.composite
def corpora(draw: st.DrawFn) -> dict[str, str]:
    """The bodies of some articles by their paths, in one folder or in two."""
    common = draw(st.lists(blocks(), max_size=4))
    found = {}
    for number in range(draw(st.integers(4, 9))):
        folder = draw(st.sampled_from(["a", "b"]))
        elements = [block for _, block in common]
        made = [draw(own_pieces(number, elements))]
        made += [block for folders, block in common if folder in folders and draw(mostly)]
        made.insert(draw(st.integers(0, len(made))), draw(own_pieces(number, elements)))
        if draw(st.booleans()):
            made.append(f"<p class=editor>Editor: {draw(st.sampled_from('ABC'))}{number % 3}</p>")
        # The first element decides that it is HTML.
        found[f"{folder}/{number}.html"] = f"<div>{''.join(made)}</div>\n"
    return found


def write(folder: Path, corpus: dict[str, str]) -> None:
    for path, body in corpus.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(f"---\ntitle: {path}\n---\n{body}", "utf-8")
    (folder / "schema.yaml").write_text(SCHEMA, "utf-8")
    (folder / "corpuskit.toml").write_text('[schema]\nuse = "schema.yaml"\n', "utf-8")


def suggested(folder: Path, *, written: bool = False, workers: int = 1) -> Suggested:
    return suggest(
        folder,
        share=SHARE,
        min_articles=MIN_ARTICLES,
        write=written,
        workers=workers,
        executor=InlineExecutor(),
    )


Article = tuple[list[str], Counter[str], list[str]]


def parsed(folder: Path, paths: Sequence[str]) -> list[Article]:
    """By path the lines of an article, its addresses, and the values of its captures."""
    configured = load_settings(folder)
    rules = parse_rules(configured)
    found = []
    for path in paths:
        by_path = [p.rules for p in rules.text.by_path if p.paths == (f"{path[0]}/**",)]
        text = by_path[0] if by_path else rules.text
        extraction = (
            Parser(type(rules)(rules.schema, text)).watch((folder / path).read_bytes()).extraction
        )
        captured = [value for values in extraction.captured.values() for value in values]
        addresses = Counter([*extraction.links, *extraction.images])
        found.append((extraction.text.split("\n"), addresses, captured))
    return found


def recurring(corpus: dict[str, str], lines: list[set[str]], folders: int) -> set[str]:
    """What recurs, counted the plain way: in one of the folders, if both are sources."""
    found = set()
    groups: list[list[set[str]]] = [lines]
    if folders == 2:
        pairs = list(zip(corpus, lines, strict=True))
        groups = [[own for path, own in pairs if path[0] == folder] for folder in "ab"]
    for group in groups:
        least = max(-(-3 * len(group) // 10), MIN_ARTICLES)
        counts = Counter(line for own in group for line in own)
        found |= {line for line, count in counts.items() if count >= least}
    return found


def sources(corpus: dict[str, str]) -> int:
    counts = Counter(path[0] for path in corpus)
    return 2 if len(counts) == 2 and min(counts.values()) >= MIN_ARTICLES else 1


@settings(max_examples=60)
@given(corpora())
def test_the_rules_take_lines_that_recur_and_captured_ones_and_change_nothing_else(
    corpus: dict[str, str],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, corpus)
        before = parsed(folder, list(corpus))
        found = suggested(folder, written=True)
        after = parsed(folder, list(corpus))
    folders = sources(corpus)
    may_go = recurring(corpus, [{*lines} for lines, _, _ in before], folders)
    addresses = recurring(corpus, [{*own} for _, own, _ in before], folders)
    labels = tuple(s.label for s in found.suggestions if s.label)
    for (old, old_addresses, _), (new, new_addresses, captured) in zip(before, after, strict=True):
        labelled = [line for line in old if labels and line.startswith(labels)]
        own = [line for line in old if line not in may_go and line not in labelled]
        assert own == [line for line in new if line in own]
        assert Counter(new) <= Counter(old) or new == [""]
        assert all(line.partition(": ")[2] in captured for line in labelled if line not in new)
        assert {*(old_addresses - new_addresses)} <= addresses


@settings(max_examples=40)
@given(corpora())
def test_once_the_rules_are_there_nothing_more_is_suggested(corpus: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        write(Path(name), corpus)
        first = suggested(Path(name), written=True)
        again = suggested(Path(name))
    assert again.suggestions == ()
    assert again.characters == first.characters - first.dropped
    assert again.lines == first.lines


@settings(max_examples=20)
@given(corpora(), st.integers(2, 9))
def test_what_is_suggested_does_not_depend_on_how_the_work_is_cut(
    corpus: dict[str, str], workers: int
) -> None:
    with tempfile.TemporaryDirectory() as name:
        write(Path(name), corpus)
        assert suggested(Path(name)) == suggested(Path(name), workers=workers)
