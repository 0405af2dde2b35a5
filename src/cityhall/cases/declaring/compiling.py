"""From the content of a file to a compiled type. Every name that leads nowhere is blamed with its place."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any

import rfc8785

from cityhall.cases.declaring import built_in
from cityhall.cases.declaring.judging import evaluations, publication
from cityhall.cases.declaring.limits import limit
from cityhall.cases.declaring.naming import Names, listed, words
from cityhall.cases.declaring.shapes import (
    IDLE,
    OWN_FIELDS,
    PAUSES,
    STARTS,
    STOPS,
    Act,
    Allowance,
    CaseType,
    Clock,
    CodeTable,
    Default,
    Duplicates,
    Extension,
    Field,
    Measure,
    Rating,
    Role,
    Row,
    State,
    Task,
)
from cityhall.cases.declaring.strict import Path

# What faces read of a declaration as it was said.
OUTSIDE = ("open311", "public_reply", "knowledge", "inspecting", "abstract", "reported_as")
RESERVED = frozenset(
    {"note", "public_note", "rating", "task", "tasks", "into", "clock", "file", "version", "state", "from"}
)


class Compiler(Names):
    """Reads one document whose shape has been checked; `document.problems` tells what leads nowhere."""

    def compile(self) -> CaseType:
        """The type; of use only when no problem was found."""
        said = self.said
        states = tuple(self._state(name) for name in said["states"])
        acts = [self._act(name) for name in said["acts"]]
        acts += built_in.built_in_acts(states, len(acts), "rating" in said)
        return CaseType(
            name=said["case"],
            version=said["version"],
            digest=sha256(rfc8785.dumps(said)).hexdigest(),
            title=words(said),
            calendar=said["calendar"],
            roles=MappingProxyType({name: self._role(name, said) for name, said in said["roles"].items()}),
            fields=MappingProxyType({name: self._field(name, said) for name, said in self.form.items()}),
            states=states,
            acts=tuple(acts),
            clocks=tuple(self._clock(name) for name in self.clock_names),
            tables=MappingProxyType(
                {name: _table(name, said) for name, said in said.get("tables", {}).items()}
            ),
            measures=_measures(said.get("measures", {})),
            patrols=_measures(said.get("patrols", {})),
            publication=publication(said.get("figures")),
            evaluations=evaluations(
                said.get("evaluation"), said.get("measures", {}), said.get("patrols", {}), self.document
            ),
            duplicates=self._duplicates(),
            rating=self._rating(),
            area=self._known(said.get("area", ""), self.form, ("area",), "field"),
            kind=self._known(said.get("kind", ""), self.form, ("kind",), "field"),
            spot=self._known(said.get("spot", ""), self.form, ("spot",), "field"),
            moves=MappingProxyType(
                {int(old): dict(states) for old, states in said.get("migrate", {}).items()}
            ),
            fixed=frozenset(
                self._known(one, {**self.form, "agency": 0}, ("fixed",), "field")
                for one in said.get("fixed", ())
            ),
            act_numbers=MappingProxyType({act.id: act.number for act in acts}),
            state_numbers=MappingProxyType(self.states),
            extras=MappingProxyType({name: said[name] for name in OUTSIDE if name in said}),
        )

    # ---- parts ----

    def _role(self, name: str, said: Mapping[str, Any]) -> Role:
        path = ("roles", name)
        who, right, of = said.get("who", "right"), said.get("right", ""), said.get("of", "city")
        if who == "right" and not right:
            self.document.blame(
                "role.nobody",
                path,
                "Say who: or right: for the role {name}",
                "角色 {name} 须写明 who 或 right",
                name=name,
            )
        if of not in ("city", "case", "area"):
            self._known(of, self.form, (*path, "of"), "field")
        return Role(name, words(said), who, right, of)

    def _field(self, name: str, said: Mapping[str, Any]) -> Field:
        path = ("form", name)
        if name in RESERVED or name in OWN_FIELDS:
            self.document.blame(
                "field.reserved",
                path,
                "{name} is a word of the engine; call the field otherwise",
                "{name} 为引擎保留名，请改名",
                name=name,
            )
        table = said.get("table", "")
        if said["type"] == "code":
            self._known(table or "(none)", self.said.get("tables", {}), path, "table")
        if said["type"] == "choice" and not said.get("options"):
            self.document.blame("field.options", path, "A choice needs options", "选项型字段须有 options")
        return Field(
            id=name,
            title=words(said),
            type=said["type"],
            table=table,
            options={code: words(one) for code, one in said.get("options", {}).items()},
            required=said.get("required", False),
            public=said.get("public", False),
            level=said.get("level", 1 if said.get("public") else 2),
            condition=self._guard(said.get("if"), (*path, "if")),
            minimum=said.get("min"),
            maximum=said.get("max"),
            hint=words(said["hint"]) if "hint" in said else None,
            like=self._known(said.get("like", ""), self.form, (*path, "like"), "field"),
            source=self._known(said.get("from", ""), self.form, (*path, "from"), "field"),
            by=self._roles(said.get("by"), (*path, "by")),
            defaults=self._defaults(said.get("default"), (*path, "default")),
        )

    def _defaults(self, said: Any, path: Path) -> tuple[Default, ...]:
        cases = said if isinstance(said, list) else [] if said is None else [{"is": said}]
        return tuple(
            Default(self._roles(one.get("by"), (*path, number, "by")), one["is"])
            for number, one in enumerate(cases)
        )

    def _roles(self, said: Any, path: Path) -> tuple[str, ...]:
        known = {**self.said["roles"], **dict.fromkeys(built_in.ROLES)}
        return tuple(self._known(one, known, path, "role") for one in listed(said))

    def _state(self, name: str) -> State:
        said, path = self.said["states"][name], ("states", name)
        tasks = tuple(
            Task(
                task,
                words(one),
                self._known(one["by"], self.said["roles"], (*path, "tasks", task, "by"), "role"),
            )
            for task, one in said.get("tasks", {}).items()
        )
        if bool(tasks) != ("then" in said):
            self.document.blame(
                "state.join", path, "tasks and then: belong together", "tasks 与 then 须同时出现"
            )
        join = said.get("join", "all")
        many = {"all": len(tasks), "any": 1}.get(join, join) if tasks else 0
        return State(
            name,
            self.states[name],
            words(said),
            said.get("end", ""),
            tasks,
            many,
            self._state_number(said.get("then"), (*path, "then")),
        )

    def _act(self, name: str) -> Act:
        said, path = self.said["acts"][name], ("acts", name)
        if name in built_in.NAMES:
            self.document.blame(
                "act.reserved",
                path,
                "{name} is an act of the engine; call it otherwise",
                "{name} 为引擎自带操作，请改名",
                name=name,
            )
        fields = {**self.form, **dict.fromkeys(OWN_FIELDS), **({"tasks": None} if "to" in said else {})}
        takes = tuple(
            self._known(one, fields, (*path, "takes"), "field") for one in listed(said.get("takes"))
        )
        opens = "from" not in said
        if opens and "to" not in said:
            self.document.blame(
                "act.nowhere",
                path,
                "An act without from: opens cases and needs to:",
                "无 from 的操作用于立案，须有 to",
            )
        return Act(
            id=name,
            number=self.declared_acts[name],
            title=words(said),
            opens=opens,
            sources=self._sources(listed(said.get("from")), (*path, "from")),
            target=self._state_number(said.get("to"), (*path, "to")),
            by=self._roles(said["by"], (*path, "by")),
            needs=tuple(
                self._known(one, fields, (*path, "needs"), "field") for one in listed(said.get("needs"))
            ),
            takes=takes if takes or not opens else tuple(self.form),
            condition=self._guard(said.get("if"), (*path, "if")),
            most=said.get("most", 0),
            within=limit(said["within"]) if "within" in said else None,
            before=self._clock_number(said.get("before"), (*path, "before")),
            not_by=tuple(self._act_number(one, (*path, "not_by")) for one in listed(said.get("not_by"))),
            extends=self._extension(said.get("extends"), (*path, "extends")),
            assign=self._column(said.get("assign", ""), (*path, "assign")),
            clears=tuple(
                self._known(one, fields, (*path, "clears"), "field") for one in listed(said.get("clears"))
            ),
            tell=tuple(
                self._known(one, {**self.said["roles"], "reporter": 0, "holder": 0}, (*path, "tell"), "role")
                for one in listed(said.get("tell"))
            ),
            public=said.get("public", True),
        )

    def _clock(self, name: str) -> Clock:
        said, path = self.said["clocks"][name], ("clocks", name)
        roles = [IDLE] * len(self.states)
        for word, role in (("starts", STARTS), ("pauses", PAUSES), ("stops", STOPS)):
            for state in listed(said.get(word)):
                number = self._state_number(state, (*path, word))
                if number >= 0 and roles[number] != IDLE:
                    self.document.blame(
                        "clock.twice",
                        (*path, word),
                        "{state} does two things to this clock",
                        "状态 {state} 对该计时重复定义",
                        state=state,
                    )
                roles[number] = role
        late = said.get("late", {})
        known = {**self.said["roles"], "reporter": 0, "holder": 0}
        return Clock(
            id=name,
            number=self.clock_names[name],
            title=words(said),
            roles=tuple(roles),
            limits=self._allowances(said["limit"], (*path, "limit")),
            restart=said.get("again") == "restart",
            warn=said.get("warn", 0) / 100,
            late_act=self._act_number(late["act"], (*path, "late", "act")) if "act" in late else -1,
            late_tell=tuple(
                self._known(one, known, (*path, "late", "tell"), "role") for one in listed(late.get("tell"))
            ),
            warn_tell=tuple(
                self._known(one, known, (*path, "warn_tell"), "role") for one in listed(said.get("warn_tell"))
            ),
            main=said.get("main", False)
            or (
                self.clock_names[name] == 0
                and not any(one.get("main") for one in self.said["clocks"].values())
            ),
        )

    def _allowances(self, said: Any, path: Path) -> tuple[Allowance, ...]:
        cases = said if isinstance(said, list) else [{"is": said}]
        found = []
        for number, case in enumerate(cases):
            place = (*path, number) if isinstance(said, list) else path
            amount = limit(case["is"])
            column = ("", "") if amount else self._split(self._column(case["is"], place))
            found.append(Allowance(amount, column, self._guard(case.get("if"), place)))
        if found[-1].condition is not None:
            self.document.blame(
                "clock.limitless",
                path,
                "The last limit needs no if:, so that there always is one",
                "最后一项时限不得带 if，以保证总有时限",
            )
        return tuple(found)

    def _extension(self, said: Mapping[str, Any] | None, path: Path) -> Extension | None:
        more = limit(said["more"]) if said else None
        return Extension(self._clock_number(said["clock"], path), more) if said and more else None

    def _duplicates(self) -> Duplicates | None:
        said = self.said.get("duplicates")
        within = limit(said["within"]) if said else None
        if said is None or within is None:
            return None
        same = tuple(
            self._known(one, self.form, ("duplicates", "same"), "field") for one in listed(said.get("same"))
        )
        return Duplicates(same, float(said.get("metres", 0)), within)

    def _rating(self) -> Rating | None:
        said = self.said.get("rating")
        within = limit(said["within"]) if said else None
        if said is None or within is None:
            return None
        by = self._known(said["by"], {**self.said["roles"], "reporter": 0}, ("rating", "by"), "role")
        then = self._act_number(said["then"], ("rating", "then")) if "then" in said else -1
        if said.get("bad") and then < 0:
            self.document.blame(
                "rating.unmended",
                ("rating",),
                "Bad ratings need then: the act that follows by force",
                "差评须有 then：强制整改的操作",
            )
        return Rating(by, within, tuple(said.get("bad", ())), then)


def _measures(said: Mapping[str, Any]) -> tuple[Measure, ...]:
    return tuple(Measure(name, words(one), one["is"], one.get("as", "percent")) for name, one in said.items())


def _table(name: str, said: Mapping[str, Any]) -> CodeTable:
    """The rows of a table by code, oldest first; cells that are limits become limits."""
    columns: dict[str, str] = said.get("columns", {})
    rows: dict[str, list[Row]] = {}
    for row in said["rows"]:
        values = {
            column: limit(str(row[column])) if kind == "limit" else row[column]
            for column, kind in columns.items()
            if column in row
        }
        rows.setdefault(row["code"], []).append(
            Row(row.get("from", ""), row.get("to", ""), values, words(row))
        )
    return CodeTable(
        name,
        tuple(columns),
        {code: tuple(sorted(dated, key=lambda one: one.since)) for code, dated in rows.items()},
    )
