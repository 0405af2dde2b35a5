"""Rewrites a UTF-8 file in another encoding as a stream."""

from __future__ import annotations

import codecs
from pathlib import Path

CHUNK = 8 << 20


def transcode(source: Path, target: Path, encoding: str) -> None:
    """Decode UTF-8, encode as `encoding` (`utf-8-sig` puts the byte order mark first); constant memory."""
    decode = codecs.getincrementaldecoder("utf-8")().decode
    encode = codecs.getincrementalencoder(encoding)().encode
    with source.open("rb") as read, target.open("wb") as write:
        while chunk := read.read(CHUNK):
            write.write(encode(decode(chunk)))
        write.write(encode(decode(b"", final=True), final=True))
