"""Suggested fixes that can be computed, as SQL: the right check character, the nearest day there is."""

from __future__ import annotations

from cityhall.cleaning import duck, steps
from cityhall.cleaning.elements.catalogue import Step, elements
from cityhall.cleaning.readings import days
from cityhall.cleaning.readings.form import Reading
from cityhall.cleaning.tables import ItemSpec


def suggestion(item: ItemSpec, reading: Reading) -> str:
    """SQL of a suggested value for a cell that cannot be read, or null where none can be computed."""
    if item.type in ("date", "datetime"):
        return days.nearest(reading.repaired)
    element = elements().get(item.element or "")
    if element is None:
        return "NULL::VARCHAR"
    for place, step in enumerate(element.steps):
        if step.kind == "weighted" and step.params["weights"][-1] == 1:
            sound = " AND ".join(
                f"({steps.passes(reading.repaired, other.kind, other.params, briefly=True)})"
                for other in element.steps[:place]
            )
            return f"CASE WHEN {sound or 'true'} THEN {_with_check_character(reading.repaired, step)} END"
    return "NULL::VARCHAR"


def _with_check_character(value: str, step: Step) -> str:
    """The same value with the last character that makes the weighted sum right."""
    body = {**step.params, "weights": [*step.params["weights"][:-1], 0]}
    alphabet, modulus = step.params["alphabet"], int(step.params["modulus"])
    remainder = int(step.params.get("remainder", 0))
    place = f"({remainder + modulus} - {steps.weighted_sum_briefly(value, body)} % {modulus}) % {modulus}"
    return (
        f"left({value}, {len(step.params['weights']) - 1}) || substr({duck.text(alphabet)}, 1 + {place}, 1)"
    )
