"""The columns of quality, held against `text`: what no build writes into them."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version as installed
from typing import NamedTuple

from corpuskit.manifest import Manifest
from corpuskit.model import Cell
from corpuskit.named import Named
from corpuskit.quality.rules import GROUP_OF, KINDS, SIGNALS, columns_by, masked_by

# Few releases have such columns, and to import what counts takes 20 ms.
_signals = Named("corpuskit.quality.signals", "signals")
_find_private = Named("corpuskit.quality.private", "find_private")

_RECOUNTED = ("counts", "shares", "lines", "script", "pii")
"""The groups that are counted again; repetition takes longer than all else that verify does."""

_DETECTOR = "resiliparse"


class Wrong(NamedTuple):
    """The rows of a batch in which a column is not what was expected of it, which is said."""

    column: str
    rows: list[bool]
    expected: str


@dataclass(frozen=True, slots=True)
class SignalRules:
    """What a manifest lets the columns of quality be.

    `recounted` are those that must be what is counted here: the kinds of characters are those of
    Python's Unicode, and a language is what its detector says.
    """

    columns: tuple[str, ...] = ()
    recounted: tuple[str, ...] = ()
    masked: tuple[str, ...] = ()

    @classmethod
    def of(cls, manifest: Manifest) -> SignalRules:
        """The rules of a release that this corpuskit made."""
        columns, masked = columns_by(manifest.config), masked_by(manifest.config)
        made_with = manifest.generator
        alike = made_with.get(_DETECTOR) == installed(_DETECTOR) and _minor(
            made_with.get("python", "")
        ) == _minor(platform.python_version())
        hidden = {f"pii_{kind.replace('-', '_')}" for kind in masked}
        recounted = (name for name in columns if GROUP_OF[name] in _RECOUNTED)
        return cls(columns, tuple(n for n in recounted if n not in hidden) if alike else (), masked)

    def wrong(self, cells: Mapping[str, Sequence[Cell]]) -> Iterator[Wrong]:
        """What is wrong in a batch, as far as its columns are published."""
        for name in self.columns:
            if name in cells and SIGNALS[name].kind == "number" and name != "mean_line_chars":
                odd = [cell is not None and not _is_share(cell) for cell in cells[name]]
                yield Wrong(name, odd, "a share from 0 to 1")
        texts = cells.get("text")
        if texts is None:
            return
        yield from self._recounted(cells, [t if isinstance(t, str) else "" for t in texts])
        if self.masked:
            kinds = [{one.kind for one in _find_private(str(text))} for text in texts]
            for kind in self.masked:
                left = [kind in found for found in kinds]
                yield Wrong("text", left, f"no {KINDS[kind]}, which are masked")

    def _recounted(
        self, cells: Mapping[str, Sequence[Cell]], texts: Sequence[str]
    ) -> Iterator[Wrong]:
        names = [name for name in self.recounted if name in cells]
        groups = {GROUP_OF[name] for name in names}
        counted = [_signals(text, groups) for text in texts] if names else []
        for name in names:
            odd = [
                cell != own[name] or type(cell) is not type(own[name])
                for cell, own in zip(cells[name], counted, strict=True)
            ]
            yield Wrong(name, odd, "what is counted in `text`")


def _is_share(cell: Cell) -> bool:
    return isinstance(cell, float) and 0 <= cell <= 1


def _minor(python: str) -> list[str]:
    return python.split(".")[:2]
