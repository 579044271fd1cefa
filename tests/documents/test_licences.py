"""Licences by SPDX identifier, by address, by nothing."""

from __future__ import annotations

import pytest

from corpuskit.documents.licences import licence


@pytest.mark.parametrize("given", [None, "", "  ", "unknown", "Unknown"])
def test_nothing_said_is_an_unknown_licence(given: str | None) -> None:
    known = licence(given)
    assert (known.given, known.spdx, known.url) == (None, None, None)
    assert known.hugging_face == "unknown"
    assert not known.known


@pytest.mark.parametrize(
    ("given", "spdx", "url", "hugging_face"),
    [
        ("CC-BY-4.0", "CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/", "cc-by-4.0"),
        ("cc-by-sa-3.0", "CC-BY-SA-3.0", "https://creativecommons.org/licenses/by-sa/3.0/", None),
        ("CC0-1.0", "CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/", None),
        ("CC-BY-1.0", "CC-BY-1.0", "https://creativecommons.org/licenses/by/1.0/", "other"),
        ("MIT", "MIT", "https://opensource.org/license/mit", "mit"),
        ("Apache-2.0", "Apache-2.0", "https://www.apache.org/licenses/LICENSE-2.0", "apache-2.0"),
        ("ODC-By-1.0", "ODC-By-1.0", "https://opendatacommons.org/licenses/by/1-0/", "odc-by"),
        ("ODbL-1.0", "ODbL-1.0", "https://opendatacommons.org/licenses/odbl/1-0/", "odbl"),
        ("PDDL-1.0", "PDDL-1.0", "https://opendatacommons.org/licenses/pddl/1-0/", "pddl"),
    ],
)
def test_a_known_identifier_has_its_address_and_its_hub_name(
    given: str, spdx: str, url: str, hugging_face: str | None
) -> None:
    known = licence(given)
    assert (known.spdx, known.url) == (spdx, url)
    assert known.hugging_face == (hugging_face or given.lower())


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_address_of_a_known_licence_is_that_licence(slash: str) -> None:
    known = licence(f"https://creativecommons.org/licenses/by-nc/4.0{slash}")
    assert (known.spdx, known.hugging_face) == ("CC-BY-NC-4.0", "cc-by-nc-4.0")


def test_another_address_stands_for_itself() -> None:
    known = licence(" https://example.org/terms ")
    assert (known.spdx, known.url) == (None, "https://example.org/terms")
    assert known.hugging_face == "other"


def test_an_identifier_beyond_the_table_is_looked_up_at_spdx() -> None:
    known = licence("GPL-3.0-only")
    assert known.url == "https://spdx.org/licenses/GPL-3.0-only.html"
    assert (known.spdx, known.hugging_face) == (None, "other")


@pytest.mark.parametrize("given", ["ask me", "javascript:alert(1)", "MIT OR Apache-2.0", "\n---"])
def test_other_text_has_no_address(given: str) -> None:
    assert licence(given).url is None
