"""The way to a case that stands in a mail to its reporter: a signed name of the case, good for a season."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing

from cityhall.cases.errors import CaseUnknown

PREFIX = "pass."
GOOD_FOR = timedelta(days=120)
_SALT = "cityhall.cases.pass"
_EARLIER = "cityhall.cases.track"
"""What signed passes before codes were kept under the site's secret. Such a pass carries a digest that is kept no more; as no
code was ever changed, its case is enough."""


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
        told, mark = _read(code.removeprefix(PREFIX))
    except CaseUnknown:
        return False
    return told == number and mark in ("", digest[:16])


def _read(token: str) -> tuple[str, str]:
    """The case, and the beginning of its code's digest, empty in a pass of before."""
    try:
        try:
            number, digest = signing.loads(token, salt=_SALT, max_age=GOOD_FOR)
        except signing.BadSignature:
            (number, _), digest = signing.loads(token, salt=_EARLIER, max_age=GOOD_FOR), ""
    except (signing.BadSignature, ValueError):
        raise CaseUnknown(case="") from None
    return str(number), str(digest)
