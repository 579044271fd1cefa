"""Finding the configuration of a source, and bringing it together with its schema."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

from corpuskit.codes import Code
from corpuskit.config import Config
from corpuskit.errors import ConfigurationError, UsageError
from corpuskit.finding.config import MAX_CONFIG_BYTES, find_config
from corpuskit.model import Diagnostic
from corpuskit.presets import PRESETS, preset_text
from corpuskit.settings import Overrides, Settings, load_settings

SCHEMA = "fields: [{name: headline, type: string}]\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with `site/articles/one.md` in it, and no configuration."""
    articles = tmp_path / "site" / "articles"
    articles.mkdir(parents=True)
    (articles / "one.md").write_text("one\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _faults(src: Path, config: Path | None = None, schema: str | None = None) -> list[Diagnostic]:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(src, config, schema)
    return list(caught.value.diagnostics)


def _fault(src: Path, config: Path | None = None, schema: str | None = None) -> Diagnostic:
    (found,) = _faults(src, config, schema)
    return found


def test_the_nearest_configuration_above_a_source_is_found(folder: Path) -> None:
    (folder / "corpuskit.toml").touch()
    (folder / "site" / "corpuskit.toml").touch()
    for src in ("site/articles", "site/articles/one.md", "site/articles/../articles", "site"):
        assert find_config(Path(src)) == folder / "site" / "corpuskit.toml"
    assert find_config(folder) == folder / "corpuskit.toml"


def test_a_source_that_does_not_exist_has_the_configuration_of_its_folder(folder: Path) -> None:
    (folder / "corpuskit.toml").touch()
    assert find_config(folder / "none") == folder / "corpuskit.toml"


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        (b"[tool.corpuskit]\n", True),
        (b'[tool]\ncorpuskit.schema.use = "page"\n', True),
        (b'[tool."corpuskit".schema]\n', True),
        (b"\xef\xbb\xbf[tool.corpuskit]\n", True),
        (b'[project]\ndependencies = ["corpuskit"]\n', False),
        (b"tool = 1 # corpuskit\n", False),
        (b"[tool.other]\n", False),
        (b"[tool.corpuskit\n", True),
        (b"[tool.corpuskit]\n\xff", True),
        (b"corpuskit = [\n", False),
        (b"corpuskit = 1\n" + b"a." * 99 + b"a = 1\n", False),
        (b"[tool.corpuskit]\n" + b"#" * MAX_CONFIG_BYTES, True),
    ],
)
def test_a_pyproject_counts_when_it_speaks_of_us(
    folder: Path, text: bytes, *, is_found: bool
) -> None:
    (folder / "site" / "pyproject.toml").write_bytes(text)
    found = find_config(folder / "site" / "articles")
    assert (found == folder / "site" / "pyproject.toml") is is_found


def test_a_source_with_an_impossible_name_has_no_configuration(folder: Path) -> None:
    assert find_config(folder / ("n" * 300) / "one.md") is None


def test_our_own_file_goes_before_a_pyproject_beside_it(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.corpuskit]\n")
    (folder / "corpuskit.toml").touch()
    assert find_config(folder) == folder / "corpuskit.toml"


def test_folders_and_pipes_of_that_name_are_no_configuration(folder: Path) -> None:
    (folder / "site" / "corpuskit.toml").mkdir()
    os.mkfifo(folder / "corpuskit.toml")
    (folder / "pyproject.toml").mkdir()
    assert find_config(folder / "site") is None


def test_without_a_configuration_the_defaults_and_the_source_folder_hold(folder: Path) -> None:
    settings = load_settings(folder / "site")
    assert settings.config == Config()
    assert (settings.schema.name, settings.schema_source) == ("article", "article")
    assert (settings.root, settings.config_path) == (folder / "site", None)


@pytest.mark.usefixtures("folder")
def test_a_single_file_is_relative_to_its_folder() -> None:
    assert load_settings(Path("site/articles/one.md")).root == Path("site/articles")


