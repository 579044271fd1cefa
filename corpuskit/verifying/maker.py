"""Who made a release, and what that lets us ask of it."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version as installed

from corpuskit.manifest import Manifest
from corpuskit.presets import PRESETS, preset_text
from corpuskit.schema import Schema
from corpuskit.schema_reader import read_schema, schema_digest

_WRITER = "corpuskit"
_RENDERERS = (_WRITER, "pyyaml")
"""What has a say in the bytes of documents: of other versions' nobody knows what they would be."""


def is_ours(manifest: Manifest) -> bool:
    """Whether this corpuskit made the release: then it knows every code, reason and form in it."""
    return manifest.generator.get(_WRITER) == installed(_WRITER)


def renders_alike(manifest: Manifest) -> bool:
    """Whether the documents of a release have to be the bytes that would be rendered here."""
    return not _other_renderers(manifest)


def remark(manifest: Manifest) -> str | None:
    """What is compared less closely because others made it; None where nothing is."""
    others = _other_renderers(manifest)
    if not others:
        return None
    compared = "documents are compared by what they say, not byte by byte"
    if _WRITER in others:
        compared += ", and unknown codes and reasons are let pass"
    named = " and ".join(f"{name} {manifest.generator.get(name, '?')}" for name in others)
    here = " and ".join(f"{name} {installed(name)}" for name in others)
    return f"made with {named}, read with {here}: {compared}"


def _other_renderers(manifest: Manifest) -> list[str]:
    made_with = manifest.generator
    return [
        name
        for name in _RENDERERS
        if made_with.get(name, None if name == _WRITER else installed(name)) != installed(name)
    ]


def preset_of(manifest: Manifest) -> Schema | None:
    """The preset that a release was built with: of it, alone, the whole schema is known here."""
    settings = manifest.config.get("schema")
    stated = settings.get("sha256") if isinstance(settings, dict) else None
    return _presets().get(stated) if isinstance(stated, str) else None


@cache
def _presets() -> dict[str, Schema]:
    read = (read_schema(preset_text(name), f"{name}.yaml") for name in PRESETS)
    return {schema_digest(schema): schema for schema in read if isinstance(schema, Schema)}
