"""What a whole HTML page says of itself, where it has no front matter for that.

    metadata  which element says what
    json_ld   what its JSON-LD says of the article
    fields    all that as front matter, for the fields of a schema

Nothing is fetched, and nothing of a page runs.
"""
