"""What strangers made is opened here, in a process of its own (`apart.py`) that a hostile file can only end: a picture is
written anew, of an archive the folders are read. It knows nothing of the house: the bytes come in, the answer goes out.
"""

from __future__ import annotations

import io
import os
import resource
import sys
import zipfile
from enum import IntEnum
from typing import Final

from PIL import Image, ImageOps, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin

READERS: Final = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin)
"""The readers that are loaded; all others stay out."""
PIXELS: Final = 60_000_000
# To write a WebP anew takes ten times the memory and the time of a JPEG.
WEBP_PIXELS: Final = 24_000_000
WRITTEN: Final = 40 * 2**20
"""Bytes that a picture of at most half as many may grow to when it is written anew."""
_GPS: Final = 0x8825


class Ending(IntEnum):
    """What the process says as it ends; any other end is its death by a limit."""

    GOOD = 0
    BROKEN = 3
    TOO_LARGE = 4


def written_anew(content: bytes, form: str, keep_position: bool) -> bytes:
    """The first view of a picture, upright and without the camera's notes; its place alone where it is needed. Raises
    OverflowError when it has too many pixels, and whatever readers of broken files raise."""
    with Image.open(io.BytesIO(content), formats=(form,)) as picture:
        if picture.width * picture.height > (WEBP_PIXELS if form == "WEBP" else PIXELS):
            raise OverflowError
        place = picture.getexif().get_ifd(_GPS) if keep_position else {}
        ImageOps.exif_transpose(picture, in_place=True)
        picture.load()
        picture.info.clear()
        out = io.BytesIO()
        picture.save(out, format=form, exif=_notes(place))
    if out.tell() > WRITTEN:
        raise OverflowError
    return out.getvalue()


def _notes(place: dict[int, object]) -> bytes:
    """Notes of a picture that tell nothing but its place; none without one."""
    if not place:
        return b""
    notes = Image.Exif()
    notes.get_ifd(_GPS).update(place)
    return notes.tobytes()


def folders_within(content: bytes) -> bytes:
    """The outermost folders of an archive, a line each."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(
            sorted({name.partition("/")[0] for name in archive.namelist() if "/" in name})
        ).encode()


def _limit(what: int, most: int) -> None:
    resource.setrlimit(what, (most, most))


def main(seconds: str, megabytes: str, how: str, form: str = "", position: str = "") -> int:
    """Open what comes in as a `picture` of a form or as an `archive`, within so many seconds of work and so much memory; answers
    how it ended."""
    content = sys.stdin.buffer.read()
    os.nice(5)  # pages go first
    _limit(resource.RLIMIT_CPU, int(seconds))
    _limit(resource.RLIMIT_AS, int(megabytes) * 2**20)
    _limit(resource.RLIMIT_CORE, 0)
    try:
        told = written_anew(content, form, bool(position)) if how == "picture" else folders_within(content)
    except (OverflowError, MemoryError):
        return Ending.TOO_LARGE
    except Exception:  # noqa: BLE001  (whatever a reader of made-up bytes stumbles over)
        return Ending.BROKEN
    sys.stdout.buffer.write(told)
    return Ending.GOOD


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
