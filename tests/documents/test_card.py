"""The dataset card of a version: its header and what its prose says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml

from corpuskit.documents import card
from corpuskit.documents.hugging_face import size_category
from corpuskit.manifest import Description, Manifest


def _parts(manifest: Manifest) -> tuple[dict[str, Any], str]:
    _, header, prose = card.render(manifest).decode().split("---\n", 2)
    return yaml.safe_load(header), prose


def _described(manifest: Manifest, **about: Any) -> Manifest:  # noqa: ANN401 - keywords
    return replace(manifest, description=replace(manifest.description, **about))


def test_the_header_makes_all_shards_one_split(manifest: Manifest) -> None:
    header, _ = _parts(manifest)
    files = [{"split": "train", "path": "data/*.parquet"}]
    assert header["configs"] == [{"config_name": "default", "data_files": files}]
    assert "dataset_info" not in header


@pytest.mark.parametrize(
    ("rows", "category"),
    [
        (0, "n<1K"),
        (999, "n<1K"),
        (1_000, "1K<n<10K"),
        (7_976, "1K<n<10K"),
        (10_000, "10K<n<100K"),
        (999_999, "100K<n<1M"),
        (1_000_000, "1M<n<10M"),
        (10**9 - 1, "100M<n<1B"),
        (10**12 - 1, "100B<n<1T"),
        (10**12, "n>1T"),
    ],
)
def test_a_number_of_rows_is_in_one_of_the_hubs_sizes(rows: int, category: str) -> None:
    assert size_category(rows) == category


def test_languages_are_codes_most_frequent_first(manifest: Manifest) -> None:
    tally = {"English": 9, "no": 2, "zh-CN": 2, "zh_TW": 2, "EN": 3, "und": 5, "x": 1, "": 1}
    header, _ = _parts(replace(manifest, stats=replace(manifest.stats, languages=tally)))
    assert header["language"] == ["zh", "en", "no"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, {"license": "unknown"}),
        ("unknown", {"license": "unknown"}),
        ("CC-BY-SA-4.0", {"license": "cc-by-sa-4.0"}),
        (
            "https://example.org/terms",
            {
                "license": "other",
                "license_name": "custom",
                "license_link": "https://example.org/terms",
            },
        ),
        ("Ask (me)!", {"license": "other", "license_name": "ask-me"}),
        (
            "CC-BY-2.0",
            {"license": "cc-by-2.0"},
        ),
        (
            "CC-BY-ND-3.0",
            {
                "license": "other",
                "license_name": "cc-by-nd-3.0",
                "license_link": "https://creativecommons.org/licenses/by-nd/3.0/",
            },
        ),
    ],
)
def test_the_licence_is_one_that_the_hub_knows_or_other(
    manifest: Manifest, given: str | None, expected: dict[str, str]
) -> None:
    header, _ = _parts(_described(manifest, license=given))
    assert {k: v for k, v in header.items() if k.startswith("license")} == expected


def test_a_card_without_a_licence_says_in_words_what_that_means(manifest: Manifest) -> None:
    _, prose = _parts(_described(manifest, license=None))
    assert "No licence is stated." in prose
    assert "no permission" in prose


def test_a_dataset_with_nothing_said_of_it_has_a_name_and_a_sentence(manifest: Manifest) -> None:
    header, prose = _parts(replace(manifest, description=Description("plain")))
    assert header["pretty_name"] == "plain"
    assert "# plain\n\n7 articles, as rows of Parquet files.\n" in prose


def test_the_counts_add_up_on_the_page(manifest: Manifest) -> None:
    _, prose = _parts(manifest)
    lines = [line for line in prose.splitlines() if line.startswith("| ") and "sources" in line]
    assert lines[-1] == "| **sources in all** | **12** |"
    for line in ("| rows of this release | 7 |", "| rejected: broke a rule | 2 |"):
        assert line in prose


def test_a_code_of_a_later_corpuskit_is_listed_without_a_name(manifest: Manifest) -> None:
    _, prose = _parts(replace(manifest, codes={"CK999": 1}))
    assert "| `CK999` |  |  | 1 |" in prose


def test_sources_that_differ_from_their_commit_are_said_to(manifest: Manifest) -> None:
    dirty = replace(manifest, sources=replace(manifest.sources, git_dirty=True))
    assert "and changes that are in no commit" in _parts(dirty)[1]
    assert "and changes that are in no commit" not in _parts(manifest)[1]


def test_rare_values_are_counted_together(manifest: Manifest) -> None:
    tally = {f"l{n:02}": 1 for n in range(20)}
    _, prose = _parts(replace(manifest, stats=replace(manifest.stats, languages=tally)))
    assert "l11 1, others 8\n" in prose
