"""The conditions of a declaration: a small language compiled to functions.

`kind == "complaint" and not late(handle)`, `class.major in ["01", "02"]`, `times(rework) < 2`, `given(photo)`,
`granted_items in items` (all of them). A condition knows beforehand which values it needs (`names`), so that the bulk
path can evaluate it once per distinct combination. A comparison with something unknown is false.
"""

from __future__ import annotations

import ast
import keyword
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Values = Mapping[str, Any]
_Evaluate = Callable[[Values], Any]

FUNCTIONS = frozenset({"late", "times", "given"})
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: _in(left, right),
    ast.NotIn: lambda left, right: not _in(left, right),
}


def _in(left: Any, right: Any) -> bool:
    """Whether something is among others; of several things, whether all of them are."""
    return all(one in right for one in left) if isinstance(left, list) else left in right


class GuardRefused(SyntaxError):
    """The text is not a condition of this language."""


@dataclass(frozen=True, slots=True)
class Guard:
    """A compiled condition: its text, the values it needs, and the function of them."""

    text: str
    names: tuple[str, ...]
    holds: Callable[[Values], bool]


# Words of this language that are also Python's; any other of Python's keywords (an act called `return`) is just a name.
_OURS = frozenset({"and", "or", "not", "in", "True", "False"})
SHIELD = "name__"


def shielded(text: str) -> str:
    """The text with names that Python reserves put under a shield."""
    return re.sub(
        r"(?<![\w'\"])[a-z]+(?![\w'\"])",
        lambda found: (
            SHIELD + found[0] if keyword.iskeyword(found[0]) and found[0] not in _OURS else found[0]
        ),
        text,
    )


def plain(name: str) -> str:
    """A name without its shield."""
    return name.removeprefix(SHIELD)


def guard(text: str) -> Guard:
    """Compile a condition; raises GuardRefused saying what is not understood."""
    try:
        tree = ast.parse(shielded(text), mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise GuardRefused(str(error)) from None
    names: dict[str, None] = {}
    evaluate = _compile(tree, names)
    return Guard(text, tuple(names), lambda values: bool(evaluate(values)))


def _compile(node: ast.expr, names: dict[str, None]) -> _Evaluate:
    match node:
        case ast.BoolOp(op=op, values=parts):
            every = [_compile(part, names) for part in parts]
            if isinstance(op, ast.And):
                return lambda values: all(part(values) for part in every)
            return lambda values: any(part(values) for part in every)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _compile(operand, names)
            return lambda values: not inner(values)
        case ast.Compare(left=left, ops=ops, comparators=others):
            return _comparison(left, ops, others, names)
        case ast.Constant(value=value) if isinstance(value, str | int | float | bool):
            return lambda _values: value
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            inside = [_compile(element, names) for element in elements]
            return lambda values: [element(values) for element in inside]
        case _:
            return _name(node, names)


def _comparison(
    left: ast.expr, ops: list[ast.cmpop], others: list[ast.expr], names: dict[str, None]
) -> _Evaluate:
    terms = [_compile(term, names) for term in (left, *others)]
    compare = [_COMPARE.get(type(op)) for op in ops]

    def evaluate(values: Values) -> bool:
        known = [term(values) for term in terms]
        if any(value is None for value in known):
            return False
        try:
            return all(test(known[at], known[at + 1]) for at, test in enumerate(compare) if test)
        except TypeError:
            return False

    if None in compare:
        raise GuardRefused("only ==, !=, <, <=, >, >=, in and not in compare")
    return evaluate


def _name(node: ast.expr, names: dict[str, None]) -> _Evaluate:
    """A field (`kind`), a column of a field's table (`class.major`) or a function (`late(handle)`)."""
    match node:
        case ast.Name(id=name):
            wanted = plain(name)
        case ast.Attribute(value=ast.Name(id=name), attr=column):
            wanted = f"{plain(name)}.{plain(column)}"
        case ast.Call(func=ast.Name(id=function), args=[ast.Name(id=name)], keywords=[]) if (
            function in FUNCTIONS
        ):
            wanted = f"{function}({plain(name)})"
        case _:
            raise GuardRefused(f"not understood: {ast.unparse(node)}")
    names[wanted] = None
    return lambda values: values.get(wanted)
