"""The form of a new case as somebody finds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from cityhall.cases.declaring.filling import default_of
from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.folding.standing import Standing
from cityhall.cases.working.authority import Part, closed_to, opens_as
from cityhall.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Blank:
    """The fields that others fill (`closed`), and what stands in a field until something else is said."""

    closed: frozenset[str]
    values: Mapping[str, Any]


def blank(actor: Actor, made: CaseType) -> Blank:
    """What a type's form is to an actor who opens a case of it."""
    part = Part(actor, made, Standing(), "", reporting=True)
    known = {name: default_of(one, partial(opens_as, part)) for name, one in made.fields.items()}
    return Blank(closed_to(part), {name: value for name, value in known.items() if value is not None})
