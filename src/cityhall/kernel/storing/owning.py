"""One city per storage: the first to keep something there leaves the name of its ledger, any other is turned away. A sweep
would otherwise take the files of the other city for left-overs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from cityhall.kernel.storing.errors import StorageTaken

_ours: Final[set[tuple[str, str]]] = set()
_name: Callable[[], str] = str


def city_is(name: Callable[[], str]) -> None:
    """Say how this city is called: by its ledger, which stands above the kernel. Without it, the city has no name yet."""
    global _name
    _name = name


def ensure_ours(system: Any, path: str, *, removing: bool = False) -> None:
    """Read the name at this path of the storage; leave ours where there is none. Asked once per process.

    A ledger has no name before its first entry is sequenced: such a city may keep and may not remove.
    Errors: `StorageTaken`.
    """
    name = _name()
    if (path, name) in _ours or not (name or removing):
        return
    try:
        owner = system.cat_file(path).decode()
    except FileNotFoundError:
        owner = name
        if name:
            system.pipe_file(path, name.encode())
    if not name or owner != name:
        raise StorageTaken(address=path, owner=owner)
    _ours.add((path, name))
