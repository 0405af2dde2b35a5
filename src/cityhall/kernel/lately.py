"""What was made lately and need not be made again: a bounded memory of one process.

It knows nothing of changes. Whoever keeps something in it names all that it was made of, in its key or as its owner:
an object that is never altered, and replaced by another one when what it stands for changes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Lately(Generic[Made]):
    """At most `room` of what was asked for last, each thing taking as much of it as `weight` says. Threads share it."""

    def __init__(self, room: int, weight: Callable[[Made], int] = lambda _: 1) -> None:
        self._room, self._weight = room, weight
        self._used = 0
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[object, Made]] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Made], owner: object = None) -> Made:
        """What is kept under the key of this very owner, else what `make` makes; its errors pass and are not kept."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None and found[0] is owner:
                self._kept.move_to_end(key)
                return found[1]
        made = make()
        if self._weight(made) <= max(self._room // 16, 1):  # nothing alone drives out all else
            self._keep(key, owner, made)
        return made

    def forget(self) -> None:
        """Keep nothing, as a process that has just begun."""
        with self._lock:
            self._kept.clear()
            self._used = 0

    def _keep(self, key: Hashable, owner: object, made: Made) -> None:
        """What was asked for longest ago makes room."""
        with self._lock:
            if before := self._kept.pop(key, None):
                self._used -= self._weight(before[1])
            self._kept[key] = (owner, made)
            self._used += self._weight(made)
            while self._used > self._room:
                _, (_, oldest) = self._kept.popitem(last=False)
                self._used -= self._weight(oldest)
