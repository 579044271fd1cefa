"""Rows in a split or a subset that is not theirs, with all that is said of them in step."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import corpuskit
from corpuskit.identity import digest
from corpuskit.manifest import Json, Manifest
from corpuskit.strict_json import dumps

Reseal = Callable[..., None]


@pytest.fixture(scope="module")
def pristine_parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A version of 24 rows in two subsets of two splits."""
    folder = tmp_path_factory.mktemp("parts")
    articles = folder / "articles"
    articles.mkdir()
    (articles / "corpuskit.toml").write_text(
        '[splits]\ntest = 0.5\n[release]\nsubsets = "language"\n[site]\nlanguage = "en"\n'
    )
    for number in range(24):
        language = "de" if number % 2 else "fr"
        (articles / f"{number:02}.md").write_text(
            f"---\ntitle: T{number}\ndate: 2020-01-01\nlanguage: {language}\n---\nText {number}.\n"
        )
    return corpuskit.build(articles, out=folder / "out", cache=False, workers=1).path


@pytest.fixture
def parts(pristine_parts: Path, tmp_path: Path) -> Path:
    """The same, to do harm to."""
    shutil.copytree(pristine_parts, tmp_path / "parts")
    for path in (tmp_path / "parts").rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return tmp_path / "parts"


def _swap(one: Path, other: Path) -> None:
    # Renamed, not written over: the version before may have the same file.
    aside = one.with_suffix(".aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)


def _counted(manifest: Manifest, *paths: str) -> Manifest:
    """The manifest in which two shards have each other's rows."""
    rows = {entry.path: entry.rows for entry in manifest.shards}
    swapped = {paths[0]: rows[paths[1]], paths[1]: rows[paths[0]]}
    return replace(
        manifest,
        files=tuple(replace(f, rows=swapped.get(f.path, f.rows)) for f in manifest.files),
    )


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("data/de/test", "data/de/train", "expected it in the split train, found it in test"),
        ("data/de/test", "data/fr/test", "expected it in the subset fr, found it in de"),
    ],
)
def test_rows_in_another_part_than_the_rules_say_are_found(
    parts: Path, reseal: Reseal, one: str, other: str, said: str
) -> None:
    assert corpuskit.verify(parts) == ()
    shards = [f"{folder}/part-00000.parquet" for folder in (one, other)]
    _swap(*(parts / shard for shard in shards))
    reseal(parts, lambda manifest: _counted(manifest, *shards))
    found = corpuskit.verify(parts)
    assert {(d.code, d.path) for d in found} == {("CK812", shard) for shard in shards}
    assert any(said in detail for d in found for detail in (d.message, *d.details))


def _with_rules(rules: Json) -> Callable[[Manifest], Manifest]:
    def change(manifest: Manifest) -> Manifest:
        config = {**manifest.config, "parts": rules}
        return replace(manifest, config=config, config_sha256=digest(dumps(config)))

    return change


@pytest.mark.parametrize(
    "rules",
    [
        None,
        [],
        {"splits": {}, "subsets": "language"},
        {"splits": {"test": 1, "by": "id", "salt": "", "group": []}, "subsets": "language"},
        {"splits": {"test": 0.5, "by": "id", "salt": "", "group": []}, "subsets": "nothing"},
        {"splits": {"test": 0.5, "by": "id", "salt": "", "group": []}, "subsets": 7},
    ],
)
def test_rules_that_no_configuration_states_are_found(
    parts: Path, reseal: Reseal, rules: Json
) -> None:
    reseal(parts, _with_rules(rules))
    assert {d.path for d in corpuskit.verify(parts)} >= {"manifest.json"}


def test_a_column_that_is_left_out_makes_no_subsets(parts: Path, reseal: Reseal) -> None:
    def without(manifest: Manifest) -> Manifest:
        columns = tuple(c for c in manifest.columns if not c.name.startswith("language"))
        return replace(manifest, columns=columns)

    reseal(parts, without)
    told = [d.message for d in corpuskit.verify(parts) if d.path == "manifest.json"]
    assert any("expected the column `language`, which makes subsets" in said for said in told)


def test_another_salt_puts_rows_elsewhere(parts: Path, reseal: Reseal) -> None:
    split: Json = {"test": 0.5, "by": "id", "salt": "other", "group": []}
    reseal(parts, _with_rules({"splits": split, "subsets": "language"}))
    assert {d.code for d in corpuskit.verify(parts)} == {"CK812"}


def test_shards_that_are_not_numbered_in_their_part_are_found(parts: Path, reseal: Reseal) -> None:
    old, new = (f"data/de/test/part-0000{n}.parquet" for n in (0, 1))
    (parts / old).rename(parts / new)
    files = parts / "manifest.json"
    files.write_bytes(files.read_bytes().replace(old.encode(), new.encode()))
    reseal(parts)
    said = f"files: expected {old}, found {new}"
    assert said in [d.message for d in corpuskit.verify(parts)]


def test_a_row_that_has_changed_sides_is_found_where_its_day_could_have_been_corrected(
    tmp_path: Path, reseal: Reseal, rewrite_around: Callable[[Path], None]
) -> None:
    """Of one version alone nobody could tell."""
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "corpuskit.toml").write_text('[splits]\nby = "date"\ntest = "2020-01-13"\n')
    for number in range(1, 25):
        text = f"---\ntitle: T{number}\ndate: 2020-01-{number:02}\n---\nText {number}.\n"
        (articles / f"{number:02}.md").write_text(text)
    first = corpuskit.build(articles, out=tmp_path / "out", cache=False, workers=1).path
    (articles / "01.md").write_text("---\ntitle: T\ndate: 2020-01-01\n---\nAnother text.\n")
    second = corpuskit.build(articles, out=tmp_path / "out", cache=False, workers=1).path
    assert corpuskit.verify(first.parent) == ()
    for path in (second, *second.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    shards = [f"data/{split}/part-00000.parquet" for split in ("train", "test")]
    _swap(*(second / shard for shard in shards))
    reseal(second, lambda manifest: _counted(manifest, *shards))
    rewrite_around(first.parent)
    said = [d.message for d in corpuskit.verify(first.parent) if d.path == "1.1.0/manifest.json"]
    assert any("found 24 in another" in message for message in said), said
