"""The main content of a page as trafilatura tells it: an optional second judge of whole pages."""

from corpuskit.text_rules import TooDeep

MAX_TAGS = 30_000
"""It takes quadratic time over lists and tables: 4 s for 5 000 lists of one item, 20 000 tags (one
busy core of an AMD EPYC, trafilatura 2.3.1). Pages of 100 kB have some 4 000 tags."""

_PROLOGUE = "<!DOCTYPE html>"


def main_html(written: str) -> str | TooDeep:
    """Return HTML of the main content of a page, or the cap that it hits.

    It is "" if trafilatura finds none, which also is so of what nests deeper than 250 elements.
    Links, images, lists and tables are kept, in elements of its choice.
    """
    if written.count("<") > MAX_TAGS:
        return TooDeep("markup", MAX_TAGS)
    from trafilatura import extract  # noqa: PLC0415 - an extra, and takes a second

    try:
        found = extract(
            _PROLOGUE + written,
            output_format="html",
            include_comments=False,
            include_formatting=True,
            include_images=True,
            include_links=True,
            include_tables=True,
        )
    # It goes through several libraries, and a page must not end the run.
    except Exception:  # noqa: BLE001
        return ""
    return found or ""
