"""Letters about an account, written by jobs: the link to a new password, and word of every change that a thief would make."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation

from cityhall.identity.models import Person
from cityhall.kernel import jobs
from cityhall.kernel.text import Text

RESET: Final = "identity.write_reset"
CHANGED: Final = "identity.write_change"
CHANGES: Final = {
    "password": Text(en="The password of your account was changed", zh="您账号的密码已更改"),
    "address": Text(en="The e-mail address of your account was changed", zh="您账号的邮箱已更换"),
    "added": Text(en="A second factor was added to your account", zh="您的账号已启用双重验证"),
    "removed": Text(en="A second factor was removed from your account", zh="您的账号已停用双重验证"),
    "renewed": Text(en="New recovery codes were made for your account", zh="您的账号已生成新的恢复码"),
}
_BODY: Final = Text(
    en="{what}.\n\nIf it was not you, set a new password at once: {address}{reset}\nand tell the operator of the site.",
    zh="{what}。\n\n如果不是您本人操作，请立即重设密码：{address}{reset}\n并告知本站运营员。",
)


@jobs.job(RESET, again=True)
def write_reset(person_ids: Iterable[str], language: str) -> None:
    """Send a link to set a new password to each of the accounts; the link is made here and stands nowhere else."""
    with translation.override(language or settings.LANGUAGE_CODE):
        for person in Person.objects.filter(id__in=list(person_ids), is_active=True).exclude(email=""):
            key = default_token_generator.make_token(person)
            where = {"uidb36": user_pk_to_url_str(person), "key": key}
            link = settings.CITYHALL_ADDRESS + reverse("account_reset_password_from_key", kwargs=where)
            told = {"password_reset_url": link, "user": person}
            get_adapter().render_mail("account/email/password_reset_key", person.email, told).send()


def tell_of_change(person: Person, change: str, address: str = "") -> None:
    """Have a letter written about a change of the account (see `CHANGES`), to `address` or the account's own."""
    if to := address or person.email:
        jobs.enqueue(CHANGED, address=to, change=change, language=person.language)


@jobs.job(CHANGED, again=True)
def write_change(address: str, change: str, language: str) -> None:
    """Send the letter about a change."""
    what = CHANGES[change].in_language(language)
    told = _BODY.fill(what=what, address=settings.CITYHALL_ADDRESS, reset=reverse("account_reset_password"))
    headers = {"Auto-Submitted": "auto-generated"}
    EmailMessage(subject=what, body=told.in_language(language), to=[address], headers=headers).send()
