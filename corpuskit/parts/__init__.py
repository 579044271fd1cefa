"""Splits, subsets and shards: in which file of a release each row is.

    folders  one for each split of each subset, with shards in it
    splits   rows that are kept apart for tests
    subsets  a folder for each language, source or year
    cuts     where shards end
    parting  all of that for the rows of a plan

What is asked for is `config.parts`.
"""
