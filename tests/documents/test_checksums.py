"""SHA256SUMS, written as coreutils reads it and read strictly."""

from __future__ import annotations

import hashlib
import pickle
import subprocess
from pathlib import Path

import pytest

from corpuskit.documents import checksums
from corpuskit.documents.checksums import ChecksumsError
from corpuskit.manifest import Manifest

A, B = "a" * 64, "b" * 64


def test_lines_are_in_the_order_of_the_paths_bytes() -> None:
    data = checksums.lines({"b": B, "é": A, "a/x": A, "Z": A})
    assert data.decode() == f"{A}  Z\n{A}  a/x\n{B}  b\n{A}  é\n"


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a b", f"{A}  a b\n"),
        (" a", f"{A}   a\n"),
        ("a\\b", f"\\{A}  a\\\\b\n"),
        ("a\nb", f"\\{A}  a\\nb\n"),
        ("a\rb", f"\\{A}  a\\rb\n"),
        ("*a", f"{A}  *a\n"),
    ],
)
def test_an_odd_name_is_escaped_and_comes_back(path: str, line: str) -> None:
    assert checksums.lines({path: A}).decode() == line
    assert checksums.parse(line.encode()) == {path: A}


def test_a_version_lists_what_its_manifest_does_and_the_files_beside_it(
    manifest: Manifest,
) -> None:
    sums = checksums.parse(checksums.render(manifest, {"manifest.json": b"x"}))
    assert sums == {
        "audit/rejected.jsonl": "8" * 64,
        "data/part-00000.parquet": "6" * 64,
        "data/part-00001.parquet": "7" * 64,
        "manifest.json": hashlib.sha256(b"x").hexdigest(),
    }


def test_no_files_are_no_lines() -> None:
    assert checksums.lines({}) == b""
    assert checksums.parse(b"") == {}


def test_sha256sum_accepts_odd_names(tmp_path: Path) -> None:
    names = ["plain", " blank ", "back\\slash", "line\nfeed", "-dash", "*star", "新闻", "a\\nb"]
    for name in names:
        (tmp_path / name).write_bytes(name.encode())
    digests = {name: hashlib.sha256(name.encode()).hexdigest() for name in names}
    (tmp_path / "SHA256SUMS").write_bytes(checksums.lines(digests))
    check = ("sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS")
    subprocess.run(check, cwd=tmp_path, check=True)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"{A}  a", 1),
        (f"{A}  a\n{B}  b", 2),
        (f"{A} a\n", 1),
        (f"{A} *a\n", 1),
        (f"{A}\ta\n", 1),
        (f"{A}  \n", 1),
        (f"{A}\n", 1),
        ("\n", 1),
        ("# comment\n", 1),
        (f"{'A' * 64}  a\n", 1),
        (f"{'a' * 63}  a\n", 1),
        (f"{A}  a\n{B}  a\n", 2),
        (f"{A}  /a\n", 1),
        (f"{A}  ../a\n", 1),
        (f"{A}  a/../b\n", 1),
        (f"{A}  ./a\n", 1),
        (f"{A}  a//b\n", 1),
        (f"{A}  a/\n", 1),
        (f"{A}  a\\b\n", 1),
        (f"{A}  a\rb\n", 1),
        (f"\\{A}  a\n", 1),
        (f"\\{A}  a\\tb\n", 1),
        (f"\\{A}  a\\\n", 1),
        (f"{A}  a\x00b\n", 1),
        (f"{A}  a\r\n", 1),
    ],
)
def test_anything_else_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(ChecksumsError) as caught:
        checksums.parse(text.encode())
    assert caught.value.line == line


def test_bytes_that_are_no_utf8_are_refused_with_their_line() -> None:
    with pytest.raises(ChecksumsError, match="line 2: is not UTF-8"):
        checksums.parse(f"{A}  a\n".encode() + b"\xff")


def test_the_error_survives_pickling() -> None:
    again = pickle.loads(pickle.dumps(ChecksumsError(3, "is odd")))
    assert (str(again), again.line) == ("line 3: is odd", 3)
