"""What other rooms may ask of packing."""

from cityhall.packing.checking import check_pack
from cityhall.packing.finding import Finding
from cityhall.packing.places import pack_folder, packs
from cityhall.packing.synthesis.big import BigMade, generate_big
from cityhall.packing.synthesis.catalogue_file import write_catalogue_file
from cityhall.packing.synthesis.city import CityMade, generate_city
from cityhall.packing.synthesis.wenzhou import wenzhou_agencies, wenzhou_catalogue

__all__ = [
    "BigMade",
    "CityMade",
    "Finding",
    "check_pack",
    "generate_big",
    "generate_city",
    "pack_folder",
    "packs",
    "wenzhou_agencies",
    "wenzhou_catalogue",
    "write_catalogue_file",
]
