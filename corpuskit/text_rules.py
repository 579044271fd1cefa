"""The vocabulary of text extraction: what is asked for, and what comes back."""

import re
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal, NamedTuple

Format = Literal["html", "markdown", "text"]
Templates = Literal["hexo", "liquid", "hugo", "mdx"]
HtmlParser = Literal["lexbor", "beautifulsoup", "trafilatura"]
"""trafilatura tells the main content of whole pages; all else is read as with lexbor."""
Mode = Literal["body", "article"]
Cap = Literal[
    "characters",
    "depth",
    "attributes",
    "formatting",
    "work",
    "markup",
    "strikethrough",
    "descriptions",
    "footnotes",
    "cells",
    "options",
    "templates",
    "main content",
    "captures",
    "values",
    "parser",
]


@dataclass(frozen=True, slots=True)
class Capture:
    """A field that is hidden in the body: the elements to look at, and what to take from them.

    Attributes:
        field: the name under which the values come back.
        selector: CSS; every element that matches is looked at, in document order. None with
            `comment`.
        pattern: searched in what is taken: one pattern, or several of which the first that is
            found counts. The value is its group 1 if it has one, else the whole match; where no
            pattern is found there is no value.
        where: a pattern; elements without it in their text are passed over.
        inner: CSS; what is looked at are the elements that it selects in those of `selector`.
        attribute: the name of the attribute that is taken instead of the element's text.
        comment: whether the contents of comments are looked at, instead of elements.
        all: whether everything that the pattern finds is a value, and not the first find alone.
    """

    field: str
    selector: str | None = None
    pattern: str | tuple[str, ...] | None = None
    where: str | None = None
    inner: str | None = None
    attribute: str | None = None
    comment: bool = False
    all: bool = False

    @property
    def patterns(self) -> tuple[str, ...]:
        """The patterns, in the order in which they are tried."""
        return (self.pattern,) if isinstance(self.pattern, str) else self.pattern or ()


@dataclass(frozen=True, slots=True)
class TextRules:
    """What a corpus asks of extraction; `captures` also see what `drop` and `keep` leave out.

    Of what is not dropped, only what `keep` selects is text, if it says anything. The tags of
    `strip_templates` are no text outside of code, nor are lines that are one of `drop_lines` or
    begin with one of `drop_lines_beginning`, whose links and images stay. `profile` names where
    some of the rules come from, all of which are here. `by_path` has the rules of articles at some
    paths, which hold in place of all others; extraction itself knows no paths, and is given the
    rules of one. In the mode `article`, HTML is a whole page: its text is the main content, and
    what front matter lacks is in the page's metadata.
    """

    parser: HtmlParser = "lexbor"
    drop: tuple[str, ...] = ()
    captures: tuple[Capture, ...] = ()
    keep: tuple[str, ...] = ()
    strip_templates: tuple[Templates, ...] = ()
    profile: str | None = None
    by_path: "tuple[PathRules, ...]" = ()
    mode: Mode = "body"
    drop_lines: tuple[str, ...] = ()
    drop_lines_beginning: tuple[str, ...] = ()

    def stated(self) -> dict[str, object]:
        """The rules for a manifest; those that came later are only there if they say something."""
        captures = [_stated(asdict(capture), ("field", "selector")) for capture in self.captures]
        members = {k: v for k, v in asdict(self).items() if k != "mode" or v != "body"}
        whole = _stated(members, ("parser", "drop", "captures"))
        if self.by_path:
            paths = [{"paths": p.paths, "rules": p.rules.stated()} for p in self.by_path]
            whole["by_path"] = paths
        return {**whole, "captures": captures}


@dataclass(frozen=True, slots=True)
class PathRules:
    """The rules for what lies at `paths`, patterns as in .gitignore; the first that fits counts."""

    paths: tuple[str, ...]
    rules: TextRules


class Unclosed(NamedTuple):
    """What is never closed, and so takes all that follows it for its content.

    Attributes:
        tag: as it is written, up to its name: `<Title`, or `<!--`.
        offset: where it stands, in characters of the body.
        in_quote: whether it is the tag itself that never ends, for a quote in it is not closed.
    """

    tag: str
    offset: int
    in_quote: bool = False


class Marked(NamedTuple):
    """An element of a body that a class or an id marks, or its tag alone."""

    tag: str
    id: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one body says.

    Attributes:
        text: in the canonical form of `corpuskit.text.layout`, "" when nothing is rendered.
        links: `href` of each link as written, character references resolved and outer white
            space removed, in document order; empty ones are left out, repeated ones are not.
        link_texts: the text of each of `links`, on one line.
        images: `src` of each image, like `links`.
        captured: values by field; every field of the rules is there, without values as [].
        unclosed: the tag or comment that all text after it was lost in, if there is one.
    """

    text: str
    links: list[str]
    link_texts: list[str]
    images: list[str]
    captured: dict[str, list[str]]
    unclosed: Unclosed | None = None


@dataclass(frozen=True, slots=True)
class TooDeep:
    """A body that was not read, because reading it could take minutes or the machine.

    Attributes:
        cap: what there was too much of.
        limit: how much of it is allowed.
        offset: where the cap was hit, in characters of the body; None when that cannot be said:
            it is in HTML that was made from the body, or true of the body as a whole.
    """

    cap: Cap
    limit: int
    offset: int | None = None

    @property
    def message(self) -> str:
        """What was too much, in a sentence without a full stop."""
        return f"the body {_MESSAGES[self.cap].format(self.limit)}"


_MESSAGES: dict[Cap, str] = {
    "characters": "is longer than {} characters",
    "depth": "nests more than {} elements in each other",
    "attributes": "has a tag with more than {} attributes",
    "formatting": "leaves formatting tags open that would be repeated more than {} times",
    "work": "nests its elements in a way that takes more than {} steps to follow",
    "markup": "has more than {} tags",
    "strikethrough": "has more than {} tildes",
    "descriptions": "has more than {} lines that could be descriptions",
    "footnotes": "has more than {} references to footnotes",
    "cells": "has tables of more than {} cells, with those that their rows leave out",
    "options": "has more than {} options to select from",
    "templates": "repeats its template tags to more than {} characters",
    "main content": "has so much in so many elements that telling its main content takes more than "
    "{} steps",
    "captures": "has elements or comments to capture of more than {} characters",
    "values": "has more than {} values to capture",
    "parser": "asks for more memory than the HTML parser can get",
}


def _stated(members: Mapping[str, object], always: tuple[str, ...]) -> dict[str, object]:
    # `pattern` is there as null since the first release.
    return {k: v for k, v in members.items() if v or k in always or k == "pattern"}


def check_pattern(pattern: str) -> str | None:
    """Return why `pattern` is no usable regular expression, or None when it is one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern)
    except (re.error, RecursionError, OverflowError, Warning) as fault:
        return str(fault)
    return None
