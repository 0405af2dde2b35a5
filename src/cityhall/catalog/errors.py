"""What can go wrong in the catalogue."""

from __future__ import annotations

from cityhall.kernel.errors import Conflict, Invalid, LimitExceeded, NotFound
from cityhall.kernel.text import Text


class DatasetUnknown(NotFound):
    """No dataset has this id or code."""

    code = "catalog.dataset_unknown"
    title = Text(en="The catalogue has no dataset {dataset}", zh="目录中没有数据集 {dataset}")
    remedy = Text(
        en="Check the code, or search the catalogue by title.", zh="请核对编码，或按名称在目录中查找。"
    )


class RevisionUnknown(NotFound):
    """The dataset has no revision with this number."""

    code = "catalog.revision_unknown"
    title = Text(
        en="Dataset {dataset} has no revision {revision}", zh="数据集 {dataset} 没有第 {revision} 次修订"
    )
    remedy = Text(en="Choose one from its history.", zh="请从修订历史中选择。")


class SystemUnknown(NotFound):
    """No information system has this id or code."""

    code = "catalog.system_unknown"
    title = Text(en="The catalogue has no system {system}", zh="目录中没有信息系统 {system}")
    remedy = Text(
        en="Check the code, or add the system to the responsibility list first.",
        zh="请核对编码，或先将该系统列入责任清单。",
    )


class FunctionUnknown(NotFound):
    """No function has this id or code."""

    code = "catalog.function_unknown"
    title = Text(en="The catalogue has no function {function}", zh="目录中没有职能 {function}")
    remedy = Text(
        en="Check the code, or add the function to the responsibility list first.",
        zh="请核对编码，或先将该职能列入责任清单。",
    )


class SystemForeign(Invalid):
    """The dataset's system belongs to another agency."""

    code = "catalog.system_foreign"
    title = Text(en="System {system} belongs to another agency", zh="信息系统 {system} 属于其他部门")
    remedy = Text(
        en="Name a system of the agency that answers for the dataset.",
        zh="请选择数据集责任部门自己的信息系统。",
    )


class CodeTaken(Conflict):
    """Another entry has this code."""

    code = "catalog.code_taken"
    title = Text(en="The code {code} is already used", zh="编码 {code} 已被使用")
    remedy = Text(en="Choose another code, or change the existing entry.", zh="请更换编码，或修改已有条目。")


class RevisionStale(Conflict):
    """Somebody else has changed the dataset since the editor opened it."""

    code = "catalog.revision_stale"
    title = Text(
        en="Dataset {dataset} is at revision {current} by now, and you edited revision {expected}",
        zh="数据集 {dataset} 已被他人修改：当前为第 {current} 次修订，您编辑的是第 {expected} 次",
    )
    remedy = Text(
        en="Open the difference between the two revisions and make your change again.",
        zh="请查看两次修订的差异后重新修改。",
    )


class AlreadyPublished(Conflict):
    """Only drafts and withdrawn datasets can be published."""

    code = "catalog.already_published"
    title = Text(en="Dataset {dataset} is published already", zh="数据集 {dataset} 已经发布")
    remedy = Text(
        en="Nothing to do; later changes to its entry are public at once.",
        zh="无需再次发布；之后对条目的修改立即公开。",
    )


class NotPublished(Conflict):
    """Only published datasets can be withdrawn."""

    code = "catalog.not_published"
    title = Text(en="Dataset {dataset} is not published", zh="数据集 {dataset} 尚未发布")
    remedy = Text(
        en="Only published datasets can be withdrawn; a draft is not public.",
        zh="只有已发布的数据集才能撤回，草稿本来就不公开。",
    )


class CodeMalformed(Invalid):
    """A code holds characters that cannot stand in an address."""

    code = "catalog.code_malformed"
    title = Text(en="“{code}” cannot be a code", zh="“{code}”不能用作编码")
    remedy = Text(
        en="Use 1 to 100 letters (Chinese too), digits, dots, hyphens and underscores.",
        zh="请使用 1 至 100 个字母、汉字、数字、点、连字符或下划线。",
    )


class WordUnknown(Invalid):
    """A value is not in the vocabulary it must come from."""

    code = "catalog.word_unknown"
    title = Text(en="{place}: “{word}” is not a known value", zh="{place}：“{word}”不是有效取值")
    remedy = Text(en="Use one of: {allowed}.", zh="请使用以下取值之一：{allowed}。")


