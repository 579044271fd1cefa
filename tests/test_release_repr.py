"""What shells and notebooks show of releases and builds: useful, and never markup of a corpus."""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

import corpuskit
from corpuskit.executors import InlineExecutor
from corpuskit.manifest import Manifest
from corpuskit.outcome import BuildResult
from corpuskit.refusal import Refusal
from corpuskit.release_repr import release_fields, release_line, release_page
from corpuskit.releases import remote_parts
from corpuskit.stores import open_store

TAGS = {
    *("div", "b", "span", "table", "thead", "tbody", "tr", "th", "td", "details", "summary"),
}
ATTRIBUTES = {
    *(("scope", "row"), ("dir", "auto")),
    *(("style", "text-align: left"), ("style", "color: inherit; font-size: inherit")),
}

HOSTILE = "<script>alert(1)</script>\"'&amp;\x1b[31m\u202e<img src=x onerror=alert(1)>"
"""What a title may be."""

TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from([HOSTILE, "</td></table>", "<!--", "&lt;", "\ud800", "]]>", '" onload="x']),
    st.text("<>&\"'/=! script", max_size=40),
)


class Page(HTMLParser):
    """Reads a page, in which only some tags and attributes may be."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Every tag is one of ours."""
        assert tag in TAGS
        assert set(attrs) <= ATTRIBUTES
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Tags close in their order."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Any text."""
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        """There is none, nor anything else than tags and text."""
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        """See `handle_comment`."""
        raise AssertionError(decl)

    handle_pi = unknown_decl = handle_comment

    @property
    def text(self) -> str:
        """All of it."""
        return " ".join(self.texts)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> BuildResult:
    """Two rows, one of which has a hostile title, and a source that is none."""
    src, out = (tmp_path_factory.mktemp(name) for name in ("articles", "out"))
    config = '[dataset]\nname = "small"\ntitle = "Small <b>corpus</b>"\nlicense = "CC-BY-4.0"\n'
    (src / "corpuskit.toml").write_text(config)
    title = "<script>alert('x')</script>"
    (src / "a.md").write_text(f'---\ntitle: "{title}"\ndate: 2021-01-01\n---\nOne.\n')
    (src / "b.md").write_text("---\ntitle: B\ndate: 2021-01-02\n---\nTwo.\n")
    (src / "c.md").write_text("No front matter.\n")
    return corpuskit.build(
        src,
        out=out,
        created="2024-06-01T12:00:00Z",
        executor=InlineExecutor(),
        cache=False,
        max_rejected=0.9,
    )


@pytest.fixture(scope="module")
def release(built: BuildResult) -> corpuskit.Release:
    return corpuskit.load(built.path)


def in_a_terminal(value: object) -> str:
    """What rich prints, without its colours."""
    console = Console(file=io.StringIO(), width=100, color_system=None)
    console.print(value)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_release_is_one_line(release: corpuskit.Release) -> None:
    count = len(release.columns)
    assert repr(release) == (
        f"<Release small 1.0.0: 2 rows, {count} columns, {str(release.place)!r}>"
    )


def test_a_notebook_shows_what_a_release_is(release: corpuskit.Release) -> None:
    said = Page(release._repr_html_()).text
    for part in (
        *("small 1.0.0", "Small <b>corpus</b>", "2024-06-01T12:00:00Z", "CC-BY-4.0"),
        *("3 sources = 2 rows + 1 rejected + 0 duplicates + 0 excluded", str(release.place)),
        *("2021-01-01T00:00:00Z to 2021-01-02T00:00:00Z", "first 2 rows", "2021-01-02 00:00"),
        *("<script>alert('x')</script>", "timestamp[us, tz=UTC]", "non-null"),
    ):
        assert part in said
    assert set(release.columns) <= set(Page(release._repr_html_()).texts)
    sizes = sum(entry.bytes for entry in release.manifest.files)
    assert f"{sizes / 1e3:.1f} kB" in said


def test_a_terminal_shows_what_a_release_is(release: corpuskit.Release) -> None:
    said = in_a_terminal(release)
    assert said.startswith("Release(")
    for part in (
        *("'small'", "'1.0.0'", "title='Small <b>corpus</b>'", "rows=2", "license='CC-BY-4.0'"),
        *("'rejected': 1", "'title': 'string'"),
    ):
        assert part in said


