"""What other rooms may ask of packing."""

from cityhall.packing.synthesis.big import BigMade, generate_big
from cityhall.packing.synthesis.city import CityMade, generate_city
from cityhall.packing.synthesis.wenzhou import wenzhou_agencies, wenzhou_catalogue

__all__ = ["BigMade", "CityMade", "generate_big", "generate_city", "wenzhou_agencies", "wenzhou_catalogue"]
