"""The responsibility list: agency -> function -> system -> dataset -> item, one line per item."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cityhall.catalog.queries import Dataset, Filter, datasets, functions, systems
from cityhall.identity.queries import agencies
from cityhall.kernel.text import Text

PAGE = 200
NOTHING = Text(en="", zh="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One line: who holds which item, in which dataset, from which system, for which function of which law."""

    agency_id: str
    uscc: str
    agency: Text
    function: Text
    legal_basis: Text
    system: Text
    dataset_id: str
    code: str
    dataset: Text
    item: str
    item_title: Text
    sharing: str
    opening: str
    level: int
    update_cycle: str


def responsibilities(agency_id: str = "") -> Iterator[Duty]:
    """The lines of one agency, or of all in the order of their codes; published datasets only."""
    for agency in agencies():
        if agency_id in ("", agency.id):
            yield from _of_agency(agency.id, agency.uscc, agency.name)


def _of_agency(agency_id: str, uscc: str, name: Text) -> Iterator[Duty]:
    held = {one.id: one for one in systems(agency_id)}
    duties = {one.id: one for one in functions(agency_id)}
    for found in published_by(agency_id):
        system = held.get(found.system_id or "")
        function = duties.get(system.function_id) if system else None
        for item in found.items:
            yield Duty(
                agency_id=agency_id,
                uscc=uscc,
                agency=name,
                function=function.title if function else NOTHING,
                legal_basis=function.legal_basis if function else found.legal_basis,
                system=system.title if system else NOTHING,
                dataset_id=found.id,
                code=found.code,
                dataset=found.title,
                item=item.name,
                item_title=item.title,
                sharing=item.sharing.kind,
                opening=item.opening.kind,
                level=item.level,
                update_cycle=found.update_cycle,
            )


def published_by(agency_id: str = "") -> Iterator[Dataset]:
    """All published datasets of an agency; of all agencies without one."""
    after, more = "", True
    while more:
        page = datasets(Filter(state="published", agency_id=agency_id), after, PAGE)
        yield from page.datasets
        after, more = page.next, bool(page.next)
