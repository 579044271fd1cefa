"""What recurs in the articles of a corpus, and the rules for text that drop it and nothing else.

    suggest        the whole of it; that is `corpuskit.suggest`
    search         pass after pass over all sources, until one finds nothing
    surveying      a pass over a batch, in a worker; bodies and groups are what it goes through
    recurring      counts in bounded memory
    boilerplate    which selectors may go, decided on these counts
    selectors      how they are written and compared
    measuring      why a line stays
    rules          what was found, and how a configuration says it
    writing        rules → a configuration file, by toml_editing

Nothing here changes what an article becomes: that is for the rules, in `text`.
"""
