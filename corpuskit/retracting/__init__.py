"""Versions whose rows are deleted, in a dataset that still tells its history.

    retract  one that is taken back, also behind a URL; that is `corpuskit.retract`
    pruning  old ones; that is `corpuskit.prune`
    burying  the deleting, so that no reader takes half a version for a whole one

A tombstone is written first, and rows are deleted last.
"""
