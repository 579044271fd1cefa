"""The project around the package: what its files promise, and what goes into the wheel."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from pathspec import GitIgnoreSpec

import corpuskit

ROOT = Path(__file__).resolve().parents[1]

# Written so that this file does not hold what it looks for.
PACKAGE_HOST = re.compile(
    rb"pypi[.](?:org|python)|python[h]osted[.]|(?<!emit-)index[-]url|anaconda[.]org"
)
MACHINE_PATH = re.compile(rb"(?<![\w.:/])/(?:home|root|Users|tmp|work|opt)/\w")


def tracked_files() -> list[Path]:
    """The files that git would track, found without git: a copy of the sources may have none."""
    ignored = GitIgnoreSpec.from_lines([".git/", *(ROOT / ".gitignore").read_text().splitlines()])
    return [ROOT / name for name in sorted(ignored.match_tree_files(ROOT, negate=True))]


def _files_with(pattern: re.Pattern[bytes]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {match[0].decode()}"
        for path in tracked_files()
        if path.is_file() and (match := pattern.search(path.read_bytes()))
    ]


def _ships(path: Path) -> bool:
    """Whether a file of the package is of a kind that belongs in it: a patch's leavings are not."""
    return path.suffix in {".css", ".html", ".md", ".py", ".yaml"} or path.name == "py.typed"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built with what is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    build = (sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder)
    subprocess.run(build, cwd=ROOT, check=True)
    return next(folder.glob("*.whl"))


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_the_readme_shows_how_to_start(command: str) -> None:
    assert command in (ROOT / "README.md").read_text("utf-8")


def test_no_file_names_a_package_host() -> None:
    assert _files_with(PACKAGE_HOST) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert _files_with(MACHINE_PATH) == []


@pytest.mark.parametrize("lock", ["bench", "bench-peers", "demo", "dev", "runtime"])
def test_every_locked_package_has_a_hash(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
    entries = re.findall(r"^\S+==.*(?:\n    .*)*", text, re.MULTILINE)
    assert entries
    assert [e.partition(" ")[0] for e in entries if "--hash=sha256:" not in e] == []


@pytest.mark.parametrize("lock", ["demo", "runtime"])
def test_the_smaller_locks_hold_what_the_tests_ran_with(lock: str) -> None:
    pins, tested = (
        set(re.findall(r"^\S+==\S+", (ROOT / f"requirements/{name}.txt").read_text(), re.MULTILINE))
        for name in (lock, "dev")
    )
    assert pins - tested == set()


def test_what_is_measured_is_what_runs() -> None:
    pins, measured = (
        set(re.findall(r"^\S+==\S+", (ROOT / f"requirements/{name}.txt").read_text(), re.MULTILINE))
        for name in ("runtime", "bench")
    )
    assert pins - measured == set()
    assert not any(pin.startswith("pandas==") for pin in measured)


def test_the_wheel_holds_the_package_the_schemas_and_the_licence(wheel: Path) -> None:
    package = {p for p in tracked_files() if p.is_relative_to(ROOT / "corpuskit")}
    schemas = {p for p in tracked_files() if p.is_relative_to(ROOT / "schemas")}
    expected = {str(p.relative_to(ROOT)) for p in package}
    expected |= {f"corpuskit/{p.relative_to(ROOT)}" for p in schemas}
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        licences = [name for name in archive.namelist() if name.endswith("/licenses/LICENSE")]
    assert held == expected
    assert [path for path in sorted(package) if not _ships(path)] == []
    assert {"corpuskit/py.typed", "corpuskit/schemas/article.yaml"} <= held
    assert len(licences) == 1


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert corpuskit.__version__ == project["version"]
    assert version("corpuskit") == project["version"]
    assert citation["version"] == project["version"]
    assert citation["license"] == project["license"]


def test_a_test_cannot_leave_the_machine() -> None:
    with socket.socket() as local, pytest.raises(pytest.fail.Exception, match="reached for"):
        local.connect(("192.0.2.1", 9))
    with pytest.raises(pytest.fail.Exception, match="asked for"):
        socket.getaddrinfo("example.org", 443)


def test_a_test_can_talk_to_itself() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname()) as client:
            client.sendall(b"x")
        with server.accept()[0] as peer:
            assert peer.recv(1) == b"x"


def test_a_test_cannot_touch_the_real_home() -> None:
    real = Path(os.environ["CORPUSKIT_TESTS_REAL_HOME"])
    assert Path.home() != real
    with pytest.raises(pytest.fail.Exception, match="touched the real home"):
        (real / ".corpuskit-probe").read_text()
    with pytest.raises(pytest.fail.Exception, match="touched the real home"):
        (real / ".corpuskit-probe").mkdir()
