"""What is sent again, because an answer was lost on the way, is done once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction

from cityhall.cases.models import Sent
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor

Answer = dict[str, Any]


def once(actor: Actor, key: str, work: Callable[[], Answer]) -> Answer:
    """Do `work`, all of it or nothing, unless the actor has sent this key before; answers what it answered (JSON values)
    either way.

    `key` is of the sender's making, the same for every try. Two tries at the same moment are one. What `work` raises is
    raised, and the key stays free.
    """
    try:
        with transaction.atomic():
            known = done_before(actor, key)
            if known is not None:
                return known
            row = Sent.objects.create(person=actor.id, key=key[:64], at=clock.now(), answer={})
            answer = row.answer = work()
            row.save(update_fields=["answer"])
            return answer
    except IntegrityError:
        known = done_before(actor, key)  # the other try was faster
        if known is None:
            raise
        return known


def done_before(actor: Actor, key: str) -> Answer | None:
    """What was answered to this key of the actor's; None for a new one."""
    return Sent.objects.filter(person=actor.id, key=key[:64]).values_list("answer", flat=True).first()
