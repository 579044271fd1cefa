"""Ask a release a question in SQL: `python examples/query.py build/demo/harbor-gazette/1.0.0`."""

import sys

import corpuskit

NEWEST = """
    SELECT date::DATE AS day, title, language, n_chars AS characters
    FROM articles
    ORDER BY date DESC, path
    LIMIT 10
"""

if __name__ == "__main__":
    corpuskit.load(sys.argv[1]).sql(NEWEST).show()
