"""Leaving: an account is deleted, and what its owner wrote loses its name or its words."""

from __future__ import annotations

from cityhall.cases.actions import act
from cityhall.identity.actions import delete_person
from cityhall.identity.events import PersonLeft
from cityhall.identity.queries import person
from cityhall.kernel.actor import Actor
from cityhall.ledger.actions import action, record
from cityhall.opening import models
from cityhall.opening.talking.errors import AccountHoldsOffice
from cityhall.opening.talking.speaking import speaker

# Roles that somebody may simply leave; any other is an office.
PRIVATE_ROLES = frozenset({"citizen", "developer"})


@action("opening.leave")
def leave(actor: Actor) -> None:
    """Delete one's own account. Public comments stay without a name; what was not public is erased; open requests are
    withdrawn, and the files of requests stay with the agency without a name or an address.

    The ledger keeps the entries of what was done, under an id that then belongs to nobody.
    Errors: `AccountNeeded`, `AccountHoldsOffice`.
    """
    person_id = speaker(actor).id
    if {role for role, _ in person(person_id).roles} - PRIVATE_ROLES:
        raise AccountHoldsOffice()
    for request in models.Request.objects.filter(state="filed", person_id=person_id).order_by("number"):
        act(actor, request.number, "withdraw")
    record(f"person:{person_id}")
    delete_person(actor, person_id)


def forget_speaker(event: PersonLeft) -> None:
    """Whoever leaves, or is deleted by an operator, takes along what only they saw; what is public loses the name."""
    own = {"person_id": event.person_id}
    models.Favourite.objects.filter(**own).delete()
    models.CommentReport.objects.filter(**own).delete()
    models.Comment.objects.filter(**own).exclude(state="shown").update(state="withdrawn", body="", why="")
    models.Reuse.objects.filter(**own).exclude(state="shown").delete()
    models.Comment.objects.filter(**own).update(person_id="", author="")
    models.Reuse.objects.filter(**own).update(person_id="", author="")
