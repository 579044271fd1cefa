"""`corpuskit init` and `corpuskit schema`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

from corpuskit.presets import PRESETS, preset_text
from corpuskit.schema import Schema
from corpuskit.schema_reader import read_schema

Run: TypeAlias = Callable[..., Result]


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder of one article."""
    (tmp_path / "a.md").write_text("---\ntitle: A\nmood: good\n---\nText.\n")
    return tmp_path


def test_init_says_what_it_has_written_and_what_comes_next(run: Run, articles: Path) -> None:
    result = run("init", articles)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "schema.yaml, from 1 article\n" in result.stderr
    assert f"corpuskit check {articles}" in result.stderr
    assert run("check", articles).exit_code == 0
    again = run("init", articles)
    assert again.exit_code == 1
    assert "is there" in again.stderr


def test_schema_prints_one_for_the_articles(run: Run, articles: Path) -> None:
    result = run("schema", articles)
    assert result.exit_code == 0
    schema = read_schema(result.stdout, "schema.yaml")
    assert isinstance(schema, Schema)
    assert [field.name for field in schema.fields] == ["title", "mood"]


@pytest.mark.parametrize("preset", PRESETS)
def test_schema_prints_a_preset(run: Run, preset: str) -> None:
    assert run("schema", preset).stdout == preset_text(preset)


def test_schema_of_nothing_is_a_usage_error(run: Run, tmp_path: Path) -> None:
    result = run("schema", tmp_path / "none")
    assert result.exit_code == 2
    assert "none" in result.stderr


def test_init_says_what_some_articles_have_not(run: Run, articles: Path) -> None:
    (articles / "b.md").write_text("---\nmood: bad\n---\nText.\n")
    assert "1 article without `title`: told of, and kept" in run("init", articles).stderr
