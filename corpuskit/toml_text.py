"""How TOML spells a text."""

from __future__ import annotations


def toml_text(text: str) -> str:
    """A string of TOML; a literal one where escapes would double every backslash."""
    if "\\" in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return f'"{"".join(map(_toml_character, text))}"'


def _toml_character(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    return char if char.isprintable() else f"\\U{ord(char):08x}"
