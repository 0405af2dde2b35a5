"""Download links: signed, and valid for a limited time. Whoever holds one may fetch that one file and
nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.core import signing

from cityhall.opening.errors import LinkRefused
from cityhall.warehouse.queries import finished_at_hand, finished_path

LIFETIME_SECONDS: Final = 24 * 3600
_SALT: Final = "cityhall.opening.link"


@dataclass(frozen=True, slots=True)
class FileAtHand:
    """A finished file: where it is, the name to save it under, its media type and hash (the entity tag), and the
    dataset it is of.
    """

    path: Path
    name: str
    media_type: str
    sha256: str
    dataset_id: str


def sign(path: Path, name: str, media_type: str, sha256: str, dataset_id: str) -> str:
    """The token for one finished file below the folder of downloads."""
    relative = path.relative_to(finished_path("")).as_posix()
    return signing.dumps([relative, name, media_type, sha256, dataset_id], salt=_SALT, compress=True)


def open_token(token: str) -> FileAtHand:
    """The file a token stands for. Errors: `LinkRefused` when altered, too old, or the file is gone;
    `StorageUnreachable` when it would have to be fetched.
    """
    try:
        relative, name, media_type, sha256, dataset_id = signing.loads(
            token, salt=_SALT, max_age=LIFETIME_SECONDS
        )
    except (signing.BadSignature, ValueError) as error:
        raise LinkRefused() from error
    path = finished_path(relative).resolve()
    if not path.is_relative_to(finished_path("").resolve()) or not finished_at_hand(path, sha256):
        raise LinkRefused()
    return FileAtHand(path, name, media_type, sha256, dataset_id)
