"""How what users type is read."""

from __future__ import annotations

import click
import pytest

from corpuskit.cli.options import code_prefixes, did_you_mean, share
from corpuskit.codes import Code

COMMAND = click.Command("x")
CONTEXT = click.Context(COMMAND)
OPTION = click.Option(["--x"])


@pytest.mark.parametrize(
    ("typed", "number"), [("50%", 0.5), ("0.5", 0.5), (" 12.5% ", 0.125), ("0", 0), ("100%", 1)]
)
def test_a_share_is_percent_or_a_fraction(typed: str, number: float) -> None:
    assert share(CONTEXT, OPTION, typed) == number


def test_a_share_that_is_not_typed_is_left_to_the_configuration() -> None:
    assert share(CONTEXT, OPTION, None) is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("half", "type 50% or 0.5"),
        ("nan", "not between"),
        ("-1%", "not between"),
        ("101%", "not between"),
        ("50", r"did you mean 50%\?"),
    ],
)
def test_what_is_no_share_is_refused(typed: str, said: str) -> None:
    with pytest.raises(click.BadParameter, match=said):
        share(CONTEXT, OPTION, typed)


def test_codes_are_typed_with_commas_or_in_several_options_in_any_case() -> None:
    assert code_prefixes(CONTEXT, OPTION, ("ck2, CK301", "CK")) == ("CK2", "CK301", "CK")


def test_a_prefix_of_no_code_is_refused_with_the_nearest() -> None:
    with pytest.raises(click.BadParameter, match=r"'CK2044'.*did you mean CK204"):
        code_prefixes(CONTEXT, OPTION, ("CK2044",))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("CK2044", Code.DUPLICATE_KEY),
        ("CK20", Code.NO_FRONT_MATTER),
        ("204", Code.DUPLICATE_KEY),
        ("ck-204", Code.DUPLICATE_KEY),
        ("duplicat-key", Code.DUPLICATE_KEY),
    ],
)
def test_the_nearest_code_is_suggested(typed: str, meant: Code) -> None:
    assert did_you_mean(typed) == f"; did you mean {meant} ({meant.label})?"


@pytest.mark.parametrize("typed", ["qqqqq", "CK999", "CK9", "CK", "CK230", "9" * 5_000])
def test_without_a_near_code_the_list_is_pointed_at(typed: str) -> None:
    assert did_you_mean(typed) == "; corpuskit rule lists them all"
