"""Why a corpus is not published, and which preset would publish it."""

from __future__ import annotations

import pytest

from corpuskit.codes import Code
from corpuskit.model import Counts, Diagnostic, diagnose
from corpuskit.refusal import Refusal, refuse


def fault(path: str, code: Code, field: str | None = None, help_: str | None = None) -> Diagnostic:
    return diagnose(code, f"{code.label}!", field=field, path=path, help=help_)


def refused(
    sources: int,
    *errors: Diagnostic,
    schema: str = "article",
    limit: float = 0.5,
    excluded: int = 0,
) -> Refusal | None:
    rejected = len({d.path for d in errors})
    counts = Counts(sources, sources - rejected - excluded, rejected, 0, excluded)
    return refuse(counts, errors, limit, schema)


NO_DATE = Code.MISSING_FIELD, "date"
NO_TITLE = Code.MISSING_FIELD, "title"


def test_as_many_as_are_allowed_may_be_rejected() -> None:
    assert refused(2, fault("a", *NO_DATE)) is None


def test_causes_with_the_same_cure_count_together() -> None:
    """Of three rejected sources, two lack what `any` does not ask for; a tie of codes is none."""
    found = refused(
        5,
        fault("a", Code.FRONT_MATTER_SYNTAX),
        fault("b", *NO_TITLE),
        fault("b", *NO_DATE),
        fault("c", Code.NO_FRONT_MATTER),
    )
    assert found is not None
    assert found.schema == "any"
    assert found.reason == (
        "3 of 5 sources (60%) are rejected, 2 of them for "
        "CK301 missing-field of `date`, `title` or CK201 no-front-matter"
    )
    assert found.example is not None
    assert found.example.code == Code.MISSING_FIELD


def test_the_preset_that_asks_for_most_and_would_publish_is_found() -> None:
    dates = [fault(str(n), *NO_DATE) for n in range(3)]
    titles = [fault(str(n), *NO_TITLE) for n in range(3)]
    found, worse = refused(4, *dates, titles[0]), refused(4, *dates, *titles)
    assert found is not None
    assert worse is not None
    assert (found.schema, worse.schema) == ("page", "any")


def test_a_preset_that_would_publish_is_found_although_another_cause_is_commoner() -> None:
    broken = [fault(str(n), Code.FRONT_MATTER_SYNTAX) for n in range(5)]
    found = refused(10, *broken, fault("a", *NO_DATE))
    assert found is not None
    assert found.schema == "page"
    assert found.reason.endswith("5 of them for CK203 front-matter-syntax")


def test_a_preset_with_which_as_much_would_be_rejected_is_none() -> None:
    broken = [fault(str(n), Code.FRONT_MATTER_SYNTAX) for n in range(2)]
    found = refused(3, *broken, fault("a", Code.NO_FRONT_MATTER))
    assert found is not None
    assert found.schema is None
    assert "2 of them for CK203 front-matter-syntax" in found.reason


def test_what_a_preset_forgives_saves_no_source_with_another_error() -> None:
    found = refused(1, fault("a", *NO_DATE), fault("a", Code.DUPLICATE_KEY))
    assert found is not None
    assert found.schema is None


@pytest.mark.parametrize("schema", ["any", "own/schema.yaml"])
def test_no_preset_stands_in_for_a_schema_that_somebody_wrote(schema: str) -> None:
    found = refused(1, fault("a", *NO_DATE), schema=schema)
    assert found is not None
    assert found.schema is None


def test_another_schema_is_no_cure_for_a_misspelt_key() -> None:
    found = refused(2, *(fault(p, *NO_TITLE, "did you mean `title`?") for p in "ab"))
    assert found is not None
    assert found.schema is None
    assert found.reason.endswith("2 of them for CK301 missing-field of `title`")


def test_another_schema_is_no_cure_for_a_wrong_value() -> None:
    found = refused(1, fault("a", Code.IMPOSSIBLE_DATE, "date"))
    assert found is not None
    assert found.schema is None


def test_a_source_is_counted_once_for_a_cause() -> None:
    found = refused(2, *(fault(p, Code.DUPLICATE_KEY) for p in "aabb"))
    assert found is not None
    assert found.reason.endswith("2 of them for CK204 duplicate-key")


def test_of_causes_that_are_as_frequent_the_one_with_a_cure_is_named() -> None:
    found = refused(
        2, fault("a", Code.DUPLICATE_KEY), fault("b", *NO_TITLE), limit=0, schema="own.yaml"
    )
    assert found is not None
    assert found.reason.endswith("1 of them for CK301 missing-field of `title`")


def test_few_of_many_absent_fields_are_named() -> None:
    found = refused(
        1, *(fault("a", Code.MISSING_FIELD, name) for name in "abcde"), schema="own.yaml"
    )
    assert found is not None
    assert found.reason.endswith("CK301 missing-field of `a`, `b`, `c`, …")


def test_without_a_row_it_is_not_the_rejected_that_are_named() -> None:
    found = refused(5, fault("a", Code.DUPLICATE_KEY), excluded=4)
    assert found is not None
    assert found.reason == "none of 5 sources becomes a row"
    assert found.drafts


def test_drafts_are_no_cure_where_too_much_is_rejected() -> None:
    found = refused(4, *(fault(p, Code.DUPLICATE_KEY) for p in "abc"), excluded=1)
    assert found is not None
    assert not found.drafts


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["a.html", "b.HTM", "c.md"], True),
        (["a.html", "b.md"], False),
        (["a.md", "b.md"], False),
    ],
)
def test_html_without_front_matter_may_be_whole_pages(paths: list[str], expected: bool) -> None:
    found = refused(len(paths), *(fault(path, Code.NO_FRONT_MATTER) for path in paths))
    assert found is not None
    assert found.pages is expected


def test_html_with_another_fault_is_no_page() -> None:
    found = refused(2, fault("a.html", *NO_DATE), fault("b.html", *NO_DATE))
    assert found is not None
    assert not found.pages
