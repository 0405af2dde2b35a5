"""Whom a name typed at the door means: one account, whichever of its names was typed, and in whichever letters."""

from __future__ import annotations

import unicodedata

from allauth.account.internal.userkit import filter_users_by_email, get_user_by_username
from django.utils.crypto import salted_hmac

from cityhall.identity.models import Person


def account_named(name: str) -> Person | None:
    """The account that somebody means who signs in with this user name or address; None when there is none."""
    if not name or "\0" in name:
        return None
    by_name: Person | None = get_user_by_username(name)
    if by_name is not None:
        return by_name
    found: list[Person] = filter_users_by_email(name, prefer_verified=True, for_login=True)
    return found[0] if found else None


def counted_as(name: str) -> str:
    """Under what attempts with a name are counted: its account, or a code of what was typed (it may have been a password),
    one for all letters that look alike."""
    if known := account_named(name):
        return known.username
    typed = unicodedata.normalize("NFKC", name).casefold()
    return "nobody-" + salted_hmac("cityhall.identity.typed", typed, algorithm="sha256").hexdigest()[:24]
