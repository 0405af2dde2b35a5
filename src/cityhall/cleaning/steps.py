"""The kinds of test a value can be put to, as SQL. Each takes the SQL of a text value and gives a boolean expression.

A new kind is one function here and one line in `KINDS`; elements then use it by name in their YAML.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cityhall.cleaning import duck

Params = Mapping[str, Any]


def length(value: str, params: Params) -> str:
    """Exactly `is` characters, or any of the listed numbers of characters."""
    allowed = params["is"] if isinstance(params["is"], list) else [params["is"]]
    return f"length({value}) IN ({', '.join(str(int(size)) for size in allowed)})"


def pattern(value: str, params: Params) -> str:
    """The whole value matches the regular expression (RE2 syntax)."""
    return f"regexp_full_match({value}, {duck.text(params['pattern'])})"


def not_pattern(value: str, params: Params) -> str:
    """No part of the value matches the regular expression."""
    return f"NOT regexp_matches({value}, {duck.text(params['pattern'])})"


def date_inside(value: str, params: Params) -> str:
    """The eight digits from position `at` are a date of the calendar, not before the year `from`."""
    day = f"try_strptime(substr({value}, {int(params['at'])}, 8), '%Y%m%d')"
    return f"coalesce({day} >= DATE '{int(params.get('from', 1))}-01-01', false)"


def weighted(value: str, params: Params) -> str:
    """Sum of weight x place in the alphabet, modulo `modulus`, equals `remainder` (the check character has a weight too)."""
    return f"{weighted_sum(value, params)} % {int(params['modulus'])} = {int(params.get('remainder', 0))}"


def weighted_sum(value: str, params: Params) -> str:
    """The weighted sum of a value's characters. A place with weight 0 is left out."""
    places = ((place, int(weight)) for place, weight in enumerate(params["weights"], start=1))
    terms = [_term(value, place, weight, params["alphabet"]) for place, weight in places if weight]
    return "(" + " + ".join(terms) + ")"


def _term(value: str, place: int, weight: int, alphabet: str) -> str:
    digit = f"(instr({duck.text(alphabet)}, {value}[{place}]) - 1)"
    return digit if weight == 1 else f"{weight} * {digit}"


def luhn(value: str, params: Params) -> str:
    """The Luhn sum (ISO/IEC 7812-1, annex B) of up to `longest` digits is a multiple of ten; reads from the right."""
    doubled = "024681357 9".replace(" ", "")
    terms = []
    for place in range(1, int(params["longest"]) + 1):
        digit = f"coalesce(try_cast(nullif({value}[-{place}], '') AS INTEGER), 0)"
        terms.append(
            digit
            if place % 2
            else f"coalesce(try_cast(nullif(substr('{doubled}', 1 + {digit}, 1), '') AS INTEGER), 0)"
        )
    return f"({' + '.join(terms)}) % 10 = 0"


def mod97(value: str, params: Params) -> str:
    """ISO 7064 MOD 97-10 as IBAN uses it: first four characters moved to the end, letters as two digits."""
    moved = f"substr({value}, 5) || substr({value}, 1, 4)"
    letters = [(chr(code), str(code - 55)) for code in range(ord("A"), ord("Z") + 1)]
    digits = moved
    for letter, number in letters:
        digits = f"replace({digits}, '{letter}', '{number}')"
    # A number of up to 70 digits does not fit an integer: fold it in pieces of nine digits.
    folded = f"TRY_CAST(substr({digits}, 1, 9) AS BIGINT) % 97"
    for start in range(10, 74, 9):
        piece = f"substr({digits}, {start}, 9)"
        folded = f"(({folded}) * CAST(10 ** length({piece}) AS BIGINT) + coalesce(try_cast(nullif({piece}, '') AS BIGINT), 0)) % 97"
    return f"{folded} = 1"


def between(value: str, params: Params) -> str:
    """The value, read as a number, lies between `low` and `high`, both included."""
    number = f"try_cast({value} AS DOUBLE)"
    return f"coalesce({number} BETWEEN {float(params['low'])} AND {float(params['high'])}, false)"


def one_of(value: str, params: Params) -> str:
    """The value is in the list of codes."""
    return f"{value} IN ({duck.texts(params['codes'])})"


KINDS: dict[str, Callable[[str, Params], str]] = {
    "length": length,
    "pattern": pattern,
    "not_pattern": not_pattern,
    "date_inside": date_inside,
    "weighted": weighted,
    "luhn": luhn,
    "mod97": mod97,
    "between": between,
    "one_of": one_of,
}


def passes(value: str, kind: str, params: Params) -> str:
    """Boolean SQL: whether `value` (SQL of a text) passes a step of this kind."""
    return KINDS[kind](value, params)
