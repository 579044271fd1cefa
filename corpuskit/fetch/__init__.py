"""What the user names → a folder or file of this machine: a path, a glob, an archive or a URL."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Protocol
from urllib.parse import unquote, urlsplit

from corpuskit.errors import ConfigurationError, CorpuskitError, UnfinishedError, UsageError
from corpuskit.fetch.unpack import LIMITS, Limits, archive_suffix, safe_parts, unpack
from corpuskit.finding.config import is_folder
from corpuskit.urls import is_url, shown

_MAGIC = frozenset("*?[")

_GONE = {404, 410}
"""The answers of a web server that mean what FileNotFoundError means."""


@dataclass(frozen=True, slots=True)
class Local:
    """A folder or file to read.

    `shown` names it in messages. `root` is the top of a copy that was made for this run, above
    which nothing belongs to the user; None for what was there before. `pattern` is what a glob
    asks for, relative to `path`.
    """

    path: Path
    shown: str
    default_name: str
    root: Path | None = None
    pattern: str | None = None

    def pattern_from(self, root: Path) -> str | None:
        """The glob as a gitignore pattern that is relative to `root`, a folder at or above."""
        if self.pattern is None:
            return None
        way = os.path.relpath(os.path.realpath(self.path), os.path.realpath(root))
        folder = "" if way == "." else re.sub(r"([\\*?\[\]])", r"\\\1", way) + "/"
        return f"/{folder}{self.pattern}"

    def named(self, path: str) -> str:
        """The path of a file in a copy as the user would name it."""
        if self.root is None or not Path(path).absolute().is_relative_to(self.path):
            return path
        rest = Path(path).absolute().relative_to(self.path).as_posix()
        return self.shown if rest == "." else f"{self.shown.rstrip('/')}/{rest}"


@contextmanager
def local(src: str, limits: Limits = LIMITS) -> Iterator[Local]:
    """Have `src` on this machine: copies are gone when the context ends.

    A path that exists is taken as it is, unless it is a file that ends like an archive, which is
    unpacked. Of what does not exist, a URL is fetched through fsspec, and unpacked if its name
    ends like an archive's. A glob is its longest folder without wildcards, and a pattern.

    Raises:
        UsageError: an archive cannot be used, a URL is of no known kind or nothing is there, or
            the package that it needs is not installed.
        UnfinishedError: the network or the disk got in the way.
        ConfigurationError: one that the body raised; paths in a copy are named as `src`.
    """
    if archive_suffix(src) and os.path.isfile(src):  # noqa: PTH113 - it never raises
        with _holder() as holder, _named_in(_unpacked(Path(src), holder, src, limits)) as found:
            yield found
    elif os.path.lexists(src) or not (is_url(src) or _MAGIC & set(src)):
        yield _as_it_is(src)
    elif is_url(src):
        with _fetched(src, limits) as found, _named_in(found):
            yield found
    else:
        yield _glob(src)


def _as_it_is(src: str) -> Local:
    path = Path(src)
    folder = path if is_folder(path) else path.parent
    return Local(path, src, path.stem if folder is not path else path.resolve().name)


def _glob(src: str) -> Local:
    parts = PurePosixPath(src).parts
    first = next(n for n, part in enumerate(parts) if _MAGIC & set(part))
    folder = Path(*parts[:first])
    if not is_folder(folder):
        raise UsageError(f"{src}: there is no folder {folder}")
    return replace(_as_it_is(os.fspath(folder)), pattern="/".join(parts[first:]))


@contextmanager
def _holder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="corpuskit-") as folder:
        yield Path(folder).resolve()


@contextmanager
def _named_in(found: Local) -> Iterator[Local]:
    """Name a configuration in a copy as the user would."""
    try:
        yield found
    except ConfigurationError as error:
        named = [replace(d, path=d.path and found.named(d.path)) for d in error.diagnostics]
        raise ConfigurationError(tuple(named)) from error


def _unpacked(archive: Path, holder: Path, shown: str, limits: Limits) -> Local:
    root = unpack(archive, holder, shown, limits)
    name = archive.name.removesuffix(archive_suffix(archive.name))
    return Local(root, shown, name, root)


class _Files(Protocol):
    """What is used of fsspec's AbstractFileSystem."""

    def invalidate_cache(self) -> None: ...

    def info(self, path: str) -> Mapping[str, object]: ...

    def find(self, path: str, *, detail: bool) -> Mapping[str, Mapping[str, object]]: ...

    def get(self, rpath: Sequence[str], lpath: Sequence[str]) -> object: ...

    def get_file(self, rpath: str, lpath: str, *, callback: object) -> object: ...


