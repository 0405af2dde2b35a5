"""What happens at the door, told by the sign-in packages and kept in the ledger: sign-ins, failures, sign-outs, second factors,
new passwords and addresses; of what changed the person is written to as well. No name that was typed and no address is written
there: a name may be a password typed into the wrong field.
"""

from __future__ import annotations

from typing import Any

from allauth.account import signals as accounts
from allauth.mfa import signals as second_factors
from axes.signals import user_locked_out
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.cache import cache
from django.db.models import F

from cityhall.identity.letters import tell_of_change
from cityhall.identity.models import Person
from cityhall.identity.naming import account_named
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
        (second_factors.authentication_failed, _factor_failed),
        (accounts.password_changed, _password_changed),
        (accounts.password_reset, _password_changed),
        (accounts.email_changed, _address_changed),
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
    """A second factor was added, removed or renewed by its owner. Sessions from before it, which never passed it, end."""
    Person.objects.filter(id=actor.id).update(renewed=F("renewed") + 1)
    record(f"person:{actor.id}", kind=kind, change=change)


@action("identity.change_account")
def change_account(actor: Actor, what: str) -> None:
    """Somebody changed their password or address, or took a new password by a letter."""
    record(f"person:{actor.id}", what=what)


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
    known = account_named(name)
    _count_failure(known.id if known else "", locked=locked)


def _count_failure(person_id: str, *, locked: bool) -> None:
    counter = f"identity.failures.{person_id}"
    cache.add(counter, 0, _MINUTE)
    if cache.incr(counter) <= (_MOST if person_id else _MOST_OF_STRANGERS):
        fail_sign_in(ANONYMOUS, person_id, locked=locked)


def _factor_failed(user: Any, **_: Any) -> None:
    _count_failure(str(user.pk), locked=False)


def _factor_added(user: Any, authenticator: Any, request: Any, **_: Any) -> None:
    _factor_changed(user, authenticator, "added", request)


def _factor_removed(user: Any, authenticator: Any, request: Any, **_: Any) -> None:
    _factor_changed(user, authenticator, "removed", request)


def _factor_renewed(user: Any, authenticator: Any, request: Any, **_: Any) -> None:
    _factor_changed(user, authenticator, "renewed", request)


def _factor_changed(user: Any, authenticator: Any, change: str, request: Any) -> None:
    change_second_factor(_actor(user), str(authenticator.type), change)
    person = Person.objects.get(pk=user.pk)
    if request is not None and request.user == person:
        update_session_auth_hash(request, person)  # the session in which it was done goes on
    tell_of_change(person, change)


def _password_changed(user: Any, **_: Any) -> None:
    change_account(_actor(user), "password")
    tell_of_change(user, "password")


def _address_changed(user: Any, from_email_address: Any, **_: Any) -> None:
    change_account(_actor(user), "address")
    tell_of_change(user, "address", from_email_address.email if from_email_address else "")
