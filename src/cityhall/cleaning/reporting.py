"""The quality report: six dimensions, each 0 to 100, for the table and for each column, with counts and
examples.

How each is computed (all over the rows read, duplicates included):

- completeness: filled cells / cells, of the required items; of all items when none is required.
- validity: filled cells without a fault of their own (form, range, list, check digit) / filled cells.
- uniqueness: rows that neither repeat another row nor its key / rows.
- consistency: rows without a contradiction between items or with a referenced dataset / rows; None when no
rule asks.
- timeliness: 100 when every freshness rule holds, less 100/number of rules for each that does not; None
without such rules.
- accuracy: rows whose reference rules hold and whose codes are in the list of their element / rows; None
unless the contract refers to another dataset or such a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from cityhall.cleaning.elements.catalogue import elements
from cityhall.cleaning.reasons import reason_for
from cityhall.cleaning.tables import Checked, ColumnRecognition, Contract, Staged, Tally

DIMENSIONS = ("completeness", "validity", "uniqueness", "consistency", "timeliness", "accuracy")
_REPEATS = ("key_repeats", "value_repeats", "row_repeats")
_NOT_LISTED = tuple(one.reference["reason"] for one in elements().values() if one.reference)


def report(
    staged: Staged,
    recognition: Sequence[ColumnRecognition],
    checked: Checked,
    contract: Contract,
    *,
    as_of: datetime,
    previous: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The report as plain JSON-able data. `previous` is the report of the version before; the change is
    then given."""
    dimensions = _dimensions(checked, contract)
    body: dict[str, Any] = {
        "as_of": as_of.isoformat(),
        "contract_version": contract.version,
        "rows": {
            "read": checked.rows,
            "clean": checked.clean,
            "quarantined": checked.quarantined,
            "duplicates": checked.duplicates,
        },
        "score": _mean(dimensions.values()),
        "dimensions": dimensions,
        "columns": [_column(item.name, checked, contract, recognition) for item in contract.items],
        "reasons": [_reason(tally, contract) for tally in checked.tallies],
        "unused_columns": sorted(set(staged.columns) - {item.column for item in contract.items}),
    }
    if previous:
        body["change"] = _change(dimensions, previous.get("dimensions", {}))
    return body


def _dimensions(checked: Checked, contract: Contract) -> dict[str, float | None]:
    kinds = {rule.code: rule.kind for rule in contract.rules}
    rows = checked.rows
    required = [item.name for item in contract.items if item.required] or [
        item.name for item in contract.items
    ]
    filled = sum(checked.filled[name] for name in required)
    everything = sum(checked.filled.values())

    def at_fault(*codes: str) -> int:
        return sum(tally.rows for tally in checked.tallies if kinds.get(tally.code, tally.code) in codes)

    invalid = sum(tally.rows for tally in checked.tallies if _own_fault(tally, kinds))
    stale = [rule for rule in contract.rules if rule.kind == "freshness"]
    refers = "reference" in kinds.values()
    return {
        "completeness": _share(filled, rows * len(required)),
        "validity": _share(everything - invalid, everything),
        "uniqueness": _share(rows - checked.duplicates - at_fault(*_REPEATS), rows),
        "consistency": _share(rows - at_fault("compare", "reference"), rows)
        if refers or "compare" in kinds.values()
        else None,
        "timeliness": _share(len(stale) - at_fault("freshness"), len(stale)) if stale else None,
        "accuracy": _share(rows - at_fault("reference", *_NOT_LISTED), rows)
        if refers or _compares_with_a_list(contract)
        else None,
    }


def _own_fault(tally: Tally, kinds: Mapping[str, str]) -> bool:
    """Whether a fault is one of the cell itself, and not of its absence, of repetition or of another item."""
    kind = kinds.get(tally.code, tally.code)
    return kind not in ("required", "compare", "reference", "freshness", *_REPEATS, *_NOT_LISTED)


def _compares_with_a_list(contract: Contract) -> bool:
    bound = (elements().get(item.element or "") for item in contract.items)
    return any(element.reference for element in bound if element)


def _column(
    name: str, checked: Checked, contract: Contract, recognition: Sequence[ColumnRecognition]
) -> dict[str, Any]:
    item = contract.item(name)
    kinds = {rule.code: rule.kind for rule in contract.rules}
    own = [tally for tally in checked.tallies if tally.column == name]
    filled = checked.filled[name]
    seen = next((column for column in recognition if column.column == item.column), None)
    repeats = sum(tally.rows for tally in own if tally.code in _REPEATS)
    return {
        "item": name,
        "column": item.column,
        "element": item.element,
        "type": item.type,
        "filled": filled,
        "distinct": seen.distinct if seen else None,
        "low": seen.low if seen else None,
        "high": seen.high if seen else None,
        "mended": checked.mended.get(name, 0),
        "completeness": _share(filled, checked.rows),
        "validity": _share(filled - sum(tally.rows for tally in own if _own_fault(tally, kinds)), filled),
        "uniqueness": _share(filled - repeats, filled) if item.unique or name in contract.key else None,
        "reasons": [_reason(tally, contract) for tally in own],
    }


def _reason(tally: Tally, contract: Contract) -> dict[str, Any]:
    reason = reason_for(tally.code, contract)
    return {
        "column": tally.column,
        "code": tally.code,
        "severity": tally.severity,
        "rows": tally.rows,
        "says": reason.says.as_dict(),
        "remedy": reason.remedy.as_dict(),
        "examples": list(tally.examples),
    }


def _share(part: int, whole: int) -> float:
    """Per cent with two decimals, 0 to 100; an empty whole has no fault and is 100."""
    return round(100 * max(0, part) / whole, 2) if whole else 100.0


def _mean(values: Iterable[float | None]) -> float:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 2)


def _change(now: Mapping[str, float | None], before: Mapping[str, float | None]) -> dict[str, float]:
    return {
        name: round(float(now[name] or 0) - float(before[name] or 0), 2)
        for name in DIMENSIONS
        if now.get(name) is not None and before.get(name) is not None
    }
