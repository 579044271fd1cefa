"""What lies in the folders of a dataset and of its versions, by names that never differ."""

from __future__ import annotations

from typing import Final

INDEX: Final = "index.json"
"""Every version, for programs."""

AROUND: Final = ("README.md", "CHANGELOG.md", INDEX)
"""The documents beside the versions, in the order in which readers far away may get them."""

DEV: Final = "dev"
"""The folder beside the versions for a rehearsal, which is none of them."""

REPORTS: Final = "reports"
"""The folder beside the versions for pages that show them, which are none of their files."""

SIGNATURES: Final = "signatures"
"""The folder beside the versions for who stands for them."""

REFUSED: Final = ".refused"
"""The folder beside the versions for what the last build found, if it was refused."""

UNDER_WAY: Final = ".publishing"
"""The folder beside published versions for what is on its way to them."""

STAGING: Final = ".staging-"
"""How the names of folders begin in which versions are made."""

MANIFEST: Final = "manifest.json"
CHECKSUMS: Final = "SHA256SUMS"
"""Those of every version."""
