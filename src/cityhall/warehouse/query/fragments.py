"""Pieces of SQL with their bound values, kept together from the first word on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fragment:
    """SQL text with `?` places and the values for them, in order."""

    sql: str
    values: tuple[Any, ...] = ()


NEVER = Fragment("FALSE")


def joined(word: str, parts: Iterable[Fragment], empty: str) -> Fragment:
    """The parts in brackets with AND or OR between them; `empty` when there are none."""
    found = tuple(parts)
    if not found:
        return Fragment(empty)
    sql = f" {word} ".join(f"({part.sql})" for part in found)
    return Fragment(sql, tuple(value for part in found for value in part.values))
