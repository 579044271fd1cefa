"""`build --dev`: all of a release but a version, in place of the rehearsal before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import corpuskit

if TYPE_CHECKING:
    from tests.building.conftest import Corpus


def test_a_rehearsal_is_a_release_beside_the_versions(corpus: Corpus) -> None:
    corpus.article("a.md")
    corpus.build()
    before = corpus.contents(corpus.out)
    corpus.article("b.md")
    rehearsed = corpus.build(dev=True)
    assert (rehearsed.status, rehearsed.version) == ("rehearsed", "1.1.0")
    assert rehearsed.path == corpus.out / "corpus" / "dev"
    assert corpuskit.verify(rehearsed.path) == ()
    assert corpuskit.verify(corpus.out / "corpus") == ()
    assert len(corpuskit.load(rehearsed.path)) == 2
    assert corpuskit.load(corpus.out / "corpus").version == "1.0.0"
    after = corpus.contents(corpus.out)
    assert {path: data for path, data in after.items() if "/dev/" not in path} == before
    published = corpus.build()
    assert corpus.contents(published.path) == corpus.contents(rehearsed.path)


def test_a_rehearsal_takes_the_place_of_the_one_before(corpus: Corpus) -> None:
    corpus.article("a.md")
    first = corpus.build(dev=True)
    assert first.version == "1.0.0"
    corpus.article("b.md")
    assert corpus.build(dev=True).counts[1] == 2
    assert [path.name for path in (corpus.out / "corpus").iterdir()] == ["dev"]
    corpus.build()
    again = corpus.build(dev=True)
    assert (again.status, again.version) == ("rehearsed", "1.0.0")


def test_a_rehearsal_is_refused_for_its_sources_alone(corpus: Corpus) -> None:
    files = [corpus.article(f"{n:02d}.md") for n in range(40)]
    corpus.build()
    for file in files[1:]:
        file.unlink()
    assert corpus.build(dev=True).status == "rehearsed"
    files[0].write_text("broken")
    assert corpus.build(dev=True).status == "refused"


def test_a_sample_stays_when_others_come(corpus: Corpus) -> None:
    for number in range(60):
        corpus.article(f"{number:02d}.md")
    few = corpus.build(dev=True, limit=10)
    assert few.counts == (10, 10, 0, 0, 0)
    assert few.manifest["counts"]["ignored"] == 50  # type: ignore[index]
    first = {*few.column("path")}
    more = corpus.build(dev=True, limit=20)
    assert more.counts[0] == 20
    assert first < {*more.column("path")}
    assert more.column("path") == sorted(more.column("path"))  # type: ignore[type-var]
    taken = {*more.column("path")}
    new = {corpus.article(f"{number:02d}.md").name for number in range(60, 66)}
    later = {*corpus.build(dev=True, limit=20).column("path")}
    assert later - taken <= new, "what leaves makes room for what has come"
    assert corpus.build(dev=True, limit=1000).counts[0] == 66


def test_a_sample_leaves_the_cache_as_it_is_for_all(corpus: Corpus) -> None:
    for number in range(9):
        corpus.article(f"{number}.md")
    corpus.build()
    corpus.build(dev=True, limit=3)
    corpus.article("9.md")
    clean = corpus.build(cache=False, out=corpus.out.with_name("clean"))
    built = corpus.build()
    assert built.table().equals(clean.table())
    audit = {path: data for path, data in corpus.contents(clean.path).items() if "audit" in path}
    assert audit.items() <= corpus.contents(built.path).items()


def test_a_folder_of_that_name_that_is_no_rehearsal_is_left_alone(corpus: Corpus) -> None:
    corpus.article("a.md")
    mine = corpus.out / "corpus" / "dev"
    mine.mkdir(parents=True)
    (mine / "work.py").write_text("precious")
    with pytest.raises(corpuskit.UsageError, match="is no rehearsal of ours; move it"):
        corpus.build(dev=True)
    assert (mine / "work.py").read_text() == "precious"


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"limit": 3}, "only a rehearsal takes some of the sources; add --dev"),
        ({"limit": 0, "dev": True}, "0 is no number of sources"),
        ({"version": "2.0.0", "dev": True}, "a rehearsal is no version; leave 2.0.0 out"),
    ],
)
def test_what_makes_no_sense_together_is_refused(
    corpus: Corpus, stated: dict[str, object], said: str
) -> None:
    corpus.article("a.md")
    with pytest.raises(corpuskit.UsageError, match=said):
        corpuskit.build(corpus.src, out=corpus.out, **stated)  # type: ignore[arg-type]
