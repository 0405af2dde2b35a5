"""Who acts on the command line: whoever may read the node's state folder is its operator, under their system name."""

from __future__ import annotations

import getpass

from cityhall.kernel.actor import Actor


def operator() -> Actor:
    """The person at this terminal as an operator of this node."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "unknown"
    return Actor(id=f"local:{name}", name=name, kind="person", roles=frozenset({("operator", "")}))
