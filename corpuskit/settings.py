"""The settings of a run: configuration file, schema and what the call overrides.

The one place that opens those files. Nothing in them is ever run.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path

from corpuskit.codes import Code
from corpuskit.config import Config
from corpuskit.config_reader import PYPROJECT_TABLE, check_config, config_findings, read_config
from corpuskit.dates import DEFAULT_FORMATS, DateReader
from corpuskit.errors import ConfigurationError, MissingExtraError, UsageError
from corpuskit.finding.config import MAX_CONFIG_BYTES, PYPROJECT, find_config, is_folder
from corpuskit.lines import LineIndex
from corpuskit.model import Diagnostic, diagnose
from corpuskit.parts.subsets import subset_rule
from corpuskit.presets import PRESETS, preset_text
from corpuskit.schema import Schema
from corpuskit.schema_reader import read_schema
from corpuskit.text_profiles import with_fields
from corpuskit.withdrawals import MAX_LIST_BYTES, Withdrawal, read_list


@dataclass(frozen=True, slots=True)
class Overrides:
    """What a call states instead of the configuration; None leaves it as it is.

    `exclude` comes on top of the configuration's patterns, all else in place of its values.
    """

    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    drafts: bool | None = None
    timezone: str | None = None
    max_rejected: float | None = None
    max_removed: float | None = None
    max_new_rejects: int | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a run goes by.

    `root` is what the paths of sources are relative to: the folder of the configuration when the
    source is in it, else the source folder. `schema_source` is the preset or path in use,
    `withdrawals` what the list of them says that the configuration names.
    """

    config: Config
    schema: Schema
    root: Path
    config_path: Path | None = None
    schema_source: str = ""
    withdrawals: tuple[Withdrawal, ...] = ()


@dataclass(frozen=True, slots=True)
class _ConfigFile:
    """A configuration file's text, and how to name it."""

    path: Path
    shown: str
    text: str

    @property
    def table(self) -> tuple[str, ...]:
        return PYPROJECT_TABLE if self.path.name == PYPROJECT else ()


def load_settings(
    src: Path,
    config_path: Path | None = None,
    schema: str | None = None,
    overrides: Overrides | None = None,
    within: Path | None = None,
) -> Settings:
    """Read the configuration and the schema for `src`.

    Args:
        src: The source folder or file.
        config_path: The configuration; by default the nearest one at or above `src`.
        schema: A preset's name, or a path relative to the working directory; by default what the
            configuration says.
        overrides: What is stated instead of the configuration.
        within: The folder above which nothing belongs to the source: the top of a copy.

    Raises:
        ConfigurationError: the configuration or the schema cannot be used.
        MissingExtraError: the configuration needs a package that is not installed.
        UsageError: an override makes no sense.
    """
    path = config_path or find_config(src, within)
    file = None if path is None else _open(path)
    config = Config() if file is None else _config(file)
    _check_extras(config)
    found = _schema(schema or config.schema, None if schema else file)
    found = with_fields(found, config.text)
    if file is not None:
        _raise(check_config(config, found, file.shown, file.text, file.table))
    return Settings(
        config=_spelled(_overridden(config, overrides or Overrides()), found),
        schema=found,
        root=_root(src, path, within),
        config_path=path,
        schema_source=schema or config.schema,
        withdrawals=() if file is None else _withdrawals(config.dataset.withdraw, file),
    )


def _spelled(config: Config, schema: Schema) -> Config:
    """The configuration with the one spelling of what makes subsets: another would be a change."""
    rule = subset_rule(config.release.subsets or "", schema)
    if rule is None:
        return config
    return replace(config, release=replace(config.release, subsets=rule.stated))


def _check_extras(config: Config) -> None:
    """Look for the packages that a configuration needs, before workers are asked to import them."""
    if config.text.parser == "trafilatura":
        for package in ("trafilatura", "lxml_html_clean"):
            if find_spec(package) is None:
                raise MissingExtraError(package, "trafilatura")


def _raise(diagnostics: tuple[Diagnostic, ...]) -> None:
    if diagnostics:
        raise ConfigurationError(diagnostics)


def _open(path: Path) -> _ConfigFile:
    shown = _shown(path)
    data = _bytes(path)
    if isinstance(data, str):
        raise ConfigurationError((diagnose(Code.CONFIG_SYNTAX, data, path=shown),))
    return _ConfigFile(path, shown, _decoded(data, shown, Code.CONFIG_SYNTAX))


def _config(file: _ConfigFile) -> Config:
    config = read_config(file.text, file.shown, file.table)
    if isinstance(config, tuple):
        raise ConfigurationError(config)
    return config


