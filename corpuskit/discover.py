"""A root folder → its sources, in canonical order; what cannot be read is a source with a fault."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pathspec import GitIgnoreSpec

from corpuskit.codes import Code
from corpuskit.errors import UsageError
from corpuskit.model import Diagnostic, Source, diagnose

_RELEASE_MARKS = frozenset({"manifest.json", "SHA256SUMS"})
_NEVER_ENTERED = frozenset({"node_modules", "__pycache__"})


@dataclass(slots=True)
class Discovery:
    """The sources under a root, sorted by the UTF-8 bytes of their paths.

    `ignored` counts the files that matched no pattern; `endings` counts them by suffix.
    """

    sources: list[Source] = field(default_factory=list)
    ignored: int = 0
    endings: Counter[str] = field(default_factory=Counter)

    @property
    def likely_pattern(self) -> str | None:
        """The pattern to type when most files matched none: that of the commonest ending."""
        if self.ignored <= len(self.sources) or not self.endings:
            return None
        ending, _ = min(self.endings.items(), key=lambda item: (-item[1], item[0]))
        return f"*{ending}" if ending else None


def discover(
    src: Path,
    include: tuple[str, ...],
    exclude: tuple[str, ...] = (),
    skip: Path | None = None,
    root: Path | None = None,
) -> Discovery:
    """Find the sources of a folder, or take one file.

    Patterns have gitignore's meaning. Folders that begin with a dot, published releases and
    `skip` (where this build writes) are not entered. Links to folders are not followed.

    Args:
        src: The folder or file.
        include: What is a source.
        exclude: What is not, though it is included.
        skip: A folder to leave out.
        root: What paths are relative to; `src`, or its folder when it is a file, without one.

    Raises:
        UsageError: `src` does not exist or cannot be listed.
    """
    found = Discovery()
    base = os.path.realpath(root or (src if os.path.isdir(src) else src.parent))
    if os.path.isdir(src):
        prefix = os.path.relpath(os.path.realpath(src), base)
        walk = _Walk(found, _matcher(include, exclude), skip, base)
        walk.folder(os.fspath(src), "" if prefix == "." else f"{prefix}/")
    elif os.path.lexists(src):
        folder = os.path.relpath(os.path.realpath(src.parent), base)
        path = src.name if folder == "." else f"{folder}/{src.name}"
        found.sources.append(Source(path, os.fspath(src), _fault(src, base)))
    else:
        raise UsageError(f"{src}: no such file or folder")
    found.sources.sort(key=lambda source: source.path.encode("utf-8", "surrogateescape"))
    return found


def _matcher(include: tuple[str, ...], exclude: tuple[str, ...]) -> Callable[[str, str], bool]:
    """Whether (path, name) is a source. Plain `*.ext` patterns need no regex."""
    endings = tuple(p[1:] for p in include if p[:2] == "*." and not set(p[1:]) & set("*?[]/!\\"))
    others = [p for p in include if p[1:] not in endings]
    wanted = GitIgnoreSpec.from_lines(others) if others else None
    unwanted = GitIgnoreSpec.from_lines(exclude) if exclude else None

    def matches(path: str, name: str) -> bool:
        if not (name.endswith(endings) or (wanted is not None and wanted.match_file(path))):
            return False
        return unwanted is None or not unwanted.match_file(path)

    return matches


class _Walk:
    """Walks one tree, depth first; collects into `found`."""

    def __init__(
        self,
        found: Discovery,
        matches: Callable[[str, str], bool],
        skip: Path | None,
        real_root: str,
    ) -> None:
        self.found = found
        self.matches = matches
        self.skip = os.path.realpath(skip) if skip is not None else None
        self.real_root = real_root

    def folder(self, folder: str, prefix: str) -> None:
        """Walk `folder`, whose path relative to the root is `prefix`; links are not followed."""
        pending = [(folder, prefix)]
        while pending:
            folder, prefix = pending.pop()
            try:
                with os.scandir(folder) as listing:
                    entries = list(listing)
            except OSError as error:
                self._unlisted(folder, prefix, error)
                continue
            if {entry.name for entry in entries} >= _RELEASE_MARKS:
                continue
            pending += self._files(entries, prefix)

    def _files(self, entries: list[os.DirEntry[str]], prefix: str) -> Iterator[tuple[str, str]]:
        """Note the files among `entries`; yields the folders to enter."""
        for entry in entries:
            path = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                if self._enters(entry):
                    yield entry.path, f"{path}/"
            elif not self.matches(path, entry.name):
                self.found.ignored += 1
                self.found.endings[Path(entry.name).suffix] += 1
            elif not _leads_to_folder(entry):
                self.found.sources.append(_source(path, entry, self.real_root))

    def _enters(self, entry: os.DirEntry[str]) -> bool:
        if entry.name.startswith(".") or entry.name in _NEVER_ENTERED:
            return False
        return self.skip is None or os.path.realpath(entry.path) != self.skip

    def _unlisted(self, folder: str, prefix: str, error: OSError) -> None:
        if not prefix:
            raise UsageError(f"{folder}: {error.strerror}") from error
        fault = diagnose(
            Code.UNREADABLE,
            f"the folder cannot be listed: {error.strerror}",
            help="grant the right to read it, or exclude it",
        )
        self.found.sources.append(Source(prefix, folder, fault))


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_symlink() and entry.is_dir()
    except OSError:
        # A link to itself, or a chain of links that never ends.
        return False


def _source(path: str, entry: os.DirEntry[str], real_root: str) -> Source:
    name = os.fsencode(path)
    path = name.decode("utf-8", "surrogateescape")
    if not _is_utf8(path):
        shown = name.decode("utf-8", "backslashreplace")
        fault = diagnose(Code.PATH_NOT_UTF8, "the file's name is not UTF-8", help="rename the file")
        return Source(shown, entry.path, fault)
    if entry.is_file(follow_symlinks=False):
        return Source(path, entry.path)
    return Source(path, entry.path, _fault(Path(entry.path), real_root))


def _is_utf8(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _fault(path: Path, real_root: str) -> Diagnostic | None:
    """Why a path that is no plain file cannot be a source; None for a good link to one."""
    if path.is_symlink():
        target = os.path.realpath(path)
        if not os.access(target, os.F_OK):
            return diagnose(
                Code.BROKEN_LINK, "a link to a file that is not there", help="delete the link"
            )
        if os.path.commonpath([target, real_root]) != real_root:
            return diagnose(
                Code.LINK_LEAVES_ROOT,
                "a link to a file outside the root",
                help="copy the file into the corpus, or delete the link",
            )
    mode = path.stat().st_mode
    return None if stat.S_ISREG(mode) else not_regular(mode)


def not_regular(mode: int) -> Diagnostic:
    """The diagnostic of something that is neither a file nor a folder."""
    kinds = {stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket"}
    what = kinds.get(stat.S_IFMT(mode), "a device or other special file")
    return diagnose(Code.NOT_A_REGULAR_FILE, f"{what}, not a regular file", help="exclude it")
