"""The quarantine of a dataset: correct cells in the page, take the bad rows away as a file, bring the
corrected file, dismiss.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from cityhall.catalog.queries import Dataset
from cityhall.cleaning import actions as cleaning
from cityhall.cleaning.queries import (
    BadCell,
    BadRow,
    BadRows,
    FindingInfo,
    bad_rows,
    bad_rows_file,
    findings,
    reason_text,
)
from cityhall.collection import actions as collection
from cityhall.identity.queries import require
from cityhall.kernel.actor import Actor
from cityhall.kernel.errors import CityhallError
from cityhall.kernel.text import Text
from cityhall.opening.queries import dataset_for
from cityhall.web.errors import FileMissing, RequestUnusable
from cityhall.web.pages.quality import number_of
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import language, pick, say

PER_PAGE = 20
NOTHING = QueryDict("")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class CellSeen:
    """One cell: its text, the suggestion, and what is wrong with it (empty when nothing)."""

    column: str
    value: str
    suggestion: str
    faults: tuple[BadCell, ...]


@dataclass(frozen=True, slots=True)
class RowSeen:
    """One bad row; `others` are faults of the row as a whole, `bad` the items whose cells have some."""

    line: int
    cells: tuple[CellSeen, ...]
    others: tuple[BadCell, ...]
    raw: str | None

    @property
    def bad(self) -> tuple[str, ...]:
        """The items to look at: in a wide table their cells may be out of sight."""
        return tuple(cell.column for cell in self.cells if cell.faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinePage:
    """Open findings; the rows of the chosen one (or of all); what columns are called; where the next page is; what was typed when
    the form comes back (`typed` by the names of its cells, `ticked` lines, the reason) and what was wrong with it."""

    dataset: Dataset
    findings: tuple[FindingInfo, ...]
    closed: tuple[FindingInfo, ...]
    chosen: FindingInfo | None
    columns: tuple[str, ...]
    titles: Mapping[str, str]
    rows: tuple[RowSeen, ...]
    reasons: Mapping[str, Text]
    next_line: int | None
    report_id: str
    here: str
    typed: Mapping[str, str]
    ticked: tuple[str, ...]
    reason: str
    problem: str


def _owned(actor: Actor, dataset_id: str, right: str) -> Dataset:
    """The dataset, for those with a right over its agency."""
    found, _ = dataset_for(actor, dataset_id, "page")
    require(actor, right, found.agency_id)
    return found


@require_safe
def quarantine(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """Findings and bad rows."""
    return _shown(request, _owned(actor_for(request), dataset_id, "cleaning.see_quarantine"))


def _shown(
    request: HttpRequest, found: Dataset, sent: QueryDict = NOTHING, problem: str = "", status: int = 200
) -> HttpResponse:
    """The page, with what was sent when its form comes back: nobody types a correction twice."""
    told = findings(dataset_id=found.id)
    opened = tuple(one for one in told if one.closed is None)
    wanted = request.GET.get("finding", "")
    chosen = next((one for one in opened if one.id == wanted), None)
    report_id = chosen.report_id if chosen else (opened[0].report_id if opened else "")
    rows = _rows(report_id, chosen, number_of(request, "after")) if report_id else BadRows((), (), None)
    columns = tuple(sorted(rows.columns, key=lambda one: chosen is None or one != chosen.column))
    page = QuarantinePage(
        dataset=found,
        findings=opened,
        closed=tuple(one for one in told if one.closed)[:10],
        chosen=chosen,
        columns=columns,
        titles={item.name: pick(item.title) or item.name for item in found.items},
        rows=tuple(_seen(row, columns) for row in rows.rows),
        reasons={fault.code: _reason(fault.code, told) for row in rows.rows for fault in row.faults},
        next_line=rows.next_line,
        report_id=report_id,
        here=f"?{urlencode(asked)}" if (asked := _asked(request)) else "",
        typed={name: str(text) for name, text in sent.items() if name.startswith("cell:")},
        ticked=tuple(sent.getlist("line")),
        reason=sent.get("reason", ""),
        problem=problem,
    )
    return show(request, "pages/quarantine.html", page, status=status)


def _asked(request: HttpRequest) -> dict[str, str]:
    """Which rows are looked at, as the address says it."""
    return {name: request.GET[name][:40] for name in ("finding", "after") if request.GET.get(name)}


def _reason(code: str, told: tuple[FindingInfo, ...]) -> Text:
    return next((one.reason for one in told if one.code == code), None) or reason_text(code)


def _rows(report_id: str, chosen: FindingInfo | None, after: int | None) -> BadRows:
    return bad_rows(
        report_id,
        after=-1 if after is None else after,
        limit=PER_PAGE,
        column=chosen.column if chosen else None,
        code=chosen.code if chosen else "",
        open_only=True,
    )


def _seen(row: BadRow, columns: tuple[str, ...]) -> RowSeen:
    own = {column: tuple(fault for fault in row.faults if fault.column == column) for column in columns}
    cells = tuple(
        CellSeen(
            column,
            row.cells.get(column) or "",
            next((fault.suggestion for fault in own[column] if fault.suggestion), ""),
            own[column],
        )
        for column in columns
    )
    return RowSeen(
        row.line, cells, tuple(fault for fault in row.faults if fault.column not in columns), row.raw
    )


def _report_of(request: HttpRequest, found: Dataset) -> str:
    """The report the form was about, which must be one of this dataset's. Errors: `RequestUnusable`."""
    report = request.POST.get("report", "")
    if report not in {one.report_id for one in findings(dataset_id=found.id)}:
        raise RequestUnusable(problem="report")
    return report


