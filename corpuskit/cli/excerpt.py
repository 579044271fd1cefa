"""One line of a source and a caret below it, as wide as a terminal shows them."""

from __future__ import annotations

from corpuskit.shown_values import printable

_TAB = "    "


def excerpt(line: str, column: int, length: int, width: int) -> tuple[str, str]:
    """A line around a place, and the carets that underline the place.

    Wide characters (Chinese, emoji) take two cells. Lines of a megabyte exist: only what lies
    within `width` characters of the place is looked at.

    Args:
        line: Without its break.
        column: Where the place begins, in characters from 1; at most one after the last.
        length: Of the place, in characters.
        width: The most cells of either result, at least 10.

    Returns:
        The line, cut where `…` stands, with tabs as spaces and control characters escaped; and
        spaces with at least one caret.
    """
    start = min(column - 1, len(line))
    end = min(start + length, len(line))
    at = _head(line[start:end], width * 2 // 3)
    before, after = line[:start][-width:], line[end : end + width]
    room = width - _cells(at)
    left = max(room // 2, room - _cells(_shown(after)))
    before = _tail(before, left, cut=start > width)
    after = _head(after, room - _cells(before), cut=len(line) - end > width)
    return (
        f"{before}{at}{after}".rstrip(),
        " " * _cells(before) + "^" * max(1, _cells(at)),
    )


def _shown(text: str) -> str:
    return printable(text.replace("\t", _TAB))


def _cells(text: str) -> int:
    from rich.cells import cell_len  # noqa: PLC0415 - 20 ms that a run without findings saves

    return cell_len(text)


def _head(text: str, room: int, *, cut: bool = False) -> str:
    """The beginning of `text` that fits into `room` cells; `cut` says that more followed."""
    shown = _shown(text[: room + 1])
    if not cut and len(text) <= room and _cells(shown) <= room:
        return shown
    return _fitting(shown, room - 1) + "…" if room > 0 else ""


def _tail(text: str, room: int, *, cut: bool) -> str:
    """The end of `text` that fits into `room` cells; `cut` says that more came before."""
    shown = _shown(text)
    if not cut and _cells(shown) <= room:
        return shown
    return "…" + _fitting(shown[::-1], room - 1)[::-1] if room > 0 else ""


def _fitting(text: str, room: int) -> str:
    """The longest beginning of `text` within `room` cells."""
    used = 0
    for number, character in enumerate(text):
        used += _cells(character)
        if used > room:
            return text[:number]
    return text
