"""Blocks of HTML, tidy and not, and pages made of them; each is known by what it says."""

from __future__ import annotations

import random
from collections.abc import Callable
from html import escape

from benchmarks.voice import Block, Document, Voice


def page(seed: int, number: int) -> Document:
    """The page with that number: HTML as people, editors and renderers write it."""
    voice = Voice(random.Random(f"page-{seed}-{number}"))
    chance = voice.chance
    chosen = [chance.choice((*TIDY, *_MESSY)) for _ in range(chance.randint(3, 12))]
    blocks = [make(voice) for make in chosen]
    written = [line for block in blocks for line in block.written]
    if chance.random() < 0.3:
        head = ["<!DOCTYPE html>", "<html><head><title>no</title><meta charset=utf-8></head><body>"]
        written = [*head, *written, "</body></html>"]
    return Document(
        chance.choice(["\n", "\n", "\r\n"]).join(written),
        "\n".join(line for block in blocks for line in block.says),
        tuple(sorted({make.__name__.strip("_") for make in chosen})),
    )


def _figure(voice: Voice) -> Block:
    caption = voice.words()
    image = f'<img src="f{voice.number()}.png" alt="no">'
    return Block(
        [f"<figure>{image}<figcaption>{caption}</figcaption></figure>"],
        [caption],
    )


def _ruby(voice: Voice) -> Block:
    after = voice.words()
    ruby = "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp>字<rp>(</rp><rt>ji</rt><rp>)</rp></ruby>"
    return Block([f"<p>{ruby}{after}</p>"], [f"漢(kan)字(ji){after}"])


def _grid(voice: Voice) -> Block:
    a, b, c, d, e = voice.some(5)
    return Block(
        [
            f"<table><caption>{a}</caption>",
            f"<thead><tr><th colspan=2>{b}</th></tr></thead>",
            f"<tbody><tr><td rowspan='2'>{c}</td><td><ul><li>{d}</li><li>{e}</li></ul></td></tr>",
            f"<tr><td>{a}<br>{b}</td></tr></tbody></table>",
        ],
        [a, b, c, d, e, a, b],
    )


def _listing(voice: Voice) -> Block:
    lines = ["if a < b:", "    go()", f"    # {voice.words()}"]
    inner = [escape(line, quote=False) for line in lines]
    return Block([f"<pre><code>{inner[0]}", *inner[1:-1], f"{inner[-1]}</code></pre>"], lines)


def _items(voice: Voice) -> Block:
    a, b, c = voice.some(3)
    return Block(
        [f"<dl><dt>{a}<dd>{b}</dl>", f"<ol><li>{c}<li><b>{a}</b>{b}</ol>"], [a, b, c, a + b]
    )


def _lines_of_html(voice: Voice) -> Block:
    a, b, c = voice.some(3)
    return Block(
        [f"<p>{a}<br>{b}<br/>", f"{c}&nbsp;&amp;</p><script>if (a<b) no()</script>"],
        [a, b, f"{c} &"],
    )


def _capitals(voice: Voice) -> Block:
    a, b, c = voice.some(3)
    return Block(
        [f"<P ALIGN=center>{a}<P><FONT color='>'>{b}</FONT><CENTER>{c}</CENTER>"], [a, b, c]
    )


def _hidden(voice: Voice) -> Block:
    a, b, c = voice.some(3)
    return Block(
        [
            f"<p>{a}</p><noscript><p>no</p></noscript><template><p>no</p></template>",
            f"<svg><title>no</title><text>no</text></svg><!--[if IE]><p>no</p><![endif]--><p>{b}",
            f"<iframe src=x>no</iframe>{c}</p><script>if (1 < 2) {{ '<p>no' }}</script>",
        ],
        [a, f"{b} {c}"],
    )


def _nested_table(voice: Voice) -> Block:
    a, b, c, d = voice.some(4)
    return Block(
        [
            f"<table border><tr><td>{a}<td>{b}<tr><td colspan=2>",
            f"<table><tr><td>{c}</td><td>{d}</td></tr></table></table>",
        ],
        [f"{a}\t{b}", f"{c}\t{d}"],
    )


def _form(voice: Voice) -> Block:
    a, b, c, d = voice.some(4)
    return Block(
        [
            f"<form><label>{a}</label><br><select><option>{b}<option selected>{c}</select>",
            f"<textarea>{d}</textarea></form>",
        ],
        [a, b, c, d],
    )


def _spaces(voice: Voice) -> Block:
    a, b, c = voice.some(3)
    return Block(
        [f"<p>\u3000\u3000{a}&nbsp;&nbsp;{b}</p>", f"<div>&emsp;{c}<wbr>x&shy;y&#8203;z</div>"],
        [f"{a} {b}", f"{c}xyz"],
    )


def _leftovers(voice: Voice) -> Block:
    """What people leave open or close twice, and what that changes in no browser."""
    a, b, c, d = voice.some(4)
    return Block(
        [
            f"<div><b>{a}<p>{b}</b></i></p></div></span>",
            f"<ul><li>{c}<li><a href=x><p>{d}</p></a></ul>",
        ],
        [a, b, c, d],
    )


def _quotations(voice: Voice) -> Block:
    a, b, c = voice.some(3)
    return Block(
        [
            f"<blockquote>{a}<footer>{b}</footer></blockquote>",
            f'<section><h2 id="x">{c}</h2><hr></section>',
        ],
        [a, b, c],
    )


def _highlighted(voice: Voice) -> Block:
    number = voice.number()
    return Block(
        [
            '<div class="highlight"><pre tabindex="0"><code><span class="k">if</span> a &lt; b:',
            f'    <span class="n">go</span>({number})',
            "</code></pre></div>",
        ],
        ["if a < b:", f"    go({number})"],
    )


TIDY: tuple[Callable[[Voice], Block], ...] = (
    *(_figure, _ruby, _grid, _listing, _items, _lines_of_html),
)
"""Blocks without an empty line, so that they stay what they are within Markdown."""
_MESSY: tuple[Callable[[Voice], Block], ...] = (
    *(_capitals, _hidden, _nested_table, _form, _spaces, _leftovers, _quotations, _highlighted),
)
