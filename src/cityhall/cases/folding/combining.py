"""Asking a question once for all rows that look alike: distinct combinations of coded columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_SMALL = 4_000_000


def distinct(columns: Sequence[Codes]) -> tuple[Codes, Codes]:
    """The first row of every distinct combination (codes from -1 up), and for each row the number of its combination."""
    key = np.zeros(len(columns[0]), dtype=np.int64)
    size = 1
    for column in columns:
        width = int(column.max()) + 2 if len(column) else 2
        if size * width > 2**62:
            _, key = np.unique(key, return_inverse=True)
            size = int(key.max()) + 1
        key, size = key * width + (column + 1), size * width
    if size > _SMALL:
        _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
        return first, inverse
    first_at = np.full(size, -1, dtype=np.int64)
    first_at[key[::-1]] = np.arange(len(key) - 1, -1, -1)
    present = np.flatnonzero(first_at >= 0)
    number = np.zeros(size, dtype=np.int64)
    number[present] = np.arange(len(present))
    return first_at[present], number[key]


def each(columns: Sequence[Codes], rows: int, answer: Callable[[int], Any], kind: Any) -> npt.NDArray[Any]:
    """An array of `answer(row)` for every row, asked once per distinct combination of the columns."""
    if rows == 0:
        return np.zeros(0, dtype=kind)
    if not columns:
        return np.full(rows, answer(0), dtype=kind)
    first, inverse = distinct(columns)
    found: npt.NDArray[Any] = np.array([answer(int(row)) for row in first], dtype=kind)[inverse]
    return found
