"""The Hugging Face Hub: a dataset's git repository there, through huggingface_hub.

The package is imported by the first call. What it would say on the terminal is not said; where
nobody has imported it before, it sends no word about the machine either.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias

from corpuskit.errors import CorpuskitError, MissingExtraError, UnfinishedError

if TYPE_CHECKING:
    from huggingface_hub import CommitOperationAdd, HfApi

    Addition: TypeAlias = CommitOperationAdd

SCHEME = "hf://"
_REPOSITORY = re.compile(r"hf://datasets/(?P<name>[^/@]+/[^/@]+)/?")
_KIND = "dataset"
_AT_ONCE = 32
"""Files that are sent before progress is told; some of them at the same time."""

_TELEMETRY = "HF_HUB_DISABLE_TELEMETRY"
_CONFLICTS = frozenset({409, 412})
_NO_TOKEN = "set HF_TOKEN to a token that may, or type: hf auth login"  # noqa: S105 - no token


@dataclass(frozen=True, slots=True)
class Blob:
    """A file of a commit: its SHA-256 where git LFS keeps it, else its id as git's blob."""

    size: int
    sha256: str | None
    git_id: str


@dataclass(frozen=True, slots=True)
class Refs:
    """What a repository is now: the last commit of `main`, and its tags."""

    head: str
    tags: Sequence[str]
    private: bool


def hub_repository(url: str) -> Repository | None:
    """The repository at `hf://datasets/OWNER/NAME`; None for any other URL or path."""
    found = _REPOSITORY.fullmatch(url)
    return Repository(found["name"]) if found else None


def is_on_hub(url: str) -> bool:
    """Whether a URL is of a repository of the Hub, or of something in one; a bucket is none."""
    return url.startswith(SCHEME) and not url.startswith(f"{SCHEME}buckets/")


def prepare() -> None:
    """Import huggingface_hub.

    Raises:
        MissingExtraError: it is not installed.
    """
    if "huggingface_hub.constants" in sys.modules:
        return
    stated = os.environ.get(_TELEMETRY)
    os.environ.setdefault(_TELEMETRY, "1")
    try:
        import huggingface_hub.constants
        import huggingface_hub.utils.logging  # noqa: F401 - it sets up its log, which is silenced below
    except ModuleNotFoundError as error:
        raise MissingExtraError("huggingface_hub", "hub") from error
    finally:
        if stated is None:
            del os.environ[_TELEMETRY]
    if "HF_HUB_VERBOSITY" not in os.environ:
        # Each time that it tries something again it would say so.
        logging.getLogger("huggingface_hub").setLevel(logging.CRITICAL)


