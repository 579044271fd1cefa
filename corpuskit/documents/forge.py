"""Repositories on the web: where their problems are reported, and a file of a commit is seen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from corpuskit.documents.web import web_address
from corpuskit.manifest import Manifest

_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}"
_NO_OWNER = "(?:collections|explore|orgs|sponsors|topics|users)"
_REPOSITORY = re.compile(
    rf"https?://(?:www\.)?(?P<host>github\.com|codeberg\.org)/(?!{_NO_OWNER}/)(?P<path>{_NAME}/{_NAME}?)"
    rf"(?:\.git)?(?:[/?#].*)?"
    rf"|https?://(?P<gitlab>gitlab\.com)/(?P<project>{_NAME}(?:/{_NAME}){{1,9}}?)"
    rf"/?(?:(?:/-/|[?#]).*)?"
)


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository: the address for a new issue, and how those of a commit's files begin."""

    new_issue: str
    files: str

    def file(self, commit: str, path: str) -> str:
        """The address of a file as it is in a commit, which it will always show so."""
        return f"{self.files}/{commit}/{quote(path)}"


def repository(homepage: str | None) -> Repository | None:
    """The repository that a homepage is, or a page of it, on a forge whose addresses are known."""
    found = _REPOSITORY.fullmatch(web_address(homepage) or "")
    if found is None:
        return None
    if found["gitlab"]:
        root = f"https://gitlab.com/{found['project'].removesuffix('.git')}/-"
        return Repository(f"{root}/issues/new", f"{root}/blob")
    root = f"https://{found['host']}/{found['path']}"
    files = "blob" if found["host"] == "github.com" else "src/commit"
    return Repository(f"{root}/issues/new", f"{root}/{files}")


def report_address(homepage: str | None) -> str | None:
    """Where to report a problem: a new issue, else the homepage, if there is one."""
    known = repository(homepage)
    return known.new_issue if known is not None else web_address(homepage)


def permalink(manifest: Manifest, path: str) -> str | None:
    """Where a source is seen as it was, if it is in the commit of a known forge's repository."""
    sources, known = manifest.sources, repository(manifest.description.homepage)
    if known is None or sources.git_commit is None or sources.git_dirty is not False:
        return None
    if sources.git_path is None:
        return None
    return known.file(sources.git_commit, sources.git_path + path)
