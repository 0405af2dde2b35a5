"""The code that tracks a case: eight signs of chance, told once to its reporter."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import Final

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_SALT: Final = "cityhall.cases.code"


def new_code() -> str:
    """A code that nobody has yet: 31^8 are too many to try out at the door."""
    return "".join(secrets.choice(LETTERS) for _ in range(8))


def code_digest(number: str, code: str, secret: str | None = None) -> str:
    """What is kept of a code: without the site's secret it cannot be tried out on a stolen database either."""
    plain = sha256(f"{number}:{code.strip().lower()}".encode()).hexdigest()
    return salted_hmac(_SALT, plain, secret=secret, algorithm="sha256").hexdigest()


def is_code(number: str, code: str, digest: str) -> bool:
    """Whether the code is the one of which the digest was kept, in constant time, under the site's secret or an earlier one."""
    secrets_of_site = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(constant_time_compare(code_digest(number, code, one), digest) for one in secrets_of_site)
