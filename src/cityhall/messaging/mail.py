"""A notice as an e-mail, through Django's mail backend."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage

from cityhall.kernel.text import Text
from cityhall.messaging.gathering import lines_of, told
from cityhall.messaging.models import Notice

_SIGNATURE = Text(
    en="This message was sent by Cityhall. Your notices: {address}/desk/",
    zh="本邮件由数字市政厅发送。查看您的通知：{address}/desk/",
)
_SIGNATURE_OUTSIDE = Text(
    en="This message was sent by Cityhall, {address}, because your address stands on a report.",
    zh="本邮件由数字市政厅（{address}）发送，因为您在上报时留下了此邮箱。",
)
_LEAVE = Text(en="No more mails like this: {address}{leave}", zh="不再接收此类邮件：{address}{leave}")


def compose(notice: Notice, others: Sequence[Notice] = ()) -> EmailMessage:
    """The mail in the person's language, telling of `others` that lie with the notice too. Its Message-ID is the notice's: one
    sent twice is shown once.
    """
    language = notice.person.language if notice.person else notice.language
    address = settings.CITYHALL_ADDRESS
    subject, link = told(notice, 1 + len(others))
    body = lines_of([notice, *others]) if others else Text.from_dict(notice.body)
    parts = [body.in_language(language)]
    if link:
        parts.append(address + link)
    headers = {"Message-ID": f"<{notice.id}@cityhall>", "Auto-Submitted": "auto-generated"}
    if notice.leave:
        parts.append(_LEAVE.fill(address=address, leave=notice.leave).in_language(language))
        headers["List-Unsubscribe"] = f"<{address}{notice.leave}>"  # RFC 2369
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    signature = _SIGNATURE if notice.person else _SIGNATURE_OUTSIDE
    parts.append("-- \n" + signature.fill(address=address).in_language(language))
    return EmailMessage(
        subject=" ".join(subject.in_language(language).split()),  # a line break in a header would be refused
        body="\n\n".join(parts),
        to=[notice.person.email if notice.person else notice.address],
        headers=headers,
    )


def send(notice: Notice, others: Sequence[Notice] = ()) -> None:
    """Hand the mail to the backend; raises SMTPException or OSError when it is not taken."""
    compose(notice, others).send()
