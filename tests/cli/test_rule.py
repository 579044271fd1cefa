"""`corpuskit rule`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeAlias

import pytest
from click.testing import Result

from corpuskit.codes import Code

Run: TypeAlias = Callable[..., Result]


@pytest.mark.parametrize("typed", ["CK204", "ck204", "duplicate-key"])
def test_a_code_is_explained_by_number_and_by_name(run: Run, typed: str) -> None:
    result = run("rule", typed)
    assert result.exit_code == 0
    assert result.stdout.startswith("# CK204 duplicate-key")


def test_without_a_code_all_are_listed(run: Run) -> None:
    lines = run("rule").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [str(code) for code in Code]
    assert ["CK215", "tab-indent", "warning"] in [line.split() for line in lines]


@pytest.mark.parametrize("typed", ["CK20", "duplicated-key"])
def test_an_unknown_code_ends_with_2_and_a_suggestion(run: Run, typed: str) -> None:
    result = run("rule", typed)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "did you mean CK2" in result.stderr


def test_json_has_the_page(run: Run) -> None:
    said = json.loads(run("rule", "CK204", "--json").stdout)
    assert (said["code"], said["name"], said["severity"]) == ("CK204", "duplicate-key", "error")
    assert said["page"].startswith("# CK204")


def test_json_without_a_code_is_a_list(run: Run) -> None:
    assert len(json.loads(run("rule", "--json").stdout)) == len(Code)