class Repository:
    """A repository of datasets, `OWNER/NAME`, which need not be there.

    Every method raises UnfinishedError if the network gets in the way or a token is missing, and
    MissingExtraError if huggingface_hub is not installed.
    """

    def __init__(self, name: str) -> None:
        """Take its name."""
        self.name = name
        self.url = f"hf://datasets/{name}"

    def refs(self) -> Refs | None:
        """What it is now; None if it is not there, or the token may not see it."""
        with self._asking() as api:
            from huggingface_hub.errors import RepositoryNotFoundError

            try:
                info = api.dataset_info(self.name)
                refs = api.list_repo_refs(self.name, repo_type=_KIND)
            except RepositoryNotFoundError:
                return None
        # What is said of the repository as a whole may be some seconds old.
        heads = [branch.target_commit for branch in refs.branches if branch.name == "main"]
        tags = [tag.name for tag in refs.tags]
        return Refs(heads[0] if heads else str(info.sha), tags, private=bool(info.private))

    def create(self) -> None:
        """Make it, a private one, unless somebody just has."""
        with self._asking() as api:
            api.create_repo(self.name, repo_type=_KIND, private=True, exist_ok=True)

    def require_token(self) -> None:
        """Say what to do where no token is known; whether one may write, the Hub says later."""
        with self._asking():
            from huggingface_hub import get_token

            if get_token() is None:
                raise UnfinishedError(f"{self.url}: no token is known; {_NO_TOKEN}")

    def files(self, revision: str) -> dict[str, Blob]:
        """The files of a commit or tag, by path."""
        with self._asking() as api:
            from huggingface_hub.hf_api import RepoFile

            listed = api.list_repo_tree(
                self.name, recursive=True, revision=revision, repo_type=_KIND
            )
            files = [entry for entry in listed if isinstance(entry, RepoFile)]
        return {
            file.path: Blob(file.size, file.lfs.sha256 if file.lfs else None, file.blob_id)
            for file in files
        }

    def read(self, path: str, revision: str) -> bytes | None:
        """A file of a commit or tag; None if there is none."""
        with self._asking():
            from huggingface_hub import hf_hub_url
            from huggingface_hub.errors import EntryNotFoundError
            from huggingface_hub.utils import build_hf_headers, hf_raise_for_status, http_backoff

            url = hf_hub_url(self.name, path, repo_type=_KIND, revision=revision)
            response = http_backoff("GET", url, headers=build_hf_headers())
            try:
                hf_raise_for_status(response)
            except EntryNotFoundError:
                return None
            return bytes(response.content)

    def send(
        self, files: Mapping[str, Path], done: Callable[[Sequence[str]], None]
    ) -> list[Addition]:
        """Send files that `commit` is to add; what the Hub has already it does not ask for.

        `done` hears of the paths that are sent.
        """
        sent: list[Addition] = []
        paths = sorted(files)
        for start in range(0, len(paths), _AT_ONCE):
            some = paths[start : start + _AT_ONCE]
            with self._asking() as api:
                from huggingface_hub import CommitOperationAdd

                additions = [CommitOperationAdd(path, files[path]) for path in some]
                # A .gitignore of the repository would leave files out without a word.
                api.preupload_lfs_files(
                    self.name, additions, repo_type=_KIND, free_memory=False, gitignore_content=""
                )
            sent += additions
            done(some)
        return sent

    def commit(
        self,
        message: str,
        parent: str,
        additions: Sequence[Addition],
        copies: Mapping[str, str],
        deletions: Sequence[str],
    ) -> str | None:
        """Make one commit, and give its id; None if `parent` is the last one no longer.

        `copies` are the paths of large files in `parent`, by their paths to be.
        """
        with self._asking() as api:
            from huggingface_hub import (
                CommitOperationCopy,
                CommitOperationDelete,
            )
            from huggingface_hub.errors import HfHubHTTPError

            operations: list[CommitOperationAdd | CommitOperationCopy | CommitOperationDelete] = [
                *additions,
                *(CommitOperationCopy(copies[path], path, parent) for path in copies),
                *(CommitOperationDelete(path, is_folder=False) for path in deletions),
            ]
            try:
                made = api.create_commit(
                    self.name, operations, commit_message=message, repo_type=_KIND,
                    parent_commit=parent,
                )  # fmt: skip
            except HfHubHTTPError as error:
                if error.response.status_code in _CONFLICTS:
                    return None
                raise
            return made.oid

    def tag(self, name: str, commit: str) -> bool:
        """Tag a commit; whether it was done, and not by somebody else before."""
        with self._asking() as api:
            from huggingface_hub.errors import HfHubHTTPError

            try:
                api.create_tag(self.name, tag=name, revision=commit, repo_type=_KIND)
            except HfHubHTTPError as error:
                if error.response.status_code in _CONFLICTS:
                    return False
                raise
            return True

    @contextmanager
    def _asking(self) -> Iterator[HfApi]:
        """The API, which says nothing and raises what we do."""
        prepare()
        from huggingface_hub import HfApi

        try:
            with _quiet:
                yield HfApi(library_name="corpuskit")
        except CorpuskitError:
            raise
        except Exception as error:  # it raises what the libraries below it raise, too
            raise UnfinishedError(f"{self.url}: {self._said(error)}") from error

    def _said(self, error: Exception) -> str:
        """What to tell of what was raised."""
        status = getattr(getattr(error, "response", None), "status_code", None)
        if status == 401:
            return f"the Hub does not know the token, or none is set; {_NO_TOKEN}"
        if status == 403:
            owner = self.name.partition("/")[0]
            return f"the token may not do that; it needs the right to write to what is {owner}'s"
        # What was wrong with an upload is behind an error that says which one it was.
        causes = [error, *([error.__cause__] if type(error) is RuntimeError else [])]
        lines = [line for cause in causes for line in str(cause).strip().splitlines()[:1]]
        return ": ".join(lines) or type(error).__name__


class _Quiet:
    """Has huggingface_hub say nothing while somebody is in it: no bars, no log, no warnings."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._undo = ExitStack()

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._silence()

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                self._undo.close()

    def _silence(self) -> None:
        from huggingface_hub import utils

        logger = logging.getLogger("huggingface_hub")
        self._undo.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        self._undo.callback(logger.setLevel, logger.level)
        logger.setLevel(logging.CRITICAL)
        if not utils.are_progress_bars_disabled():
            utils.disable_progress_bars()
            self._undo.callback(utils.enable_progress_bars)


_quiet = _Quiet()
