"""The way to a case that stands in a mail to its reporter: a signed name of the case, good for a season."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing

from cityhall.cases.errors import CaseUnknown

PREFIX = "pass."
GOOD_FOR = timedelta(days=120)
_SALT = "cityhall.cases.track"


def pass_for(number: str, digest: str) -> str:
    """The pass to a case; it dies with the tracking code whose digest it carries."""
    return signing.dumps([number, digest[:16]], salt=_SALT)


def number_behind(token: str) -> str:
    """The case that a pass leads to; raises CaseUnknown."""
    return _read(token)[0]


def opens(code: str, number: str, digest: str) -> bool:
    """Whether what was given as the case's code is its pass."""
    if not code.startswith(PREFIX):
        return False
    try:
        return _read(code.removeprefix(PREFIX)) == (number, digest[:16])
    except CaseUnknown:
        return False


def _read(token: str) -> tuple[str, str]:
    try:
        number, digest = signing.loads(token, salt=_SALT, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError):
        raise CaseUnknown(case="") from None
    return str(number), str(digest)
