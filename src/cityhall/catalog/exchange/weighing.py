"""Weighing a file: what each entry would do to the catalogue, and whether it may. Nothing is changed here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, get_args

from cityhall.catalog import checking, errors
from cityhall.catalog.exchange.entries import Entry
from cityhall.catalog.exchange.present import Present
from cityhall.catalog.exchange.report import Outcome, RowReport
from cityhall.catalog.plain import dataset_from, dataset_plain
from cityhall.catalog.reading import Reader
from cityhall.catalog.rules import is_code
from cityhall.catalog.shapes import Dataset, DatasetDraft, State
from cityhall.identity.errors import AgencyUnknown, RightMissing
from cityhall.identity.queries import scopes
from cityhall.kernel.actor import Actor
from cityhall.kernel.errors import CityhallError
from cityhall.kernel.ids import new_id
from cityhall.kernel.text import Text

_MOMENT = Text(en="a moment such as 2026-03-05T08:00:00+08:00", zh="形如 2026-03-05T08:00:00+08:00 的时间")


@dataclass(frozen=True, slots=True)
class Listed:
    """A field, function or system to write. `owner` is the agency's id, `function_id` only a system's."""

    id: str
    values: dict[str, Any]
    owner: str = ""
    function_id: str = ""


@dataclass(frozen=True, slots=True)
class DatasetChange:
    """A dataset to write: its words, its state after the import, and what it was before, if anything."""

    draft: DatasetDraft
    state: State
    published: datetime | None
    before: Dataset | None


@dataclass(slots=True)
class Plan:
    """What to write, and the report on every entry."""

    rows: list[RowReport] = field(default_factory=list)
    fields: list[Listed] = field(default_factory=list)
    functions: list[Listed] = field(default_factory=list)
    systems: list[Listed] = field(default_factory=list)
    datasets: list[DatasetChange] = field(default_factory=list)


def weighed(actor: Actor, entries: Iterable[Entry], present: Present) -> Plan:
    """The plan for a file's entries, which come kind by kind: fields, functions, systems, datasets."""
    weigher = _Weigher(actor, present)
    for entry in entries:
        weigher.take(entry)
    return weigher.plan


