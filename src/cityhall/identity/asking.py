"""The sign-in package's forms where ours differ: neither the answer nor the time it took tells who has an account, and a one-time
code counts once.
"""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ResetPasswordForm, SignupForm
from allauth.mfa import app_settings as second_factors
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
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


class OneTimeCode(BaseAuthenticateForm):  # type: ignore[misc]
    """A one-time code counts once for as long as it is valid: the periods before and after its own too, in which the package
    has forgotten it.
    """

    def clean_code(self) -> str:
        """The code, unless it is wrong or was used."""
        code = str(super().clean_code())
        valid = second_factors.TOTP_PERIOD * (2 * second_factors.TOTP_TOLERANCE + 1)
        used = f"identity.codes.{self.user.pk}.{''.join(code.split())}"
        if self.authenticator.type == Authenticator.Type.TOTP and not cache.add(used, True, valid):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SecondFactorForm(OneTimeCode, AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class SecondFactorAgainForm(OneTimeCode, ReauthenticateForm):  # type: ignore[misc]
    """The same before something that matters is changed."""
