"""Safe repairs: changes of form that never change what a value means. They are counted, not reported as faults."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cityhall.cleaning import duck

_FULL = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "　"
_HALF = "".join(chr(code) for code in range(0x21, 0x7F)) + " "
BLANKS = " \t\r\n\u00a0\u3000\u200b\ufeff"


def _trim(value: str) -> str:
    return f"trim({value}, {duck.text(BLANKS)})"


def _half_width(value: str) -> str:
    # translate() builds its map for every row: ask first whether there is anything to do.
    changed = f"translate({value}, {duck.text(_FULL)}, {duck.text(_HALF)})"
    return f"CASE WHEN regexp_matches({value}, '[！-～　]') THEN {changed} ELSE {value} END"


def _without(characters: str, value: str) -> str:
    return f"regexp_replace({value}, {duck.text(characters)}, '', 'g')"


_STEPS: dict[str, Callable[[str], str]] = {
    "half_width": _half_width,
    "trim": _trim,
    "no_spaces": lambda value: _without(r"[\s\x{a0}\x{3000}\x{200b}\x{feff}]", value),
    "no_dashes": lambda value: _without(r"[-‐–—－]", value),
    "no_country_86": lambda value: f"regexp_replace({value}, '^(?:\\+|00)86', '')",
    "upper": lambda value: f"upper({value})",
    "lower": lambda value: f"lower({value})",
}
"""Every safe repair, in the order in which they are made."""


def mended(value: str, repairs: Iterable[str]) -> str:
    """SQL of the value after the named repairs."""
    wanted = set(repairs)
    for name, repair in _STEPS.items():
        if name in wanted:
            value = repair(value)
    return value


def once(value: str, ask: Callable[[str], str]) -> str:
    """SQL of `ask` over a value that is computed once however often it is named; only for rows that get here."""
    return f"list_transform([{value}], lambda _r: {ask('_r')})[1]"
