"""Writing a counter without waiting for a long writer: a call is worth more than its count."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection, transaction

BRIEF: Final = 100
USUAL: Final = 20_000
"""Milliseconds that a writer waits for another one where the database has one writer at a time (SQLite)."""


@contextmanager
def brief_transaction() -> Iterator[None]:
    """A transaction that fails soon when somebody else is writing."""
    lone_writer = connection.vendor == "sqlite"
    if lone_writer:
        _wait_at_most(BRIEF)
    try:
        with transaction.atomic():
            yield
    finally:
        if lone_writer:
            _wait_at_most(USUAL)


def _wait_at_most(milliseconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {milliseconds:d}")
