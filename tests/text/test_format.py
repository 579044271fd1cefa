"""HTML or Markdown: the body says it, not its file's name."""

import pytest

from corpuskit.text import detect_format


@pytest.mark.parametrize(
    "body",
    [
        "\n<div>   \n<p>a</p>\n\n            <style>\n            b&#123;&#125;\n</style>\n</div>",
        "\ufeff<!-- more --> <P class=x>a",
        '<?xml version="1.0"?>\n<!DOCTYPE html>\n<html>',
        "<!doctype html>a",
        "<html><head></head># a",
        "<table><tr><td>a",
        "<h1/>a",
        "</div>a",
        "<style>a</style>\n<script>b</script>\n<section>c",
        "<style>only</style>",
        "<center>a</center>\n\n1 # 2 and [b] (c) ``` d",
        "<div>\n\n# a\n\n```\nb\n```\n[c](/d)\n</div>\n",
    ],
)
def test_body_that_opens_with_a_block_is_html(body: str) -> None:
    assert detect_format(body) == "html"


@pytest.mark.parametrize(
    "body",
    [
        "",
        " \n",
        "a",
        "# a\n\n<div>b</div>",
        "<b>a</b>",
        "<a href=b>c</a>",
        "<img src=a>",
        "<br>a",
        "<span>a</span>",
        "<中华人民共和国海关法>",
        "<details-card>a</details-card>",
        "< div>a",
        "<!-- more -->\na",
        "<!-- <div>",
        "---\na: b\n---\n",
        "{% raw %}<div>{% endraw %}",
        "<https://a.example>",
    ],
)
def test_anything_else_is_markdown(body: str) -> None:
    assert detect_format(body) == "markdown"


@pytest.mark.parametrize(
    "body",
    [
        "<div align=center><img src=a></div>\n\n# Title\n\ntext",
        "<div><div>a</div></div>\n\n```sh\nb\n```\n",
        "<hr>\nsee [a](https://b.example)",
        "<style>\na {}\n</style>\n\ntext",
        "<iframe src=a></iframe>\n\ntext",
    ],
)
def test_markdown_that_opens_with_a_block_of_html_is_markdown(body: str) -> None:
    assert detect_format(body) == "markdown"
