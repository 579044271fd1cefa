"""Lines of sources beside diagnostics: what is printed may end in a log that others read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from corpuskit.masking import may_show_secret

Run = Callable[..., Result]

SECRETS = [
    "token: {a: 1, a: hunter2}",
    "token: hunter2: x",
    "api_key: [hunter2, [",
    'db: {"password": "hunter2", b: 1, b: 2}',
    "token:\n  a: hunter2\n  a: 1",
    "token:\n  - b: hunter2\n    b: 1",
    "token:\n- b: hunter2\n  b: hunter2",
    "db:\n  password:\n\n    a: 1\n    a: hunter2",
    "token: ['x\n  - hunter2']\ntoken: 1",
    "token:\n  - hunter2\n     - hunter2",
    "token: !!hunter2 x",
]


@pytest.mark.parametrize("lines", SECRETS)
@pytest.mark.parametrize("output", ["text", "json"])
def test_no_secret_is_printed_by_check(run: Run, tmp_path: Path, lines: str, output: str) -> None:
    source = tmp_path / "a.md"
    source.write_text(f"---\ntitle: x\ndate: 2024-01-01\n{lines}\n---\nText.\n")
    done = run("check", source, "--output-format", output)
    assert "CK2" in done.stdout, "something is said of the lines"
    assert "hunter2" not in done.stdout


@pytest.mark.parametrize("lines", SECRETS)
def test_no_secret_is_in_a_release_or_its_views(run: Run, tmp_path: Path, lines: str) -> None:
    folder, out = tmp_path / "articles", tmp_path / "out"
    folder.mkdir()
    (folder / "a.md").write_text(f"---\ntitle: x\ndate: 2024-01-01\n{lines}\n---\nText.\n")
    for number in range(3):
        good = f"---\ntitle: x\ndate: 2024-01-0{number + 1}\n---\nText {number}.\n"
        (folder / f"{number}.md").write_text(good)
    built = run("build", folder, "--out", out, "--no-cache")
    assert built.exit_code == 0, built.output
    release = out / "articles/1.0.0"
    views = [
        built,
        run("show", release, "--rejects"),
        run("show", release, "--rejects", "--json"),
        run("show", release, "--json"),
        run("export", release, "--to", "jsonl"),
        run("export", release, "--to", "csv"),
        run("where", release, "0.md"),
    ]
    assert [view.output for view in views if "hunter2" in view.output] == []
    files = [path for path in release.rglob("*") if path.is_file()]
    assert [path.name for path in files if b"hunter2" in path.read_bytes()] == []


@pytest.mark.parametrize(
    "line", ["title: the secret: a garden", "author: A. Token", "pass the salt", "tokens: 4"]
)
def test_lines_that_speak_of_secrets_are_shown(run: Run, tmp_path: Path, line: str) -> None:
    source = tmp_path / "a.md"
    source.write_text(f"---\ndate: 2024-01-01\n{line}\n{line}\n---\nText.\n")
    shown = not may_show_secret(line)
    assert (line in run("check", source).stdout) == shown
    assert shown == (line != "title: the secret: a garden")
