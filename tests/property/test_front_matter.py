"""Front matter for any input: what was rendered comes back, and no bytes break the parser."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import frontmatter
import pytest
import tomli_w
import yaml
from frontmatter.default_handlers import BaseHandler, JSONHandler, YAMLHandler
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpuskit.codes import Code
from corpuskit.decode import Decoded, decode
from corpuskit.front_matter import FrontMatter, read_front_matter
from corpuskit.lines import LineIndex
from corpuskit.model import Diagnostic, Value
from corpuskit.parse import Parser
from corpuskit.parse_rules import ParseRules
from corpuskit.presets import PRESETS, preset_text
from corpuskit.schema import Schema
from corpuskit.schema_reader import read_schema

Leaf = str | int | bool | None
Tree = Leaf | list["Tree"] | dict[str, "Tree"]

# A surrogate is in no UTF-8 file. What else is left out PyYAML writes as it is, and YAML reads as
# line breaks to fold, as a mark, or not at all.
CHARACTERS = st.characters(
    exclude_categories=["Cs"], exclude_characters="\x85\u2028\u2029\ufeff\ufffe\uffff"
)
TEXTS = st.text(CHARACTERS, max_size=30) | st.sampled_from(
    ["---", "+++", "...", "null", "~", "12_00", "NO", "1.10", "{{ x }}", "a: b", "C # 1", "- a"]
)
# The first key tells front matter from prose between two rules: it must look like one, and
# PyYAML may escape each of its characters.
KEYS = st.from_regex(r"[A-Za-z_一-龥][A-Za-z0-9_一-龥 -]{0,9}[A-Za-z0-9_一-龥]", fullmatch=True)
TREES: st.SearchStrategy[Tree] = st.recursive(
    TEXTS | st.integers(-(2**63), 2**63 - 1) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
MAPPINGS = st.dictionaries(KEYS, TREES, min_size=1, max_size=6)
WITHOUT_NULLS: st.SearchStrategy[dict[str, Tree]] = st.dictionaries(
    KEYS,
    st.recursive(
        TEXTS | st.integers(-(2**63), 2**63 - 1) | st.booleans(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
        max_leaves=12,
    ),
    min_size=1,
    max_size=6,
)
BODIES = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.lists(
    st.sampled_from(["---\n", "+++\r\n", "...\r", "a: b\n", "\n", "雾", "{", "}", "| a |\n"])
).map("".join)


def as_written(value: Tree) -> Value:
    """What is read of a value: every scalar as it is spelled, null apart."""
    if isinstance(value, dict):
        return {key: as_written(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_written(inner) for inner in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value


def gives_back(text: str, mapping: Mapping[str, Tree], body: str) -> None:
    front = read_front_matter(text)
    assert [d for d in front.diagnostics if d.is_error] == []
    assert front.values == {key: as_written(value) for key, value in mapping.items()}
    assert text[front.body_start :] == body


def as_yaml(mapping: Mapping[str, Tree], *, flow: bool | None = False, ascii_: bool = False) -> str:
    return yaml.safe_dump(
        dict(mapping), default_flow_style=flow, allow_unicode=not ascii_, sort_keys=False
    )


@given(MAPPINGS, BODIES, st.sampled_from([False, None]), st.booleans())
def test_yaml_comes_back(
    mapping: dict[str, Tree], body: str, flow: bool | None, ascii_: bool
) -> None:
    gives_back(f"---\n{as_yaml(mapping, flow=flow, ascii_=ascii_)}---\n{body}", mapping, body)


@given(WITHOUT_NULLS, BODIES)
def test_toml_comes_back(mapping: dict[str, Tree], body: str) -> None:
    gives_back(f"+++\n{tomli_w.dumps(mapping)}+++\n{body}", mapping, body)


@given(MAPPINGS, BODIES, st.sampled_from([None, 2]), st.booleans())
def test_json_comes_back(
    mapping: dict[str, Tree], body: str, indent: int | None, ascii_: bool
) -> None:
    text = json.dumps(mapping, ensure_ascii=ascii_, indent=indent)
    gives_back(f"{text}\n{body}", mapping, body)


def dumped(mapping: Mapping[str, Tree], body: str, handler: BaseHandler) -> str:
    """A post as python-frontmatter writes it: white space around the whole is gone."""
    post = frontmatter.Post(body)
    post.metadata = dict(mapping)
    return frontmatter.dumps(post, handler=handler)


@given(MAPPINGS, BODIES)
def test_what_python_frontmatter_dumps_as_yaml_comes_back(
    mapping: dict[str, Tree], body: str
) -> None:
    text = dumped(mapping, body, YAMLHandler())
    gives_back(text, mapping, text.partition("\n---\n")[2] if body.strip() else "")


@given(MAPPINGS, BODIES)
def test_what_python_frontmatter_dumps_as_json_comes_back(
    mapping: dict[str, Tree], body: str
) -> None:
    text = dumped(mapping, body, JSONHandler())
    front = read_front_matter(text)
    assert front.values == {key: as_written(value) for key, value in mapping.items()}
    assert text[front.body_start :].strip() == body.strip()


@given(MAPPINGS, BODIES, st.sampled_from(["", "\n", "\n\n\r\n"]))
def test_blank_lines_and_crlf_change_nothing(
    mapping: dict[str, Tree], body: str, lead: str
) -> None:
    inner = as_yaml(mapping, ascii_=True)
    gives_back(f"{lead}---\n{inner}---\n{body}", mapping, body)
    gives_back(f"{lead}---\r\n{inner}---\r\n{body}".replace("\r\r", "\r"), mapping, body)


# Any bytes


def preset(name: str) -> Schema:
    schema = read_schema(preset_text(name), f"{name}.yaml")
    assert isinstance(schema, Schema)
    return schema


PARSERS = {name: Parser(ParseRules(preset(name))) for name in PRESETS}

PIECES = [
    *("---\n", "---", "-----\r\n", "+++\n", "...\n", "\n", "\r\n", "\r", " ", "  ", "\t", "\ufeff"),
    *(
        "title: ",
        "date: ",
        "tags:",
        "draft: true\n",
        "- ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        ": ",
        "#",
        " # ",
    ),
    *(
        "'",
        '"',
        '"""',
        "&a ",
        "*a",
        "<<: ",
        "!!str ",
        "!x ",
        "| \n",
        "> ",
        "? ",
        "@",
        "%",
        "`",
        "~",
    ),
    *('{"title": ', '"x"', "null", "= ", "[[a]]\n", "[a]\n", '"""\n', "\\", "\\x", "\\u12", "\0"),
    *(
        "\x92",
        "\x07",
        "雾",
        "𠮷",
        "\u200b",
        "2021-03-04",
        "01/05/2026",
        "a",
        "1",
        "{{ x }}",
        "{% y %}",
    ),
    *(
        "<p>",
        "</p>",
        "<style>",
        "<!-- ",
        "-->",
        "# ",
        "```\n",
        "> " * 5,
        "| a |\n|---|\n",
        "![](a)",
    ),
]
SOURCES = (
    st.binary(max_size=80)
    | st.lists(st.sampled_from(PIECES), max_size=30).map(lambda parts: "".join(parts).encode())
    | st.lists(st.sampled_from(PIECES).map(str.encode) | st.binary(max_size=3), max_size=20).map(
        b"".join
    )
    | st.tuples(
        st.sampled_from(["gb18030", "cp932", "utf-16", "utf-16-le", "cp1251"]),
        st.lists(st.sampled_from(["---\n", "title: 港\n", "雾里\n", "Туман ", "a: b\n"])),
    ).map(lambda found: "".join(found[1]).encode(found[0], "ignore"))
)


