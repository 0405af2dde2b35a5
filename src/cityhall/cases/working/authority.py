"""Who may do what on which case: the declared roles, asked of identity."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from cityhall.cases.declaring.shapes import Act, CaseType, Role
from cityhall.cases.errors import FieldOfOthers, RoleMissing
from cityhall.cases.folding.standing import UNBORN, Standing
from cityhall.cases.models import Unit
from cityhall.identity.errors import AgencyUnknown
from cityhall.identity.queries import agencies, agency, can, scopes
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Part:
    """An actor in front of one case. `reporting` is true for its reporter, known by account or by the code."""

    actor: Actor
    made: CaseType
    standing: Standing
    area: str
    reporting: bool


def demand(part: Part, act: Act, data: dict[str, object]) -> None:
    """Pass, or raise RoleMissing."""
    if not may(part, act, data):
        raise RoleMissing(act=act.title, roles=_titles(part.made, act.by))


def demand_fields(part: Part, names: Iterable[str]) -> None:
    """Pass when the actor fills all of these, or raise FieldOfOthers; what is no field of the form is not asked about."""
    for name in names:
        if not fills(part, name):
            declared = part.made.fields[name]
            raise FieldOfOthers(field=declared.title, roles=_titles(part.made, declared.by))


def fills(part: Part, name: str) -> bool:
    """Whether a field is the actor's to fill on this case."""
    declared = part.made.fields.get(name)
    if declared is None or not declared.by or part.actor.kind == "system":
        return True
    return any(holds(part, role) for role in declared.by)


def opens_as(part: Part, name: str) -> bool:
    """Whether the opener of a case opens it in this role. The platform may do everything, and is nobody but itself."""
    if part.actor.kind != "system":
        return holds(part, name)
    declared = part.made.roles.get(name)
    return name == "system" or (declared is not None and declared.who == "system")


def closed_to(part: Part) -> frozenset[str]:
    """The fields of the form that others fill on this case."""
    return frozenset(name for name in part.made.fields if not fills(part, name))


def _titles(made: CaseType, names: Iterable[str]) -> Text:
    titles = [made.roles[name].title if name in made.roles else _BUILT_IN[name] for name in names]
    return Text(en=", ".join(one.en for one in titles), zh="、".join(one.zh for one in titles))


_BUILT_IN = {
    "hand": Text(en="whose turn it is", zh="当前办理人"),
    "worker": Text(en="who works on the case", zh="办理人"),
    "supervisor": Text(en="case supervisor", zh="督办员"),
    "reporter": Text(en="the reporter", zh="上报人"),
    "system": Text(en="the system", zh="系统"),
}


def may(part: Part, act: Act, data: dict[str, object] | None = None) -> bool:
    """Whether the actor holds one of the act's roles for this case."""
    if part.actor.kind == "system":
        return True
    if act.id == "finish_task":
        return _may_finish(part, str((data or {}).get("task", "")))
    return any(holds(part, name) for name in act.by)


def acts_now(part: Part) -> tuple[Act, ...]:
    """The declared acts that are open to the actor where the case stands (conditions aside)."""
    return tuple(act for act in _leading(part) if not act.opens and may(part, act))


def _leading(part: Part) -> Iterable[Act]:
    return (act for act in part.made.acts if not act.built_in and part.standing.state in act.sources)


def holds(part: Part, name: str) -> bool:
    """Whether the actor has a role, declared or the engine's own, on this case."""
    declared = part.made.roles.get(name)
    if declared is not None:
        return _holds_role(part, declared, part.standing.agency)
    if name == "supervisor":
        return _scoped(part.actor, "cases.supervise", part.standing.agency)
    if name == "reporter":
        return part.reporting
    return (name == "worker" and works(part)) or (name == "hand" and _may_act(part))


def works(part: Part) -> bool:
    """Whether the actor has, at some time of such a case, something to do with it by right."""
    roles = (role for role in part.made.roles.values() if role.who == "right")
    return any(_holds_role(part, role, part.standing.agency) for role in roles) or _has_task(part)


def _holds_role(part: Part, role: Role, responsible: str) -> bool:
    match role.who:
        case "anyone":
            return True
        case "reporter":
            return part.reporting
        case "system":
            return False
    if role.of == "city":
        return can(part.actor, role.right)
    if role.of == "case":
        return _scoped(part.actor, role.right, responsible)
    if role.of == "area":
        return _in_area(part.actor, role.right, part.area)
    return _scoped(part.actor, role.right, str(part.standing.fields.get(role.of, "")))


def _may_act(part: Part) -> bool:
    """Whether some declared act that needs a right, or an open task, is open to the actor."""
    names = {name for act in _leading(part) for name in act.by}
    roles = [part.made.roles[name] for name in names if name in part.made.roles]
    if any(role.who == "right" and _holds_role(part, role, part.standing.agency) for role in roles):
        return True
    return _has_task(part)


def _has_task(part: Part) -> bool:
    return any(_may_finish(part, task) for task in part.standing.tasks)


def _may_finish(part: Part, task: str) -> bool:
    state = part.made.states[part.standing.state] if part.standing.state != UNBORN else None
    declared = next((one for one in state.tasks if one.id == task), None) if state else None
    if declared is None:
        return False
    return _holds_role(
        part, part.made.roles[declared.by], part.standing.tasks.get(task) or part.standing.agency
    )


def _scoped(actor: Actor, right: str, agency_name: str) -> bool:
    if can(actor, right):
        return True
    return bool(agency_name) and can(actor, right, agency_id(agency_name))


def _in_area(actor: Actor, right: str, area: str) -> bool:
    held = scopes(actor, right)
    return "" in held or any(area.startswith(code) for code in divisions_of(held) if code)


def agency_id(name: str) -> str:
    """The id of an agency named by id, USCC or the code of a responsible unit; an unknown one stays as it is."""
    try:
        return agency(name).id
    except AgencyUnknown:
        return Unit.objects.filter(code=name).values_list("agency", flat=True).first() or name


def agency_names_of(ids: Iterable[str]) -> set[str]:
    """Under which names the cases of these agencies may stand: ids, USCCs, codes of units."""
    wanted = set(ids)
    codes = Unit.objects.filter(agency__in=wanted).values_list("code", flat=True)
    return wanted | {one.uscc for one in agencies() if one.id in wanted} | set(codes)


def agency_titles() -> dict[str, Text]:
    """What agencies are called, by every name under which a case may stand with them: id, USCC, code of a unit."""
    known = agencies()
    titles = {one.id: one.name for one in known}
    units = dict(Unit.objects.values_list("code", "agency"))
    by_unit = {code: titles[key] for code, key in units.items() if key in titles}
    return {**by_unit, **titles, **{one.uscc: one.name for one in known}}


def divisions_of(ids: Iterable[str]) -> tuple[str, ...]:
    """The division codes of the agencies, without the zeros that only fill."""
    wanted = set(ids)
    return tuple(_short(one.division) for one in agencies() if one.id in wanted)


@lru_cache(maxsize=1024)
def _short(code: str) -> str:
    while len(code) > 2 and code.endswith("00") and len(code) <= 6:
        code = code[:-2]
    return code
