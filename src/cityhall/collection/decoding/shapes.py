"""Records of one shape: the same keys in the same order. One of them is parsed; the others are cut where it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cityhall.collection.decoding.documents import DECODER
from cityhall.collection.decoding.flatten import Cells, feature, flatten
from cityhall.collection.decoding.slices import GEOMETRY, POINT, Unproved, cells, cut
from cityhall.collection.decoding.structure import CLOSE, COMMA, OPEN, Places, Structure, Truths

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """What stands between two signs of a record, given by their places among its signs; or, where `whole`, from the one
    to the other."""

    first: int
    last: int
    whole: bool = False


@dataclass(slots=True)
class Shape:
    """What records of one shape have in common."""

    signs: bytes
    keys: dict[int, bytes] = field(default_factory=dict)
    """The text after a sign, with its quotes."""
    nothing: list[int] = field(default_factory=list)
    """The signs after which comes the next sign."""
    leaves: list[tuple[Path, Span]] = field(default_factory=list)
    """The values, in the order of the record."""
    objects: dict[Path, Span] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """Records of one shape: which of the piece's they are, and their cells by column."""

    rows: Places
    cells: Mapping[str, pa.Array]


def shape_of(structure: Structure, record: int) -> Shape:
    """The shape of one record, which was parsed before. Raises Unproved."""
    first, last = int(structure.starts[record]), int(structure.ends[record])
    places = structure.places[first : last + 1].tolist()
    text = structure.data[places[0] : places[-1]].tobytes()
    gaps = [text[here + 1 - places[0] : there - places[0]] for here, there in pairwise(places)]
    shape = Shape(structure.signs[first:last].tobytes())
    try:
        end = _object(shape, gaps, 0, ())
    except (IndexError, RecursionError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise Unproved from error
    if end != len(shape.signs) - 1:
        raise Unproved
    shape.nothing.append(end)
    return shape


def _object(shape: Shape, gaps: list[bytes], at: int, path: Path) -> int:
    """Walks the object that begins with sign `at`; the place of its last sign."""
    begin = at
    if shape.signs[at + 1] == CLOSE:
        shape.nothing.append(at)
        shape.leaves.append((path, Span(at, at + 1, whole=True)))
        return at + 1
    while True:
        shape.keys[at] = gaps[at]
        inner = (*path, json.loads(gaps[at]))
        at += 1
        if shape.signs[at + 1] == OPEN:
            shape.nothing.append(at)
            at = _object(shape, gaps, at + 1, inner)
            shape.nothing.append(at)
        else:
            shape.leaves.append((inner, Span(at, at + 1)))
        at += 1
        if shape.signs[at] != COMMA:
            shape.objects[path] = Span(begin, at, whole=True)
            return at


def part_of(structure: Structure, record: int, rows: Places, *, geojson: bool, depth: int) -> Part | None:
    """The records among `rows` that have the shape of this one, with their cells; None when this one is better read by
    itself. Raises Unproved when a record is no JSON, or this one is cut otherwise than it is parsed."""
    shape = shape_of(structure, record)
    if max(len(path) for path, _ in shape.leaves) > depth:
        return None
    wanted = parsed(structure, record, geojson=geojson, depth=depth)
    rows, places = _matching(structure, shape, rows)
    columns = _features(structure, shape, places) if geojson else _flat(structure, shape.leaves, places)
    at = int(np.searchsorted(rows, record))
    if geojson and ("geometry",) in shape.objects:
        alike = _same_geometry(columns["geometry"], at)
        if alike is None:
            return None
        rows, columns = rows[_values(alike)], {name: column.filter(alike) for name, column in columns.items()}
        columns = _with_position(columns)
        at = int(np.searchsorted(rows, record))
    cut_here = [(name, column[at].as_py() or "") for name, column in columns.items()]
    if cut_here != [(name, text or "") for name, text in wanted.items()]:
        raise Unproved
    return Part(rows, columns)


def parsed(structure: Structure, record: int, *, geojson: bool, depth: int) -> Cells:
    """One record, parsed. Raises Unproved when it is no object of JSON."""
    before = structure.places[structure.ends[record - 1]] + 1 if record else 0
    try:
        value = DECODER.decode(
            structure.data[before : structure.places[structure.ends[record]]].tobytes().decode()
        )
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unproved from error
    if not isinstance(value, dict):
        raise Unproved
    return feature(value, depth) if geojson else flatten(value, depth)


def _matching(structure: Structure, shape: Shape, rows: Places) -> tuple[Places, Places]:
    """The records among `rows` with these signs and keys, and the places of their signs, a row for each sign."""
    size = len(shape.signs)
    rows = rows[structure.ends[rows] - structure.starts[rows] == size]
    at = structure.starts[rows] + np.arange(size + 1)[:, None]
    places = structure.places[at]
    before = np.append(-1, structure.places[structure.ends])[rows]
    wanted = np.frombuffer(shape.signs, np.uint8)[:, None]
    good = (structure.signs[at[:-1]] == wanted).all(axis=0) & (places[0] == before + 1)
    for gap in shape.nothing:
        good &= places[gap + 1] - places[gap] == 1
    for gap, key in shape.keys.items():
        good &= places[gap + 1] - places[gap] == len(key) + 1
    if not good.all():
        rows, places = rows[good], places[:, good]
    good = np.ones(len(rows), np.bool_)
    for gap, key in shape.keys.items():
        there = np.lib.stride_tricks.sliding_window_view(structure.data, len(key))[places[gap] + 1]
        good &= (there == np.frombuffer(key, np.uint8)).all(axis=1)
    return (rows, places) if good.all() else (rows[good], places[:, good])


def _flat(structure: Structure, leaves: list[tuple[Path, Span]], places: Places) -> dict[str, pa.Array]:
    """The cells by dotted names; of two values of one name the later one counts, as in an object."""
    return {".".join(path): _column(structure, span, places) for path, span in leaves}


def _features(structure: Structure, shape: Shape, places: Places) -> dict[str, pa.Array]:
    """The cells of features: the identifier, the properties by their names, the geometry as text. What is left out must
    be JSON too."""
    named = [leaf for leaf in shape.leaves if leaf[0][0] == "id"]
    named += [(path[1:], span) for path, span in shape.leaves if path[0] == "properties" and len(path) > 1]
    columns = _flat(structure, named, places)
    for path, span in shape.leaves:
        if path[0] != "id" and (path[0] not in ("properties", "geometry") or len(path) == 1):
            _column(structure, span, places)
    if geometry := shape.objects.get(("geometry",)):
        columns["geometry"] = _column(structure, geometry, places)
    return columns


def _column(structure: Structure, span: Span, places: Places) -> pa.Array:
    begins, ends = places[span.first], places[span.last]
    return cut(structure.data, begins, ends + 1) if span.whole else cells(structure, begins + 1, ends)


def _same_geometry(geometries: pa.Array, at: int) -> pa.Array | None:
    """Which geometries are points if this one is, and others if not; None when this one is not plainly written."""
    plain, point = pc.match_substring_regex(geometries, GEOMETRY), pc.match_substring_regex(geometries, POINT)
    if not plain[at].as_py():
        return None
    return pc.and_(plain, point if point[at].as_py() else pc.invert(point))


def _with_position(columns: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """Points have their longitude and latitude as cells too, where the properties do not name them."""
    position = pc.extract_regex(columns["geometry"], POINT)
    if not position.null_count:
        for name in ("lon", "lat"):
            columns.setdefault(name, pc.struct_field(position, name))
    return columns


def _values(mask: pa.Array) -> Truths:
    """As an array of NumPy."""
    values: Truths = mask.to_numpy(zero_copy_only=False)
    return values
