"""The pages of the codes, from the package."""

from __future__ import annotations

from importlib.resources import files

from corpuskit.codes import Code


def page(code: Code) -> str:
    """A code's page in Markdown: what it means, why it matters, an example, what to do."""
    return files("corpuskit").joinpath("rules", f"{code}.md").read_text("utf-8")