def test_a_release_that_cannot_be_read_is_shown_without_rows(
    built: BuildResult, tmp_path: Path
) -> None:
    for path in built.path.rglob("*"):
        if path.is_file():
            copy = tmp_path / path.relative_to(built.path)
            copy.parent.mkdir(exist_ok=True)
            is_shard = path.suffix == ".parquet"
            copy.write_bytes(bytes(path.stat().st_size) if is_shard else path.read_bytes())
    said = Page(corpuskit.load(tmp_path)._repr_html_()).text
    assert "first" not in said
    assert "non-null" in said


def test_nothing_is_fetched_to_show_a_release_behind_a_url(
    built: BuildResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(f"memory://{uuid.uuid4().hex}")
    for path in built.path.rglob("*"):
        if path.is_file():
            store.write(f"1.0.0/{path.relative_to(built.path)}", path.read_bytes())
    remote = corpuskit.load(store.shown, cache=False)
    monkeypatch.setattr(remote_parts, "_There", None)
    monkeypatch.setattr(type(store), "read", None)
    said = Page(remote._repr_html_()).text
    assert f"{store.shown}/1.0.0" in said
    assert "first" not in said
    assert in_a_terminal(remote)
    assert repr(remote)


def test_a_build_is_shown_by_how_it_ended(built: BuildResult) -> None:
    sums = "3 sources = 2 rows + 1 rejected + 0 duplicates + 0 excluded"
    assert repr(built) == f"<BuildResult published small 1.0.0: {sums}, {str(built.path)!r}>"
    page = Page(built._repr_html_()).text
    for part in ("published small 1.0.0", sums, "CK201 1", str(built.path)):
        assert part in page
    said = in_a_terminal(built)
    for part in ("BuildResult(", "'published'", "'rejected': 1", "codes={'CK201': 1}"):
        assert part in said
    refused = replace(built, status="refused", version=None, refusal=Refusal("too <b>much</b>"))
    assert repr(refused).startswith("<BuildResult refused small: 3 sources")
    assert "; too <b>much</b>, " in repr(refused)
    assert "too <b>much</b>" in Page(refused._repr_html_()).texts


def hostile(manifest: Manifest, text: Callable[[], str]) -> Manifest:
    """A manifest that says anything wherever it may say something."""
    return replace(
        manifest,
        version=text(),
        created=text(),
        description=replace(manifest.description, name=text(), title=text(), license=text()),
        columns=tuple(replace(c, name=text(), arrow=text()) for c in manifest.columns[:3]),
        stats=replace(manifest.stats, first_date=text(), languages={text(): 1, text(): 2}),
    )


def steers(text: str) -> bool:
    return (
        re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text) is not None
    )


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "date": st.sampled_from([None, dt.datetime(2021, 1, 1, tzinfo=dt.UTC)]),
            "title": st.one_of(st.none(), TEXTS),
            "n_chars": st.integers(),
        }
    ),
    max_size=3,
)


@given(st.data())
def test_nothing_of_a_corpus_is_markup_or_steers(
    release: corpuskit.Release, data: st.DataObject
) -> None:
    text = data.draw(TEXTS)
    manifest = hostile(release.manifest, lambda: data.draw(TEXTS))
    manifest = replace(manifest, description=replace(manifest.description, title=text))
    rows: list[Mapping[str, object]] = [*data.draw(ROWS)]
    page = release_page(manifest, data.draw(TEXTS), rows)
    assert not steers(page)
    assert page.encode()
    read = Page(page)
    if text and not steers(text) and text.isprintable():
        assert text in read.texts
    assert not steers(release_line(manifest, data.draw(TEXTS)))
    assert not steers(in_a_terminal(Shown(manifest, data.draw(TEXTS))).replace("\n", ""))


class Shown:
    """Something that is shown as a release is."""

    def __init__(self, manifest: Manifest, place: str) -> None:
        self.manifest = manifest
        self.place = place

    def __rich_repr__(self) -> Iterator[object]:
        return release_fields(self.manifest, self.place)
