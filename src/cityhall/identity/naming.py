"""Whom a name typed at the door means: one account, whichever of its names was typed, and in whichever letters."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import timedelta
from typing import Final

from allauth.account.internal.userkit import filter_users_by_email, get_user_by_username
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

from cityhall.identity.models import Person

_COOKIE: Final = "known_device"
_KNOWN_FOR: Final = timedelta(days=90)


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


def limited_as(request: HttpRequest, counted: str) -> str:
    """Whose limit of failures is used up: that of an account, or of a device on which its owner was before. So nobody keeps an
    owner out by guessing from elsewhere, and a stolen cookie gives no more than another few guesses."""
    device = request.get_signed_cookie(_COOKIE, default="", salt=_salt(counted), max_age=_KNOWN_FOR)
    return f"account:{counted}:{device}"


def know_device(response: HttpResponseBase, username: str) -> None:
    """Remember that the owner of an account was on this device. The cookie names nobody."""
    response.set_signed_cookie(
        _COOKIE,
        secrets.token_hex(8),
        salt=_salt(username),
        max_age=_KNOWN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _salt(counted: str) -> str:
    return f"cityhall.identity.device.{counted}"
