"""A file of a case, handed to the process of finished files: whoever was let in a moment ago is not asked again there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final

from django.core import signing

from cityhall.cases.errors import AttachmentUnknown
from cityhall.cases.models import Attachment
from cityhall.cases.working.attachments import at_hand
from cityhall.cases.working.showing import FileInfo, file_info

HANDED: Final = "case."
"""How the token of such a file begins; no other token does."""
GOOD_FOR: Final = timedelta(minutes=10)
_SALT: Final = "cityhall.cases.file"


def hand_over(attachment_id: str) -> str:
    """The token under which a file may be fetched for some minutes."""
    return HANDED + signing.dumps(attachment_id, salt=_SALT)


def handed(token: str) -> tuple[FileInfo, Path]:
    """The file of a token and where its bytes lie. Raises AttachmentUnknown when the token is not ours or too old, or the file is
    gone; StorageUnreachable."""
    try:
        key = str(signing.loads(token.removeprefix(HANDED), salt=_SALT, max_age=GOOD_FOR))
    except signing.BadSignature:
        raise AttachmentUnknown(attachment="…") from None
    row = Attachment.objects.filter(id=key, accepted=True).first()
    if row is None:
        raise AttachmentUnknown(attachment=key)
    return file_info(row), at_hand(row.sha256)
