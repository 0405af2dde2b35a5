"""The front door of the cleaning engine: recognise, draft a contract, check, report. Pure: files in, files
and facts out."""

from __future__ import annotations

from cityhall.cleaning.checking import check
from cityhall.cleaning.drafting import draft_contract
from cityhall.cleaning.duck import standing_by
from cityhall.cleaning.elements.catalogue import Element, elements
from cityhall.cleaning.reasons import reason_text
from cityhall.cleaning.recognising import recognise
from cityhall.cleaning.reporting import report
from cityhall.cleaning.tables import (
    Checked,
    ColumnRecognition,
    Contract,
    Evidence,
    ItemSpec,
    Rule,
    Staged,
    Tally,
)

__all__ = [
    "Checked",
    "ColumnRecognition",
    "Contract",
    "Element",
    "Evidence",
    "ItemSpec",
    "Rule",
    "Staged",
    "Tally",
    "check",
    "draft_contract",
    "elements",
    "reason_text",
    "recognise",
    "report",
    "standing_by",
]