def lies_in(diagnostic: Diagnostic, text: str) -> bool:
    """Whether the place of a diagnostic is one of `text`, its end counted in."""
    place, lines = diagnostic.place, LineIndex(text)
    if place is None:
        return True
    if not 1 <= place.line <= len(lines):
        return False
    length = len(lines.line(place.line))
    end = max(place.column + place.length, 1)
    return 1 <= place.column <= length + 1 and place.length >= 1 and end <= max(length, 1) + 2


@settings(max_examples=400)
@given(SOURCES, st.sampled_from(PRESETS))
@example(b"---\ntitle:\n", "article")
@example(b"\xef\xbb\xbf", "any")
@example(b"---\n- \n---\n", "page")
@example(b'{"a": "\\ud800"}\n', "any")
def test_any_bytes_become_an_article_an_exclusion_or_an_error(data: bytes, name: str) -> None:
    parsed = PARSERS[name].parse(data)
    errors = [d for d in parsed.diagnostics if d.is_error]
    outcomes = [parsed.article is not None, parsed.exclusion is not None, bool(errors)]
    assert outcomes.count(True) == 1
    found = decode(data)
    text = found.text if isinstance(found, Decoded) else data.decode("utf-8", "replace")
    for diagnostic in parsed.diagnostics:
        assert lies_in(diagnostic, text), diagnostic
    if parsed.article is not None:
        assert parsed.article.body.encode(parsed.article.encoding) in data
        parsed.article.text.encode()
        json.loads(parsed.article.front_matter)
        parsed.article.front_matter.encode()


