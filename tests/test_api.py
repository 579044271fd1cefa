"""The Python API: what arguments may be, and how a call that cannot go on ends."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

import corpuskit
from corpuskit.codes import Code
from corpuskit.executors import InlineExecutor
from corpuskit.model import Place, diagnose

GOOD = "---\ntitle: A\ndate: 2021-03-04\n---\nSome body.\n"
FAULT = diagnose(Code.CONFIG_SYNTAX, "not TOML", Place(2, 1), path="corpuskit.toml")
ERRORS = [
    (corpuskit.CorpuskitError("x"), 4),
    (corpuskit.UsageError("no such folder"), 2),
    (corpuskit.ConfigurationError((FAULT,)), 2),
    (corpuskit.RefusedError("1.0.0 exists"), 1),
    (corpuskit.ReleaseError("no manifest"), 4),
    (corpuskit.MissingExtraError("duckdb", "sql"), 2),
    (corpuskit.UnfinishedError("disk full"), 4),
]


@pytest.fixture(autouse=True)
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one article, beside which the call is made."""
    site = tmp_path / "My Site_2 (old)"
    site.mkdir()
    (site / "a.md").write_text(GOOD)
    monkeypatch.chdir(tmp_path)
    return site


@pytest.mark.parametrize(("error", "code"), ERRORS, ids=lambda value: type(value).__name__)
def test_each_error_says_how_a_command_ends(error: corpuskit.CorpuskitError, code: int) -> None:
    assert error.exit_code == code


@pytest.mark.parametrize("error", [e for e, _ in ERRORS], ids=lambda e: type(e).__name__)
def test_an_error_comes_back_from_another_process_as_it_went(error: Exception) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error)
    assert (str(back), back.args) == (str(error), error.args)


@pytest.mark.parametrize("error", [e for e, _ in ERRORS], ids=lambda e: type(e).__name__)
def test_all_errors_have_one_root(error: Exception) -> None:
    assert isinstance(error, corpuskit.CorpuskitError)


def test_an_unusable_configuration_says_where() -> None:
    error = corpuskit.ConfigurationError((FAULT, FAULT))
    assert str(error) == "; ".join(["corpuskit.toml:2:1: CK601 not TOML"] * 2)


def test_a_missing_extra_says_what_to_type() -> None:
    assert "pip install duckdb" in str(corpuskit.MissingExtraError("duckdb", "sql"))


@pytest.mark.parametrize("kind", [str, Path, os.fspath, lambda p: [p], lambda p: (str(p),)])
def test_paths_are_text_or_paths_one_or_many(kind: object, site: Path) -> None:
    assert callable(kind)
    assert corpuskit.check(kind(site)) == corpuskit.CheckResult(1, ())


def test_to_check_nothing_is_a_usage_error() -> None:
    with pytest.raises(corpuskit.UsageError, match="nothing to check"):
        corpuskit.check([])


@pytest.mark.parametrize("workers", [0, -1])
def test_workers_are_at_least_one(workers: int, site: Path) -> None:
    with pytest.raises(corpuskit.UsageError, match="at least 1"):
        corpuskit.check(site, workers=workers)
    with pytest.raises(corpuskit.UsageError, match="at least 1"):
        corpuskit.build(site, name="x", workers=workers)


@pytest.mark.parametrize("schema", ["page", "./page.yaml", "page.yaml"])
def test_a_schema_is_a_preset_or_a_path(schema: str, site: Path) -> None:
    Path("page.yaml").write_text("fields: [{name: title, constraints: {required: true}}]")
    (site / "a.md").write_text("---\ntitle: A\n---\nSome body.\n")
    assert corpuskit.check(site, schema=schema).diagnostics == ()


@pytest.mark.parametrize(
    ("schema", "code"), [("pages", Code.SCHEMA_NOT_FOUND), ("./gone.yaml", Code.SCHEMA_NOT_FOUND)]
)
def test_a_schema_that_is_not_there_is_a_configuration_error(
    schema: str, code: Code, site: Path
) -> None:
    with pytest.raises(corpuskit.ConfigurationError) as raised:
        corpuskit.check(site, schema=schema)
    assert [d.code for d in raised.value.diagnostics] == [code]


def test_the_configuration_beside_the_source_counts_and_a_stated_one_goes_before_it(
    site: Path,
) -> None:
    (site / "corpuskit.toml").write_text("[source]\ninclude = ['*.txt']\n")
    other = Path("other.toml")
    other.write_text("[source]\ninclude = ['*.md', '*.toml']\n")
    with pytest.raises(corpuskit.UsageError, match=r"no file matches \*\.txt"):
        corpuskit.check(site)
    assert corpuskit.check(site, config=other).sources == 2
    assert corpuskit.check(site, config="other.toml", include=["*.md"]).sources == 1


def test_exclusions_come_on_top_of_the_configuration(site: Path) -> None:
    for name in ("b.md", "c.md"):
        (site / name).write_text(GOOD)
    (site / "corpuskit.toml").write_text("[source]\nexclude = ['b.md']\n")
    assert corpuskit.check(site, exclude=["c.md"]).sources == 1


