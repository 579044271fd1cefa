"""How much of a text is there more than once.

After the rules of Gopher (Rae et al. 2021, arXiv:2112.11446, table A1), with words of any script:
lines that were there before, the most frequent run of 2 to 4 words, runs of 5 to 10 words that
occur twice or more. A share is of the words' characters, each of which counts once however many
runs it is in, so that no share is above 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import accumulate, pairwise

MOST_WORDS = 20_000
"""Of a text's words, from the first: the worst text then takes 0.1 s and some MB. Of 23 383
articles 14 have more."""

SHORT, LONG = range(2, 5), range(5, 11)


def repeated(pieces: Sequence[str]) -> int:
    """How many of the pieces were there before."""
    return len(pieces) - len(set(pieces))


def run_shares(words: Sequence[str]) -> dict[int, float]:
    """By length of the runs, the share of the words' characters that repeated ones have.

    Of 2 to 4 words the run that occurs most often counts alone, of several the one that covers
    most; of 5 to 10 words all runs that occur more than once.
    """
    words = words[:MOST_WORDS]
    ends = list(accumulate(map(len, words), initial=0))
    shares = dict.fromkeys((*SHORT, *LONG), 0.0)
    runs = _repeated(list(enumerate(pairwise(words))))
    for n in shares:
        if not runs:
            break
        covered = _top(runs, n, ends) if n in SHORT else _covered([at for at, _ in runs], n, ends)
        shares[n] = covered / ends[-1]
        # A run is repeated only if both runs of one word less in it are.
        runs = _repeated(
            [
                (at, (run, other))
                for (at, run), (following, other) in pairwise(runs)
                if following == at + 1
            ]
        )
    return shares


def _repeated(runs: list[tuple[int, tuple[Hashable, Hashable]]]) -> list[tuple[int, int]]:
    """Place and number of the runs that occur more than once; equal runs have equal numbers."""
    times = Counter([run for _, run in runs])
    numbers = {run: number for number, run in enumerate(times)}
    return [(at, numbers[run]) for at, run in runs if times[run] > 1]


def _top(runs: list[tuple[int, int]], n: int, ends: list[int]) -> int:
    places: dict[int, list[int]] = {}
    for at, number in runs:
        places.setdefault(number, []).append(at)
    most = max(map(len, places.values()))
    return max(_covered(at, n, ends) for at in places.values() if len(at) == most)


def _covered(places: list[int], n: int, ends: list[int]) -> int:
    """The characters of the words that are in a run of `n` from one of the ascending places."""
    covered = reached = 0
    for at in places:
        covered += ends[at + n] - ends[max(at, reached)]
        reached = at + n
    return covered
