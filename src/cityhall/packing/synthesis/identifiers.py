"""Check characters in plain Python, for the few identifiers that are written once."""

from __future__ import annotations

from cityhall.packing.synthesis.check_digits import ORGANISATION_WEIGHTS, USCC_ALPHABET, USCC_WEIGHTS


def uscc_of(kind: str, division: str, body: str) -> str:
    """A unified social credit code: kind (2) + division (6) + body (8) + its check (GB 11714) + check (GB 32100)."""
    numbers = [int(character, 36) for character in body]
    inner = "0X987654321"[sum(n * w for n, w in zip(numbers, ORGANISATION_WEIGHTS, strict=True)) % 11]
    front = f"{kind}{division}{body}{inner}"
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(front, USCC_WEIGHTS, strict=True))
    return front + USCC_ALPHABET[-total % 31]
