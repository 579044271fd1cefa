"""What looking at every file costs: a plain walk of a tree with a `stat` of each.

python walk.py SRC
"""

from __future__ import annotations

import os
import sys


def main(root: str) -> int:
    """Look at all files below `root`; returns how many there are."""
    seen = 0
    for folder, _, names in os.walk(root):
        for name in names:
            os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118 - as plain as can be
            seen += 1
    return seen


if __name__ == "__main__":
    print(main(sys.argv[1]))
