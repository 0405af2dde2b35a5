"""What the door forgets by itself: sessions that are over, attempts that no longer count, old records of sign-ins."""

from __future__ import annotations

from django.contrib.sessions.models import Session

from cityhall.identity.models import Attempts
from cityhall.identity.queries import require
from cityhall.identity.sign_ins import TABLES, kept_since
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.ledger.actions import action, bookkeeping, record


@bookkeeping
def forget_sessions() -> int:
    """Forget the sessions that are over, and attempts that no longer count; answers how many."""
    now = clock.now()
    over = int(Session.objects.filter(expire_date__lt=now).delete()[0])
    return over + int(Attempts.objects.filter(expires__lt=now).delete()[0])


@action("identity.forget_sign_ins")
def forget_sign_ins(actor: Actor) -> int:
    """Delete the records of sign-ins, and of failed ones, older than CITYHALL_SIGN_IN_DAYS; answers how many."""
    require(actor, "identity.manage")
    before = kept_since()
    gone = sum(int(table.objects.filter(attempt_time__lt=before).delete()[0]) for table in TABLES)
    record("sign-ins", before=before.isoformat(), gone=gone)
    return gone
