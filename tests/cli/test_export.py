"""`corpuskit export` and `corpuskit where`."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

import corpuskit

Run: TypeAlias = Callable[..., Result]


def test_lines_of_json_hold_every_row_and_value(run: Run, release: Path) -> None:
    result = run("export", release)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    rows = corpuskit.load(release).to_arrow().to_pylist()
    assert len(lines) == 3
    for line, row in zip(lines, rows, strict=True):
        assert list(line) == list(row)
        spelled = {**row, "date": row["date"].strftime("%Y-%m-%dT%H:%M:%SZ")}
        assert line == spelled


def test_csv_holds_the_columns_that_are_asked_for(run: Run, release: Path) -> None:
    result = run("export", release, "--to", "csv", "--columns", "title,date,links,updated,n_chars")
    table = list(csv.reader(io.StringIO(result.stdout)))
    assert table == [
        ["title", "date", "links", "updated", "n_chars"],
        ["Harbour", "2024-05-01T02:00:00Z", "[]", "", "6"],
        ["港口公报", "2024-05-02T10:00:00Z", "[]", "", "77"],
        ["Tide [bold]", "2024-05-03T10:00:00Z", "[]", "", "11"],
    ]


def test_a_file_is_written_whole_or_not_at_all(run: Run, release: Path, tmp_path: Path) -> None:
    target = tmp_path / "rows.jsonl"
    assert run("export", release, "-o", target).stdout == ""
    assert len(target.read_bytes().splitlines()) == 3
    assert run("export", release, "--columns", "nope", "-o", tmp_path / "no.csv").exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["rows.jsonl"]


def test_a_reader_that_has_had_enough_ends_it(run: Run, tmp_path: Path) -> None:
    """What does not fit into a pipe is left in it."""
    text = "---\ntitle: T\ndate: 2021-01-01\n---\n" + "long " * 200_000
    (tmp_path / "a.md").write_text(text)
    run("build", tmp_path, "--out", tmp_path / "out", "--name", "x", "--workers", 1, "-q")
    command = f"{sys.executable} -m corpuskit export {tmp_path}/out/x | head -c 10"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")


def test_what_is_there_and_no_plain_file_is_written_to(
    run: Run, release: Path, tmp_path: Path
) -> None:
    assert run("export", release, "-o", "/dev/null").exit_code == 0
    assert Path("/dev/null").is_char_device()
    (tmp_path / "real.jsonl").write_text("old")
    (tmp_path / "link.jsonl").symlink_to("real.jsonl")
    run("export", release, "-o", tmp_path / "link.jsonl")
    assert (tmp_path / "link.jsonl").is_symlink()
    assert len((tmp_path / "real.jsonl").read_bytes().splitlines()) == 3
    missing = run("export", release, "-o", tmp_path / "nowhere/rows.jsonl")
    assert (missing.exit_code, (tmp_path / "nowhere").exists()) == (2, False)


def test_csv_keeps_texts_with_any_line_break(run: Run, tmp_path: Path) -> None:
    body = 'one\rtwo\r\nthree\nfour, "five"'
    (tmp_path / "a.md").write_bytes(b"---\ntitle: T\ndate: 2021-01-01\n---\n" + body.encode())
    run("build", tmp_path, "--out", tmp_path / "out", "--name", "x", "--workers", 1, "-q")
    lines = corpuskit.export(corpuskit.load(tmp_path / "out/x"), "csv", ["body", "n_chars"])
    table = list(csv.reader(io.StringIO(b"".join(lines).decode(), newline="")))
    assert [row[0] for row in table] == ["body", body]


@pytest.mark.parametrize("named", ["path", "id"])
def test_a_row_is_traced_to_its_source(run: Run, release: Path, named: str) -> None:
    row = corpuskit.load(release).to_arrow().to_pylist()[0]
    lines = run("where", release, row[named]).stdout.splitlines()
    assert lines[0] == "a.md"
    assert [line.split(maxsplit=1) for line in lines[1:2]] == [["id", row["id"]]]
    assert f"    source SHA-256  {row['source_sha256']}" in lines
    assert "    versions        1.0.0" in lines


def test_programs_get_what_was_found_in_the_source(run: Run, release: Path) -> None:
    found = json.loads(run("where", release, "b.md", "--json").stdout)
    assert (found["path"], found["commit"], found["versions"]) == ("b.md", None, ["1.0.0"])
    assert [d["code"] for d in found["diagnostics"]] == [
        d.code for d in corpuskit.load(release).diagnostics() if d.path == "b.md"
    ]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("坏.md", "has no row '坏.md': its source was rejected for CK204, CK311"),
        ("draft.md", "its source was left out, draft"),
        ("copy.md", "its source has the text of b.md"),
        ("nowhere.md", "gazette 1.0.0 has no row 'nowhere.md'"),
    ],
)
def test_why_a_source_is_no_row_is_said(run: Run, release: Path, path: str, said: str) -> None:
    result = run("where", release, path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_versions_in_which_the_row_differs_are_told_apart(
    run: Run, corpus: Path, tmp_path: Path
) -> None:
    build = ("build", corpus, "--out", tmp_path / "out", "--name", "x", "--workers", 1, "-q")
    run(*build)
    text = (corpus / "a.md").read_text("utf-8")
    (corpus / "a.md").write_text(text.replace("Harbour", "Harbours"), "utf-8")
    run(*build)
    (corpus / "c.md").unlink()
    run(*build)
    changed = run("where", tmp_path / "out/x", "a.md").stdout
    assert "    versions        1.1.0, 1.2.0; another row in 1.0.0" in changed
    assert (
        "    versions        1.0.0, 1.1.0\n" in run("where", tmp_path / "out/x@1.1", "c.md").stdout
    )


def test_rows_are_chosen_by_an_expression(release: Path) -> None:
    import pyarrow.compute as pc

    loaded = corpuskit.load(release)
    long = pc.field("n_chars") > 10
    assert loaded.to_arrow(["path"], long)["path"].to_pylist() == ["b.md", "c.md"]
    assert loaded.to_polars(["path"], long)["path"].to_list() == ["b.md", "c.md"]
    assert list(loaded.to_pandas(["path"], long)["path"]) == ["b.md", "c.md"]
    with pytest.raises(corpuskit.ReleaseError):
        loaded.to_arrow(["path"], pc.field("nope") > 1)
