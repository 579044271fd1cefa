"""What can be told of a text by counting: signals of its quality, its script, private data in it.

    rules       what a configuration asks for; the columns of each group of signals
    words       what a word is, in any script
    characters  counts of characters by their kind
    lines       what the lines are like
    repetition  lines and runs of words that are there more than once
    scripts     ISO 15924 codes; simplified and traditional Chinese; a second language
    private     e-mail addresses, numbers of people, keys: found and masked
    signals     all groups of one text
    faults      what breaks a bound, what is thin, what is a stub
    article     a body's extraction under the rules: signals, faults, masked texts

All of it is off unless a configuration asks for it, in a table that `config_reader.quality` reads.
Nothing here reads anything but its arguments.
"""
