"""The remarks that decoding makes, each with its code and its sentence in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from cityhall.collection.decoding.tables import Note
from cityhall.kernel.text import Text

SHOWN = 20
SENTENCES = {
    "blank_rows": Text(en="{count} blank rows were skipped", zh="跳过 {count} 个空行"),
    "repeated_header": Text(
        en="The header is repeated {count} times; the repetitions were skipped",
        zh="表头重复出现 {count} 次，已跳过",
    ),
    "short_rows": Text(
        en="{count} rows have fewer cells than columns; the missing cells are empty",
        zh="{count} 行的单元格少于列数，缺少的按空值处理",
    ),
    "empty_columns": Text(
        en="{count} columns without name and without values were left out",
        zh="略去 {count} 个既无名称又无内容的列",
    ),
    "no_header": Text(en="There is no header row; the columns are numbered", zh="没有表头，列按序号命名"),
    "nameless_columns": Text(
        en="Columns without a name were numbered: {what}", zh="无名称的列按序号命名：{what}"
    ),
    "same_headers": Text(
        en="Columns with the same name and the same values were numbered: {what}",
        zh="同名且内容相同的列已加序号：{what}",
    ),
    "renamed_headers": Text(
        en="Columns with the same name were numbered: {what}", zh="同名的列已加序号：{what}"
    ),
    "title": Text(en="Lines above the table: {what}", zh="表格上方的文字：{what}"),
    "footnotes": Text(en="Lines below the table: {what}", zh="表格下方的文字：{what}"),
    "second_header": Text(
        en="A second header row gives codes or translations: {what}", zh="第二行表头给出代码或译名：{what}"
    ),
    "units": Text(
        en="A row of units or capacities below the header: {what}", zh="表头下方是单位或容量：{what}"
    ),
    "total_row": Text(
        en="The last row looks like a total and was loaded like any other: {what}. If it is no record, take it out and "
        "send the file again",
        zh="最后一行像是合计，已按普通数据行载入：{what}。如不是一条记录，请删去后重新提交",
    ),
    "second_table": Text(
        en="Below a blank row another table seems to begin (row {what}), and was loaded as part of this one. If it is one, "
        "put it on a sheet of its own",
        zh="空行之后似乎另有一张表（第 {what} 行），已作为本表的一部分载入。如确为另一张表，请放到单独的工作表",
    ),
    "undecodable": Text(
        en="{count} lines could not be decoded as {what} and were set apart",
        zh="{count} 行无法按 {what} 解码，已单独存放",
    ),
    "broken_rows": Text(
        en="{count} lines could not become rows and were set apart", zh="{count} 行无法成为数据行，已单独存放"
    ),
    "merged_cells": Text(
        en="{count} merged cells were filled with their value", zh="{count} 个合并单元格已填入其值"
    ),
    "group_labels": Text(
        en="{count} rows got the label of their group, which is written once for each",
        zh="{count} 行已填入所属分组的名称（原表每组只写一次）",
    ),
    "side_by_side": Text(
        en="{count} tables side by side with the same header were put one below the other",
        zh="并排的 {count} 个同表头表格已上下合并",
    ),
    "hidden_sheet": Text(en="The sheet is hidden in the workbook", zh="该工作表在工作簿中是隐藏的"),
    "sheet_refused": Text(en="Sheet “{what}” was left out: {why_en}", zh="工作表“{what}”未载入：{why_zh}"),
    "member_refused": Text(
        en="“{what}” in the archive was left out: {why_en}", zh="压缩包中的“{what}”未载入：{why_zh}"
    ),
    "zero_padded": Text(
        en="{count} cells keep the leading zeros that their format shows",
        zh="{count} 个单元格保留了格式所显示的前导零",
    ),
    "envelope": Text(en="The records were found under “{what}”", zh="记录位于“{what}”之下"),
    "other_json": Text(
        en="{count} items of the array are not records and were set apart",
        zh="数组中有 {count} 项不是记录，已单独存放",
    ),
}


def note(code: str, lines: Sequence[int] = (), count: int | None = None, **facts: str) -> Note:
    """The note `code`; `count` is the number of lines unless given."""
    number = len(lines) if count is None else count
    text = SENTENCES[code].fill(count=number, **{"what": "", "why_en": "", "why_zh": "", **facts})
    return Note(code, text, tuple(lines[:SHOWN]), number)


def excerpt(texts: Sequence[str], longest: int = 400) -> str:
    """Several texts in one line, cut to a readable length."""
    joined = " / ".join(" ".join(text.split()) for text in texts if text.strip())
    return joined if len(joined) <= longest else joined[: longest - 1] + "…"
