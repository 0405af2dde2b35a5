"""Check characters of Chinese identifiers as SQL arithmetic on whole numbers (no text is cut, so ten million
take seconds)."""

from __future__ import annotations

from collections.abc import Sequence

IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999, 5
IDENTITY_CHECKS = "10X98765432"
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015, 5.3: no I, O, Z, S, V
USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714-1997


def digit_sum(number: str, weights: Sequence[int]) -> str:
    """SQL: sum of digit x weight over the decimal digits of `number`, the first weight for the highest digit."""
    last = len(weights) - 1
    return (
        "(" + " + ".join(f"({number} // {10 ** (last - i)} % 10) * {w}" for i, w in enumerate(weights)) + ")"
    )


def identity_check(division: str, birth: str, serial: str) -> str:
    """SQL: the check character for division (6 digits), birth (yyyymmdd) and serial (3 digits), all whole numbers."""
    total = " + ".join(
        (
            digit_sum(division, IDENTITY_WEIGHTS[:6]),
            digit_sum(birth, IDENTITY_WEIGHTS[6:14]),
            digit_sum(serial, IDENTITY_WEIGHTS[14:]),
        )
    )
    return f"substr('{IDENTITY_CHECKS}', 1 + ({total}) % 11, 1)"


def organisation_check(serial: str) -> str:
    """SQL: the check character (0-9 or X) of an organisation code 'MA' + 6 digits."""
    letters = 22 * 3 + 10 * 7  # M is 22 and A is 10 in the alphabet of GB 11714
    total = f"({letters} + {digit_sum(serial, ORGANISATION_WEIGHTS[2:])})"
    return f"substr('0X987654321', 1 + {total} % 11, 1)"


def uscc_check(division: str, serial: str, organisation_check_character: str, kind: int = 91) -> str:
    """SQL: the last character of kind (2 digits) + division (6) + 'MA' + serial (6) + check of the
    organisation code."""
    fixed = (
        kind // 10 * USCC_WEIGHTS[0]
        + kind % 10 * USCC_WEIGHTS[1]
        + 21 * USCC_WEIGHTS[8]
        + 10 * USCC_WEIGHTS[9]
    )
    inner = f"(strpos('{USCC_ALPHABET}', {organisation_check_character}) - 1) * {USCC_WEIGHTS[16]}"
    total = " + ".join(
        (str(fixed), digit_sum(division, USCC_WEIGHTS[2:8]), digit_sum(serial, USCC_WEIGHTS[10:16]), inner)
    )
    return f"substr('{USCC_ALPHABET}', 1 + (31 - ({total}) % 31)::INTEGER % 31, 1)"


def luhn_check(body: str, digits: int) -> str:
    """SQL: the Luhn check digit for a whole number of `digits` digits (ISO/IEC 7812-1, annex B)."""
    terms = []
    for place in range(digits):  # place 0 is the lowest digit of the body, which is doubled
        digit = f"({body} // {10**place} % 10)"
        terms.append(f"({digit} * 2 - CASE WHEN {digit} > 4 THEN 9 ELSE 0 END)" if place % 2 == 0 else digit)
    return f"((10 - ({' + '.join(terms)}) % 10) % 10)::VARCHAR"