def test_paths_are_relative_to_the_folder_of_the_configuration_above(folder: Path) -> None:
    (folder / "corpuskit.toml").touch()
    for src in ("site", "site/articles/one.md"):
        settings = load_settings(Path(src))
        assert settings.root == folder
        assert settings.config_path == folder / "corpuskit.toml"


def test_a_configuration_elsewhere_is_no_root(folder: Path) -> None:
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "corpuskit.toml").write_text('[schema]\nuse = "any"\n')
    settings = load_settings(folder / "site", elsewhere / "corpuskit.toml")
    assert (settings.root, settings.schema.name) == (folder / "site", "any")


def test_a_linked_source_has_the_configuration_of_where_it_leads(folder: Path) -> None:
    (folder / "site" / "corpuskit.toml").touch()
    outside = folder / "outside"
    outside.mkdir()
    (outside / "corpuskit.toml").touch()
    (outside / "link").symlink_to(folder / "site" / "articles")
    assert load_settings(outside / "link").root == folder / "site"


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_named_by_the_configuration_or_the_call(folder: Path, name: str) -> None:
    (folder / "corpuskit.toml").write_text(f'schema.use = "{name}"\n')
    assert load_settings(folder).schema.name == name
    (folder / "corpuskit.toml").unlink()
    assert load_settings(folder, schema=name).schema.name == name


def test_no_other_preset_can_be_read() -> None:
    with pytest.raises(KeyError):
        preset_text("../pyproject")


def test_the_configuration_names_a_schema_relative_to_itself(folder: Path) -> None:
    (folder / "news.yaml").write_text(SCHEMA)
    (folder / "site" / "corpuskit.toml").write_text('[schema]\nuse = "../news.yaml"\n')
    settings = load_settings(folder / "site" / "articles")
    assert (settings.schema.name, settings.schema_source) == ("news", "../news.yaml")


def test_the_call_names_a_schema_relative_to_the_working_directory(folder: Path) -> None:
    (folder / "news.json").write_text('\ufeff{"fields": [{"name": "headline"}]}', "utf-8")
    (folder / "site" / "corpuskit.toml").write_text('[schema]\nuse = "none.yaml"\n')
    assert load_settings(folder / "site", schema="news.json").schema.name == "news"


def test_an_unknown_preset_in_the_configuration_is_met_with_the_presets(folder: Path) -> None:
    (folder / "corpuskit.toml").write_text('[schema]\nuse = "artcle"\n')
    found = _fault(folder)
    assert (found.code, found.where) == (Code.SCHEMA_NOT_FOUND, "corpuskit.toml:2:7")
    assert found.help == (
        "did you mean `article`? presets: article, page, any; "
        "a path has an ending, such as artcle.yaml"
    )


def test_an_unknown_preset_in_the_call_is_met_with_the_presets(folder: Path) -> None:
    found = _fault(folder, schema="blog")
    assert (found.code, found.where) == (Code.SCHEMA_NOT_FOUND, "--schema")
    assert str(found.help).startswith("presets: article, page, any")


@pytest.mark.parametrize("name", ["none.yaml", "sub/none", "n" * 300 + ".yaml", "a\\\\u0000.yaml"])
def test_a_schema_that_cannot_be_opened_is_a_fault_of_the_configuration(
    folder: Path, name: str
) -> None:
    stated = name.replace("\\\\", "\\")
    (folder / "corpuskit.toml").write_text(f'[schema]\nuse = "{stated}"\n')
    found = _fault(folder)
    assert (found.code, found.where) == (Code.SCHEMA_NOT_FOUND, "corpuskit.toml:2:7")


def test_a_configuration_cannot_make_us_wait_on_a_pipe(folder: Path) -> None:
    os.mkfifo(folder / "pipe.yaml")
    (folder / "corpuskit.toml").write_text('[schema]\nuse = "pipe.yaml"\n')
    assert "no regular file" in _fault(folder).message


