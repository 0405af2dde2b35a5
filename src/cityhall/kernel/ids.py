"""Identifiers: short, sortable by creation, safe in URLs and file names."""

from __future__ import annotations

import os
import threading
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_lock = threading.Lock()
_last = 0


def _base32(value: int, length: int) -> str:
    digits = []
    for _ in range(length):
        value, rest = divmod(value, 32)
        digits.append(_ALPHABET[rest])
    return "".join(reversed(digits))


def new_id(prefix: str) -> str:
    """A new identifier such as `run_0jx3k9q2w7c8v5n1b4m6`: 10 characters of time, 10 of chance.

    Identifiers made by one process sort in the order they were made, even when the system clock steps back.
    """
    global _last
    with _lock:
        _last = max(_last + 1, time.time_ns() // 100_000)
        moment = _last
    return f"{prefix}_{_base32(moment, 10)}{_base32(int.from_bytes(os.urandom(7), 'big'), 10)}"
