"""Download links: signed, and valid for a limited time. Whoever holds one may fetch that one file and nothing else, as long
as what the file shows may still be seen from where it was asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.core import signing

from cityhall.opening.errors import LinkRefused
from cityhall.opening.rules import Viewpoint

LIFETIME_SECONDS: Final = 24 * 3600
_SALT: Final = "cityhall.opening.link"
VIEWPOINTS: Final[tuple[Viewpoint, ...]] = ("public", "agency", "owner")
"""Each sees what the one before it sees, and more."""


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


@dataclass(frozen=True, slots=True)
class Link:
    """What a token says: which export, seen from which viewpoint, and the person or key whose viewpoint it is (empty:
    anybody's).
    """

    export_id: str
    seen_as: Viewpoint
    holder: str


def sign(link: Link) -> str:
    """The token of a link."""
    place = VIEWPOINTS.index(link.seen_as)
    return signing.dumps([link.export_id, place, link.holder], salt=_SALT, compress=True)


def read(token: str) -> Link:
    """The link of a token. Errors: `LinkRefused` when altered or too old."""
    try:
        export_id, place, holder = signing.loads(token, salt=_SALT, max_age=LIFETIME_SECONDS)
        return Link(str(export_id), VIEWPOINTS[place], str(holder))
    except (signing.BadSignature, ValueError, TypeError, LookupError) as error:
        raise LinkRefused() from error
