"""What each format wants to know of a licence: SPDX identifier, URL, Hugging Face's word."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpuskit.documents.web import is_web_address

NO_PERMISSION = "https://choosealicense.com/no-permission/"
"""Where a document must give a URL and nothing is known: what holds without a licence."""

_SPDX_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,63}")


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence as far as it is known.

    `given` is what the configuration says, None when it says nothing or `unknown`. `spdx` is set
    for the identifiers of this module's table alone: other text may look like one and be none.
    """

    given: str | None
    spdx: str | None
    url: str | None
    hugging_face: str

    @property
    def known(self) -> bool:
        """Whether anything is said of the terms."""
        return self.given is not None


def licence(given: str | None) -> Licence:
    """What is known of the licence that a configuration names by SPDX identifier or URL."""
    text = (given or "").strip()
    if text.lower() in {"", "unknown"}:
        return Licence(None, None, None, "unknown")
    spdx = _SPDX.get(text.lower().rstrip("/"))
    if spdx is not None:
        return Licence(text, spdx, _URLS[spdx], _hugging_face(spdx))
    if is_web_address(text):
        return Licence(text, None, text, "other")
    url = f"https://spdx.org/licenses/{text}.html" if _SPDX_ID.fullmatch(text) else None
    return Licence(text, None, url, "other")


def _creative_commons() -> dict[str, str]:
    """Identifier → deed, for every licence of the family that has an SPDX identifier."""
    kinds = ("by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd")
    versions = ("1.0", "2.0", "2.5", "3.0", "4.0")
    root = "https://creativecommons.org"
    deeds = {
        f"CC-{kind.upper()}-{version}": f"{root}/licenses/{kind}/{version}/"
        for kind in kinds
        for version in versions
    }
    # Its parts stand in another order than in every other deed's address.
    deeds["CC-BY-NC-ND-1.0"] = f"{root}/licenses/by-nd-nc/1.0/"
    deeds["CC0-1.0"] = f"{root}/publicdomain/zero/1.0/"
    return deeds


_URLS = {
    **_creative_commons(),
    "Apache-2.0": "https://www.apache.org/licenses/LICENSE-2.0",
    "BSD-2-Clause": "https://opensource.org/license/bsd-2-clause",
    "BSD-3-Clause": "https://opensource.org/license/bsd-3-clause",
    "MIT": "https://opensource.org/license/mit",
    "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
    "ODC-By-1.0": "https://opendatacommons.org/licenses/by/1-0/",
    "PDDL-1.0": "https://opendatacommons.org/licenses/pddl/1-0/",
    "Unlicense": "https://unlicense.org/",
}

_SPDX = {spdx.lower(): spdx for spdx in _URLS} | {
    url.lower().rstrip("/"): spdx for spdx, url in _URLS.items()
}

_HUGGING_FACE_NAMES = {"ODbL-1.0": "odbl", "ODC-By-1.0": "odc-by", "PDDL-1.0": "pddl"}
_HUGGING_FACE = frozenset(
    {
        *("apache-2.0", "bsd-2-clause", "bsd-3-clause", "mit", "unlicense"),
        *("odbl", "odc-by", "pddl", "cc0-1.0"),
        *("cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0", "cc-by-nd-4.0"),
        *("cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0"),
        *("cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0"),
        *("cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0"),
    }
)
"""Of the table's licences, those on https://huggingface.co/docs/hub/repositories-licenses."""


def _hugging_face(spdx: str) -> str:
    name = _HUGGING_FACE_NAMES.get(spdx, spdx.lower())
    return name if name in _HUGGING_FACE else "other"
