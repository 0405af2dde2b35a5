"""What can go wrong while cleaning, beyond faults in the data (those are findings, never errors).

CityhallError
├── Invalid
│   ├── RuleUnknown      cleaning.rule_unknown
│   └── ItemWithoutColumn  cleaning.item_without_column
└── CityhallError
    └── RowsLost         cleaning.rows_lost
"""

from __future__ import annotations

from cityhall.cleaning.loop_errors import *  # noqa: F403  (the section of reports and findings)
from cityhall.kernel.errors import CityhallError, Invalid
from cityhall.kernel.text import Text

__all__ = ["ItemWithoutColumn", "RowsLost", "RuleUnknown"]


class RuleUnknown(Invalid):
    """A contract holds a kind of rule that this version does not know."""

    code = "cleaning.rule_unknown"
    title = Text(en="Rule {rule} is of an unknown kind, {kind}", zh="规则 {rule} 的类型 {kind} 无法识别")
    remedy = Text(
        en="Use one of required, key, range, pattern, list, reference, compare, freshness",
        zh="请改用 required、key、range、pattern、list、reference、compare、freshness 之一",
    )


class ItemWithoutColumn(Invalid):
    """An agreed item has no column in the file that came."""

    code = "cleaning.item_without_column"
    title = Text(
        en="The file has no column {column} for item {item}", zh="文件中没有数据项 {item} 对应的列 {column}"
    )
    remedy = Text(
        en="Send the column again, or let the steward map the item to another column",
        zh="请补上该列，或由数据专员将该数据项对应到其他列",
    )


class RowsLost(CityhallError):
    """The parts do not add up to the rows read. Nothing is published."""

    code = "cleaning.rows_lost"
    title = Text(
        en="{rows} rows read, but {clean} clean + {quarantined} quarantined + {duplicates} duplicate",
        zh="读取 {rows} 行，但合格 {clean} 行、隔离 {quarantined} 行、重复 {duplicates} 行，合计不符",
    )
    remedy = Text(
        en="Nothing was changed; run it again, and report this with the receipt if it repeats",
        zh="数据未作任何改动；请重试，若再次出现请附回执报告",
    )
