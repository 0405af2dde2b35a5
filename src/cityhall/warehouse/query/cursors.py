"""Page marks: where a page ended, so that the next one starts there without counting rows again.

A mark is not secret and not trusted: it holds only values of rows the reader has just seen, and they are
bound like any other value.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from cityhall.warehouse.errors import CursorUnusable
from cityhall.warehouse.query.language import Query

_LONGEST = 16_384


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page: version, its values in the order of sorting (texts or `None`), its file's
    index and row number.
    """

    version: int
    values: tuple[str | None, ...]
    file: int = 0
    row: int = 0


def fingerprint(query: Query) -> str:
    """What must stay the same while paging: filter, order, groups."""
    same = (query.where, query.order, query.group_by, query.aggregates, query.bbox)
    return hashlib.sha256(repr(same).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def write(cursor: Cursor, query: Query) -> str:
    """The mark as a text that is safe in a URL."""
    body = [cursor.version, fingerprint(query), cursor.file, cursor.row, list(cursor.values)]
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode("utf-8")).rstrip(b"=").decode("ascii")


def read(mark: str, query: Query) -> Cursor:
    """The inverse of `write`. Errors: `CursorUnusable` for anything that is not a mark of this query."""
    try:
        number, print_, file, row, values = json.loads(_decoded(mark))
    except (ValueError, TypeError, RecursionError) as error:
        raise CursorUnusable() from error
    numbers = all(type(one) is int and 0 <= one < 2**63 for one in (number, file, row))
    if not numbers or print_ != fingerprint(query) or not isinstance(values, list):
        raise CursorUnusable()
    if not all(value is None or isinstance(value, str) for value in values):
        raise CursorUnusable()
    return Cursor(version=number, values=tuple(values), file=file, row=row)


def version_in(mark: str) -> int:
    """The version a mark belongs to, whatever its query. Errors: `CursorUnusable`."""
    try:
        number = json.loads(_decoded(mark))[0]
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise CursorUnusable() from error
    if type(number) is not int:
        raise CursorUnusable()
    return number


def as_text(value: Any) -> str | None:
    """A value of a row as it is kept in a mark."""
    if value is None:
        return None
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _decoded(mark: str) -> str:
    if len(mark) > _LONGEST:
        raise ValueError("too long")
    try:
        return base64.b64decode(
            mark.encode("ascii") + b"=" * (-len(mark) % 4), altchars=b"-_", validate=True
        ).decode("utf-8")
    except (binascii.Error, UnicodeError) as error:
        raise ValueError("not a mark") from error
