"""What one article becomes, and ready rules for text, for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from corpuskit.cli.wording import counted
from corpuskit.shown_values import printable
from corpuskit.text_profiles import TextProfile
from corpuskit.text_rules import Capture

if TYPE_CHECKING:
    from corpuskit import Preview
    from corpuskit.previewing import PreviewField

_MARGIN = " " * 4
_NOTHING = "–"
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def previewed(preview: Preview) -> Iterator[str]:
    """Each part under its name; parts with nothing in them are left out, the text is the last."""
    yield _headline(preview)
    if isinstance(preview.front_matter, dict) and preview.front_matter:
        yield from _table("front matter", _shown(preview.front_matter.items()))
    fields = [(f.name, f"{_value(f.value)}{_from(f)}") for f in preview.fields]
    yield from _table("columns", fields)
    yield from _table("captures", _shown(preview.captured.items()))
    yield from _list("links", [f"{link.href}  {link.text}".rstrip() for link in preview.links])
    yield from _list("images", preview.images)
    if preview.text_diff is None:
        title = f"text, {counted(len(preview.text), 'character')}"
        yield from _list(title, preview.text.split("\n") if preview.text else [])
    elif not preview.text_diff:
        yield f"{_title('text')}, which is the same"
    else:
        yield _title("text, as it changes")
        for line in preview.text_diff:
            yield _MARGIN + click.style(printable(line), fg=_COLOURS.get(line[:1]))
    yield ""


def _headline(preview: Preview) -> str:
    is_row = preview.outcome == "row"
    becomes = {"row": "a row", "rejected": "rejected"}.get(
        preview.outcome, f"excluded: {preview.outcome}"
    )
    kinds = [preview.format, preview.encoding, preview.language]
    if preview.front_matter_format != "none":
        kinds.append(f"front matter in {preview.front_matter_format}")
    said = ", ".join(filter(None, kinds))
    styled = click.style(becomes, fg="green" if is_row else "yellow", bold=True)
    return f"{click.style(printable(preview.path), bold=True)}: {said} → {styled}"


def _from(field: PreviewField) -> str:
    """Where a value comes from, if that is not its name's line."""
    if field.origin == "body":
        return click.style("  (captured in the body)", dim=True)
    if field.origin is None:
        return ""
    is_named = field.key != field.name or field.origin == "page"
    key = f"`{field.key}`, " if is_named else ""
    line = f"line {field.line}" if field.line else "front matter"
    return click.style(f"  ({printable(key)}{line})", dim=True)


def _shown(members: Iterable[tuple[str, object]]) -> list[tuple[str, str]]:
    return [(name, _value(value)) for name, value in members]


def _value(value: object) -> str:
    """A text as it is, anything else as JSON."""
    if value is None or value == []:
        return _NOTHING
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return printable(text)


def _title(name: str) -> str:
    return click.style(name, bold=True)


def _table(name: str, rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    if rows:
        yield _title(name)
        widest = min(24, max(len(printable(key)) for key, _ in rows))
        for key, value in rows:
            yield f"{_MARGIN}{printable(key):<{widest}}  {value}"


def _list(name: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield _title(name)
        for line in lines:
            # The tabs between the cells of a row are no steering.
            yield _MARGIN + "\t".join(map(printable, line.split("\t")))


def profiles(found: Mapping[str, TextProfile]) -> Iterator[str]:
    """Each as the configuration that would say the same, below what it is for."""
    for name, profile in found.items():
        yield f"{click.style(name, bold=True)}: {profile.about}"
        yield f"{_MARGIN}# fields: {', '.join(field.name for field in profile.fields)}"
        for key in ("drop", "keep", "strip_templates"):
            if values := getattr(profile.rules, key):
                yield f"{_MARGIN}{key.replace('_', '-')} = {_toml(values)}"
        for capture in profile.rules.captures:
            yield f"{_MARGIN}[[text.capture]]"
            yield from (f"{_MARGIN}{line}" for line in _capture(capture))
        yield ""


def _capture(capture: Capture) -> Iterator[str]:
    keys = ("field", "selector", "where", "inner", "attribute", "comment", "pattern", "all")
    for key in keys:
        if value := getattr(capture, key):
            yield f"{key} = {_toml(value)}"


def _toml(value: object) -> str:
    """Texts, lists of them and `true`: JSON has the same spelling."""
    return json.dumps(value, ensure_ascii=False)
