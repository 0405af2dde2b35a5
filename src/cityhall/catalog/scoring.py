"""Metadata quality: the 405 points of data.europa.eu's MQA, as a pure function of facts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from cityhall.catalog.shapes import Dataset
from cityhall.catalog.terms import FOLDER, terms
from cityhall.kernel.declared import read_yaml
from cityhall.kernel.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What the caller knows about how a dataset is served: its best file's format (EU file type such as CSV)
    and media type, size in bytes, and whether addresses answer and the DCAT-AP shapes hold."""

    access_url_answers: bool = False
    download_url: bool = False
    download_url_answers: bool = False
    format: str = ""
    media_type: str = ""
    byte_size: int | None = None
    dcat_ap_compliant: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One truth per indicator."""

    keywords: bool = False
    theme: bool = False
    spatial: bool = False
    temporal: bool = False
    access_url_answers: bool = False
    download_url: bool = False
    download_url_answers: bool = False
    format: bool = False
    media_type: bool = False
    format_from_vocabulary: bool = False
    non_proprietary: bool = False
    machine_readable: bool = False
    dcat_ap_compliant: bool = False
    licence: bool = False
    licence_from_vocabulary: bool = False
    access_rights: bool = False
    access_rights_from_vocabulary: bool = False
    contact: bool = False
    publisher: bool = False
    rights: bool = False
    byte_size: bool = False
    issued: bool = False
    modified: bool = False


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator with the points given out of those possible; `raise_by` says what would earn the rest,
    else None."""

    code: str
    dimension: str
    title: Text
    points: int
    possible: int
    raise_by: Text | None


@dataclass(frozen=True, slots=True)
class Mqa:
    """A dataset's metadata quality: points of 405, rating, points per dimension as (title, given, possible)."""

    points: int
    possible: int
    rating: str
    rating_title: Text
    dimensions: dict[str, tuple[Text, int, int]]
    indicators: tuple[Indicator, ...]

    @property
    def advice(self) -> tuple[Indicator, ...]:
        """The indicators that can be raised, the most rewarding first."""
        lacking = (indicator for indicator in self.indicators if indicator.raise_by)
        return tuple(sorted(lacking, key=lambda indicator: indicator.points - indicator.possible))


def score(facts: Facts) -> Mqa:
    """The points for the facts (MQA methodology of data.europa.eu)."""
    indicators = tuple(
        _indicator(row, dimension["code"], getattr(facts, row["fact"]))
        for dimension in _method()["dimensions"]
        for row in dimension["indicators"]
    )
    points = sum(indicator.points for indicator in indicators)
    rating = next(row for row in _method()["ratings"] if points >= row["from"])
    return Mqa(
        points=points,
        possible=sum(indicator.possible for indicator in indicators),
        rating=rating["code"],
        rating_title=Text.from_dict(rating["title"]),
        dimensions={row["code"]: _dimension(row, indicators) for row in _method()["dimensions"]},
        indicators=indicators,
    )


def facts_of(dataset: Dataset, served: Served) -> Facts:
    """What holds of a dataset: from its entry, and from how it is served."""
    formats = _formats()
    known = formats.get(served.format.upper(), {})
    limits = [item.opening.reason for item in dataset.items]
    return Facts(
        keywords=bool(dataset.keywords),
        theme=bool(dataset.field_code),
        spatial=bool(dataset.spatial.division or dataset.spatial.bbox or dataset.region),
        temporal=bool(dataset.temporal.start or dataset.temporal.end),
        access_url_answers=served.access_url_answers,
        download_url=served.download_url,
        download_url_answers=served.download_url and served.download_url_answers,
        format=bool(served.format),
        media_type=bool(served.media_type),
        format_from_vocabulary=bool(known) and known["media_type"] == served.media_type,
        non_proprietary=bool(known.get("non_proprietary")),
        machine_readable=bool(known.get("machine_readable")),
        dcat_ap_compliant=served.dcat_ap_compliant,
        licence=bool(dataset.licence),
        licence_from_vocabulary=dataset.licence in terms("licences"),
        access_rights=bool(dataset.items),
        access_rights_from_vocabulary=bool(dataset.items),
        contact=bool(dataset.contact.email or dataset.contact.phone or dataset.contact.name),
        publisher=bool(dataset.agency_id),
        rights=any(text.en or text.zh for text in (dataset.legal_basis, *limits)),
        byte_size=served.byte_size is not None,
        issued=dataset.published is not None,
        modified=True,
    )


def _indicator(row: dict[str, Any], dimension: str, holds: bool) -> Indicator:
    return Indicator(
        code=row["fact"],
        dimension=dimension,
        title=Text.from_dict(row["title"]),
        points=row["points"] if holds else 0,
        possible=row["points"],
        raise_by=None if holds else Text.from_dict(row["raise"]),
    )


def _dimension(row: dict[str, Any], indicators: tuple[Indicator, ...]) -> tuple[Text, int, int]:
    own = [indicator for indicator in indicators if indicator.dimension == row["code"]]
    given, possible = sum(one.points for one in own), sum(one.possible for one in own)
    return Text.from_dict(row["title"]), given, possible


@cache
def _method() -> dict[str, Any]:
    method: dict[str, Any] = read_yaml(FOLDER / "mqa.yaml")
    return method


@cache
def _formats() -> dict[str, dict[str, Any]]:
    rows = read_yaml(FOLDER / "formats.yaml")
    return {row["code"]: row for row in rows}
