"""As much of the Hugging Face Hub as huggingface_hub needs: repositories of datasets, in memory.

Written from what the clients of versions 1.0 and 2.4 send and read. Commits, trees and tags are
kept as git keeps them, large files by their SHA-256 as git LFS does, and who asks needs a token.
"""

from __future__ import annotations

import base64
import fnmatch
import hashlib
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import RLock, Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

WRITE, READ = "hf_write", "hf_read"
"""The tokens that it knows."""

_PAGE = 50
_ATTRIBUTES = b"*.parquet filter=lfs diff=lfs merge=lfs -text\n"
_FOREVER = 31_536_000


@dataclass(frozen=True)
class File:
    """A file of a tree, and whether git LFS keeps it."""

    data: bytes
    lfs: bool = False

    @property
    def sha256(self) -> str:
        """As git LFS names it."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def blob(self) -> bytes:
        """What git itself keeps of it."""
        if not self.lfs:
            return self.data
        head = "version https://git-lfs.github.com/spec/v1"
        return f"{head}\noid sha256:{self.sha256}\nsize {len(self.data)}\n".encode()

    @property
    def oid(self) -> str:
        """As git names it."""
        blob = self.blob
        return hashlib.sha1(b"blob %d\0" % len(blob) + blob).hexdigest()


@dataclass
class Repository:
    """Commits by their ids, each a tree; the head of `main`; tags."""

    private: bool
    trees: dict[str, dict[str, File]] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)

    @property
    def head(self) -> str:
        """The last commit of `main`."""
        return self.history[-1]

    def commit(self, tree: Mapping[str, File]) -> str:
        """Make a commit, and give its id."""
        said = "".join(f"{path} {file.oid}\n" for path, file in sorted(tree.items()))
        oid = hashlib.sha1(f"{len(self.history)}\n{said}".encode()).hexdigest()
        self.trees[oid] = dict(tree)
        self.history.append(oid)
        return oid

    def write(self, files: Mapping[str, bytes | None]) -> str:
        """What somebody does in the browser: write files, or delete them."""
        tree = dict(self.trees[self.head])
        for path, data in files.items():
            if data is None:
                del tree[path]
            else:
                tree[path] = File(data)
        return self.commit(tree)

    def write_large(self, files: Mapping[str, bytes]) -> str:
        """Likewise, with files that git LFS keeps."""
        kept = {path: File(data, lfs=True) for path, data in files.items()}
        self.objects |= {file.sha256: file.data for file in kept.values()}
        return self.commit(self.trees[self.head] | kept)

    def find(self, revision: str) -> str | None:
        """The commit that is meant."""
        if revision == "main":
            return self.head
        return self.tags.get(revision) or (revision if revision in self.trees else None)

    def files(self, revision: str = "main") -> dict[str, bytes]:
        """All files of a commit, by path."""
        oid = self.find(revision)
        assert oid is not None, f"there is no {revision}"
        return {path: file.data for path, file in self.trees[oid].items()}


class Refusal(Exception):  # noqa: N818 - an answer
    """An answer that is no success."""

    def __init__(self, status: int, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code


@dataclass
class Hub:
    """The repositories by name, and what was asked of them.

    Attributes:
        before: Called with method and path before a request is answered; a status that it gives is
            the answer.
        after: Likewise, once what was asked for is done.
        requests: How often each kind of request was made.
        sent: The SHA-256 of each large file that was sent, in their order.
        xet: The folder that hf_xet puts what it sends into, as it would into Xet's own server.
        known: By their SHA-256, the files that may be there: nobody else reads what Xet keeps.
    """

    url: str = ""
    repositories: dict[str, Repository] = field(default_factory=dict)
    before: Callable[[str, str], int | None] = lambda _method, _path: None
    after: Callable[[str, str], int | None] = lambda _method, _path: None
    requests: Counter[str] = field(default_factory=Counter)
    sent: list[str] = field(default_factory=list)
    xet: Path | None = None
    known: dict[str, bytes] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    def create(self, name: str, *, private: bool) -> Repository:
        """Make a repository, with what every new one has."""
        made = self.repositories[name] = Repository(private)
        made.commit({".gitattributes": File(_ATTRIBUTES)})
        return made


@contextmanager
def served() -> Iterator[Hub]:
    """A Hub on loopback."""
    hub = Hub()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, hub)) as server:
        server.daemon_threads = True
        hub.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=partial(server.serve_forever, 0.01))
        thread.start()
        try:
            yield hub
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, hub: Hub, *arguments: Any) -> None:  # noqa: ANN401 - the base's own
        self.hub = hub
        super().__init__(*arguments)

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self._answer()

    do_HEAD = do_POST = do_PUT = do_GET  # noqa: N815 - the base's names

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        path, self.query = unquote(parts.path), parse_qs(parts.query)
        self.body = self._read_body()
        try:
            self._stop(self.hub.before(self.command, path))
            for method, pattern, act in _ROUTES:
                found = re.fullmatch(pattern, path)
                if found and self.command in method:
                    self.hub.requests[act.__name__] += 1
                    with self.hub.lock:
                        status, headers, data = act(self, **found.groupdict())
                    self._stop(self.hub.after(self.command, path))
                    break
            else:
                self._stop(404)
        except Refusal as refusal:
            status, headers = refusal.status, {"X-Error-Message": refusal.message}
            data = json.dumps({"error": refusal.message}).encode()
            if refusal.code:
                headers["X-Error-Code"] = refusal.code
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _read_body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    @staticmethod
    def _stop(status: int | None) -> None:
        if status is not None:
            raise Refusal(status, "as the test has it")

    def json(self) -> Any:  # noqa: ANN401 - whatever it is
        return json.loads(self.body)

    def may(self, *, write: bool) -> bool:
        """Whether the token allows it; one that is unknown allows nothing."""
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in {"", WRITE, READ}:
            raise Refusal(401, "Invalid credentials in Authorization header")
        if write and token == READ:
            raise Refusal(403, "You don't have the required permissions")
        return bool(token)

    def repository(self, name: str, *, write: bool = False) -> Repository:
        known = self.may(write=write)
        found = self.hub.repositories.get(name)
        if not known and (found is None or found.private or write):
            raise Refusal(401, "Invalid username or password.")
        if found is None:
            raise Refusal(404, "Repository not found", "RepoNotFound")
        return found

    def tree(self, name: str, revision: str) -> tuple[str, dict[str, File]]:
        repository = self.repository(name)
        oid = repository.find(revision)
        if oid is None:
            raise Refusal(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        return oid, repository.trees[oid]


_Answer = tuple[int, dict[str, str], bytes]


def _json(value: object, **headers: str) -> _Answer:
    said = {"Content-Type": "application/json", **{n.title(): v for n, v in headers.items()}}
    return 200, said, json.dumps(value).encode()


def create(call: _Handler) -> _Answer:
    asked = call.json()
    name = f"{asked['organization']}/{asked['name']}"
    if not call.may(write=True):
        raise Refusal(401, "Invalid username or password.")
    if name in call.hub.repositories:
        raise Refusal(409, "You already created this dataset repo")
    assert asked["type"] == "dataset"
    # As clients before 2.0 say it, and after.
    private = asked.get("private", False) or asked.get("visibility") == "private"
    call.hub.create(name, private=private)
    return _json({"url": f"{call.hub.url}/datasets/{name}"})


def info(call: _Handler, name: str, revision: str = "main") -> _Answer:
    oid, tree = call.tree(name, revision)
    private = call.hub.repositories[name].private
    files = [{"rfilename": path} for path in sorted(tree)]
    return _json({"id": name, "sha": oid, "private": private, "tags": [], "siblings": files})


def refs(call: _Handler, name: str) -> _Answer:
    repository = call.repository(name)
    tags = [
        {"name": tag, "ref": f"refs/tags/{tag}", "targetCommit": oid}
        for tag, oid in repository.tags.items()
    ]
    main = {"name": "main", "ref": "refs/heads/main", "targetCommit": repository.head}
    return _json({"branches": [main], "converts": [], "tags": tags})


def _entry(path: str, file: File) -> dict[str, object]:
    entry = {"type": "file", "path": path, "oid": file.oid, "size": len(file.data)}
    if file.lfs:
        size = len(file.data)
        entry["lfs"] = {"oid": file.sha256, "size": size, "pointerSize": len(file.blob)}
    return entry


def tree(call: _Handler, name: str, revision: str, folder: str | None = None) -> _Answer:
    _, files = call.tree(name, revision)
    prefix = f"{folder}/" if folder else ""
    below = {path: file for path, file in files.items() if path.startswith(prefix)}
    if folder and not below:
        raise Refusal(404, f"{folder} does not exist", "EntryNotFound")
    recursive = call.query.get("recursive") in (["true"], ["True"])
    entries: dict[str, dict[str, object]] = {}
    for path, file in below.items():
        *folders, _ = path.removeprefix(prefix).split("/")
        for depth in range(1, len(folders) + 1):
            at = prefix + "/".join(folders[:depth])
            entries[at] = {"type": "directory", "path": at, "oid": "0" * 40, "size": 0}
        entries[path] = _entry(path, file)
    if not recursive:
        entries = {p: e for p, e in entries.items() if "/" not in p.removeprefix(prefix)}
    listed = [entry for _, entry in sorted(entries.items())]
    start = int(call.query.get("cursor", ["0"])[0])
    more = {}
    if start + _PAGE < len(listed):
        asked = f"recursive={recursive}&cursor={start + _PAGE}"
        more["link"] = f'<{call.hub.url}{urlsplit(call.path).path}?{asked}>; rel="next"'
    return _json(listed[start : start + _PAGE], **more)


def paths_info(call: _Handler, name: str, revision: str) -> _Answer:
    _, files = call.tree(name, revision)
    asked = parse_qs(call.body.decode())["paths"] if call.body[:1] != b"{" else call.json()["paths"]
    return _json([_entry(path, files[path]) for path in asked if path in files])


def preupload(call: _Handler, name: str, revision: str) -> _Answer:
    call.repository(name, write=True)
    _, files = call.tree(name, revision)
    asked = call.json()
    rules = asked.get("gitIgnore")
    if rules is None:
        rules = files.get(".gitignore", File(b"")).data.decode()
    answer = []
    for file in asked["files"]:
        path, there = file["path"], files.get(file["path"])
        large = path.endswith(".parquet") or file["size"] > 10_000_000
        large |= b"\0" in base64.b64decode(file["sample"])
        ignored = any(
            fnmatch.fnmatch(path.rpartition("/")[2], rule) for rule in rules.split("\n") if rule
        )
        said = {"path": path, "uploadMode": "lfs" if large else "regular", "shouldIgnore": ignored}
        if there is not None:
            said["oid"] = there.sha256 if there.lfs else there.oid
        answer.append(said)
    return _json({"files": answer})


def batch(call: _Handler, name: str) -> _Answer:
    repository = call.repository(name, write=True)
    asked = call.json()
    assert (asked["operation"], asked["hash_algo"]) == ("upload", "sha256")
    objects = []
    for wanted in asked["objects"]:
        if wanted["oid"] not in repository.objects:
            href = f"{call.hub.url}/lfs/{name}/{wanted['oid']}/{wanted['size']}"
            wanted["actions"] = {"upload": {"href": href, "header": {}}}
        objects.append(wanted)
    return _json({"transfer": "basic", "objects": objects})


def upload(call: _Handler, name: str, oid: str, size: str) -> _Answer:
    if (hashlib.sha256(call.body).hexdigest(), len(call.body)) != (oid, int(size)):
        raise Refusal(400, "other bytes were announced")
    call.hub.repositories[name].objects[oid] = call.body
    call.hub.sent.append(oid)
    return 200, {"ETag": f'"{oid}"'}, b""


def xet_token(call: _Handler, name: str) -> _Answer:
    call.repository(name, write=True)
    assert call.hub.xet is not None
    expires = str(int(time.time()) + 3600)
    place = {"X-Xet-Cas-Url": f"local://{call.hub.xet}", "X-Xet-Access-Token": "token"}
    said = {"casUrl": f"local://{call.hub.xet}", "accessToken": "token", "exp": int(expires)}
    return _json(said, **place, **{"X-Xet-Token-Expiration": expires})


def commit(call: _Handler, name: str) -> _Answer:
    repository = call.repository(name, write=True)
    lines = [json.loads(line) for line in call.body.splitlines()]
    assert lines[0]["key"] == "header"
    assert lines[0]["value"]["summary"]
    if lines[0]["value"].get("parentCommit", repository.head) != repository.head:
        raise Refusal(412, "A commit has happened since. Please refresh and try again.")
    changed = dict(repository.trees[repository.head])
    for line in lines[1:]:
        value = line["value"]
        match line["key"]:
            case "file":
                changed[value["path"]] = File(base64.b64decode(value["content"]))
            case "lfsFile":
                kept = call.hub.known if call.hub.xet else repository.objects
                data = kept.get(value["oid"])
                if data is None or value.get("size", len(data)) != len(data):
                    raise Refusal(400, f"{value['oid']} was not uploaded")
                changed[value["path"]] = File(data, lfs=True)
            case "deletedFile":
                if changed.pop(value["path"], None) is None:
                    raise Refusal(400, f"{value['path']} does not exist")
            case other:
                raise Refusal(400, f"{other} is not known")
    oid = repository.commit(changed)
    return _json({"commitUrl": f"{call.hub.url}/datasets/{name}/commit/{oid}", "commitOid": oid})


def tag(call: _Handler, name: str, revision: str) -> _Answer:
    repository = call.repository(name, write=True)
    oid, _ = call.tree(name, revision)
    if call.json()["tag"] in repository.tags:
        raise Refusal(409, "Tag already exists")
    repository.tags[call.json()["tag"]] = oid
    return _json({})


def validate_yaml(call: _Handler) -> _Answer:
    assert call.json()["repoType"] == "dataset"
    return _json({"errors": [], "warnings": [{"message": "a warning that nobody is to see"}]})


def resolve(call: _Handler, name: str, revision: str, path: str) -> _Answer:
    oid, files = call.tree(name, revision)
    file = files.get(path)
    if file is None:
        raise Refusal(404, f"{path} does not exist", "EntryNotFound")
    said = {"X-Repo-Commit": oid, "ETag": f'"{file.oid}"'}
    if not file.lfs:
        return _ranged(call, file.data, said)
    call.hub.repositories[name].objects[file.sha256] = file.data
    said |= {"X-Linked-Etag": f'"{file.sha256}"', "X-Linked-Size": str(len(file.data))}
    # Where no token is to be sent.
    elsewhere = call.hub.url.replace("127.0.0.1", "localhost")
    return 302, {**said, "Location": f"{elsewhere}/cdn/{name}/{file.sha256}"}, b""


def cdn(call: _Handler, name: str, oid: str) -> _Answer:
    assert "Authorization" not in call.headers
    return _ranged(call, call.hub.repositories[name].objects[oid], {"ETag": f'"{oid}"'})


def _ranged(call: _Handler, data: bytes, headers: dict[str, str]) -> _Answer:
    asked = re.fullmatch(r"bytes=(\d+)-(\d*)", call.headers.get("Range", ""))
    if asked is None:
        return 200, {**headers, "Content-Length": str(len(data))}, data
    start, end = int(asked[1]), min(int(asked[2] or _FOREVER), len(data) - 1)
    if start >= len(data):
        raise Refusal(416, "there is no such range")
    part = data[start : end + 1]
    return 206, {**headers, "Content-Range": f"bytes {start}-{end}/{len(data)}"}, part


_API = r"/api/datasets/(?P<name>[^/]+/[^/]+)"
_AT = r"/(?P<revision>[^/]+)"
_GIT = r"/datasets/(?P<name>[^/]+/[^/]+)"
_ROUTES: tuple[tuple[str, str, Callable[..., _Answer]], ...] = (
    ("POST", r"/api/repos/create", create),
    ("POST", r"/api/validate-yaml", validate_yaml),
    ("GET", _API, info),
    ("GET", rf"{_API}/revision{_AT}", info),
    ("GET", rf"{_API}/refs", refs),
    ("GET", rf"{_API}/tree{_AT}(?:/(?P<folder>.+))?", tree),
    ("POST", rf"{_API}/paths-info{_AT}", paths_info),
    ("POST", rf"{_API}/preupload{_AT}", preupload),
    ("POST", rf"{_API}/commit/main", commit),
    ("POST", rf"{_API}/tag{_AT}", tag),
    ("POST", rf"{_GIT}\.git/info/lfs/objects/batch", batch),
    ("GET", rf"{_API}/xet-write-token/main", xet_token),
    ("PUT", r"/lfs/(?P<name>[^/]+/[^/]+)/(?P<oid>\w+)/(?P<size>\d+)", upload),
    ("GET HEAD", rf"{_GIT}/resolve{_AT}/(?P<path>.+)", resolve),
    ("GET HEAD", r"/cdn/(?P<name>[^/]+/[^/]+)/(?P<oid>\w+)", cdn),
)
