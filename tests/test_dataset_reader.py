"""`[dataset]`: who made it, how to cite it, and what is said of its use."""

from __future__ import annotations

import pytest

from corpuskit.codes import Code
from corpuskit.config import Config, Dataset
from corpuskit.config_reader import read_config
from corpuskit.manifest import Creator
from corpuskit.model import Diagnostic

WHOLE = """\
[dataset]
publisher = "Example House"
doi = "https://doi.org/10.5281/zenodo.1"
citation = "Cite it so."

[[dataset.creators]]
name = "Ada M. Example"
family-name = "Example"
orcid = "https://orcid.org/0000-0002-1825-0097"
affiliation = "University of Example"
email = "ada@example.org"
url = "https://example.org/ada"

[[dataset.creators]]
name = "Example Press"

[dataset.rai]
data-collection = "By hand."
data-biases = ["Boats.", "Trains."]
data-limitations = "One town."
data-collection-timeframe = [2020-01-01, "2021-12-31"]
"""


def _dataset(text: str) -> Dataset:
    config = read_config(text, "corpuskit.toml")
    assert isinstance(config, Config), config
    return config.dataset


def _fault(text: str) -> Diagnostic:
    found = read_config(f"[dataset]\n{text}\n", "corpuskit.toml")
    assert isinstance(found, tuple), found
    (fault,) = found
    return fault


def _pointed_at(text: str, found: Diagnostic) -> str:
    assert found.place is not None
    line = text.split("\n")[found.place.line - 2]
    return line[found.place.column - 1 :][: found.place.length]


def test_every_key_is_read_in_its_canonical_form() -> None:
    assert _dataset(WHOLE) == Dataset(
        creators=(
            Creator(
                "Ada M. Example",
                "Example",
                "0000-0002-1825-0097",
                "University of Example",
                "ada@example.org",
                "https://example.org/ada",
            ),
            Creator("Example Press"),
        ),
        publisher="Example House",
        doi="10.5281/zenodo.1",
        citation="Cite it so.",
        rai={
            "dataCollection": ("By hand.",),
            "dataBiases": ("Boats.", "Trains."),
            "dataLimitations": ("One town.",),
            "dataCollectionTimeframe": ("2020-01-01", "2021-12-31"),
        },
    )


@pytest.mark.parametrize(
    "stated", ['"A"', '["A"]', '{name = "A"}', '[{name = "A"}]'], ids=["name", "list", "one", "two"]
)
def test_a_creator_is_a_name_or_a_table_alone_or_in_a_list(stated: str) -> None:
    assert _dataset(f"[dataset]\ncreators = {stated}\n").creators == (Creator("A"),)


def test_names_and_tables_may_stand_in_one_list() -> None:
    found = _dataset('[dataset]\ncreators = ["A", {name = "B", orcid = "0000-0002-1825-0097"}]\n')
    assert found.creators == (Creator("A"), Creator("B", orcid="0000-0002-1825-0097"))


@pytest.mark.parametrize(
    ("text", "pointed_at"),
    [
        ("creators = [{name = 'A', orcid = '0000-0002-1825-0098'}]", "'0000-0002-1825-0098'"),
        ("creators = [{name = 'A', orcid = '1'}]", "'1'"),
        ("creators = [{name = 'A', email = 'a@b'}]", "'a@b'"),
        ("creators = [{name = 'A', url = 'example.org'}]", "'example.org'"),
        ("creators = [{name = 'A B', family-name = 'C'}]", "'C'"),
        ("creators = [{name = 'A B', family-name = 'A B'}]", "'A B'"),
        ("creators = [{url = 'https://x.org'}]", "{url = 'https://x.org'}"),
        ("creators = [' ']", "' '"),
        ("doi = '10.5281'", "'10.5281'"),
        ("citation = ''", "''"),
        ("rai = {data-collection-timeframe = '31.12.2024'}", "'31.12.2024'"),
        ("rai = {data-collection-timeframe = '2024-02-30'}", "'2024-02-30'"),
        ("rai = {data-biases = ['a', ' ']}", "' '"),
    ],
)
def test_an_impossible_value_is_a_fault_where_it_is(text: str, pointed_at: str) -> None:
    found = _fault(text)
    assert found.code is Code.CONFIG_INVALID_VALUE
    assert _pointed_at(text, found) == pointed_at


@pytest.mark.parametrize(
    ("text", "pointed_at"),
    [
        ("creators = [1]", "1"),
        ("creators = [{name = 1}]", "1"),
        ("rai = 'none'", "'none'"),
        ("rai = {data-collection = ['a', 'b']}", "['a', 'b']"),
        ("rai = {data-biases = {}}", "{}"),
        ("rai = {data-collection-timeframe = 2024}", "2024"),
    ],
)
def test_a_value_of_the_wrong_type_is_a_fault_where_it_is(text: str, pointed_at: str) -> None:
    found = _fault(text)
    assert found.code is Code.CONFIG_WRONG_TYPE
    assert _pointed_at(text, found) == pointed_at


@pytest.mark.parametrize(
    ("text", "help_"),
    [
        ("rai = {data-bias = 'x'}", "did you mean `data-biases`?"),
        ("rai = {dataBiases = 'x'}", "did you mean `data-biases`?"),
        ("rai = {sensitive-information = 'x'}", "did you mean `personal-sensitive-information`?"),
        ("creators = [{name = 'A', orchid = 'x'}]", "did you mean `orcid`?"),
        ("creators = [{name = 'A', role = 'x'}]", "known here: name, family-name, orcid"),
    ],
)
def test_an_unknown_key_is_met_with_the_likely_one_or_a_list(text: str, help_: str) -> None:
    found = _fault(text)
    assert found.code is Code.CONFIG_UNKNOWN_KEY
    assert str(found.help).startswith(help_)
