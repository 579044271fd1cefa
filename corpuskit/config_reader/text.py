"""`[text]` of a configuration → `TextRules`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import get_args

from corpuskit.codes import Code
from corpuskit.config_reader.entry import ConfigEntry, Members, line, matching, texts
from corpuskit.entries import Findings, KeyPath, clipped
from corpuskit.named import Named
from corpuskit.schema import FieldType, Schema
from corpuskit.text_profiles import PROFILES, on_top, with_rules
from corpuskit.text_rules import Capture, HtmlParser, Mode, PathRules, Templates, TextRules

_RULE_KEYS = (
    *("mode", "profile", "drop", "keep", "drop-lines", "drop-lines-beginning", "strip-templates"),
    "capture",
)
TEXT_KEYS = ("parser", *_RULE_KEYS, "for")

_CAPTURE_KEYS = (
    *("field", "selector", "pattern", "where", "inner", "attribute", "comment"),
    "all",
)
_ELEMENTS = ("selector", "where", "inner", "attribute")
"""The keys of a capture that are about elements, and so none of a comment."""
_ATTRIBUTE = re.compile(r"[a-zA-Z_][a-zA-Z0-9_.:-]*")

# Both parsers of HTML are asked, and few corpora have selectors.
_check_selector = Named("corpuskit.text", "check_selector")


def read_text(table: Members) -> TextRules:
    """The rules of a table `[text]`, with those of its profile, and those of some paths."""
    rules = _rules(table, TextRules())
    stated = table["parser"].choice(get_args(HtmlParser)) if "parser" in table else None
    for parser in get_args(HtmlParser):
        if parser == stated:
            rules = replace(rules, parser=parser)
    by_path = [_path_rules(item, rules) for item in table["for"].items()] if "for" in table else []
    rules = replace(rules, by_path=tuple(by_path))
    has_pages = any(own.mode == "article" for own in (rules, *(path.rules for path in by_path)))
    if rules.parser == "beautifulsoup" and has_pages:
        table["parser"].invalid(
            "`beautifulsoup` does not tell the main content of a page, which `mode` asks for",
            'leave `parser` out, or write `mode = "body"` and `keep`',
        )
    elif rules.parser == "trafilatura" and not has_pages:
        table["parser"].invalid(
            "`trafilatura` is for the main content of whole pages, which nothing asks for",
            'write `mode = "article"`, or leave `parser` out',
        )
    return rules


def _path_rules(entry: ConfigEntry, general: TextRules) -> PathRules:
    table = entry.members(("paths", *_RULE_KEYS))
    if isinstance(entry.value, Mapping) and "paths" not in table:
        entry.invalid("rules for some paths need `paths`, such as `news/**`")
    elif "paths" in table and table["paths"].value == []:
        table["paths"].invalid("`paths` names no pattern, so that the rules are for nothing")
    return PathRules(texts(table, "paths"), on_top(_rules(table, general), general))


def _rules(table: Members, general: TextRules) -> TextRules:
    """The rules that a table states, and those of its profile if it is not the general one."""
    captures = [_capture(item) for item in table["capture"].items()] if "capture" in table else []
    rules = TextRules(
        mode=_mode(table, general),
        drop=_selectors(table, "drop"),
        keep=_selectors(table, "keep"),
        strip_templates=_templates(table),
        drop_lines=_lines(table, "drop-lines"),
        drop_lines_beginning=_lines(table, "drop-lines-beginning"),
        captures=tuple(filter(None, captures)),
    )
    profile = table["profile"].choice(tuple(PROFILES)) if "profile" in table else None
    # A name that is none was noted, and then no reader's result is used.
    is_new = profile in PROFILES and profile != general.profile
    return with_rules(rules, profile) if profile and is_new else rules


def check_text(rules: TextRules, schema: Schema, keys: KeyPath, findings: Findings) -> None:
    """Note what of the rules does not fit the schema; they stand at `keys`."""
    _check_captures(rules, TextRules(), schema, keys, findings)
    for index, path_rules in enumerate(rules.by_path):
        _check_captures(path_rules.rules, rules, schema, (*keys, "for", index), findings)


def _check_captures(
    rules: TextRules, general: TextRules, schema: Schema, keys: KeyPath, findings: Findings
) -> None:
    """The captures that a table states are those before its profile's and the general ones."""
    names = [f.name for f in schema.fields]
    own = len(rules.captures) - len(general.captures)
    if rules.profile is not None and rules.profile != general.profile:
        own -= len(PROFILES[rules.profile].rules.captures)
    for index, capture in enumerate(rules.captures[:own]):
        at: KeyPath = (*keys, "capture", index)
        field = schema.field(capture.field)
        if field is None:
            message = f"the schema `{clipped(schema.name)}` has no field `{clipped(capture.field)}`"
            help_ = findings.suggest(capture.field, names)
            findings.add(
                Code.UNKNOWN_FIELD, (*at, "field"), message, help_ or "add it to the schema"
            )
        elif capture.all and field.type is not FieldType.LIST:
            message = f"`all` is for a list, and `{field.name}` is a {field.type}"
            help_ = "declare the field with `type: list`, or leave `all` away"
            findings.add(Code.CONFIG_INVALID_VALUE, (*at, "all"), message, help_)


