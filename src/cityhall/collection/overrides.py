"""What the sender says over what would be found out: options, and a small YAML beside the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from cityhall.collection.decoding import Hints
from cityhall.collection.errors import SettingWrong
from cityhall.kernel.declared import read_yaml

SUFFIX = ".cityhall.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """Everything empty is found out or proposed. `items` maps a column of the file to what its item shall be:
    name, title, description, type, element, required, unique, level, mask, sharing, sharing_reason, opening, opening_reason."""

    title: str | Mapping[str, str] = ""
    abstract: str | Mapping[str, str] = ""
    agency: str = ""
    code: str = ""
    field_code: str = ""
    region: str = ""
    update_cycle: str = ""
    legal_basis: str | Mapping[str, str] = ""
    licence: str = ""
    keywords: tuple[str, ...] = ()
    linked_codes: tuple[str, ...] = ()
    mode: str = ""
    key: tuple[str, ...] = ()
    items: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    rules: tuple[Mapping[str, Any], ...] = ()
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int | None = None
    header_rows: int | None = None
    json_path: str = ""
    rename_duplicates: bool = False
    apart: bool = False
    draft: bool = False
    name: str = ""
    accept_schema: bool = False

    def hints(self) -> Hints:
        """What decoding may want to know."""
        return Hints(
            encoding=self.encoding or None,
            delimiter=self.delimiter or None,
            sheet=self.sheet or None,
            header_row=self.header_row,
            header_rows=self.header_rows,
            json_path=self.json_path or None,
            rename_duplicates=self.rename_duplicates,
        )

    def as_dict(self) -> dict[str, Any]:
        """JSON form, without what was left empty."""
        return {name: value for name, value in asdict(self).items() if value not in ("", None, (), {}, False)}


_NAMES = {one.name: one for one in fields(Overrides)}
_LISTS = {"keywords", "linked_codes", "key", "rules"}


def overrides_from(values: Mapping[str, Any]) -> Overrides:
    """Overrides from plain values (YAML, JSON, options); raises SettingWrong for a name or a form it does
    not know."""
    ready: dict[str, Any] = {}
    for name, value in values.items():
        place = str(name).replace("-", "_")
        if place not in _NAMES:
            raise SettingWrong(setting=name, why=f"known settings are {', '.join(sorted(_NAMES))}")
        if value is None:
            continue
        ready[place] = _formed(place, value)
    return Overrides(**ready)


def overrides_beside(file: Path) -> dict[str, Any]:
    """The plain values of `<file>.cityhall.yaml`, or none; raises SettingWrong when it cannot be read."""
    beside = file.with_name(f"{file.name}{SUFFIX}")
    if not beside.is_file():
        return {}
    try:
        values = read_yaml(beside) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingWrong(setting=beside.name, why="it is not YAML") from error
    if not isinstance(values, dict):
        raise SettingWrong(setting=beside.name, why="it must be a table of names and values")
    return values


def merged(beside: Mapping[str, Any], given: Overrides) -> Overrides:
    """Options win over the YAML beside the file; items are merged column by column."""
    values = {**dict(beside), **given.as_dict()}
    if beside.get("items") and given.items:
        values["items"] = {**beside["items"], **given.items}
    return overrides_from(values)


def _formed(name: str, value: Any) -> Any:
    if name in _LISTS:
        return (value,) if isinstance(value, str) else tuple(value)
    if name == "items" and not (
        isinstance(value, Mapping) and all(isinstance(one, Mapping) for one in value.values())
    ):
        raise SettingWrong(setting="items", why="it must map columns to what their items shall be")
    if name in ("header_row", "header_rows") and not (isinstance(value, int) and value >= 0):
        raise SettingWrong(setting=name, why="it must be a line number")
    if name in ("apart", "draft", "rename_duplicates", "accept_schema"):
        return value in (True, "true", "yes", 1)
    return value
