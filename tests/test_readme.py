"""What the README and the committed example release promise is what the tool does."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import corpuskit

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
EXAMPLE = ROOT / "datasets" / "harbor-gazette" / "1.0.0"


def _session() -> list[tuple[str, str]]:
    """The commands of the README's first session, each with what it prints."""
    block = README.split("<!-- session -->")[1].split("<!-- /session -->")[0]
    lines = block.strip().removeprefix("```console\n").removesuffix("```")
    parts = [part.split("\n", 1) for part in lines.removeprefix("$ ").split("\n$ ")]
    return [(command, printed.strip("\n")) for command, printed in parts]


def test_first_session_is_what_the_commands_print(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    folder = Path(sys.executable).parent
    environment = {
        **os.environ,
        "COLUMNS": "100",
        "PATH": os.pathsep.join([str(folder), os.environ["PATH"]]),
    }
    session = _session()
    assert len(session) >= 4
    for command, printed in session:
        done = subprocess.run(
            command.split(), cwd=tmp_path, capture_output=True, env=environment, encoding="utf-8"
        )
        assert done.stdout.strip("\n") == printed, command


def _snippet() -> str:
    found = re.search(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def test_python_of_the_readme_runs_where_it_stands() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _snippet()], cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "三日海洋预报：先起雾，后刮风" in done.stdout


def test_python_of_the_readme_needs_only_what_make_demo_installs() -> None:
    locked = (ROOT / "requirements" / "demo.txt").read_text("utf-8")
    imported = set(re.findall(r"^import (\w+)", _snippet(), re.MULTILINE)) - {"corpuskit"}
    assert {"duckdb", "pyarrow"} <= imported
    assert [n for n in imported if not re.search(rf"^{n}==", locked, re.MULTILINE)] == []


def test_committed_release_holds() -> None:
    assert corpuskit.verify(EXAMPLE) == ()
    assert corpuskit.verify(EXAMPLE.parent) == ()


def test_committed_release_is_what_the_example_corpus_builds(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    built = corpuskit.build(tmp_path / "examples/harbor-gazette/articles", out=tmp_path / "out")
    committed, again = corpuskit.load(EXAMPLE).manifest, corpuskit.load(built.path).manifest
    assert again.content_sha256 == committed.content_sha256
    assert again.counts == committed.counts
    assert again.sources.merkle_root == committed.sources.merkle_root
