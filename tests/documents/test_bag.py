"""The documents of a bag; tests/publishing/test_archive.py has them accepted by another's tool."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from corpuskit.documents import bag
from corpuskit.manifest import Manifest

SUM = "0" * 64
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def test_names_that_would_end_a_line_are_escaped_as_the_standard_says(manifest: Manifest) -> None:
    """RFC 8493, 2.1.3: LF, CR and the percent sign, and nothing else."""
    said = bag.render(manifest, {"100 %.md\n": SUM, "资 料": SUM}, 0, {"tag\r": SUM})
    sums = f"{SUM}  data/100 %25.md%0A\n{SUM}  data/资 料\n"
    assert said["manifest-sha256.txt"].decode() == sums
    assert f"{SUM}  tag%0D\n" in said["tagmanifest-sha256.txt"].decode()


@given(st.dictionaries(NAMES, st.binary(min_size=32, max_size=32).map(bytes.hex)))
def test_a_manifest_says_every_path_and_digest(manifest: Manifest, payload: dict[str, str]) -> None:
    lines = bag.render(manifest, payload, 0, {})["manifest-sha256.txt"].decode().split("\n")
    assert lines.pop() == ""
    found = [re.fullmatch(r"([0-9a-f]{64})  data/(.+)", line, re.DOTALL) for line in lines]
    assert {unquote(m[2]): m[1] for m in found if m} == payload


def test_all_tag_files_are_in_the_tag_manifest(manifest: Manifest) -> None:
    said = bag.render(manifest, {"a": SUM}, 7, {"signatures/1.0.0.sig": SUM})
    sums = said.pop("tagmanifest-sha256.txt").decode().splitlines()
    listed = {name: sha256 for sha256, name in (line.split("  ") for line in sums)}
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in said.items()}
    assert listed == {**digests, "signatures/1.0.0.sig": SUM}
    assert b"Payload-Oxum: 7.1\n" in said["bag-info.txt"]
