"""The examples of a declaration: acts at local times, and where they must lead. They are the type's tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.declaring.strict import Document
from cityhall.cases.errors import ActRefused
from cityhall.cases.folding.applying import step
from cityhall.cases.folding.checking import refusal
from cityhall.cases.folding.defaults import with_defaults
from cityhall.cases.folding.events import Event
from cityhall.cases.folding.standing import UNBORN, Standing
from cityhall.kernel.calendars import Calendar

_OWN = {"do", "at", "actor", "role"}


def try_examples(made: CaseType, calendar: Calendar, document: Document) -> None:
    """Blame every example that ends otherwise than it says."""
    for number, example in enumerate(document.content.get("examples", ())):
        said, happened = _expected(example), _happened(made, calendar, example)
        for name, value in said.items():
            if happened.get(name) != value:
                document.blame(
                    "example.differs",
                    ("examples", number),
                    "{name}: expected {value}, came to {other}",
                    "{name}：应为 {value}，实为 {other}",
                    name=name,
                    value=value,
                    other=happened.get(name),
                )


def _expected(example: Mapping[str, Any]) -> dict[str, Any]:
    due = {f"due {name}": when for name, when in example.get("due", {}).items()}
    return {"state": example["state"], "refused": example.get("refused", ""), **due} | (
        {"late": sorted(example["late"])} if "late" in example else {}
    )


def _happened(made: CaseType, calendar: Calendar, example: Mapping[str, Any]) -> dict[str, Any]:
    zone, standing, refused = ZoneInfo(calendar.zone), Standing(), None
    for said in example["acts"]:
        at = int(datetime.fromisoformat(said["at"]).replace(tzinfo=zone).timestamp())
        data = {name: value for name, value in said.items() if name not in _OWN}
        role = said.get("role", "")
        event = Event(said["do"], at, said.get("actor", said["do"]), data, role)
        event = with_defaults(made, standing, event, calendar, role.__eq__)
        refused = refusal(made, standing, event, calendar)
        if refused is not None:
            break
        step({made.version: made}, made, standing, event, calendar)
    return _outcome(made, standing, zone, refused)


def _outcome(
    made: CaseType, standing: Standing, zone: ZoneInfo, refused: ActRefused | None
) -> dict[str, Any]:
    clocks = dict(zip((clock.id for clock in made.clocks), standing.clocks, strict=False))
    due = {
        f"due {name}": datetime.fromtimestamp(clock.due, zone).strftime("%Y-%m-%d %H:%M:%S")
        for name, clock in clocks.items()
        if clock.due >= 0
    }
    return {
        "state": "" if standing.state == UNBORN else made.states[standing.state].id,
        "refused": refused.code if refused else "",
        "late": sorted(name for name, clock in clocks.items() if clock.is_late(standing.changed)),
        **due,
    }
