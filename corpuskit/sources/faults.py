"""What is wrong with a source before anything is known of what it says."""

from __future__ import annotations

import stat

from corpuskit.codes import Code
from corpuskit.model import Diagnostic, diagnose


def too_large(size: int, cap: int) -> Diagnostic:
    """The diagnostic of a source of `size` bytes where `cap` are allowed."""
    return diagnose(
        Code.SOURCE_TOO_LARGE,
        f"the file has {size} bytes; at most {cap} are read",
        help="exclude it, or raise [source] max-bytes",
    )


def not_regular(mode: int) -> Diagnostic:
    """The diagnostic of something that is neither a file nor a folder."""
    kinds = {stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket"}
    what = kinds.get(stat.S_IFMT(mode), "a device or other special file")
    return diagnose(Code.NOT_A_REGULAR_FILE, f"{what}, not a regular file", help="exclude it")
