"""The table `[quality]` of a configuration."""

from __future__ import annotations

import pytest

from corpuskit.config import Config
from corpuskit.config_reader import read_config
from corpuskit.quality.rules import GROUPS, SIGNALS, Bound, QualityRules, signals_of


def read(text: str) -> QualityRules:
    config = read_config(text, "corpuskit.toml")
    assert isinstance(config, Config)
    return config.quality


def faults(text: str) -> list[tuple[str, str | None]]:
    found = read_config(text, "corpuskit.toml")
    assert isinstance(found, tuple)
    return [(str(d.code), d.field) for d in found]


@pytest.mark.parametrize(
    "text", ["", "[quality]", "[quality]\nsignals = []\nthin = false", "[quality.require]"]
)
def test_what_asks_for_nothing_is_off(text: str) -> None:
    rules = read(text)
    assert not rules
    assert rules == QualityRules()
    assert (rules.columns, rules.groups, rules.as_json()) == ((), (), {})


def test_lists_are_read_in_the_order_of_the_columns() -> None:
    rules = read('[quality]\nsignals = ["pii", "counts", "pii"]\nmask = ["phone", "email"]\n')
    assert rules.signals == ("counts", "pii")
    assert rules.mask == ("email", "phone")
    assert rules.columns == tuple(s.name for s in signals_of(("counts", "pii")))


def test_a_bound_has_its_group_counted_and_makes_no_column() -> None:
    rules = read(
        "[quality.warn]\nis_mixed_language = {enum = [false]}\n"
        "[quality.require]\nshare_cjk = {maximum = 1}\nn_words = {minimum = 3, maximum = 9}\n"
    )
    assert rules.columns == ()
    assert rules.groups == ("counts", "shares", "script")
    assert rules.require == (Bound("n_words", 3, 9), Bound("share_cjk", None, 1))
    assert rules.warn == (Bound("is_mixed_language", enum=(False,)),)
    assert rules.as_json() == {
        "require": {"n_words": {"minimum": 3, "maximum": 9}, "share_cjk": {"maximum": 1}},
        "warn": {"is_mixed_language": {"enum": [False]}},
    }


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("n_wordz = {minimum = 3}", "CK602"),
        ("n_words = {enum = [3]}", "CK602"),
        ("script = {minimum = 3}", "CK602"),
        ("n_words = 3", "CK603"),
        ("n_words = {minimum = 0.5}", "CK603"),
        ('share_cjk = {maximum = "1"}', "CK603"),
        ("share_cjk = {maximum = true}", "CK603"),
        ("is_mixed_language = {enum = [0]}", "CK603"),
        ("script = {enum = [true]}", "CK603"),
        ("n_words = {}", "CK604"),
        ("n_words = {minimum = -1}", "CK604"),
        (f"n_words = {{minimum = 1{'0' * 400}}}", "CK604"),
        ("share_cjk = {maximum = nan}", "CK604"),
        ("share_cjk = {maximum = inf}", "CK604"),
        (f"share_cjk = {{maximum = 1{'0' * 400}}}", "CK604"),
        ("share_cjk = {minimum = 0.9, maximum = 0.1}", "CK604"),
    ],
)
def test_a_bound_that_makes_no_sense_is_a_fault_where_it_stands(line: str, code: str) -> None:
    ((found, field),) = faults(f"[quality.require]\n{line}\n")
    assert found == code
    assert field is not None
    assert field.startswith("quality.require.")


def test_signals_have_one_name_each_and_one_group() -> None:
    names = [signal.name for group in GROUPS.values() for signal in group]
    assert len(names) == len(set(names)) == len(SIGNALS)
