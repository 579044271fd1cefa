"""Documents of a release hold for any text, and readers of hostile ones fail in one way only."""

from __future__ import annotations

import datetime as dt
import json
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import comrak
import jsonschema
import yaml
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.documents import checksums, render, render_dataset, render_from_manifest
from corpuskit.documents.checksums import ChecksumsError
from corpuskit.documents.markdown import code, escape, inline, one_line, paragraphs, table
from corpuskit.documents.rai import PROPERTIES
from corpuskit.documents.web import is_web_address
from corpuskit.manifest import (
    Changes,
    Column,
    Creator,
    Description,
    FileEntry,
    Json,
    Manifest,
    Previous,
    SourcesSummary,
    Stats,
)
from corpuskit.manifest_json import ManifestError, dump, load
from corpuskit.model import Counts
from corpuskit.schema import Schema

SCHEMA_FILE = Path(__file__).parents[2] / "schemas/manifest.schema.json"

# Hypothesis finds by itself what is odd in Unicode, but not what is special in these formats.
SPECIAL = st.sampled_from(
    [
        *("---", "...", "\n---\n", "\n", "\r\n", "\x85", "\u2028", "|", "\\", "\\|", "`", "```"),
        *("<script>", "-->", "&amp;", "*a*", "_a_", "[a](b)", "![](x)", "~~", "$x$", "#", "- "),
        *("1. ", "=", "@x", "www.x.org", "https://x.org/a_b*c*", "javascript:x", "%", "{", "}"),
        *(": ", " #", "'", '"', "no", "1_0", "2026-01-01", "\x00", "\x1b[31m", "\u202e", "    a"),
    ]
)
TEXT = st.one_of(
    st.text(max_size=20), st.lists(st.one_of(SPECIAL, st.text(max_size=4))).map("".join)
)
COUNT = st.integers(0, 2**63 - 1)
SHA256 = st.text("0123456789abcdef", min_size=64, max_size=64)
VERSION = st.tuples(*[st.integers(0, 20)] * 3).map(lambda parts: ".".join(map(str, parts)))
TALLY = st.dictionaries(TEXT, COUNT, max_size=3)
JSON: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
).filter(lambda value: "Infinity" not in json.dumps(value))
CREATED = st.datetimes(min_value=dt.datetime(1, 1, 1), max_value=dt.datetime(9999, 1, 1)).map(  # noqa: DTZ001
    lambda moment: f"{moment.isoformat()}Z"
)
PATH = st.from_regex(r"\A(data/part-[0-9]{5}\.parquet|audit/[a-z]{1,9}\.jsonl)\Z")
ARROW = st.sampled_from(
    ["string", "int64", "double", "bool", "date32[day]", "timestamp[us, tz=UTC]", "list<string>"]
)

COLUMNS = st.lists(
    st.builds(
        Column,
        name=TEXT,
        type=st.sampled_from(["string", "integer", "number", "list", "object", "any"]),
        arrow=ARROW,
        item_type=st.none() | TEXT,
        required=st.booleans(),
        title=st.none() | TEXT,
        description=st.none() | TEXT,
    ),
    max_size=3,
    unique_by=lambda column: column.name,
).map(tuple)

CREATORS = st.builds(
    Creator,
    name=TEXT | st.just("Ada Example"),
    family_name=st.none() | TEXT | st.just("Example"),
    orcid=st.none() | TEXT | st.just("0000-0002-1825-0097"),
    affiliation=st.none() | TEXT,
    email=st.none() | TEXT | st.just("a@x.org"),
    url=st.none() | TEXT | st.just("https://x.org"),
)
RAI = st.sampled_from(list(PROPERTIES)) | st.from_regex(r"\A[a-z][A-Za-z]{0,9}\Z")