def _schema(stated: str, file: _ConfigFile | None) -> Schema:
    """The schema that the call or, where `file` is given, the configuration names."""
    if stated in PRESETS:
        read = read_schema(preset_text(stated), f"{stated}.yaml")
    elif not set(stated) & set("./\\"):
        raise ConfigurationError((_no_preset(stated, file),))
    else:
        path = Path(stated) if file is None else file.path.parent / stated
        # A configuration may be found rather than named: it must not make us wait on a pipe.
        data = _bytes(path, only_files=file is not None)
        shown = _shown(path)
        if isinstance(data, str):
            message = f"the schema file {shown} {data}"
            raise ConfigurationError((_not_found(message, None, file),))
        read = read_schema(_decoded(data, shown, Code.SCHEMA_SYNTAX), shown)
    if isinstance(read, tuple):
        raise ConfigurationError(read)
    return read


def _no_preset(stated: str, file: _ConfigFile | None) -> Diagnostic:
    close = get_close_matches(stated.lower(), PRESETS, n=1)
    meant = f"did you mean `{close[0]}`? " if close else ""
    listed = f"presets: {', '.join(PRESETS)}; a path has an ending, such as {stated}.yaml"
    return _not_found(f"no preset is called `{stated}`", meant + listed, file)


def _not_found(message: str, help_: str | None, file: _ConfigFile | None) -> Diagnostic:
    if file is None:
        return diagnose(Code.SCHEMA_NOT_FOUND, message, help=help_, path="--schema")
    findings = config_findings(file.text, file.shown)
    findings.add(Code.SCHEMA_NOT_FOUND, (*file.table, "schema", "use"), message, help_)
    return findings.found[0]


def _withdrawals(stated: str | None, file: _ConfigFile) -> tuple[Withdrawal, ...]:
    """The entries of the list that the configuration names."""
    if stated is None:
        return ()
    path = file.path.parent / stated
    shown = _shown(path)
    data = _bytes(path, only_files=True, most=MAX_LIST_BYTES)
    if isinstance(data, str):
        findings = config_findings(file.text, file.shown)
        keys = (*file.table, "dataset", "withdraw")
        findings.add(Code.WITHDRAWALS_NOT_FOUND, keys, f"the list {shown} {data}")
        raise ConfigurationError(findings.in_order())
    entries, faults = read_list(_decoded(data, shown, Code.WITHDRAWALS_SYNTAX), shown)
    _raise(faults)
    return entries


def _bytes(path: Path, *, only_files: bool = False, most: int = MAX_CONFIG_BYTES) -> bytes | str:
    """What the file holds, without a byte order mark, or why that is not to be had."""
    try:
        if only_files and path.exists() and not path.is_file():
            return "is no regular file"
        with path.open("rb") as opened:
            data = opened.read(most + 1)
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    except ValueError:
        return "cannot be read: no path holds a NUL"
    if len(data) > most:
        return f"is larger than {most} bytes"
    return data.removeprefix(codecs.BOM_UTF8)


def _decoded(data: bytes, shown: str, code: Code) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        place = LineIndex(before).place(len(before))
        message = f"not UTF-8: byte {error.start} is 0x{data[error.start]:02x}"
        fault = diagnose(code, message, place, help="save the file as UTF-8", path=shown)
        raise ConfigurationError((fault,)) from error


def _shown(path: Path) -> str:
    """`path` as short as it is clear: relative when it is below the working directory."""
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else path.as_posix()


def _overridden(config: Config, overrides: Overrides) -> Config:
    source, site, release = config.source, config.site, config.release
    if overrides.include is not None:
        source = replace(source, include=overrides.include)
    if overrides.exclude:
        source = replace(source, exclude=source.exclude + overrides.exclude)
    if overrides.drafts is not None:
        source = replace(source, drafts="include" if overrides.drafts else "exclude")
    if overrides.timezone is not None:
        site = replace(site, timezone=_zone(overrides.timezone))
    for share in (overrides.max_rejected, overrides.max_removed):
        if share is not None and not 0 <= share <= 1:
            raise UsageError(f"{share} is no share from 0 to 1")
    if overrides.max_rejected is not None:
        release = replace(release, max_rejected=overrides.max_rejected)
    if overrides.max_removed is not None:
        release = replace(release, max_removed=overrides.max_removed)
    if overrides.max_new_rejects is not None:
        release = replace(release, max_new_rejects=overrides.max_new_rejects)
    return replace(config, source=source, site=site, release=release)


def _zone(zone: str) -> str:
    try:
        DateReader(DEFAULT_FORMATS, zone)
    except ValueError as error:
        raise UsageError(str(error)) from error
    return zone


def _root(src: Path, config_path: Path | None, within: Path | None) -> Path:
    own = src if is_folder(src) else src.parent
    if config_path is None:
        return own
    folder = config_path.parent
    if within is not None and not folder.resolve().is_relative_to(within.resolve()):
        return own
    if is_folder(src):
        is_inside = src.resolve().is_relative_to(folder.resolve())
    else:
        is_inside = src.absolute().is_relative_to(folder.absolute())
    return folder if is_inside else own
