"""The marks that renderers of Markdown put to footnotes: numbers, and arrows that lead back.

An article says the same in Markdown and in what was rendered of it, so they are no text, and their
links none of the article's. They are known by what renderers write into their tags: markdown-it,
cmark-gfm, comrak, GitHub, kramdown (Jekyll), goldmark (Hugo), pandoc and Python-Markdown do.
"""

import re

# Bounded, or a tag that goes on and on would be read again for each of its attributes.
_WITHIN = "[^<>]{0,400}?"
_NAMES = r"footnote[-_]?(?:ref|back(?:ref|link)?)|data-footnote-(?:ref|backref)|reversefootnote"
_SAYS = rf"""(?:class=["']?(?:[^"'<>=]{{0,100}}?[ ])?(?:{_NAMES})(?=["'\s>])
    |(?:rel|class)=["']?footnote["'\s>]
    |role=["']?doc-(?:noteref|backlink)|data-footnote-(?:ref|backref))"""
_INNER = r"[^<]{0,40}(?:<sup(?:\s[^<>]{0,100})?>[^<]{0,40}</sup>)?"
_LEADS_WITHIN = rf"(?={_WITHIN}\shref=[\"']?[^\"'<>\s]{{0,2000}}\#)"
_MARK = re.compile(
    rf"""<a\b{_LEADS_WITHIN}(?={_WITHIN}\s{_SAYS})[^<>]*+>{_INNER}</a>
      | <sup\b(?={_WITHIN}\sclass=["']?footnote-ref["'\s>])[^<>]*+>
        \s*+<a\b{_LEADS_WITHIN}[^<>]*+>{_INNER}</a>\s*+</sup>""",
    re.VERBOSE | re.IGNORECASE,
)


def without_marks(html: str) -> str:
    """Return `html` without the marks of its footnotes; the notes stay where they are."""
    return _MARK.sub("", html) if "footnote" in html else html
