"""Which rows match, and how well. Pure, over columns in memory.

A word counts by where it stands (title, item names, keywords, abstract, agency or field) and by how rare it is; a
title that is hardly longer than the words asked for comes before a long one that holds them too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from cityhall.opening.searching.columns import Numbers
from cityhall.opening.searching.engines import COLUMNS, Ids

WEIGHTS: Final = dict(zip((*COLUMNS, "around"), (16.0, 6.0, 4.0, 2.0, 1.0), strict=True))
CLOSE_COLUMNS: Final = ("title", "names", "keywords")
"""Where parts of the words are looked for."""
CLOSE_ENOUGH: Final = 0.3
"""Of the score of a title that holds every part there is."""
Scores = npt.NDArray[np.float64]


def all_words(held: Sequence[Sequence[Ids]], around: Sequence[Ids], length: Numbers, asked: int) -> Scores:
    """A score for every row that holds every run somewhere, 0 for the others.

    `held[run][column]`: the rows whose column holds the run; `around[run]`: those whose agency or field does;
    `length`: the size of each title, `asked` the size of what is asked, both in tokens' characters.
    """
    total, every = np.zeros(len(length)), np.ones(len(length), dtype=np.bool_)
    for columns, nearby in zip(held, around, strict=True):
        own = _weighed(columns, (*COLUMNS, "around"), len(length), extra=nearby)
        every &= own > 0
        total += own * _rarity(own)
    total[~every] = 0
    if held:
        titles = np.zeros(len(length), dtype=np.bool_)
        titles[held[0][0][held[0][0] < len(length)]] = True
        total[every & titles] += WEIGHTS["title"] * asked / np.maximum(length[every & titles], asked)
    return total


def some_words(held: Sequence[Sequence[Ids]], size: int) -> Scores:
    """A score for every row that holds a good part of what could be held, 0 for the others."""
    total, possible = np.zeros(size), 0.0
    for columns in held:
        own = _weighed(columns, CLOSE_COLUMNS, size)
        if own.any():
            total += own * _rarity(own)
            possible += WEIGHTS["title"] * _rarity(own)
    total[total < CLOSE_ENOUGH * possible] = 0
    return total


def _weighed(columns: Sequence[Ids], names: Sequence[str], size: int, extra: Ids | None = None) -> Scores:
    own = np.zeros(size)
    for name, ids in zip(names, (*columns, extra) if extra is not None else columns, strict=True):
        # A row that was added after the columns were read has no place in them yet.
        own[ids[ids < size]] += WEIGHTS[name]
    return own


def _rarity(own: Scores) -> float:
    count = int(np.count_nonzero(own))
    return float(np.log1p(len(own) / (1 + count)))
