"""A root folder → its sources, in canonical order; what cannot be read is a source with a fault."""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pathspec import GitIgnoreSpec

from corpuskit.codes import Code
from corpuskit.errors import UsageError
from corpuskit.model import Diagnostic, Source, diagnose
from corpuskit.sources import SourceGathering, Sources
from corpuskit.versions import Version

_RELEASE_MARKS = frozenset({"manifest.json", "SHA256SUMS"})
_DATASET_MARKS = frozenset({"index.json", "README.md", "CHANGELOG.md"})
_FILE = "\0"
"""Stands behind a file's path, for no name of a folder can end so."""
_ENDING = re.compile(r"[*?\]][^/]*\.[^/]*\Z")
_NEVER_ENTERED = frozenset({"node_modules", "__pycache__"})


@dataclass(slots=True)
class Discovery:
    """The sources under a root, sorted by the UTF-8 bytes of their paths.

    `ignored` counts the files that matched no pattern; `endings` counts them by suffix.
    """

    sources: Sources
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
    *,
    looks: bool = False,
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
        looks: Whether to note what the files of a folder look like, at a call a file.

    Raises:
        UsageError: `src` does not exist or cannot be listed.
    """
    base = os.path.realpath(root or (src if os.path.isdir(src) else src.parent))
    if os.path.isdir(src):
        below = os.path.relpath(os.path.realpath(src), base)
        walk = _Walk(matcher(include, exclude), skip, base, looks=looks)
        return walk.tree(os.fspath(src), "" if below == "." else f"{below}/")
    if os.path.lexists(src):
        folder = os.path.relpath(os.path.realpath(src.parent), base)
        path = src.name if folder == "." else f"{folder}/{src.name}"
        source = _source(path, os.fspath(src), _fault(os.fspath(src), base))
        return Discovery(Sources.of([source]))
    raise UsageError(f"{src}: no such file or folder")


def _told_apart(sources: list[Source], taken: set[str]) -> Iterator[Source]:
    """Sources with names that are not UTF-8, under others where an escape is the path of a file."""
    for source in sorted(sources, key=lambda source: os.fsencode(source.location)):
        path = source.path
        while path in taken:
            path += "\\"
        taken.add(path)
        yield source._replace(path=path)


def matcher(include: tuple[str, ...], exclude: tuple[str, ...]) -> Callable[[str, str], bool]:
    """Whether (path, name) is a source. Plain `*.ext` patterns need no regex.

    One thing is not as in a `.gitignore`: where `include` has an ending after a wildcard, it is
    about files. To `2024/*.md` a folder `x.md` makes no source of the images in it.
    """
    plain = [p for p in include if p[:2] == "*." and not set(p[1:]) & set("*?[]/!\\ ")]
    if any(p.startswith("!") for p in include):
        plain = []
    endings = tuple(p[1:] for p in plain)
    others = [p for p in include if p not in plain]
    wanted = GitIgnoreSpec.from_lines(_of_files(others)) if others else None
    unwanted = GitIgnoreSpec.from_lines(exclude) if exclude else None

    def matches(path: str, name: str) -> bool:
        if not (name.endswith(endings) or (wanted is not None and wanted.match_file(path + _FILE))):
            return False
        return unwanted is None or not unwanted.match_file(path)

    return matches


def _of_files(patterns: list[str]) -> Iterator[str]:
    """The patterns for paths that end in `_FILE` when, and only when, they are a file's."""
    for pattern in patterns:
        if pattern.endswith("/") or not pattern.strip() or pattern.startswith("#"):
            yield pattern
            continue
        bare = pattern if pattern.endswith("\\ ") else pattern.rstrip()
        if not _ENDING.search(bare):
            yield bare  # a folder of that name, with all that is in it
        yield bare + _FILE


