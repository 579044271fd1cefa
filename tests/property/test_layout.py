"""Layout, which spares lines that are in order already, against the same without exceptions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpuskit.text.layout import CELL, LINE, LINE_BREAK, VERBATIM, lay_out, verbatim
from corpuskit.text.normalise import INVISIBLE

CHARACTERS = st.sampled_from(
    list("a雾😀 \n\t\r\v\x85\xa0\xad\u200b\u200d\u2028\u3000\ufeff\ud800\ue000\0")
)
PIECES = st.one_of(
    *(CHARACTERS, CHARACTERS, st.sampled_from([LINE, LINE, LINE_BREAK, "  ", "\u3000\u3000"])),
    st.text(CHARACTERS | st.sampled_from([LINE, LINE_BREAK, CELL]), max_size=6).map(verbatim),
)
LAID = st.lists(PIECES, max_size=12).map("".join)
LAID_CELLS = st.lists(PIECES | st.just(CELL), max_size=12).map("".join)


def laid_out_without_exceptions(laid: str) -> str:
    lines = INVISIBLE.sub("", laid).replace(LINE_BREAK, LINE).split(LINE)
    cells = [[" ".join(cell.split()) for cell in line.split(CELL)] for line in lines]
    rows = [
        line if line.startswith(VERBATIM) else "\t".join(filter(None, row))
        for line, row in zip(lines, cells, strict=True)
    ]
    return "\n".join(filter(None, rows)).replace(VERBATIM, "").strip()


@given(LAID | LAID_CELLS)
def test_lines_in_order_are_laid_out_like_all_others(laid: str) -> None:
    assert lay_out(laid) == laid_out_without_exceptions(laid)
