"""Turns a table into one SELECT: numbered rows -> which error each draws -> true values -> written values.

Even rows are sound: they are never left out, doubled or spoilt beyond repair, so everything that points somewhere (a
duplicate at its original, a reference at another dataset) points at an even row. Odd rows draw at most one hard error
each, with twice the declared chance; so the number of rows to be quarantined is known exactly, not estimated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cityhall.kernel.sql import quoted
from cityhall.packing.synthesis.dirt import CELL_DIRT, Cell
from cityhall.packing.synthesis.draws import PARTS, below
from cityhall.packing.synthesis.making import KINDS, Spot, Steps, Words
from cityhall.packing.synthesis.table import Item, Table

EPOCH = 1 << 40  # row numbers of redrawn values lie above all row numbers


def text_of(value: str) -> str:
    """SQL: the plain text of a true value."""
    return f"{value}::VARCHAR"


@dataclass(frozen=True, slots=True)
class Query:
    """The SQL of one table's file at one version. `rows` is a relation with a BIGINT column `row`."""

    table: Table
    seed: int
    words: Words
    version: int = 0

    @property
    def codes(self) -> dict[tuple[str, str], int]:
        """(item or '', error) -> its number in the column `hard`."""
        return {pair: number for pair, (number, _) in self.table.hard_codes.items()}

    def whole(self) -> Query:
        """The same version with all its rows, also those that its file need not repeat."""
        return replace(self, table=replace(self.table, mode="replace"))

    def chance(self, row: str, *names: object) -> str:
        """SQL: 0 to 999,999 for a row, by the table's own dice."""
        return below(row, PARTS, self.seed, self.table.code, *names)

    # --- stages, from the inside out -------------------------------------------------------------------

    def numbered(self, rows: str) -> str:
        """SQL: row, hard (0 = sound), k (the row whose content is shown), key_row (whose key), epoch (last
        redrawn)."""
        doubled = self.codes.get(("", "duplicate_row"), -1)
        repeated = self.codes.get(("", "repeated_key"), -1)
        return f"""
        SELECT *, {self.epoch("k")} AS epoch FROM (
            SELECT row, hard, CASE WHEN hard = {doubled} THEN original ELSE row END AS k,
                   CASE WHEN hard IN ({doubled}, {repeated}) THEN original ELSE row END AS key_row
            FROM (SELECT row, {self.original()} AS original, {self.hard()} AS hard
                  FROM (SELECT row, {self.chance("row", "hard")} AS drawn FROM {rows})))
        WHERE {self.in_file()}"""

    def hard(self) -> str:
        """SQL: the number of the hard error for the chance in `drawn`, 0 for none."""
        arms, reached = [], 0.0
        for number, rate in self.table.hard_codes.values():
            reached += 2 * rate
            arms.append(f"WHEN drawn < {round(reached * PARTS)} THEN {number}")
        return f"CASE WHEN row % 2 = 0 THEN 0 {' '.join(arms)} ELSE 0 END::UTINYINT"

    def original(self) -> str:
        """SQL: an even row shortly before an odd one, in the same neighbourhood."""
        size = self.table.neighbourhood
        return f"row - 1 - 2 * ({self.chance('row', 'original')} % (row % {size} // 2 + 1))"

    def epoch(self, row: str) -> str:
        """SQL: the last version up to this one that drew the row's mutable items anew."""
        if not self.table.change:
            return "0::BIGINT"
        arms = [f"WHEN {self.changed_at(row, v)} THEN {v}" for v in range(self.version, 0, -1)]
        return f"CASE {' '.join(arms)} ELSE 0 END::BIGINT" if arms else "0::BIGINT"

    def changed_at(self, row: str, version: int) -> str:
        """SQL: whether this version drew the row's mutable items anew (only rows that stood in the one before)."""
        old = f"{row} < {self.table.rows_at(version - 1)}"
        return f"({old} AND {self.chance(row, 'change', version)} < {round(self.table.change * PARTS)})"

    def in_file(self) -> str:
        """SQL: whether the row stands in the file of this version."""
        conditions = ["true"]
        if removed := self.codes.get(("", "removed")):
            conditions.append(f"NOT (hard = {removed} AND {self.removed_at('row')} <= {self.version})")
        new = f"row >= {self.table.rows_at(self.version - 1)}"
        if self.version and self.table.mode == "append":
            conditions.append(new)
        if self.version and self.table.mode == "upsert":
            conditions.append(f"({new} OR {self.changed_at('key_row', self.version)})")
        return " AND ".join(conditions)

    def removed_at(self, row: str) -> str:
        """SQL: the version from which a row drawn as removed is no longer there."""
        return f"(1 + {self.chance(row, 'leave')} % {max(self.table.versions - 1, 1)})"

    def true_values(self, rows: str) -> str:
        """SQL: one column per item with its true, typed value; `soft n` tells how the nth item is written."""
        steps, values = Steps(), [(item, depth_of(item, self.table)) for item in self.table.items]
        made = {item.name: self.value(item, steps) for item, _ in values}
        relation = steps.over(self.numbered(rows))
        for depth in range(max(depth for _, depth in values) + 1):
            layer = [f"{made[item.name]} AS {quoted(item.name)}" for item, at in values if at == depth]
            relation = f"SELECT *, {', '.join(layer)} FROM ({relation})"
        odd = [(n, item) for n, item in enumerate(self.table.items) if has_ways(item)]
        if not odd:
            return relation
        chances = ", ".join(f"{self.chance('k', item.name, 'soft')} AS chance{n}" for n, item in odd)
        ways = ", ".join(f"{self.soft(n, item)} AS {soft_name(n)}" for n, item in odd)
        return f"SELECT *, {ways} FROM (SELECT *, {chances} FROM ({relation}))"

    def written(self, rows: str, *also: str) -> str:
        """SQL: the table as it stands in the file, all text, in order of rows; `also` names columns of
        `true_values`."""
        cells = [f"{self.cell(n, item)} AS {quoted(item.name)}" for n, item in enumerate(self.table.items)]
        return f"SELECT {', '.join([*also, *cells])} FROM ({self.true_values(rows)})"

    # --- one item --------------------------------------------------------------------------------------

    def value(self, item: Item, steps: Steps) -> str:
        """SQL: the true value of an item: keys by `key_row`, redrawn items by `k` in their epoch, others by `k`."""
        row = "key_row" if item.name in self.table.key else "k"
        if item.mutable and self.table.change:
            row = f"(k + epoch * {EPOCH})"
        return value_sql(self.table, item, Spot(row, (self.seed,), self.words, steps))

    def dirty(self, item: Item) -> Cell:
        """The cell of an item, as the errors see it."""
        spot = Spot("k", (self.seed, self.table.code, item.name, "dirt"), self.words)
        return Cell(quoted(item.name), text_of(quoted(item.name)), spot, item.make)

    def soft(self, number: int, item: Item) -> str:
        """SQL: 0 = written plainly, 1 = left empty, 2… = the item's odd ways in order."""
        reached = item.empty
        arms = [f"WHEN chance{number} < {round(reached * PARTS)} THEN 1"] if item.empty else []
        for way, (name, rate) in enumerate(item.soft.items(), start=2):
            low, reached = reached, reached + rate
            where = CELL_DIRT[name].where
            condition = f" AND {where(self.dirty(item))}" if where else ""
            span = f"chance{number} >= {round(low * PARTS)} AND chance{number} < {round(reached * PARTS)}"
            arms.append(f"WHEN {span}{condition} THEN {way}")
        return f"CASE {' '.join(arms)} ELSE 0 END::UTINYINT"

    def cell(self, number: int, item: Item) -> str:
        """SQL: what is written in the cell."""
        dirty = self.dirty(item)
        plain = dirty.text
        if has_ways(item):
            ways = "".join(
                f" WHEN {n} THEN {CELL_DIRT[d].sql(dirty)}" for n, d in enumerate(item.soft, start=2)
            )
            plain = f"CASE {soft_name(number)} WHEN 0 THEN {plain} WHEN 1 THEN NULL{ways} END"
        arms = [f"WHEN {code} THEN {sql}" for code, sql in self.hard_arms(item)]
        return f"CASE hard {' '.join(arms)} ELSE {plain} END" if arms else plain

    def hard_arms(self, item: Item) -> Iterator[tuple[int, str]]:
        """Each hard error that shows in this item, with its SQL; errors of a pair of coordinates show in both."""
        codes = self.codes
        for name in item.hard:
            yield codes[item.name, name], CELL_DIRT[name].sql(self.dirty(item))
        pair = self.table.coordinates
        if pair and item.name in pair:
            other = pair[1] if item.name == pair[0] else pair[0]
            for name, sql in (("swapped_coordinates", text_of(quoted(other))), ("null_island", "'0'")):
                if ("", name) in codes:
                    yield codes["", name], sql


def soft_name(number: int) -> str:
    """SQL: the column that says how the nth item is written."""
    return quoted(f"soft {number}")


def has_ways(item: Item) -> bool:
    """Whether cells of this item are sometimes empty or oddly written."""
    return bool(item.soft or item.empty)


def depth_of(item: Item, table: Table) -> int:
    """How many items must be known before this one: 0 if it is made from nothing, else one more than what it
    is `of`."""
    of = item.make.get("of", ())
    names = [of] if isinstance(of, str) else of
    return max((1 + depth_of(table.item(name), table) for name in names), default=0)


def value_sql(table: Table, item: Item, spot: Spot) -> str:
    """SQL: the true value of `item` in the row of the spot (whose name holds just the seed); a linked item
    is the value in a row of another table, the same row for all items of the link."""
    make, (seed, *_) = item.make, spot.name
    if make["kind"] == "linked":
        other = table.links[make["link"]]
        target = f"(2 * {below(spot.row, max(other.rows // 2, 1), seed, table.code, 'link', make['link'])})"
        return value_sql(other, other.item(make["item"]), spot.at(spot.once(target)))
    name = (seed, make.get("table", table.code), make.get("draw", item.name))
    return KINDS[make["kind"]](make, replace(spot, name=name))
