"""YAML of plain values: the header of a README and the whole of CITATION.cff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import yaml

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain]"


def to_yaml(members: Mapping[str, Plain]) -> str:
    """`members` as a YAML mapping in their order, one line a short value, never folded."""
    text: str = yaml.safe_dump(
        dict(members), allow_unicode=True, sort_keys=False, default_flow_style=False, width=10**9
    )
    return text


def header(members: Mapping[str, Plain]) -> str:
    """`members` as the front matter of a Markdown document."""
    return f"---\n{to_yaml(members)}---\n"
