"""Rules for text as a manifest states them, read back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from corpuskit.manifest_json import load
from corpuskit.text_profiles import PROFILES, with_rules
from corpuskit.text_rules import Capture, PathRules, TextRules
from corpuskit.verifying.stated_rules import text_rules_of

EVERYTHING = TextRules(
    "beautifulsoup",
    drop=("a",),
    captures=(
        Capture("a", "p", pattern=("x", "y"), all=True),
        Capture("b", comment=True, pattern="(z)"),
        Capture("c", "a", where="q", inner="b", attribute="href"),
    ),
    keep=("p",),
    strip_templates=("hexo", "mdx"),
    profile="hexo",
    by_path=(PathRules(("a/", "!b"), TextRules(mode="article", drop_lines=("end",))),),
    drop_lines_beginning=("By ",),
)


@pytest.mark.parametrize(
    "rules", [TextRules(), EVERYTHING, *(with_rules(TextRules(), name) for name in PROFILES)]
)
def test_what_a_build_states_is_read_back_as_it_was(release: Path, rules: TextRules) -> None:
    manifest = load((release / "manifest.json").read_bytes())
    stated = json.loads(json.dumps(rules.stated()))
    config = {**manifest.config, "text": stated}
    assert text_rules_of(replace(manifest, config=config)) == rules