class _Weigher:
    def __init__(self, actor: Actor, present: Present) -> None:
        self.plan = Plan()
        self._present = present
        self._actor = actor
        self._scopes: dict[str, frozenset[str]] = {}
        self._seen: set[tuple[str, str]] = set()
        self._functions = dict(present.function_ids)
        self._systems = dict(present.system_ids)
        self._known = checking.known()

    def take(self, entry: Entry) -> None:
        """Weigh one entry and note the outcome."""
        try:
            if entry.problems:
                self._note(entry, "refused", entry.problems)
            else:
                self._claim(entry)
                getattr(self, f"_{entry.kind}")(entry)
        except CityhallError as problem:
            self._note(entry, "refused", (problem,))

    def _note(self, entry: Entry, outcome: Outcome, problems: tuple[CityhallError, ...] = ()) -> None:
        self.plan.rows.append(RowReport(entry.place, entry.kind, entry.code, outcome, problems))

    def _claim(self, entry: Entry) -> None:
        if not is_code(entry.code):
            raise errors.CodeMalformed(code=entry.code)
        if (entry.kind, entry.code) in self._seen:
            raise errors.CodeRepeated(code=entry.code)
        self._seen.add((entry.kind, entry.code))

    def _require(self, right: str, agency_id: str = "") -> None:
        """As identity's `require`, but asking for the actor's scopes only once per right."""
        if right not in self._scopes:
            self._scopes[right] = scopes(self._actor, right)
        if not self._scopes[right] & {"", agency_id}:
            raise RightMissing(right=right, agency=agency_id)

    def _agency(self, name: str) -> str:
        if name not in self._present.agencies:
            raise AgencyUnknown(agency=name or "—")
        return self._present.agencies[name]

    # ---- the small kinds ----

    def _field(self, entry: Entry) -> None:
        read = Reader(entry.values, entry.place, ("code", "title"))
        values = {"code": entry.code, "title": read.words("title").as_dict()}
        if self._settled(entry, values, self._present.fields):
            return
        self._require("catalog.configure")
        self.plan.fields.append(Listed(entry.code, values))
        self._known = replace(self._known, fields=self._known.fields | {entry.code})

    def _function(self, entry: Entry) -> None:
        read = Reader(entry.values, entry.place, ("code", "agency", "title", "legal_basis"))
        owner = self._agency(read.string("agency"))
        values = {
            "code": entry.code,
            "agency": read.string("agency"),
            "title": read.words("title").as_dict(),
            "legal_basis": read.words("legal_basis").as_dict(),
        }
        if self._settled(entry, values, self._present.functions):
            return
        self._require("catalog.import", owner)
        function_id = self._functions.setdefault(entry.code, new_id("fun"))
        self.plan.functions.append(Listed(function_id, values, owner))

    def _system(self, entry: Entry) -> None:
        read = Reader(entry.values, entry.place, ("code", "agency", "function", "title"))
        owner, function = self._agency(read.string("agency")), read.string("function")
        if function and function not in self._functions:
            raise errors.FunctionUnknown(function=function)
        values = {
            "code": entry.code,
            "agency": read.string("agency"),
            "function": function,
            "title": read.words("title").as_dict(),
        }
        if self._settled(entry, values, self._present.systems):
            return
        self._require("catalog.import", owner)
        system_id = self._systems.setdefault(entry.code, new_id("sys"))
        self._known.systems[system_id] = owner
        self.plan.systems.append(Listed(system_id, values, owner, self._functions.get(function, "")))

    def _settled(self, entry: Entry, values: dict[str, Any], existing: Mapping[str, dict[str, Any]]) -> bool:
        """Note the outcome; whether nothing has to be written."""
        before = existing.get(entry.code)
        self._note(entry, "created" if before is None else "unchanged" if before == values else "changed")
        return before == values

    # ---- datasets ----

    def _dataset(self, entry: Entry) -> None:
        values = {name: part for name, part in entry.values.items() if name not in ("state", "published")}
        draft = self._resolved(dataset_from(values, entry.place))
        before = self._present.datasets.get(entry.code)
        state = _state(entry, before)
        if found := checking.draft_problems(draft, state, self._known):
            self._note(entry, "refused", found)
            return
        if before and before.state == state and dataset_plain(before) == dataset_plain(draft):
            self._note(entry, "unchanged")
            return
        self._demand_rights(draft, state, before)
        self.plan.datasets.append(DatasetChange(draft, state, _published(entry), before))
        self._note(entry, "changed" if before else "created")

    def _resolved(self, draft: DatasetDraft) -> DatasetDraft:
        """With ids in place of the agency's USCC and the system's code."""
        if draft.system_id and draft.system_id not in self._systems:
            raise errors.SystemUnknown(system=draft.system_id)
        system_id = self._systems[draft.system_id] if draft.system_id else ""
        return replace(draft, agency_id=self._agency(draft.agency_id), system_id=system_id)

    def _demand_rights(self, draft: DatasetDraft, state: State, before: Dataset | None) -> None:
        rights = ["catalog.import"]
        if state == "published":
            rights.append("catalog.publish")
        if before and before.state == "published" and state == "withdrawn":
            rights.append("catalog.withdraw")
        for agency_id in {draft.agency_id, before.agency_id if before else draft.agency_id}:
            for right in rights:
                self._require(right, agency_id)


def _state(entry: Entry, before: Dataset | None) -> State:
    """The state after the import: the file's, or else what it was, or else draft."""
    given = str(entry.values.get("state") or (before.state if before else "draft"))
    if given not in get_args(State):
        raise errors.WordUnknown(place="state", word=given, allowed=", ".join(get_args(State)))
    if before and before.state != "draft" and given == "draft":
        raise errors.StateBackward(dataset=entry.code)
    return given  # type: ignore[return-value]  # one of the three, as just checked


def _published(entry: Entry) -> datetime | None:
    given = str(entry.values.get("published") or "")
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise errors.ValueWrong(place=f"{entry.place}.published", value=given, expected=_MOMENT)
    return moment
