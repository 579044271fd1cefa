"""What a terminal gets is safe and fits, whatever the corpus holds."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from corpuskit.cli.excerpt import excerpt
from corpuskit.cli.output import as_json
from corpuskit.shown_values import printable


@given(
    st.text(st.sampled_from("ab 港é🦀\t\x1b\u202e\u0301"), max_size=200),
    st.integers(1, 201),
    st.integers(1, 250),
    st.integers(10, 120),
)
def test_an_excerpt_fits_and_its_carets_stay_below_it(
    line: str, column: int, length: int, width: int
) -> None:
    column = min(column, len(line) + 1)
    text, carets = excerpt(line, column, length, width)
    assert cell_len(text) <= width
    assert len(carets) <= width + 1
    assert carets.strip() == "^" * (len(carets) - len(carets.rstrip("^")))
    assert carets.endswith("^")
    assert printable(text) == text


@given(st.text())
def test_json_means_the_same_after_it_was_made_safe(text: str) -> None:
    written = as_json({"title": text})
    assert json.loads(written) == {"title": text}
    assert printable(written) == written
