"""What builds and readers keep, each under what it depends on and nothing else.

    build       the cache of one build: opened, asked, and told what is new
    standing    how the last build ended, as long as the next would end so again
    stat_table  what files looked like when they were last read
    git_index   which blobs the files of a checkout hold; blobs tells digests by them
    records     what parsing made of sources: their records, and the packs of rows
    identities  of rows in a release that omits other columns
    shards      rows and figures of the last version's shards
    ranges      parts of shards behind a URL
    keeping     how much there is, and what goes first

What is damaged, gone or of another version of this code is a miss.
"""
