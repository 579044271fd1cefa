"""What `verify` knows of releases that were built, by their schema or by the rows alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

import corpuskit
from corpuskit.codes import Code
from corpuskit.executors import InlineExecutor
from corpuskit.manifest import Json, Manifest
from corpuskit.model import Cell
from corpuskit.strict_json import dumps
from corpuskit.verifying import verify

Reseal = Callable[..., None]
EditAudit = Callable[..., None]
Build = Callable[..., Path]
Row = dict[str, Cell]

TEXT = "A text that is long enough to be told from any other, and is there twice."
URL_IS_ID = """
name: addressed
fields:
  - {name: title, type: string, constraints: {required: true}}
  - name: url
    type: string
    constraints: {unique: true}
    x-corpuskit: {severity: warning}
  - name: stars
    type: integer
    constraints: {minimum: 1, maximum: 5}
    x-corpuskit: {warn: {maximum: 3}}
  - name: mood
    type: string
    constraints: {enum: [glad, sad], minLength: 2}
    x-corpuskit: {severity: warning}
  - {name: day, type: date, constraints: {minimum: "2020-01-01"}}
  - {name: read, type: datetime, constraints: {required: true, maximum: "2030-01-01T00:00:00Z"}}
  - {name: share, type: number, constraints: {required: true, exclusiveMinimum: 0}}
  - {name: tags, type: list, itemType: string, constraints: {minLength: 1}}
