"""Values about places: divisions, addresses, coordinates."""

from __future__ import annotations

from cityhall.packing.synthesis.draws import padded
from cityhall.packing.synthesis.making import Make, Spot, kind


@kind("division_code")
def division_code(make: Make, spot: Spot) -> str:
    """A six-digit division code of the city (GB/T 2260)."""
    return spot.pick(make.get("from", "divisions"))


@kind("address_code_25")
def address_code_25(make: Make, spot: Spot) -> str:
    """6 area + 3 street + 3 community + 7 building + 6 dwelling; `whole`: the building itself (000000)."""
    dwelling = "'000000'" if make.get("whole") else padded(spot.between(1, 999999, "home"), 6)
    return " || ".join(
        (
            spot.pick("divisions", "division"),
            padded(spot.between(1, 20, "street"), 3),
            padded(spot.between(1, 60, "community"), 3),
            padded(spot.between(1, 9_999_999, "building"), 7),
            dwelling,
        )
    )


@kind("postcode")
def postcode(_make: Make, spot: Spot) -> str:
    """A six-digit postcode of the city."""
    return f"'325' || {padded(spot.below(1000), 3)}"


@kind("address")
def address(_make: Make, spot: Spot) -> str:
    """District, road, number and, for two in three, a dwelling."""
    home = f"{spot.between(1, 30, 'block')} || '幢' || {spot.between(101, 2604, 'home')} || '室'"
    return (
        f"{spot.pick('district_names', 'district')} || {spot.pick('roads', 'road')}"
        f" || {spot.between(1, 999, 'number')} || '号'"
        f" || CASE WHEN {spot.below(3, 'plain')} = 0 THEN '' ELSE {home} END"
    )


def _coordinate(make: Make, spot: Spot, middle: float, spread: float) -> str:
    """Degrees with `places` decimals (six) around the middle, denser in the middle."""
    places = make.get("places", 6)
    scale = 10**places
    steps = int(make.get("spread", spread) * scale)
    offset = f"{spot.below(steps, 'a')} + {spot.below(steps, 'b')} - {steps}"
    return f"(({round(make.get('middle', middle) * scale)} + {offset}) / {scale}.0)::DECIMAL(9,{places})"


@kind("longitude")
def longitude(make: Make, spot: Spot) -> str:
    """WGS-84 degrees east around 120.7."""
    return _coordinate(make, spot, 120.7, 0.25)


@kind("latitude")
def latitude(make: Make, spot: Spot) -> str:
    """WGS-84 degrees north around 28.0."""
    return _coordinate(make, spot, 28.0, 0.2)
