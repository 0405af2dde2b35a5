"""What makes a sound declaration unworkable: places nobody reaches or leaves, clocks that never stop, tables with
holes."""

from __future__ import annotations

from collections.abc import Iterable

from cityhall.cases.declaring.filling import check_filling
from cityhall.cases.declaring.formulas import FormulaRefused, Period, to_sql
from cityhall.cases.declaring.limits import Limit
from cityhall.cases.declaring.outside import check_outside
from cityhall.cases.declaring.shapes import FOLLOWS, IDLE, STARTS, STAY, STOPS, Act, CaseType, Clock
from cityhall.cases.declaring.strict import Document, Path


def lint(made: CaseType, document: Document, rights: frozenset[str]) -> None:
    """Blame everything in the compiled type that cannot work. `rights` are all that the city knows (empty: any)."""
    ways = _ways(made)
    _places(made, document, ways)
    for clock in made.clocks:
        _clock(made, document, ways, clock)
    for role in made.roles.values():
        if role.right and rights and role.right not in rights:
            document.blame(
                "name.unknown",
                ("roles", role.id, "right"),
                "There is no right named {name}",
                "没有名为 {name} 的权限",
                name=role.right,
            )
    _following(made, document)
    check_filling(made, document)
    _tables(document)
    _measures(made, document)
    _extensions(made, document)
    _ends(made, document)
    check_outside(made, document)


def _following(made: CaseType, document: Document) -> None:
    """What follows from a point is a cell, a grid or a division."""
    for field in made.fields.values():
        source = made.fields.get(field.source)
        if source and (source.type != "point" or field.type not in FOLLOWS):
            document.blame(
                "field.from",
                ("form", field.id, "from"),
                "Only a cell, grid or division can come from: a point",
                "只有 cell、grid、division 类型的字段可由（point 类型的）位置得出",
            )


def _ways(made: CaseType) -> dict[int, set[int]]:
    """From each state to where acts and joins lead."""
    ways: dict[int, set[int]] = {state.number: set() for state in made.states}
    for act in made.acts:
        if act.target != STAY:
            for source in act.sources:
                ways[source].add(act.target)
    for state in made.states:
        if state.then != STAY:
            ways[state.number].add(state.then)
    return ways


def _walk(starts: Iterable[int], ways: dict[int, set[int]], walls: frozenset[int] = frozenset()) -> set[int]:
    """Everything reached from `starts`, not going on from a wall."""
    found, waiting = set(), list(starts)
    while waiting:
        state = waiting.pop()
        if state not in found:
            found.add(state)
            waiting += [] if state in walls else ways[state]
    return found


def _places(made: CaseType, document: Document, ways: dict[int, set[int]]) -> None:
    births = {act.target for act in made.acts if act.opens and act.target != STAY}
    if not births:
        document.blame(
            "state.unborn",
            ("acts",),
            "No act opens a case: one must have no from:",
            "没有立案操作：须有一个无 from 的操作",
        )
        return
    reached = _walk(births, ways)
    ends = {state.number for state in made.states if state.end}
    if not ends:
        document.blame("state.endless", ("states",), "No state ends a case", "没有任何办结状态")
    back = {state: {source for source, targets in ways.items() if state in targets} for state in ways}
    finishing = _walk(ends, back)
    for state in made.states:
        place = ("states", state.id)
        if state.number not in reached:
            document.blame(
                "state.unreachable", place, "No way leads to {state}", "状态 {state} 不可到达", state=state.id
            )
        elif state.number not in finishing:
            document.blame(
                "state.trap",
                place,
                "From {state} no way leads to an end",
                "状态 {state} 无法到达办结",
                state=state.id,
            )


def _clock(made: CaseType, document: Document, ways: dict[int, set[int]], clock: Clock) -> None:
    starts = [state for state, role in enumerate(clock.roles) if role == STARTS]
    stops = frozenset(state for state, role in enumerate(clock.roles) if role == STOPS)
    running = _walk(starts, ways, stops) - stops
    for state in sorted(running):
        if made.states[state].end:
            document.blame(
                "clock.never_stops",
                ("clocks", clock.id),
                "The clock {clock} still runs when a case ends as {state}: add it to stops:",
                "案件以 {state} 办结时计时 {clock} 仍在运行：请加入 stops",
                clock=clock.id,
                state=made.states[state].id,
            )
    if not stops & _walk(starts, ways):
        document.blame(
            "clock.never_stops",
            ("clocks", clock.id),
            "Nothing stops the clock {clock}",
            "计时 {clock} 永不停止",
            clock=clock.id,
        )
    for allowance in clock.limits:
        if allowance.column[0]:
            _limit_column(made, document, *allowance.column)


