"""The formats a dataset can be downloaded in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cityhall.kernel.text import Text
from cityhall.opening.errors import FormatUnknown


@dataclass(frozen=True, slots=True)
class Format:
    """`code` as in addresses, file `suffix`, IANA `media_type`, what people call it."""

    code: str
    suffix: str
    media_type: str
    title: Text


FORMATS: Final = {
    one.code: one
    for one in (
        Format("csv", "csv", "text/csv; charset=utf-8", Text(en="CSV", zh="CSV")),
        Format(
            "csv_bom",
            "csv",
            "text/csv; charset=utf-8",
            Text(en="CSV for spreadsheet programs", zh="CSV（适合表格软件）"),
        ),
        Format(
            "xlsx",
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Text(en="Excel (XLSX)", zh="Excel（XLSX）"),
        ),
        Format("json", "json", "application/json", Text(en="JSON", zh="JSON")),
        Format("ndjson", "ndjson", "application/x-ndjson", Text(en="JSON lines", zh="JSON 行")),
        Format("parquet", "parquet", "application/vnd.apache.parquet", Text(en="Parquet", zh="Parquet")),
        Format("geojson", "geojson", "application/geo+json", Text(en="GeoJSON", zh="GeoJSON")),
    )
}


def format_of(code: str) -> Format:
    """The format with this code. Errors: `FormatUnknown`."""
    if code not in FORMATS:
        raise FormatUnknown(format=code[:40], known=", ".join(FORMATS))
    return FORMATS[code]
