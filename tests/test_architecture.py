"""The shape of the package, read from its syntax trees: who may import what.

The tables come first. An entry names a module of the package, or a folder with all that is in it;
`""` is the package itself. A new module has to be entered, and an entry that is true no longer has
to go.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import corpuskit

PACKAGE = Path(__file__).resolve().parents[1] / "corpuskit"

LAYERS = (
    ("vocabulary", ("codes", "dataset_names", "errors", "manifest", "model", "named", "schema")),
    (
        "core",
        (
            "article_licences",
            "body_faults",
            "columns",
            "config",
            "config_reader",
            "dates",
            "decode",
            "description_json",
            "documents",
            "entries",
            "front_matter",
            "identity",
            "index",
            "language",
            "leaves",
            "lines",
            "manifest_json",
            "masking",
            "near",
            "packs.rows",
            "pages",
            "parse",
            "parse_rules",
            "parts",
            "plan",
            "quality",
            "redaction",
            "refusal",
            "release_repr",
            "reporting.figures",
            "rows",
            "schema_reader",
            "shares",
            "shown_values",
            "signatures.attestation",
            "signatures.dsse",
            "signatures.ed25519",
            "signatures.public_keys",
            "sources.faults",
            "starting.inferring",
            "starting.key_usage",
            "strict_json",
            "substance",
            "suggesting.boilerplate",
            "suggesting.recurring",
            "suggesting.rules",
            "suggesting.selectors",
            "suggesting.toml_editing",
            "text",
            "text_profiles",
            "text_rules",
            "tombstones",
            "toml_places",
            "toml_text",
            "urls",
            "values",
            "versions",
            "withdrawals",
        ),
    ),
    (
        "shell",
        (
            "arguments",
            "article_rows",
            "audit",
            "batch",
            "build_means",
            "build_sources",
            "building",
            "cache",
            "checking",
            "clock",
            "constraints",
            "corpus",
            "dataset_folder",
            "describe",
            "discover",
            "disk",
            "executors",
            "fetch",
            "finding",
            "footers",
            "generator",
            "git",
            "hidden",
            "outcome",
            "packs",
            "parsing",
            "path_parser",
            "pipeline",
            "presets",
            "previewing",
            "progress",
            "provenance",
            "publishing",
            "releases",
            "reporting",
            "retracting",
            "rules",
            "settings",
            "shards",
            "sharing",
            "signatures",
            "signing",
            "sources",
            "stage_rules",
            "starting",
            "stores",
            "succession",
            "suggesting",
            "verifying",
            "withdrawing",
            "workers",
            "writing",
        ),
    ),
    ("edge", ("", "__main__", "cli")),
)
"""From the bottom up: a module imports from its own layer and from those above it in this table.

The longest entry that fits a module counts, so that a folder may hold modules of several layers.
"""

OWNERS: dict[str, tuple[str, ...]] = {
    "bs4": ("text.soup",),
    "click": ("cli",),
    "comrak": ("text.markdown",),
    "cryptography": ("signatures.ed25519",),
    "duckdb": ("releases.release", "releases.sql"),
    "frontmatter": ("front_matter.handlers",),
    "fsspec": ("fetch", "stores"),
    "huggingface_hub": ("stores.hub",),
    "jinja2": ("reporting.page",),
    "markupsafe": ("reporting.page",),
    "orjson": (
        "audit",
        "releases.exporting",
        "identity",
        "parse",
        "releases.row_changes",
        "packs.rows",
    ),
    "pandas": ("releases.release",),
    "pandera": ("constraints",),
    "pathspec": ("discover",),
    "polars": ("constraints", "releases.release"),
    "pyarrow.dataset": (
        "releases.release",
        "releases.files",
        "releases.sql",
        "releases.remote_parts",
    ),
    "pygal": ("reporting.charts",),
    "pyarrow.json": ("packs.rows",),
    "pyarrow.parquet": ("shards",),
    "rensa": ("near.minhash",),
    "resiliparse.extract": ("text.main_content",),
    "resiliparse.parse.encoding": ("decode",),
    "resiliparse.parse.html": ("text.lexbor",),
    "resiliparse.parse.lang": ("language",),
    "rich": ("cli",),
    "trafilatura": ("text.trafilatura_pages",),
    "yaml": ("documents.yaml_text", "front_matter.yaml_events"),
}
"""The modules that may import an engine; the longest name that fits an import counts."""

SHARED = {"pyarrow": "tables and batches are what the stages hand to each other"}
"""The engines that any module may import, with the reason; their owned parts are above."""

KEPT_APART = {"executors": ("executors",)}
"""Parts that know nothing of the rest, with what they may import of the package."""

OUTSIDE_WORLD = {
    "asyncio",
    "concurrent",
    "glob",
    "logging",
    "multiprocessing",
    "os",
    "pathlib",
    "random",
    "secrets",
    "shutil",
    "socket",
    "subprocess",
    "tempfile",
    "threading",
    "time",
}
"""What neither the vocabulary nor the core imports (`pathlib.PurePosixPath` is only a value)."""

OUTSIDE_CALLS = {"open", "print", "input", "eval", "exec", "now", "today", "utcnow"}

SLOW_TO_IMPORT = {
    "bs4",
    "comrak",
    "cryptography",
    "duckdb",
    "huggingface_hub",
    "jinja2",
    "pandas",
    "pandera",
    "polars",
    "pygal",
    "pyarrow",
    "resiliparse",
    "rich",
    "yaml",
}
"""What neither `import corpuskit` nor `corpuskit --version` waits for."""


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name: `importer` and our own modules are named without `corpuskit.`."""

    importer: str
    line: int
    name: str
    ours: bool
    in_function: bool

    def __str__(self) -> str:
        return f"{self.importer or '__init__'}:{self.line} imports {self.name or 'corpuskit'}"