@contextmanager
def _fetched(url: str, limits: Limits) -> Iterator[Local]:
    with _reasons(url):
        files, remote, is_local = _file_system(url)
    if is_local:
        with local(remote, limits) as found:
            yield found
        return
    with _holder() as holder:
        with _reasons(url):
            here = _download(files, remote, _name(url, remote), holder, limits)
        if here.is_file() and archive_suffix(here.name):
            yield _unpacked(here, holder, shown(url), limits)
        elif here.is_file():
            yield Local(here, shown(url), here.stem, here.parent)
        else:
            yield Local(here, shown(url), _name(url, remote), here)


def _file_system(url: str) -> tuple[_Files, str, bool]:
    """The file system of a URL, the path in it, and whether both are of this machine."""
    # Late: most sources are folders, and these take a tenth of a second.
    from fsspec.core import url_to_fs  # noqa: PLC0415
    from fsspec.implementations.local import LocalFileSystem  # noqa: PLC0415

    files, remote = url_to_fs(url)
    return files, remote, isinstance(files, LocalFileSystem)


def _download(files: _Files, remote: str, name: str, holder: Path, limits: Limits) -> Path:
    """The file or folder, fetched into `holder`."""
    files.invalidate_cache()  # what the process has listed before may be old
    info = files.info(remote)
    target = holder / "fetched"
    target.mkdir()
    if info.get("type") == "directory":
        _download_folder(files, remote, target, limits)
        return target
    file = target / (name or "index")
    _refuse_if_large(_size(info), limits)
    from fsspec.callbacks import Callback  # noqa: PLC0415

    # Not every server says how much is to come.
    cap = Callback(hooks={"cap": lambda _size, done, **_: _refuse_if_large(done, limits)})
    files.get_file(remote, os.fspath(file), callback=cap)
    return file


def _download_folder(files: _Files, remote: str, target: Path, limits: Limits) -> None:
    found = files.find(remote, detail=True)
    if len(found) > limits.members:
        raise ValueError(f"it has more than {limits.members:,} files")
    _refuse_if_large(sum(map(_size, found.values())), limits)
    top = remote.strip("/")
    copies = {
        key: target.joinpath(*safe_parts(_below(key.strip("/"), top)))
        for key in found
        if not key.endswith("/")  # S3 consoles mark folders like this
    }
    for folder in {path.parent for path in copies.values()}:
        folder.mkdir(parents=True, exist_ok=True)
    files.get([*copies], [os.fspath(path) for path in copies.values()])


def _below(key: str, top: str) -> bytes:
    if top and not key.startswith(f"{top}/"):
        raise ValueError(f"{key!r} is listed, which is not below {top!r}")
    return key[len(top) :].strip("/").encode("utf-8", "surrogateescape")


def _size(info: Mapping[str, object]) -> int:
    size = info.get("size")
    return size if isinstance(size, int) else 0


def _refuse_if_large(size: int, limits: Limits) -> None:
    if size > limits.bytes:
        raise ValueError(f"it has more than {limits.bytes:,} bytes")


def _is_web(url: str) -> bool:
    return url.lower().startswith(("http://", "https://"))


def _name(url: str, remote: str) -> str:
    """The last part of the path; a query is none of it."""
    path = unquote(urlsplit(url).path) if _is_web(url) else remote
    return PurePosixPath(path).name.replace("..", "")


@contextmanager
def _reasons(url: str) -> Iterator[None]:
    try:
        yield
    except CorpuskitError:
        raise
    except FileNotFoundError as error:
        cause = error.__cause__
        # To fsspec's HTTP, a server that is down is a missing file, too.
        if isinstance(cause, OSError) or getattr(cause, "status", 404) not in _GONE:
            raise UnfinishedError(f"{shown(url)} cannot be fetched: {cause}") from error
        raise UsageError(f"{shown(url)}: no such file or folder") from error
    except ImportError as error:
        raise UsageError(f"{shown(url)} needs another package: {error}") from error
    except ValueError as error:
        raise UsageError(f"{shown(url)} cannot be fetched: {error}") from error
    except Exception as error:  # every backend raises what the library below it raises
        said = str(error) or type(error).__name__
        raise UnfinishedError(f"{shown(url)} cannot be fetched: {said}") from error
