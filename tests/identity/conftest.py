"""An operator who signs in, and the codes of an authenticator app."""

from __future__ import annotations

import base64
import hmac
import struct

import pytest
from django.core.cache import cache

from cityhall.identity.actions import register_person
from cityhall.identity.models import Person
from cityhall.kernel.actor import system_actor

PASSWORD = "correct horse 42"
ADDRESS = "ann@example.org"


def totp(secret: str, moment: float) -> str:
    """RFC 6238 with SHA-1, 30 seconds and 6 digits, as authenticator apps do it."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(moment) // 30), "sha1")
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


@pytest.fixture
def fresh_limits(db: None) -> None:
    """No attempt of an earlier test counts."""
    cache.clear()


@pytest.fixture
def ann() -> Person:
    """An operator with a password and an address."""
    held = [("operator", "")]
    return Person.objects.get(
        id=register_person(system_actor("test"), "ann", PASSWORD, held, email=ADDRESS, language="en")
    )
