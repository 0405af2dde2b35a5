"""The 405 points of metadata quality."""

from __future__ import annotations

from dataclasses import asdict, fields, replace

import hypothesis.strategies as st
import pytest
from hypothesis import given
from tests.catalog.making import OPERATOR, a_draft, an_agency, words

from cityhall.catalog.actions import draft_dataset, publish
from cityhall.catalog.queries import Contact, Served, Spatial, Temporal, metadata_quality
from cityhall.catalog.scoring import Facts, score
from cityhall.kernel import clock

NAMES = [fact.name for fact in fields(Facts)]
POINTS = {  # the methodology's own table
    "keywords": 30, "theme": 30, "spatial": 20, "temporal": 20,
    "access_url_answers": 50, "download_url": 20, "download_url_answers": 30,
    "format": 20, "media_type": 10, "format_from_vocabulary": 10, "non_proprietary": 20,
    "machine_readable": 20, "dcat_ap_compliant": 30,
    "licence": 20, "licence_from_vocabulary": 10, "access_rights": 10, "access_rights_from_vocabulary": 5,
    "contact": 20, "publisher": 10,
    "rights": 5, "byte_size": 5, "issued": 5, "modified": 5,
}  # fmt: skip
FACTS = st.builds(Facts, **{name: st.booleans() for name in NAMES})


def test_the_whole_is_405() -> None:
    best = score(Facts(**dict.fromkeys(NAMES, True)))
    assert (best.points, best.possible, best.rating) == (405, 405, "excellent")
    assert [possible for _, _, possible in best.dimensions.values()] == [100, 100, 110, 75, 20]
    assert not best.advice


@given(FACTS)
def test_points_are_the_sum_of_what_holds(facts: Facts) -> None:
    found = score(facts)
    held = {name for name, holds in asdict(facts).items() if holds}
    assert found.points == sum(POINTS[name] for name in held)
    assert {indicator.code for indicator in found.advice} == set(NAMES) - held
    assert found.points == sum(given for _, given, _ in found.dimensions.values())


@given(FACTS, st.sampled_from(NAMES))
def test_following_advice_earns_exactly_what_it_says(facts: Facts, name: str) -> None:
    before = score(replace(facts, **{name: False}))
    after = score(replace(facts, **{name: True}))
    assert after.points - before.points == POINTS[name]


@pytest.mark.parametrize(
    ("points", "rating"),
    [
        (0, "bad"),
        (120, "bad"),
        (125, "sufficient"),
        (220, "sufficient"),
        (225, "good"),
        (350, "good"),
        (355, "excellent"),
    ],
)
def test_ratings_begin_where_the_methodology_says(points: int, rating: str) -> None:
    assert score(Facts(**dict.fromkeys(_names_worth(points), True))).rating == rating


def _names_worth(points: int) -> list[str]:
    """Indicators that together are worth exactly so many points."""
    reached: dict[int, list[str]] = {0: []}
    for name, worth in POINTS.items():
        reached |= {
            total + worth: [*names, name]
            for total, names in list(reached.items())
            if total + worth not in reached
        }
    return reached[points]


def test_every_indicator_says_what_would_raise_it() -> None:
    for indicator in score(Facts()).advice:
        assert indicator.raise_by is not None
        assert indicator.raise_by.en != indicator.raise_by.zh
        assert indicator.title.en != indicator.title.zh


@pytest.mark.django_db
def test_a_dataset_earns_its_points_step_by_step() -> None:
    bare = draft_dataset(OPERATOR, a_draft(an_agency(), code="bare", field_code="", items=(), key=()))
    assert metadata_quality(bare).points == 10 + 5  # publisher, modified
    full = a_draft(
        an_agency(2),
        keywords=("bicycle",),
        licence="CC-BY-4.0",
        contact=Contact(email="desk@example.org"),
        spatial=Spatial(division="330300"),
        temporal=Temporal(start=clock.today()),
        legal_basis=words("Road act", "道路条例"),
    )
    dataset_id = draft_dataset(OPERATOR, full)
    publish(OPERATOR, dataset_id)
    served = Served(
        access_url_answers=True, download_url=True, download_url_answers=True, format="CSV",
        media_type="text/csv", byte_size=1234, dcat_ap_compliant=True,
    )  # fmt: skip
    assert metadata_quality("bike-stands", served).points == 405
    assert metadata_quality("bike-stands", replace(served, format="PDF")).points == 405 - 10 - 20
    assert metadata_quality("bike-stands", replace(served, format="")).points == 405 - 20 - 10 - 20 - 20
