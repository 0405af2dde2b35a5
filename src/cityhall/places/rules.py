"""Pure rules of division codes: GB/T 2260 (province, city, county) and the 3 + 3 digits of town and village."""

from __future__ import annotations

from collections.abc import Container

PROVINCE, CITY, COUNTY, TOWN, VILLAGE = LEVELS = ("province", "city", "county", "town", "village")


def normalised(text: str) -> str:
    """A code as we keep it: 6 digits down to the county, 9 for a town, 12 for a village; empty when it is not one.

    Shorter and padded forms are understood: `33`, `3303`, `330302000000`, `330302006000`.
    """
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in {2, 4, 6, 9, 12}:
        return ""
    if len(digits) < 6:
        return digits.ljust(6, "0")
    for padding in ("000000", "000"):
        if len(digits) > 6 and digits.endswith(padding[: len(digits) - 6]):
            return digits[: -len(padding[: len(digits) - 6])]
    return digits


def level_of(code: str) -> str:
    """The level that a normalised code says by its form."""
    if len(code) == 12:
        return VILLAGE
    if len(code) == 9:
        return TOWN
    if code.endswith("0000"):
        return PROVINCE
    return CITY if code.endswith("00") else COUNTY


def parent_of(code: str, known: Container[str]) -> str:
    """The code above: the nearest one by prefix that is known (counties may stand directly under a province)."""
    above = {
        VILLAGE: (code[:9], code[:6], code[:4] + "00"),
        TOWN: (code[:6], code[:4] + "00", code[:2] + "0000"),
        COUNTY: (code[:4] + "00", code[:2] + "0000"),
        CITY: (code[:2] + "0000",),
        PROVINCE: (),
    }[level_of(code)]
    return next((candidate for candidate in above if candidate in known), above[-1] if above else "")


def period_id(code: str, valid_from: str) -> str:
    """The key of a period: a code may have had several names one after the other."""
    return f"{code}@{valid_from}" if valid_from else code
