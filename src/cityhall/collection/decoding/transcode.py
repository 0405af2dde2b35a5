"""UTF-16 as UTF-8: the one encoding in which line ends and quotes are not single bytes is rewritten before
it is cut."""

from __future__ import annotations

import codecs
from pathlib import Path

PIECE = 1024**2
# No UTF-8 text holds this byte: a line that carries it fails strict decoding and is set apart with its
# number.
UNDECODABLE = b"\xff"


def to_utf8(path: Path, codec: str, into: Path) -> Path:
    """Writes `path` as UTF-8 to `into` and returns it. What does not decode is marked, not replaced."""
    decoder = codecs.getincrementaldecoder(codec)(errors="surrogatepass")
    first = True
    with path.open("rb") as source, into.open("wb") as target:
        while piece := source.read(PIECE):
            text = decoder.decode(piece)
            target.write((text.removeprefix("\ufeff") if first else text).encode("utf-8", "surrogatepass"))
            first = False
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            target.write(UNDECODABLE)
    return into
