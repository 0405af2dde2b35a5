"""What a kind of value is: a function from its declaration to the SQL of its true value, before errors are put in.

`KINDS` is filled by the modules people, places, things and times; a declaration names one: `make: {kind:
uscc}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cityhall.packing.synthesis import draws

Make = Mapping[str, Any]
Words = Mapping[str, Any]

_STEP = re.compile(r"\bstep\d+\b")


class Steps:
    """Intermediate columns of one SELECT. An expression that is needed often is worked out once, in a layer
    below those that name it; without this, a check digit over seventeen digits would write out its number
    seventeen times."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._depths: dict[str, int] = {}

    def name(self, sql: str) -> str:
        """The column that holds this expression."""
        if sql not in self._names:
            below = max((self._depths[used] for used in _STEP.findall(sql)), default=-1)
            self._names[sql] = f"step{len(self._names)}"
            self._depths[self._names[sql]] = below + 1
        return self._names[sql]

    def over(self, relation: str) -> str:
        """SQL: the relation with all the columns, layer by layer."""
        for depth in range(max(self._depths.values(), default=-1) + 1):
            columns = [f"{sql} AS {name}" for sql, name in self._names.items() if self._depths[name] == depth]
            relation = f"SELECT *, {', '.join(columns)} FROM ({relation})"
        return relation


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value is made: which row (SQL of its number), under which name (for its own random numbers),
    with which words, and where its intermediate columns go."""

    row: str
    name: tuple[object, ...]
    words: Words = field(default_factory=dict)
    steps: Steps | None = None

    def at(self, row: str) -> Spot:
        """The same value in another row."""
        return replace(self, row=row)

    def once(self, sql: str) -> str:
        """SQL: the same value as the expression, worked out once."""
        return self.steps.name(sql) if self.steps else sql

    def below(self, limit: int, *names: object) -> str:
        """SQL: a whole number from 0 to `limit` - 1."""
        return draws.below(self.row, limit, *self.name, *names)

    def between(self, low: int, high: int, *names: object) -> str:
        """SQL: a whole number from `low` to `high`, both included."""
        return f"({low} + {self.below(high - low + 1, *names)})"

    def pick(self, words: Any, *names: object) -> str:
        """SQL: one of the words: a list, a mapping word -> weight, or the name of a word list of the pack."""
        chosen = self.words[words] if isinstance(words, str) else words
        if not isinstance(chosen, Mapping):
            return f"{draws.word_list(chosen)}[1 + {self.below(len(chosen), *names)}]"
        return draws.by_weight(self.once(self.below(sum(chosen.values()), *names)), chosen)


Kind = Callable[[Make, Spot], str]
KINDS: dict[str, Kind] = {}


def kind(name: str) -> Callable[[Kind], Kind]:
    """Register a function as the maker of values of this kind."""

    def register(function: Kind) -> Kind:
        KINDS[name] = function
        return function

    return register
