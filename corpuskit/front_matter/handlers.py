"""Handlers for python-frontmatter: its protocol, our readers.

python-frontmatter detects, splits, loads and exports front matter through handler objects. These
take its place for reading: `split` knows the fences that its patterns miss (leading blank lines,
bare JSON, an absent opener, `...`), `read` gives values as written, with places. They also work
with the library itself: `frontmatter.loads(text, handler=YamlHandler())`.
"""

from __future__ import annotations

import re
from typing import Any

from frontmatter.default_handlers import BaseHandler, JSONHandler, YAMLHandler

from corpuskit.front_matter.fences import Block, Spelling, find_block
from corpuskit.front_matter.json_values import read_json
from corpuskit.front_matter.pelican import read_pelican
from corpuskit.front_matter.toml_values import read_toml
from corpuskit.front_matter.tree import Fault, Notice, Tree
from corpuskit.front_matter.yaml_repair import read_tolerantly


class ReadingHandler(BaseHandler):
    """What the handlers share: fences by `find_block`, values by `read`."""

    spelling: Spelling

    def detect(self, text: str) -> bool:
        """Whether `text` opens with this handler's front matter."""
        block = find_block(text)
        return isinstance(block, Block) and block.spelling is self.spelling

    def split(self, text: str) -> tuple[str, str]:
        """The block's inside and the body, nothing stripped.

        Raises:
            ValueError: the text has no front matter of this handler.
        """
        block = find_block(text)
        if not isinstance(block, Block) or block.spelling is not self.spelling:
            raise ValueError(f"the text has no {self.spelling} front matter")
        inner = text[slice(*block.inner)]
        return inner, text[block.body_start :]

    def read(self, inner: str) -> tuple[Tree | Fault, list[Notice]]:
        """Values and places of a block's inside; offsets are into `inner`."""
        raise NotImplementedError

    def load(self, fm: str, **_: object) -> dict[str, Any]:
        """The values of a block, as python-frontmatter asks for them.

        Raises:
            ValueError: the block cannot be read, or is not a mapping.
        """
        tree, _notices = self.read(fm)
        if isinstance(tree, Fault):
            raise ValueError(tree.message)  # noqa: TRY004 - what the library's callers catch
        if tree.values is None:
            return {}
        if not isinstance(tree.values, dict):
            raise ValueError("the front matter is not a mapping")  # noqa: TRY004
        return tree.values


class YamlHandler(ReadingHandler, YAMLHandler):
    """YAML between fences, or above one (Hexo)."""

    spelling = Spelling.YAML

    def read(self, inner: str) -> tuple[Tree | Fault, list[Notice]]:
        """Read YAML as written, repaired line by line where it does not parse."""
        return read_tolerantly(inner)


class TomlHandler(ReadingHandler):
    """TOML between `+++` fences."""

    spelling = Spelling.TOML
    FM_BOUNDARY = re.compile(r"^\+{3,}\s*$", re.MULTILINE)
    START_DELIMITER = END_DELIMITER = "+++"

    def read(self, inner: str) -> tuple[Tree | Fault, list[Notice]]:
        """Read TOML; its own types come back as text."""
        return read_toml(inner), []


class JsonHandler(ReadingHandler, JSONHandler):
    """A bare JSON object; the block's inside is the rest of the text."""

    spelling = Spelling.JSON

    def split(self, text: str) -> tuple[str, str]:
        """The object and what follows it."""
        inner, _ = super().split(text)
        _tree, end = read_json(inner)
        return inner[:end], inner[end:]

    def read(self, inner: str) -> tuple[Tree | Fault, list[Notice]]:
        """Read the object that `inner` starts with."""
        tree, _end = read_json(inner)
        return tree, []


class PelicanHandler(ReadingHandler):
    """Pelican's header lines."""

    spelling = Spelling.PELICAN
    FM_BOUNDARY = re.compile(r"^\s*$", re.MULTILINE)
    START_DELIMITER = END_DELIMITER = ""

    def read(self, inner: str) -> tuple[Tree | Fault, list[Notice]]:
        """Read `Key: value` lines."""
        return read_pelican(inner), []


HANDLERS: dict[Spelling, ReadingHandler] = {
    handler.spelling: handler
    for handler in (YamlHandler(), TomlHandler(), JsonHandler(), PelicanHandler())
}
