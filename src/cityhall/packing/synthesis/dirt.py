"""Errors as a city's tables really have them, each with a name, an effect and the SQL that turns a true value into the wrong one.

Effects, from the view of a cleaner that knows its trade:
  quarantined   the cell cannot be used; the row waits for correction
  repaired      the cell is written in an odd way, and one right reading exists
  duplicate     the row says nothing new
  reported      nothing is wrong with the row, but the report should mention it
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cityhall.packing.synthesis.making import Spot

QUARANTINED, REPAIRED, DUPLICATE, REPORTED = "quarantined", "repaired", "duplicate", "reported"


@dataclass(frozen=True, slots=True)
class Dirt:
    """One kind of error. `sql(value, text, spot)` gives the wrong text from the true value (typed) and its plain text;
    `where(value, text)` tells in which cells it makes a difference."""

    name: str
    effect: str
    sql: Callable[[str, str, Spot], str]
    where: Callable[[str, str], str]


CELL_DIRT: dict[str, Dirt] = {}


def _everywhere(value: str, text: str) -> str:
    return "true"


def _declare(
    name: str, effect: str, sql: Callable[[str, str, Spot], str], where: Callable[[str, str], str] = _everywhere
) -> None:
    CELL_DIRT[name] = Dirt(name, effect, sql, where)


def _next_character(last: str, alphabet: str) -> str:
    """SQL: the character after `last` in the alphabet, round the corner: never the same one."""
    return f"substr('{alphabet}', 1 + strpos('{alphabet}', {last})::INTEGER % {len(alphabet)}, 1)"


def _wrong_check(alphabet: str, length: int) -> Callable[[str, str, Spot], str]:
    def sql(value: str, text: str, spot: Spot) -> str:
        return f"left({text}, {length}) || {_next_character(f'right({text}, 1)', alphabet)}"

    return sql


FULL_WIDTH = "０１２３４５６７８９"

# --- cells that cannot be used ---------------------------------------------------------------------------------------------
_declare("missing", QUARANTINED, lambda v, t, s: "NULL")
_declare("wrong_check_digit", QUARANTINED, _wrong_check("0123456789X", 17))
_declare("wrong_check_character", QUARANTINED, _wrong_check("0123456789ABCDEFGHJKLMNPQRTUWXY", 17))
_declare("wrong_luhn_digit", QUARANTINED, lambda v, t, s: f"left({t}, 18) || {_next_character(f'right({t}, 1)', '0123456789')}")
_declare("too_few_digits", QUARANTINED, lambda v, t, s: f"left({t}, length({t}) - {s.between(1, 3, 'cut')}::INTEGER)")
_declare("impossible_date", QUARANTINED, lambda v, t, s: f"year({v}) || {s.pick(['-02-30', '-13-01', '-04-31', '-00-10', '-06-45'])}")
_declare("impossible_birth_date", QUARANTINED, lambda v, t, s: f"left({t}, 10) || '1332' || right({t}, 4)")
_declare("end_before_start", QUARANTINED, lambda v, t, s: f"({v} - 4000)::VARCHAR")
_declare("unknown_division", QUARANTINED, lambda v, t, s: s.pick(["990101", "333399", "000000", "330399"]))
_declare("out_of_range", QUARANTINED, lambda v, t, s: f"({v} * 10)::VARCHAR")
_declare("negative", QUARANTINED, lambda v, t, s: f"'-' || {t}")
_declare("not_a_number", QUARANTINED, lambda v, t, s: s.pick(["不详", "待补", "N/A", "约若干", "#REF!"]))
_declare("not_in_list", QUARANTINED, lambda v, t, s: s.pick(["未知类别", "99", "其它类", "zz"]))
_declare("broken_reference", QUARANTINED, lambda v, t, s: f"regexp_replace({t}, '[0-9]{{2}}$', '##')")
_declare("not_an_address", QUARANTINED, lambda v, t, s: f"replace(replace({t}, '@', ' at '), '://', ' ')")
_declare("wrong_plate", QUARANTINED, lambda v, t, s: f"replace({t}, '浙C', '浙II')")

# --- cells with one right reading ------------------------------------------------------------------------------------------
_declare("lower_case", REPAIRED, lambda v, t, s: f"lower({t})", lambda v, t: f"{t} <> lower({t})")
_declare("full_width", REPAIRED, lambda v, t, s: f"translate({t}, '0123456789', '{FULL_WIDTH}')")
_declare("surrounding_spaces", REPAIRED, lambda v, t, s: s.pick(["", " ", "\u3000"], "before") + f" || {t} || '  '")
_declare("inner_spaces", REPAIRED, lambda v, t, s: f"left({t}, 3) || ' ' || substr({t}, 4, 4) || ' ' || substr({t}, 8)")
_declare("country_prefix", REPAIRED, lambda v, t, s: f"'+86 ' || {t}")
_declare("date_in_words", REPAIRED, lambda v, t, s: f"year({v}) || '年' || month({v}) || '月' || day({v}) || '日'")
_declare("date_of_the_republic", REPAIRED, lambda v, t, s: f"'民国' || (year({v}) - 1911) || '年' || month({v}) || '月' || day({v}) || '日'")
_declare("date_in_8_digits", REPAIRED, lambda v, t, s: f"(year({v}) * 10000 + month({v}) * 100 + day({v}))::VARCHAR")
_declare("date_with_slashes", REPAIRED, lambda v, t, s: f"year({v}) || '/' || month({v}) || '/' || day({v})")
_declare("date_with_dots", REPAIRED, lambda v, t, s: f"replace({t}, '-', '.')")
_declare("excel_serial", REPAIRED, lambda v, t, s: f"datediff('day', DATE '1899-12-30', {v})::VARCHAR")
_declare("thousands", REPAIRED, lambda v, t, s: f"format('{{:,.2f}}', {v}::DOUBLE)", lambda v, t: f"{v} >= 1000")
_declare("in_wan", REPAIRED, lambda v, t, s: f"rtrim(({v} / 10000)::DECIMAL(18,6)::VARCHAR, '0') || '万元'")
_declare("in_yi", REPAIRED, lambda v, t, s: f"rtrim(({v} / 100000000)::DECIMAL(18,10)::VARCHAR, '0') || '亿元'")
_declare("currency_sign", REPAIRED, lambda v, t, s: f"'¥' || {t}")
_declare("currency_word", REPAIRED, lambda v, t, s: f"{t} || '元'")

# --- cells worth a word ----------------------------------------------------------------------------------------------------
_declare("stale", REPORTED, lambda v, t, s: f"({v} - INTERVAL 6 YEAR)::DATE::VARCHAR")

# Errors of whole rows; the compiler knows them by these names.
ROW_DIRT: dict[str, str] = {
    "duplicate_row": DUPLICATE,
    "repeated_key": QUARANTINED,
    "swapped_coordinates": QUARANTINED,
    "null_island": QUARANTINED,
    "removed": "removed",  # not an error: the row leaves the dataset in a later version
}
