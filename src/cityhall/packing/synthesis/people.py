"""Values about people and enterprises, all invented: names from short lists, numbers from the row number."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cityhall.packing.synthesis.check_digits import identity_check, luhn_check, organisation_check, uscc_check
from cityhall.packing.synthesis.draws import literal, padded, word_list
from cityhall.packing.synthesis.making import Make, Spot, kind


@kind("identity_number")
def identity_number(make: Make, spot: Spot) -> str:
    """An 18-character resident identity number (GB 11643-1999) with a right check character.

    `unique` walks through all 220 million numbers by a fixed stride instead of drawing them.
    """
    first, last = make.get("born", (1940, 2005))
    divisions = spot.words[make.get("from", "birth_divisions")]
    limits = (len(divisions), last - first + 1, 12, 28, 999)
    division, year, month, day, serial = _walk(spot, limits) if make.get("unique") else _roll(spot, limits)
    code = spot.once(f"{word_list(divisions)}[1 + {division}]::BIGINT")
    birth = spot.once(f"(({first} + {year}) * 10000 + (1 + {month}) * 100 + 1 + {day})")
    number = spot.once(f"(1 + {serial})")
    check = identity_check(code, birth, number)
    return f"{code}::VARCHAR || {birth}::VARCHAR || {padded(number, 3)} || {check}"


GOLDEN = (math.sqrt(5) - 1) / 2  # a stride of this share of a whole spreads its steps most evenly


def _roll(spot: Spot, limits: Sequence[int]) -> list[str]:
    """SQL: one whole number below each limit, drawn alone."""
    return [spot.below(limit, place) for place, limit in enumerate(limits)]


def _walk(spot: Spot, limits: Sequence[int]) -> list[str]:
    """SQL: the mixed-base digits of row x stride modulo the product of the limits: no two rows alike."""
    product = math.prod(limits)
    stride = next(n for n in range(int(product * GOLDEN), product) if math.gcd(n, product) == 1)
    number, digits, divisor = spot.once(f"({spot.row} * {stride} % {product})"), [], 1
    for limit in limits:
        digits.append(f"({number} // {divisor} % {limit})")
        divisor *= limit
    return digits


@kind("uscc")
def uscc(make: Make, spot: Spot) -> str:
    """An 18-character unified social credit code (GB 32100-2015), both checks right; `unique` counts up."""
    kind_of_body = make.get("type", 91)
    division = spot.once(f"({spot.pick(make.get('from', 'divisions'), 'division')})::BIGINT")
    serial = spot.once(f"({spot.row} % 1000000)" if make.get("unique") else spot.below(1_000_000, "serial"))
    inner = spot.once(organisation_check(serial))
    last = uscc_check(division, serial, inner, kind_of_body)
    return (
        f"{literal(kind_of_body)} || {division}::VARCHAR || 'MA' || {padded(serial, 6)} || {inner} || {last}"
    )


@kind("person_name")
def person_name(_make: Make, spot: Spot) -> str:
    """A Chinese name of two or three characters."""
    middle = f"CASE WHEN {spot.below(4, 'short')} = 0 THEN '' ELSE {spot.pick('given', 'middle')} END"
    return f"{spot.pick('surnames', 'surname')} || {middle} || {spot.pick('given', 'last')}"


@kind("enterprise_name")
def enterprise_name(_make: Make, spot: Spot) -> str:
    """City + two invented characters + trade + legal form."""
    return " || ".join(
        (
            spot.pick("enterprise_places", "place"),
            spot.pick("enterprise_first", "first"),
            spot.pick("enterprise_second", "second"),
            spot.pick("trades", "trade"),
            spot.pick("legal_forms", "form"),
        )
    )


@kind("mobile_phone")
def mobile_phone(_make: Make, spot: Spot) -> str:
    """Eleven digits with a prefix in use."""
    prefix = spot.pick(
        ["138", "139", "135", "136", "137", "150", "158", "186", "188", "189", "177"], "prefix"
    )
    return f"{prefix} || {padded(spot.below(100_000_000, 'number'), 8)}"


@kind("landline")
def landline(make: Make, spot: Spot) -> str:
    """Area code, hyphen, eight digits."""
    return f"'{make.get('area', '0577')}-8' || {padded(spot.below(10_000_000, 'number'), 7)}"


@kind("bank_card")
def bank_card(_make: Make, spot: Spot) -> str:
    """Nineteen digits with a right Luhn check digit, in a range that begins like a debit card of no bank."""
    body = spot.once(f"(620000000000000000 + {spot.below(10_000_000_000, 'number')})")
    return f"{body}::VARCHAR || {luhn_check(body, 18)}"


@kind("email")
def email(_make: Make, spot: Spot) -> str:
    """An address in a domain reserved for examples (RFC 2606)."""
    domain = spot.pick(["@example.com", "@example.org", "@mail.example.cn"])
    return f"'user' || {padded(spot.below(1_000_000, 'number'), 6)} || {domain}"


@kind("plate_number")
def plate_number(_make: Make, spot: Spot) -> str:
    """A plate of the city: the province's character, C, five characters without I and O (GA 36)."""
    letters = list("ABCDEFGHJKLMNPQRSTUVWXYZ")
    return f"'浙C' || {spot.pick(letters, 'letter')} || {padded(spot.below(10_000, 'number'), 4)}"


@kind("sex_of")
def sex_of(make: Make, _spot: Spot) -> str:
    """男 or 女 by the serial inside the identity number of the item named by `of` (odd = male)."""
    return f"CASE WHEN substr(\"{make['of']}\", 17, 1)::INTEGER % 2 = 1 THEN '男' ELSE '女' END"
