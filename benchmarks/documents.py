"""Documents in Markdown that are known word by word: what they are written as, and what they say.

A document is made of its seed and number alone. It is CommonMark with GitHub's tables, task lists
and strikethrough, with footnotes, description lists and raw HTML, in English, Chinese or both.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from benchmarks.pages import TIDY
from benchmarks.voice import Block, Document, Said, Voice

_CODE = (
    "for n in range(9):",
    "    print(n * 2)",
    "",
    "\tif a < b && c:",
    "return {'k': [1, 2]}",
    "# 注释",
)


def document(seed: int, number: int, kinds: Sequence[str] | None = None) -> Document:
    """The document with that number; of some `kinds` of blocks alone, if they are given."""
    return _Writer(random.Random(f"{seed}-{number}")).document(kinds or sorted(KINDS))


class _Writer(Voice):
    def __init__(self, chance: random.Random) -> None:
        super().__init__(chance)
        self.references: list[str] = []
        self.notes: list[Block] = []

    def document(self, kinds: Sequence[str]) -> Document:
        chosen = self.chance.choices(kinds, k=self.chance.randint(3, 12))
        blocks = [_ALL[kind](self) for kind in chosen]
        while self.notes:
            blocks += self._taken_notes()
        written: list[str] = []
        for block in blocks:
            written += [*block.written, ""]
        written += self.references
        says = [line for block in blocks for line in block.says]
        end = self.chance.choice(["\n", "\n", "\r\n"])
        markdown = ("\n".join(written) + "\n").replace("\n", end)
        return Document(markdown, "\n".join(says), tuple(sorted(set(chosen))))

    def _taken_notes(self) -> list[Block]:
        taken, self.notes = self.notes, []
        return taken

    # Within a line

    def line(self, parts: int = 4) -> Said:
        """Words with things between them; it begins and ends with words, and so with no mark."""
        said = [Said(*2 * (self.words(),))]
        for _ in range(self.chance.randint(0, parts)):
            said += [self.chance.choice(_INLINE)(self), Said(*2 * (self.words(),))]
        # A mark beside a letter is one of emphasis or not by rules that are the renderer's own.
        gap = " " if self.language != "zh" or self.chance.random() < 0.5 else "，"
        return Said(*(gap.join(part) for part in zip(*said, strict=True)))

    def emphasis(self) -> Said:
        inner = self.words()
        if self.chance.random() < 0.3:
            inner = f"“{inner}”" if self.language == "en" else f"「{inner}」"
        mark = self.chance.choice(["*", "**", "***", "_", "__"])
        return Said(f"{mark}{inner}{mark}", inner)

    def struck(self) -> Said:
        inner = self.words()
        return Said(f"~~{inner}~~", inner)

    def code(self) -> Said:
        return self.chance.choice(
            [Said("`a < b`", "a < b"), Said("`` a`b ``", "a`b"), Said("`*港*`", "*港*")]
        )

    def link(self) -> Said:
        inner = self.emphasis() if self.chance.random() < 0.3 else Said(*2 * (self.words(),))
        match self.chance.randrange(4):
            case 0:
                return Said(f"[{inner.written}](/page/{self.number()})", inner.says)
            case 1:
                return Said(f'[{inner.written}](<a b.html> "{self.words()}")', inner.says)
            case 2:
                name = f"ref-{self.number()}"
                self.references.append(f"[{name}]: https://example.org/{name} 'title'")
                return Said(f"[{inner.written}][{name}]", inner.says)
            case _:
                address = f"https://example.org/{self.number()}"
                return Said(f"<{address}>", address)

    def reference(self) -> Said:
        return self.chance.choice(
            [
                Said("&amp;", "&"),
                Said("&copy;2", "©2"),
                Said("&#20013;&#x6587;", "中文"),
                Said("&lt;b&gt;", "<b>"),
                Said("\\*no\\*", "*no*"),
                Said("\\`no\\`", "`no`"),
                Said("\\# \\[no\\]", "# [no]"),
                Said("1 \\< 2", "1 < 2"),
                Said("snake_case_name", "snake_case_name"),
            ]
        )

    def tag(self) -> Said:
        inner = self.words()
        return self.chance.choice(
            [
                Said(f'<span class="x">{inner}</span>', inner),
                Said(f"<kbd>{inner}</kbd>", inner),
                Said("H<sub>2</sub>O", "H2O"),
                Said("x<sup>2</sup>", "x2"),
                Said(f"<!-- {self.words()} -->{inner}", inner),
                Said(f"<u>{inner}</u>", inner),
            ]
        )

    def broken(self) -> Said:
        before, after = self.words(), self.words()
        mark = self.chance.choice(["  \n", "\\\n", "<br>", "<br/>\n"])
        return Said(f"{before}{mark}{after}", f"{before}\n{after}")

    def wrapped(self) -> Said:
        before, after = self.words(), self.words()
        return Said(f"{before}\n{after}", f"{before} {after}")

    def image(self) -> Said:
        before, after = self.words(), self.words()
        gap = " "
        return Said(
            f"{before} ![{self.words()}](i{self.number()}.png) {after}", gap.join([before, after])
        )

    # Lines

    def paragraph(self) -> Block:
        said = self.line(6)
        return Block(said.written.split("\n"), said.says.split("\n"))

    def one_line(self) -> Said:
        """Of what can be in a heading or a cell: no line ends in it."""
        while "\n" in (said := self.line(2)).written or "\n" in said.says:
            pass
        return said

    def heading(self) -> Block:
        said = self.one_line()
        match self.chance.randrange(3):
            case 0:
                return Block([f"{'#' * self.chance.randint(1, 6)} {said.written}"], [said.says])
            case 1:
                return Block([f"## {said.written} ##"], [said.says])
            case _:
                return Block([said.written, self.chance.choice(["===", "---"])], [said.says])

    def rule(self) -> Block:
        return Block([self.chance.choice(["***", "- - -", "_____"])], [])

    def fence(self) -> Block:
        lines = [
            *self.chance.choices(_CODE, k=self.chance.randint(0, 5)),
            f"print({self.number()})",
        ]
        lines = ["x = 1", *lines]
        fence = self.chance.choice(["```", "~~~", "````"])
        info = self.chance.choice(["", "py", "python title=a.py"])
        return Block([fence + info, *lines, fence], lines)

    def indented(self) -> Block:
        lines = ["x = 1", *self.chance.choices(_CODE, k=self.chance.randint(0, 3)), "y = 2"]
        # Before it stands a paragraph, or it would go on with a list.
        before = self.words()
        return Block([before, "", *(f"    {line}" for line in lines)], [before, *lines])

    def quote(self) -> Block:
        inner = self._within([self.paragraph, self.bullets, self.heading, self.fence])
        return Block([f"> {line}" if line else ">" for line in inner.written], inner.says)

    def bullets(self, depth: int = 0) -> Block:
        ordered = self.chance.random() < 0.4
        is_loose = self.chance.random() < 0.4
        # Only a list that begins with 1 may come right after a line of a paragraph.
        first = self.chance.randint(1, 20) if depth == 0 else 1
        written: list[str] = ["<!-- -->", ""] if depth == 0 else []
        says: list[str] = []
        for n in range(self.chance.randint(1, 4)):
            mark = f"{first + n}. " if ordered else "- "
            item = self._item(depth, is_loose=is_loose)
            rest = [" " * len(mark) + line if line else "" for line in item.written[1:]]
            written += [mark + item.written[0], *rest]
            if is_loose:
                written.append("")
            says += item.says
        return Block(written, says)

    def _item(self, depth: int, *, is_loose: bool) -> Block:
        first = self.paragraph()
        written, says = list(first.written), list(first.says)
        if depth < 2 and self.chance.random() < 0.35:
            more = self.bullets(depth + 1) if self.chance.random() < 0.6 else self.fence()
            written += [""] * is_loose + more.written
            says += more.says
        if is_loose and self.chance.random() < 0.4:
            more = self.paragraph()
            written += ["", *more.written]
            says += more.says
        return Block(written, says)

    def tasks(self) -> Block:
        items = [self.one_line() for _ in range(self.chance.randint(1, 4))]
        boxes = [self.chance.choice(["[ ]", "[x]"]) for _ in items]
        written = [f"- {box} {item.written}" for box, item in zip(boxes, items, strict=True)]
        return Block(["<!-- -->", "", *written], [item.says for item in items])

    def table(self) -> Block:
        columns = self.chance.randint(2, 4)
        rows = [[self._cell() for _ in range(columns)] for _ in range(self.chance.randint(2, 5))]
        line = "|".join([":---", "---", "--:", ":-:"][:columns])
        written = [f"| {' | '.join(cell.written for cell in row)} |" for row in rows]
        written.insert(1, f"|{line}|")
        return Block(written, ["\t".join(c.says for c in row if c.says) for row in rows])

    def _cell(self) -> Said:
        match self.chance.randrange(8):
            case 0:
                return Said("a \\| b", "a | b")
            case 1:
                return Said("`n`", "n")
            case _:
                while "|" in (said := self.one_line()).written:
                    pass
                return said

    def note(self) -> Block:
        said, name = self.line(2), f"n{self.number()}"
        before = self.words()
        lines = said.written.split("\n")
        note = Block([f"[^{name}]: {lines[0]}", *lines[1:]], said.says.split("\n"))
        self.notes.append(note)
        return Block([f"{before}[^{name}]"], [before])

    def description(self) -> Block:
        term, first, second = self.words(), self.one_line(), self.one_line()
        return Block(
            [term, f":   {first.written}", "", f":   {second.written}"],
            [term, first.says, second.says],
        )

    def tight(self) -> Block:
        """Marks between characters of CJK, where CommonMark takes some of them for asterisks."""
        before, inner, after = (self.words() for _ in range(3))
        mark = self.chance.choice(["*", "**", "~~"])
        inner = self.chance.choice([f"「{inner}」", f"{inner}。", f"（{inner}）", inner])
        return Block([f"港{before}{mark}{inner}{mark}{after}"], [f"港{before}{inner}{after}"])

    def lazy(self) -> Block:
        """A quotation and an item that go on in lines without their marks."""
        first, second, third, fourth = (self.words() for _ in range(4))
        return Block(
            [f"> {first}", second, "", f"* {third}", fourth],
            [f"{first} {second}", f"{third} {fourth}"],
        )

    def mixture(self) -> Block:
        """An item that holds a table, HTML and code between its paragraphs."""
        first, second, table = self.words(), self.words(), self.table()
        inner = self.chance.choice([*TIDY, _Writer.details])(self)
        lines = [first, "", *table.written, "", *inner.written, "", "```", "x = 1", "```", second]
        return Block(
            [
                "<!-- -->",
                "",
                f"1. {lines[0]}",
                *(f"   {line}" if line else "" for line in lines[1:]),
            ],
            [first, *table.says, *inner.says, "x = 1", second],
        )

    def remark(self) -> Block:
        """Comments and instructions over several lines, and what stands around them."""
        first, second = self.words(), self.words()
        return Block(
            [
                first,
                "",
                "<!-- a",
                "",
                "# b",
                "-->",
                "",
                "<?php a",
                "b ?>",
                "",
                "<!DOCTYPE x>",
                "",
                second,
            ],
            [first, second],
        )

    def picture(self) -> Block:
        return Block([f'![{self.words()}](p{self.number()}.png "{self.words()}")'], [])

    def _within(self, makers: Sequence[Callable[[], Block]]) -> Block:
        blocks = [self.chance.choice(makers)() for _ in range(self.chance.randint(1, 3))]
        written = [line for block in blocks for line in [*block.written, ""]][:-1]
        return Block(written, [line for block in blocks for line in block.says])

    # Raw HTML

    def html(self) -> Block:
        return self.chance.choice([*TIDY, _Writer.details, _Writer.division])(self)

    def details(self) -> Block:
        title, inner = self.words(), self.paragraph()
        return Block(
            [f"<details><summary>{title}</summary>", "", *inner.written, "", "</details>"],
            [title, *inner.says],
        )

    def division(self) -> Block:
        first, inner = self.words(), self.paragraph()
        return Block(
            [
                f"<div class='a'><p>{first}</p><style>p {{ color: red }}</style>",
                "",
                *inner.written,
                "",
                "</div>",
            ],
            [first, *inner.says],
        )


_INLINE: tuple[Callable[[_Writer], Said], ...] = (
    *(_Writer.emphasis, _Writer.emphasis, _Writer.struck, _Writer.code, _Writer.link),
    *(_Writer.reference, _Writer.tag, _Writer.broken, _Writer.wrapped, _Writer.image),
)

KINDS: dict[str, Callable[[_Writer], Block]] = {
    "paragraph": _Writer.paragraph,
    "heading": _Writer.heading,
    "rule": _Writer.rule,
    "fence": _Writer.fence,
    "indented": _Writer.indented,
    "quote": _Writer.quote,
    "list": _Writer.bullets,
    "tasks": _Writer.tasks,
    "table": _Writer.table,
    "footnote": _Writer.note,
    "description": _Writer.description,
    "lazy": _Writer.lazy,
    "mixture": _Writer.mixture,
    "remark": _Writer.remark,
    "picture": _Writer.picture,
    "html": _Writer.html,
}
"""What makes a block of each kind."""

TIGHT = ("tight",)
"""A kind that renderers differ on: GitHub's dialect, and ours, sees marks there, markdown-it does
not."""
_ALL: dict[str, Callable[[_Writer], Block]] = KINDS | {"tight": _Writer.tight}