MANIFESTS = st.builds(
    Manifest,
    description=st.builds(
        Description,
        name=TEXT,
        title=st.none() | TEXT,
        description=st.none() | TEXT,
        license=st.none() | TEXT | st.sampled_from(["MIT", "CC-BY-4.0", "https://x.org/l"]),
        homepage=st.none() | TEXT | st.just("https://x.org"),
        creators=st.lists(CREATORS, max_size=2).map(tuple),
        keywords=st.lists(TEXT, max_size=2).map(tuple),
        publisher=st.none() | TEXT,
        doi=st.none() | TEXT | st.just("10.1234/x"),
        citation=st.none() | TEXT | TEXT.map("@misc{{{}}}".format),
        rai=st.dictionaries(RAI, st.lists(TEXT, max_size=2).map(tuple), max_size=2),
    ),
    version=VERSION,
    created=CREATED,
    generator=st.dictionaries(TEXT, TEXT, max_size=2),
    schema_sha256=SHA256,
    columns=COLUMNS,
    config=st.dictionaries(TEXT, JSON, max_size=2),
    config_sha256=SHA256,
    sources=st.builds(
        SourcesSummary,
        count=COUNT,
        bytes=COUNT,
        merkle_root=SHA256,
        git_commit=st.none() | st.just("0" * 40) | SHA256,
        git_dirty=st.none() | st.booleans(),
        git_path=st.none() | st.sampled_from(["", "a/", "a b/é/"]),
    ),
    counts=st.builds(Counts, COUNT, COUNT, COUNT, COUNT, COUNT, COUNT),
    codes=st.dictionaries(st.from_regex(r"\ACK[0-9]{3}\Z"), COUNT, max_size=3),
    naive_dates=TALLY,
    stats=st.builds(
        Stats,
        characters=COUNT,
        first_date=st.none() | CREATED,
        last_date=st.none() | CREATED,
        languages=TALLY,
        formats=TALLY,
        encodings=TALLY,
        non_null=TALLY,
        licenses=TALLY,
    ),
    content_sha256=SHA256,
    files=st.lists(
        st.builds(FileEntry, path=PATH, bytes=COUNT, sha256=SHA256, rows=COUNT),
        max_size=2,
        unique_by=lambda entry: entry.path,
    ).map(tuple),
    audit=st.sampled_from(["full", "redacted"]),
    previous=st.none() | st.builds(Previous, version=VERSION, manifest_sha256=SHA256),
    changes=st.none()
    | st.builds(
        Changes,
        added=COUNT,
        removed=COUNT,
        changed=COUNT,
        unchanged=COUNT,
        schema=st.sampled_from(["identical", "compatible", "breaking"]),
    ),
)


@cache
def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(SCHEMA_FILE.read_text("utf-8")))


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401
    """The paths to everything in a JSON document."""
    if not isinstance(value, (dict, list)):
        return [path]
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    return [path, *(place for key, child in inner for place in _places(child, (*path, key)))]


@given(MANIFESTS)
def test_a_manifest_comes_back_from_its_json(manifest: Manifest) -> None:
    data = dump(manifest)
    assert load(data) == manifest
    assert dump(load(data)) == data


@given(MANIFESTS)
def test_every_manifest_satisfies_the_published_schema(manifest: Manifest) -> None:
    _validator().validate(json.loads(dump(manifest)))


@given(MANIFESTS, st.data())
def test_a_changed_document_is_refused_exactly_when_the_published_schema_refuses_it(
    manifest: Manifest, data: st.DataObject
) -> None:
    document = json.loads(dump(manifest))
    *above, last = data.draw(st.sampled_from(_places(document)[1:]))
    parent = document
    for key in above:
        parent = parent[key]
    if data.draw(st.booleans()):
        parent[last] = data.draw(st.sampled_from([None, True, -1, 1.5, 2**63, "x", [], {}]))
    else:
        del parent[last]
    try:
        load(json.dumps(document).encode())
    except ManifestError:
        accepted = False
    else:
        accepted = True
    assert accepted == _validator().is_valid(document)


@given(st.binary() | TEXT.map(str.encode) | JSON.map(lambda value: json.dumps(value).encode()))
def test_bytes_that_are_no_manifest_are_refused_in_one_way(data: bytes) -> None:
    try:
        load(data)
    except ManifestError:
        return
    raise AssertionError(data)


@given(MANIFESTS, st.integers(0), st.binary(max_size=3))
def test_a_damaged_manifest_is_refused_in_one_way(
    manifest: Manifest, at: int, patch: bytes
) -> None:
    data = dump(manifest)
    cut = at % len(data)
    with suppress(ManifestError):
        load(data[:cut] + patch + data[cut + len(patch) :])


@given(MANIFESTS)
def test_what_was_read_back_renders_the_same(manifest: Manifest) -> None:
    assert render_from_manifest(load(dump(manifest))) == render_from_manifest(manifest)


