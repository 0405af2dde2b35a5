"""Messages between a process and its query children: length, then plain Python values.

What a child sends is unpickled with a short list of harmless types, so that a child can answer values and do
nothing else.
"""

from __future__ import annotations

import io
import pickle
import socket
import struct
from typing import Any, Final

_LENGTH: Final = struct.Struct("!Q")
_HARMLESS: Final = {
    ("datetime", "date"),
    ("datetime", "datetime"),
    ("datetime", "time"),
    ("datetime", "timedelta"),
    ("datetime", "timezone"),
    ("decimal", "Decimal"),
    ("uuid", "UUID"),
    ("zoneinfo", "ZoneInfo._unpickle"),
}


class _Plain(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """Only the types that a cell of a table can have."""
        if (module, name) not in _HARMLESS:
            raise pickle.UnpicklingError(f"{module}.{name} is not a value of a table")
        return super().find_class(module, name)


def send(line: socket.socket, message: Any) -> None:
    """Write one message. Errors: `OSError`."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    line.sendall(_LENGTH.pack(len(body)) + body)


def receive(line: socket.socket) -> Any:
    """Read one message. Errors: `EOFError` when the other end is gone, `TimeoutError` by the line's own limit."""
    (length,) = _LENGTH.unpack(_exactly(line, _LENGTH.size))
    return _Plain(io.BytesIO(_exactly(line, length))).load()


def _exactly(line: socket.socket, size: int) -> bytes:
    parts = []
    while size:
        part = line.recv(min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
