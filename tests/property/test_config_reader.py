"""What holds for every configuration file: it is read or explained, and nothing is raised."""

from __future__ import annotations

import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.config import Config
from corpuskit.config_reader import read_config
from corpuskit.lines import LineIndex
from corpuskit.model import Diagnostic
from corpuskit.shares import read_share

_TABLES = ("dataset", "source", "site", "schema", "text", "dedup", "release", "sorce")
_KEYS = (
    *("name", "title", "creators", "include", "drafts", "encoding", "max-bytes", "timezone"),
    *(
        "language",
        "use",
        "parser",
        "drop",
        "keep",
        "profile",
        "strip-templates",
        "for",
        "capture",
        "exact",
        "min-chars",
        "max-rejected",
        "x",
    ),
)
_TEXTS = st.text(st.characters(codec="utf-8"), max_size=6)
_SCALARS = st.one_of(st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(), _TEXTS)
_VALUES = st.one_of(
    _SCALARS,
    st.lists(_SCALARS, max_size=3),
    st.lists(
        st.dictionaries(
            st.sampled_from(
                ("field", "selector", "pattern", "where", "attribute", "comment", "paths")
            ),
            _TEXTS | st.booleans(),
        ),
        max_size=2,
    ),
)
_CONFIGURATIONS = st.dictionaries(
    st.sampled_from(_TABLES),
    st.one_of(_SCALARS, st.dictionaries(st.sampled_from(_KEYS), _VALUES, max_size=4)),
    max_size=4,
)


def _all_lie_in(text: str, faults: tuple[Diagnostic, ...]) -> bool:
    lines = LineIndex(text)
    return all(
        fault.place is not None
        and fault.place.line <= len(lines)
        and fault.place.column <= len(lines.line(fault.place.line)) + 1
        for fault in faults
    )


@given(st.text())
def test_any_text_is_a_configuration_or_has_faults_within_it(text: str) -> None:
    found = read_config(text, "corpuskit.toml")
    assert isinstance(found, Config) or (found and _all_lie_in(text, found))


@given(_CONFIGURATIONS)
def test_any_values_are_a_configuration_or_have_faults_within_it(values: dict[str, object]) -> None:
    text = tomli_w.dumps(values)
    found = read_config(text, "corpuskit.toml")
    assert isinstance(found, Config) or (found and _all_lie_in(text, found))


@given(st.floats(0, 100).map(lambda percent: round(percent, 6)))
def test_a_percentage_is_a_hundredth_of_its_number(percent: float) -> None:
    assert read_share(f"{percent:f}%") == percent / 100
