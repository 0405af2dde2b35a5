"""What other rooms may ask of packing."""

from cityhall.packing.synthesis.big import BigMade, generate_big

__all__ = ["BigMade", "generate_big"]