def _limit_column(made: CaseType, document: Document, name: str, column: str) -> None:
    table = made.tables.get(made.fields[name].table) if name in made.fields else None
    if table is None:
        return
    for code, rows in table.rows.items():
        if any(not isinstance(row.values.get(column), Limit) for row in rows):
            document.blame(
                "table.no_limit",
                ("tables", table.id),
                "Row {code} of {table} has no limit in {column}",
                "表 {table} 的 {code} 行在 {column} 列没有时限",
                code=code,
                table=table.id,
                column=column,
            )


def _measures(made: CaseType, document: Document) -> None:
    for measure in made.measures:
        try:
            to_sql(made, measure.formula, Period(0, 0, 0))
        except FormulaRefused as why:
            place = ("measures", measure.id)
            document.blame(
                "measure.unreadable", place, "Not a measure: {why}", "不是指标公式：{why}", why=why
            )


def _tables(document: Document) -> None:
    """Cells of unknown columns, and rows of one code whose days overlap."""
    for name, table in document.content.get("tables", {}).items():
        seen: dict[str, list[tuple[str, str]]] = {}
        for number, row in enumerate(table["rows"]):
            place: Path = ("tables", name, "rows", number)
            for column in sorted(set(row) - {"code", "zh", "en", "from", "to", *table.get("columns", {})}):
                document.blame(
                    "name.unknown",
                    place,
                    "There is no column named {name}",
                    "没有名为 {name} 的列",
                    name=column,
                )
            since, until = row.get("from", ""), row.get("to", "")
            if any(_overlap((since, until), other) for other in seen.get(row["code"], ())):
                document.blame(
                    "table.overlap",
                    place,
                    "Two rows of {code} are valid on the same day",
                    "{code} 的两行有效期重叠",
                    code=row["code"],
                )
            seen.setdefault(row["code"], []).append((since, until))


def _overlap(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return (not one[1] or other[0] < one[1]) and (not other[1] or one[0] < other[1])


def _extensions(made: CaseType, document: Document) -> None:
    units: dict[int, int] = {}
    for act in made.acts:
        if (
            act.extends
            and units.setdefault(act.extends.clock, act.extends.more.unit) != act.extends.more.unit
        ):
            document.blame(
                "clock.units",
                ("acts", act.id, "extends"),
                "All extensions of a clock use one unit",
                "同一计时的延期须用同一单位",
            )


def _ends(made: CaseType, document: Document) -> None:
    """An end starts no clock; what follows by force after a bad rating can be done by the system there."""
    for clock in made.clocks:
        for state in made.states:
            if state.end and clock.roles[state.number] not in (IDLE, STOPS):
                document.blame(
                    "clock.after_end",
                    ("clocks", clock.id),
                    "{state} ends the case and cannot run a clock",
                    "{state} 为办结状态，不能再计时",
                    state=state.id,
                )
        if clock.late_act >= 0 and not _by_system(made, made.acts[clock.late_act]):
            document.blame(
                "act.not_by_system",
                ("clocks", clock.id, "late"),
                "{act} is done when late, so by: must hold system",
                "{act} 逾期时由系统执行，by 须含 system",
                act=made.acts[clock.late_act].id,
            )
    if made.rating and made.rating.then >= 0:
        act = made.acts[made.rating.then]
        settled = {state.number for state in made.states if state.end == "settled"}
        if not _by_system(made, act) or not settled <= act.sources:
            document.blame(
                "rating.unmended",
                ("rating", "then"),
                "{act} must be by system and from every settled state",
                "{act} 须可由系统执行且来自全部结案状态",
                act=act.id,
            )


def _by_system(made: CaseType, act: Act) -> bool:
    return any(
        name == "system" or (name in made.roles and made.roles[name].who == "system") for name in act.by
    )
