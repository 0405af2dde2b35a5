"""Measures as people write them, compiled to SQL over the facts.

`n(due and settled) / n(due)`, `mean(hours(handling), closed)`. Each word is about one case and one period:

due       the main limit ends in the period            opened    it was opened in the period
closed    it ended in the period                       settled   it has ended well
late      the main limit was exceeded                  late(clock), times(act), hours(clock), days(clock), rating
open      it had not ended when the period did         age       how many days it was then old
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from cityhall.cases.declaring.guards import SHIELD, plain, shielded
from cityhall.cases.declaring.shapes import CaseType

_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Eq: "=", ast.NotEq: "<>", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}
WORDS = frozenset({"due", "opened", "closed", "settled", "late", "rating", "open", "age"})
HOUR, DAY = 3600.0, 86_400.0


class FormulaRefused(SyntaxError):
    """The text is not a measure."""


@dataclass(frozen=True, slots=True)
class Period:
    """From a moment to before another, the moment as of which a running limit is judged, and the last at which what happened
    is known; seconds since 1970."""

    start: int
    end: int
    as_of: int
    known: int = 2**40


def to_sql(made: CaseType, formula: str, period: Period) -> str:
    """The SQL of a measure over the facts; raises FormulaRefused."""
    try:
        tree = ast.parse(shielded(formula), mode="eval").body
    except SyntaxError as error:
        raise FormulaRefused(str(error)) from None
    return _Compiler(made, period).value(tree)


@dataclass(frozen=True, slots=True)
class Parts:
    """The cases a measure speaks of, as conditions of the same language: `counted`, `of` which, and those of them that are
    `missed`; empty where the measure has no such part."""

    counted: str
    of: str = ""
    missed: str = ""


def parts_of(formula: str) -> Parts:
    """The cases behind a measure: of `n(due and settled) / n(due)` those settled, those due, and those due but not settled; of a
    mean or a count, the cases it is taken over; nothing for other formulas."""
    tree = ast.parse(shielded(formula), mode="eval").body
    match tree:
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            counted, of = _counted(left), _counted(right)
            return Parts(counted, of, f"({of}) and not ({counted})") if counted and of else Parts("")
    return Parts(_counted(tree))


def _counted(node: ast.expr) -> str:
    match node:
        case (
            ast.Call(func=ast.Name(id="n"), args=[condition])
            | ast.Call(func=ast.Name(id="mean"), args=[_, condition])
        ):
            return re.sub(rf"\b{SHIELD}", "", ast.unparse(condition))
    return ""


IN_TIME = frozenset({"due", "opened", "closed", "open"})


def in_period(formula: str) -> bool:
    """Whether a measure speaks of no case but those that were due, opened, closed or open in the period."""
    tree = ast.parse(shielded(formula), mode="eval")
    calls = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    conditions = [call.args[-1] for call in calls if call.func.id in ("n", "mean") and call.args]  # type: ignore[attr-defined]
    return all(map(_timed, conditions))


def _timed(condition: ast.expr) -> bool:
    match condition:
        case ast.Name(id=word):
            return word in IN_TIME
        case ast.BoolOp(op=ast.And(), values=parts):
            return any(map(_timed, parts))
        case ast.BoolOp(values=parts):
            return all(map(_timed, parts))
    return False


class _Compiler:
    def __init__(self, made: CaseType, period: Period) -> None:
        self.made, self.period = made, period
        self.main = made.clocks[made.main_clock].id if made.main_clock >= 0 else ""

    def value(self, node: ast.expr) -> str:
        """A number over many cases."""
        match node:
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return f"({self.value(left)})::DOUBLE / nullif({self.value(right)}, 0)"
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                return f"({self.value(left)} {_ARITHMETIC[type(op)]} {self.value(right)})"
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return str(number)
            case ast.Call(func=ast.Name(id="n"), args=[condition], keywords=[]):
                return f"count(*) FILTER (WHERE {self.one(condition)})"
            case ast.Call(func=ast.Name(id="mean"), args=[what, condition], keywords=[]):
                return f"avg({self.one(what)}) FILTER (WHERE {self.one(condition)})"
        raise FormulaRefused(f"not understood: {ast.unparse(node)}")

    def one(self, node: ast.expr) -> str:
        """Something about one case."""
        match node:
            case ast.BoolOp(op=op, values=parts):
                return "(" + (" AND " if isinstance(op, ast.And) else " OR ").join(map(self.one, parts)) + ")"
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return f"NOT {self.one(operand)}"
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARE:
                return f"({self.one(left)} {_COMPARE[type(op)]} {self.one(right)})"
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return str(number)
            case ast.Name(id=word) if word in WORDS:
                return self._word(word)
            case ast.Call(func=ast.Name(id=function), args=[ast.Name(id=name)], keywords=[]):
                return self._function(function, plain(name))
        raise FormulaRefused(f"not understood: {ast.unparse(node)}")

    def _word(self, word: str) -> str:
        start, end = self.period.start, self.period.end
        then = min(end, self.period.known)
        match word:
            case "due":
                return f"(due_{self._clock(self.main)} >= {start} AND due_{self.main} < {end})"
            case "opened":
                return f"(opened >= {start} AND opened < {end})"
            case "closed":
                return f"(ended >= {start} AND ended < {end})"
            case "settled":
                return f"(outcome = 'settled' AND ended <= {self.period.known})"
            case "late":
                return self._late(self.main)
            case "open":
                return f"(opened < {then} AND (ended < 0 OR ended >= {then}))"
            case "age":
                return f"(greatest({min(end, self.period.as_of)} - opened, 0) / {DAY})"
            case _:
                return "rating"

    def _function(self, function: str, name: str) -> str:
        match function:
            case "late":
                return self._late(name)
            case "times":
                if name not in self.made.act_numbers:
                    raise FormulaRefused(f"no act {name}")
                return f"n_{name}"
            case "hours" | "days":
                clock = self._clock(name)
                return f"((nullif(stopped_{clock}, -1) - started_{clock}) / {HOUR if function == 'hours' else DAY})"
        raise FormulaRefused(f"not understood: {function}")

    def _late(self, name: str) -> str:
        clock = self._clock(name)
        running = f"stopped_{clock} < 0 AND due_{clock} >= 0 AND due_{clock} < {self.period.as_of}"
        return f"(late_{clock} OR ({running}))"

    def _clock(self, name: str) -> str:
        if name not in {clock.id for clock in self.made.clocks}:
            raise FormulaRefused(f"no clock {name or '(none)'}")
        return name
