"""Paragraphs of a language that does not exist, whose words are as frequent as those of one that does.

Word frequencies follow Zipf's law (Zipf, "Human Behavior and the Principle of Least Effort", 1949): the nth commonest
word is used 1/n times as often as the commonest. The same number gives the same paragraph.
"""

import itertools
import random
from functools import cache

WORDS, SHORTEST, LONGEST = 20_000, 60, 110  # words in all; words of a paragraph
_COMMON = (
    "de la le et les des en un une du que est pour dans qui sur par plus pas au avec ce il sont se ont mais aux leur"
).split()
_STARTS = "b br c ch cl d f fl g gr j l m n p pl pr qu r s t tr v".split()
_VOWELS = "a e i o u é ai au ou oi".split()
_ENDS = ["", "", "", "l", "n", "r", "s", "t", "x", "nt"]


def vocabulary() -> list[str]:
    """Return all words, the commonest first."""
    return _vocabulary()[0]


@cache
def _vocabulary() -> tuple[list[str], list[float]]:
    """Return the words, the commonest first, and the sums of their frequencies."""
    chance = random.Random(1)
    words = dict.fromkeys(_COMMON)
    while len(words) < WORDS:
        syllables = chance.choices((1, 2, 3, 4), (1, 5, 6, 3))[0]
        word = "".join(chance.choice(_STARTS) + chance.choice(_VOWELS) for _n in range(syllables))
        words[word + chance.choice(_ENDS)] = None
    return list(words), list(itertools.accumulate(1 / n for n in range(1, WORDS + 1)))


def paragraph(number: int) -> str:
    """Return a paragraph of sentences, as plain text."""
    chance = random.Random(number)
    words, sums = _vocabulary()
    chosen = chance.choices(words, cum_weights=sums, k=chance.randint(SHORTEST, LONGEST))
    sentences = []
    while chosen:
        length = chance.randint(6, 22)
        sentences.append(" ".join(chosen[:length]).capitalize() + ".")
        chosen = chosen[length:]
    return " ".join(sentences)
