"""What is plain HTML and what is left to Lexbor; that both read it alike is a property."""

from __future__ import annotations

import pytest

from corpuskit.text.bounds import html_fault
from corpuskit.text.markdown import render
from corpuskit.text.plain_html import read_plain

ARCHIVED = """<div>
<p cms-style="font-L">\u3000\u3000港口 <font class='x y'>夜航</font>&hellip;&#123;</p>
<!--list[<p class="x">附件</p>]list-->
<p><strong>附件：<a href="/a.pdf?x=1&amp;y=2" target=_blank data-id>附件 &gt;</a></strong><br/></p>
<style>
.qr&#123;float:left&#125;
</style>
<table border=0><caption>票价</caption><tr><th>船</th> <td>1</td></tr></table>
<ul><li>一<ul><li>二</li></ul></li></ul>
<dl><dt>a</dt><dd><img src="/b.png" alt="1 &amp; 2"></dd></dl>
<iframe src="//v.example/1" allowFullScreen></iframe><video src="a.mp4"></video></div>"""

WRITTEN = """# Tides & *winds*

1. one
   - [x] two [link](/a "title") ![image](b.png)

| a | b |
|---|---|
| 1 | `x < y` |

```sh
echo "$HOME" > a & b
```

> quoted[^1] <kbd>K</kbd>

Term
: description

[^1]: A note.
"""


def test_an_archived_article_is_plain() -> None:
    page = read_plain(ARCHIVED)
    assert page is not None
    assert page.text() == "港口 夜航…{\n附件：附件 >\n票价\n船\t1\n一\n二\na"
    assert (page.links, page.link_texts) == (["/a.pdf?x=1&y=2"], ["附件 >"])
    assert page.images == ["/b.png"]


def test_what_markdown_is_rendered_to_is_plain() -> None:
    html = render(WRITTEN)
    assert isinstance(html, str)
    page = read_plain(html)
    assert page is not None
    assert page.text().split("\n")[-4:] == ["quoted K", "Term", "description", "A note."]


@pytest.mark.parametrize(
    "html",
    [
        # Ends that are missing, wrong or in the wrong order.
        *("<p>a", "a</p>", "<b><i>a</b></i>", "<p/>", "<div></p></div>", "<p></P>", "<p></ p>"),
        # What would end something that is open, or be moved.
        *("<p><div></div></p>", "<p><p></p></p>", "<h1><h2>a</h2></h1>", "<a><b><a></a></b></a>"),
        *("<ul><li><div><li></li></div></li></ul>", "<div><dd>a</dd></div>", "<td>a</td>"),
        *("<table>a</table>", "<table><tr><td>a</td>&nbsp;</tr></table>", "<tr><td>a</td></tr>"),
        *("<table><b>a</b></table>", "<table><td>a</td></table>", "<pre><pre>a</pre></pre>"),
        *("<p><span><table></table></span></p>", "<h1><b><p>a</p></b></h1>", "</br>"),
        # Elements that are not known, or known to be odd.
        *("<o:p>a</o:p>", "<svg></svg>", "<select></select>", "<title>a</title>", "<P>a</P>"),
        *("<noscript>a</noscript>", "<button>a</button>", "<html>a</html>", "<ruby>a</ruby>"),
        # Markup that is not finished, or finished in an unusual way.
        *("a < b", "<", "</", "<p", "<p class='a>b</p>", '<p a="b"c>d</p>', "<p =a>b</p>"),
        *("<p/a>b</p>", "<!-- a", "<!-->", "<!--->", "<!-- a --!>", "<!doctype>", "<?a ?>"),
        *("<style>a", "<style>a</STYLE>", "<script>a < b</script>", "<style/>", "<iframe src=a/>"),
        # Tags that others look for in all of a body.
        *("<!-- <title -->", "<!-- <td -->", "<!-- <!-- -->", '<p id="<title ">a</p>'),
        '<p id="/>">a</p>',
        # Characters that parsers exchange or leave out.
        *("a\x1cb", "&copy", "a&b", "&#0;", "&#128;", "&#xD800;", "&#x110000;", "&x;"),
        *("&\0amp;", "&#3;", "a &b"),
        *('<a href="a\nb">c</a>', "<img src='&#65;'>", "<a href='\u3000'>b</a>", "<img src=a/>"),
    ],
)  # fmt: skip
def test_what_parsers_mend_is_left_to_them(html: str) -> None:
    assert read_plain(html) is None


@pytest.mark.parametrize(
    ("most", "more"),
    [
        pytest.param("<b>" * 100 + "</b>" * 100, "<b>" * 102 + "</b>" * 102, id="depth"),
        pytest.param("<br>" * 19_000, "<br>" * 21_000, id="tags"),
        pytest.param(f"<p{' a' * 100}></p>", f"<p{' a' * 101}></p>", id="attributes"),
        pytest.param(
            f"{'<div>' * 90}{'<a><i><b></b></i></a>' * 3_000}{'</div>' * 90}",
            f"{'<div>' * 90}{'<a><i><b></b></i></a>' * 9_000}{'</div>' * 90}",
            id="work",
        ),
    ],
)
def test_a_plain_page_stays_well_below_the_caps(most: str, more: str) -> None:
    assert read_plain(most) is not None
    assert html_fault(most) is None
    assert read_plain(more) is None


def test_each_start_of_something_that_has_no_end_is_looked_at_once() -> None:
    """Quadratic time over these would be hours."""
    for start in (
        "<",
        "<p",
        "<p a='",
        "<!--",
        "<!-- <p>",
        "<style>",
        "<video><source>",
        "&",
        "<p a ",
    ):
        assert read_plain(start * 200_000) is None
