"""What happens at the door, told by the sign-in packages and kept in the ledger: sign-ins, failures, sign-outs, second
factors. No name that was typed and no address is written: a name may be a password typed into the wrong field.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa import signals as second_factors
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.cache import cache

from cityhall.identity.models import Person
from cityhall.kernel.actor import ANONYMOUS, Actor
from cityhall.ledger.actions import action, bookkeeping, record

# Entries a minute about one person's failures, and about all names that nobody has: or anybody could fill the ledger.
_MOST, _MOST_OF_STRANGERS, _MINUTE = 10, 1, 60


@bookkeeping
def watch_sign_ins() -> None:
    """Listen to the sign-in packages; twice is like once."""
    for signal, listener in (
        (user_logged_in, _signed_in),
        (user_logged_out, _signed_out),
        (user_login_failed, _failed),
        (user_locked_out, _locked_out),
        (second_factors.authenticator_added, _factor_added),
        (second_factors.authenticator_removed, _factor_removed),
        (second_factors.authenticator_reset, _factor_renewed),
    ):
        signal.connect(listener, dispatch_uid=f"cityhall.{listener.__name__}")


@action("identity.sign_in")
def sign_in(actor: Actor) -> None:
    """Somebody came in."""
    record(f"person:{actor.id}")


@action("identity.sign_out")
def sign_out(actor: Actor) -> None:
    """Somebody left."""
    record(f"person:{actor.id}")


@action("identity.fail_sign_in")
def fail_sign_in(actor: Actor, person_id: str, *, locked: bool = False) -> None:  # noqa: ARG001  (an action names its actor)
    """Somebody tried to come in, as this person or (empty id) under a name that nobody has."""
    record(f"person:{person_id}" if person_id else "sign-in:unknown", locked=locked)


@action("identity.change_second_factor")
def change_second_factor(actor: Actor, kind: str, change: str) -> None:
    """A second factor was added, removed or renewed by its owner."""
    record(f"person:{actor.id}", kind=kind, change=change)


def _actor(user: Any) -> Actor:
    return Actor(id=str(user.pk), name=user.get_username(), kind="person")


def _signed_in(user: Any, **_: Any) -> None:
    sign_in(_actor(user))


def _signed_out(user: Any, **_: Any) -> None:
    if user is not None and user.is_authenticated:
        sign_out(_actor(user))


def _failed(credentials: dict[str, Any], **_: Any) -> None:
    _note_failure(credentials.get("username") or credentials.get("email") or "", locked=False)


def _locked_out(username: str | None = None, **_: Any) -> None:
    _note_failure(username or "", locked=True)


def _note_failure(name: str, *, locked: bool) -> None:
    known = Person.objects.filter(username=name).values_list("id", flat=True).first() if name else None
    counter = f"identity.failures.{known or ''}"
    cache.add(counter, 0, _MINUTE)
    if cache.incr(counter) <= (_MOST if known else _MOST_OF_STRANGERS):
        fail_sign_in(ANONYMOUS, known or "", locked=locked)


def _factor_added(user: Any, authenticator: Any, **_: Any) -> None:
    change_second_factor(_actor(user), str(authenticator.type), "added")


def _factor_removed(user: Any, authenticator: Any, **_: Any) -> None:
    change_second_factor(_actor(user), str(authenticator.type), "removed")


def _factor_renewed(user: Any, authenticator: Any, **_: Any) -> None:
    change_second_factor(_actor(user), str(authenticator.type), "renewed")
