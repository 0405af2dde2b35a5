"""Reading a cell as yes or no."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cityhall.cleaning import duck, mending
from cityhall.cleaning.readings.form import Reading

YES = ("true", "yes", "y", "t", "是", "有", "1", "对", "√")
NO = ("false", "no", "n", "f", "否", "无", "0", "错", "×")


def reading(params: Mapping[str, Any], cell: str) -> Reading:
    """A boolean word: those of `params` (`yes`, `no`) or the usual ones, whatever their case."""
    yes, no = tuple(params.get("yes", YES)), tuple(params.get("no", NO))
    repaired = mending.mended(cell, ("trim", "half_width", "lower"))
    words = duck.texts((*yes, *no))
    value = f"({repaired} IN ({duck.texts(yes)}))"
    return Reading(
        cell=cell,
        valid=f"lower({cell}) IN ({words})",
        mended=f"{repaired} IN ({words})",
        value=value,
        plain_value=f"(lower({cell}) IN ({duck.texts(yes)}))",
        faults=(("not_yes_or_no", "true"),),
        repaired=repaired,
        sql_type="BOOLEAN",
    )
