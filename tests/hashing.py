"""Passwords of tests are hashed in one turn instead of a million; any server of the platform can verify them all the same."""

from __future__ import annotations

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """The platform's way, without its cost."""

    iterations = 1