@require_POST
def correct(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """The cells that were changed in the page, through the same rules again."""
    actor = actor_for(request)
    found = _owned(actor, dataset_id, "cleaning.correct")
    changed = _changed_cells(request)
    if request.POST.get(
        "reason", ""
    ).strip():  # Enter was pressed beside the reason: nobody asked for a correction
        return _shown(request, found, request.POST, say("quarantine.which"), 422)
    if not changed:
        messages.info(request, say("quarantine.nothing_changed"))
        return HttpResponseRedirect(reverse("quarantine", args=[found.id]))
    try:
        run_id = collection.correct_rows(actor, _report_of(request, found), changed)
    except CityhallError as error:
        return _shown(request, found, request.POST, error.say(language()), error.status)
    return HttpResponseRedirect(reverse("run", args=[run_id]))


def _changed_cells(request: HttpRequest) -> dict[int, dict[str, str]]:
    """Fields are named `cell:<line>:<column>`, with the text as it was in `was:<line>:<column>`."""
    changed: dict[int, dict[str, str]] = {}
    for name, value in request.POST.items():
        mark, _, rest = name.partition(":")
        line, _, column = rest.partition(":")
        if mark == "cell" and _is_line(line) and str(value) != request.POST.get(f"was:{rest}"):
            changed.setdefault(int(line), {})[column] = str(value)
    return changed


def _is_line(text: str) -> bool:
    return text.isdecimal() and len(text) < 16


@require_POST
def upload(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """A corrected file of the bad rows."""
    actor = actor_for(request)
    found = _owned(actor, dataset_id, "cleaning.correct")
    sent = request.FILES.get("file")
    if sent is None:
        raise FileMissing()
    suffix = ".xlsx" if (sent.name or "").lower().endswith(".xlsx") else ".csv"
    with tempfile.TemporaryDirectory(prefix="cityhall-upload-") as folder:
        path = Path(folder) / f"corrected{suffix}"
        with path.open("wb") as file:
            for chunk in sent.chunks():
                file.write(chunk)
        run_id = collection.correct_file(actor, _report_of(request, found), path, Path(sent.name or "").name)
    return HttpResponseRedirect(reverse("run", args=[run_id]))


@require_POST
def dismiss(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """Rows that stay out, with the reason."""
    actor = actor_for(request)
    found = _owned(actor, dataset_id, "cleaning.dismiss")
    lines = [int(line) for line in request.POST.getlist("line") if _is_line(line)]
    reason, report_id = request.POST.get("reason", "").strip(), _report_of(request, found)
    if not lines:
        return _shown(request, found, request.POST, say("quarantine.choose_first"), 422)
    try:
        cleaning.dismiss_rows(actor, report_id, lines, reason)
    except CityhallError as error:
        return _shown(request, found, request.POST, error.say(language()), error.status)
    messages.success(request, say("quarantine.dismissed", n=len(lines)))
    if _changed_cells(request):  # corrections of other rows were begun
        rest = request.POST.copy()
        rest.setlist("line", [])
        rest["reason"] = ""
        return _shown(request, found, rest)
    return HttpResponseRedirect(reverse("quarantine", args=[found.id]))


@require_safe
def bad_rows_download(request: HttpRequest, dataset_id: str, suffix: str) -> HttpResponse:
    """Exactly the open bad rows as CSV or XLSX, to be corrected and sent back."""
    found = _owned(actor_for(request), dataset_id, "cleaning.see_quarantine")
    opened = [one for one in findings(dataset_id=found.id) if one.closed is None]
    report_id = opened[0].report_id if opened else ""
    with tempfile.TemporaryDirectory(prefix="cityhall-bad-rows-") as folder:
        path = Path(folder) / f"rows.{suffix}"
        bad_rows_file(report_id, path, format=suffix)
        answer = HttpResponse(path.read_bytes(), content_type=TYPES[suffix])
    answer["Content-Disposition"] = f'attachment; filename="quarantine_{found.id}.{suffix}"'
    return answer
