"""Releases as readers have them.

    release      a `Release`, by `corpuskit.load`; access says what cannot be read, and what to do
    files        its files, on this machine or behind a URL; remote_parts fetches what is asked for
    sql          its rows for DuckDB
    audit        where the sources went that are no rows
    exporting    rows as lines of text
    tracing      where a row comes from
    diffing      what differs between two, by their manifests (differences) and rows (row_changes)

Whether what a release says is true is for `verifying` to ask.
"""
