"""The contract an existing dataset's rows must satisfy, and how a delivery's columns differ from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cityhall.catalog.errors import DatasetUnknown
from cityhall.catalog.queries import Dataset
from cityhall.catalog.queries import dataset as catalogued
from cityhall.cleaning.queries import Checked, Contract, ItemSpec, Rule
from cityhall.collection.decoding import StagedTable
from cityhall.places.queries import division_reference_file
from cityhall.warehouse.errors import VersionMissing
from cityhall.warehouse.queries import Version, files_of, version

# A column is retyped when more than this share of its filled cells cannot be read as the agreed type.
RETYPED_SHARE = 0.5
# Decoding adds these beside a point's shape; where the shape is an item they say nothing new.
_FROM_SHAPES = {"lon", "lat"}
# The element whose values are compared with the list of divisions, and the name it gives the list.
DIVISION_CODE, DIVISIONS = "cn_division_code", "divisions"
_NOT_READING = frozenset({"required", "key_repeats", "value_repeats"})


@dataclass(frozen=True, slots=True)
class Drift:
    """How a delivery's columns differ from the catalogue's items: columns added, items missing, items retyped."""

    added: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    retyped: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.missing or self.retyped)

    def as_dict(self) -> dict[str, list[str]]:
        """JSON form."""
        return {"added": list(self.added), "missing": list(self.missing), "retyped": list(self.retyped)}


def contract_of(dataset: Dataset, table: StagedTable, columns: Mapping[str, str]) -> Contract:
    """The catalogue's items and rules; an item's column is the one agreed for the source, or that of its name or
    title. Items without a column are left out: `drift_of` names them."""
    found = {
        item.name: _column(item.name, columns, table, item.title.zh, item.title.en) for item in dataset.items
    }
    items = tuple(
        ItemSpec(
            name=item.name,
            column=column,
            element=item.element,
            type="text" if item.type == "geometry" else item.type,
            required=item.required,
            unique=item.unique,
            params=item.params,
        )
        for item in dataset.items
        if (column := found[item.name]) is not None
    )
    present = {item.name for item in items}
    rules = tuple(
        Rule(
            code=rule.code,
            kind=rule.kind,
            items=rule.items,
            params=rule.params,
            severity=rule.severity,
            message=rule.message if rule.message.en or rule.message.zh else None,
        )
        for rule in dataset.rules
        if present.issuperset(rule.items)
    )
    key = tuple(name for name in dataset.key if name in present)
    return Contract(items=items, key=key, rules=rules, version=max(dataset.rules_version, 1))


def _column(name: str, columns: Mapping[str, str], table: StagedTable, *titles: str) -> str | None:
    for candidate in (columns.get(name, ""), name, *titles):
        if candidate and candidate in table.columns:
            return candidate
    # Under a two-row header a column is called "group name"; the item may be called by the name alone.
    for candidate in (name, *titles):
        under_a_group = [column for column in table.columns if column.endswith(f" {candidate}")]
        if candidate and len(under_a_group) == 1:
            return under_a_group[0]
    return None


def drift_of(dataset: Dataset, contract: Contract, table: StagedTable) -> Drift:
    """Columns without an item, and items without a column."""
    bound = {item.column for item in contract.items}
    present = {item.name for item in contract.items}
    if "geometry" in bound:
        bound |= _FROM_SHAPES
    return Drift(
        added=tuple(column for column in table.columns if column not in bound),
        missing=tuple(item.name for item in dataset.items if item.name not in present),
    )


def retyped(contract: Contract, checked: Checked) -> tuple[str, ...]:
    """Items most of whose filled cells are not of the agreed type any more."""
    rules = {rule.code for rule in contract.rules} | _NOT_READING
    unread: dict[str, int] = {}
    for tally in checked.tallies:
        if tally.severity == "error" and tally.code not in rules:
            unread[tally.column] = unread.get(tally.column, 0) + tally.rows
    return tuple(
        item.name
        for item in contract.items
        if unread.get(item.name, 0) > RETYPED_SHARE * max(checked.filled.get(item.name, 0), 1)
    )


@dataclass(frozen=True, slots=True)
class References:
    """What a check compares with: data files by the name that rules give the dataset, and the versions that they are, as the
    lineage of what is checked by them."""

    files: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    inputs: tuple[Mapping[str, Any], ...] = ()


def references_of(contract: Contract) -> References:
    """The datasets that reference rules name (by id or code), and the list of divisions where an item is bound to their
    codes. What has no data yet cannot be compared with.
    """
    wanted = {str(rule.params.get("dataset", "")) for rule in contract.rules if rule.kind == "reference"}
    found = {name: there for name in sorted(wanted) if name and (there := _latest(name))}
    files = {name: files_of(there) for name, there in found.items()}
    if any(item.element == DIVISION_CODE for item in contract.items):
        files[DIVISIONS] = (division_reference_file(),)
    inputs = tuple({"dataset": one.dataset_id, "version": one.number} for one in found.values())
    return References(files, inputs)


def _latest(dataset: str) -> Version | None:
    try:
        return version(catalogued(dataset).id)
    except (DatasetUnknown, VersionMissing):
        return None
