"""Rows without an order come in any order: PostgreSQL gives them as they lie, and that changes with time.

SQLite turns unordered rows round by itself. On PostgreSQL `CITYHALL_TEST_ANY_ORDER=1` shuffles what the object layer asks for
without an order, and rows that stand equal in the order asked for: a search (what it finds comes by chance), so it is off
unless asked for.
"""

from __future__ import annotations

import os
from typing import Any, Final

from django.conf import settings
from django.db.models.expressions import OrderBy
from django.db.models.functions import Random
from django.db.models.sql.compiler import SQLCompiler

_REVERSED: Final = "PRAGMA reverse_unordered_selects=ON"


def disturb() -> None:
    """From now on no test of this process can lean on the order in which rows happen to lie."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"]["init_command"] += f"; {_REVERSED}"
    elif os.environ.get("CITYHALL_TEST_ANY_ORDER") == "1":
        _shuffle()


def _shuffle() -> None:
    ordered = SQLCompiler.get_order_by

    def get_order_by(self: SQLCompiler) -> Any:
        found = ordered(self)
        query = self.query
        if query.distinct or query.combinator or query.group_by is not None or query.subquery:
            return found
        shuffled = OrderBy(Random()).resolve_expression(query, allow_joins=True, reuse=None)
        return [*found, (shuffled, (*self.compile(shuffled), False))]

    SQLCompiler.get_order_by = get_order_by  # type: ignore[method-assign]