class TitleMissing(Invalid):
    """A dataset has no title."""

    code = "catalog.title_missing"
    title = Text(en="The dataset has no title", zh="数据集没有名称")
    remedy = Text(en="Give it a title that says what the rows are.", zh="请填写名称，说明每一行数据是什么。")


class ItemsMissing(Invalid):
    """A dataset without items cannot be published."""

    code = "catalog.items_missing"
    title = Text(en="Dataset {dataset} has no data items", zh="数据集 {dataset} 没有数据项")
    remedy = Text(en="Add at least one data item before publishing.", zh="请至少添加一个数据项再发布。")


class ItemNameWrong(Invalid):
    """An item's name cannot be the name of a column."""

    code = "catalog.item_name_wrong"
    title = Text(en="“{item}” cannot be the name of a data item", zh="“{item}”不能作为数据项名称")
    remedy = Text(
        en="Use 1 to 200 characters without line breaks that do not begin with an underscore.",
        zh="请使用 1 至 200 个字符，不含换行，且不以下划线开头。",
    )


class ItemRepeated(Invalid):
    """Two items have names that differ in case at most."""

    code = "catalog.item_repeated"
    title = Text(en="Two data items are called {item}", zh="有两个数据项都叫 {item}")
    remedy = Text(
        en="Rename one; upper and lower case count as equal.", zh="请修改其中一个，大小写视为相同。"
    )


class LevelWrong(Invalid):
    """A level is not one of the four."""

    code = "catalog.level_wrong"
    title = Text(en="Item {item} has level {level}", zh="数据项 {item} 的分级为 {level}")
    remedy = Text(en="Levels are 1, 2, 3 and 4 (DB33/T 2351).", zh="分级只能为 1、2、3、4（DB33/T 2351）。")


class LevelForbidsOpening(Invalid):
    """An L4 item must never be opened (DB33/T 2351-2021)."""

    code = "catalog.level_forbids_opening"
    title = Text(
        en="Item {item} is L4 (sensitive) and must never be opened, but its opening is not forbidden",
        zh="数据项 {item} 为 L4（敏感），任何情况下不得开放，但没有设为禁止开放",
    )
    remedy = Text(
        en="Set opening to forbidden with the reason, or have {item} assessed again.",
        zh="请将开放属性改为禁止开放并写明理由，或重新评定 {item} 的分级。",
    )


class LevelNeedsApproval(Invalid):
    """L2 and L3 items must not be opened unconditionally (DB33/T 2351-2021)."""

    code = "catalog.level_needs_approval"
    title = Text(
        en="Item {item} is L{level} and must not be opened unconditionally",
        zh="数据项 {item} 为 L{level}，不得无条件开放",
    )
    remedy = Text(
        en="Set opening to restricted (on request, masked) or forbidden, or have {item} assessed again.",
        zh="请将开放属性改为受限开放（申请、脱敏）或禁止开放，或重新评定 {item} 的分级。",
    )


class SharingUnexplained(Invalid):
    """An item is not shared unconditionally, and does not say why."""

    code = "catalog.sharing_unexplained"
    title = Text(
        en="Item {item} is not shared unconditionally, and no reason is given",
        zh="数据项 {item} 不是无条件共享，但没有写明理由",
    )
    remedy = Text(
        en="Write the condition for sharing, or the legal basis for not sharing.",
        zh="请写明共享条件，或不予共享的法律依据。",
    )


class OpeningUnexplained(Invalid):
    """An item is not opened unconditionally, and does not say why."""

    code = "catalog.opening_unexplained"
    title = Text(
        en="Item {item} is not opened unconditionally, and no reason is given",
        zh="数据项 {item} 不是无条件开放，但没有写明理由",
    )
    remedy = Text(
        en="Write the condition for opening, or why it is forbidden.", zh="请写明开放条件，或禁止开放的理由。"
    )


class KeyUnknown(Invalid):
    """The key or a rule names an item that the dataset does not have."""

    code = "catalog.key_unknown"
    title = Text(
        en="{place} names {item}, which is not a data item here", zh="{place} 引用了不存在的数据项 {item}"
    )
    remedy = Text(en="Use names from the list of data items.", zh="请使用数据项清单中的名称。")


