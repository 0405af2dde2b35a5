"""Reading a cell as a number: plain, grouped in thousands, with currency signs, 万 and 亿, percent, parentheses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cityhall.cleaning import duck, mending
from cityhall.cleaning.readings.form import Reading

_CURRENCY = r"(?:¥|￥|\$|€|£|₩|NT\$|US\$|HK\$|RMB|CNY|USD|EUR|人民币)"
_GROUPED = r"(?:\d{1,3}(?:,\d{3})+|0|[1-9]\d*)"
_UNIT = r"(?:万亿|亿|千万|百万|万|千)?(?:元|圆|円|人民币|块)?"

FORMATS: dict[str, str] = {
    "plain": r"-?(?:0|[1-9]\d*)(?:\.\d+)?",
    "grouped": rf"[-+]?{_GROUPED}(?:\.\d*)?|[-+]?\.\d+",
    "money": rf"\(?[-+]?{_CURRENCY}? ?[-+]?{_GROUPED}(?:\.\d+)? ?{_UNIT}\)?",
    "percent": rf"[-+]?{_GROUPED}(?:\.\d+)? ?[%％]",
    "comma": r"-?(?:\d{1,3}(?:\.\d{3})+|0|[1-9]\d*),\d+|-?(?:\d{1,3}(?:\.\d{3})+|0|[1-9]\d*)",
    "exponent": r"[-+]?\d+(?:\.\d+)?[eE][-+]?\d{1,3}",
}
"""How a number may be written (RE2, the whole cell). `comma` is the decimal comma of continental Europe."""

_FACTORS = (("万亿", 10**12), ("千万", 10**7), ("百万", 10**6), ("亿", 10**8), ("万", 10**4), ("千", 10**3))
_SAFE = ("plain", "grouped", "money", "percent")
_REPAIRS = ("trim", "half_width")


def sql_type(kind: str, params: Mapping[str, Any]) -> str:
    """BIGINT for integers, DECIMAL when the number of places is known, else DOUBLE."""
    if kind == "integer":
        return "BIGINT"
    scale = params.get("scale")
    return "DOUBLE" if scale is None or scale > 12 else f"DECIMAL({18 if scale <= 6 else 38},{scale})"


def reading(kind: str, params: Mapping[str, Any], cell: str) -> Reading:
    """A number in the declared `format`; other unmistakable forms are repaired. Empty words (`empty`)
    count as empty."""
    target = sql_type(kind, params)
    if kind == "integer":
        params = {**params, "scale": 0}
    declared = params.get("format", "plain")
    repaired = mending.mended(cell, _REPAIRS)
    accepted = (
        (declared, *(name for name in _SAFE if name != declared)) if declared != "comma" else ("comma",)
    )
    plain = f"TRY_CAST({cell} AS {target})"
    parsed = mending.once(repaired, lambda text: _parsed(text, target, declared))
    own = plain if declared == "plain" else _parsed(cell, target, declared)
    valid = f"({_matches(cell, (declared,), params)} AND {own}{_within(params)})"
    if declared in ("grouped", "money"):  # most cells are plain digits, which is cheaper to see and to read
        own = f"coalesce({plain}, {own})"
        quick = f"{_matches(cell, ('plain',), params)} AND {plain}{_within(params)}"
        valid = f"CASE WHEN {quick} THEN true ELSE {valid} END"
    return Reading(
        cell=cell,
        valid=valid,
        mended=mending.once(
            repaired,
            lambda text: (
                f"({_matches(text, accepted, params)} AND {_parsed(text, target, declared)}{_within(params)})"
            ),
        ),
        value=f"CASE WHEN {_matches(cell, ('plain',), params)} THEN {plain} ELSE {parsed} END",
        plain_value=own,
        faults=(
            (
                "too_precise",
                f"{_matches(repaired, accepted, {})} AND NOT {_matches(repaired, accepted, params)}",
            ),
            ("out_of_range", _matches(repaired, accepted, params)),
            ("not_a_number", "true"),
        ),
        repaired=repaired,
        sql_type=target,
    )


def _within(params: Mapping[str, Any]) -> str:
    low, high = params.get("low"), params.get("high")
    return " IS NOT NULL" if low is None or high is None else f" BETWEEN {float(low)} AND {float(high)}"


def _matches(value: str, formats: tuple[str, ...], params: Mapping[str, Any]) -> str:
    pattern = "|".join(FORMATS[name] for name in formats)
    scale = params.get("scale")
    test = f"regexp_full_match({value}, {duck.text(pattern)})"
    if scale is None or formats == ("comma",):
        return test
    if formats == ("plain",):
        places = rf"(?:\.\d{{1,{scale}}})?" if scale else ""
        return f"regexp_full_match({value}, '-?(?:0|[1-9]\\d*){places}')"
    # Places are counted where no unit follows: 1.23456万 is an amount without decimals.
    return f"({test} AND NOT regexp_matches({value}, '\\.\\d{{{scale + 1}}}[^万亿千百%％]*$'))"


def _parsed(value: str, target: str, declared: str) -> str:
    """The number in a cell that matches one of the formats."""
    if declared == "exponent":
        return f"TRY_CAST({value} AS {target})"
    digits = f"replace(replace({value}, '.', ''), ',', '.')" if declared == "comma" else value
    sign = f"CASE WHEN regexp_matches({value}, '[-(]') THEN '-' ELSE '' END"
    bare = f"{sign} || regexp_replace({digits}, '[^0-9.]', '', 'g')"
    factors = " ".join(f"WHEN contains({value}, '{word}') THEN {factor}" for word, factor in _FACTORS)
    factor = f"CASE {factors} ELSE 0.01 END"
    scaled = f"TRY_CAST(round(TRY_CAST({bare} AS DOUBLE) * {factor}, 9) AS {target})"
    return f"CASE WHEN regexp_matches({value}, '[万亿千百%％]') THEN {scaled} ELSE TRY_CAST({bare} AS {target}) END"
