"""The proposed catalogue entry: every item with its level and rights, and the reason for each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cityhall.catalog.queries import (
    NEEDS,
    CheckRule,
    DatasetDraft,
    Item,
    Opening,
    Sharing,
    rule_usable,
)
from cityhall.cleaning.queries import ColumnRecognition, Contract, ItemSpec, Rule, elements
from cityhall.collection.decoding import StagedTable
from cityhall.collection.errors import SettingWrong
from cityhall.collection.overrides import Overrides
from cityhall.kernel.text import Text

PERSONAL_LEVEL = 3
# Says little alone, but in a table that names people it leads to one of them, or tells what is nobody's business.
_BESIDE_A_PERSON = re.compile(
    r"person_name|address|birth|dwelling|plate|bank|phone|mail|姓名|户主|戶主|联系人|聯絡人|地址|住址|出生|电话|電話|手机|手機"
    r"|信箱|邮箱|郵箱|微信|政治面貌|党籍|黨籍|党派|黨派|宗教|民族|籍贯|籍貫|婚姻|学历|學歷|简历|簡歷|工资|病|残疾|殘疾"
    r"|political|religio|ethnic|marital|education|resume|salary|disab|diagnos"
)

_L1 = Text(en="Nothing was recognised that concerns a person (L1).", zh="未识别出个人信息（L1）。")
_L2 = Text(en="Low sensitivity (L2): the agency approves each use.", zh="低敏感（L2）：由部门审批使用。")
_L3 = Text(
    en="Personal or fairly sensitive data (L3): on approval and masked.",
    zh="含个人信息或较敏感（L3）：须经审批并脱敏。",
)
_L4 = Text(en="Sensitive data (L4): never opened.", zh="敏感数据（L4）：禁止开放。")
_REASONS = {1: _L1, 2: _L2, 3: _L3, 4: _L4}
_BESIDE = Text(
    en="Stands beside columns that identify a person, so it is personal too (L3).",
    zh="与可识别个人的列同表，因此同属个人信息（L3）。",
)


def level_of(recognition: ColumnRecognition) -> int:
    """The proposed level as a number 1 to 4; personal data is L3 at least."""
    level = int(recognition.level.lstrip("L") or 1)
    return max(level, PERSONAL_LEVEL) if recognition.personal else level


def drafted_items(
    contract: Contract, recognition: tuple[ColumnRecognition, ...], overrides: Overrides
) -> tuple[Item, ...]:
    """One proposed item per item of the contract, in its order, with what the sender overrode."""
    found = {one.column: one for one in recognition}
    personal = any(one.personal for one in recognition)
    return tuple(
        _item(place, spec, found.get(spec.column), personal, overrides.items.get(spec.column, {}))
        for place, spec in enumerate(contract.items, 1)
    )


def drafted_dataset(
    table: StagedTable, items: tuple[Item, ...], contract: Contract, overrides: Overrides, agency_id: str
) -> DatasetDraft:
    """The proposed entry: title from the sheet's title line or the file's name."""
    title = overrides.title or table.title or table.name
    return DatasetDraft(
        title=_text(title),
        abstract=_text(overrides.abstract),
        agency_id=agency_id,
        items=items,
        code=overrides.code,
        region=overrides.region,
        field_code=overrides.field_code,
        update_cycle=overrides.update_cycle,
        legal_basis=_text(overrides.legal_basis),
        licence=overrides.licence,
        keywords=overrides.keywords,
        linked_codes=overrides.linked_codes,
        mode=overrides.mode or "replace",  # type: ignore[arg-type]
        key=overrides.key or contract.key,
        rules=tuple(_check_rule(rule) for rule in contract.rules),
    )


def rules_of(overrides: Overrides) -> tuple[Rule, ...]:
    """The rules the sender wrote down; raises SettingWrong."""
    try:
        return tuple(
            Rule(
                code=str(rule["code"]),
                kind=str(rule["kind"]),
                items=tuple(rule.get("items", ())),
                params=dict(rule.get("params", {})),
                severity=str(rule.get("severity", "error")),
                message=Text.from_dict(rule["message"]) if rule.get("message") else None,
            )
            for rule in overrides.rules
        )
    except (KeyError, TypeError) as error:
        raise SettingWrong(setting="rules", why="each rule needs code, kind and items") from error


def contract_with(contract: Contract, overrides: Overrides) -> Contract:
    """The drafted contract with what the sender overrode: names, types, elements, key, rules."""
    unknown = [column for column in overrides.items if column not in {spec.column for spec in contract.items}]
    if unknown:
        raise SettingWrong(setting=f"items.{unknown[0]}", why="the file has no such column")
    items = tuple(_spec(spec, overrides.items.get(spec.column, {})) for spec in contract.items)
    names = {spec.column: spec.name for spec in items}
    key = tuple(names.get(column, column) for column in overrides.key) or contract.key
    # what was drafted of a column speaks of values of the type that was found there
    same = {spec.column for spec, found in zip(items, contract.items, strict=True) if spec.type == found.type}
    drafted = (
        replace(rule, items=tuple(names[column] for column in rule.items))
        for rule in contract.rules
        if same.issuperset(rule.items)
    )
    own = rules_of(overrides)
    _demand_usable(own, items)
    return Contract(items=items, key=key, rules=(*drafted, *own), version=contract.version)


def _demand_usable(rules: tuple[Rule, ...], items: tuple[ItemSpec, ...]) -> None:
    """Pass, or raise SettingWrong for the first rule that cannot be asked of rows."""
    types = {spec.name: spec.type for spec in items}
    for rule in rules:
        if rule.kind not in NEEDS or not types.keys() >= set(rule.items):
            raise SettingWrong(setting=f"rules.{rule.code}", why=f"{rule.kind}: {', '.join(rule.items)}")
        if not rule_usable(_check_rule(rule), types):
            raise SettingWrong(setting=f"rules.{rule.code}", why=NEEDS[_check_rule(rule).kind])


def _spec(spec: ItemSpec, given: Mapping[str, Any]) -> ItemSpec:
    element = given.get("element", spec.element) or None
    if element is not None and element not in elements():
        raise SettingWrong(setting=f"items.{spec.column}.element", why=f"there is no element {element}")
    own = elements()[element].type if element and "element" in given else spec.type
    return ItemSpec(
        name=str(given.get("name", spec.name)),
        column=spec.column,
        element=element,
        type=str(given.get("type", own)),
        required=bool(given.get("required", spec.required)),
        unique=bool(given.get("unique", spec.unique)),
        params=dict(given.get("params", {} if "type" in given or "element" in given else spec.params)),
    )


def _item(
    place: int, spec: ItemSpec, found: ColumnRecognition | None, personal: bool, given: Mapping[str, Any]
) -> Item:
    level, why = _level(spec, found, personal)
    if "level" in given:
        level, why = int(str(given["level"]).lstrip("L")), Text(en="Set by the sender.", zh="由提交方指定。")
    element = elements().get(spec.element or "")
    mask = given.get("mask") or (element.mask if element and element.mask != "none" else None)
    return Item(
        name=spec.name,
        title=_text(given.get("title") or spec.column),
        description=_text(given.get("description")) if given.get("description") else _describe(found),
        element=spec.element,
        type=spec.type,  # type: ignore[arg-type]
        required=spec.required,
        unique=spec.unique,
        sharing=_sharing(level, _reason(given, "sharing_reason", why), given.get("sharing")),
        opening=_opening(level, _reason(given, "opening_reason", why), given.get("opening")),
        level=level,
        mask=mask,
        params=dict(spec.params),
        position=place,
    )


def _level(spec: ItemSpec, found: ColumnRecognition | None, personal: bool) -> tuple[int, Text]:
    level = level_of(found) if found else 1
    beside = f"{spec.element or ''} {spec.column}".lower()
    if personal and level < PERSONAL_LEVEL and _BESIDE_A_PERSON.search(beside):
        return PERSONAL_LEVEL, _BESIDE
    return level, _REASONS[level]


def _reason(given: Mapping[str, Any], name: str, found: Text) -> Text:
    """The sender's own reason, if one was given, else the one that was found."""
    return _text(given[name]) if given.get(name) else found


def _sharing(level: int, why: Text, given: Any) -> Sharing:
    kind: Any = given or ("unconditional" if level == 1 else "restricted")
    return Sharing(kind=kind, reason=why)


def _opening(level: int, why: Text, given: Any) -> Opening:
    kind: Any = given or ("unconditional" if level == 1 else "forbidden" if level == 4 else "restricted")
    return Opening(kind=kind, reason=why)


def _describe(found: ColumnRecognition | None) -> Text:
    return found.reason if found else Text(en="", zh="")


def _check_rule(rule: Rule) -> CheckRule:
    return CheckRule(
        code=rule.code,
        kind=rule.kind,  # type: ignore[arg-type]
        items=rule.items,
        params=dict(rule.params),
        severity=rule.severity,  # type: ignore[arg-type]
        message=rule.message or Text(en="", zh=""),
    )


def _text(value: Any) -> Text:
    if isinstance(value, Mapping):
        return Text.from_dict({str(key): str(word) for key, word in value.items()})
    return Text.from_dict(str(value or ""))
