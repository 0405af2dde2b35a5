"""What an area of the grid is before it is stored: its kinds, the form of its codes, its size. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, get_args

import numpy as np
import shapely

from cityhall.kernel.text import Text

Kind = Literal["cell", "responsibility", "boundary"]
KINDS: Final[tuple[str, ...]] = get_args(Kind)
KIND_WORDS: Final = {
    "cell": Text(en="unit grid cell", zh="单元网格"),
    "responsibility": Text(en="responsibility grid", zh="责任网格"),
    "boundary": Text(en="boundary", zh="边界"),
}
# GB/T 30428.1: 12 digits down to the community and a serial of two; three where a city's own rule says so (Beijing).
_FORMS: Final = {
    "cell": re.compile(r"[0-9]{14,15}"),
    "responsibility": re.compile(r"[0-9]{6}[0-9A-Za-z_-]{0,14}"),
    "boundary": re.compile(r"[0-9]{6}([0-9]{3}){0,2}"),
}
DEGREE: Final = 111_319.49  # metres: a degree of the equator on the WGS-84 ellipsoid


@dataclass(frozen=True, slots=True)
class Drawn:
    """An area as a file or the generator draws it. `place` counts the file's features from 1; `shape` is a shapely polygon or
    multipolygon in WGS-84 degrees (None when it could not be read)."""

    place: int
    code: str
    name: str
    shape: Any
    valid_from: date | None = None
    valid_to: date | None = None


def code_fits(kind: str, code: str) -> bool:
    """Whether a code has the form that its kind asks for."""
    return _FORMS[kind].fullmatch(code) is not None


def wkb_of(shape: Any) -> bytes:
    """The same bytes for the same area, wherever its outline was begun."""
    made: bytes = shapely.to_wkb(shapely.normalize(shape))
    return made


def square_metres(shapes: Any) -> Any:
    """The size of shapes in degrees: an array of square metres (or one number), right to about half a per cent."""
    bounds = shapely.bounds(shapes)
    middle = np.radians((bounds[..., 1] + bounds[..., 3]) / 2)
    return shapely.area(shapes) * DEGREE * DEGREE * np.cos(middle)
