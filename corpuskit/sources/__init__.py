"""Sources: files of a corpus, before anybody knows what they say.

    table     all of them as columns; readings says how each reads
    read      the bytes of one; reading, of many in groups
    faults    why one has none, or none that can be used
    root      one digest of all

What they say is for `parse`.
"""
