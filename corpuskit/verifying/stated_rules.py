"""The rules for text that a manifest states, read back: the inverse of `TextRules.stated`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, get_args

from corpuskit.manifest import Json, Manifest
from corpuskit.text_rules import Capture, HtmlParser, Mode, PathRules, Templates, TextRules
from corpuskit.verifying.maker import is_ours

_LINES = ("drop_lines", "drop_lines_beginning")
_LISTS = ("drop", "keep", "strip_templates", *_LINES)


def text_rules_of(manifest: Manifest) -> TextRules | None:
    """The rules that a manifest states; None if no build of this corpuskit states them so."""
    said = manifest.config.get("text")
    try:
        rules = _rules(said)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    return rules if json.loads(json.dumps(rules.stated())) == said else None


def rules_fault(manifest: Manifest) -> str | None:
    """What is wrong with the rules that a release of this corpuskit states."""
    if not is_ours(manifest) or text_rules_of(manifest) is not None:
        return None
    return "config.text: expected rules as a build states them, found others"


def _rules(said: Any) -> TextRules:  # noqa: ANN401 - whatever JSON may hold
    """Make the rules.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: they are none.
    """
    members = _tuples(said)
    members["captures"] = tuple(Capture(**_tuples(capture)) for capture in said["captures"])
    members["by_path"] = tuple(
        PathRules(tuple(path["paths"]), _rules(path["rules"])) for path in said.get("by_path", ())
    )
    rules = TextRules(**members)
    if not all(_is_list_of_texts(getattr(rules, key)) for key in _LISTS):
        raise TypeError("no lists of texts")
    lines = [line for key in _LINES for line in getattr(rules, key)]
    if not (
        rules.parser in get_args(HtmlParser)
        and rules.mode in get_args(Mode)
        and {*rules.strip_templates} <= {*get_args(Templates)}
        and all(len(line.splitlines()) == 1 and line.strip() for line in lines)
    ):
        raise ValueError("no rules")
    return rules


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(item, str) for item in value)


def _tuples(said: Mapping[str, Json]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in said.items()}
