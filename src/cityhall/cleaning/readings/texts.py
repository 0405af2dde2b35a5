"""Reading a cell as text, under the steps of a standard element."""

from __future__ import annotations

from collections.abc import Sequence

from cityhall.cleaning import mending, steps
from cityhall.cleaning.elements.catalogue import Element, Step
from cityhall.cleaning.readings.form import Reading


def reading(element: Element | None, cell: str) -> Reading:
    """Text stays as it is unless its element asks something; then safe repairs are tried before it is refused."""
    if element is None or not element.steps:
        return Reading(cell, "true", "true", cell, cell, (), cell)
    repaired = mending.mended(cell, element.mend)
    valid = _all(cell, element.steps)
    return Reading(
        cell=cell,
        valid=valid,
        mended=mending.once(repaired, lambda text: _all(text, element.steps, briefly=True)),
        value=repaired,
        plain_value=cell,
        faults=tuple((step.reason, f"NOT ({_one(repaired, step, briefly=True)})") for step in element.steps),
        repaired=repaired,
        brief=_all(cell, element.steps, briefly=True),
        shared=tuple(part for step in element.steps for part in steps.shared(cell, step.kind, step.params)),
    )


def _one(value: str, step: Step, *, briefly: bool = False) -> str:
    return steps.passes(value, step.kind, step.params, briefly=briefly)


def _all(value: str, tests: Sequence[Step], *, briefly: bool = False) -> str:
    return " AND ".join(f"({_one(value, step, briefly=briefly)})" for step in tests)