class UpsertNeedsKey(Invalid):
    """Updating by key needs a key."""

    code = "catalog.upsert_needs_key"
    title = Text(en="The dataset is updated by key, but has no key", zh="数据集按主键更新，但没有设置主键")
    remedy = Text(
        en="Name the items that identify a row, or choose replace or append.",
        zh="请指定能唯一标识一行的数据项，或改用整体替换、追加。",
    )


class RuleRepeated(Invalid):
    """Two rules have one code."""

    code = "catalog.rule_repeated"
    title = Text(en="Two rules have the code {rule}", zh="有两条规则的编码都是 {rule}")
    remedy = Text(en="Give each rule its own code.", zh="请为每条规则设置不同编码。")


class ChangeUnknown(Invalid):
    """A change names something that a dataset does not have, or that cannot be changed this way."""

    code = "catalog.change_unknown"
    title = Text(en="“{place}” cannot be changed here", zh="不能在此修改“{place}”")
    remedy = Text(en="These can be changed: {allowed}.", zh="可以修改的内容：{allowed}。")


class ValueWrong(Invalid):
    """A value has the wrong form."""

    code = "catalog.value_wrong"
    title = Text(en="{place}: “{value}” has the wrong form", zh="{place}：“{value}”格式不对")
    remedy = Text(en="Expected: {expected}.", zh="应为：{expected}。")


class WhyMissing(Invalid):
    """A withdrawal must say why."""

    code = "catalog.why_missing"
    title = Text(en="No reason was given for withdrawing the dataset", zh="没有写明撤回数据集的理由")
    remedy = Text(en="Say why; the users of the data will read it.", zh="请写明理由，数据使用者会看到。")


class CatalogueUnreadable(Invalid):
    """A file is not a catalogue in one of the two forms."""

    code = "catalog.catalogue_unreadable"
    title = Text(en="{file} is not a catalogue: {problem}", zh="{file} 不是目录文件：{problem}")
    remedy = Text(
        en="Send YAML or XLSX in the form that the export writes.",
        zh="请使用与导出文件相同形式的 YAML 或 XLSX。",
    )


class ImportRefused(Invalid):
    """At least one row of an imported catalogue cannot be used, so nothing was changed.

    The whole row-by-row report is in the fact `report` (an ImportReport).
    """

    code = "catalog.import_refused"
    title = Text(
        en="{refused} of {rows} entries cannot be imported; nothing was changed. First, {place}: {first}",
        zh="{rows} 个条目中有 {refused} 个不能导入，目录未作任何改动。首个（{place}）：{first}",
    )
    remedy = Text(
        en="Correct the rows named in the report and send the file again.", zh="请按报告逐条更正后重新导入。"
    )


class FieldInUse(Conflict):
    """A field that datasets belong to cannot be taken off the list."""

    code = "catalog.field_in_use"
    title = Text(
        en="Field {field} still has {datasets} datasets", zh="数据领域 {field} 下还有 {datasets} 个数据集"
    )
    remedy = Text(
        en="Move them to another field first, or keep it on the list.",
        zh="请先将其调整到其他领域，或在清单中保留该领域。",
    )


class CatalogueTooLarge(LimitExceeded):
    """A catalogue file is larger than any real catalogue."""

    code = "catalog.catalogue_too_large"
    title = Text(en="{file} is larger than {largest} bytes", zh="{file} 超过 {largest} 字节")
    remedy = Text(en="Split it by agency and import the parts.", zh="请按部门拆分后分别导入。")


class CellTooLong(LimitExceeded):
    """A text does not fit into a cell of a workbook."""

    code = "catalog.cell_too_long"
    title = Text(
        en="A text of {place} is longer than the {longest} characters of a cell",
        zh="{place} 的文字超过单元格上限 {longest} 个字符",
    )
    remedy = Text(en="Export the catalogue as YAML.", zh="请将目录导出为 YAML。")


class CodeRepeated(Invalid):
    """A file has two entries of one kind with one code."""

    code = "catalog.code_repeated"
    title = Text(en="The code {code} occurs twice in the file", zh="编码 {code} 在文件中出现两次")
    remedy = Text(en="Keep one of the entries.", zh="请只保留一个条目。")


class StateBackward(Invalid):
    """An import would turn a public or withdrawn dataset into a draft again."""

    code = "catalog.state_backward"
    title = Text(en="Dataset {dataset} has left the draft state already", zh="数据集 {dataset} 已不是草稿")
    remedy = Text(
        en="Set its state to published or withdrawn, or leave it out.",
        zh="请将状态设为已发布或已撤回，或不填写状态。",
    )
