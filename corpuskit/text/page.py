"""What a parser fills while it walks through a body."""

from corpuskit.text.elements import BLOCKS, CELLS
from corpuskit.text.layout import CELL, LINE, LINE_BREAK, lay_out, on_one_line, verbatim

BORDERS = {**dict.fromkeys(BLOCKS, LINE), **dict.fromkeys(CELLS, CELL), "br": LINE_BREAK}
"""What the start of an element puts between texts; so does its end, if it has one."""


class Page:
    """The texts, links and images of one body in document order.

    Attributes:
        pieces: visible texts and borders, appended to by the parser. It is another list inside of
            preformatted elements, so it is not to be held across their tags.
        links: `href` of each link that has one.
        link_texts: of each of `links`.
        images: `src` of each image that has one.
    """

    __slots__ = ("_flow", "_open_links", "_preformatted", "images", "link_texts", "links", "pieces")

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.links: list[str] = []
        self.link_texts: list[str] = []
        self.images: list[str] = []
        self._flow: list[str] = self.pieces
        self._preformatted = 0
        self._open_links: list[_OpenLink | None] = []

    def text(self) -> str:
        """Return what was gathered so far as canonical text."""
        return lay_out("".join(self.pieces))

    def image(self, src: str | None) -> None:
        """Note an image."""
        if src and (src := src.strip()):
            self.images.append(src)

    def start_link(self, href: str | None) -> None:
        """Open an `a` element; a link that is open ends here, for links do not nest."""
        self._finish_link()
        if href and (href := href.strip()):
            self._open_links.append((len(self.links), self.pieces, len(self.pieces)))
            self.links.append(href)
            self.link_texts.append("")
        else:
            self._open_links.append(None)

    def end_link(self) -> None:
        """Close the innermost `a` element."""
        self._finish_link()
        if self._open_links:
            self._open_links.pop()

    def _finish_link(self) -> None:
        if self._open_links and (link := self._open_links[-1]):
            index, pieces, start = link
            inner = self.pieces if pieces is not self.pieces else []
            self.link_texts[index] = on_one_line("".join(pieces[start:] + inner))
            self._open_links[-1] = None

    def start_preformatted(self) -> None:
        """Open a preformatted element; inside of another it is only a block."""
        if self._preformatted:
            self.pieces.append(LINE)
        else:
            self.pieces = []
        self._preformatted += 1

    def end_preformatted(self) -> None:
        """Close the innermost preformatted element."""
        self._preformatted -= 1
        if self._preformatted:
            self.pieces.append(LINE)
        else:
            self._flow.append(verbatim("".join(self.pieces)))
            self.pieces = self._flow


_OpenLink = tuple[int, list[str], int]
"""The index of an open link, the pieces its text begins in, and where."""