x-corpuskit: {id: url, order: [stars, url]}
"""


@pytest.fixture
def built(tmp_path: Path) -> Build:
    """Builds articles by name, with the front matter that is given, so that it can be changed."""

    def build(schema: str, articles: dict[str, str], rules: str = "") -> Path:
        corpus = tmp_path / "corpus"
        corpus.mkdir()
        (corpus / "corpuskit.toml").write_text(rules, "utf-8")
        for name, text in articles.items():
            (corpus / name).write_text(text, "utf-8")
        if "\n" in schema:
            (tmp_path / "schema.yaml").write_text(schema, "utf-8")
            schema = str(tmp_path / "schema.yaml")
        result = corpuskit.build(
            corpus,
            out=tmp_path / "out",
            schema=schema,
            max_rejected=1,
            workers=1,
            executor=InlineExecutor(),
        )
        for path in result.path.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        (result.path.parent / "index.json").unlink()
        return result.path

    return build


def article(body: str, **front: str) -> str:
    keys = {"title": "T", "date": "2024-05-01", "read": "2024-05-01", "share": "0.5"} | front
    lines = "".join(f"{key}: {value}\n" for key, value in keys.items())
    return f"---\n{lines}---\n\n{body}\n"


@pytest.mark.parametrize("schema", ["article", "page", "any", URL_IS_ID])
@pytest.mark.parametrize("given", [{}, {"url": "https://example.org/a"}])
def test_what_was_built_holds(built: Build, schema: str, given: dict[str, str]) -> None:
    """Also where no row has the field that ids come from, and what is no row has it."""
    release = built(
        schema,
        {
            "a.md": article("One.", **given),
            "b.md": article(TEXT, stars="4", mood="odd"),
            "c.md": article(TEXT, url="https://example.org/c"),
            "d.md": article("Two.", url="https://example.org/d", stars="9"),
            "e.md": article("Three.", url="https://example.org/e", date="2999-01-01"),
            "f.md": article("Four.", stars="5", mood="x", tags="[a]", day="2024-05-01"),
            "g.md": "",
            "h.md": article("Five.", draft="true"),
            "i.md": article("Six.", catgories="x", stars="x"),
            "j.md": article("Seven.", share="0", mood="glad", tags="[]"),
            "k.md": article("Eight.", **given),
        },
    )
    assert verify(release) == ()


@pytest.mark.parametrize("schema", ["article", "page", "any"])
def test_a_row_without_text_is_found_where_the_schema_is_a_preset(
    built: Build, forge: Callable[..., None], schema: str
) -> None:
    """All of them ask for a body; whether another schema does is not recorded."""
    release = built(schema, {"a.md": article(TEXT), "b.md": article("Two.")})
    forge(release, lambda rows: rows[1].update(text="", n_chars=0))
    found = [d.message for d in verify(release) if d.path == "data/part-00000.parquet"]
    assert found[0].startswith("row 2: `text`: expected some")


ARTICLE = "The ferry sails **again** after the storm, [twice](/f) a day, and nobody is late."


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"text": "Nobody said so.", "n_chars": 15}, "`text`: expected that of the body"),
        ({"links": ["http://evil.example"]}, "`links`: expected that of the body"),
        ({"link_texts": ["thrice"]}, "`link_texts`: expected that of the body"),
        ({"images": ["/a.png"]}, "`images`: expected that of the body"),
        ({"format": "html"}, "`format`: expected that of the body, found html"),
        ({"language": "fr"}, "`language`: expected what is detected in the text, found fr"),
        ({"language_score": 0.125}, "`language`: expected what is detected in the text"),
        (
            {"body": "\u6e2f", "encoding": "ascii"},
            "`encoding`: expected one that can write the body",
        ),
    ],
)
@pytest.mark.parametrize(
    "rules",
    [
        "",
        '[text]\ndrop = ["nav"]\nprofile = "hexo"\n',
        '[text]\ndrop-lines = "Two."\ndrop-lines-beginning = "One"\n',
        "[dedup]\nnear = {threshold = 0.9}\n",
    ],
)
def test_what_a_body_does_not_give_is_found(
    built: Build, forge: Callable[..., None], cells: Row, said: str, rules: str
) -> None:
    release = built("any", {"a.md": article(ARTICLE), "b.md": article("Two.")}, rules)
    assert verify(release) == ()
    forge(release, lambda rows: rows[0].update(cells))
    assert any(f"row 1: {said}" in d.message for d in verify(release))


@pytest.mark.parametrize(
    "rules",
    [
        '[[text.for]]\npaths = ["a*"]\ndrop = ["nav"]\n',
        '[text]\nmode = "article"\n',
        '[release]\nomit = ["body"]\n',
    ],
)
def test_what_cannot_be_made_again_is_not_asked_for(
    built: Build, forge: Callable[..., None], rules: str
) -> None:
    release = built("any", {"a.md": article(ARTICLE), "b.md": article("Two.")}, rules)
    assert verify(release) == ()
    forge(release, lambda rows: rows[0].update(text="Nobody said so.", n_chars=15))
    assert not any("that of the body" in d.message for d in verify(release))


@pytest.mark.parametrize(("day", "holds"), [(19_844, True), (19_845, False)])
def test_a_day_after_that_of_the_release_is_found(
    built: Build, forge: Callable[..., None], day: int, holds: bool
) -> None:
    schema = "name: daily\nfields:\n  - {name: date, type: date}\n"
    release = built(schema, {"a.md": article(TEXT), "b.md": article("Two.")})
    made = partial(replace, created="2024-05-01T00:00:00Z")
    forge(release, lambda rows: rows[1].update(date=day), made)
    found = [d.message for d in verify(release)]
    late = ["row 2: `date`: expected none after `created`, found another"]
    assert found == ([] if holds else late)


@pytest.mark.parametrize(("name", "edit"), [("duplicates", "id"), ("excluded", "id")])
def test_ids_are_exact_where_the_schema_is_a_preset(
    built: Build, reseal: Reseal, edit_audit: EditAudit, name: str, edit: str
) -> None:
    """No row has a `url`, which in another schema might be where ids come from."""
    articles = {
        "a.md": article(TEXT),
        "b.md": article(TEXT),
        "c.md": article("Later.", date="2999-01-01"),
    }
    release = built("article", articles)
    edit_audit(release, name, lambda lines: lines[0].update({edit: "0" * 32}))
    reseal(release)
    (found,) = verify(release)
    assert (found.code, found.path) == (Code.AUDIT_DISAGREES, f"audit/{name}.jsonl")


def test_rules_are_exact_where_the_schema_is_a_preset(built: Build, reseal: Reseal) -> None:
    """The rule is one that all rows keep."""
    release = built("article", {"a.md": article(TEXT)})
    document = json.loads((release / "schema.json").read_bytes())
    field = next(f for f in document["fields"] if f["name"] == "title")
    field["constraints"]["maxLength"] = 400
    (release / "schema.json").write_bytes(dumps(document))
    digest = hashlib.sha256(dumps(document)).hexdigest()
    reseal(release, lambda m: replace(m, schema_sha256=digest))
    (found,) = verify(release)
    assert (found.code, found.path) == (Code.METADATA_DISAGREES, "schema.json")
    assert ".constraints.maxLength: expected 500, found 400" in found.message


def test_a_rule_that_only_warns_is_one_of_which_there_are_diagnostics(
    built: Build, reseal: Reseal, edit_audit: EditAudit
) -> None:
    release = built(URL_IS_ID, {"a.md": article("One.", stars="4"), "b.md": article("Two.")})
    assert verify(release) == ()
    edit_audit(release, "diagnostics", lambda lines: lines[0].update(field="url"))
    reseal(release)
    (found,) = verify(release)
    assert (found.code, found.path) == (Code.METADATA_DISAGREES, "schema.json")
    assert (
        "`stars`: expected a diagnostic of every row that breaks a rule of CK325" in found.message
    )


STATED = """
[text]
drop = ["nav"]
profile = "sina-finance"
[[text.for]]
paths = ["a*"]
mode = "article"
"""


@pytest.mark.parametrize(
    "text",
    [
        {"zzz": 1},
        {"mode": "banana"},
        {"mode": "body"},
        {"parser": "banana"},
        {"drop_lines": []},
        {"drop_lines": "Two."},
        {"drop_lines": [7]},
        {"drop_lines_beginning": ["By:", ""]},
        {"drop_lines": ["a\nb"]},
        {"by_path": [{"paths": ["a"]}]},
        {"strip_templates": ["perl"]},
        {"captures": [{"field": "a", "zzz": 1}]},
    ],
)
def test_rules_for_text_are_stated_as_a_build_states_them(
    built: Build, reseal: Callable[..., None], text: dict[str, Json]
) -> None:
    """Or nobody could make the texts again, and whoever wrote them would be believed."""
    release = built("any", {"a.md": article(ARTICLE), "b.md": article("Two.")}, STATED)
    assert verify(release) == ()

    def stated(manifest: Manifest) -> Manifest:
        said = manifest.config["text"]
        assert isinstance(said, dict)
        config = {**manifest.config, "text": {**said, **text}}
        digest = hashlib.sha256(dumps(config)).hexdigest()
        return replace(manifest, config=config, config_sha256=digest)

    reseal(release, stated)
    assert any("config.text: expected rules as a build" in d.message for d in verify(release))
