"""The row of a request follows its case, in the transaction of every act; it can be made anew from the cases at any time."""

from __future__ import annotations

from typing import Any

from cityhall.cases.events import CaseActed, CaseOpened, HistoryImported
from cityhall.cases.queries import CaseInfo, case, case_type, numbers_taken
from cityhall.identity.events import PersonLeft
from cityhall.kernel import jobs
from cityhall.opening import models
from cityhall.opening.requesting.filing import ACCESS, FEEDBACK, PORTAL

MEND = "opening.mend_row"
_STATES = {
    "settled": "granted",
    "refused": "refused",
    "withdrawn": "withdrawn",
    "duplicate": "withdrawn",
    "": "filed",
}
_GRANTED = ("items", "rows", "quota", "until")


def follow_case(event: CaseOpened | CaseActed) -> None:
    """What lists and figures need of a request, as its case now stands."""
    if event.type not in (ACCESS, FEEDBACK):
        return
    found = keep_row(event.number)
    if isinstance(event, CaseActed) and event.act == "accept" and found.kind == "correction":
        jobs.enqueue(MEND, number=found.number)


def follow_history(event: HistoryImported) -> None:
    """Requests that were taken in as history are requests: decisions and times to answer count them like all others."""
    if event.type in (ACCESS, FEEDBACK):
        for number in numbers_taken(event.batch):
            keep_row(number)


def keep_row(number: str) -> CaseInfo:
    """Write the row of a request as its case now stands; answers the case."""
    found = case(PORTAL, number)
    models.Request.objects.update_or_create(number=found.number, defaults=_row(found))
    return found


def forget_requester(event: PersonLeft) -> None:
    """Nobody knows any more who asked."""
    models.Request.objects.filter(person_id=event.person_id).update(person_id="")


def _row(found: CaseInfo) -> dict[str, Any]:
    declared = case_type(found.type, found.version)
    main = declared.clocks[declared.main_clock].id
    limit = next((one for one in found.clocks if one.id == main), None)
    state = _STATES[found.outcome]
    moments = {one.act: one.at for one in found.timeline}
    return {
        "kind": found.kind,
        "dataset_id": str(found.fields.get("dataset", ""))[:40],
        "item": str(found.fields.get("item", ""))[:300],
        "agency_id": found.agency,
        "person_id": found.reporter.person if found.reporter else "",
        "state": state,
        "created": found.opened,
        "due": limit.due if limit else None,
        "late": bool(limit and limit.late),
        "answered": _answered(found, moments) if state != "filed" else None,
        "settled": moments.get("arrive"),
        "decision": _decision(found) if state in ("granted", "refused") else None,
    }


def _answered(found: CaseInfo, moments: dict[str, Any]) -> Any:
    """When the answer was given; a value that arrives later is not the answer."""
    return next((moments[name] for name in ("accept",) if name in moments), found.ended)


def _decision(found: CaseInfo) -> dict[str, Any]:
    """What was decided, as the engine of rights reads it and anybody may: no person is named."""
    said = found.fields
    if found.type == FEEDBACK:
        return {"answer": said.get("answer", ""), "basis": said.get("legal_basis", "")}
    decided: dict[str, Any] = {name: said.get(name) for name in ("purpose", "project", "applicant", "level")}
    if found.outcome == "settled":
        decided |= {name: said.get(f"granted_{name}") for name in _GRANTED}
    else:
        decided["basis"] = said.get("refusal", "")
    return {name: value for name, value in decided.items() if value not in (None, "", [])}
