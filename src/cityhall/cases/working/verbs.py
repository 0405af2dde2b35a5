"""The two verbs through which everything happens to a case, alone and for many, and the files that are added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from cityhall.cases.errors import AddressWrong, FieldMissing, FieldWrong, ReportsTooFast
from cityhall.cases.folding.events import Event
from cityhall.cases.models import Attachment, Case, Reporter
from cityhall.cases.storing.rows import Loaded
from cityhall.cases.working.acting import ENGINE, Who, begin, digest, ensure_may, locked, proceed
from cityhall.cases.working.attachments import Kept, demand_room, keep_file
from cityhall.cases.working.showing import find, is_reporter
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.errors import CityhallError
from cityhall.kernel.ids import new_id
from cityhall.ledger.actions import action, record

REPORTS = 30
WINDOW = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Opened:
    """A new case: its number, and the code with which it is followed without an account (told once, kept as a hash)."""

    number: str
    code: str
    state: str
    seen: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case of many: its new number of events, or why not."""

    number: str
    seen: int
    error: CityhallError | None


@action("cases.open")
def open_case(
    actor: Actor,
    type_name: str,
    data: Mapping[str, Any],
    *,
    who: Who | None = None,
    parent: str = "",
    act_name: str = "",
    door: Literal["", "open311", "inspecting"] = "",
) -> Opened:
    """Open a case of a type with the values of its form (`{field: value}`); `act_name` where the type knows several ways
    to open. With a `parent`, the case is a part of that one, which learns when it ends. Through a `door` come the values that
    the declaration `sets` for it; what nobody said has its declared default.

    Raises TypeUnknown, RoleMissing, FieldOfOthers, ActRefused (FieldMissing, FieldWrong…), AddressWrong, ReportsTooFast.
    """
    who = who or Who()
    _reachable(who)
    _not_too_fast(who)
    above = locked(parent) if parent else None
    loaded, code = begin(actor, type_name, data, who, above, act_name, door)
    if above is not None:
        proceed(ENGINE, above, "child_opened", {"into": loaded.row.number})
    _record(loaded.row.number, loaded.standing.seen, loaded.events[-1])
    state = loaded.made.states[loaded.standing.state].id
    return Opened(loaded.row.number, code, state, loaded.standing.seen)


@action("cases.act")
def act(
    actor: Actor,
    number: str,
    act_name: str,
    data: Mapping[str, Any] | None = None,
    *,
    seen: int | None = None,
    code: str = "",
) -> int:
    """Do an act, declared or the engine's own; answers the case's new number of events.

    `data` holds fields of the form, `agency`, `holder`, `note` (inside), `public_note` (for the reporter and anybody), `rating`,
    `task`, `tasks`, `into`. `seen` is what the actor looked at: StaleCase when somebody was faster. `code` makes an actor
    without an account the reporter. Raises CaseUnknown, RoleMissing, FieldOfOthers, ActRefused, StaleCase.
    """
    return _act(actor, number, act_name, data or {}, seen, code)


def _act(
    actor: Actor, number: str, act_name: str, data: Mapping[str, Any], seen: int | None, code: str
) -> int:
    row = locked(number)
    before = row.seen
    if act_name == "claim":
        data = {**data, "holder": actor.hand}
    loaded = proceed(actor, row, act_name, data, seen=seen, reporting=is_reporter(actor, row, code))
    if act_name == "merge":
        _demand_another(loaded, str(data.get("into", "")))
    _record(number, before + 1, loaded.events[before])
    return loaded.standing.seen


def _demand_another(joined: Loaded, into: str) -> None:
    """What is joined ends here, so the case that goes on must be there, and another one. Raises FieldMissing, FieldWrong."""
    act = joined.made.act("merge")
    title = act.title if act else ""
    if not into:
        raise FieldMissing(act=title, field="into")
    if into == joined.row.number or not Case.objects.filter(number=into).exists():
        raise FieldWrong(act=title, field="into")


def act_on_many(
    actor: Actor, numbers: Iterable[str], act_name: str, data: Mapping[str, Any] | None = None
) -> tuple[Outcome, ...]:
    """The same act on many cases, each an act of its own: what is refused for one does not stop the others."""
    found = []
    for number in numbers:
        try:
            found.append(Outcome(number, act(actor, number, act_name, data), None))
        except CityhallError as error:
            found.append(Outcome(number, 0, error))
    return tuple(found)


def attach(
    actor: Actor,
    number: str,
    name: str,
    content: bytes,
    *,
    code: str = "",
    public: bool = False,
    keep_position: bool = False,
) -> str:
    """Add a file to a case; answers its id. Type and size are checked by content, pictures lose their position unless
    `keep_position`. Whether the actor may is asked before anything is looked at, and the bytes are kept before the case is
    held. Raises FileRefused, FileTooBig, TooManyFiles, StorageFull, ScannerSilent, RoleMissing, StorageUnreachable."""
    row = find(number)
    reporting = is_reporter(actor, row, code)
    ensure_may(actor, row, "attach", {"file": ""}, reporting=reporting)
    demand_room(row, _reporter(row) if reporting else None)
    kept = keep_file(name, content, keep_position=keep_position)
    return add_file(actor, number, kept, code=code, public=public)


@action("cases.attach")
def add_file(actor: Actor, number: str, kept: Kept, *, code: str = "", public: bool = False) -> str:
    """Add a file that is kept already (`keep_file`) to a case; answers its id. Raises TooManyFiles, StorageFull, RoleMissing."""
    row = locked(number)
    reporting = is_reporter(actor, row, code)
    demand_room(row, _reporter(row) if reporting else None)
    key = new_id("att")
    before = row.seen
    loaded = proceed(actor, row, "attach", {"file": key}, reporting=reporting)
    Attachment.objects.create(
        id=key, case=row, name=kept.name[:200], kind=kept.kind, size=kept.size, sha256=kept.sha256, by=actor.hand,
        at=clock.now(), public=public and not reporting,
    )  # fmt: skip
    record(
        f"case:{number}",
        act="attach",
        seq=before + 1,
        file=kept.sha256,
        digest=digest(number, before + 1, loaded.events[before]),
    )
    return key


def _reporter(row: Case) -> Reporter | None:
    return Reporter.objects.filter(case=row).first()


def _record(number: str, seq: int, event: Event) -> None:
    record(f"case:{number}", act=event.act, seq=seq, digest=digest(number, seq, event))


def _reachable(who: Who) -> None:
    """One address, and nothing that a mail would take for another line or another address. Raises AddressWrong."""
    if not who.email:
        return
    try:
        validate_email(who.email)
    except ValidationError:
        raise AddressWrong(email=who.email[:80]) from None


def _not_too_fast(who: Who) -> None:
    if not who.origin:
        return
    recent = Reporter.objects.filter(origin=who.origin, at__gt=clock.now() - WINDOW)
    if recent.count() >= REPORTS:
        raise ReportsTooFast(minutes=int(WINDOW.total_seconds() // 60))
