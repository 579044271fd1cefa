"""What `verify` says of columns of quality that no build writes, though all digests are right."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import corpuskit
from corpuskit.codes import Code
from corpuskit.executors import InlineExecutor
from corpuskit.manifest import Manifest
from corpuskit.model import Cell
from corpuskit.verifying import verify

Row = dict[str, Cell]
Forge = Callable[..., None]

CONFIG = """[quality]
signals = ["counts", "shares", "lines", "repetition", "script", "pii"]
mask = ["email"]

[release]
omit = ["body", "front_matter"]
audit = "redacted"
"""
TEXTS = ("The tide went out, and came back.", "Write to a@example.org, 潮水退了。")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of two rows with all columns of quality."""
    folder = tmp_path_factory.mktemp("quality")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "corpuskit.toml").write_text(CONFIG, "utf-8")
    for number, text in enumerate(TEXTS, 1):
        article = f"---\ntitle: T{number}\ndate: 2024-01-0{number}\n---\n\n{text}\n"
        (folder / "corpus" / f"{number}.md").write_text(article, "utf-8")
    return corpuskit.build(
        folder / "corpus",
        name="small",
        out=folder,
        created="2024-06-01T12:00:00Z",
        workers=1,
        executor=InlineExecutor(),
    ).path


@pytest.fixture
def release(built: Path, tmp_path: Path) -> Path:
    """The same, to do harm to."""
    copy = tmp_path / "release"
    shutil.copytree(built, copy)
    for path in copy.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return copy


def edited(**cells: Cell) -> Callable[[list[Row]], None]:
    return lambda rows: rows[1].update(cells)


def by_another_python(manifest: Manifest) -> Manifest:
    return replace(manifest, generator={**manifest.generator, "python": "3.99.0"})


def by_another(manifest: Manifest) -> Manifest:
    return replace(manifest, generator={**manifest.generator, "corpuskit": "99.0.0"})


def test_what_was_built_holds_and_so_does_what_is_only_sealed_anew(
    release: Path, forge: Forge
) -> None:
    assert verify(release) == ()
    forge(release, edited())
    assert verify(release) == ()


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"n_words": 9}, "n_words"),
        ({"n_lines": 2}, "n_lines"),
        ({"share_cjk": 0.2}, "share_cjk"),
        ({"share_cjk": None}, "share_cjk"),
        ({"mean_line_chars": 20.5}, "mean_line_chars"),
        ({"script": "Hans"}, "script"),
        ({"is_mixed_language": True}, "is_mixed_language"),
        ({"second_language": "zh"}, "second_language"),
        ({"pii_phone": 1}, "pii_phone"),
        ({"top_2gram": 1.5}, "top_2gram"),
        ({"repeated_lines": -0.1}, "repeated_lines"),
        ({"repeated_5grams": float("nan")}, "repeated_5grams"),
    ],
)
def test_a_signal_that_is_not_that_of_the_text_is_found(
    release: Path, forge: Forge, cells: Row, column: str
) -> None:
    forge(release, edited(**cells))
    (found,) = verify(release)
    assert found.code is Code.METADATA_DISAGREES
    assert f"row 2: `{column}`: expected " in found.message


def test_private_data_of_a_kind_that_is_masked_is_found(release: Path, forge: Forge) -> None:
    forge(
        release, lambda rows: rows[1].update(text=str(rows[1]["text"]).replace("[email]", "x@y.zz"))
    )
    messages = [found.message for found in verify(release)]
    assert any("`text`: expected no e-mail addresses, which are masked" in m for m in messages)


def test_how_much_was_masked_is_not_counted_again(release: Path, forge: Forge) -> None:
    forge(release, edited(pii_email=7))
    assert verify(release) == ()


def test_what_another_python_counted_is_not_counted_again(release: Path, forge: Forge) -> None:
    forge(release, edited(share_cjk=0.2, n_words=9), by_another_python)
    assert verify(release) == ()
    forge(release, edited(top_2gram=1.5))
    assert [found.code for found in verify(release)] == [Code.METADATA_DISAGREES]


def test_what_another_corpuskit_counted_is_not_counted_again(release: Path, forge: Forge) -> None:
    forge(release, edited(share_cjk=0.2, n_words=9), by_another)
    assert verify(release) == ()


def test_a_column_of_signals_that_the_configuration_does_not_name_is_found(
    release: Path, forge: Forge
) -> None:
    def without(manifest: Manifest) -> Manifest:
        columns = tuple(c for c in manifest.columns if c.name != "n_words")
        return replace(manifest, columns=columns)

    forge(release, edited(), without)
    assert any(
        "expected `n_words`" in found.message and found.code is Code.METADATA_DISAGREES
        for found in verify(release)
    )
