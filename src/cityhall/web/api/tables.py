"""A page of rows in other forms than JSON: CSV, and Arrow with the types of the items."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any, Final

import pyarrow as pa
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from cityhall.kernel.cells import harmless
from cityhall.kernel.clock import CITY_ZONE
from cityhall.opening.queries import Seen
from cityhall.web.api.answers import rows_json
from cityhall.web.api.keeping import Page
from cityhall.web.errors import ParameterUnusable

JSON: Final = "application/json"
CSV: Final = "text/csv"
ARROW: Final = "application/vnd.apache.arrow.stream"
FORMS: Final = {"json": JSON, "csv": CSV, "arrow": ARROW}
MEDIA_TYPES: Final = FORMS | {"csv": f"{CSV}; charset=utf-8"}
_DECIMAL: Final = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_TYPES: Final = {
    "VARCHAR": pa.string(),
    "TINYINT": pa.int8(),
    "SMALLINT": pa.int16(),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "FLOAT": pa.float32(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIME": pa.time64("us"),
    "TIMESTAMP": pa.timestamp("us"),
    "TIMESTAMP WITH TIME ZONE": pa.timestamp("us", tz=str(CITY_ZONE)),
}


def form_of(request: HttpRequest) -> str:
    """`f` if given, else what the request accepts, else JSON. Errors: `ParameterUnusable`."""
    asked = request.GET.get("f")
    if asked:
        if asked not in FORMS:
            raise ParameterUnusable(name="f", form=", ".join(FORMS))
        return asked
    if request.headers.get("Accept", "*/*") == "*/*":
        return "json"
    preferred = request.get_preferred_type(list(FORMS.values()))
    return next((code for code, media in FORMS.items() if media == preferred), "json")


def page_of(form: str, seen: Seen) -> Page:
    """The rows in a form."""
    return Page(_WRITERS[form](seen), MEDIA_TYPES[form], seen.version, seen.next_cursor)


def sent(page: Page, following: str) -> HttpResponse:
    """The page as an answer; `following` is the address of the next one, empty at the end."""
    response = HttpResponse(page.body, content_type=page.media_type)
    response["X-Cityhall-Version"] = str(page.version)
    patch_vary_headers(response, ("Accept", "Authorization", "Cookie"))
    if following:
        response["Link"] = f'<{following}>; rel="next"'
    return response


def _json(seen: Seen) -> bytes:
    return rows_json(seen.dataset.id, seen.version, seen.columns, seen.rows, seen.next_cursor)


def _csv(seen: Seen) -> bytes:
    """RFC 4180, UTF-8; a text that would start a formula gets an apostrophe, as in the files."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([harmless(name) for name in seen.columns])
    writer.writerows([["" if cell is None else _cell(cell) for cell in row] for row in seen.rows])
    return text.getvalue().encode()


def _cell(cell: Any) -> Any:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return harmless(cell)


def _arrow(seen: Seen) -> bytes:
    columns = list(zip(*seen.rows, strict=True)) if seen.rows else [() for _ in seen.columns]
    arrays = [pa.array(cells, type=_type(stored)) for cells, stored in zip(columns, seen.types, strict=True)]
    facts = {"dataset": seen.dataset.id, "version": str(seen.version), "next": seen.next_cursor or ""}
    table = pa.Table.from_arrays(arrays, names=list(seen.columns)).replace_schema_metadata(facts)
    target = pa.BufferOutputStream()
    with pa.ipc.new_stream(target, table.schema) as stream:
        stream.write_table(table)
    body: bytes = target.getvalue().to_pybytes()
    return body


def _type(stored: str) -> Any:
    """The Arrow type of a stored one; None, for an aggregate, is found by its values."""
    if match := _DECIMAL.fullmatch(stored):
        return pa.decimal128(int(match[1]), int(match[2]))
    return _TYPES.get(stored)


_WRITERS: Final[dict[str, Callable[[Seen], bytes]]] = {"json": _json, "csv": _csv, "arrow": _arrow}
