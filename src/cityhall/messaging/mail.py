"""A notice as an e-mail, through Django's mail backend."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage

from cityhall.kernel.text import Text
from cityhall.messaging.models import Notice

_SIGNATURE = Text(
    en="This message was sent by Cityhall. Your notices: {address}/desk/",
    zh="本邮件由数字市政厅发送。查看您的通知：{address}/desk/",
)


def compose(notice: Notice) -> EmailMessage:
    """The mail in the person's language. Its Message-ID is the notice's: one sent twice is shown once."""
    language = notice.person.language
    address = settings.CITYHALL_ADDRESS
    parts = [Text.from_dict(notice.body).in_language(language)]
    if notice.link:
        parts.append(address + notice.link)
    parts.append("-- \n" + _SIGNATURE.fill(address=address).in_language(language))
    subject = Text.from_dict(notice.subject).in_language(language)
    return EmailMessage(
        subject=" ".join(subject.split()),  # a line break in a header would be refused
        body="\n\n".join(parts),
        to=[notice.person.email],
        headers={"Message-ID": f"<{notice.id}@cityhall>", "Auto-Submitted": "auto-generated"},
    )


def send(notice: Notice) -> None:
    """Hand the mail to the backend; raises SMTPException or OSError when it is not taken."""
    compose(notice).send()
