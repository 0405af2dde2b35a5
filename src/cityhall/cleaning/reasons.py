"""The words of every reason code, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cityhall.cleaning.tables import Contract
from cityhall.kernel.declared import read_yaml
from cityhall.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was rejected, and what to do about it."""

    code: str
    says: Text
    remedy: Text


@cache
def reasons() -> Mapping[str, Reason]:
    """The catalogue of reasons by code."""
    entries = read_yaml(files("cityhall.cleaning") / "reasons.yaml")
    return {
        code: Reason(code, Text(entry["en"], entry["zh"]), Text(entry["fix_en"], entry["fix_zh"]))
        for code, entry in entries.items()
    }


_OF_RULE = {
    "required": "required",
    "range": "out_of_range",
    "pattern": "wrong_form",
    "list": "not_in_list",
    "reference": "not_in_reference",
    "compare": "order_wrong",
    "freshness": "stale",
    "key": "key_repeats",
}


def reason_for(code: str, contract: Contract | None = None) -> Reason:
    """The reason of a code; a rule's own message is preferred to the words of its kind."""
    known = reasons()
    if code in known:
        return known[code]
    for rule in contract.rules if contract else ():
        if rule.code == code:
            general = known[_OF_RULE[rule.kind]]
            return Reason(code, rule.message or general.says, general.remedy)
    return Reason(code, known["not_valid"].says, known["not_valid"].remedy)


def reason_text(code: str, contract: Contract | None = None) -> Text:
    """The words of a reason code."""
    return reason_for(code, contract).says
