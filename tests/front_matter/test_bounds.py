"""No block takes long: hostile ones are as large as a block may be, and read in little work."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# A limit on the processor time of a process of its own, some thirty times of what is needed, where
# the work that a case once took is minutes: a busy machine changes no verdict.
SECONDS = 3
READ = f"""
import resource, sys
from corpuskit.front_matter import MAX_FRONT_MATTER_CHARS, read_front_matter
resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))
size = MAX_FRONT_MATTER_CHARS - 100
read_front_matter(eval(sys.argv[1]))
"""


@pytest.mark.parametrize(
    "text",
    [
        r"""'{"a": "' + '\\"' * (size // 2)""",
        r"""'{"a": ' + '"' * size""",
        r"""'Title: a' + ' ' * size + 'b\n\n'""",
        r"""'Title: a\n' + 'x ' * (size // 2) + '\n\n'""",
        r"""'---\nt: @a' + ' ' * size + 'b\n---\n'""",
        r"""'---\nt: [a]' + ' ' * size + 'b\n---\n'""",
        r"""'---\nt: "' + '{' * size + '\n---\n'""",
        r"""'---\nt: "' + '- ' * (size // 2) + '\n---\n'""",
        r"""'---\nt: x' + ' #' * (size // 2) + '\n---\n'""",
        r"""'---\n' + 't: @x\n' * (size // 6) + '---\n'""",
        r"""'---\n' + '[' * size + '\n---\n'""",
        r"""'---\n' + '-' * size + 'x\n---\n'""",
        r"""'---\n' + ' ' * size + 'x'""",
        r"""'---\n' + '\t' * size + 'x: y\n---\n'""",
        r"""'\n' * size + 'x'""",
        r"""' ' * size + 'x'""",
        r"""'title' + ' ' * size + 'x'""",
        r"""'title: ' + 'a' * size + '\n---\n'""",
        r"""'+++\n' + '.'.join('a' * (size // 2)) + ' = 1\n+++\n'""",
        r"""'+++\na = ' + '[' * size + '\n+++\n'""",
        r"""'+++\na = "' + '\\"' * (size // 2) + '\n+++\n'""",
        r"""'+++\na = \"\"\"' + '""\\' * (size // 3) + '\n+++\n'""",
    ],
)
def test_a_hostile_block_of_the_largest_size_is_read_in_little_work(text: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", READ, text], cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode() or f"ended by signal {-done.returncode}"
