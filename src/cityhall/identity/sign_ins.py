"""Sign-ins on record: when, from where, with which program, and how long that is kept. The ledger's own entries name no
address, and stay.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from axes.models import AccessAttempt, AccessFailureLog, AccessLog

from cityhall.identity.models import Person
from cityhall.kernel import clock

SIGN_IN_DAYS: Final = int(os.environ.get("CITYHALL_SIGN_IN_DAYS", "180"))
TABLES: Final = (AccessLog, AccessAttempt, AccessFailureLog)
"""The sign-in package's: sign-ins, and failures by name, address and program."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in on record: when, from which address, with which program."""

    at: datetime
    ip_address: str
    program: str


def sign_ins_of(person_id: str, limit: int = 20) -> tuple[SignIn, ...]:
    """The sign-ins kept about a person, newest first."""
    row = Person.objects.get(id=person_id)
    names = [name for name in (row.username, row.email) if name]
    kept = AccessLog.objects.filter(username__in=names).order_by("-attempt_time", "-id")[:limit]
    return tuple(SignIn(one.attempt_time, one.ip_address or "", one.user_agent[:120]) for one in kept)


def kept_since() -> datetime:
    """The moment before which nothing about sign-ins is kept."""
    return clock.now() - timedelta(days=SIGN_IN_DAYS)


def sign_ins_to_forget() -> int:
    """How many records of sign-ins are older than is kept."""
    before = kept_since()
    return sum(table.objects.filter(attempt_time__lt=before).count() for table in TABLES)
