from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cityhall.kernel.errors import CityhallError
from cityhall.warehouse import errors
from cityhall.warehouse.exporting import sheets
from cityhall.warehouse.queries import FORMATS, Condition, copy_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

SCHEMA = pa.schema(
    [
        ("_line", pa.int64()),
        ("code", pa.string()),
        ("=title", pa.string()),
        ("fee", pa.decimal128(20, 2)),
        ("day", pa.date32()),
        ("at", pa.timestamp("us", tz="UTC")),
        ("lon", pa.float64()),
        ("lat", pa.float64()),
    ]
)
ROWS = [
    (1, "007", "=HYPERLINK(1)", Decimal("1.50"), date(2026, 3, 5), datetime(2026, 3, 5, 1, 40), 120.7, 28.0),
    (2, "-5.2", "+cmd", Decimal("123456789012345678.25"), date(1899, 1, 1), None, None, None),
    (3, "@x", '逗号,引号"\n换行', None, None, None, 120.8, 28.1),
    (4, "\tx", "－全角", None, None, None, 120.9, 28.2),
]


def test_csv_neutralises_formulas_and_keeps_codes(commit, tmp_path):
    done = copy_to(
        commit(ROWS, schema=SCHEMA), path=tmp_path / "out.csv", format="csv", select=("code", "=title", "fee")
    )
    text = (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert text.splitlines()[:3] == [
        "code,'=title,fee",
        "007,'=HYPERLINK(1),1.50",
        "-5.2,'+cmd,123456789012345678.25",
    ]
    assert "\n'@x," in text
    assert "\n'\tx,'－全角," in text
    assert (done.rows, done.size) == (4, len(text.encode()))
    assert done.sha256 == sha256(text.encode()).hexdigest()


def test_csv_with_byte_order_mark(commit, tmp_path):
    version = commit(ROWS, schema=SCHEMA)
    copy_to(version, path=tmp_path / "plain.csv", format="csv")
    copy_to(version, path=tmp_path / "bom.csv", format="csv_bom")
    assert (tmp_path / "bom.csv").read_bytes() == b"\xef\xbb\xbf" + (tmp_path / "plain.csv").read_bytes()


def test_worksheet_keeps_text_dates_and_long_numbers(commit, tmp_path):
    done = copy_to(
        commit(ROWS, schema=SCHEMA),
        path=tmp_path / "out.xlsx",
        format="xlsx",
        select=("code", "=title", "fee", "day", "at"),
    )
    rows = list(openpyxl.load_workbook(tmp_path / "out.xlsx").active.values)
    assert rows[0] == ("code", "'=title", "fee", "day", "at")
    assert rows[1] == ("007", "'=HYPERLINK(1)", 1.5, datetime(2026, 3, 5), datetime(2026, 3, 5, 9, 40))
    assert rows[2] == ("-5.2", "'+cmd", "123456789012345678.25", "1899-01-01", None)
    assert done.rows == 4


def test_worksheet_limits(commit, tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "MAX_ROWS", 3)
    with pytest.raises(errors.SheetTooLong):
        copy_to(commit(ROWS, schema=SCHEMA), path=tmp_path / "out.xlsx", format="xlsx")
    monkeypatch.setattr(sheets, "MAX_ROWS", 30)
    with pytest.raises(errors.CellTooLong):
        copy_to(commit([(1, "a", "x" * 32_768, 1)]), path=tmp_path / "out.xlsx", format="xlsx")
    assert not (tmp_path / "out.xlsx").exists()


def test_json_and_lines(commit, tmp_path):
    version = commit(ROWS, schema=SCHEMA)
    copy_to(version, path=tmp_path / "out.json", format="json", select=("code", "fee"))
    copy_to(version, path=tmp_path / "out.ndjson", format="ndjson", select=("code", "fee"))
    found = json.loads((tmp_path / "out.json").read_text())
    assert found[0] == {"code": "007", "fee": 1.5}
    assert [json.loads(line) for line in (tmp_path / "out.ndjson").read_text().splitlines()] == found


def test_geojson_points(commit, tmp_path):
    done = copy_to(
        commit(ROWS, schema=SCHEMA),
        path=tmp_path / "o.geojson",
        format="geojson",
        select=("code", "lon", "lat"),
        lon="lon",
        lat="lat",
    )
    found = json.loads((tmp_path / "o.geojson").read_text())
    assert found["type"] == "FeatureCollection"
    assert found["features"][0] == {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [120.7, 28.0]},
        "properties": {"code": "007"},
    }
    assert found["features"][1]["geometry"] is None
    assert done.rows == 4


def test_geojson_from_a_geometry_item(commit, tmp_path):
    shape = '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}'
    rows = [(1, "a", shape, 1), (2, "b", "not json", 2), (3, "c", None, 3)]
    version = commit(
        rows,
        schema=pa.schema(
            [("_line", pa.int64()), ("code", pa.string()), ("g", pa.string()), ("n", pa.int64())]
        ),
    )
    with pytest.raises(errors.QueryUnusable):
        copy_to(version, path=tmp_path / "o.geojson", format="geojson")
    version = commit(
        rows,
        schema=pa.schema(
            [("_line", pa.int64()), ("code", pa.string()), ("g", pa.string()), ("n", pa.int64())]
        ),
        **{"declared": {"g": "geometry"}},
    )
    copy_to(version, path=tmp_path / "o.geojson", format="geojson")
    found = json.loads((tmp_path / "o.geojson").read_text())["features"]
    assert found[0]["geometry"] == json.loads(shape)
    assert [one["geometry"] for one in found[1:]] == [None, None]


def test_parquet_masks_and_filter(commit, tmp_path):
    version = commit(
        [(1, "330302199001011234", "Zhang San", 1), (2, None, "Li Si", 2), (3, "330302199001011235", "Wu", 3)]
    )
    copy_to(
        version,
        path=tmp_path / "o.parquet",
        format="parquet",
        masks={"code": "identity_number", "name": "keep_edges(1,0)"},
        where=(Condition("n", "lt", 3),),
    )
    assert pq.read_table(tmp_path / "o.parquet").to_pylist() == [
        {"code": "330***********1234", "name": "Z********", "n": 1},
        {"code": None, "name": "L****", "n": 2},
    ]


@pytest.mark.parametrize("format", FORMATS)
def test_hostile_names_and_values(commit, tmp_path, format):
    name = "a\"'; DROP TABLE x; --{files}，？"
    version = commit(
        [(1, "it's \"; SELECT 1; --", "\\", 2)],
        schema=pa.schema(
            [("_line", pa.int64()), (name, pa.string()), ("b", pa.string()), ("lon", pa.int64())]
        ),
    )
    done = copy_to(version, path=tmp_path / "out", format=format, lon="lon", lat="lon", masks={name: "hash"})
    assert done.rows == 1


def test_unknown_words_are_coded(commit, tmp_path):
    version = commit(ROWS, schema=SCHEMA)
    for wrong in (
        {"format": "exe"},
        {"select": ("nope",)},
        {"masks": {"code": "drop table"}},
        {"masks": {"nope": "hide"}},
    ):
        with pytest.raises(CityhallError):
            copy_to(version, **({"path": tmp_path / "out", "format": "csv"} | wrong))
    assert not list(tmp_path.glob("*out*"))
