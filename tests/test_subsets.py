"""Subsets: the folder of a row, and its name."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.dates import DAY
from corpuskit.parts.subsets import NONE, SubsetRule, subset_name, subset_of, subset_rule
from corpuskit.schema import Field, FieldType, Schema

SCHEMA = Schema(
    "news",
    (
        Field("section", FieldType.STRING, ("section",)),
        Field("edition", FieldType.INTEGER, ("edition",)),
        Field("pinned", FieldType.BOOLEAN, ("pinned",)),
        Field("date", FieldType.DATETIME, ("date",)),
        Field("day", FieldType.DATE, ("day",)),
        Field("tags", FieldType.LIST, ("tags",), FieldType.STRING),
    ),
)


@pytest.mark.parametrize(
    ("stated", "rule"),
    [
        ("lang", SubsetRule("value", "language")),
        ("language", SubsetRule("value", "language")),
        ("section", SubsetRule("value", "section", FieldType.STRING)),
        ("edition", SubsetRule("value", "edition", FieldType.INTEGER)),
        ("year(date)", SubsetRule("year", "date", FieldType.DATETIME)),
        ("year( day )", SubsetRule("year", "day", FieldType.DATE)),
        ("folder", SubsetRule("folder", "path")),
        ("source", SubsetRule("folder", "path")),
        *((unfit, None) for unfit in ("tags", "date", "year(section)", "year(x)", "x", "", "text")),
    ],
)
def test_a_rule_is_what_is_stated_or_none(stated: str, rule: SubsetRule | None) -> None:
    assert subset_rule(stated, SCHEMA) == rule


@pytest.mark.parametrize("name", ["source", "lang"])
def test_a_field_of_that_name_comes_before_what_it_is_short_for(name: str) -> None:
    schema = Schema("s", (Field(name, FieldType.STRING, (name,)),))
    assert subset_rule(name, schema) == SubsetRule("value", name, FieldType.STRING)


@pytest.mark.parametrize("stated", ["lang", "section", "edition", "year( day )", "source"])
def test_a_rule_has_one_spelling_of_its_own(stated: str) -> None:
    rule = subset_rule(stated, SCHEMA)
    assert rule is not None
    assert subset_rule(rule.stated, SCHEMA) == rule


@pytest.mark.parametrize(
    ("stated", "cell", "name"),
    [
        ("section", "Business News", "business-news"),
        ("section", None, NONE),
        ("section", "港口 新闻", "港口-新闻"),
        ("edition", 7, "7"),
        ("pinned", True, "true"),
        ("language", "zh-Hans", "zh-Hans"),
        ("language", "none", "none-140bedbf"),
        ("section", "zh-Hans", "zh-hans"),
        ("section", "all", "all-5ef5ef03"),
        ("year(date)", -1, "1969"),
        ("year(date)", 0, "1970"),
        ("year(day)", (dt.date(2024, 12, 31) - dt.date(1970, 1, 1)).days, "2024"),
        ("year(date)", (dt.date(987, 1, 1) - dt.date(1970, 1, 1)).days * DAY, "0987"),
        ("folder", "en/posts/a.md", "en"),
        ("folder", "a.md", NONE),
    ],
)
def test_a_row_is_in_the_subset_of_its_value(
    stated: str, cell: str | int | bool | None, name: str
) -> None:
    rule = subset_rule(stated, SCHEMA)
    assert rule is not None
    assert subset_of(rule, cell) == name


@given(st.text() | st.sampled_from(["all", "default", "none", "1.0.0", "All ", "zh-Hans", "data"]))
def test_a_name_is_fit_for_a_folder_a_glob_and_a_configuration(value: str) -> None:
    name = subset_name(value)
    assert re.fullmatch(r"[^\W_]([\w.-]*[^\W_])?", name)
    assert len(name.encode()) <= 200
    assert "=" not in name
    assert not re.search(r'[<>:/\\|?*\s"\[\]{}]', name)
    assert name not in ("default", "all", NONE)


@given(st.text(), st.text())
def test_values_that_differ_in_more_than_capitals_and_blanks_have_other_names(
    one: str, other: str
) -> None:
    folded = [
        re.sub(r"[\s_-]+", "-", unicodedata.normalize("NFC", text).strip().casefold())
        for text in (one, other)
    ]
    folded = [unicodedata.normalize("NFC", text) for text in folded]
    assert folded[0] == folded[1] or subset_name(one) != subset_name(other)


@given(st.text(), st.text())
def test_no_two_names_differ_in_capitals_alone(one: str, other: str) -> None:
    names = [subset_name(text) for text in (one, other, one.upper(), one.title())]
    assert len(set(names)) == len({name.casefold() for name in names})


def test_c_and_c_plus_plus_are_two() -> None:
    assert len({subset_name(name) for name in ("C", "C++", "C#")}) == 3
