"""Which numbers of a published table may be told, so that neither they nor what is left when some are taken from others tells
of few cases. Pure.

A table is a tree: the whole divides into districts, these into streets, these into cells; it divides a second time into units,
a third time into classes. What is not told is in no number but those of the rows above it. So a row above, less the told rows
below it, is all that can be found out by taking numbers from each other, and it stands for nothing or for at least the declared
least: where it would not, more rows are held back, the smallest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Node:
    """A row with the number of cases it stands for and the rows it divides into (together as many cases, or nothing where it is
    divided no further); `told` is the answer. `loose` are the cases below a told row that no told row below it stands for."""

    weight: int
    told: bool = True
    parts: list[Node] = field(default_factory=list)
    loose: int = 0

    def all(self) -> Iterator[Node]:
        """The row and everything below it."""
        yield self
        for part in self.parts:
            yield from part.all()


def protect(divisions: Iterable[list[Node]], least: int, whole: Node) -> None:
    """Hold back what must be: in each of the divisions of the whole, the rows that stand for fewer cases than `least`, and the
    smallest others, until what is left stands for nothing or for enough. Rows that are not `told` already stay so."""
    for parts in divisions:
        _protect(Node(whole.weight, whole.told, parts), least)
    whole.told = whole.told and not 0 < whole.weight < least


def _protect(node: Node, least: int) -> int:
    """Answers how many cases below the row stand in no told row of its part of the tree."""
    node.told = node.told and not 0 < node.weight < least
    if not node.parts:
        return 0 if node.told else node.weight
    loose = sum(_protect(part, least) for part in node.parts)
    if not node.told:
        return loose
    if 0 < loose < least:
        loose += _free(node.parts, least - loose)
    node.loose = loose
    return 0


def _free(parts: list[Node], need: int) -> int:
    """Hold back rows, the smallest first and what is below them only as far as it must be, until so many more cases have come
    loose; answers how many did."""
    freed = 0
    for one in sorted(parts, key=lambda part: part.weight):
        if freed >= need:
            break
        if one.told and one.weight:
            one.told = False
            freed += one.loose if one.parts else one.weight
        if freed < need:
            freed += _free(one.parts, need - freed)
    return freed
