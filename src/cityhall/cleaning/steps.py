"""The kinds of test a value can be put to, as SQL. Each takes the SQL of a text value and gives a boolean expression.

A new kind is one function here and one line in `KINDS`; elements then use it by name in their YAML. Sums over the
digits of a value have a second form in `BRIEF`: a tenth of the SQL to plan, slower for each row, for few rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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


def no_outer_blanks(value: str, params: Params) -> str:
    """At least `least` characters, and no blank before or after them."""
    ends = [f"NOT {side}({value}, {blank})" for blank in _BLANKS for side in ("starts_with", "ends_with")]
    return " AND ".join([f"length({value}) >= {int(params.get('least', 1))}", *ends])


_BLANKS = ("' '", "'\u3000'", "chr(9)", "chr(10)", "chr(13)", "chr(160)")


def date_inside(value: str, params: Params) -> str:
    """The eight digits from position `at` are a date of the calendar, not before the year `from`."""
    day = f"try_strptime(substr({value}, {int(params['at'])}, 8), '%Y%m%d')"
    return f"coalesce({day} >= DATE '{int(params.get('from', 1))}-01-01', false)"


def weighted(value: str, params: Params) -> str:
    """Sum of weight x place in the alphabet, modulo `modulus`, is `remainder` (the check character has a
    weight too)."""
    return f"{weighted_sum(value, params)} % {int(params['modulus'])} = {int(params.get('remainder', 0))}"


def weighted_sum(value: str, params: Params) -> str:
    """The weighted sum of a value's characters; a place with weight 0 is left out."""
    weights = [int(weight) for weight in params["weights"]]
    terms = (
        _terms_of_number(value, params, weights) if _all_digits(params) else _terms(value, params, weights)
    )
    return "(" + " + ".join(terms) + ")"


def shared(value: str, kind: str, params: Params) -> tuple[str, ...]:
    """Parts of a test's SQL that occur many times in it, worth computing once for each row."""
    if kind != "weighted":
        return ()
    if _all_digits(params):
        return (_number(value, params),)
    pieces = range(-(-len(params["weights"]) // _PIECE))
    return (_places(params["alphabet"]), *(_piece(value, params, piece) for piece in pieces))


_LONGEST_INTEGER = 17
_HEAVIEST = 10
"""Up to here the weighted sum of a number's digits fits an integer of 64 bits on its way."""
_PIECE = 8
"""Characters whose bytes fit one integer."""


def _all_digits(params: Params) -> bool:
    """Whether all places but the last hold digits, few enough to be read as one number."""
    weights = params["weights"]
    return (
        params["alphabet"] in ("0123456789", "0123456789X")
        and len(weights) - 1 <= _LONGEST_INTEGER
        and all(0 < int(weight) <= _HEAVIEST for weight in weights)
    )


def _number(value: str, params: Params) -> str:
    """All characters but the last as a number; 0 if they are none."""
    size = len(params["weights"]) - 1
    return f"coalesce(TRY_CAST(substr({value}, 1, {size}) AS BIGINT) % {10**size}, 0)"


def _terms_of_number(value: str, params: Params, weights: list[int]) -> Iterator[str]:
    """A digit is what a quotient has more than ten times the next one, so one division serves two digits."""
    number, behind = _number(value, params), 0
    for place, weight in enumerate(reversed(weights[:-1])):
        yield f"{weight - 10 * behind} * ({number} // {10**place})"
        behind = weight
    yield f"{weights[-1]} * (instr({duck.text(params['alphabet'])}, {value}[{len(weights)}]) - 1)"


def _terms(value: str, params: Params, weights: list[int]) -> Iterator[str]:
    return (
        f"{weight} * {_digit_of_bytes(value, params, place)}"
        for place, weight in enumerate(weights)
        if weight
    )


def _piece(value: str, params: Params, piece: int) -> str:
    """The bytes of up to eight characters as one number, from which each is taken by shifting; 0 if not ASCII."""
    size = _piece_size(params, piece)
    return f"coalesce(TRY_CAST(TRY_CAST(encode(substr({value}, {piece * _PIECE + 1}, {size})) AS BIT) AS BIGINT), 0)"


def _piece_size(params: Params, piece: int) -> int:
    return min(_PIECE, len(params["weights"]) - piece * _PIECE)


def _digit_of_bytes(value: str, params: Params, place: int) -> str:
    piece, within = divmod(place, _PIECE)
    behind = 8 * (_piece_size(params, piece) - 1 - within)
    return f"{_places(params['alphabet'])}[(({_piece(value, params, piece)} >> {behind}) & 255) - 44]"


def _places(alphabet: str) -> str:
    """A list that gives a character's place in the alphabet, from the character '-' (byte 45) on; 0 for strangers."""
    return str([max(0, alphabet.find(chr(byte))) for byte in range(ord("-"), ord("Z") + 1)])


def weighted_briefly(value: str, params: Params) -> str:
    """The same test as `weighted`."""
    return f"{weighted_sum_briefly(value, params)} % {int(params['modulus'])} = {int(params.get('remainder', 0))}"


def weighted_sum_briefly(value: str, params: Params) -> str:
    """The same sum as `weighted_sum`."""
    place = f"instr({duck.text(params['alphabet'])}, {value}[_i]) - 1"
    weights = [int(weight) for weight in params["weights"]]
    return f"CAST(list_sum(list_transform({weights}, lambda _w, _i: _w * ({place}))) AS BIGINT)"


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


def luhn_briefly(value: str, params: Params) -> str:
    """The same test as `luhn`."""
    digit = f"greatest(instr('0123456789', {value}[-_i]) - 1, 0)"
    term = f"CASE WHEN _i % 2 = 1 THEN {digit} ELSE [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][{digit} + 1] END"
    places = f"range(1, least(length({value}), {int(params['longest'])}) + 1)"
    return f"list_sum(list_transform({places}, lambda _i: {term})) % 10 = 0"


def mod97(value: str, params: Params) -> str:  # noqa: ARG001 - every kind takes both
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
        shifted = f"({folded}) * CAST(10 ** length({piece}) AS BIGINT)"
        folded = f"({shifted} + coalesce(try_cast(nullif({piece}, '') AS BIGINT), 0)) % 97"
    return f"{folded} = 1"


def mod97_briefly(value: str, params: Params) -> str:  # noqa: ARG001 - every kind takes both
    """The same test as `mod97`."""
    moved = f"(substr({value}, 5) || substr({value}, 1, 4))"
    number = f"instr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', {moved}[_i]) - 1"
    numbers = f"list_transform(range(1, length({value}) + 1), lambda _i: {number})"
    return f"list_reduce({numbers}, lambda _a, _b: (_a * CASE WHEN _b > 9 THEN 100 ELSE 10 END + _b) % 97, 0) = 1"


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
    "no_outer_blanks": no_outer_blanks,
    "date_inside": date_inside,
    "weighted": weighted,
    "luhn": luhn,
    "mod97": mod97,
    "between": between,
    "one_of": one_of,
}


BRIEF: dict[str, Callable[[str, Params], str]] = {
    "weighted": weighted_briefly,
    "luhn": luhn_briefly,
    "mod97": mod97_briefly,
}


def passes(value: str, kind: str, params: Params, *, briefly: bool = False) -> str:
    """Boolean SQL: whether `value` (SQL of a text) passes a step of this kind; `briefly` where few rows are asked."""
    test = BRIEF.get(kind, KINDS[kind]) if briefly else KINDS[kind]
    return test(value, params)
