"""Places of keys and values in TOML."""

from __future__ import annotations

import pytest

from corpuskit.toml_places import MAX_DEPTH, MAX_PLACES, nests_too_deep, toml_places

DOCUMENT = """\
# a = "not a key"
title = "One" # trailing
date = 2021-03-04 05:06:07
"quo\\"ted".'lit.eral' = 'x # y'
list = [ 1, # one
  "two]", [3], {four = 4, five.six = "}"},
]
long = \"\"\"
[not a table]
key = \\\"\"\" still inside \"\"\"\"

[tool.corpuskit]
use = "article"
[[text.capture]]
field = "editor"
[[text.capture]]
field = "code"
[text.capture.more]
deep = true
"""


def _texts(text: str) -> dict[str, tuple[str, str]]:
    """By dotted path: the text of the key and that of the value."""
    return {
        ".".join(map(str, path)): (text[slice(*place.key)], text[slice(*place.value)])
        for path, place in toml_places(text).items()
    }


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        ("title", "title", '"One"'),
        ("date", "date", "2021-03-04 05:06:07"),
        ('quo"ted', '"quo\\"ted"', '"quo\\"ted"'),
        ('quo"ted.lit.eral', "'lit.eral'", "'x # y'"),
        ("list.0", "1", "1"),
        ("list.1", '"two]"', '"two]"'),
        ("list.2", "[3]", "[3]"),
        ("list.2.0", "3", "3"),
        ("list.3", '{four = 4, five.six = "}"}', '{four = 4, five.six = "}"}'),
        ("list.3.four", "four", "4"),
        ("list.3.five.six", "six", '"}"'),
        ("tool", "tool", "tool"),
        ("tool.corpuskit", "corpuskit", "[tool.corpuskit]"),
        ("tool.corpuskit.use", "use", '"article"'),
        ("text.capture", "capture", "[[text.capture]]"),
        ("text.capture.0.field", "field", '"editor"'),
        ("text.capture.1.field", "field", '"code"'),
        ("text.capture.1.more", "more", "[text.capture.more]"),
        ("text.capture.1.more.deep", "deep", "true"),
    ],
)
def test_a_path_leads_to_its_key_and_its_value(path: str, key: str, value: str) -> None:
    assert _texts(DOCUMENT)[path] == (key, value)


def test_what_is_inside_a_string_is_no_key_and_no_table() -> None:
    found = _texts(DOCUMENT)
    assert found["long"][1].endswith(' still inside """"')
    assert "a" not in found
    assert "key" not in found
    assert "not a table" not in found


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_any_line_break_ends_a_line(line_break: str) -> None:
    text = line_break.join(["a = 1", "[b]", "c = [2,", "3] # d = 4", "e = 5"])
    assert list(_texts(text)) == ["a", "b", "b.c", "b.c.0", "b.c.1", "b.e"]


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("", []),
        ("= 1\nb = 2", ["b"]),
        ("a\nb = 2", ["b"]),
        ("[a\nb = 2", ["a", "a.b"]),
        ('a = "open\nb = 2', ["a", "b"]),
        ('a = """open\nb = 2', ["a"]),
        ("a = [1, \nb = 2", ["a", "a.0", "a.1"]),
        ("a = {!, b = 1", ["a", "a.b"]),
        ('"\\q" = 1', ["\\q"]),
    ],
)
def test_broken_text_is_read_as_far_as_it_goes(text: str, paths: list[str]) -> None:
    assert list(_texts(text)) == paths


def test_what_lies_too_deep_has_no_place_of_its_own() -> None:
    levels = MAX_DEPTH + 3
    found = toml_places("a = " + "[" * levels + "]" * levels)
    assert max(map(len, found)) == MAX_DEPTH
    assert found[("a",)].value == (4, 4 + 2 * levels)


def test_the_number_of_places_is_capped_and_the_array_around_keeps_its_own() -> None:
    text = "a = [" + "0," * (2 * MAX_PLACES) + "]"
    found = toml_places(text)
    assert len(found) == MAX_PLACES
    assert found[("a",)].value == (4, len(text))


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (".".join("a" * MAX_DEPTH) + " = 1", False),
        (".".join("a" * (MAX_DEPTH + 1)) + " = 1", True),
        ("[" + ".".join("a" * MAX_DEPTH) + "]", False),
        ("[" + ".".join("a" * (MAX_DEPTH + 1)) + "]", True),
        ("[" + ".".join("a" * 20) + "]\n" + ".".join("b" * 13) + " = 1", True),
        ("a = " + "[" * (MAX_DEPTH + 1), True),
        ("x = {" + ".".join("a" * MAX_DEPTH) + " = 1}", True),
        ('a = "' + "a." * 99 + '"', False),
        ("# " + "a." * 99, False),
    ],
)
def test_depth_counts_keys_headers_and_brackets_but_no_text(text: str, *, verdict: bool) -> None:
    assert nests_too_deep(text) is verdict


def test_a_key_of_half_a_million_parts_is_seen_to_be_too_deep() -> None:
    assert nests_too_deep("a." * 500_000 + "a = 1")
