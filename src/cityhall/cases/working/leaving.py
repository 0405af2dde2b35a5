"""People who leave: their cases stay, their names and addresses go."""

from __future__ import annotations

from cityhall.cases.models import Reporter
from cityhall.identity.events import PersonLeft


def forget_reporter(event: PersonLeft) -> None:
    """Whoever reported a case and leaves is known no more: no account, no name, no way to be reached."""
    Reporter.objects.filter(person=event.person_id).update(person="", name="", phone="", email="")
