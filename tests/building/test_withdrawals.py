"""What is withdrawn is dropped, stays so, and cannot be read from what is left."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import corpuskit
from corpuskit.cache import stat_table
from corpuskit.executors import InlineExecutor
from corpuskit.identity import article_id, merkle_root

if TYPE_CHECKING:
    from tests.building.conftest import Built, Corpus

CREATED = "2024-06-01T12:00:00Z"
TEXT = "The ferry sails again after the storm, twice a day."


def listed(corpus: Corpus, *lines: str) -> None:
    """Write the list of withdrawals, and the configuration that names it."""
    corpus.write("corpuskit.toml", '[dataset]\nwithdraw = "withdrawn.txt"\n')
    corpus.write("withdrawn.txt", "".join(f"{line}\n" for line in lines))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def entries(built: Built) -> list[tuple[object, object, object]]:
    """What a version keeps of withdrawn articles."""
    return [(e["id"], e["text_sha256"], e["reason"]) for e in built.audit("withdrawn")]


def notes(built: Built) -> list[tuple[str, str | None]]:
    """The code and the path of what only who builds is told."""
    codes = (corpuskit.Code.WITHDRAWN_TEXT, corpuskit.Code.UNMATCHED_WITHDRAWAL)
    return [(str(d.code), d.path) for d in built.result.diagnostics if d.code in codes]


@pytest.fixture
def published(corpus: Corpus) -> Corpus:
    """A corpus of which 1.0.0 is there, with the article `a.md` in it."""
    corpus.article("a.md", TEXT, title="A secret title")
    corpus.article("b.md")
    corpus.build()
    return corpus


def test_what_a_line_names_is_dropped_and_only_id_digest_and_reason_are_kept(
    published: Corpus,
) -> None:
    listed(published, "a.md  # the author asked for it")
    built = published.build()
    assert (built.version, built.counts) == ("1.1.0", (2, 1, 0, 0, 1))
    assert built.column("path") == ["b.md"]
    assert entries(built) == [(article_id("a.md"), sha256(TEXT), "the author asked for it")]
    assert built.audit("excluded") == [
        {
            "id": article_id("a.md"),
            "path": None,
            "reason": "withdrawn",
            "source_sha256": None,
        }
    ]
    assert notes(built) == []
    assert built.result.changes is not None
    assert built.result.changes.removed == 1
    assert corpuskit.verify(built.path.parent, history=True) == ()


@pytest.mark.parametrize(
    "name",
    ["a.md", "./a.md", '"a.md"', article_id("a.md"), "https://e.org/a", "a.md because", "a.md #"],
)
def test_an_article_has_several_names(corpus: Corpus, name: str) -> None:
    corpus.article("a.md", TEXT, url="https://e.org/a")
    corpus.article("b.md", url="https://e.org/b")
    listed(corpus, name)
    built = corpus.build()
    assert built.column("path") == ["b.md"]
    assert notes(built) == []


def test_a_path_names_its_source_in_any_unicode_form(corpus: Corpus) -> None:
    corpus.article("cafe\u0301.md", TEXT)
    corpus.article("b.md")
    listed(corpus, "caf\u00e9.md")
    assert corpus.build().column("path") == ["b.md"]


def test_a_whole_line_goes_before_its_first_word(corpus: Corpus) -> None:
    corpus.article("my article.md", TEXT)
    corpus.article("my")
    corpus.article("b.md")
    listed(corpus, "my article.md")
    assert corpus.build(include=["*"]).column("path") == ["b.md", "my"]


def test_an_id_of_a_field_names_all_sources_that_have_it(corpus: Corpus) -> None:
    schema = corpus.schema(
        "  - {name: title, type: string}\n  - {name: guid, type: string}", "{id: guid}"
    )
    corpus.article("a.md", TEXT, guid="one")
    corpus.article("again.md", guid="one")
    corpus.article("b.md", guid="two")
    listed(corpus, "a.md")
    built = corpus.build(schema=schema)
    assert built.column("id") == ["two"]
    assert [(e[0], e[1]) for e in entries(built)] == sorted(
        ("one", sha256(text))
        for text in (TEXT, "What stands in again.md is told here and nowhere else.")
    )


@pytest.mark.parametrize(
    ("content", "counts"),
    [
        (
            "---\ntitle: A secret title\ndraft: true\ndate: 2021-01-01\n---\nNot yet.\n",
            (2, 1, 0, 0, 1),
        ),
        ("---\ntitle: A secret title\ndate: on no day\n---\nText.\n", (2, 1, 0, 0, 1)),
        ("---\ntitle: A secret title\ndate: 2999-01-01\n---\nText.\n", (2, 1, 0, 0, 1)),
        (b"\x00\x01A secret title", (2, 1, 0, 0, 1)),
    ],
    ids=["draft", "rejected", "future", "binary"],
)
def test_what_would_be_no_row_is_withdrawn_too(
    corpus: Corpus, content: str | bytes, counts: tuple[int, ...]
) -> None:
    """What stands against it would quote it."""
    corpus.write("secret.md", content)
    corpus.article("b.md")
    listed(corpus, "secret.md  # by mistake")
    built = corpus.build()
    assert built.counts == counts
    assert built.audit("diagnostics") == []
    assert built.audit("rejected") == []
    assert [e["reason"] for e in built.audit("excluded")] == ["withdrawn"]
    for data in corpus.contents(built.path).values():
        assert b"secret" not in data


def test_the_text_of_a_withdrawn_row_does_not_come_back_under_another_path(
    published: Corpus,
) -> None:
    """Also when the source had gone before it was withdrawn: the last version knows the text."""
    (published.src / "a.md").unlink()
    published.article("renamed/flood.md", TEXT, title="Another title")
    listed(published, "a.md")
    built = published.build()
    assert built.column("path") == ["b.md"]
    assert entries(built) == [(article_id("a.md"), sha256(TEXT), None)]
    assert [e["id"] for e in built.audit("excluded")] == [article_id("renamed/flood.md")]
    assert notes(built) == [("CK510", "renamed/flood.md")]
    assert built.audit("diagnostics") == []
    assert corpuskit.verify(built.path) == ()


def test_a_short_text_is_not_told_by_its_digest(corpus: Corpus) -> None:
    """It is alike by chance, and could be guessed from its digest."""
    corpus.article("a.md", "Short.")
    corpus.article("b.md", "Short.")
    listed(corpus, "a.md")
    built = corpus.build()
    assert built.column("path") == ["b.md"]
    assert entries(built) == [(article_id("a.md"), None, None)]


def test_every_text_of_a_withdrawn_article_is_kept_from_coming_back(published: Corpus) -> None:
    """That of the last version, and that of its source now."""
    edited = "The ferry does not sail at all since the last storm."
    published.article("a.md", edited)
    published.article("old.md", TEXT)
    published.article("new.md", edited)
    listed(published, "a.md")
    built = published.build()
    assert built.column("path") == ["b.md"]
    assert [e[1] for e in entries(built)] == sorted([sha256(TEXT), sha256(edited)])


def test_a_withdrawal_is_carried_from_version_to_version(published: Corpus) -> None:
    """Whatever becomes of its source, its line, and the list."""
    listed(published, "a.md  # first reason")
    first = entries(published.build())
    listed(published)
    published.article("c.md")
    assert entries(published.build()) == first
    (published.src / "a.md").unlink()
    (published.src / "corpuskit.toml").unlink()
    published.article("d.md")
    third = published.build()
    assert (third.version, entries(third)) == ("1.3.0", first)
    published.article("a.md", "Something else altogether, of more than 32 characters.")
    fourth = published.build()
    assert (fourth.version, fourth.counts) == ("1.3.1", (4, 3, 0, 0, 1))
    assert {e[1] for e in entries(fourth)} > {sha256(TEXT)}
    assert corpuskit.verify(fourth.path.parent, history=True) == ()


def test_a_line_with_an_exclamation_mark_takes_a_withdrawal_back(published: Corpus) -> None:
    listed(published, "a.md  # by mistake")
    published.build()
    listed(published, "!a.md")
    built = published.build()
    assert built.column("path") == ["a.md", "b.md"]
    assert not (built.path / "audit" / "withdrawn.jsonl").exists()
    assert notes(built) == []
    again = published.build()
    assert again.status == "unchanged"
    assert again.path == built.path


def test_a_withdrawal_of_which_the_source_is_gone_is_taken_back_by_its_id(
    published: Corpus,
) -> None:
    listed(published, "a.md")
    published.build()
    (published.src / "a.md").unlink()
    listed(published, f"!{article_id('a.md')}")
    assert not (published.build().path / "audit" / "withdrawn.jsonl").exists()


def test_a_reason_may_change(published: Corpus) -> None:
    listed(published, "a.md")
    assert [e[2] for e in entries(published.build())] == [None]
    listed(published, "a.md  # court order")
    built = published.build()
    assert (built.version, [e[2] for e in entries(built)]) == ("1.1.1", ["court order"])
    listed(published, "a.md")
    assert published.build().status == "unchanged"


def test_a_build_after_a_changed_list_is_not_taken_for_the_one_before(published: Corpus) -> None:
    """Though no source has changed, and what they came to is known."""
    listed(published)
    assert published.build().status == "unchanged"
    assert published.build().status == "unchanged"
    listed(published, "a.md")
    assert published.build().version == "1.1.0"
    assert published.build().status == "unchanged"


def test_a_line_that_names_nothing_is_noted_and_no_error(published: Corpus) -> None:
    listed(published, "# a comment", "nothing.md  # why", "!b.md", "a.md")
    built = published.build()
    found = [d for d in built.result.diagnostics if d.code.label == "unmatched-withdrawal"]
    assert [(d.path, d.place and d.place.line, str(d.severity)) for d in found] == [
        ("withdrawn.txt", 2, "warning"),
        ("withdrawn.txt", 3, "warning"),
    ]
    assert built.audit("diagnostics") == []


def test_a_sample_does_not_say_which_lines_name_nothing(published: Corpus) -> None:
    listed(published, "a.md", "b.md", "c.md")
    for number in range(9):
        published.article(f"{number}.md")
    assert notes(published.build(dev=True, limit=2)) == []


def test_withdrawn_rows_are_meant_to_go(corpus: Corpus) -> None:
    """So `max_removed` does not hold them up, but still what else is gone."""
    for number in range(40):
        corpus.article(f"{number}.md")
    corpus.build()
    listed(corpus, *(f"{number}.md" for number in range(30)))
    (corpus.src / "30.md").unlink()
    assert corpus.build().version == "1.1.0"
    listed(corpus, "39.md")
    for number in range(31, 38):
        (corpus.src / f"{number}.md").unlink()
    assert corpus.build(max_removed=0.0).version == "1.2.0"


def test_too_many_rows_that_are_not_withdrawn_are_still_refused(corpus: Corpus) -> None:
    for number in range(40):
        corpus.article(f"{number}.md")
    corpus.build()
    listed(corpus, "0.md", "1.md")
    for number in range(2, 22):
        (corpus.src / f"{number}.md").unlink()
    built = corpus.build()
    assert built.status == "refused"
    assert "20 of 40 rows" in (built.result.reason or "")


def test_a_release_does_not_depend_on_how_withdrawn_sources_were_read(published: Corpus) -> None:
    """Nor on the cache: an incremental build equals a clean one."""
    listed(published, "a.md")
    prepared = published.out.with_name("prepared")
    shutil.copytree(published.out, prepared)
    warm = published.build()
    cold = published.build(out=prepared, cache=False)
    assert published.contents(cold.path) == published.contents(warm.path)


def test_the_root_of_the_sources_is_over_those_that_are_left(published: Corpus) -> None:
    listed(published, "a.md")
    built = published.build()
    left = (published.src / "b.md").read_bytes()
    found = built.manifest["sources"]
    assert isinstance(found, dict)
    assert found["merkle_root"] == merkle_root([("b.md", hashlib.sha256(left).hexdigest())])


def test_a_withdrawn_source_may_change_without_a_trace(published: Corpus) -> None:
    listed(published, "a.md")
    first = published.build()
    published.article("a.md", "Short.")
    again = published.build()
    assert (again.status, again.path) == ("unchanged", first.path)


def test_where_says_that_an_article_is_withdrawn(published: Corpus) -> None:
    listed(published, "a.md  # court order")
    release = corpuskit.load(published.build().path)
    for name in ("a.md", article_id("a.md")):
        with pytest.raises(corpuskit.UsageError, match="it is withdrawn, court order"):
            corpuskit.trace(release, name)
    assert [(w.id, w.reason) for w in release.withdrawals()] == [
        (article_id("a.md"), "court order")
    ]


@pytest.mark.parametrize("damage", ["gone", "changed"])
def test_a_list_of_the_last_version_that_was_tampered_with_ends_the_build(
    published: Corpus, damage: str
) -> None:
    """What it withdrew would come back."""
    listed(published, "a.md")
    file = published.build().path / "audit" / "withdrawn.jsonl"
    file.unlink()
    if damage == "changed":
        file.write_text("")
    with pytest.raises(corpuskit.ReleaseError, match=r"withdrawn\.jsonl"):
        published.build(cache=False)


def test_verify_finds_a_row_of_what_is_withdrawn(published: Corpus) -> None:
    """Though all digests agree: as a forger, or a fault of ours, would have it."""
    listed(published, "a.md")
    built = published.build()
    rows = corpuskit.load(built.path.parent, "1.0.0").to_arrow()
    assert rows.num_rows == 2
    problems = forged(published, built)
    assert problems == {
        f"expected no row of what is withdrawn, found {article_id('b.md')}",
        "expected no text of what is withdrawn, found it in row 1 of data/part-00000.parquet",
    }


def forged(corpus: Corpus, built: Built) -> set[str]:
    """What `verify` says of the audit of a version that lists its own row as withdrawn."""
    text = str(built.column("text")[0])
    entry = {"id": article_id("b.md"), "reason": None, "text_sha256": sha256(text)}
    line = json.dumps(entry, sort_keys=True, separators=(",", ":")) + "\n"
    folder = built.path
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    old = (folder / "audit/withdrawn.jsonl").read_bytes()
    (folder / "audit/withdrawn.jsonl").write_text(line)
    manifest = (folder / "manifest.json").read_bytes()
    data = json.loads(manifest)
    for file in data["files"]:
        if file["path"] == "audit/withdrawn.jsonl":
            file["sha256"], file["bytes"] = sha256(line), len(line)
    written = (json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
    (folder / "manifest.json").write_bytes(written)
    sums = (folder / "SHA256SUMS").read_text()
    for before, after in ((old, line.encode()), (manifest, written)):
        sums = sums.replace(hashlib.sha256(before).hexdigest(), hashlib.sha256(after).hexdigest())
    (folder / "SHA256SUMS").write_text(sums)
    index = corpus.out / "corpus/index.json"
    index.write_text(
        index.read_text().replace(
            hashlib.sha256(manifest).hexdigest(), hashlib.sha256(written).hexdigest()
        )
    )
    return {d.message for d in corpuskit.verify(folder) if d.code.label == "audit-disagrees"}


# No withdrawn text is readable

# A release has words and digests of its own; with a letter of no language it has none of these.
WORDS = st.text(
    st.characters(codec="utf-8", categories=("Lu", "Ll", "Lo", "Nd")), min_size=7, max_size=60
).map("\ua7ae{}".format)


def pieces(folder: Path) -> dict[str, bytes]:
    """What can be read in a version: its files as they are, and all columns of its shards."""
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}
    for shard in (folder / "data").iterdir():
        table = pq.read_table(shard)
        for name in table.schema.names:
            for number, chunk in enumerate(table[name].chunks):
                buffers = (buffer for buffer in chunk.buffers() if buffer is not None)
                found[f"{shard.name}:{name}:{number}"] = b"\0".join(map(bytes, buffers))
    return found


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(
    secrets=st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=3, unique=True),
    gone=st.booleans(),
    copied=st.booleans(),
    broken=st.booleans(),
)
def test_no_withdrawn_text_is_found_in_the_new_version(
    secrets: list[tuple[str, str, str]], *, gone: bool, copied: bool, broken: bool
) -> None:
    """Title, text and path of what is withdrawn, in any file, after decompression."""
    with tempfile.TemporaryDirectory() as name:
        src, out = Path(name) / "articles", Path(name) / "datasets"
        src.mkdir()
        for number in range(3):
            stays = f"---\ntitle: left {number}\ndate: 2021-01-01\n---\n{number} stays.\n"
            (src / f"left-{number}.md").write_text(stays)
        paths = []
        for number, (title, text, named) in enumerate(secrets):
            head = f"title: {json.dumps(title)}\ndate: {'no day' if broken else '2021-01-02'}"
            article = f"---\n{head}\nsource: {json.dumps(named)}\n---\n{text} {text}\n"
            paths.append(src / f"{number} {named}.md")
            paths[-1].write_text(article, "utf-8")
            if copied:
                copy = src / f"copy {number} {named}.md"
                copy.write_text(article.replace("---\n", "---\nextra: 1\n", 1), "utf-8")
        build(src, out)
        lines = [f"{json.dumps(path.name)}  # asked for\n" for path in paths]
        if copied and (broken or any(len(f"{text} {text}") < 32 for _, text, _ in secrets)):
            lines += [f"{json.dumps(f'copy {path.name}')}\n" for path in paths]
        (src / "withdrawn.txt").write_text("".join(lines), "utf-8")
        (src / "corpuskit.toml").write_text('[dataset]\nwithdraw = "withdrawn.txt"\n')
        if gone:
            for path in paths:
                path.unlink()
        release = build(src, out)
        assert release.version in ("1.1.0", "1.0.1")
        assert corpuskit.verify(release.path) == ()
        found = pieces(release.path)
        for secret in (words.encode() for words_of in secrets for words in words_of):
            assert [where for where, data in found.items() if secret in data] == []


def build(src: Path, out: Path) -> corpuskit.BuildResult:
    return corpuskit.build(
        src,
        out=out,
        name="corpus",
        created=CREATED,
        max_rejected=1.0,
        executor=InlineExecutor(),
        cache=False,
    )


def test_a_text_that_is_left_would_be_found(published: Corpus) -> None:
    """What the property above looks into holds what can be read."""
    found = pieces(published.out / "corpus" / "1.0.0")
    assert [where for where, data in found.items() if TEXT.encode() in data]


@pytest.mark.parametrize("ids", ["", "{id: slug}"])
def test_a_redacted_release_with_withdrawals_holds(corpus: Corpus, ids: str) -> None:
    """What is withdrawn has no path that its id could be made of."""
    schema = corpus.schema("  - {name: title, type: string}\n  - {name: slug, type: string}", ids)
    for name in ("a", "b", "c"):
        corpus.article(f"{name}.md", slug=f"slug-{name}")
    listed(corpus, "a.md  # asked for")
    corpus.write(
        "corpuskit.toml",
        '[dataset]\nwithdraw = "withdrawn.txt"\n[release]\naudit = "redacted"\n',
    )
    built = corpus.build(schema=schema)
    assert built.reasons() == {None: "withdrawn"}
    assert corpuskit.verify(built.path) == ()


@pytest.mark.parametrize("gone", [False, True])
@pytest.mark.parametrize("omitted", ["text", "body", "links", "front_matter"])
def test_what_is_withdrawn_is_dropped_whatever_columns_are_left_out(
    corpus: Corpus, omitted: str, *, gone: bool
) -> None:
    rules = f'[release]\nomit = ["{omitted}"]\n'
    corpus.write("corpuskit.toml", rules)
    corpus.article("a.md", TEXT)
    corpus.article("b.md")
    corpus.build()
    corpus.write("corpuskit.toml", f'{rules}[dataset]\nwithdraw = "withdrawn.txt"\n')
    corpus.write("withdrawn.txt", "a.md\n")
    if gone:
        (corpus.src / "a.md").unlink()
    built = corpus.build()
    known = None if gone and omitted == "text" else sha256(TEXT)
    assert entries(built) == [(article_id("a.md"), known, None)]
    assert corpuskit.verify(built.path) == ()


def test_a_text_that_is_withdrawn_stays_away_whatever_min_chars_says(published: Corpus) -> None:
    listed(published, "a.md")
    published.build()
    (published.src / "a.md").unlink()
    listed(published)
    config = (published.src / "corpuskit.toml").read_text()
    published.write("corpuskit.toml", f"{config}[dedup]\nmin-chars = 500\n")
    published.article("again.md", TEXT)
    built = published.build()
    assert notes(built) == [("CK510", "again.md")]
    assert built.column("path") == ["b.md"]


def test_a_build_that_knows_its_sources_asks_the_newest_version_what_is_withdrawn(
    published: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows are gone, the one before has the article, and no line is left."""
    monkeypatch.setattr(stat_table, "_SETTLED_NS", -(10**18))
    listed(published)
    assert published.build().status == "unchanged"
    withdrawn = published.src / "withdrawn.txt"
    withdrawn.write_text("a.md\n")
    second = published.build()
    corpuskit.retract(second.path, "by mistake", created=CREATED)
    withdrawn.write_text("")
    built = published.build()
    assert (built.status, built.column("path")) == ("published", ["b.md"])
