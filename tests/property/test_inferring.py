"""Whatever front matter there is, the schema that is made from it is one, and fits it."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from corpuskit.model import Value
from corpuskit.parse import Parser
from corpuskit.parse_rules import ParseRules
from corpuskit.presets import preset_text
from corpuskit.schema import Schema
from corpuskit.schema_reader import read_schema
from corpuskit.starting.inferring import inferred_schema
from corpuskit.starting.key_usage import Usage

KNOWN = read_schema(preset_text("article"), "article.yaml")
KEYS = st.sampled_from(
    [
        *(
            "title",
            "date",
            "author",
            "lastmod",
            "tags",
            "id",
            "ID",
            "n_chars",
            "标题",
            "a.b",
            "a b",
        ),
        *("no", "x: y", "#", "-", "…", "data-x", "Data_x", "data x", "token", "\u202e", "'", '"'),
    ]
)
SCALARS = st.sampled_from(
    [
        *(
            "",
            " ",
            "text",
            "1",
            "-7",
            "2.5",
            "1e3",
            "true",
            "no",
            "2021-03-04",
            "99999999999999999999",
        ),
        *(
            "2021-03-04 10:00",
            "01/05/2026",
            "a: b # c",
            "- x",
            "{{ title }}",
            "\x85",
            "\u2028",
            "}",
        ),
    ]
)
VALUES = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(KEYS, SCALARS, max_size=2)
CORPORA = st.lists(st.dictionaries(KEYS, VALUES, max_size=6), max_size=12)


def _inferred(corpus: list[dict[str, Value]]) -> str:
    assert isinstance(KNOWN, Schema)
    usage = Usage()
    for values in corpus:
        usage.add(values)
    return inferred_schema("own", usage, KNOWN)


@given(CORPORA)
def test_what_is_inferred_is_a_schema_that_rejects_none_of_the_articles(
    corpus: list[dict[str, Value]],
) -> None:
    schema = read_schema(_inferred(corpus), "schema.yaml")
    assert isinstance(schema, Schema), schema
    parser = Parser(ParseRules(schema))
    for values in corpus:
        parsed = parser.parse(f"{json.dumps(values)}\n\nA body.\n".encode())
        assert parsed.exclusion or parsed.article is not None, [str(d) for d in parsed.diagnostics]


@given(CORPORA)
def test_every_key_that_says_something_is_read_or_named(corpus: list[dict[str, Value]]) -> None:
    text = _inferred(corpus)
    schema = read_schema(text, "schema.yaml")
    assert isinstance(schema, Schema)
    read = {source for field in schema.fields for source in field.sources}
    said = {
        key
        for values in corpus
        for key, value in values.items()
        if value and not (isinstance(value, str) and not value.strip())
    }
    assert all(
        key in read or json.dumps(key, ensure_ascii=not key.isprintable()) in text or key in text
        for key in said
    )


@given(st.lists(SCALARS.filter(str.strip), min_size=1, max_size=5))
def test_no_value_of_a_secret_is_shown(values: list[str]) -> None:
    text = _inferred([{"api_token": value} for value in values])
    assert "# Left out, for they look like secrets: api_token" in text
    assert all(
        json.dumps(value)[1:-1]
        not in text.partition("fields:")[2].replace("api_token", "").split("x-corpuskit:\n")[0]
        for value in values
        if len(value) > 9
    )
