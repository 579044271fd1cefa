"""The schemas that corpuskit brings along."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

PRESETS = ("article", "page", "any")


def preset_text(name: str) -> str:
    """The YAML of the preset called `name`.

    Raises:
        KeyError: there is no such preset.
    """
    if name not in PRESETS:
        raise KeyError(name)
    packaged = files("corpuskit") / "schemas"
    # A wheel holds them inside the package; a checkout, also an editable install, beside it.
    folder = packaged if packaged.is_dir() else Path(__file__).parent.parent / "schemas"
    return (folder / f"{name}.yaml").read_text("utf-8")
