"""Requests filed before requests were cases become cases: with their own days, people and words, under their own numbers."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection, transaction

from cityhall.cases.actions import Who, import_history, name_reporter
from cityhall.cases.errors import CaseUnknown
from cityhall.identity.errors import PersonUnknown
from cityhall.identity.queries import person
from cityhall.kernel.actor import Actor
from cityhall.opening.models import EarlierRequest
from cityhall.opening.requesting.filing import PORTAL
from cityhall.opening.requesting.following import keep_row
from cityhall.opening.talking.rules import LONGEST_VALUE

_TABLE = "opening_request_earlier"
_COPIED = (
    "id",
    "dataset_id",
    "agency_id",
    "person_id",
    "item",
    "wrong",
    "right",
    "reason",
    "purpose",
    "state",
    "run_id",
)
_MOMENTS = ("created", "answered", "settled")
_MADE = ("kind", "row", "answer", "legal_basis", "answered_by", "mended")


def take_in_earlier(actor: Actor, mapping: Path) -> int:
    """Make cases of the requests that an upgrade set aside, all in one transaction; answers how many, 0 where none wait.

    `mapping` is the pack's mapping of them as a history. What the rules of the type refuse is kept with its row and the
    reason, as in any history. Errors: `RightMissing`, `MappingRefused`.
    """
    if _TABLE not in connection.introspection.table_names():
        return 0
    with transaction.atomic(), TemporaryDirectory() as folder, connection.cursor() as cursor:
        waiting = list(EarlierRequest.objects.order_by("id"))
        taken = import_history(actor, mapping, _written(waiting, Path(folder))).taken
        for one in waiting:
            _follow(one)
        cursor.execute(f"DROP TABLE {_TABLE}")
    return taken


def _written(waiting: list[EarlierRequest], folder: Path) -> Path:
    """The requests as a file of text columns, which is what histories are read from."""
    columns = pa.schema([(name, pa.string()) for name in (*_COPIED, *_MOMENTS, *_MADE)])
    path = folder / "requests.parquet"
    pq.write_table(pa.Table.from_pylist([_told(one) for one in waiting], columns), path)
    return path


def _told(request: EarlierRequest) -> dict[str, str | None]:
    moments = {name: getattr(request, name) for name in _MOMENTS}
    law = request.legal_basis
    short = (
        len(law) <= LONGEST_VALUE
    )  # a longer one goes into the answer: the field of a case holds a law and an article
    return {
        **{name: getattr(request, name) or None for name in _COPIED},
        **{name: f"{moment:%Y-%m-%d %H:%M:%S}" if moment else None for name, moment in moments.items()},
        "kind": "open_this" if request.kind == "opening" else request.kind,
        "row": "\n".join(f"{name}={value}" for name, value in request.row.items()) or None,
        "answer": (request.answer if short else f"{request.answer}\n{law}") or None,
        "legal_basis": (law if short else law[:LONGEST_VALUE]) or None,
        "answered_by": request.answered_by or PORTAL.id,
        "mended": "yes" if request.run_id else None,
    }


def _follow(request: EarlierRequest) -> None:
    """Whoever asked follows the case as their own, and lists and figures know it."""
    try:
        name_reporter(request.id, Who(person=request.person_id, language=_language(request.person_id)))
    except CaseUnknown:
        return  # refused by the rules: it is kept among the refusals of the history
    keep_row(request.id)


def _language(person_id: str) -> str:
    try:
        return person(person_id).language
    except PersonUnknown:
        return "zh-hans"
