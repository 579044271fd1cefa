"""The handlers inside python-frontmatter itself, which has its own ideas of a text."""

from __future__ import annotations

import frontmatter
import pytest
from frontmatter.default_handlers import BaseHandler

from corpuskit.front_matter.fences import Spelling
from corpuskit.front_matter.handlers import (
    HANDLERS,
    JsonHandler,
    PelicanHandler,
    ReadingHandler,
    TomlHandler,
    YamlHandler,
)
from corpuskit.front_matter.tree import Fault, Tree

YAML = "---\ntitle: 12_00\ntags: [NO, 1.10]\ndate: 2021-02-31\n---\nbody\n\n---\nmore\n"
TOML = "+++\ntitle = 'a'\nn = 1\n+++\nbody"
JSON = '{"title": "a", "n": 1.10}\n\nbody'
PELICAN = "Title: a\nTags: b, c\n\nbody"
TEXTS = {Spelling.YAML: YAML, Spelling.TOML: TOML, Spelling.JSON: JSON, Spelling.PELICAN: PELICAN}


def _load(text: str, handler: BaseHandler) -> tuple[dict[str, object], str]:
    post = frontmatter.loads(text, handler=handler)
    return dict(post.metadata), post.content


def test_yaml_comes_as_it_was_written() -> None:
    """The library's own handler gives 1200, False, 1.1 and a ValueError for the date."""
    metadata, content = _load(YAML, YamlHandler())
    assert metadata == {"title": "12_00", "tags": ["NO", "1.10"], "date": "2021-02-31"}
    assert content == "body\n\n---\nmore"


@pytest.mark.parametrize(
    ("text", "handler", "metadata"),
    [
        (TOML, TomlHandler(), {"title": "a", "n": "1"}),
        (JSON, JsonHandler(), {"title": "a", "n": "1.10"}),
        (PELICAN, PelicanHandler(), {"title": "a", "tags": ["b", "c"]}),
    ],
)
def test_other_spellings_are_loaded(
    text: str, handler: BaseHandler, metadata: dict[str, object]
) -> None:
    assert _load(text, handler) == (metadata, "body")


@pytest.mark.parametrize(
    "text",
    [
        "\n\n---\ntitle: a\n---\nbody",
        "---\ntitle: a\n...\nbody",
        "-----\ntitle: a\n-----\nbody",
        "title: a\n---\nbody",
        "---\r\ntitle: a\r\n---\r\nbody",
        "---\rtitle: a\r---\rbody",
    ],
)
def test_fences_that_the_librarys_pattern_misses_are_found(text: str) -> None:
    assert _load(text, YamlHandler()) == ({"title": "a"}, "body")


def test_broken_lines_are_repaired() -> None:
    assert _load("---\ntitle: @a: b\n---\nc", YamlHandler()) == ({"title": "@a: b"}, "c")


@pytest.mark.parametrize("handler", HANDLERS.values(), ids=lambda handler: handler.spelling)
def test_a_text_without_front_matter_is_all_content(handler: ReadingHandler) -> None:
    assert _load("prose\n\n---\n\nmore", handler) == ({}, "prose\n\n---\n\nmore")


def test_an_empty_block_has_no_metadata() -> None:
    assert _load("---\n---\nbody", YamlHandler()) == ({}, "body")
    assert _load("---\n# only a comment\n---\nbody", YamlHandler()) == ({}, "body")
    assert _load("+++\n+++\nbody", TomlHandler()) == ({}, "body")


@pytest.mark.parametrize(
    ("text", "handler"),
    [
        ("---\n{a: [}\n---\nb", YamlHandler()),
        ("---\n- a\n---\nb", YamlHandler()),
        ("---\n" + "a: " + "[" * 100_000 + "\n---\nb", YamlHandler()),
        ("+++\na = \n+++\nb", TomlHandler()),
        ('{"a": }\nb', JsonHandler()),
    ],
    ids=["yaml", "a list", "deep yaml", "toml", "json"],
)
def test_what_cannot_be_read_is_a_value_error(text: str, handler: BaseHandler) -> None:
    with pytest.raises(ValueError, match=r"."):
        frontmatter.loads(text, handler=handler)


@pytest.mark.parametrize("spelling", list(TEXTS))
def test_each_handler_detects_its_own_spelling_and_no_other(spelling: Spelling) -> None:
    detected = [name for name, handler in HANDLERS.items() if handler.detect(TEXTS[spelling])]
    assert detected == [spelling]


@pytest.mark.parametrize("spelling", list(TEXTS))
def test_a_split_loses_nothing(spelling: Spelling) -> None:
    text = TEXTS[spelling]
    inner, body = HANDLERS[spelling].split(text)
    assert inner in text
    assert text.endswith(body)
    assert body.lstrip("\n").startswith("body")


@pytest.mark.parametrize("handler", HANDLERS.values(), ids=lambda handler: handler.spelling)
def test_a_split_of_something_else_is_a_value_error(handler: ReadingHandler) -> None:
    """python-frontmatter takes it to mean that there is no front matter."""
    with pytest.raises(ValueError, match="front matter"):
        handler.split("prose")


def test_the_object_of_a_json_handler_ends_at_its_brace() -> None:
    assert JsonHandler().split('{"a": "}"} {"b": 1}') == ('{"a": "}"}', ' {"b": 1}')


@pytest.mark.parametrize("spelling", list(TEXTS))
def test_reading_gives_places_too(spelling: Spelling) -> None:
    handler = HANDLERS[spelling]
    inner, _ = handler.split(TEXTS[spelling])
    read, notices = handler.read(inner)
    assert isinstance(read, Tree)
    assert read.span(("title",)) is not None
    assert notices == []


def test_reading_gives_faults_as_values() -> None:
    assert isinstance(YamlHandler().read("a: [")[0], Fault)


def test_what_was_loaded_can_be_written_as_yaml_and_json() -> None:
    post = frontmatter.loads(YAML, handler=YamlHandler())
    again = frontmatter.dumps(post, handler=YamlHandler())
    assert _load(again, YamlHandler()) == (post.metadata, post.content)
    as_json = frontmatter.dumps(post, handler=JsonHandler())
    assert _load(as_json, JsonHandler()) == (post.metadata, post.content)


def test_a_handler_that_is_found_by_detection_reads_alike() -> None:
    handlers: list[BaseHandler] = [PelicanHandler(), JsonHandler(), TomlHandler(), YamlHandler()]
    found = [next(h for h in handlers if h.detect(text)) for text in TEXTS.values()]
    assert [type(handler) for handler in found] == [type(h) for h in HANDLERS.values()]
