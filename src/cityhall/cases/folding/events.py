"""What happens to a case: one event after the other, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """An act that was done: its name, when (seconds since 1970), by whom, and what came with it.

    `role` is known for history brought in from elsewhere, and empty where the platform itself checked the right.
    """

    act: str
    at: int
    actor: str
    data: Mapping[str, Any] = field(default_factory=dict)
    role: str = ""
