"""Turns a table into one SELECT: numbered rows -> which error each row draws -> true values -> written values.

Even rows are sound: they are never left out, doubled or spoilt beyond repair, so everything that points somewhere (a duplicate at its
original, a reference at another dataset) points at an even row. Odd rows draw at most one hard error each, with twice the declared
chance; so the number of rows a cleaner must quarantine is known exactly, not estimated.
"""

from __future__ import annotations

from cityhall.packing.synthesis.dirt import CELL_DIRT
from cityhall.packing.synthesis.draws import PARTS, below
from cityhall.packing.synthesis.making import KINDS, Spot, Words
from cityhall.packing.synthesis.table import Item, Table

NEIGHBOURHOOD = 1000  # a duplicate stands less than this many rows after its original


def named(name: str) -> str:
    """SQL: an identifier."""
    return '"' + name.replace('"', '""') + '"'


class Query:
    """The SQL of one table under one seed; `rows` is the name of a relation with one BIGINT column `row`."""

    def __init__(self, table: Table, seed: int, words: Words, version: int = 0) -> None:
        self.table, self.seed, self.words, self.version = table, seed, words, version
        self.codes = {pair: number for pair, (number, _) in table.hard_codes.items()}

    # --- the stages, from the inside out ----------------------------------------------------------------------------------

    def numbered(self, rows: str) -> str:
        """SQL: row, hard (0 = sound), and the row whose content is shown: a duplicate shows an even row shortly before it."""
        t = self.table
        before = f"row - 1 - 2 * ({below('row', NEIGHBOURHOOD, self.seed, t.code, 'original')} % (row % {NEIGHBOURHOOD} // 2 + 1))"
        duplicate = self.codes.get(("", "duplicate_row"), -1)
        repeated = self.codes.get(("", "repeated_key"), -1)
        return f"""
        SELECT row, hard, CASE WHEN hard = {duplicate} THEN original ELSE row END AS k,
               CASE WHEN hard IN ({duplicate}, {repeated}) THEN original ELSE row END AS key_row
        FROM (SELECT row, {self.hard()} AS hard, {before} AS original FROM {rows})"""

    def hard(self, row: str = "row") -> str:
        """SQL: the number of the hard error this row draws, 0 for none."""
        chance = below(row, PARTS, self.seed, self.table.code, "hard")
        arms, reached = [], 0.0
        for number, rate in self.table.hard_codes.values():
            reached += 2 * rate
            arms.append(f"WHEN {chance} < {round(reached * PARTS)} THEN {number}")
        return f"CASE WHEN {row} % 2 = 0 THEN 0 {' '.join(arms)} ELSE 0 END::UTINYINT"

    def true_values(self, rows: str) -> str:
        """SQL: one column per item with its true, typed value, and one `soft n` per item with the way it is written."""
        values = [f"{self.value(item)} AS {named(item.name)}" for item in self.table.items]
        ways = [f"{self.soft(item)} AS {named(f'soft {n}')}" for n, item in enumerate(self.table.items) if self.has_ways(item)]
        return f"SELECT row, hard, k, {', '.join(values + ways)} FROM ({self.numbered(rows)})"

    def written(self, rows: str) -> str:
        """SQL: the table as it stands in the file, all text, in order of rows."""
        cells = [f"{self.cell(n, item)} AS {named(item.name)}" for n, item in enumerate(self.table.items)]
        return f"SELECT {', '.join(cells)} FROM ({self.true_values(rows)})"

    # --- one item ---------------------------------------------------------------------------------------------------------

    def value(self, item: Item) -> str:
        """SQL: the true value of an item in row `k` (key items: of `key_row`)."""
        row = "key_row" if item.name in self.table.key else "k"
        return value_sql(self.table, item, row, self.seed, self.words)

    def has_ways(self, item: Item) -> bool:
        """Whether cells of this item are sometimes empty or oddly written."""
        return bool(item.soft or item.empty)

    def soft(self, item: Item) -> str:
        """SQL: 0 = written plainly, 1 = left empty, 2… = the item's odd ways in order."""
        chance = below("k", PARTS, self.seed, self.table.code, item.name, "soft")
        reached = item.empty
        arms = [f"WHEN {chance} < {round(reached * PARTS)} THEN 1"] if item.empty else []
        for number, (name, rate) in enumerate(item.soft.items(), start=2):
            low, reached = reached, reached + rate
            where = CELL_DIRT[name].where(named(item.name), text_of(named(item.name)))
            arms.append(
                f"WHEN {chance} >= {round(low * PARTS)} AND {chance} < {round(reached * PARTS)} AND {where} THEN {number}"
            )
        return f"CASE {' '.join(arms)} ELSE 0 END::UTINYINT"

    def cell(self, number: int, item: Item) -> str:
        """SQL: what is written in the cell."""
        value, text = named(item.name), text_of(named(item.name))
        spot = Spot("k", (self.seed, self.table.code, item.name, "dirt"), self.words)
        plain = text
        if self.has_ways(item):
            ways = "".join(f" WHEN {n} THEN {CELL_DIRT[d].sql(value, text, spot)}" for n, d in enumerate(item.soft, start=2))
            plain = f"CASE {named(f'soft {number}')} WHEN 0 THEN {text} WHEN 1 THEN NULL{ways} END"
        arms = [(self.codes[item.name, d], CELL_DIRT[d].sql(value, text, spot)) for d in item.hard]
        arms += self.coordinate_arms(item)
        if not arms:
            return plain
        return "CASE hard " + " ".join(f"WHEN {code} THEN {sql}" for code, sql in arms) + f" ELSE {plain} END"

    def coordinate_arms(self, item: Item) -> list[tuple[int, str]]:
        """Errors of a pair of coordinates: each shows the other's value, or both are zero."""
        pair = self.table.coordinates or ()
        if item.name not in pair:
            return []
        other = pair[1] if item.name == pair[0] else pair[0]
        arms = {"swapped_coordinates": text_of(named(other)), "null_island": "'0'"}
        return [(self.codes["", name], sql) for name, sql in arms.items() if ("", name) in self.codes]


def text_of(value: str) -> str:
    """SQL: the plain text of a true value."""
    return f"{value}::VARCHAR"


def value_sql(table: Table, item: Item, row: str, seed: int, words: Words) -> str:
    """SQL: the true value of `item` in the row numbered `row`; a linked item is the value in a row of another table."""
    make = item.make
    if make["kind"] == "linked":
        other = table.links[make["link"]]
        target = f"(2 * {below(row, max(other.rows // 2, 1), seed, table.code, 'link', make['link'])})"
        return value_sql(other, other.item(make["item"]), target, seed, words)
    name = (seed, make.get("as", table.code), make.get("draw", item.name))
    return KINDS[make["kind"]](make, Spot(row, name, words))
