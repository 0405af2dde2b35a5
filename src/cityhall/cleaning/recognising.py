"""Recognition: what each column is, with the evidence counted over every row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from cityhall.cleaning import duck
from cityhall.cleaning.candidates import candidates
from cityhall.cleaning.counting import counted
from cityhall.cleaning.elements.catalogue import Element, elements
from cityhall.cleaning.explaining import reason_for
from cityhall.cleaning.headers import ends_like_identifier, hinted
from cityhall.cleaning.profiling import Profile, codes, profile, repeated
from cityhall.cleaning.tables import ColumnRecognition, Evidence, Staged

SHARE_NEEDED = 0.98
"""Share of filled cells a reading needs over all rows; the exceptions become findings of the check."""
SHARE_WITH_HINT = 0.95
"""The same where the header speaks for the element."""
SHARE_OF_REAL_DAYS = 0.7
"""Share of real days that suffices where the other cells are dates too, but for days that no calendar has."""
_EXAMPLES = 3
_FIXED_NUMBER = 8
"""Whole numbers that all have this many digits or more, and all the same, are taken for codes."""
_LONGEST_NUMBER = 17
_NEARLY_ALL = 0.95
"""Share of different values from which a column counts as all different (the count is an estimate)."""


def recognise(
    staged: Staged, *, workdir: Path, memory_limit: str = "900MB", threads: int = 2
) -> tuple[ColumnRecognition, ...]:
    """What every column is: facts, type, standard element, proposed level, and the reason.

    No sample decides: it only chooses which readings are counted over every row. A type or element holds from
    98 % of the filled cells on (95 % where the header says so too); the rest will be findings.
    """
    with duck.opened(workdir, memory_limit, threads) as connection:
        facts = profile(connection, staged)
        worth = candidates(connection, staged, [fact.column for fact in facts if fact.filled])
        evidence = counted(connection, staged, facts, worth, workdir)
        order = _order_of(facts, evidence)
        chosen = {fact.column: _choose(fact, evidence.get(fact.column, ()), order) for fact in facts}
        lists = codes(connection, staged, [fact for fact in facts if _may_be_list(chosen[fact.column])])
        repeats = repeated(connection, staged, [fact for fact in facts if _may_be_key(chosen[fact.column])])
        return tuple(
            _column(connection, fact, chosen[fact.column], evidence.get(fact.column, ()), lists, repeats)
            for fact in facts
        )


def _order_of(facts: Sequence[Profile], evidence: Mapping[str, Sequence[Evidence]]) -> str:
    """`mdy` or `dmy` where the columns of the table that leave no doubt agree, else nothing."""
    sure = (_choose(fact, evidence.get(fact.column, ())) for fact in facts)
    orders = {_order(one) for one in sure if one is not None} - {""}
    return orders.pop() if len(orders) == 1 else ""


def _order(evidence: Evidence) -> str:
    formats = evidence.params.get("formats", ())
    return next((name[:3] for name in formats if name[:3] in ("mdy", "dmy")), "")


def _choose(fact: Profile, evidence: Sequence[Evidence], order: str = "") -> Evidence | None:
    """The first reading with enough behind it; between rivals (day or month first) the one that fits more
    cells, and if all cells can be read both ways the one in the `order` of the table's other columns."""
    enough = [one for one in evidence if _enough(one) and not _a_code(fact, one)]
    if not enough:
        return None
    first = _with_places(enough[0], enough)
    rivals = [one for one in enough if one.type == first.type and one.element == first.element]
    best = max(rivals, key=lambda one: one.matched)
    ties = [one for one in rivals if one.matched == best.matched]
    if len(ties) > 1 and best.type in ("date", "datetime"):
        # Every cell can be read both ways: typing it without a neighbour to go by would be guessing.
        return next((one for one in ties if order and _order(one) == order), None)
    return best


def _with_places(first: Evidence, enough: Sequence[Evidence]) -> Evidence:
    """Whole numbers among which some have places are decimals: rejecting those would lose sound values."""
    if first.type != "integer" or first.element:
        return first
    wider = [one for one in enough if one.type == "decimal" and one.matched > first.matched]
    return wider[0] if wider else first


def _enough(evidence: Evidence) -> bool:
    needed = SHARE_WITH_HINT if evidence.hinted else SHARE_NEEDED
    return (
        evidence.meant >= needed and evidence.share >= min(needed, SHARE_OF_REAL_DAYS) and not evidence.mixed
    )


def _a_code(fact: Profile, evidence: Evidence) -> bool:
    """Long numbers of one length are codes, as are numbers under a header in -id that are all different."""
    if evidence.type not in ("integer", "decimal"):
        return False
    whole = evidence.type == "integer" or evidence.params.get("scale") == 0
    if whole and evidence.element in ("longitude", "latitude"):
        return True  # degrees or minutes in whole numbers are no coordinates
    one_length = whole and fact.shortest == fact.longest >= _FIXED_NUMBER and fact.filled > 1
    all_different = fact.filled > 1 and fact.distinct >= _NEARLY_ALL * fact.filled
    named = whole and all_different and ends_like_identifier(fact.column)
    return one_length or named or fact.shortest > _LONGEST_NUMBER


def _may_be_list(chosen: Evidence | None) -> bool:
    return chosen is None


def _may_be_key(chosen: Evidence | None) -> bool:
    return chosen is None or chosen.type in ("text", "integer")


def _column(
    connection: duckdb.DuckDBPyConnection,
    fact: Profile,
    chosen: Evidence | None,
    evidence: Sequence[Evidence],
    lists: Mapping[str, tuple[tuple[str, int], ...]],
    repeats: Mapping[str, int],
) -> ColumnRecognition:
    listed = lists.get(fact.column, ())
    element = _element(fact, chosen, bool(listed))
    told = None if chosen or listed or not fact.filled else _told(fact)
    weighed = element or told
    return ColumnRecognition(
        column=fact.column,
        rows=fact.rows,
        filled=chosen.tested if chosen and "empty" in chosen.params else fact.filled,
        distinct=len(listed) or fact.distinct,
        low=fact.low,
        high=fact.high,
        shortest=fact.shortest,
        longest=fact.longest,
        examples=_examples(connection, fact.column),
        type=chosen.type if chosen else "text",
        element=element.code if element else None,
        params=chosen.params if chosen else {},
        evidence=chosen,
        others=tuple(one for one in evidence if one is not chosen),
        level=weighed.level if weighed else "L1",
        personal=weighed.personal if weighed else False,
        reason=reason_for(fact, chosen, element, told),
        repeated=repeats.get(fact.column),
        codes=listed,
    )


def _element(fact: Profile, chosen: Evidence | None, listed: bool) -> Element | None:
    """The element the cells proved; else the one of the same type that the header speaks for."""
    known = elements()
    if chosen is None:
        return known["code_list"] if listed else None
    if chosen.element:
        return known[chosen.element]
    same_type = [
        element for element in known.values() if element.type == chosen.type and "low" not in element.params
    ]
    named = [element for element in same_type if hinted(fact.column, element.hints)]
    return named[0] if named else known.get(chosen.type)


def _told(fact: Profile) -> Element | None:
    """The element whose level a column has by its header alone, though no reading of its cells was proved."""
    return next((one for one in elements().values() if hinted(fact.column, one.telling)), None)


def _examples(connection: duckdb.DuckDBPyConnection, column: str) -> tuple[str, ...]:
    cell = duck.name(column)
    rows = connection.execute(
        f"SELECT {cell} FROM sample WHERE {cell} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {_EXAMPLES}"
    ).fetchall()
    return tuple(str(row[0]) for row in rows)
