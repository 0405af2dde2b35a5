"""The sign-in package's forms where ours differ: neither the answer nor the time it took tells who has an account."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ResetPasswordForm, SignupForm
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils.translation import get_language

from cityhall.identity.letters import RESET
from cityhall.kernel import jobs


class ResetForm(ResetPasswordForm):  # type: ignore[misc]
    """A link to set a new password is made and sent by a job: here it is only put on the queue, with or without an account."""

    def save(self, request: HttpRequest, **_: Any) -> str:  # noqa: ARG002  (the package's signature)
        """Ask for the letter."""
        found = [str(person.pk) for person in self.users]
        jobs.enqueue(RESET, person_ids=found, language=get_language() or "")
        return str(self.cleaned_data["email"])


class SignUpForm(SignupForm):  # type: ignore[misc]
    """A password is worked through whether the address is new or taken: that is what takes the time."""

    def try_save(self, request: HttpRequest) -> Any:
        """Make the account, or write to whom the address belongs."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)
