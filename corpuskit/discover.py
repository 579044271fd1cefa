"""A root folder → its sources, in canonical order; what cannot be read is a source with a fault."""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from corpuskit.codes import Code
from corpuskit.dataset_names import AROUND, CHECKSUMS, MANIFEST
from corpuskit.errors import UsageError
from corpuskit.model import Diagnostic, diagnose
from corpuskit.sources.faults import not_regular
from corpuskit.sources.table import SourceGathering, Sources
from corpuskit.versions import Version

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_FILE = "\0"
"""Stands behind a file's path, for no name of a folder can end so."""
_ENDING = re.compile(r"[*?\]][^/]*\.[^/]*\Z")
_NEVER_ENTERED = frozenset({"node_modules", "__pycache__"})


@dataclass
class Discovery:
    """What was found under a root.

    `ignored` counts the files that matched no pattern; `endings` counts them by suffix.
    """

    found: SourceGathering
    ignored: int = 0
    endings: Counter[str] = field(default_factory=Counter)

    @cached_property
    def sources(self) -> Sources:
        """The sources, sorted by the UTF-8 bytes of their paths."""
        return self.found.sources()

    @property
    def likely_pattern(self) -> str | None:
        """The pattern to type when most files matched none: that of the commonest ending."""
        return None if self.ignored <= len(self.found) else commonest(self.endings)


def commonest(endings: Counter[str]) -> str | None:
    """The pattern of the commonest ending."""
    ending, _ = min(endings.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
    return f"*{ending}" if ending else None


def discover(
    src: Path,
    include: tuple[str, ...],
    exclude: tuple[str, ...] = (),
    skip: Path | None = None,
    root: Path | None = None,
    *,
    looks: bool = False,
    watch: Callable[[str], None] = lambda _digest: None,
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
        watch: Hears each of the `looks_digests` but the last as soon as it is known.

    Raises:
        UsageError: `src` does not exist or cannot be listed.
    """
    base = os.path.realpath(root or (src if os.path.isdir(src) else src.parent))
    if os.path.isdir(src):
        below = os.path.relpath(os.path.realpath(src), base)
        prefix = "" if below == "." else f"{below}/"
        found = SourceGathering(os.fspath(src), prefix, looks=looks, watch=watch)
        walk = _Walk(found, matcher(include, exclude), skip, base)
        walk.tree(os.fspath(src), prefix)
        return Discovery(found, walk.ignored, walk.endings)
    if os.path.lexists(src):
        folder = os.path.relpath(os.path.realpath(src.parent), base)
        path = src.name if folder == "." else f"{folder}/{src.name}"
        found = SourceGathering("", "", looks=False)
        found.add_odd(path, os.fspath(src), _fault(os.fspath(src), base))
        return Discovery(found)
    raise UsageError(f"{src}: no such file or folder")


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
    wanted = _spec(_of_files(others)) if others else None
    unwanted = _spec(exclude) if exclude else None

    def matches(path: str, name: str) -> bool:
        if not (name.endswith(endings) or (wanted is not None and wanted.match_file(path + _FILE))):
            return False
        return unwanted is None or not unwanted.match_file(path)

    return matches


def _spec(patterns: Iterable[str]) -> GitIgnoreSpec:
    # Late: it takes 30 ms, and most corpora are chosen by endings alone.
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns)


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
        self,
        found: SourceGathering,
        matches: Callable[[str, str], bool],
        skip: Path | None,
        real_root: str,
    ) -> None:
        self.found = found
        self.matches = matches
        self.skip = os.path.realpath(skip) if skip is not None else None
        self.real_root = real_root
        self.ignored = 0
        self.endings: Counter[str] = Counter()

    def tree(self, top: str, top_prefix: str) -> None:
        """Note what is in `top`, whose path relative to the root is `top_prefix`."""
        pending = [(top, top_prefix)]
        while pending:
            folder, prefix = pending.pop()
            try:
                pending += self._folder(folder, prefix)
            except OSError as error:
                self._unlisted(folder, prefix, error)

    def _folder(self, folder: str, prefix: str) -> list[tuple[str, str]]:
        """Note the files of a folder; returns the folders to enter.

        Through a descriptor, looking at a file takes 3.0 µs instead of 3.9: the way to it is short.
        """
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            if _is_ours(descriptor):
                return []
            with os.scandir(descriptor) as entries:
                return list(self._files(entries, folder, prefix))
        finally:
            os.close(descriptor)

    def _files(
        self, entries: Iterator[os.DirEntry[str]], folder: str, prefix: str
    ) -> Iterator[tuple[str, str]]:
        """Note the files among `entries`; yields the folders to enter."""
        for entry in entries:
            name = entry.name
            path = prefix + name
            if entry.is_file(follow_symlinks=False):
                if self.matches(path, name):
                    self.found.add(path, entry)
                else:
                    self._ignore(name)
            elif entry.is_dir(follow_symlinks=False):
                below = os.path.join(folder, name)
                if self._enters(name, below):
                    yield below, f"{path}/"
            elif not _leads_to_folder(entry):
                if self.matches(path, name):
                    self._odd(path, os.path.join(folder, name), entry)
                else:
                    self._ignore(name)

    def _odd(self, path: str, location: str, entry: os.DirEntry[str]) -> None:
        fault = _fault(location, self.real_root)
        if fault is None:
            self.found.add(path, entry)
        else:
            self.found.add_odd(path, location, fault)

    def _ignore(self, name: str) -> None:
        self.ignored += 1
        self.endings[Path(name).suffix] += 1

    def _enters(self, name: str, folder: str) -> bool:
        if is_hidden(name):
            return False
        return self.skip is None or os.path.realpath(folder) != self.skip

    def _unlisted(self, folder: str, prefix: str, error: OSError) -> None:
        if not prefix:
            raise UsageError(f"{folder}: {error.strerror}") from error
        fault = diagnose(
            Code.UNREADABLE,
            f"the folder cannot be listed: {error.strerror}",
            help="grant the right to read it, or exclude it",
        )
        self.found.add_odd(prefix, folder, fault)


def _is_ours(folder: int) -> bool:
    """Whether an open folder is a release, or the dataset that releases are in."""
    if all(_has(folder, name) for name in (MANIFEST, CHECKSUMS)):
        return True
    return all(_has(folder, name) for name in AROUND) and any(
        Version.parse(name) for name in os.listdir(folder)
    )


def _has(folder: int, name: str) -> bool:
    try:
        os.lstat(name, dir_fd=folder)
    except OSError:
        return False
    return True


def is_hidden(folder: str) -> bool:
    """Whether a folder of this name is never entered."""
    return folder.startswith(".") or folder in _NEVER_ENTERED


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_symlink() and entry.is_dir()
    except OSError:
        # A link to itself, or a chain of links that never ends.
        return False


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
