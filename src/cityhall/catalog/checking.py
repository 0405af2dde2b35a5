"""Whether a draft may enter the catalogue as it stands now: the pure rules, and the words in tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cityhall.catalog import errors, models, rules
from cityhall.catalog.shapes import DatasetDraft
from cityhall.catalog.terms import terms
from cityhall.kernel.errors import CityhallError


@dataclass(frozen=True, slots=True)
class Known:
    """What drafts may refer to: field codes, and systems with the agency of each (id -> agency id)."""

    fields: frozenset[str]
    systems: dict[str, str]


def known() -> Known:
    """The fields and systems of this moment; read once for many drafts."""
    return Known(
        fields=frozenset(models.Field.objects.values_list("code", flat=True)),
        systems=dict(models.System.objects.values_list("id", "agency_id")),
    )


def draft_problems(draft: DatasetDraft, state: str, words: Known) -> tuple[CityhallError, ...]:
    """All problems of a draft that is (to be) in the given state."""
    found = [*rules.problems(draft), *_reference_problems(draft, words)]
    if state == "published":
        found += rules.publication_problems(draft, draft.code)
    return tuple(found)


def demand_sound(draft: DatasetDraft, state: str) -> None:
    """Pass, or raise the first problem."""
    for problem in draft_problems(draft, state, known()):
        raise problem


def _reference_problems(draft: DatasetDraft, words: Known) -> Iterator[CityhallError]:
    vocabularies = (
        ("field", draft.field_code, words.fields),
        ("licence", draft.licence, terms("licences").keys()),
        ("update_cycle", draft.update_cycle, terms("cycles").keys()),
    )
    for place, word, allowed in vocabularies:
        if word and word not in allowed:
            yield errors.WordUnknown(place=place, word=word, allowed=", ".join(sorted(allowed)))
    if draft.system_id and draft.system_id not in words.systems:
        yield errors.SystemUnknown(system=draft.system_id)
    elif draft.system_id and words.systems[draft.system_id] != draft.agency_id:
        yield errors.SystemForeign(system=draft.system_id)
