"""The check: one pass asks every row everything; then each row goes to clean, quarantine or duplicates,
and none is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from cityhall.cleaning import duck, quarantining, repeats
from cityhall.cleaning.asking import NOTHING, Question, References, absence, questions, reading_for
from cityhall.cleaning.drafting import ENOUGH_ROWS
from cityhall.cleaning.errors import ItemWithoutColumn, RowsLost
from cityhall.cleaning.freshness import freshness
from cityhall.cleaning.headers import speaks_of_keys
from cityhall.cleaning.marking import at_fault, fault, gather, repair
from cityhall.cleaning.tables import Checked, ColumnRecognition, Contract, ItemSpec, Staged, Tally


@dataclass(frozen=True, slots=True)
class _Run:
    """One check under way."""

    connection: duckdb.DuckDBPyConnection
    staged: Staged
    contract: Contract
    asked: Sequence[Question]
    workdir: Path
    counted: Mapping[tuple[str, tuple[str, ...]], int]
    """Filled cells per column and words that count as empty, where they were counted before."""
    mended: Mapping[str, int]
    at_fault: frozenset[int]
    """The questions for which any row has a fault."""


def check(
    staged: Staged,
    contract: Contract,
    *,
    workdir: Path,
    references: References | None = None,
    recognition: Sequence[ColumnRecognition] = (),
    as_of: datetime,
    memory_limit: str = "900MB",
    threads: int = 2,
) -> Checked:
    """Sorts every staged row under the contract and writes the three outcomes into `workdir`.

    `references` gives the Parquet files of datasets named by reference rules; `as_of` is the moment freshness is
    judged at; `recognition` of the same staged rows saves asking again what it already asked of every row. Raises
    ItemWithoutColumn when an agreed column is missing, RowsLost if the outcomes do not add up to the rows read.
    """
    _columns_are_there(staged, contract)
    counted = _counted(staged, recognition)
    asked = [_unless_known(one, contract, staged, counted) for one in questions(contract, references or {})]
    with duck.opened(workdir, memory_limit, threads) as connection:
        answers = [one.evidence.answer for one in recognition if one.evidence and one.evidence.answer]
        gather(
            connection,
            staged,
            [question.ask for question in asked],
            answers,
            workdir,
            beside=lambda other: _find_early(other, staged, contract, workdir),
        )
        mended, faults = _mended(connection, asked), at_fault(connection, len(asked))
        run = _Run(connection, staged, contract, asked, workdir, counted, mended, faults)
        _find_repeats(run)
        checked = _write(run)
        late = freshness(connection, contract, checked.clean_files, as_of)
    if checked.rows != checked.clean + checked.quarantined + checked.duplicates:
        raise RowsLost(
            rows=checked.rows,
            clean=checked.clean,
            quarantined=checked.quarantined,
            duplicates=checked.duplicates,
        )
    return checked if not late else _with(checked, late)


def _counted(
    staged: Staged, recognition: Sequence[ColumnRecognition]
) -> dict[tuple[str, tuple[str, ...]], int]:
    """Filled cells per column and words that count as empty, where staging or recognition counted them."""
    staging = {(column, ()): filled for column, filled in staged.filled.items()}
    return staging | {
        (one.column, _empty(one.params)): one.evidence.tested if one.evidence else one.filled
        for one in recognition
    }


def _unless_known(
    question: Question, contract: Contract, staged: Staged, counted: Mapping[tuple[str, tuple[str, ...]], int]
) -> Question:
    """The question; nothing to ask where every cell that must be filled was counted as filled."""
    item = contract.item(question.item)
    full = counted.get((item.column, _empty(item.params))) == staged.rows
    return replace(question, ask=NOTHING) if full and question.ask == absence(item) else question


def _columns_are_there(staged: Staged, contract: Contract) -> None:
    for item in contract.items:
        if item.column not in staged.columns:
            raise ItemWithoutColumn(column=item.column, item=item.name)


def _mended(connection: duckdb.DuckDBPyConnection, asked: Sequence[Question]) -> dict[str, int]:
    """Cells repaired, per item that can have repairs."""
    reads = [(place, question.item) for place, question in enumerate(asked) if question.code == "read"]
    if not reads:
        return {}
    counts = ", ".join(f"count(*) FILTER ({repair(place)})" for place, _ in reads)
    found = duck.first_row(connection, f"SELECT {counts} FROM marks")
    return {item: int(count) for (_, item), count in zip(reads, found, strict=True) if count}


def _find_early(
    connection: duckdb.DuckDBPyConnection, staged: Staged, contract: Contract, workdir: Path
) -> None:
    """Fills `candidates` where the key is as it was delivered, whatever is found out about the other cells."""
    if not _read_first(contract):
        key = [f"TRY({reading_for(contract.item(name)).plain_value})" for name in contract.key]
        every_cell = [duck.name(column) for column in staged.columns]
        repeats.find_candidates(connection, staged, key or every_cell, workdir)


def _read_first(contract: Contract) -> bool:
    """Whether a cell of the key may need a repair."""
    return any(reading_for(contract.item(name)).asks for name in contract.key)


def _find_repeats(run: _Run) -> None:
    """Fills `duplicates`, `faulty` and `repeats`: which rows do not go to clean, and why."""
    key = [_value(run, run.contract.item(name)) for name in run.contract.key]
    if _read_first(run.contract):
        repeats.find_candidates(run.connection, run.staged, key, run.workdir)
    repeats.find_duplicates(run.connection, run.staged)
    errors = [fault(place) for place in sorted(run.at_fault) if run.asked[place].severity == "error"]
    run.connection.execute(
        f"CREATE TABLE faulty AS SELECT _line FROM marks WHERE {' OR '.join(errors) or 'false'}"
    )
    run.connection.execute("CREATE TABLE repeats (_line BIGINT, _first BIGINT, code VARCHAR, item VARCHAR)")
    run.connection.execute("CREATE TABLE repeated_rows AS SELECT * FROM candidates LIMIT 0")
    if key:
        repeats.find_key_repeats(run.connection, key, "key_repeats", run.contract.key[0])
    for names, code in _other_keys(run.contract):
        values = [_value(run, run.contract.item(name)) for name in names]
        repeats.find_candidates(run.connection, run.staged, values, run.workdir)
        repeats.find_key_repeats(run.connection, values, code, names[0])
    repeats.keep_events(run.connection, has_identity=_has_identity(run))


def _other_keys(contract: Contract) -> list[tuple[tuple[str, ...], str]]:
    """What else must not repeat, with the reason given: rules of the kind `key`, and unique items."""
    rules = [(rule.items, rule.code) for rule in contract.rules if rule.kind == "key" and rule.items]
    unique = [((item.name,), "value_repeats") for item in contract.items if item.unique]
    return [*rules, *(one for one in unique if one[0] != contract.key)]


def _has_identity(run: _Run) -> bool:
    """Whether a row stands for one thing, so that the same row again says nothing new: something of it must not
    repeat, or a column named like a key does not but in rows that repeat as a whole (nor, in a table of some length,
    a moment). Otherwise rows are events, and two that look the same are two.
    """
    if run.contract.key or _other_keys(run.contract):
        return True
    moments = ("date", "datetime") if run.staged.rows >= ENOUGH_ROWS else ()
    likely = [
        item.column for item in run.contract.items if speaks_of_keys(item.column) or item.type in moments
    ]
    return repeats.any_identifies(run.connection, run.staged, likely)


def _value(run: _Run, item: ItemSpec) -> str:
    reading = reading_for(item)
    return f"TRY({reading.value})" if run.mended.get(item.name) else f"TRY({reading.plain_value})"


def _write(run: _Run) -> Checked:
    """Writes clean, duplicates and quarantine, and counts them."""
    run.connection.execute(
        """CREATE TABLE set_aside AS
           SELECT _line FROM faulty UNION SELECT _line FROM repeats UNION SELECT _line FROM duplicates"""
    )
    clean = run.workdir / "clean.parquet"
    found = {place: run.asked[place] for place in sorted(run.at_fault)}
    with duck.meanwhile(
        run.connection, lambda beside: _copy_clean(replace(run, connection=beside), clean)
    ) as written:
        duplicates = _copy_duplicates(run)
        quarantined, quarantine_file = quarantining.write(
            run.connection, run.staged, run.contract, found, run.workdir / "quarantine.parquet"
        )
        tallies = quarantining.tallies(run.connection, run.contract, found, quarantine_file)
    return Checked(
        clean_files=(clean,),
        quarantine_file=quarantine_file,
        duplicates_file=run.workdir / "duplicates.parquet" if duplicates else None,
        rows=run.staged.rows,
        clean=written.result(),
        quarantined=quarantined,
        duplicates=duplicates,
        mended=run.mended,
        tallies=(*tallies, *repeats.kept(run.connection)),
        filled=_filled(run),
    )


def _copy_clean(run: _Run, target: Path) -> int:
    """Sound rows, typed. Repairs are made only where they were found: the other cells are taken as they stand."""
    join = "LEFT JOIN repaired USING (_line)" if _repair(run) else ""
    columns = ", ".join(f"{_typed(run, item)} AS {duck.name(item.name)}" for item in run.contract.items)
    row = duck.first_row(
        run.connection,
        f"""COPY (SELECT {columns}, s._line
                  FROM (SELECT *, CAST({run.staged.line_sql} AS BIGINT) AS _line FROM {duck.rows_of(run.staged)}) s
                  ANTI JOIN set_aside USING (_line)
                  {join})
            TO {duck.text(str(target))} ({_PARQUET})""",
    )
    return int(row[0])


_PARQUET = (
    "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 30720, "
    "DICTIONARY_SIZE_LIMIT 200, WRITE_BLOOM_FILTER false"
)
"""Only columns with few values get a dictionary: trying one for the others costs a fifth of the writing. Groups of so
many rows keep all threads busy to the end, and a page of rows is read out of less."""


def _repair(run: _Run) -> bool:
    """Fills `repaired`: for rows with repairs `_line` and, for each item, a list of its one repaired value;
    null where it needed no repair. False where no row has any."""
    if not run.mended:
        return False
    places = {one.item: repair(place) for place, one in enumerate(run.asked) if one.code == "read"}
    values = [
        f"CASE WHEN {places[name]} THEN [CAST({reading.value} AS {reading.sql_type})] END AS {_slot(name)}"
        for name in run.mended
        if (reading := reading_for(run.contract.item(name)))
    ]
    anything = " OR ".join(places[name] for name in run.mended)
    run.connection.execute(
        f"""CREATE TABLE repaired AS
            SELECT {", ".join(["_line", *values])} FROM suspects JOIN marks USING (_line) WHERE {anything}"""
    )
    return True


def _slot(item: str) -> str:
    return duck.name(f"_repaired {item}")


def _typed(run: _Run, item: ItemSpec) -> str:
    reading = reading_for(item)
    plain = f"CAST({reading.plain_value} AS {reading.sql_type})"
    if item.name not in run.mended:
        return plain
    return f"CASE WHEN {_slot(item.name)} IS NULL THEN {plain} ELSE {_slot(item.name)}[1] END"


def _copy_duplicates(run: _Run) -> int:
    target = run.workdir / "duplicates.parquet"
    row = duck.first_row(
        run.connection,
        f"COPY (SELECT _line, _first FROM duplicates ORDER BY _line) TO {duck.text(str(target))} (FORMAT parquet)",
    )
    return int(row[0]) if row else 0


def _filled(run: _Run) -> dict[str, int]:
    """Filled cells per item; what staging or recognition counted is not counted again."""
    filled = {
        item.name: run.counted.get((item.column, _empty(item.params)), -1) for item in run.contract.items
    }
    rest = [item for item in run.contract.items if filled[item.name] < 0]
    if rest:
        counts = ", ".join(f"count({reading_for(item).cell})" for item in rest)
        found = duck.first_row(run.connection, f"SELECT {counts} FROM {duck.rows_of(run.staged)}")
        filled |= {item.name: int(count) for item, count in zip(rest, found, strict=True)}
    return filled


def _empty(params: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(params.get("empty", ()))


def _with(checked: Checked, late: tuple[Tally, ...]) -> Checked:
    return Checked(
        **{name: getattr(checked, name) for name in Checked.__slots__ if name != "tallies"},
        tallies=(*checked.tallies, *late),
    )
