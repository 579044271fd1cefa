"""Near duplicates: rows that have nearly the text of another, and what becomes of them.

    shingles    a text → the pieces of it that are compared
    minhash     these → a few numbers, made in workers while the text is at hand
    bands       rows whose numbers agree in part, which alone may be near
    neighbours  of these the kept row that a row is near to, by their texts
    rows        which rows are reported, dropped or kept together for it

What is asked for is `config.near`; the plan decides by all this.
"""
