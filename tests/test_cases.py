"""The cases: what real corpora hold, and what must come of it, code by code.

`tests/cases/<code>-<name>/` has two folders: what is below `reject` must give the code, what is
below `accept` is the nearest thing that must not. `tests/cases/README.md` says how expectations are
written.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from corpuskit.building import build
from corpuskit.codes import Code
from corpuskit.errors import ConfigurationError
from corpuskit.executors import InlineExecutor
from corpuskit.model import Diagnostic, Source
from corpuskit.outcome import BuildResult
from corpuskit.packs import PackFolder, take_rows
from corpuskit.parse_rules import BatchRules, ParseRules
from corpuskit.parsing import parse_sources
from corpuskit.settings import load_settings
from corpuskit.sources.table import Sources
from corpuskit.stage_rules import parse_rules
from corpuskit.verifying import verify

from .cases.corpora import CORPORA, article, publishable
from .cases.releases import RELEASES

Json = dict[str, Any]

CASES = Path(__file__).parent / "cases"
SIDECAR = ".expected.json"
SETTINGS = ("corpuskit.toml", "schema.yaml")
CREATED = "2024-01-01T00:00:00Z"
NOBODY = 65534


@dataclass(frozen=True, slots=True)
class Case:
    """One input and what must come of it; `name` is its path below the cases.

    A made one is named after its maker, which stands behind a colon.
    """

    name: str
    expected: Json

    @property
    def code(self) -> str:
        """The code that the case is about."""
        return self.name[: len("CK101")]

    @property
    def side(self) -> str:
        """`accept` or `reject`."""
        return re.split("[/:]", self.name)[1]

    @property
    def path(self) -> Path:
        """Where the input is, unless it is made."""
        return CASES / self.name

    @property
    def maker(self) -> str:
        """What makes the input."""
        return self.name.rpartition(":")[2]

    @property
    def expected_codes(self) -> list[str]:
        """The codes of all diagnostics that are expected."""
        listed = self.expected["diagnostics"]
        groups = listed.values() if isinstance(listed, dict) else [listed]
        return [entry["code"] for group in groups for entry in group]


def _name(path: Path) -> str:
    return path.relative_to(CASES).as_posix()


def _of_files() -> list[Case]:
    return [
        Case(_name(path).removesuffix(SIDECAR), json.loads(path.read_bytes()))
        for path in sorted(CASES.rglob(f"*{SIDECAR}"))
        if path.name != SIDECAR
    ]


def _of_folders() -> list[Case]:
    return [
        Case(_name(path.parent), json.loads(path.read_bytes()))
        for path in sorted(CASES.rglob("expected.json"))
    ]


def _of_makers() -> list[Case]:
    return [
        Case(f"{_name(path.parent)}:{entry['maker']}", entry["expected"])
        for path in sorted(CASES.rglob("made.json"))
        for entry in json.loads(path.read_bytes())
    ]


FILES, FOLDERS, MADE = _of_files(), _of_folders(), _of_makers()
ALL = [*FILES, *FOLDERS, *MADE]
SOURCES = [case for case in FILES if case.code < "CK6"]
CONFIGURATIONS = [case for case in FILES if case.code >= "CK6"]
MADE_CORPORA = [case for case in MADE if case.code < "CK6"]
MADE_RELEASES = [case for case in MADE if case.code >= "CK8"]


def by_name(cases: Sequence[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=[case.name for case in cases])


# What there is


def test_every_code_has_a_folder_of_its_own_name() -> None:
    folders = sorted(
        path.name for path in CASES.iterdir() if path.is_dir() and path.name[:2] == "CK"
    )
    assert folders == [f"{code}-{code.label}" for code in Code]


@pytest.mark.parametrize("side", ["accept", "reject"])
def test_every_code_has_cases_on_both_sides(side: str) -> None:
    held = {case.code for case in ALL if case.side == side}
    assert [code for code in Code if code not in held] == []


def test_what_must_give_a_code_expects_it_and_its_neighbours_do_not() -> None:
    wrong = [c.name for c in ALL if (c.code in c.expected_codes) is not (c.side == "reject")]
    assert wrong == []


def test_every_file_of_a_case_is_looked_at() -> None:
    known = {case.path for case in FILES}
    for path in CASES.glob("CK*/**/*"):
        own = path in known or path.name.endswith((SIDECAR, "expected.json", "made.json"))
        in_corpus = not {"corpus", "before"}.isdisjoint(path.relative_to(CASES).parts)
        assert path.is_dir() or own or in_corpus or path.name in SETTINGS, path


def test_every_maker_makes_a_case() -> None:
    assert {case.maker for case in MADE} == CORPORA.keys() | RELEASES.keys()


def shapes() -> dict[str, list[str]]:
    """The rows of the table in the cases' README: a shape, and the cases that have it."""
    text = (CASES / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z0-9-]+)` \|[^|]*\| (.*?) \|$", text, re.MULTILINE)
    return {shape: re.findall(r"`([^`]+)`", listed) for shape, listed in rows}


def test_every_shape_of_the_table_has_its_cases() -> None:
    names = [case.name for case in ALL]
    missing = [
        f"{shape}: {pattern}"
        for shape, patterns in shapes().items()
        for pattern in patterns or ["none"]
        if not any(
            name == pattern or name.startswith((f"{pattern}/", f"{pattern}:")) for name in names
        )
    ]
    assert missing == []
    assert len(shapes()) >= 60


# Single sources


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one source."""

    diagnostics: tuple[Diagnostic, ...]
    row: Json | None
    excluded: str | None


@pytest.fixture(scope="session")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """What became of every source, by its name: each of the settings is one batch of the worker."""
    groups: dict[ParseRules, list[Case]] = {}
    for case in SOURCES:
        rules = parse_rules(load_settings(case.path.parent))
        groups.setdefault(rules, []).append(case)
    found: dict[str, Outcome] = {}
    for rules, cases in groups.items():
        found |= _outcomes(rules, cases, tmp_path_factory.mktemp("packs"))
    return found


def _outcomes(rules: ParseRules, cases: Sequence[Case], scratch: Path) -> dict[str, Outcome]:
    sources = Sources.of(Source(case.name, str(case.path)) for case in cases)
    packs = PackFolder(str(scratch))
    corpus = parse_sources(sources, BatchRules(rules), InlineExecutor(), 1, packs)
    rows: dict[str, Json] = {}
    if corpus.index.num_rows:
        index = corpus.index.select(["place", "pack", "row"]).to_pydict()
        places = list(zip(index["pack"], index["row"], strict=True))
        taken = take_rows(dict(enumerate(corpus.packs)), places).to_pylist()
        paths = [corpus.leaves.path(place) for place in index["place"]]
        rows = dict(zip(paths, taken, strict=True))
    diagnostics = corpus.diagnostics
    excluded = {e.path: e.reason for e in corpus.exclusions}
    rejected = {r.path for r in corpus.rejections}
    assert len(rows) + len(excluded) + len(rejected) == len(cases)
    return {
        case.name: Outcome(
            tuple(d for d in diagnostics if d.path == case.name),
            rows.get(case.name),
            excluded.get(case.name),
        )
        for case in cases
    }


def _told(diagnostics: Sequence[Diagnostic], expected: Sequence[Json]) -> list[Json]:
    """Diagnostics as expectations are written; a message or help that is quoted is looked up."""
    return [
        _entry(found, expected[n] if n < len(expected) else {})
        for n, found in enumerate(diagnostics)
    ]


def _entry(found: Diagnostic, expected: Mapping[str, object]) -> Json:
    entry: Json = {"code": str(found.code)}
    if found.place is not None:
        entry |= {"line": found.place.line, "column": found.place.column}
    if found.field is not None:
        entry["field"] = found.field
    if found.severity is not found.code.severity:
        entry["severity"] = str(found.severity)
    for key, text in (("message", found.message), ("help", found.help or "")):
        if key in expected:
            entry[key] = expected[key] if str(expected[key]) in text else text
    return entry


def _cells(row: Json, expected: Json) -> Json:
    """The columns that are expected of a row, as expectations are written."""
    text = row["text"]
    cells: Json = {}
    for name, value in expected.items():
        match name:
            case "text_contains":
                cells[name] = [part for part in value if part in text] or text
            case "text_lacks":
                cells[name] = [part for part in value if part not in text] or text
            case "front_matter":
                cells[name] = json.loads(row[name])
            case _:
                cells[name] = _plain(row[name])
    return cells


def _plain(cell: object) -> object:
    if isinstance(cell, datetime.datetime):
        return cell.isoformat().replace("+00:00", "Z")
    return cell.isoformat() if isinstance(cell, datetime.date) else cell


@by_name(SOURCES)
def test_source(case: Case, outcomes: dict[str, Outcome]) -> None:
    outcome, expected = outcomes[case.name], case.expected
    row = outcome.row and _cells(outcome.row, expected.get("row", {}))
    assert {
        "diagnostics": _told(outcome.diagnostics, expected["diagnostics"]),
        "row": row,
        "excluded": outcome.excluded,
    } == {
        "diagnostics": expected["diagnostics"],
        "row": expected.get("row"),
        "excluded": expected.get("excluded"),
    }
    if outcome.row is not None:
        body, encoding = outcome.row["body"], outcome.row["encoding"]
        assert body.encode(encoding) in case.path.read_bytes()


# Whole corpora


@pytest.fixture
def workshop() -> Iterator[Path]:
    """A folder that other users may look into, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "out").mkdir()
        (folder / "out").chmod(0o777)
        yield folder


@contextmanager
def _unprivileged() -> Iterator[None]:
    """Be nobody for a while: root may read what nobody may."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def _built(case: Case, result: BuildResult, sources: Path) -> Json:
    """What is expected of a build, as it turned out."""
    expected = case.expected
    diagnostics: dict[str, list[Diagnostic]] = {}
    for found in result.diagnostics:
        diagnostics.setdefault(found.path or "", []).append(found)
    counts = {name: getattr(result.counts, name) for name in expected["counts"]}
    told: Json = {
        "status": result.status,
        "counts": counts,
        "diagnostics": {
            path: _told(found, expected["diagnostics"].get(path, []))
            for path, found in diagnostics.items()
        },
        "naive_dates": dict(result.naive_dates),
    }
    rows = pq.read_table(result.path / "data")["path"].to_pylist()
    names = sorted((path.name for path in sources.iterdir()), key=os.fsencode)
    told["rows"] = expected["rows"] if expected["rows"] == "as made" and rows == names else rows
    told["duplicates"] = _audit(result, "duplicates", "kept_path")
    told["excluded"] = _audit(result, "excluded", "reason")
    return {name: told[name] for name in expected if name in told}


def _audit(result: BuildResult, name: str, key: str) -> dict[str, str]:
    lines = (result.path / "audit" / f"{name}.jsonl").read_text("utf-8").splitlines()
    return {entry["path"]: entry[key] for entry in map(json.loads, lines)}


@by_name(FOLDERS)
def test_corpus(case: Case, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    for state in ("before", "corpus"):
        if (case.path / state).is_dir():
            shutil.rmtree(corpus, ignore_errors=True)
            shutil.copytree(case.path / state, corpus)
            result = build(
                corpus, out=tmp_path / "out", created=CREATED, workers=1, executor=InlineExecutor()
            )
    assert _built(case, result, corpus) == case.expected


@by_name(MADE_CORPORA)
def test_made_corpus(case: Case, workshop: Path) -> None:
    corpus = workshop / "corpus"
    corpus.mkdir()
    for name, body in (("a.md", "潮水退了。"), ("b.md", "潮水又涨了。")):
        (corpus / name).write_text(article(name, body), "utf-8")
    # Imports are done as who we are: nobody may not be allowed to read the interpreter's files.
    build(corpus, out=workshop / "first", workers=1, executor=InlineExecutor())
    made = CORPORA[case.maker](corpus)
    rights = _unprivileged() if made.unprivileged else nullcontext()
    with made.executor as executor, rights:
        # What other cases have parsed is not to be known.
        out = workshop / "out"
        result = build(corpus, out=out, created=CREATED, cache=False, workers=1, executor=executor)
        told = _built(case, result, corpus)
    assert told == case.expected


# Configurations and schemas


@by_name(CONFIGURATIONS)
def test_configuration(case: Case, tmp_path: Path) -> None:
    is_config, is_list = (case.path.suffix == suffix for suffix in (".toml", ".txt"))
    config, schema = (case.path, None) if is_config else (None, str(case.path))
    if is_list:
        config, schema = tmp_path / "corpuskit.toml", None
        config.write_text(f"[dataset]\nwithdraw = {json.dumps(str(case.path))}\n", "utf-8")
    found: tuple[Diagnostic, ...] = ()
    try:
        load_settings(case.path.parent, config, schema)
    except ConfigurationError as error:
        found = error.diagnostics
    assert _told(found, case.expected["diagnostics"]) == case.expected["diagnostics"]
    assert all((diagnostic.path or "").endswith(case.name) for diagnostic in found)


# Releases


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of one small version, with something in each file of its audit."""
    folder = tmp_path_factory.mktemp("dataset")
    (folder / "corpus").mkdir()
    publishable(folder / "corpus")
    result = build(
        folder / "corpus",
        name="harbour",
        out=folder,
        created=CREATED,
        workers=1,
        executor=InlineExecutor(),
    )
    return result.path.parent


@by_name(MADE_RELEASES)
def test_release(case: Case, dataset: Path, tmp_path: Path) -> None:
    copy = tmp_path / dataset.name
    shutil.copytree(dataset, copy)
    for path in copy.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    release, signer = RELEASES[case.maker](copy), tmp_path / "signer.pub"
    found = verify(release, signer=signer if signer.exists() else None)
    told = [{"code": str(d.code), "path": d.path} for d in found]
    assert told == case.expected["diagnostics"]
