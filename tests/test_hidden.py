"""What is hidden is as if it were not installed, to whoever imports it."""

from __future__ import annotations

import subprocess
import sys

ASKED = """
from importlib.util import find_spec
from corpuskit.hidden import hide_unused
hide_unused()
find_spec("numpy")
import pyarrow
print(pyarrow.array([1, 2]).to_pylist())
try:
    import pandas
except ModuleNotFoundError as error:
    print(error.name)
"""


def test_hidden_modules_are_not_imported_and_nobody_is_stopped_by_that() -> None:
    command = [sys.executable, "-P", "-c", ASKED]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "[1, 2]\npandas\n"
