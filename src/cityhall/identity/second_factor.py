"""How the sign-in package keeps second factors: encrypted, so that a copy of the database alone opens no
account.
"""

from __future__ import annotations

import base64
from hashlib import sha256

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def _cipher() -> MultiFernet:
    """The site's secret encrypts; earlier ones still decrypt."""
    return MultiFernet([_of(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _of(secret: str) -> Fernet:
    key = sha256(b"cityhall second factor\n" + secret.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


class EncryptingAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Stores TOTP secrets and recovery seeds encrypted with a key derived from the site's secret."""

    def encrypt(self, text: str) -> str:
        """What is stored."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The inverse."""
        return _cipher().decrypt(encrypted_text.encode()).decode()
