"""Whose data a file is: the agency named, the sender's own, or the only one there is."""

from __future__ import annotations

from cityhall.collection.errors import AgencyUnclear
from cityhall.identity.queries import agencies, agency
from cityhall.kernel.actor import Actor


def owner_of(actor: Actor, named: str = "", *, may_create: bool = True) -> str:
    """The id of the owning agency; raises AgencyUnclear, AgencyUnknown."""
    del may_create
    if named:
        return agency(named).id
    own = {agency_id for role, agency_id in actor.roles if role == "steward" and agency_id}
    if len(own) == 1:
        return own.pop()
    known = agencies()
    if len(known) == 1:
        return known[0].id
    raise AgencyUnclear()
