"""Whatever happens to sources and to the cache, a build with it gives the bytes of one without."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import fields
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import corpuskit
from corpuskit.cache import stat_table
from corpuskit.executors import InlineExecutor

NAMES = st.sampled_from(["a", "b", "c", "deep/d", "deep/e", "_drafts/f"])
ENDINGS = st.sampled_from([".md", ".html"])
BODIES = st.sampled_from(
    ["One text.", "Another text.", "<p>A page.</p>", "", "The same text, long enough to be told."]
)
FRONT = st.sampled_from(
    [
        "title: Two\ndate: 2021-03-06",
        *("title: T\ndate: 2021-03-04", "title: U\ndate: 2020-01-02 10:00", "title: T"),
        *("draft: true", "title: T\ndate: 2024-06-20"),
    ]
)
TIMES = st.sampled_from(["2024-06-01T12:00:00Z", "2024-07-01T12:00:00Z"])
"""Before and after one of the articles is published."""
CONFIGURATIONS = st.sampled_from(
    [
        "",
        '[site]\ntimezone = "Asia/Shanghai"\n',
        '[text]\ndrop = ["p"]\n',
        '[schema]\nuse = "page"\n',
        '[source]\ndrafts = "include"\n',
        "[source]\nmax-bytes = 50\n",
        '[schema]\nuse = "own.yaml"\n',
    ]
)
CONSTRAINTS = st.sampled_from(
    [
        "constraints: {maxLength: 500}",
        "constraints: {maxLength: 1}",
        "constraints: {enum: [T]}",
        "x-corpuskit: {warn: {maxLength: 1}}",
        'constraints: {pattern: "[TU]"}',
    ]
)


class Rebuilding(RuleBasedStateMachine):
    """A corpus that changes, built after each change with the same cache and without one."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.articles = self.root / "articles"
        self.articles.mkdir()
        (self.articles / "corpuskit.toml").write_text("")
        self.constrain("constraints: {maxLength: 500}")
        self.before: dict[Path, bytes] = {}
        self.created = "2024-06-01T12:00:00Z"

    @initialize()
    def begin(self) -> None:
        """Start with two articles."""
        self.write("a", ".md", "title: T\ndate: 2021-03-04", "One text.")
        self.write("b", ".md", "title: T\ndate: 2021-03-05", "Another text.")

    def files(self) -> list[Path]:
        """The sources, in order."""
        return sorted(p for p in self.articles.rglob("*") if p.suffix in (".md", ".html"))

    def cached(self) -> list[Path]:
        """The files of the cache, in order of their contents' size."""
        found = [p for p in (self.root / "cache").rglob("*") if p.is_file()]
        return sorted(found, key=lambda p: (p.suffix, p.stat().st_size))

    @rule(name=NAMES, ending=ENDINGS, front=FRONT, body=BODIES)
    def write(self, name: str, ending: str, front: str, body: str) -> None:
        """Add an article, or write another one over it."""
        path = self.articles / (name + ending)
        path.parent.mkdir(exist_ok=True)
        if path.exists():
            self.before[path] = path.read_bytes()
        path.write_text(f"---\n{front}\n---\n{body}\n")

    @precondition(lambda self: self.before)
    @rule(keep_times=st.booleans())
    def edit_back(self, *, keep_times: bool) -> None:
        """Give a file the bytes it had before, at the times of its last change."""
        path, data = self.before.popitem()
        if path.exists():
            times = path.stat()
            path.write_bytes(data)
            if keep_times:
                os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    @precondition(lambda self: self.files())
    @rule(data=st.data())
    def edit_in_place(self, data: st.DataObject) -> None:
        """Change a character, neither the size nor the time of the last change."""
        path = data.draw(st.sampled_from(self.files()))
        times, content = path.stat(), path.read_bytes()
        path.write_bytes(content.swapcase())
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    @precondition(lambda self: self.files())
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        """Delete a source."""
        data.draw(st.sampled_from(self.files())).unlink()

    @precondition(lambda self: self.files())
    @rule(data=st.data(), name=NAMES, ending=ENDINGS)
    def rename(self, data: st.DataObject, name: str, ending: str) -> None:
        """Move a source, perhaps over another one."""
        target = self.articles / (name + ending)
        target.parent.mkdir(exist_ok=True)
        data.draw(st.sampled_from(self.files())).replace(target)

    @precondition(lambda self: self.files())
    @rule(data=st.data())
    def copy(self, data: st.DataObject) -> None:
        """Have the same bytes at two paths."""
        (self.articles / "copy.md").write_bytes(
            data.draw(st.sampled_from(self.files())).read_bytes()
        )

    @precondition(lambda self: self.files())
    @rule(data=st.data())
    def touch(self, data: st.DataObject) -> None:
        """Change a time and nothing else."""
        data.draw(st.sampled_from(self.files())).touch()

    @rule(text=CONFIGURATIONS)
    def configure(self, text: str) -> None:
        """Change the rules, or change them back."""
        (self.articles / "corpuskit.toml").write_text(text)

    @rule(said=CONSTRAINTS)
    def constrain(self, said: str) -> None:
        """Ask something else of titles, in the schema that some configurations name."""
        fields = f"  - {{name: title, type: string, {said}}}\n  - {{name: date, type: datetime}}"
        (self.articles / "own.yaml").write_text(f"name: own\nfields:\n{fields}\n")

    @rule(created=TIMES)
    def let_time_pass(self, created: str) -> None:
        """Build at another time from now on."""
        self.created = created

    @precondition(lambda self: self.cached())
    @rule(data=st.data(), cut=st.booleans())
    def damage(self, data: st.DataObject, *, cut: bool) -> None:
        """Cut a file of the cache, or change a byte of it."""
        path = data.draw(st.sampled_from(self.cached()))
        content = path.read_bytes()
        at = data.draw(st.integers(0, max(0, len(content) - 1)))
        other = content[:at] if cut else content[:at] + b"\xa5" + content[at + 1 :]
        path.unlink()
        path.write_bytes(other)

    @precondition(lambda self: self.cached())
    @rule(data=st.data())
    def lose(self, data: st.DataObject) -> None:
        """Delete a file of the cache."""
        data.draw(st.sampled_from(self.cached())).unlink()

    @invariant()
    def both_builds_are_equal(self) -> None:
        """The release, or the diagnostics of a refused build, to the byte."""
        if self.files():
            assert self.built(cache=True) == self.built(cache=False)

    def built(self, *, cache: bool) -> tuple[dict[str, object], dict[str, bytes]]:
        """How the next build of a dataset ends, and all files of it: versions share shards."""
        out = self.root / ("with" if cache else "without")
        result = corpuskit.build(
            self.articles,
            name="corpus",
            out=out,
            created=self.created,
            max_rejected=1.0,
            cache=cache,
            cache_dir=self.root / "cache",
            executor=InlineExecutor(),
        )
        files = {
            p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()
        }
        told = {f.name: getattr(result, f.name) for f in fields(result) if f.name != "path"}
        return told, files

    def teardown(self) -> None:
        """Delete the corpus."""
        shutil.rmtree(self.root, ignore_errors=True)


TestRebuilding = Rebuilding.TestCase
TestRebuilding.settings = settings(max_examples=12, stateful_step_count=12, deadline=None)


class SettledRebuilding(Rebuilding):
    """The same where files count as settled at once, so that the table of files has its say.

    The time of the last change of the inode, which nobody can set back, tells of every edit here:
    the steps of that clock are shorter than a build.
    """

    def __init__(self) -> None:
        super().__init__()
        self.settled, stat_table._SETTLED_NS = stat_table._SETTLED_NS, -(10**18)

    def teardown(self) -> None:
        """Undo that."""
        stat_table._SETTLED_NS = self.settled
        super().teardown()


TestSettledRebuilding = SettledRebuilding.TestCase
TestSettledRebuilding.settings = settings(max_examples=12, stateful_step_count=12, deadline=None)
