"""What the tests of executors share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .test_tasks import shout


@pytest.fixture(scope="module", autouse=True)
def tasks() -> Iterator[str]:
    """The module of the tasks, which workers can import wherever pytest was started."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).parents[2]))
        yield shout.__module__