class _Walk:
    """Walks one tree, depth first."""

    def __init__(
        self, matches: Callable[[str, str], bool], skip: Path | None, real_root: str, *, looks: bool
    ) -> None:
        self.matches = matches
        self.skip = os.path.realpath(skip) if skip is not None else None
        self.real_root = real_root
        self.found = SourceGathering(looks=looks)
        self.escaped: list[Source] = []
        self.ignored = 0
        self.endings: Counter[str] = Counter()

    def tree(self, top: str, top_prefix: str) -> Discovery:
        """What is in `top`, whose path relative to the root is `top_prefix`."""
        pending = [(top, top_prefix)]
        while pending:
            folder, prefix = pending.pop()
            try:
                with os.scandir(folder) as listing:
                    entries = list(listing)
            except OSError as error:
                self._unlisted(folder, prefix, error)
                continue
            if not _is_ours({entry.name for entry in entries}):
                pending += self._files(entries, prefix)
        sources = self.found.sources(top, top_prefix)
        if self.escaped:
            for source in _told_apart(self.escaped, set(sources.each_path())):
                self.found.add_odd(source)
            sources = self.found.sources(top, top_prefix)
        return Discovery(sources, self.ignored, self.endings)

    def _files(self, entries: list[os.DirEntry[str]], prefix: str) -> Iterator[tuple[str, str]]:
        """Note the files among `entries`; yields the folders to enter."""
        for entry in entries:
            path = prefix + entry.name
            is_plain = entry.is_file(follow_symlinks=False)
            if not is_plain and entry.is_dir(follow_symlinks=False):
                if self._enters(entry):
                    yield entry.path, f"{path}/"
            elif not is_plain and _leads_to_folder(entry):
                continue
            elif self.matches(path, entry.name):
                self._file(path, entry, None if is_plain else _fault(entry.path, self.real_root))
            else:
                self.ignored += 1
                self.endings[Path(entry.name).suffix] += 1

    def _file(self, path: str, entry: os.DirEntry[str], fault: Diagnostic | None) -> None:
        if fault is None and path.isascii():
            self.found.add(path, entry)
            return
        source = _source(path, entry.path, fault)
        if source.fault is None:
            self.found.add(source.path, entry)
        elif source.fault.code is Code.PATH_NOT_UTF8:
            self.escaped.append(source)
        else:
            self.found.add_odd(source)

    def _enters(self, entry: os.DirEntry[str]) -> bool:
        if is_hidden(entry.name):
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
        self.found.add_odd(_source(prefix, folder, fault))


def _is_ours(names: set[str]) -> bool:
    """Whether a folder of these entries is a release, or the dataset that releases are in."""
    if names >= _RELEASE_MARKS:
        return True
    return names >= _DATASET_MARKS and any(Version.parse(name) for name in names)


def is_hidden(folder: str) -> bool:
    """Whether a folder of this name is never entered."""
    return folder.startswith(".") or folder in _NEVER_ENTERED


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_symlink() and entry.is_dir()
    except OSError:
        # A link to itself, or a chain of links that never ends.
        return False


def _source(path: str, location: str, fault: Diagnostic | None) -> Source:
    """The source at `location`; a path that is not UTF-8 is escaped, and a fault of its own."""
    if path.isascii():
        return Source(path, location, fault)
    name = os.fsencode(path)
    try:
        return Source(name.decode("utf-8"), location, fault)
    except UnicodeDecodeError:
        shown = name.decode("utf-8", "backslashreplace")
        named = diagnose(Code.PATH_NOT_UTF8, "the file's name is not UTF-8", help="rename the file")
        return Source(shown, location, fault or named)


def _fault(location: str, real_root: str) -> Diagnostic | None:
    """Why a path that is no plain file cannot be a source; None for a good link to one."""
    if os.path.islink(location):
        target = os.path.realpath(location)
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
    try:
        mode = os.stat(location).st_mode
    except OSError as error:
        return diagnose(Code.UNREADABLE, f"it cannot be read: {error.strerror}")
    return None if stat.S_ISREG(mode) else not_regular(mode)


def not_regular(mode: int) -> Diagnostic:
    """The diagnostic of something that is neither a file nor a folder."""
    kinds = {stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket"}
    what = kinds.get(stat.S_IFMT(mode), "a device or other special file")
    return diagnose(Code.NOT_A_REGULAR_FILE, f"{what}, not a regular file", help="exclude it")
