"""The decision for an actor: finds the dataset and the viewpoint, then asks the pure rules."""

from __future__ import annotations

from cityhall.catalog.errors import DatasetUnknown
from cityhall.catalog.queries import Dataset, dataset
from cityhall.identity.queries import can, scopes
from cityhall.kernel.actor import Actor
from cityhall.opening import rules
from cityhall.opening.errors import DatasetHidden, NothingOpen
from cityhall.opening.rules import Decision, Purpose, Viewpoint


def viewpoint_of(actor: Actor, agency_id: str) -> Viewpoint:
    """From where the actor looks at data of this agency: its owner (or the city's operator), another
    agency, the public.
    """
    if can(actor, "opening.see_all", agency_id):
        return "owner"
    return "agency" if scopes(actor, "opening.see_all") else "public"


def decide(actor: Actor, subject: Dataset | str, purpose: Purpose) -> Decision:
    """THE decision: which items of a dataset this actor may see for this purpose, masked or clear, and why
    not the others.

    Errors: `DatasetHidden` when there is no such dataset, or the actor must not know of it.
    """
    found = _find(subject)
    decision = rules.decide(found, viewpoint_of(actor, found.agency_id), purpose)
    if not decision.listed:
        raise DatasetHidden()
    return decision


def dataset_for(actor: Actor, subject: Dataset | str, purpose: Purpose) -> tuple[Dataset, Decision]:
    """A dataset with the decision about it; who has read its entry gives that instead of its id or code.

    Errors: `DatasetHidden`.
    """
    found = _find(subject)
    return found, decide(actor, found, purpose)


def demand(decision: Decision) -> Decision:
    """The decision, if it shows anything at all. Errors: `NothingOpen`."""
    if not decision.allowed:
        raise NothingOpen()
    return decision


def _find(subject: Dataset | str) -> Dataset:
    if isinstance(subject, Dataset):
        return subject
    try:
        return dataset(subject)
    except DatasetUnknown as error:
        raise DatasetHidden() from error
