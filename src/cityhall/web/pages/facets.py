"""Facets as the list shows them: names for values, a link for every choice, a chip for every choice made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from cityhall.catalog.queries import fields
from cityhall.identity.queries import agency_names
from cityhall.opening.queries import FORMATS, Facet, Found, Option
from cityhall.places.queries import division_titles
from cityhall.web.words import known, pick, say

SHOWN = 6
"""Values of a facet that are seen at once; the others unfold."""
Names = Mapping[Facet, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Choice:
    """A value in words, how many datasets it leaves, and the address that chooses it (or takes it back)."""

    words: str
    count: int
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class FacetShown:
    """One facet: its name, the first values, and those that unfold."""

    name: Facet
    first: tuple[Choice, ...]
    more: tuple[Choice, ...]

    def within(self, path: str) -> FacetShown:
        """The same facet with its links leading to another page."""
        first, more = (
            [replace(one, address=path + one.address) for one in some] for some in (self.first, self.more)
        )
        return FacetShown(self.name, tuple(first), tuple(more))


@dataclass(frozen=True, slots=True)
class Chip:
    """A choice that was made, the address without it, and how many datasets would be there then."""

    facet: Facet
    words: str
    address: str
    without: int


def names_of(facets: Mapping[Facet, tuple[Option, ...]]) -> Names:
    """What the values of agency, field and region are called in the language of the page."""
    regions = [option.value for option in facets["region"]]
    return {
        "field": {one.code: pick(one.title) for one in fields()},
        "agency": {key: pick(name) for key, name in agency_names().items()},
        "region": {code: pick(title) for code, title in division_titles(regions).items()},
        "format": {code: pick(one.title) for code, one in FORMATS.items()},
    }


def facets_of(found: Found, names: Names, asked: Mapping[str, str]) -> tuple[FacetShown, ...]:
    """The facets that have something to choose."""
    shown = []
    for facet, options in found.facets.items():
        choices = [_choice(facet, option, names, asked) for option in options]
        if len(choices) > 1 or any(one.chosen for one in choices):
            ahead = [one for one in choices if one.chosen or choices.index(one) < SHOWN]
            rest = [one for one in choices if one not in ahead]
            shown.append(FacetShown(facet, tuple(ahead), tuple(rest)))
    return tuple(shown)


def chips_of(
    chosen: Mapping[Facet, str], found: Found, names: Names, asked: Mapping[str, str]
) -> tuple[Chip, ...]:
    """A chip for every chosen value."""
    return tuple(
        Chip(facet, value_words(facet, value, names), _address(asked, facet, ""), found.without.get(facet, 0))
        for facet, value in chosen.items()
    )


def value_words(facet: Facet, value: str, names: Names) -> str:
    """A value in words; one that nobody knows is shown as it was asked."""
    if facet in names:
        return names[facet].get(value, value)
    key = {"opening": f"opening.{value}", "level": f"finding.level_{value}"}.get(
        facet, f"finding.{facet}_{value}"
    )
    return say(key) if known(key) else value


def _choice(facet: Facet, option: Option, names: Names, asked: Mapping[str, str]) -> Choice:
    address = _address(asked, facet, "" if option.chosen else option.value)
    return Choice(value_words(facet, option.value, names), option.count, address, option.chosen)


def _address(asked: Mapping[str, str], facet: Facet, value: str) -> str:
    return "?" + urlencode({name: one for name, one in {**asked, facet: value}.items() if one})