def _selectors(table: Members, key: str) -> tuple[str, ...]:
    found = [_selector(item) for item in table[key].spread()] if key in table else []
    return tuple(filter(None, found))


def _selector(entry: ConfigEntry) -> str | None:
    selector = entry.line()
    if selector is not None and (problem := _check_selector(selector)):
        entry.invalid(f"`{clipped(selector)}` is no CSS selector: {problem}")
    return selector


def _lines(table: Members, key: str) -> tuple[str, ...]:
    found = [_one_line(item) for item in table[key].spread()] if key in table else []
    return tuple(filter(None, found))


def _one_line(entry: ConfigEntry) -> str | None:
    """A line with something to see in it, for one without could begin every line."""
    text = entry.line()
    if text is None:
        return None
    if not any(char.isprintable() and not char.isspace() for char in text):
        entry.invalid("there is nothing to see in the line")
    elif len(text.splitlines()) > 1:
        entry.invalid("these are several lines", "name each by itself")
    return text


def _mode(table: Members, general: TextRules) -> Mode:
    stated = table["mode"].choice(get_args(Mode)) if "mode" in table else None
    return next((mode for mode in get_args(Mode) if mode == stated), general.mode)


def _templates(table: Members) -> tuple[Templates, ...]:
    """In one order, whatever that of the list."""
    key, known = "strip-templates", get_args(Templates)
    found = [item.choice(known) for item in table[key].spread()] if key in table else []
    return tuple(language for language in known if language in found)


def _capture(entry: ConfigEntry) -> Capture | None:
    table = entry.members(_CAPTURE_KEYS)
    comment = table["comment"].boolean() if "comment" in table else None
    if isinstance(entry.value, Mapping):
        _check_keys(entry, table, comment=bool(comment))
    field = line(table, "field")
    if not field:
        return None
    return Capture(
        field,
        selector=_selector(table["selector"]) if "selector" in table else None,
        pattern=_pattern(table["pattern"]) if "pattern" in table else None,
        where=table["where"].regex() if "where" in table else None,
        inner=_selector(table["inner"]) if "inner" in table else None,
        attribute=_attribute(table),
        comment=bool(comment),
        all=bool(table["all"].boolean()) if "all" in table else False,
    )


def _check_keys(entry: ConfigEntry, table: Members, *, comment: bool) -> None:
    """Note the keys that a capture lacks, and those that do not go together."""
    for key in ("field", "pattern" if comment else "selector"):
        if key not in table:
            about = " of comments" if comment and key == "pattern" else ""
            help_ = "or `comment = true`, to look into comments" if key == "selector" else None
            entry.invalid(f"a capture{about} needs a `{key}`", help_)
    for key in _ELEMENTS:
        if comment and key in table:
            table[key].invalid(
                f"`{key}` is about elements, and with `comment` none is looked at",
                "make it a capture of its own, of the same field",
            )


def _pattern(entry: ConfigEntry) -> str | tuple[str, ...] | None:
    if not isinstance(entry.value, list):
        return entry.regex()
    patterns = tuple(pattern for item in entry.items() if (pattern := item.regex()) is not None)
    if not entry.value:
        entry.invalid("`pattern` has no pattern in it")
    return patterns[0] if len(patterns) == 1 else patterns


def _attribute(table: Members) -> str | None:
    name = matching(table, "attribute", _ATTRIBUTE, "the name of an attribute, such as `href`")
    return None if name is None else name.lower()
