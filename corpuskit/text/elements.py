"""How HTML elements take part in text: the one table that both parsers follow.

Names are those of the HTML standard's rendering section (§15.3) and of its syntax section (§13.2).
An element in none of these sets is inline: its text joins that of its neighbours.
"""

BLOCKS = frozenset(
    """address article aside blockquote body caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li
    main menu nav ol optgroup option p search section summary table tbody tfoot thead tr
    ul""".split()
)
"""They start and end a line."""

CELLS = frozenset({"td", "th"})
"""They are separated by a tab within the line of their row."""

PREFORMATTED = frozenset({"listing", "plaintext", "pre", "textarea", "xmp"})
"""They keep their lines and inner indentation. `textarea` is one because code highlighters of
the 2000s put their code there, and because its text is on the page."""

UNRENDERED = frozenset(
    """annotation annotation-xml audio canvas iframe noembed noframes noscript script style svg
    template title video""".split()
)
"""Nothing in them is on the page (or, for graphics and media, is text): neither their text nor
their links and images count. `noscript` holds "please enable JavaScript" and second copies of lazily
loaded images; `annotation` the TeX source beside a formula. An `object` counts: whether its fallback
is rendered depends on the reader, and one that is never closed would swallow the article."""

RAW_TEXT = frozenset({"iframe", "noembed", "noframes", "plaintext", "script", "style", "xmp"})
"""The tokeniser finds neither tags nor character references in them (§13.2.5, scripting off)."""

ESCAPABLE_RAW_TEXT = frozenset({"textarea", "title"})
"""The tokeniser finds character references in them, but no tags."""

VOID = frozenset(
    """area base basefont bgsound br col embed frame hr img input keygen link meta param source
    track wbr""".split()
)
"""They have no content and no end tag."""

FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
"""A parser opens them again in the next block when they were left open (§13.2.4.3)."""

SPECIAL = (
    BLOCKS
    | CELLS
    | (PREFORMATTED - {"textarea"})
    | frozenset(
        """applet base basefont bgsound br button col colgroup embed frame iframe img input keygen
        link marquee meta noembed noframes noscript object param script select source style
        template textarea title track wbr""".split()
    )
) - frozenset({"dialog", "legend", "optgroup", "option"})
"""An end tag of an ordinary element does not reach through them (§13.2.4.2)."""

SCOPES = frozenset("applet caption marquee object table td template th".split())
"""No end tag but their own, or that of a table's part, reaches through them (§13.2.4.2)."""