def _module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def _modules() -> dict[str, ast.Module]:
    paths = sorted(PACKAGE.rglob("*.py"))
    return {_module_name(p): ast.parse(p.read_text("utf-8"), str(p)) for p in paths}


def _is_package(module: str) -> bool:
    return (PACKAGE / module.replace(".", "/") / "__init__.py").exists()


def _nodes(tree: ast.AST, *, in_function: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    for node in ast.iter_child_nodes(tree):
        yield node, in_function
        inner = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        yield from _nodes(node, in_function=in_function or inner)


def _names(importer: str, node: ast.AST) -> list[str]:
    """The full names that an import statement brings in; none for any other node."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = node.module or ""
    if node.level:
        parts = ["corpuskit", *importer.split(".")] if importer else ["corpuskit"]
        up = node.level - _is_package(importer)
        base = ".".join(filter(None, [*parts[: len(parts) - up], base]))
    return [f"{base}.{alias.name}" for alias in node.names]


def _own_module(name: str) -> str:
    """The module that a name of ours is in, whether or not that module exists."""
    full = name.removeprefix("corpuskit").removeprefix(".")
    short = full
    while "." in short and short not in _modules():
        short = short.rpartition(".")[0]
    # `from corpuskit import load` names something in the package itself.
    return short if "." in full or short in _modules() else ""


@cache
def _imports() -> tuple[Import, ...]:
    found = []
    for importer, tree in _modules().items():
        for node, in_function in _nodes(tree):
            for name in _names(importer, node):
                ours = name.partition(".")[0] == "corpuskit"
                named = _own_module(name) if ours else name
                line = getattr(node, "lineno", 0)
                found.append(Import(importer, line, named, ours, in_function))
    return tuple(found)


def _covers(entry: str, module: str) -> bool:
    return module == entry or (entry != "" and module.startswith(f"{entry}."))


def _layer(module: str) -> int | None:
    fits = (
        (len(e), n) for n, (_, entries) in enumerate(LAYERS) for e in entries if _covers(e, module)
    )
    return max(fits, default=(0, None))[1]


def _bound(tree: ast.Module, package: str) -> set[str]:
    """What a package gives by name, but for what it has from the very module of that name."""
    bound: set[str] = set(corpuskit.__all__) if not package else set()
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                bound.add(name)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                bound.add(name)
            case ast.ImportFrom(module=str(home), names=names):
                given = {alias.asname or alias.name for alias in names}
                bound |= (
                    given - {home.rpartition(".")[2]} if home != f"corpuskit.{package}" else set()
                )
            case _:
                pass
    return bound


def _inner() -> dict[str, ast.Module]:
    """The modules of the vocabulary and the core."""
    return {name: tree for name, tree in _modules().items() if _layer(name) in {0, 1}}


def _engine(name: str) -> str | None:
    return max((e for e in OWNERS if _covers(e, name)), key=len, default=None)


def _show(imports: list[Import]) -> str:
    return "\n".join(dict.fromkeys(map(str, imports)))


def test_every_module_has_a_layer() -> None:
    assert [name for name in _modules() if _layer(name) is None] == []


def test_the_layers_name_only_modules_that_exist() -> None:
    entries = [entry for _, entries in LAYERS for entry in entries]
    assert [entry for entry in entries if entry not in _modules()] == []
    assert len(entries) == len(set(entries))


def test_imports_point_down() -> None:
    upward = []
    for found in _imports():
        if found.ours:
            importer, imported = _layer(found.importer), _layer(found.name)
            if importer is None or imported is None or imported > importer:
                upward.append(found)
    assert not upward, _show(upward)


def test_there_is_no_import_cycle() -> None:
    graph: dict[str, set[str]] = {name: set() for name in _modules()}
    for found in _imports():
        if found.ours:
            graph[found.importer].add(found.name)
    assert set(TopologicalSorter(graph).static_order()) >= set(graph)


def test_folders_import_each_other_in_one_direction() -> None:
    graph: dict[str, set[str]] = {name.partition(".")[0]: set() for name in _modules()}
    for found in _imports():
        importer, imported = (name.partition(".")[0] for name in (found.importer, found.name))
        if found.ours and importer != imported:
            graph[importer].add(imported)
    assert set(TopologicalSorter(graph).static_order()) >= set(graph)


def test_no_module_takes_the_place_of_what_its_package_gives() -> None:
    taken = []
    for package, tree in _modules().items():
        inner = {m.rpartition(".")[2] for m in _modules() if m and m.rpartition(".")[0] == package}
        given = _bound(tree, package) if _is_package(package) else set()
        taken += [f"{package or 'corpuskit'} gives {name}" for name in sorted(inner & given)]
    assert taken == []


def test_functions_import_none_of_our_own_modules() -> None:
    late = [found for found in _imports() if found.ours and found.in_function]
    assert not late, _show(late)


def test_an_engine_is_imported_by_its_owner_alone() -> None:
    strangers = []
    for found in _imports():
        if found.ours or found.name.partition(".")[0] in sys.stdlib_module_names:
            continue
        engine = _engine(found.name)
        if engine is None and found.name.partition(".")[0] in SHARED:
            continue
        owners = OWNERS[engine] if engine is not None else ()
        if not any(_covers(owner, found.importer) for owner in owners):
            strangers.append(found)
    assert not strangers, _show(strangers)


def test_every_owner_imports_its_engine() -> None:
    true = {
        (engine, owner)
        for found in _imports()
        if not found.ours and (engine := _engine(found.name)) is not None
        for owner in OWNERS[engine]
        if _covers(owner, found.importer)
    }
    claimed = {(engine, owner) for engine, owners in OWNERS.items() for owner in owners}
    assert sorted(claimed - true) == []


@pytest.mark.parametrize("part", KEPT_APART)
def test_a_part_kept_apart_imports_nothing_else_of_the_package(part: str) -> None:
    beyond = [
        found
        for found in _imports()
        if found.ours
        and _covers(part, found.importer)
        and not any(_covers(entry, found.name) for entry in KEPT_APART[part])
    ]
    assert not beyond, _show(beyond)


def test_the_core_imports_nothing_of_the_outside_world() -> None:
    inner = _inner()
    reaching = [
        found
        for found in _imports()
        if found.importer in inner
        and not found.ours
        and found.name.partition(".")[0] in OUTSIDE_WORLD
        and found.name != "pathlib.PurePosixPath"
    ]
    assert not reaching, _show(reaching)


def test_the_core_opens_no_file_and_reads_no_clock() -> None:
    calls = []
    for module, tree in _inner().items():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                    if name in OUTSIDE_CALLS:
                        calls.append(f"{module}:{node.lineno} calls {name}")
                case ast.Global(names=names):
                    calls.append(f"{module}:{node.lineno} changes the global {names[0]}")
                case _:
                    pass
    assert calls == []


def _imported_by(*command: str) -> set[str]:
    """The top-level packages that a command imports, as the interpreter itself reports them."""
    environment = os.environ | {"PYTHONPROFILEIMPORTTIME": "1"}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    reported = (line for line in result.stderr.splitlines() if line.startswith("import time:"))
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in reported}


@pytest.mark.parametrize(
    "command",
    [
        pytest.param((sys.executable, "-c", "import corpuskit"), id="import"),
        pytest.param((str(Path(sys.executable).with_name("corpuskit")), "--version"), id="version"),
    ],
)
def test_nothing_slow_is_imported_before_it_is_needed(command: tuple[str, ...]) -> None:
    imported = _imported_by(*command)
    assert "corpuskit" in imported
    assert imported & SLOW_TO_IMPORT == set()
