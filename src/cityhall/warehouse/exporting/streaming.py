"""What the engine writes goes through a pipe: framed, hashed and put on the disk while it is still writing."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_CHUNK = 1 << 20


@dataclass(slots=True)
class Stream:
    """Where to write, and afterwards the SHA-256 of all that is in the file."""

    path: str
    sha256: str = ""


@contextmanager
def stream_into(target: Path, head: bytes = b"", tail: bytes = b"") -> Iterator[Stream]:
    """Within the block what is written to the stream's path lands in `target`, between `head` and `tail`.

    The path is opened once and written from its beginning to its end. Raises what befalls the file, rather than
    what the writer then says about its pipe.
    """
    with target.open("wb") as file, ThreadPoolExecutor(1) as helper:
        reading, writing = os.pipe()
        _widen(writing)
        pumped = helper.submit(_pump, reading, file, head, tail)
        stream = Stream(f"/dev/fd/{writing}")
        try:
            try:
                yield stream
            finally:
                os.close(writing)
        except Exception as error:
            if failure := pumped.exception():
                raise failure from error
            raise
        stream.sha256 = pumped.result()


def _widen(pipe: int) -> None:
    """Room for a whole chunk in the pipe, so that writer and reader seldom wait for each other; where the system has
    such pipes and allows it."""
    with suppress(OSError, AttributeError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _CHUNK)


def _pump(reading: int, file: BinaryIO, head: bytes, tail: bytes) -> str:
    """Until the last writer closes the pipe; answers the SHA-256. Nothing reaches the disk before something came
    through: by then the writer has opened its end, which it could not if this one were closed."""
    digest = hashlib.sha256(head)
    # the same memory again and again: fresh memory costs as much as hashing
    chunk = memoryview(bytearray(_CHUNK))
    with open(reading, "rb", buffering=0) as source:
        file.write(head)
        while size := source.readinto(chunk):
            digest.update(chunk[:size])
            file.write(chunk[:size])
    digest.update(tail)
    file.write(tail)
    file.flush()
    return digest.hexdigest()
