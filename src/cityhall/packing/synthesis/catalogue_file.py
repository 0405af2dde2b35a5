"""Declared datasets as a catalogue file in the form that the catalogue itself exports and imports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

Declared = Mapping[str, Any]
_COPIED = (
    "code", "title", "abstract", "system", "field", "region", "legal_basis", "contact", "spatial", "temporal",
    "linked_codes", "keywords", "mode", "key",
)  # fmt: skip
_ITEM_COPIED = ("name", "title", "element", "type", "required", "unique", "level", "params")
_CYCLES = {"realtime": "real_time"}


def write_catalogue_file(declared: Declared, path: Path) -> None:
    """Write agencies' functions, systems and datasets as declared (see `catalogue.yaml` of a made city) to `path`.

    Agencies are named by their USCC; `declared` needs agencies, functions, systems and datasets.
    """
    codes = {agency["code"]: agency["uscc"] for agency in declared["agencies"]}
    content = {
        "format": "cityhall-catalogue",
        "version": 1,
        "fields": [],
        "functions": [_owned(one, codes) for one in declared.get("functions", ())],
        "systems": [_owned(one, codes) for one in declared.get("systems", ())],
        "datasets": list(_datasets(declared["datasets"], codes)),
    }
    text = yaml.dump(content, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=110)
    path.write_text(text, encoding="utf-8")


class _Plain(yaml.CSafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  (the name is PyYAML's)
        """Equal values are written out each time; a catalogue file has no anchors."""
        return True


def _owned(one: Declared, codes: Mapping[str, str]) -> dict[str, Any]:
    return {**one, "agency": codes[one["agency"]]}


def _datasets(listed: Iterable[Declared], codes: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    for one in listed:
        yield {
            **{name: one[name] for name in _COPIED if one.get(name)},
            "agency": codes[one["agency"]],
            "licence": one.get("licence", ""),
            "update_cycle": _CYCLES.get(one["update_cycle"], one["update_cycle"]),
            "items": [_item(item) for item in one["items"]],
            "rules": list(one.get("rules", ())),
        }


def _item(item: Declared) -> dict[str, Any]:
    sharing, opening = item["sharing"], item["opening"]
    mask = item.get("mask")
    return {
        **{name: item[name] for name in _ITEM_COPIED if item.get(name) is not None},
        "sharing": sharing["class"],
        "sharing_reason": sharing["reason"],
        "opening": opening["class"],
        "opening_reason": opening["reason"],
        "mask": "" if mask in (None, "none") else mask,
    }