# Bombs


def front(text: str) -> FrontMatter:
    return read_front_matter(text)


DEEP: dict[str, Callable[[int], str]] = {
    "yaml-flow": lambda n: f"---\na: {'[' * n}{']' * n}\n---\n",
    "yaml-mappings": lambda n: f"---\na: {'{a: ' * n}{'}' * n}\n---\n",
    "yaml-open": lambda n: f"---\na: {'[' * n}\n---\n",
    "yaml-block": lambda n: f"---\na: x\nb:\n  {'- ' * n}x\n---\n",
    "json": lambda n: f'{{"a": {"[" * n}{"]" * n}}}\n',
    "json-mappings": lambda n: '{"a": ' * n + "1" + "}" * n + "\n",
    "toml": lambda n: f"+++\na = {'[' * n}{']' * n}\n+++\n",
    "toml-mappings": lambda n: f"+++\na = {'{a = ' * n}1{'}' * n}\n+++\n",
    "toml-dotted": lambda n: f"+++\n{'.'.join('a' * n)} = 1\n+++\n",
    "toml-headers": lambda n: f"+++\n[{'.'.join('a' * n)}]\n+++\n",
}


@pytest.mark.parametrize("depth", [33, 1000, 20_000])
@pytest.mark.parametrize("spelling", DEEP)
def test_deep_nesting_is_told_and_not_followed(spelling: str, depth: int) -> None:
    text = DEEP[spelling](depth)
    found = front(text)
    assert [d.code for d in found.diagnostics] == [Code.FRONT_MATTER_TOO_DEEP]
    assert lies_in(found.diagnostics[0], text)


@pytest.mark.parametrize("depth", [1, 20, 30])
@pytest.mark.parametrize("spelling", [name for name in DEEP if name != "yaml-open"])
def test_moderate_nesting_is_read(spelling: str, depth: int) -> None:
    assert front(DEEP[spelling](depth)).diagnostics == []


@given(st.integers(2, 12), st.integers(2, 12))
def test_aliases_of_aliases_are_read_or_told(width: int, height: int) -> None:
    levels = [
        f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * width)}]"
        for level in range(1, height)
    ]
    found = front("---\na0: &a0 x\n" + "\n".join(levels) + "\n---\n")
    nodes = sum(width**level for level in range(height))
    codes = [d.code for d in found.diagnostics]
    if width * (height - 1) > 100 or nodes > 20_000:
        assert codes == [Code.TOO_MANY_ALIASES]
    else:
        assert codes in ([], [Code.TOO_MANY_ALIASES])
        assert bool(found.values) is not bool(codes)


@pytest.mark.parametrize("text", ["---\na: &a [*a]\n---\n", "---\n<<: &a {<<: *a}\n---\n"])
def test_an_alias_inside_itself_makes_no_endless_value(text: str) -> None:
    found = front(text)
    assert found.diagnostics
    assert "*a" in json.dumps(found.values) or not found.values


@pytest.mark.parametrize("count", [2, 100, 5000])
def test_many_duplicates_are_all_told_at_their_places(count: int) -> None:
    text = "---\n" + "a: x\n" * count + "---\n"
    found = front(text)
    assert [(d.code, d.place and d.place.line) for d in found.diagnostics] == [
        (Code.DUPLICATE_KEY, line) for line in range(3, count + 2)
    ]


@pytest.mark.parametrize(
    "piece", ["'", '"', "[", "{", "a: ", "- ", "*", "&a ", "!", "? ", "\t", "| "]
)
def test_lines_that_are_all_broken_end(piece: str) -> None:
    """Each line needs a repair, and repairs are counted."""
    text = "---\n" + f"k: {piece}x\n" * 2000 + "---\nbody\n"
    found = front(text)
    assert found.diagnostics
    assert all(lies_in(diagnostic, text) for diagnostic in found.diagnostics)