@pytest.mark.parametrize("name", ["A", "a b", "-a", ".a", "a/b", "ä", "a" * 101, "a\n"])
def test_a_name_is_plain_enough_for_a_folder_everywhere(name: str, site: Path) -> None:
    with pytest.raises(corpuskit.UsageError, match="is no dataset name"):
        corpuskit.build(site, name=name)
    assert not Path("datasets").exists()


@pytest.mark.parametrize("folder", ["新闻", "---", "..."])
def test_a_folder_that_gives_no_name_asks_for_one(folder: str, site: Path) -> None:
    renamed = site.rename(site.with_name(folder))
    with pytest.raises(corpuskit.UsageError, match="add --name"):
        corpuskit.build(renamed)


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("max_rejected", 1.1),
        ("max_rejected", -0.1),
        ("max_rejected", float("nan")),
        ("max_rejected", "90"),
        ("max_rejected", "most"),
        ("max_rejected", True),
        ("max_rejected", [0.5]),
        ("timezone", "Mars/Olympus"),
        ("timezone", ""),
    ],
)
def test_an_argument_that_makes_no_sense_is_a_usage_error(
    argument: str, value: object, site: Path
) -> None:
    with pytest.raises(corpuskit.UsageError):
        corpuskit.build(site, name="x", **{argument: value})  # type: ignore[arg-type]
    assert not Path("datasets").exists()


@pytest.mark.parametrize(
    ("argument", "value"), [("created", "yesterday"), ("version", "1.0"), ("version", "v1.0.0")]
)
def test_a_time_or_version_that_cannot_be_read_is_a_usage_error(
    argument: str, value: str, site: Path
) -> None:
    with pytest.raises(corpuskit.UsageError, match=value):
        corpuskit.build(site, name="x", executor=InlineExecutor(), **{argument: value})  # type: ignore[arg-type]
    assert not list(Path("datasets").glob("x/*.*.*"))


def test_a_source_that_is_not_there_is_a_usage_error() -> None:
    with pytest.raises(corpuskit.UsageError, match="gone"):
        corpuskit.build("gone", name="x")
    assert not list(Path("datasets").glob("*"))


def test_a_folder_without_a_source_says_what_to_type(site: Path) -> None:
    for name in ("a.adoc", "b.adoc"):
        (site / name).write_text(GOOD)
    (site / "a.md").unlink()
    with pytest.raises(corpuskit.UsageError, match=r"--include '\*\.adoc'"):
        corpuskit.build(site, executor=InlineExecutor())


@pytest.mark.parametrize(("source", "name"), [("", "my-site_2-old"), ("a.md", "a")])
def test_a_dataset_is_named_after_what_is_built(source: str, name: str, site: Path) -> None:
    """One file is no new version of the dataset of its folder, which would lose all others."""
    result = corpuskit.build(
        site / source, out="out", created="2022-01-01", workers=1, executor=InlineExecutor()
    )
    assert (result.status, result.name, result.version) == ("published", name, "1.0.0")
    assert result.path.resolve() == Path(f"out/{name}/1.0.0").resolve()
    assert (result.path / "manifest.json").is_file()


def test_the_configured_name_goes_before_the_folder_and_the_stated_one_before_both(
    site: Path,
) -> None:
    (site / "corpuskit.toml").write_text("[dataset]\nname = 'configured'\n")
    arguments = {"out": "out", "created": "2022-01-01"}
    first = corpuskit.build(site, executor=InlineExecutor(), **arguments)  # type: ignore[arg-type]
    second = corpuskit.build(site, name="stated", executor=InlineExecutor(), **arguments)  # type: ignore[arg-type]
    assert (first.name, second.name) == ("configured", "stated")


def test_an_executor_of_the_callers_is_not_ended(site: Path) -> None:
    executor = InlineExecutor()
    corpuskit.build(site, out="out", created="2022-01-01", executor=executor)
    assert executor.submit(int, "7").result() == 7


@pytest.mark.parametrize(("share", "status"), [("50%", "published"), ("0.4", "refused")])
def test_a_share_may_be_written_as_on_the_command_line(share: str, status: str, site: Path) -> None:
    (site / "b.md").write_text("---\ntitle: A\n---\nNo date.\n")
    result = corpuskit.build(
        site, out="out", max_rejected=share, created="2022-01-01", executor=InlineExecutor()
    )
    assert result.status == status


def test_a_refused_build_is_a_result_that_says_where_the_diagnostics_are(site: Path) -> None:
    (site / "a.md").write_text("---\ntitle: A\n---\nNo date.\n")
    result = corpuskit.build(site, out="out", created="2022-01-01", executor=InlineExecutor())
    assert (result.status, result.version) == ("refused", None)
    assert (result.path / "diagnostics.jsonl").is_file()
    assert result.reason is not None
