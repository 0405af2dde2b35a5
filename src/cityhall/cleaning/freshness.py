"""Freshness rules: is the newest value of a date item recent enough, on the day of the check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from cityhall.cleaning import duck
from cityhall.cleaning.tables import Contract, Rule, Tally
from cityhall.kernel.clock import CITY_ZONE


def freshness(
    connection: duckdb.DuckDBPyConnection, contract: Contract, clean: Sequence[Path], as_of: datetime
) -> tuple[Tally, ...]:
    """One warning per freshness rule whose item's newest clean value is older than `days`; it never rejects rows."""
    rules = [rule for rule in contract.rules if rule.kind == "freshness"]
    return tuple(tally for rule in rules if (tally := _late(connection, rule, clean, as_of)))


def _late(
    connection: duckdb.DuckDBPyConnection, rule: Rule, clean: Sequence[Path], as_of: datetime
) -> Tally | None:
    item, today = duck.name(rule.items[0]), as_of.astimezone(CITY_ZONE).date()
    found = connection.execute(
        f"""SELECT CAST(newest AS VARCHAR), date_diff('day', newest, DATE '{today}')
            FROM (SELECT CAST(max({item}) AS DATE) AS newest FROM {duck.parquet(clean)})"""
    ).fetchall()
    newest, age = found[0]
    if age is None or age <= int(rule.params["days"]):
        return None
    return Tally(rule.items[0], rule.code, "warning", 1, (str(newest),))
