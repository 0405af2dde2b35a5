"""Keys of machines: made, narrowed, revoked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from cityhall.identity.errors import KeyLifetimeWrong, KeyUnknown, PersonUnknown, RightUnknown
from cityhall.identity.models import ApiKey, Person
from cityhall.identity.queries import require, scopes
from cityhall.identity.rules import all_rights, digest, new_secret
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.ids import new_id
from cityhall.ledger.actions import action, record

LONGEST_KEY_DAYS = 366


@action("identity.create_key")
def create_key(
    actor: Actor,
    name: str,
    days: int = 365,
    *,
    agency_id: str = "",
    person_id: str = "",
    rights: Collection[str] | None = None,
) -> tuple[str, str]:
    """Make an API key with its owner's roles, narrowed to one agency and to some rights if given; answers (key id,
    token). It never gives more than its owner's roles do, now or later.

    The token `<id>.<secret>` is shown this once. `person_id` lets an operator make a key for somebody else.
    Errors: `RightMissing`, `KeyLifetimeWrong`, `RightUnknown`, `PersonUnknown`.
    """
    owner = person_id or actor.id
    if owner != actor.id:
        require(actor, "identity.manage")
    elif not scopes(actor, "identity.own_keys"):
        require(actor, "identity.own_keys", agency_id)
    if not 1 <= days <= LONGEST_KEY_DAYS:
        raise KeyLifetimeWrong(days=days, most=LONGEST_KEY_DAYS)
    if unknown := sorted(set(rights or ()) - all_rights()):
        raise RightUnknown(right=unknown[0][:80])
    person = Person.objects.filter(id=owner).first()
    if person is None:
        raise PersonUnknown(person=owner)
    narrowed = None if rights is None else sorted(set(rights))
    secret = new_secret()
    row = ApiKey.objects.create(
        id=new_id("key"),
        person=person,
        name=name,
        digest=digest(secret),
        agency_id=agency_id or None,
        created=clock.now(),
        expires=clock.now() + timedelta(days=days),
        rights=narrowed,
    )
    told = {} if narrowed is None else {"rights": narrowed}
    record(f"key:{row.id}", person=owner, agency=agency_id, expires=row.expires.isoformat(), **told)
    return row.id, f"{row.id}.{secret}"


@action("identity.revoke_key")
def revoke_key(actor: Actor, key_id: str) -> None:
    """End a key of one's own, or (as an operator) anybody's. Revoking twice changes nothing."""
    row = ApiKey.objects.select_for_update().filter(id=key_id).first()
    if row is None:
        raise KeyUnknown(key=key_id)
    if row.person_id != actor.id:
        require(actor, "identity.manage")
    row.revoked = row.revoked or clock.now()
    row.save(update_fields=["revoked"])
    record(f"key:{key_id}", person=row.person_id)
