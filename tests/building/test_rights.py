"""What articles say of their own terms: a column, counted in the release."""

from __future__ import annotations

from pathlib import Path

import pytest

import corpuskit
from corpuskit.article_licences import commonest

from .conftest import Corpus


def _licences(path: Path) -> dict[str, int]:
    return dict(corpuskit.load(path).manifest.stats.licenses)


def test_the_licence_of_an_article_is_a_column_under_any_of_its_keys(corpus: Corpus) -> None:
    corpus.article("a.md", license="CC-BY-4.0")
    corpus.article("b.md", licence="CC-BY-4.0")
    corpus.article("c.md", rights="All rights reserved")
    corpus.article("d.md")
    built = corpus.build()
    stated = dict(zip(built.column("path"), built.column("license"), strict=True))
    assert stated == {
        "a.md": "CC-BY-4.0",
        "b.md": "CC-BY-4.0",
        "c.md": "All rights reserved",
        "d.md": None,
    }


def test_licences_of_articles_are_counted_and_the_card_says_so(corpus: Corpus) -> None:
    corpus.article("a.md", license="CC-BY-4.0")
    corpus.article("b.md", license="CC-BY-4.0")
    corpus.article("c.md", license="MIT")
    corpus.article("d.md")
    built = corpus.build()
    assert _licences(built.path) == {"CC-BY-4.0": 2, "MIT": 1}
    card = (built.path / "README.md").read_text("utf-8")
    assert "(column `license`): CC-BY-4.0 2, MIT 1, none stated 1." in card
    assert corpuskit.verify(built.path) == ()


def test_a_corpus_in_which_nobody_states_a_licence_says_nothing_of_it(corpus: Corpus) -> None:
    corpus.article("a.md")
    built = corpus.build()
    assert _licences(built.path) == {}
    assert "column `license`" not in (built.path / "README.md").read_text("utf-8")


def test_a_switch_of_a_theme_is_no_licence(corpus: Corpus) -> None:
    """Themes read `copyright: false` as whether to print a notice."""
    corpus.article("a.md", copyright="false")
    assert corpus.build().column("license") == [None]


def test_a_licence_that_is_no_text_costs_no_article(corpus: Corpus) -> None:
    corpus.article("a.md", license="{text: CC BY}")
    built = corpus.build()
    assert built.column("license") == [None]
    assert built.codes("a.md") == ["CK305"]


def test_a_column_of_that_name_which_is_no_text_is_not_counted(corpus: Corpus) -> None:
    schema = corpus.src.parent / "schema.yaml"
    schema.write_text("name: x\nfields:\n  - {name: license, type: list, itemType: string}\n")
    corpus.write("a.md", "---\nlicense: [MIT]\n---\nSome text.\n")
    built = corpus.build(schema=str(schema))
    assert _licences(built.path) == {}
    assert corpuskit.verify(built.path) == ()


@pytest.mark.parametrize("last", [0, 1])
def test_of_very_many_licences_the_commonest_are_counted_and_verify_agrees(
    corpus: Corpus, last: int
) -> None:
    for number in range(60):
        corpus.article(f"{number}.md", license=f"terms of author {number}")
    corpus.article("long.md", license="x" * 201)
    corpus.article("common.md", license=f"terms of author {59 * last}")
    built = corpus.build()
    counted = _licences(built.path)
    assert len(counted) == 50
    assert counted[f"terms of author {59 * last}"] == 2
    assert "others 49" in (built.path / "README.md").read_text("utf-8")
    assert corpuskit.verify(built.path) == ()


def test_which_licences_are_counted_does_not_depend_on_their_order() -> None:
    rows = {f"l{number:02}": number % 7 for number in range(80)}
    assert list(commonest(rows)) == list(commonest(dict(reversed(rows.items()))))


def test_what_is_said_of_a_dataset_is_in_its_manifest_and_its_documents(corpus: Corpus) -> None:
    corpus.article("a.md")
    corpus.write(
        "corpuskit.toml",
        """\
[dataset]
doi = "10.1234/x"
publisher = "Example House"
citation = "Cite it so."
[[dataset.creators]]
name = "Ada Example"
family-name = "Example"
orcid = "0000-0002-1825-0097"
[dataset.rai]
data-biases = "Boats."
""",
    )
    built = corpus.build()
    about = corpuskit.load(built.path).manifest.description
    assert (about.doi, about.publisher, about.citation) == (
        *("10.1234/x", "Example House"),
        "Cite it so.",
    )
    assert about.rai == {"dataBiases": ("Boats.",)}
    for name in ("README.md", "CITATION.cff", "croissant.json", "datapackage.json"):
        assert "https://orcid.org/0000-0002-1825-0097" in (built.path / name).read_text("utf-8")
    assert corpuskit.verify(built.path) == ()


def test_other_words_about_the_same_rows_are_a_patch(corpus: Corpus) -> None:
    corpus.article("a.md")
    corpus.build()
    corpus.write("corpuskit.toml", '[dataset.rai]\ndata-biases = "Boats."\n')
    assert corpus.build().version == "1.0.1"
    assert corpus.build().status == "unchanged"
