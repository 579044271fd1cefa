"""Markdown as HTML by a renderer that is not ours: markdown-it, as Python's Jupyter Book has it."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin


def rendered(markdown: str) -> str:
    """CommonMark with tables, strikethrough, footnotes, task and description lists, as HTML."""
    return str(_renderer().render(markdown))


@cache
def _renderer() -> MarkdownIt:
    renderer = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return renderer.use(footnote_plugin).use(tasklists_plugin).use(deflist_plugin)