def test_faults_of_a_schema_have_their_places_in_it(folder: Path) -> None:
    (folder / "news.yaml").write_text("fields: [{name: path}]\ntitel: x\n")
    found = _faults(folder, schema="news.yaml")
    assert [(d.code, d.where) for d in found] == [
        (Code.RESERVED_NAME, "news.yaml:1:17"),
        (Code.SCHEMA_UNKNOWN_KEY, "news.yaml:2:1"),
    ]


def test_all_faults_of_a_configuration_are_raised_together(folder: Path) -> None:
    (folder / "corpuskit.toml").write_text("[dataset]\nname = 1\n[sorce]\n")
    found = _faults(folder / "site")
    assert [d.where for d in found] == ["corpuskit.toml:2:8", "corpuskit.toml:3:2"]


def test_a_configuration_is_held_against_its_schema(folder: Path) -> None:
    (folder / "corpuskit.toml").write_text(
        '[[text.capture]]\nfield = "editor"\nselector = ".editor"\n'
    )
    found = _fault(folder)
    assert (found.code, found.where) == (Code.UNKNOWN_FIELD, "corpuskit.toml:2:9")


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b"[dataset]\ntitle = '\xe9t\xe9'\n", "corpuskit.toml:2:10"),
        (b"\xef\xbb\xbf\xe4\xb8\xad\xff", "corpuskit.toml:1:2"),
        (b"[dataset\n", "corpuskit.toml:1:9"),
        (b"#" * (MAX_CONFIG_BYTES + 1), "corpuskit.toml"),
    ],
)
def test_a_damaged_configuration_is_a_fault_and_no_traceback(
    folder: Path, data: bytes, where: str
) -> None:
    (folder / "corpuskit.toml").write_bytes(data)
    found = _fault(folder)
    assert (found.code, found.where) == (Code.CONFIG_SYNTAX, where)


def test_a_configuration_that_is_named_must_be_there(folder: Path) -> None:
    for path in (folder / "none.toml", folder):
        assert _fault(folder, path).code is Code.CONFIG_SYNTAX


def test_a_schema_that_is_no_utf8_is_a_fault_at_its_first_wrong_byte(folder: Path) -> None:
    (folder / "news.yaml").write_bytes(b"name: news\ntitle: \xff\n")
    found = _fault(folder, schema="news.yaml")
    assert (found.code, found.where) == (Code.SCHEMA_SYNTAX, "news.yaml:2:8")


def test_overrides_go_before_the_configuration(folder: Path) -> None:
    (folder / "corpuskit.toml").write_text(
        '[source]\ninclude = ["*.md"]\nexclude = ["a/"]\ndrafts = "include"\n'
        '[site]\ntimezone = "UTC"\n[release]\nmax-rejected = 0.1\n'
    )
    overrides = Overrides(("*.txt",), ("b/",), False, "+08:00", 1.0)
    config = load_settings(folder, overrides=overrides).config
    assert (config.source.include, config.source.exclude) == (("*.txt",), ("a/", "b/"))
    assert config.source.drafts == "exclude"
    assert config.site.timezone == "+08:00"
    assert config.release.max_rejected == 1.0


def test_no_override_leaves_the_configuration_as_it_is(folder: Path) -> None:
    (folder / "corpuskit.toml").write_text('[source]\nexclude = ["a/"]\ndrafts = "include"\n')
    assert load_settings(folder, overrides=Overrides()) == load_settings(folder)


@pytest.mark.parametrize(
    "overrides",
    [Overrides(timezone="Mars"), Overrides(max_rejected=1.5), Overrides(max_rejected=float("nan"))],
)
def test_an_override_that_makes_no_sense_is_a_usage_error(
    folder: Path, overrides: Overrides
) -> None:
    with pytest.raises(UsageError):
        load_settings(folder, overrides=overrides)


def test_settings_can_be_sent_to_another_process(folder: Path) -> None:
    settings = load_settings(folder)
    again: Settings = pickle.loads(pickle.dumps(settings))
    assert again == settings
