"""A bulletin as it is handed out."""

from __future__ import annotations

from datetime import date
from typing import Literal

from cityhall.cases.reporting.gathering import bulletin_of
from cityhall.cases.reporting.setting import as_pdf
from cityhall.cases.reporting.table import as_csv
from cityhall.cases.storing.types import case_type

Form = Literal["pdf", "csv"]


def bulletin(
    type_name: str, month: date, *, language: str = "zh-hans", form: Form = "pdf", synthetic: bool = False
) -> bytes:
    """The monthly bulletin of a type, in `zh-hans` or `en`, as an A4 PDF or as one CSV table (UTF-8 with a byte order mark).
    It holds what anybody may read; the same facts give the same bytes. Raises TypeUnknown, MonthRefused."""
    found = bulletin_of(case_type(type_name), month, synthetic=synthetic)
    return as_pdf(found, language) if form == "pdf" else as_csv(found, language)
