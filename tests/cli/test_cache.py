"""`corpuskit cache`: what it says, and that it makes the cache smaller."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

import corpuskit
from corpuskit.executors import InlineExecutor
from corpuskit.stores import open_store

Run: TypeAlias = Callable[..., Result]


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache that one build has filled."""
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "a.md").write_text("---\ntitle: A\ndate: 2021-01-01\n---\nA text.\n")
    home = tmp_path / "cache"
    corpuskit.build(articles, out=tmp_path / "out", cache_dir=home, executor=InlineExecutor())
    return home


def held(run: Run, cache: Path, *arguments: str) -> dict[str, int]:
    result = run("cache", "--cache-dir", str(cache), "--json", *arguments)
    assert result.exit_code == 0
    found: dict[str, int] = json.loads(result.stdout)
    return found


def test_it_says_where_the_cache_is_and_how_large(run: Run, cache: Path) -> None:
    said = run("cache", "--cache-dir", str(cache)).stdout
    assert said.startswith(f"{cache}: ")
    assert said.endswith(" in 1 packs\n")


def test_its_json_counts_all_files(run: Run, cache: Path) -> None:
    files = [path for path in cache.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files if path.suffix)
    found = held(run, cache)
    assert (found["packs"], found["rules"]) == (1, 1)
    assert found["bytes"] >= size > 0


def test_it_is_cleared(run: Run, cache: Path) -> None:
    assert held(run, cache, "--clear")["bytes"] == 0


@pytest.mark.parametrize(("size", "packs"), [("0", 0), ("1K", 0), ("5 MB", 1), ("2G", 1)])
def test_it_is_pruned_down_to_a_size(run: Run, cache: Path, size: str, packs: int) -> None:
    assert held(run, cache, "--prune", size)["packs"] == packs


def test_a_cache_that_is_not_there_is_empty(run: Run, tmp_path: Path) -> None:
    assert held(run, tmp_path / "none")["bytes"] == 0


def test_a_size_that_is_none_is_a_usage_error(run: Run) -> None:
    assert run("cache", "--prune", "much").exit_code == 2


def test_what_was_not_used_for_longest_goes_first(run: Run, cache: Path, tmp_path: Path) -> None:
    corpuskit.build(
        tmp_path / "articles",
        out=tmp_path / "other",
        schema="page",
        cache_dir=cache,
        executor=InlineExecutor(),
    )
    (cache / "parsed").chmod(0o755)
    first, second = sorted((cache / "parsed").iterdir(), key=lambda p: p.stat().st_mtime_ns)
    size = held(run, cache)["bytes"]
    held(run, cache, "--prune", str(size - 1))
    assert not first.exists()
    assert second.exists()


@pytest.fixture
def there(release: Path) -> str:
    """The URL of a release."""
    url = f"memory://{uuid.uuid4().hex}"
    for path in release.rglob("*"):
        if path.is_file():
            open_store(url).write(f"1.0.0/{path.relative_to(release)}", path.read_bytes())
    return url


@pytest.mark.parametrize(
    ("command", "kept"),
    [
        (("show", "URL"), "1 file"),
        (("export", "URL"), "1 file"),
        (("where", "URL", "a.md"), "2 files"),  # its shard and the footers
        (("show", "URL", "--json"), "1 file"),
    ],
)
def test_what_a_command_fetches_is_kept_unless_it_is_told_otherwise(
    run: Run, there: str, tmp_path: Path, command: tuple[str, ...], kept: str
) -> None:
    home = tmp_path / "home"
    arguments = [there if argument == "URL" else argument for argument in command]
    said = run(*arguments, "--cache-dir", home, "--no-cache").stdout
    assert not home.exists()
    assert run(*arguments, "--cache-dir", home).stdout == said != ""
    size = held(run, home)["bytes"]
    assert run("cache", "--cache-dir", home).stdout.endswith(f" in 0 packs and parts of {kept}\n")
    assert run(*arguments, "--cache-dir", home).stdout == said
    assert held(run, home)["bytes"] == size
    assert held(run, home, "--prune", "0")["bytes"] == 0


@pytest.mark.usefixtures("cache")
def test_what_is_compared_is_kept_unless_it_is_told_otherwise(
    run: Run, there: str, tmp_path: Path
) -> None:
    home, other = tmp_path / "home", tmp_path / "out" / "articles"
    said = run("diff", there, other, "--cache-dir", home, "--no-cache").stdout
    assert not home.exists()
    assert run("diff", there, other, "--cache-dir", home).stdout == said != ""
    assert held(run, home)["fetched"] == 1