@given(MANIFESTS)
def test_every_document_renders_and_parses_whatever_the_text(manifest: Manifest) -> None:
    documents = render(manifest, Schema("x", ())) | {
        f"dataset/{name}": data for name, data in render_dataset([(manifest, "0" * 64)]).items()
    }
    for name, data in documents.items():
        text = data.decode()
        assert text.endswith("\n")
        if name.endswith(".json"):
            json.loads(text)
    cff = yaml.safe_load(documents["CITATION.cff"])
    given_lines = (manifest.description.description or "").splitlines()
    assert cff.get("abstract", "") == "\n".join(given_lines).strip()


@given(MANIFESTS)
def test_the_header_of_a_card_ends_where_it_should(manifest: Manifest) -> None:
    """Read as `datasets` does: by lines, of which any that Python knows may end one."""
    lines = render_from_manifest(manifest)["README.md"].decode().splitlines()
    assert lines[0] == "---"
    end = lines.index("---", 1)
    header = yaml.safe_load("\n".join(lines[1:end]))
    assert list(header)[-1] == "configs"
    title = one_line(manifest.description.title or "") or one_line(manifest.name)
    assert header["pretty_name"] == (title or "Untitled dataset")


def _rendered(markdown: str) -> BeautifulSoup:
    options = comrak.ExtensionOptions()
    options.table = options.autolink = options.strikethrough = options.tasklist = True
    options.footnotes = options.tagfilter = True
    rendering = comrak.RenderOptions()
    rendering.unsafe_ = True
    html = comrak.render_markdown(markdown, extension_options=options, render_options=rendering)
    return BeautifulSoup(html, "html.parser")


def _only_links(soup: BeautifulSoup, *tags: str) -> None:
    assert {tag.name for tag in soup.find_all(True)} <= {"a", *tags}
    for link in soup.find_all("a"):
        address = str(link["href"])
        assert is_web_address(address) or address.startswith(("mailto:", "xmpp:"))


@given(TEXT)
def test_text_in_a_paragraph_reads_as_itself(text: str) -> None:
    soup = _rendered(escape(text))
    _only_links(soup, "p")
    assert one_line(soup.get_text()) == one_line(text)


@given(TEXT)
def test_text_in_a_heading_reads_as_itself(text: str) -> None:
    soup = _rendered(f"# {inline(text)}")
    _only_links(soup, "h1")
    assert one_line(soup.get_text()) == one_line(text)


@given(TEXT)
def test_text_in_a_list_reads_as_itself(text: str) -> None:
    soup = _rendered(f"- {escape(text)}\n- b")
    _only_links(soup, "ul", "li")
    assert one_line(soup.find_all("li")[0].get_text()) == one_line(text)


@given(TEXT, TEXT)
def test_text_in_a_table_stays_in_its_cell(text: str, name: str) -> None:
    soup = _rendered(table(["a", "b"], [[inline(text), code(name)], ["x", "y"]], frozenset()))
    _only_links(soup, "table", "thead", "tbody", "tr", "th", "td", "code")
    cells = [one_line(cell.get_text()) for cell in soup.find_all("td")]
    assert cells == [one_line(text), one_line(name), "x", "y"]


@given(TEXT)
def test_paragraphs_hold_nothing_but_paragraphs(text: str) -> None:
    soup = _rendered(paragraphs(text))
    _only_links(soup, "p")
    assert "".join(soup.get_text().split()) == "".join(one_line(text).split())


PATHS = st.lists(
    st.text(
        st.characters(exclude_characters="\x00/", exclude_categories=["Cs"]), min_size=1
    ).filter(lambda segment: segment not in {".", ".."}),
    min_size=1,
    max_size=3,
).map("/".join)


@given(st.dictionaries(PATHS, SHA256, max_size=4))
def test_checksums_come_back(digests: dict[str, str]) -> None:
    assert checksums.parse(checksums.lines(digests)) == digests


@given(st.binary() | st.tuples(SHA256, TEXT).map(lambda pair: f"{pair[0]}  {pair[1]}\n".encode()))
def test_checksums_that_are_accepted_are_those_we_write(data: bytes) -> None:
    try:
        digests = checksums.parse(data)
    except ChecksumsError:
        return
    assert sorted(checksums.lines(digests).split(b"\n")) == sorted(data.split(b"\n"))
