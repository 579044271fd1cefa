"""Functions that are imported where they are called.

Workers call what their parent never does, and some things are seldom called at all; importing the
engines behind them takes longer than looking at 10 000 files.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class Named:
    """The function of that name in a module, which is imported where it is called."""

    module: str
    name: str

    def __call__(self, *args: object, **kwargs: object) -> Any:  # noqa: ANN401 - whatever it gives
        """Call it."""
        return getattr(import_module(self.module), self.name)(*args, **kwargs)

    @property
    def __name__(self) -> str:
        return self.name
