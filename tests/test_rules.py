"""The pages of the codes: each is there, has its parts, and shows what really happens.

Examples run as they stand. What the blocks of a page are is on their fence lines:

    markdown article   a source, `article.md`
    yaml schema        the schema of the sources on the page; without one it is the preset `article`
    toml config        a configuration, `corpuskit.toml`
    sh corpus          commands that make a corpus in an empty folder
    text               the diagnostics that all of this gets, as `corpuskit check` prints them
    toml, sh           only shown
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from corpuskit.cli.diagnostic_text import in_one_line
from corpuskit.codes import Code
from corpuskit.config import DEFAULT_PATTERNS, Config
from corpuskit.discover import discover
from corpuskit.errors import ConfigurationError
from corpuskit.executors import InlineExecutor
from corpuskit.index import key_fields
from corpuskit.model import Diagnostic
from corpuskit.packs import PackFolder
from corpuskit.parse_rules import BatchRules, ParseRules
from corpuskit.parsing import parse_sources
from corpuskit.plan import PlanRules, make_plan
from corpuskit.presets import preset_text
from corpuskit.rules import all_codes, page
from corpuskit.schema import Schema
from corpuskit.schema_reader import effective_order, read_schema
from corpuskit.settings import load_settings
from corpuskit.withdrawing import Listed, withdraw

EXAMPLE, INSTEAD = "Example", "What to do instead"
SECTIONS = ["What it means", "Why it matters", EXAMPLE, INSTEAD]
RUNS = ("markdown article", "yaml schema", "toml config", "sh corpus")
SHOWN = ("text", "toml", "sh")

_BLOCK = re.compile(r"^```(?P<kind>[a-z ]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page."""

    kind: str
    text: str


def sections(code: Code) -> dict[str, str]:
    parts = re.split(r"^## (.+)\n", page(code), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def blocks(code: Code, section: str) -> list[Block]:
    return [Block(m["kind"], m["text"]) for m in _BLOCK.finditer(sections(code)[section])]


def running(code: Code, section: str) -> list[Block]:
    return [block for block in blocks(code, section) if block.kind in RUNS]


def result(given: Iterable[Block], folder: Path) -> list[str]:
    """What is said of a corpus that `given` make in `folder`, a line a diagnostic."""
    schema = read_schema(preset_text("article"), "article.yaml")
    for block in given:
        match block.kind:
            case "yaml schema":
                schema = read_schema(block.text, "schema.yaml")
            case "toml config":
                (folder / "corpuskit.toml").write_text(block.text, "utf-8")
            case "markdown article":
                (folder / "article.md").write_text(block.text, "utf-8")
            case _:
                subprocess.run(["sh", "-eu", "-c", block.text], cwd=folder, check=True)
    if isinstance(schema, Schema):
        found = [*configuration_faults(folder), *corpus_faults(folder, schema)]
    else:
        found = [*schema]
    return [click.unstyle(in_one_line(diagnostic)) for diagnostic in found]


def configuration_faults(folder: Path) -> tuple[Diagnostic, ...]:
    try:
        load_settings(folder)
    except ConfigurationError as error:
        return error.diagnostics
    return ()


def corpus_faults(folder: Path, schema: Schema) -> list[Diagnostic]:
    """What parsing, constraints and planning find in the sources of a folder."""
    settings = None if configuration_faults(folder) else load_settings(folder)
    config = settings.config if settings else Config()
    order = effective_order(schema)
    parse = ParseRules(schema, config.text, quality=config.quality)
    rules = BatchRules(parse, key_fields(schema, order))
    sources = discover(folder, DEFAULT_PATTERNS).sources
    if not len(sources):
        return []
    packs = PackFolder(str(folder.parent))
    corpus = parse_sources(sources, rules, InlineExecutor(), 1, packs)
    listed = Listed(settings.withdrawals if settings else (), "withdrawn.txt", 32, sampled=False)
    withdrawn = withdraw(corpus, listed, [], None)
    unique = tuple(f.name for f in schema.fields if f.unique)
    plan = make_plan(
        corpus.index, corpus.leaves, PlanRules(order, config.dedup.exact, unique=unique)
    )
    return [*withdrawn.notes, *corpus.diagnostics, *plan.diagnostics]


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the working directory, in one that is empty besides."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert all_codes() == tuple(sorted(Code))


@pytest.mark.parametrize("unknown", ["CK999", "", "ck204", "../rules/CK204"])
def test_page_of_an_unknown_code_is_a_key_error(unknown: str) -> None:
    with pytest.raises(KeyError):
        page(unknown)


@pytest.mark.parametrize("code", Code)
def test_title_names_code_label_and_severity(code: Code) -> None:
    title = re.escape(f"# {code} {code.label} ({code.severity}, since ") + r"\d+\.\d+\.\d+\)"
    assert re.fullmatch(title, page(code).partition("\n")[0])


@pytest.mark.parametrize("code", Code)
def test_page_has_its_four_sections_and_fits_on_a_screen(code: Code) -> None:
    assert list(sections(code)) == SECTIONS
    assert all(text.strip() for text in sections(code).values())
    assert len(page(code).splitlines()) <= 45


@pytest.mark.parametrize("code", Code)
def test_blocks_stand_in_the_last_two_sections_and_say_what_they_are(code: Code) -> None:
    found = [*blocks(code, EXAMPLE), *blocks(code, INSTEAD)]
    assert page(code).count("```") == 2 * len(found)
    assert {block.kind for block in found} <= {*RUNS, *SHOWN}


@pytest.mark.parametrize("code", Code)
def test_example_shows_a_diagnostic_of_its_code(code: Code) -> None:
    shown = [block.text for block in blocks(code, EXAMPLE) if block.kind == "text"]
    mild = "" if code.severity == "error" else rf" \[{code.severity}\]"
    assert len(shown) == 1
    assert re.search(rf"^\S+: {code}{mild} ", shown[0], re.MULTILINE)


RUNNING = [code for code in Code if running(code, EXAMPLE)]


@pytest.mark.parametrize("code", [code for code in Code if code[2] in "2346"])
def test_example_of_what_stands_in_a_file_is_one_that_runs(code: Code) -> None:
    assert code in RUNNING


@pytest.mark.parametrize("code", RUNNING)
def test_example_gets_exactly_the_diagnostics_that_the_page_shows(code: Code, corpus: Path) -> None:
    shown = [block.text for block in blocks(code, EXAMPLE) if block.kind == "text"]
    assert result(running(code, EXAMPLE), corpus) == shown[0].splitlines()


@pytest.mark.parametrize("code", [code for code in RUNNING if running(code, INSTEAD)])
def test_what_to_do_instead_gets_no_diagnostic(code: Code, corpus: Path) -> None:
    schema = [block for block in running(code, EXAMPLE) if block.kind == "yaml schema"]
    assert result([*schema, *running(code, INSTEAD)], corpus) == []
