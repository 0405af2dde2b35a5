"""What a contract asks of every row: a list of questions, each answered by one SQL state (0 fine, 1
repaired, 2 fault)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cityhall.cleaning import duck
from cityhall.cleaning.elements.catalogue import elements
from cityhall.cleaning.errors import RuleUnknown
from cityhall.cleaning.readings.choose import reading_of
from cityhall.cleaning.readings.form import Ask, Reading
from cityhall.cleaning.tables import Contract, ItemSpec, Rule

References = Mapping[str, tuple[Path, ...]]


NOTHING = Ask("false", "0", "0")


@dataclass(frozen=True, slots=True)
class Question:
    """One thing asked of every row. `code` is the reason given; `read` when the reading itself gives it."""

    item: str
    code: str
    ask: Ask
    severity: str = "error"


def questions(contract: Contract, references: References) -> list[Question]:
    """Everything the contract asks row by row: can each cell be read, is it there, does each rule hold."""
    asked: list[Question] = []
    for item in contract.items:
        reading = reading_for(item)
        if reading.asks:
            asked.append(Question(item.name, "read", reading.ask))
        if item.required or item.name in contract.key:
            asked.append(Question(item.name, "required", absence(item)))
        asked += _listed(item, references)
    for rule in contract.rules:
        if rule.kind in RULES:
            asked.append(_question(contract, rule, references))
        elif rule.kind not in ("key", "freshness"):
            raise RuleUnknown(rule=rule.code, kind=rule.kind)
    return asked


def absence(item: ItemSpec) -> Ask:
    """Whether an item's cell is empty, which is a fault."""
    return fault_when(f"{reading_for(item).cell} IS NULL")


def reading_for(item: ItemSpec) -> Reading:
    """The reading of an item over its own source column."""
    return reading_of(item, duck.name(item.column))


def fault_when(condition: str) -> Ask:
    """A fault where the condition holds; an unknown condition is no fault."""
    return Ask(f"({condition})", f"CASE WHEN {condition} THEN 2 ELSE 0 END", "2")


def _question(contract: Contract, rule: Rule, references: References) -> Question:
    values = [_value(contract.item(name)) for name in rule.items]
    condition = RULES[rule.kind](values, rule, references)
    return Question(rule.items[0], rule.code, fault_when(condition), rule.severity)


def _listed(item: ItemSpec, references: References) -> list[Question]:
    """Whether a code is in the list that the item's element names, where the caller gives one. Under a code that is
    `open` the list goes no deeper: longer codes that begin with it are known too. Padding zeros say nothing.
    """
    element = elements().get(item.element or "")
    files = references.get(element.reference["name"]) if element and element.reference else None
    if element is None or not files:
        return []
    value = _value(item)
    padded = f"CASE WHEN length({value}) < 6 THEN rpad({value}, 6, '0') ELSE {value} END"
    code = f"regexp_replace({padded}, '^(.{{6}}|.{{9}})(000)+$', '\\1')"
    table = duck.parquet(files)
    beginnings = "".join(
        f" OR (length({code}) > {size} AND left({code}, {size}) IN"
        f" (SELECT code FROM {table} WHERE open AND length(code) = {size}))"
        for size in (6, 9)
    )
    unknown = f"NOT ({code} IN (SELECT code FROM {table}){beginnings})"
    # nearly every cell is in the list as it stands; only the others are looked at closely
    state = f"CASE WHEN {unknown} THEN 2 ELSE 0 END"
    ask = Ask(f"({duck.name(item.column)} NOT IN (SELECT code FROM {table}))", state, state)
    return [Question(item.name, element.reference["reason"], ask, element.reference["severity"])]


def _value(item: ItemSpec) -> str:
    """The typed value of an item, null when it cannot be read (which is a fault of its own)."""
    reading = reading_for(item)
    return f"CASE WHEN {reading.state} < 2 THEN {reading.value} END" if reading.asks else reading.cell


def _required(values: list[str], _rule: Rule, _references: References) -> str:
    return " OR ".join(f"({value}) IS NULL" for value in values)


def _range(values: list[str], rule: Rule, _references: References) -> str:
    bounds = []
    if rule.params.get("low") is not None:
        bounds.append(f"({values[0]}) < {_literal(rule.params['low'])}")
    if rule.params.get("high") is not None:
        bounds.append(f"({values[0]}) > {_literal(rule.params['high'])}")
    return " OR ".join(bounds) or "false"


def _pattern(values: list[str], rule: Rule, _references: References) -> str:
    return f"NOT regexp_full_match({values[0]}, {duck.text(rule.params['pattern'])})"


def _list(values: list[str], rule: Rule, _references: References) -> str:
    return f"({values[0]}) NOT IN ({', '.join(_literal(code) for code in rule.params['codes'])})"


def _reference(values: list[str], rule: Rule, references: References) -> str:
    """Every value must be found in `item` of the referenced dataset."""
    files = references.get(rule.params["dataset"])
    if not files:
        return "false"
    known = duck.name(rule.params["item"])
    # compared as text: the other dataset may keep as text what is a number here
    there = f"SELECT CAST({known} AS VARCHAR) FROM {duck.parquet(files)} WHERE {known} IS NOT NULL"
    return f"CAST(({values[0]}) AS VARCHAR) NOT IN ({there})"


_OPERATORS = {"<": ">=", "<=": ">", "=": "<>", ">=": "<", ">": "<=", "!=": "="}


def _compare(values: list[str], rule: Rule, _references: References) -> str:
    """The first item stands in relation `op` to the second."""
    return f"({values[0]}) {_OPERATORS[rule.params['op']]} ({values[1]})"


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else duck.text(str(value))


RULES = {
    "required": _required,
    "range": _range,
    "pattern": _pattern,
    "list": _list,
    "reference": _reference,
    "compare": _compare,
}
"""Kinds of rule asked row by row: each gives the SQL condition under which a row is at fault."""
