"""Errors as a city's tables really have them: a name, an effect, and the SQL that makes the wrong text of a
true value.

Effects, from the view of a cleaner that knows its trade:
  quarantined   the cell cannot be used; the row waits for correction
  repaired      the cell is written in an odd way, and one right reading exists
  duplicate     the row says nothing new
  reported      nothing is wrong with the row, but the report should mention it
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cityhall.packing.synthesis.making import Make, Spot

QUARANTINED, REPAIRED, DUPLICATE, REPORTED = "quarantined", "repaired", "duplicate", "reported"
FULL_WIDTH = "０１２３４５６７８９"
CHECKS_31 = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, slots=True)
class Cell:
    """What an error is made from: SQL of the true value and of its plain text, the place of its random
    numbers, and how the true value was made."""

    value: str
    text: str
    spot: Spot
    make: Make


@dataclass(frozen=True, slots=True)
class Dirt:
    """One kind of error; `where` gives SQL for the cells in which it makes a difference."""

    name: str
    effect: str
    sql: Callable[[Cell], str]
    where: Callable[[Cell], str] | None = None


def _next_character(last: str, alphabet: str) -> str:
    """SQL: the character after `last` in the alphabet, round the corner: never the same one."""
    return f"substr('{alphabet}', 1 + strpos('{alphabet}', {last})::INTEGER % {len(alphabet)}, 1)"


def _other_last(alphabet: str) -> Callable[[Cell], str]:
    """The same text with another last character."""
    return lambda c: (
        f"left({c.text}, length({c.text}) - 1) || {_next_character(f'right({c.text}, 1)', alphabet)}"
    )


def _words(*words: str) -> Callable[[Cell], str]:
    """One of these texts instead of the value."""
    return lambda c: c.spot.pick(list(words))


def _far_off(c: Cell) -> str:
    """Ten times the coordinate, or far above the declared highest value."""
    return (
        f"(({c.make['high']} + 1) * 10 + abs({c.value}))::VARCHAR"
        if "high" in c.make
        else f"({c.value} * 10)::VARCHAR"
    )


def _in_unit(divisor: int, decimals: int, unit: str) -> Callable[[Cell], str]:
    """The amount in a bigger unit, without loss: 12345.6 yuan are 1.23456万元."""
    return lambda c: (
        f"rtrim(rtrim(({c.value} / {divisor}.0)::DECIMAL(20,{decimals})::VARCHAR, '0'), '.') || '{unit}'"
    )


def _thousands(c: Cell) -> str:
    """The number with commas between thousands; whole numbers stay whole."""
    if c.make["kind"] == "integer":
        return f"format('{{:,}}', {c.value})"
    return f"format('{{:,.2f}}', {c.value}::DOUBLE)"


def _day(pattern: str) -> Callable[[Cell], str]:
    """A date written by a pattern with {y}, {m}, {d}."""
    return lambda c: pattern.format(y=f"year({c.value})", m=f"month({c.value})", d=f"day({c.value})")


UNUSABLE = (
    Dirt("missing", QUARANTINED, lambda _cell: "NULL"),
    Dirt("wrong_check_digit", QUARANTINED, _other_last("0123456789X")),
    Dirt("wrong_check_character", QUARANTINED, _other_last(CHECKS_31)),
    Dirt("wrong_luhn_digit", QUARANTINED, _other_last("0123456789")),
    Dirt(
        "too_few_digits",
        QUARANTINED,
        lambda c: f"left({c.text}, length({c.text}) - {c.spot.between(1, 3, 'cut')})",
    ),
    # A landline may have seven digits as well as eight, so one digit less would be no error.
    Dirt(
        "cut_short",
        QUARANTINED,
        lambda c: f"left({c.text}, length({c.text}) - {c.spot.between(2, 4, 'cut')})",
    ),
    Dirt(
        "impossible_date",
        QUARANTINED,
        lambda c: f"year({c.value}) || " + c.spot.pick(["-02-30", "-13-01", "-04-31", "-00-10", "-06-45"]),
    ),
    Dirt(
        "impossible_birth_date", QUARANTINED, lambda c: f"left({c.text}, 10) || '1332' || right({c.text}, 4)"
    ),
    Dirt("end_before_start", QUARANTINED, lambda c: f"({c.value} - 4000)::VARCHAR"),
    Dirt("unknown_division", QUARANTINED, _words("990101", "000000", "013301")),
    Dirt(
        "unlisted_division", QUARANTINED, _words("333399", "330399", "330310")
    ),  # only the list of codes tells
    Dirt("out_of_range", QUARANTINED, _far_off),
    Dirt("negative", QUARANTINED, lambda c: f"'-' || (abs({c.value}) + 1)::VARCHAR"),
    Dirt("not_a_number", QUARANTINED, _words("不详", "待补", "N/A", "约若干", "#REF!")),
    Dirt("not_in_list", QUARANTINED, _words("未知类别", "99", "其它类", "zz")),
    Dirt(
        "broken_reference",
        QUARANTINED,
        lambda c: f"left({c.text}, length({c.text}) - 6) || '99' || right({c.text}, 4)",
    ),
    Dirt("not_an_address", QUARANTINED, lambda c: f"replace(replace({c.text}, '@', ' at '), '://', ' ')"),
    Dirt("wrong_plate", QUARANTINED, lambda c: f"replace({c.text}, '浙C', '浙II')"),
    Dirt("wrong_length", QUARANTINED, lambda c: f"left({c.text}, length({c.text}) - 2)"),
)

REPAIRABLE = (
    Dirt("lower_case", REPAIRED, lambda c: f"lower({c.text})", lambda c: f"{c.text} <> lower({c.text})"),
    Dirt("full_width", REPAIRED, lambda c: f"translate({c.text}, '0123456789', '{FULL_WIDTH}')"),
    Dirt(
        "surrounding_spaces",
        REPAIRED,
        lambda c: f"{c.spot.pick(['', ' ', '　'], 'before')} || {c.text} || '  '",
    ),
    Dirt(
        "inner_spaces",
        REPAIRED,
        lambda c: f"left({c.text}, 3) || ' ' || substr({c.text}, 4, 4) || ' ' || substr({c.text}, 8)",
    ),
    Dirt("country_prefix", REPAIRED, lambda c: f"'+86 ' || {c.text}"),
    Dirt("date_in_words", REPAIRED, _day("{y} || '年' || {m} || '月' || {d} || '日'")),
    Dirt(
        "date_of_the_republic", REPAIRED, _day("'民国' || ({y} - 1911) || '年' || {m} || '月' || {d} || '日'")
    ),
    Dirt("date_in_8_digits", REPAIRED, _day("({y} * 10000 + {m} * 100 + {d})::VARCHAR")),
    Dirt("date_with_slashes", REPAIRED, _day("{y} || '/' || {m} || '/' || {d}")),
    Dirt("date_with_dots", REPAIRED, _day("{y} || '.' || {m} || '.' || {d}")),
    Dirt("excel_serial", REPAIRED, lambda c: f"datediff('day', DATE '1899-12-30', {c.value})::VARCHAR"),
    Dirt(
        "thousands",
        REPAIRED,
        _thousands,
        lambda c: f"{c.value} >= 1000",
    ),
    Dirt("in_wan", REPAIRED, _in_unit(10_000, 6, "万元")),
    Dirt("in_yi", REPAIRED, _in_unit(100_000_000, 10, "亿元"), lambda c: f"{c.value} >= 1000000"),
    Dirt("currency_sign", REPAIRED, lambda c: f"'¥' || {c.text}"),
    Dirt("currency_word", REPAIRED, lambda c: f"{c.text} || '元'"),
)

REMARKABLE = (Dirt("stale", REPORTED, lambda c: f"({c.value} - INTERVAL 8 YEAR)::DATE::VARCHAR"),)

CELL_DIRT = {dirt.name: dirt for dirt in UNUSABLE + REPAIRABLE + REMARKABLE}

# Errors of whole rows; the compiler knows them by these names.
# `removed` is no error: the row leaves in a later version.
ROW_DIRT = {
    "duplicate_row": DUPLICATE,
    "repeated_key": QUARANTINED,
    "swapped_coordinates": QUARANTINED,
    "null_island": QUARANTINED,
    "removed": "sound",
}


def effect_of(item: str, error: str) -> str:
    """What a cleaner should do about this error of an item ('' = of a whole row)."""
    return CELL_DIRT[error].effect if item else ROW_DIRT[error]
