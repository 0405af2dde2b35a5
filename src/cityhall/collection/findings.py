"""From an outcome to what is kept of it: the report's body, its scores, the faults by column and code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cityhall.cleaning.actions import Fault
from cityhall.cleaning.queries import reason_text, report
from cityhall.collection.reading import Judged, staged_of
from cityhall.kernel import clock


def body_of(outcome: Judged, previous: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The quality report as JSON; with `previous`, the report of the version before, the change is given too."""
    return report(
        staged_of(outcome.table),
        outcome.recognition,
        outcome.checked,
        outcome.contract,
        as_of=clock.now(),
        previous=previous,
    )


def scores_of(body: Mapping[str, Any]) -> dict[str, float | None]:
    """The headline scores of a report: by dimension, and `overall`."""
    return {**body["dimensions"], "overall": body["score"]}


def faults_of(outcome: Judged) -> tuple[Fault, ...]:
    """Every kind of fault that put rows into quarantine (freshness concerns the table, not its rows)."""
    whole = {rule.code for rule in outcome.contract.rules if rule.kind == "freshness"}
    found: dict[tuple[str, str], int] = {}
    for tally in outcome.checked.tallies:
        if tally.severity == "error" and tally.code not in whole:
            found[tally.column, tally.code] = found.get((tally.column, tally.code), 0) + tally.rows
    return tuple(
        Fault(column, code, rows, reason_text(code, outcome.contract).as_dict())
        for (column, code), rows in found.items()
    )
