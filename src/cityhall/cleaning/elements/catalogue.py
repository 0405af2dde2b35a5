"""Reads the standard elements from their YAML files, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from cityhall.kernel.declared import read_yaml
from cityhall.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Step:
    """One test an element's value must pass, and the reason given when it does not."""

    reason: str
    kind: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Element:
    """A standard element: binding an item to it gives the item its check, mask, level and documentation."""

    code: str
    name: Text
    type: str
    steps: tuple[Step, ...]
    mend: tuple[str, ...]
    """Safe repairs tried when a cell is not valid as it is: trim, half_width, upper, lower, no_spaces,
    no_dashes."""
    params: Mapping[str, Any]
    narrower: Mapping[str, Any]
    """Tighter params proposed when nearly all values keep to them, such as the country's own coordinates."""
    reference: Mapping[str, str]
    """`name`, `reason` and `severity`: a list of codes the check compares with when the caller gives it under
    that name, as Parquet with the columns `code` and `open` (longer codes that begin with it are known too)."""
    hints: tuple[str, ...]
    needs_hint: bool
    """Whether the values alone prove nothing, so that the header must speak for the element."""
    telling: tuple[str, ...]
    """Headers that give a column the element's level whatever its cells prove: what is wrong in each cell is personal still."""
    level: str
    personal: bool
    mask: str
    source: str
    suggestion: Text
    valid: tuple[str, ...]
    invalid: tuple[tuple[str, str], ...]


@cache
def elements() -> Mapping[str, Element]:
    """Every declared element by its code, in the order of the files: the more specific first."""
    found: dict[str, Element] = {}
    folder = files("cityhall.cleaning.elements")
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".yaml"):
            for entry in read_yaml(file):
                found[entry["code"]] = _element(entry)
    return found


def _element(entry: Mapping[str, Any]) -> Element:
    steps = tuple(
        Step(step["reason"], step["kind"], {k: v for k, v in step.items() if k not in ("reason", "kind")})
        for step in entry.get("steps", ())
    )
    return Element(
        code=entry["code"],
        name=Text.from_dict(entry["name"]),
        type=entry.get("type", "text"),
        steps=steps,
        mend=tuple(entry.get("mend", ("trim", "half_width"))),
        params=entry.get("params", {}),
        narrower=entry.get("narrower", {}),
        reference=entry.get("reference", {}),
        hints=tuple(hint.lower() for hint in entry.get("hints", ())),
        needs_hint=entry.get("needs_hint", False),
        telling=tuple(hint.lower() for hint in entry.get("telling", ())),
        level=entry.get("level", "L1"),
        personal=entry.get("personal", False),
        mask=entry.get("mask", "none"),
        source=entry.get("source", ""),
        suggestion=Text.from_dict(entry.get("suggestion", {"en": "", "zh": ""})),
        valid=tuple(str(value) for value in entry.get("valid", ())),
        invalid=tuple((str(case["value"]), case["reason"]) for case in entry.get("invalid", ())),
    )
