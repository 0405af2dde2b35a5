"""Letters to those without an account. Anybody may name anybody's address on a report: so many a day and no more, and a signed
link in each ends them all."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core import signing

from cityhall.kernel import clock
from cityhall.ledger.actions import bookkeeping
from cityhall.messaging.errors import LetterUnknown
from cityhall.messaging.models import Notice, Stopped

MOST_A_DAY: Final = 10
_DAY: Final = timedelta(days=1)
_SALT: Final = "cityhall.messaging.letters"


def code_of(address: str) -> str:
    """What is kept of an address to know it again; nobody without the site's secret can find the address by it."""
    return _codes(address)[0]


def _codes(address: str) -> list[str]:
    """The code of an address under the site's secret, and those it had under earlier ones."""
    told = f"letters to {address.strip().casefold()}".encode()
    known = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [hmac.new(secret.encode(), told, hashlib.sha256).hexdigest() for secret in known]


def may_reach(address: str) -> bool:
    """Whether the holder of an address may be written to once more today. Codes of days gone by are forgotten."""
    Notice.objects.exclude(reached="").filter(created__lte=clock.now() - _DAY).update(reached="")
    codes = _codes(address)
    if Stopped.objects.filter(reached__in=codes).exists():
        return False
    return Notice.objects.filter(reached__in=codes).count() < MOST_A_DAY


def leave_path(code: str) -> str:
    """The path under which whoever got a letter ends all further ones."""
    return f"/letters/stop/{signing.dumps(code, salt=_SALT)}/"


def letters_stopped(token: str) -> bool:
    """Whether the letters that a link stands for are ended. Errors: `LetterUnknown`."""
    return Stopped.objects.filter(reached=_code(token)).exists()


@bookkeeping
def stop_letters(token: str) -> None:
    """Write no more to the address that a link stands for; what waits for it is given up. Errors: `LetterUnknown`."""
    code = _code(token)
    Stopped.objects.get_or_create(reached=code, defaults={"at": clock.now()})
    Notice.objects.filter(reached=code, next_try__isnull=False).update(next_try=None, address="")


@bookkeeping
def resume_letters(token: str) -> None:
    """Write to the address again. Errors: `LetterUnknown`."""
    Stopped.objects.filter(reached=_code(token)).delete()


def _code(token: str) -> str:
    try:
        return str(signing.loads(token, salt=_SALT))
    except signing.BadSignature:
        raise LetterUnknown() from None
