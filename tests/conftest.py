"""What every test runs under: a home of its own, no network, Hypothesis that repeats itself."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]

# Workers of pytest-xdist inherit the environment of a process that may have a home of its own
# already; the variable keeps what was there before.
REAL_HOME = Path(os.environ.setdefault("CORPUSKIT_TESTS_REAL_HOME", str(Path.home().resolve())))

HOME_VARIABLES = {
    "HOME": "",
    "XDG_CACHE_HOME": ".cache",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
    "XDG_RUNTIME_DIR": ".run",
}
OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "GIT_CONFIG_NOSYSTEM": "1",
}
# Read at import by libraries that look for their caches, hence also to be unset before collection.
ELSEWHERE = ("HF_HOME", "HF_DATASETS_CACHE", "HF_HUB_CACHE", "HF_TOKEN", "GIT_DIR", "GIT_WORK_TREE")

PATH_EVENTS = {
    "open": 1,
    "os.chmod": 1,
    "os.listdir": 1,
    "os.mkdir": 1,
    "os.remove": 1,
    "os.rename": 2,
    "os.rmdir": 1,
    "os.scandir": 1,
    "os.link": 2,
    "os.symlink": 2,
    "os.truncate": 1,
    "os.utime": 1,
}
"""The audit events that name paths, with the number of leading arguments that are paths."""

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("explore", deadline=None, print_blob=True, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_configure(config: pytest.Config) -> None:
    """Move the home before collection: libraries look for it when they are imported."""
    home = Path(tempfile.mkdtemp(prefix="corpuskit-home-"))
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    for name, below in HOME_VARIABLES.items():
        (home / below).mkdir(parents=True, exist_ok=True)
        os.environ[name] = str(home / below)
    os.environ.update(OFFLINE)
    for name in ELSEWHERE:
        os.environ.pop(name, None)


def _is_local(host: object) -> bool:
    if host in {None, "", b"", "localhost", b"localhost"}:
        return True
    name = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _in_real_home() -> Callable[[object], bool]:
    """Whether a path is in the real home, but in nothing that happens to be kept there."""
    prefixes = (sys.prefix, sys.base_prefix, tempfile.gettempdir(), *sys.path)
    kept = [Path(p).resolve() for p in prefixes if p] + [ROOT]
    exempt = tuple(p for p in kept if p != REAL_HOME and REAL_HOME in p.parents)
    # Containers put the home at / or in the temporary folder: then only hidden files are its own.
    shared = REAL_HOME in {Path("/"), Path(tempfile.gettempdir()).resolve()}
    start = f"{str(REAL_HOME).rstrip('/')}/." if shared else str(REAL_HOME)

    def in_real_home(path: object) -> bool:
        if not isinstance(path, (str, bytes, os.PathLike)):
            return False
        name = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - called for every opened file
        if not name.startswith(start):
            return False
        above = (Path(name), *Path(name).parents)
        return REAL_HOME in above and not any(folder in above for folder in exempt)

    return in_real_home


@pytest.fixture(scope="session", autouse=True)
def sealed() -> Iterator[None]:
    """Fail what touches the real home, or reaches for a host other than this one.

    An audit hook sees what C code opens and connects to as well, and cannot be removed: it goes
    quiet instead. Child processes are not watched; they inherit the home and no more.
    """
    active = True
    in_real_home = _in_real_home()

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if not active:
            return
        if event in PATH_EVENTS:
            for path in arguments[: PATH_EVENTS[event]]:
                if in_real_home(path):
                    pytest.fail(f"{event} touched the real home: {path!r}")
        elif event in {"socket.connect", "socket.sendto"}:
            address = arguments[1]
            if isinstance(address, tuple) and not _is_local(address[0]):
                pytest.fail(f"{event} reached for {address!r}")
        elif event == "socket.getaddrinfo" and not _is_local(arguments[0]):
            pytest.fail(f"{event} asked for {arguments[0]!r}")

    sys.addaudithook(watch)
    yield
    active = False
