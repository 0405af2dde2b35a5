"""Random numbers as pure functions of the row number: SQL text that DuckDB evaluates in bulk.

A draw hashes the row number mixed with a 62-bit constant of its own (taken from the seed and the names around it), so
two items never share a sequence, and row 7,000,000 can be drawn without drawing the rows before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from cityhall.kernel.sql import text_literal

PARTS = 1_000_000  # chances are compared in millionths


def constant_of(*names: object) -> int:
    """A 62-bit constant for these names, the same on every machine and in every run."""
    text = "\x1f".join(map(str, names)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big") >> 2


def below(row: str, limit: int, *names: object) -> str:
    """SQL: a whole number from 0 to `limit` - 1, as BIGINT, for the row number in the SQL `row`."""
    return f"(hash(xor({row}, {constant_of(*names)})) % {limit})::BIGINT"


def by_weight(number: str, weights: Mapping[object, int]) -> str:
    """SQL: the word in whose share of the total `number` (0 to the sum of the weights - 1) falls."""
    arms, reached = [], 0
    for word, weight in weights.items():
        reached += weight
        arms.append(f"WHEN {number} < {reached} THEN {literal(word)}")
    return "CASE " + " ".join(arms) + " END"


def literal(text: object) -> str:
    """SQL: a text literal."""
    return text_literal(str(text))


def word_list(words: Sequence[object]) -> str:
    """SQL: a constant list of texts."""
    return "[" + ", ".join(literal(word) for word in words) + "]"


def padded(number: str, width: int) -> str:
    """SQL: a whole number as text with leading zeros (four times faster than printf)."""
    return f"substr(({10**width} + {number})::VARCHAR, 2)"
