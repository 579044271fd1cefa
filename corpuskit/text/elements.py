"""How HTML elements take part in text: the one table that both parsers follow.

Names are those of the HTML standard's rendering section (§15.3) and of its syntax section (§13.2).
An element in none of these sets is inline: its text joins that of its neighbours.
"""


def names(spaced: str) -> frozenset[str]:
    """Return the names of elements in a list with spaces."""
    return frozenset(spaced.split())


BLOCKS = names(
    """address article aside blockquote body caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li
    main menu nav ol optgroup option p search section summary table tbody tfoot thead tr
    ul"""
)
"""They start and end a line."""

CELLS = frozenset({"td", "th"})
"""They are separated by a tab within the line of their row."""

PREFORMATTED = frozenset({"listing", "plaintext", "pre", "textarea", "xmp"})
"""They keep their lines and inner indentation. `textarea` is one because code highlighters of
the 2000s put their code there, and because its text is on the page."""

UNRENDERED = names(
    """annotation annotation-xml audio canvas iframe noembed noframes noscript script style svg
    template title video"""
)
"""Nothing in them is on the page (or, for graphics and media, is text): neither their text nor
their links and images count. `noscript` holds "please enable JavaScript" and second copies of
images that load late; `annotation` the TeX source beside a formula. An `object` counts: whether its
fallback is shown depends on the reader, and one that is never closed would swallow the article."""

RAW_TEXT = names("iframe noembed noframes noscript plaintext script style xmp")
"""The tokeniser finds neither tags nor character references in them (§13.2.5, scripting on)."""

ESCAPABLE_RAW_TEXT = frozenset({"textarea", "title"})
"""The tokeniser finds character references in them, but no tags."""

UNPARSED = (RAW_TEXT | ESCAPABLE_RAW_TEXT) - {"plaintext"}
"""The tokeniser looks for their own end tag, whatever stands before it; `plaintext` has none."""

NESTING_UNRENDERED = UNRENDERED - UNPARSED - {"annotation", "annotation-xml"}
"""Those of the elements without text on the page that can hold others of their name. Annotations
are left out: they end with their formula."""

VOID = names(
    """area base basefont bgsound br col embed frame hr img input keygen link meta param source
    track wbr"""
)
"""They have no content and no end tag."""

FORMATTING = names("a b big code em font i nobr s small strike strong tt u")
"""A parser opens them again in the next block when they were left open (§13.2.4.3)."""

ROOTS = ("html", "head", "body")
"""There is one of each; the attributes of further tags are added to it (§13.2.6.4.7)."""

FOREIGN_ROOTS = ("svg", "math")
"""In them tags and texts follow the rules of XML, more or less (§13.2.6.5)."""

SPECIAL = (
    BLOCKS
    | CELLS
    | (PREFORMATTED - {"textarea"})
    | names(
        """applet base basefont bgsound br button col colgroup embed frame iframe img input keygen
        link marquee meta noembed noframes noscript object param script select source style
        template textarea title track wbr"""
    )
) - frozenset({"dialog", "legend", "optgroup", "option"})
"""An end tag of an ordinary element does not reach through them (§13.2.4.2)."""

SCOPES = names("applet caption marquee object table td template th")
"""No end tag but their own, or that of a table's part, reaches through them (§13.2.4.2)."""
