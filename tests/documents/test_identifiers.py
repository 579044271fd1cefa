"""ORCIDs, DOIs and e-mail addresses, in the one spelling that every format takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.documents.identifiers import doi, email, orcid

GOOD = "0000-0002-1825-0097"


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f" {GOOD} ",
        f"https://orcid.org/{GOOD}",
        f"http://orcid.org/{GOOD}/",
        f"orcid.org/{GOOD}",
    ],
)
def test_an_orcid_is_known_by_its_number_or_its_address(text: str) -> None:
    assert orcid(text) == GOOD


def test_the_check_of_an_orcid_may_be_an_x() -> None:
    assert orcid("0000-0002-1694-233x") == "0000-0002-1694-233X"


@pytest.mark.parametrize(
    "text", ["", "0000000218250097", "0000-0002-1825-009", f"x{GOOD}", "https://x.org/" + GOOD]
)
def test_what_has_another_form_is_no_orcid(text: str) -> None:
    assert orcid(text) is None


@given(st.integers(0, 15), st.integers(1, 9))
def test_an_orcid_with_one_wrong_digit_is_none(place: int, more: int) -> None:
    digits = GOOD.replace("-", "")
    wrong = f"{digits[:place]}{(int(digits[place]) + more) % 10}{digits[place + 1 :]}"
    assert orcid("-".join(wrong[n : n + 4] for n in range(0, 16, 4))) is None


@given(st.integers(0, 14))
def test_an_orcid_with_two_neighbours_exchanged_is_none(place: int) -> None:
    digits = list(GOOD.replace("-", ""))
    if digits[place] == digits[place + 1]:
        return
    digits[place], digits[place + 1] = digits[place + 1], digits[place]
    assert orcid("-".join("".join(digits[n : n + 4]) for n in range(0, 16, 4))) is None


@pytest.mark.parametrize(
    "text",
    ["10.5281/zenodo.1", "https://doi.org/10.5281/zenodo.1", "doi:10.5281/zenodo.1"],
)
def test_a_doi_is_known_by_its_number_or_its_address(text: str) -> None:
    assert doi(text) == "10.5281/zenodo.1"


@pytest.mark.parametrize("text", ["", "10.1/x", "zenodo.1", "10.5281/", "10.5281/a b", "10.5281/<"])
def test_what_no_format_takes_is_no_doi(text: str) -> None:
    assert doi(text) is None


@pytest.mark.parametrize("text", ["ada@example.org", "a.b+c@x.y.example"])
def test_an_address_to_write_to_is_one(text: str) -> None:
    assert email(text) == text


@pytest.mark.parametrize("text", ["", "ada", "a@b", "a b@x.org", "a@x..org", ".a@x.org"])
def test_what_some_format_refuses_is_no_address(text: str) -> None:
    assert email(text) is None
