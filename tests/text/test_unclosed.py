"""Tags that are never closed: found where they stand, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.text import Extraction, Extractor, Format, TextRules, Unclosed

EXTRACTORS = [Extractor(TextRules()), Extractor(TextRules(parser="beautifulsoup"))]
NAMES = ["iframe", "noembed", "noframes", "noscript", "script", "style", "textarea", "title", "xmp"]
NESTING = ["audio", "canvas", "svg", "template", "video"]


def unclosed(body: str, body_format: Format) -> Unclosed | None:
    first, second = (extractor.extract(body, body_format) for extractor in EXTRACTORS)
    assert isinstance(first, Extraction)
    assert isinstance(second, Extraction)
    assert first.unclosed == second.unclosed
    return first.unclosed


@pytest.mark.parametrize("name", [*NAMES, *NESTING, "Title", "STYLE"])
def test_element_that_is_never_closed_is_found_where_it_opens(name: str) -> None:
    html = f"<div>a<p>b</p><{name} id=x>c"
    assert unclosed(html, "html") == Unclosed(f"<{name}", html.index(f"<{name}"))


@pytest.mark.parametrize("name", [*NAMES, *NESTING])
def test_element_that_is_closed_or_hides_nothing_is_not_reported(name: str) -> None:
    assert unclosed(f"<p>a<{name} x>b</{name}>c</p>d", "html") is None
    assert unclosed(f"<p>a</p><{name} x>\n", "html") is None


@pytest.mark.parametrize(
    ("markdown", "written"),
    [
        ("a `Vec<Title>` b\n\n```\nVec<Title>\n```\n\nc Vec<Title> d\n\nVec<Title>\n", 3),
        ("<!-- <title> -->\n\na <title> b\n", 2),
        ("[a](<title> 'b')\n\n![x <title>](y)\n\na <title>\n\nb", 3),
        ("{{ <title> }} a <title> b", 2),
        ("<title>a</title>\n\n<title>b", 2),
    ],
)
def test_of_tags_that_are_spelled_alike_the_one_that_is_a_tag_is_found(
    markdown: str, written: int
) -> None:
    offset = -1
    for _ in range(written):
        offset = markdown.lower().index("<title", offset + 1)
    found = unclosed(markdown, "markdown")
    assert found is not None
    assert (found.tag.lower(), found.offset) == ("<title", offset)


def test_comment_that_is_never_closed_is_found_where_it_opens() -> None:
    markdown = "a <!-- b --> c\n\n<!-- d\n\ne\n"
    assert unclosed(markdown, "markdown") == Unclosed("<!--", 16)
    html = "<p title='<!--'>a<script>'<!--'</script><!---->b<!-- c"
    assert unclosed(html, "html") == Unclosed("<!--", html.index("<!-- c"))


@pytest.mark.parametrize(
    "html",
    [
        "<p title='<title>'>a</p>b",
        "<!-- <title> -->a",
        "<script>'<title><!--'</script>a",
        "<svg><title>a</title></svg>b",
        "<p>a<video>b</p>c",
        "<iframe/>a",
        "<titles>a",
        "a < title > b",
        "</title>a</template>",
    ],
)
def test_what_only_looks_like_a_tag_is_not_reported(html: str) -> None:
    assert unclosed(html, "html") is None


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<p>one</p>\n<p class="x>two</p>\n<p>three</p>', ("<p", 11, True)),
        ('<p>one</p>\n<img alt="a" src="b>two', ("<img", 11, True)),
        ('<a href="x>one</a> and <a href="y>two</a>, "three', None),
        ('<p>5" of <b>pipe</b></p>', None),
        ('<p>one</p><p class="', None),
        ("<p>one</p><p class=x", None),
        ("<p>one's</p><script>'\"'</script>", None),
    ],
)
def test_a_quote_that_is_never_closed_is_found(html: str, found: tuple[str, int, bool]) -> None:
    extraction = EXTRACTORS[0].extract(html, "html")
    assert isinstance(extraction, Extraction)
    assert extraction.unclosed == found


MARKUP = st.lists(
    st.sampled_from(
        [f"<{slash}{name}>" for name in (*NAMES, *NESTING) for slash in ("", "/")]
        + [
            "<p>",
            "</p>",
            '<p class="x">',
            '<p class="x>',
            "a",
            " ",
            "\n\n",
            "`",
            "<!--",
            "-->",
            "<div>",
            "</div>",
            "&",
            "\0",
        ]
    ),
    max_size=12,
).map("".join)


FORMATS: list[Format] = ["markdown", "html"]


@given(MARKUP, st.sampled_from(FORMATS))
def test_found_tag_stands_in_the_body(body: str, body_format: Format) -> None:
    extraction = EXTRACTORS[0].extract(body, body_format)
    assert isinstance(extraction, Extraction)
    if extraction.unclosed is not None:
        tag, offset, _ = extraction.unclosed
        assert body.startswith(tag, offset)


@given(MARKUP)
def test_text_after_a_body_in_which_nothing_is_unclosed_is_read(body: str) -> None:
    """What is not reported hides nothing: a paragraph after it is on the page.

    Lexbor differs in two ways: it protects a title in `svg` from end tags, and finds tags in a
    `noscript` of a page that has a `textarea`.
    """
    html = f"<p>{body}</p><p>the end</p>"
    extraction = EXTRACTORS[1].extract(html, "html")
    assert isinstance(extraction, Extraction)
    assert extraction.unclosed is not None or extraction.text.endswith("the end")
