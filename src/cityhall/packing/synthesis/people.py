"""Values about people and enterprises. All are invented: names from short character lists, numbers from the row number."""

from __future__ import annotations

from cityhall.packing.synthesis.check_digits import identity_check, luhn_check, organisation_check, uscc_check
from cityhall.packing.synthesis.draws import padded
from cityhall.packing.synthesis.making import Make, Spot, kind


def division_number(make: Make, spot: Spot, words: str = "divisions") -> str:
    """SQL: one of the city's division codes, as a whole number."""
    return f"({spot.pick(make.get('from', words), 'division')})::BIGINT"


@kind("identity_number")
def identity_number(make: Make, spot: Spot) -> str:
    """An 18-character resident identity number (GB 11643-1999) with a right check character."""
    division = division_number(make, spot, "birth_divisions")
    first, last = make.get("born", (1940, 2005))
    birth = (
        f"({spot.between(first, last, 'year')} * 10000 + {spot.between(1, 12, 'month')} * 100"
        f" + {spot.between(1, 28, 'day')})"
    )
    serial = spot.between(1, 999, "serial")
    return f"{division}::VARCHAR || {birth}::VARCHAR || {padded(serial, 3)} || {identity_check(division, birth, serial)}"


@kind("uscc")
def uscc(make: Make, spot: Spot) -> str:
    """An 18-character unified social credit code (GB 32100-2015) with both check characters right; `unique` counts up."""
    division = division_number(make, spot)
    serial = f"({spot.row} % 1000000)" if make.get("unique") else spot.below(1_000_000, "serial")
    inner = organisation_check(serial)
    last = uscc_check(division, serial, inner, make.get("type", 91))
    return f"'{make.get('type', 91)}' || {division}::VARCHAR || 'MA' || {padded(serial, 6)} || {inner} || {last}"


@kind("person_name")
def person_name(make: Make, spot: Spot) -> str:
    """A Chinese name of two or three characters."""
    middle = f"CASE WHEN {spot.below(4, 'short')} = 0 THEN '' ELSE {spot.pick('given', 'middle')} END"
    return f"{spot.pick('surnames', 'surname')} || {middle} || {spot.pick('given', 'last')}"


@kind("enterprise_name")
def enterprise_name(make: Make, spot: Spot) -> str:
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
def mobile_phone(make: Make, spot: Spot) -> str:
    """Eleven digits with a prefix in use."""
    prefix = spot.pick(["138", "139", "135", "136", "137", "150", "158", "159", "186", "188", "189", "177"], "prefix")
    return f"{prefix} || {padded(spot.below(100_000_000, 'number'), 8)}"


@kind("landline")
def landline(make: Make, spot: Spot) -> str:
    """Area code, hyphen, eight digits."""
    return f"'{make.get('area', '0577')}-8' || {padded(spot.below(10_000_000, 'number'), 7)}"


@kind("bank_card")
def bank_card(make: Make, spot: Spot) -> str:
    """Nineteen digits with a right Luhn check digit, in a range that begins like a debit card of no bank."""
    body = f"(620000000000000000 + {spot.below(10_000_000_000, 'number')})"
    return f"{body}::VARCHAR || {luhn_check(body, 18)}"


@kind("email")
def email(make: Make, spot: Spot) -> str:
    """An address in a domain reserved for examples (RFC 2606)."""
    return f"'user' || {padded(spot.below(1_000_000, 'number'), 6)} || {spot.pick(['@example.com', '@example.org', '@mail.example.cn'])}"


@kind("plate_number")
def plate_number(make: Make, spot: Spot) -> str:
    """A plate of the city: the province's character, C, five characters without I and O (GA 36)."""
    letters = list("ABCDEFGHJKLMNPQRSTUVWXYZ")
    return f"'浙C' || {spot.pick(letters, 'letter')} || {padded(spot.below(10_000, 'number'), 4)}"
