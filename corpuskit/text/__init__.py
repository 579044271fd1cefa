"""From the body of an article to its text, links, images and captured fields.

    detect    is a body HTML or Markdown
    extractor the way through: Markdown → HTML → plain reader, or caps → parser → Extraction
    markdown  Markdown → HTML (comrak); templates keeps template tags out of its way
    bounds    caps on HTML, checked before a parser sees it
    plain_html  HTML that no parser would mend → Page; plain_elements says what may stand where
    lexbor    HTML → Page (Resiliparse); the default for the rest
    main_content  what of a whole page is its article, as Resiliparse tells it
    trafilatura_pages  or as trafilatura does
    soup      HTML → Page (BeautifulSoup); the reference
    unclosed  tags that hide the rest of a body, for they are never closed
    page      what a parser fills; layout makes the canonical form of `text` of it
    normalise the characters of a text, made uniform
    elements  how each element of HTML takes part in text
    html_tokens, open_elements: the parts of the HTML standard that others need

Nothing is raised for a body, and nothing of a body runs.
"""

from corpuskit.text.detect import detect_format
from corpuskit.text.extractor import Extractor, check_selector
from corpuskit.text.normalise import normalise
from corpuskit.text_rules import Capture, Extraction, Format, TextRules, TooDeep, Unclosed

__all__ = [
    "Capture",
    "Extraction",
    "Extractor",
    "Format",
    "TextRules",
    "TooDeep",
    "Unclosed",
    "check_selector",
    "detect_format",
    "normalise",
]
