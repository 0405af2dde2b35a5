"""Names in a declaration: each leads to something of its kind, or is blamed with its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cityhall.cases.declaring import built_in
from cityhall.cases.declaring.guards import Guard, GuardRefused, guard
from cityhall.cases.declaring.shapes import OWN_FIELDS, STAY
from cityhall.cases.declaring.strict import Document, Path
from cityhall.kernel.text import Text


class Names:
    """What the document declares, and the ways to look it up."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.said: dict[str, Any] = document.content
        self.states = {name: number for number, name in enumerate(self.said["states"])}
        self.form: dict[str, Any] = self.said.get("form", {})
        self.clock_names = {name: number for number, name in enumerate(self.said.get("clocks", {}))}
        self.declared_acts = {name: number for number, name in enumerate(self.said["acts"])}

    def _known(self, name: str, known: Any, path: Path, what: str) -> str:
        if name and name not in known:
            self.document.blame(
                "name.unknown",
                path,
                "There is no {what} named {name}",
                "没有名为 {name} 的 {what}",
                what=what,
                name=name,
            )
        return name

    def _state_number(self, name: str | None, path: Path) -> int:
        if name is None:
            return STAY
        self._known(name, self.states, path, "state")
        return self.states.get(name, STAY)

    def _sources(self, names: list[str], path: Path) -> frozenset[int]:
        if names == ["any_open"]:
            return frozenset(
                number for name, number in self.states.items() if not self.said["states"][name].get("end")
            )
        return frozenset(self._state_number(name, path) for name in names)

    def _act_number(self, name: str, path: Path) -> int:
        self._known(name, self.declared_acts, path, "act")
        return self.declared_acts.get(name, -1)

    def _clock_number(self, name: str | None, path: Path) -> int:
        if name is None:
            return -1
        self._known(name, self.clock_names, path, "clock")
        return self.clock_names.get(name, -1)

    def _column(self, text: str, path: Path) -> str:
        """`field.column` where the field has a code table with that column."""
        if not text:
            return ""
        name, column = self._split(text)
        self._known(name, self.form, path, "field")
        table = self.said.get("tables", {}).get(self.form.get(name, {}).get("table"), {})
        self._known(column, table.get("columns", {}), path, "column")
        return text

    @staticmethod
    def _split(text: str) -> tuple[str, str]:
        name, _, column = text.partition(".")
        return name, column

    def _guard(self, text: str | None, path: Path) -> Guard | None:
        if text is None:
            return None
        try:
            made = guard(text)
        except GuardRefused as why:
            self.document.blame(
                "guard.unreadable", path, "Not a condition: {why}", "不是条件表达式：{why}", why=why
            )
            return None
        for name in made.names:
            self._guard_name(name, path)
        return made

    def _guard_name(self, name: str, path: Path) -> None:
        function, _, argument = name.rstrip(")").partition("(")
        known = {
            "late": (self.clock_names, "clock"),
            "times": ({**self.declared_acts, **dict.fromkeys(built_in.NAMES)}, "act"),
            "given": ({**self.form, **dict.fromkeys(OWN_FIELDS)}, "field"),
        }
        if argument:
            self._known(argument, *_swap(known[function], path))
        elif "." in name:
            self._column(name, path)
        else:
            self._known(name, {**self.form, **dict.fromkeys(OWN_FIELDS), "children_open": 0}, path, "field")


def _swap(known: tuple[Any, str], path: Path) -> tuple[Any, Path, str]:
    return known[0], path, known[1]


def words(said: Mapping[str, Any]) -> Text:
    return Text(en=said["en"], zh=said["zh"])


def listed(value: Any) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)
