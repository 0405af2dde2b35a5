"""Signing up and leaving: how a visitor gets an account, changes what others see of it, and how an account ends."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import get_language

from cityhall.identity.errors import LanguageUnknown
from cityhall.identity.events import PersonLeft
from cityhall.identity.models import ApiKey, Person, RoleGrant
from cityhall.identity.naming import counted_as, know_device, limited_as
from cityhall.identity.queries import require
from cityhall.identity.sign_ins import TABLES
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor, system_actor
from cityhall.kernel.events import emit
from cityhall.ledger.actions import action, record

JOINING = system_actor("sign-up")
LONGEST_NAME = 60
_STAGE = "allauth.account.stages.EmailVerificationStage"


@action("identity.join")
def join(actor: Actor, row: Person) -> None:  # noqa: ARG001  (an action names its actor)
    """Keep somebody who signed up; until the address is confirmed the account opens nothing."""
    row.save()
    record(f"person:{row.id}")


@action("identity.change_profile")
def change_profile(actor: Actor, public_name: str, language: str) -> None:
    """Change the name that others see beside what one writes, and the language one is written to in.

    Errors: `RightMissing`, `LanguageUnknown`.
    """
    require(actor, "identity.own_account")
    if language not in dict(settings.LANGUAGES):
        raise LanguageUnknown(language=language[:20])
    name = " ".join("".join(sign for sign in public_name if sign.isprintable()).split())[:LONGEST_NAME]
    Person.objects.filter(id=actor.id).update(first_name=name, language=language)
    record(f"person:{actor.id}", language=language)


@action("identity.become_developer")
def become_developer(actor: Actor) -> None:
    """Take the developer's role for oneself: it gives keys, and no right over anybody's data. Twice is like once."""
    require(actor, "identity.own_account")
    RoleGrant.objects.get_or_create(
        person_id=actor.id, role="developer", agency_id=None, defaults={"granted": clock.now()}
    )
    record(f"person:{actor.id}", role="developer")


@action("identity.delete_person")
def delete_person(actor: Actor, person_id: str) -> None:
    """Delete an account with its keys, second factors, addresses, notices and sign-in records: one's own, or as an operator.

    The ledger keeps what was done under the id. Whoever keeps more hears of it (`PersonLeft`).
    """
    if actor.id != person_id:
        require(actor, "identity.manage")
    row = Person.objects.select_for_update().get(id=person_id)
    keys = tuple(ApiKey.objects.filter(person=row).values_list("id", flat=True))
    for table in TABLES:
        table.objects.filter(username__in=[name for name in (row.username, row.email) if name]).delete()
    row.delete()
    record(f"person:{person_id}", keys=len(keys))
    emit(PersonLeft(person_id, keys))


def attempted_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """As whom somebody tries to sign in (by user name or e-mail): what the lockout counts by."""
    given = credentials or {}
    return counted_as(str(given.get("username") or given.get("email") or request.POST.get("login", "")))


class ConfirmedAddress(EmailVerificationStage):  # type: ignore[misc]
    """Who signed up confirms the address before the first sign-in; who was registered by an operator has nothing to confirm."""

    def handle(self) -> Any:
        """Let those in who never had an address to confirm."""
        known = self.login.user  # none when somebody signs up with the address of an account
        if known is not None and not EmailAddress.objects.filter(user=known).exists():
            return None, True
        return super().handle()


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """The sign-in package's hooks: open or closed by a setting, every account with its ledger entry, names that tell nothing."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  (allauth's signature)
        """The setting CITYHALL_SIGN_UP."""
        return settings.CITYHALL_SIGN_UP == "open"

    def populate_username(self, request: HttpRequest, user: Person) -> None:  # noqa: ARG002  (allauth's signature)
        """A name made of chance: the address is nobody else's business."""
        user.username = user.username or f"citizen-{secrets.token_hex(5)}"

    def save_user(self, request: HttpRequest, user: Person, form: Any, commit: bool = True) -> Person:
        """Fill the row from the form, then keep it by the action."""
        super().save_user(request, user, form, commit=False)
        user.language = "en" if (get_language() or "").startswith("en") else "zh-hans"
        if commit:
            join(JOINING, user)
        return user

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """The limit of failures is an account's, not that of each of its names."""
        return limited_as(request, attempted_name(request, credentials))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """One name is tried once: the form gives an address under both names, and a known one would take twice as long."""
        if credentials.get("email") == credentials.get("username"):
            del credentials["email"]
        found: Person | None = super().authenticate(request, **credentials)
        return found

    def post_login(self, request: HttpRequest, user: Person, **given: Any) -> HttpResponseBase:
        """Where somebody came in, they are known from now on."""
        response: HttpResponseBase = super().post_login(request, user, **given)
        know_device(response, user.username)
        return response

    def get_login_stages(self) -> list[str]:
        """The package's stages, with ours for the address."""
        ours = f"{__name__}.ConfirmedAddress"
        return [ours if stage == _STAGE else stage for stage in super().get_login_stages()]

    def format_email_subject(self, subject: str) -> str:
        """The subject as written."""
        return " ".join(str(subject).split())
