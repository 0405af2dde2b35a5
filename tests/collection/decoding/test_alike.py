"""Records cut out of their text by the thousand are what a parser reads one by one, or they are not cut."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.collection.decoding.reading import broken, cells, lines, one

from cityhall.collection.decoding import Hints, documents, pieces
from cityhall.collection.decoding.alike import Alike, alike
from cityhall.collection.decoding.documents import DECODER
from cityhall.collection.decoding.flatten import feature, flatten
from cityhall.collection.decoding.structure import COMMA, FEED

SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TEXTS = st.text('ab市:,{}[]"\\\n\t é😀', max_size=6)
NUMBERS = st.one_of(st.integers(-(10**22), 10**22), st.floats(), st.sampled_from([1.10, -0.0, 1e300]))
PLAIN = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=2), max_leaves=4
)
RECORDS = st.lists(
    st.fixed_dictionaries({"编号": PLAIN, "b": PLAIN}, optional={"c.d": VALUES, "e": VALUES}),
    min_size=1,
    max_size=12,
)
POSITIONS = st.lists(NUMBERS, min_size=2, max_size=3)
GEOMETRIES = st.one_of(
    st.none(),
    st.fixed_dictionaries({"type": st.just("Point"), "coordinates": POSITIONS}),
    st.fixed_dictionaries({"type": st.just("LineString"), "coordinates": st.lists(POSITIONS, max_size=3)}),
    st.fixed_dictionaries({"coordinates": PLAIN, "type": TEXTS}),
    st.fixed_dictionaries({"type": st.just("GeometryCollection"), "geometries": st.just([])}),
)
FEATURES = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.just("Feature"),
            "properties": st.dictionaries(st.sampled_from(["a", "lon", "id", "geometry"]), PLAIN)
            | st.none()
            | st.just({"a": {"b": 1}, "c": {}}),
            "geometry": GEOMETRIES,
        },
        optional={"id": VALUES, "bbox": POSITIONS},
    ),
    min_size=1,
    max_size=12,
)
WRITING = st.fixed_dictionaries(
    {
        "ensure_ascii": st.booleans(),
        "indent": st.sampled_from([None, 1]),
        "separators": st.sampled_from([None, (",", ":"), (" , ", " : ")]),
    }
)


def _read(piece: bytes, separator: int, *, geojson: bool) -> list[Mapping[str, str]] | None:
    """The cells of the records at the beginning, by the parser; None when the text is not so many records."""
    text, at, records = piece.decode(), 0, []
    while True:
        at += len(text[at:]) - len(text[at:].lstrip(" \t\r\n" if separator == COMMA else " \t\r"))
        try:
            value, at = DECODER.raw_decode(text, at)
        except json.JSONDecodeError:
            return None
        if not isinstance(value, dict):
            return None
        found = feature(value, 50) if geojson else flatten(value, 50)
        records.append({key: str(cell) for key, cell in found.items() if cell})
        at += len(text[at:]) - len(text[at:].lstrip(" \t\r\n" if separator == COMMA else " \t\r"))
        if text[at : at + 1] not in (chr(separator), "]" if separator == COMMA else ""):
            return None
        at += 1
        if at >= len(text):
            return records


def _cut(found: Alike) -> list[Mapping[str, str]]:
    keys = list(dict.fromkeys(key for some in found.columns() for key in some))
    names = [f"column {place}" for place, _ in enumerate(keys)]
    table = found.table(keys, names)
    assert table["_line"].to_pylist() == list(range(1, found.rows + 1))
    rows = table.select(names).to_pylist()
    return [{key: row[name] for key, name in zip(keys, names, strict=True) if row[name]} for row in rows]


def _agree(piece: bytes, separator: int, *, geojson: bool = False) -> None:
    found = alike(piece, separator, geojson=geojson, depth=50)
    if found is not None:
        assert _cut(found) == _read(piece[: found.size], separator, geojson=geojson)


def _written(records: list[dict[str, object]], writing: dict[str, object]) -> bytes:
    return ",".join(json.dumps(record, **writing) for record in records).encode() + b"]"


@SETTINGS
@given(RECORDS, WRITING)
def test_records_of_any_shape(records: list[dict[str, object]], writing: dict[str, object]) -> None:
    _agree(_written(records, writing), COMMA)
    _agree(b"\n".join(json.dumps(record).encode() for record in records) + b"\n", FEED)


@SETTINGS
@given(FEATURES, WRITING)
def test_features_of_any_shape(features: list[dict[str, object]], writing: dict[str, object]) -> None:
    _agree(_written(features, writing), COMMA, geojson=True)


@SETTINGS
@given(RECORDS, st.data())
def test_damaged_text_is_read_as_a_parser_reads_it_or_not_at_all(
    records: list[dict[str, object]], data: st.DataObject
) -> None:
    text = _written(records, {"ensure_ascii": False}).decode()
    at = data.draw(st.integers(0, len(text)))
    damage = data.draw(
        st.sampled_from(["", '"', "\\", "{", "}", "[", "]", ",", ":", " ", "\n", "\0", "1", "e", "null"])
    )
    damaged = text[:at] + damage + text[at + data.draw(st.integers(0, 2)) :]
    _agree(damaged.encode(), COMMA)
    _agree(damaged.removesuffix("]").replace(", {", "\n{").encode() + b"\n", FEED)


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":12 34},{"a":1}]',
        b'{"a":"x" "y"},{"a":1}]',
        b'{"a":1}{"a":2},{"a":3}]',
        b'{"a":01},{"a":3}]',
        b'{"a":nul},{"a":3}]',
        b'{"a":"\\ud800"},{"a":"x"}]',
        b'{"a":"\\x"},{"a":"x"}]',
        b'{"a":"b\nc"},{"a":"x"}]',
        b'{"a":[1,]},{"a":[1]}]',
        b'{"a":1},,{"a":3}]',
        b'{"a":1},[{"a":3}]]',
        b'{"a":1,},{"a":3}]',
        b'{"a":1\x00},{"a":3}]',
    ],
)
def test_what_is_no_json_is_never_cut(text: bytes) -> None:
    assert alike(text, COMMA, geojson=False, depth=50) is None
    assert alike(b'{"a":1},' + text, COMMA, geojson=False, depth=50) is None


def test_plain_records_are_cut() -> None:
    found = alike(
        b'{"a":1.10,"b":null},{"a":"x","b":[1, 2.50]},{"c":{"d":1e5,"d":-0}}]', COMMA, geojson=False, depth=50
    )
    assert found is not None and found.closed
    assert _cut(found) == [{"a": "1.10"}, {"a": "x", "b": "[1,2.50]"}, {"c.d": "-0"}]
    assert len(found.parts) == 2 and not found.others


WIDE = [
    {
        "编号": f"R{number:06}",
        "金额": number / 8,
        "名": None if number % 7 else 'a\\"b\n市',
        "标": [number, "x"],
    }
    for number in range(2_000)
]


@pytest.fixture(scope="module", params=["array", "envelope", "lines", "gb18030"])
def document(request: pytest.FixtureRequest) -> bytes:
    """Records enough for several pieces, two of them unlike the others."""
    records = [*WIDE[:1_500], {"编号": "甲"}, *WIDE[1_500:], {"编号": {"more": 1}, "金额": 5}]
    match request.param:
        case "array":
            return json.dumps(records, ensure_ascii=False).encode()
        case "envelope":
            wrapped = {"note": "records: [", "result": {"few": [{"a": 1}], "records": records}, "end": 1}
            return json.dumps(wrapped).encode()
        case "lines":
            return "\n".join(json.dumps(record) for record in records).encode() + b"\n{bad\n"
        case _:
            return json.dumps(records, ensure_ascii=False, indent=1).encode("gb18030")


def test_whole_documents_are_the_same_either_way(
    document: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hints = Hints(encoding="gb18030") if b"\xb1\xe0\xba\xc5" in document else None
    tables = []
    for way, little, patience in (("quick", 0, 3), ("streamed", 0, 0), ("held", len(document), 0)):
        (tmp_path / way).mkdir()
        for module in (documents, pieces):
            monkeypatch.setattr(module, "PIECE", 16 * 1024)
        monkeypatch.setattr(documents, "LITTLE", little)
        monkeypatch.setattr(pieces, "PATIENCE", patience)
        tables.append(one(tmp_path / way, document, "a.json", hints))
    assert tables[0].columns == ("编号", "金额", "名", "标", "编号.more")
    for table in tables[1:]:
        assert cells(table) == cells(tables[0]) and lines(table) == lines(tables[0])
        assert broken(table) == broken(tables[0])
        assert replace(table, files=(), broken=None) == replace(tables[0], files=(), broken=None)


def test_half_a_character_stays_as_it_was_written(tmp_path: Path) -> None:
    table = one(tmp_path, b'[{"a": "x\\ud83d"}, {"a": "\\ud83d\\ude00"}]', "a.json")
    assert cells(table) == [["x\\ud83d"], ["😀"]]
