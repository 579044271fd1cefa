"""The pages of the diagnostic codes, as the package brings them along beside this module."""

from __future__ import annotations

from importlib.resources import files

_FOLDER = files("corpuskit") / "rules"


def page(code: str) -> str:
    """A code's page in Markdown: what it means, why it matters, an example, what to do instead.

    Raises:
        KeyError: there is no page for `code`.
    """
    if code not in all_codes():
        raise KeyError(code)
    return (_FOLDER / f"{code}.md").read_text("utf-8")


def all_codes() -> tuple[str, ...]:
    """The codes that have a page, in order."""
    names = (entry.name for entry in _FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(".md") for name in names if name.endswith(".md")))
