"""What can go wrong with sources, runs and the road (files: see `errors`)."""

from __future__ import annotations

from cityhall.kernel.errors import Conflict, Invalid, LimitExceeded, NotFound, Unavailable
from cityhall.kernel.text import Text

__all__ = [
    "AddressRefused",
    "AgencyUnclear",
    "AnswerUnusable",
    "BadSchedule",
    "CorrectionMismatch",
    "CredentialMissing",
    "CredentialRefused",
    "DatabaseRefused",
    "DiskFull",
    "FileMissing",
    "HostKeyUnknown",
    "KeyColumnAbsent",
    "KeyMissing",
    "ManifestDiffers",
    "NoDecisionWaiting",
    "NothingToCollect",
    "PushKeyReused",
    "PushUnusable",
    "RowsUnaccounted",
    "RunBroke",
    "RunCancelled",
    "RunInProgress",
    "RunInterrupted",
    "RunNotActive",
    "RunNotRetriable",
    "RunUnknown",
    "SchemaChanged",
    "SettingWrong",
    "SourceTooBig",
    "SourceUnknown",
    "SourceUnreachable",
]


class SourceUnknown(NotFound):
    """No source has this id."""

    code = "collection.source_unknown"
    title = Text(en="There is no source {source}", zh="没有数据源 {source}")
    remedy = Text(en="Look it up in the list of sources.", zh="请在数据源列表中查找。")


class RunUnknown(NotFound):
    """No run has this id."""

    code = "collection.run_unknown"
    title = Text(en="There is no run {run}", zh="没有采集任务 {run}")
    remedy = Text(en="Look it up in the list of runs.", zh="请在采集任务列表中查找。")


class FileMissing(NotFound):
    """The file to publish is not there."""

    code = "collection.file_missing"
    title = Text(en="There is no file {file}", zh="找不到文件 {file}")
    remedy = Text(
        en="Check the path, and that this machine may read it.", zh="请检查路径，并确认本机有权读取。"
    )


class RunInProgress(Conflict):
    """Another run of the same source is under way."""

    code = "collection.run_in_progress"
    title = Text(en="“{name}” is being collected already", zh="“{name}”正在采集中")
    remedy = Text(
        en="Wait until the run in progress ends, or cancel it, then start again.",
        zh="请等待当前采集任务结束，或取消后重新开始。",
    )


class RunNotRetriable(Conflict):
    """Only a failed or cancelled run can be retried."""

    code = "collection.run_not_retriable"
    title = Text(en="This run is {stage} and cannot be retried", zh="该采集任务处于 {stage} 状态，不能重试")
    remedy = Text(en="Start a new run of its source instead.", zh="请为该数据源启动新的采集任务。")


class RunNotActive(Conflict):
    """The run has ended already."""

    code = "collection.run_not_active"
    title = Text(en="This run has ended already ({stage})", zh="该采集任务已结束（{stage}）")
    remedy = Text(en="Nothing needs to be done.", zh="无需操作。")


class RunInterrupted(Unavailable):
    """The worker went away before the bytes were landed, or too often."""

    code = "collection.run_interrupted"
    title = Text(en="The run was interrupted in stage {stage}", zh="采集任务在 {stage} 阶段中断")
    remedy = Text(
        en="Nothing was changed. Retry the run; if it is interrupted again, look at the worker's log.",
        zh="数据未受影响。请重试；若再次中断，请查看工作进程日志。",
    )


class RunCancelled(Conflict):
    """Somebody asked the run to stop."""

    code = "collection.run_cancelled"
    title = Text(en="The run was cancelled in stage {stage}", zh="采集任务在 {stage} 阶段被取消")
    remedy = Text(en="Nothing was changed. Retry it when you like.", zh="数据未受影响，可随时重试。")


class RowsUnaccounted(Conflict):
    """Rows read differ from clean + quarantined + duplicates; nothing is committed."""

    code = "collection.rows_unaccounted"
    title = Text(
        en="{read} rows read, but {clean} clean, {quarantined} quarantined, {duplicates} duplicate came out",
        zh="读入 {read} 行，但得到 {clean} 行合格、{quarantined} 行隔离、{duplicates} 行重复",
    )
    remedy = Text(
        en="Nothing was changed. This is a fault of the platform: report it with the run's number.",
        zh="数据未受影响。这是平台故障，请附上任务编号报告。",
    )


class SchemaChanged(Conflict):
    """The columns differ from the catalogue's items; the steward decides."""

    code = "collection.schema_changed"
    title = Text(
        en="The columns have changed: added [{added}], missing [{missing}], another type [{retyped}]",
        zh="列发生变化：新增 [{added}]，缺少 [{missing}]，类型改变 [{retyped}]",
    )
    remedy = Text(
        en="The former version keeps serving. Accept the new columns on the run's page, or reject them.",
        zh="原版本继续提供服务。请在任务页接受或拒绝新的列。",
    )


class NoDecisionWaiting(Conflict):
    """The run does not wait for a decision."""

    code = "collection.no_decision_waiting"
    title = Text(en="This run waits for no decision", zh="该采集任务没有待定事项")
    remedy = Text(en="Look at the run's page for what happened.", zh="请在任务页查看情况。")


class KeyMissing(Invalid):
    """Upsert needs a key."""

    code = "collection.key_missing"
    title = Text(en="Upsert needs a key and none is declared", zh="按主键更新需要主键，但未声明主键")
    remedy = Text(
        en="Name the key columns of the source or of the dataset, or use the mode replace or append.",
        zh="请为数据源或数据集指定主键列，或改用整体替换、追加方式。",
    )


class KeyColumnAbsent(Invalid):
    """The declared key is not a column of the file."""

    code = "collection.key_column_absent"
    title = Text(en="The key column {column} is not in the table", zh="表中没有主键列 {column}")
    remedy = Text(en="Columns found: {found}. Correct the key.", zh="找到的列：{found}。请更正主键。")


class ManifestDiffers(Invalid):
    """The manifest beside the file says something else than the file."""

    code = "collection.manifest_differs"
    title = Text(
        en="{file}: the manifest says {what} {expected}, the file has {found}",
        zh="{file}：清单中 {what} 为 {expected}，文件实际为 {found}",
    )
    remedy = Text(en="Transfer the file again, or correct its manifest.", zh="请重新传送文件，或更正清单。")


class BadSchedule(Invalid):
    """The schedule is not understood."""

    code = "collection.bad_schedule"
    title = Text(en="The schedule “{schedule}” is not understood", zh="无法理解计划“{schedule}”")
    remedy = Text(
        en="Write e.g. every 15 minutes, daily at 02:30, weekly on monday at 02:30, monthly on 1 at 02:30.",
        zh="请写成例如 every 15 minutes、daily at 02:30、weekly on monday at 02:30、monthly on 1 at 02:30。",
    )


class SettingWrong(Invalid):
    """A setting of a source or an override is missing or cannot be used."""

    code = "collection.setting_wrong"
    title = Text(en="The setting {setting} is wrong: {why}", zh="设置 {setting} 有误：{why}")
    remedy = Text(
        en="Correct it; the guide for operators lists every setting.", zh="请更正；运营员指南列有全部设置。"
    )


class CredentialMissing(Unavailable):
    """The named credential is not in the environment or in the secrets folder."""

    code = "collection.credential_missing"
    title = Text(en="The credential {name} is not set on this machine", zh="本机未设置凭据 {name}")
    remedy = Text(
        en="Set the environment variable, or write secrets/{name} in the state folder with permissions 0600.",
        zh="请设置环境变量，或在状态目录写入权限为 0600 的 secrets/{name} 文件。",
    )


class CredentialRefused(Unavailable):
    """The other side knows the name and password, key or token of the source, and does not accept them."""

    code = "collection.credential_refused"
    title = Text(en="{address} refuses our credentials", zh="{address} 拒绝了凭据")
    remedy = Text(
        en="Ask the department for valid ones, or for the right to read this file, and set them on this machine.",
        zh="请向对方部门索取有效凭据或该文件的读取权限，并在本机设置。",
    )


class HostKeyUnknown(Invalid):
    """A server showed a key that is not the one the source names."""

    code = "collection.host_key_unknown"
    title = Text(
        en="{host} showed a key that this source does not know: {fingerprint}",
        zh="{host} 出示的主机密钥与数据源登记的不一致：{fingerprint}",
    )
    remedy = Text(
        en="Ask the department for its fingerprint by another way. If it is the same, write it as `host_key`.",
        zh="请通过其他途径向对方部门核对指纹；一致时将其写入 `host_key`。",
    )


class AddressRefused(Invalid):
    """The address leads into a private network, or is no address we follow."""

    code = "collection.address_refused"
    title = Text(en="{address} is not collected from: {why}", zh="拒绝从 {address} 采集：{why}")
    remedy = Text(
        en="Use a public http(s) address, or let an operator allow private addresses for this source.",
        zh="请使用公网 http(s) 地址，或由运营员为该数据源开放内网地址。",
    )


class SourceUnreachable(Unavailable):
    """The other side does not answer, or answers with an error."""

    code = "collection.source_unreachable"
    title = Text(en="{address} did not answer: {why}", zh="{address} 没有应答：{why}")
    remedy = Text(
        en="Try again later; if it persists, ask the department that runs it.",
        zh="请稍后重试；若持续失败，请联系其维护部门。",
    )


class SourceTooBig(LimitExceeded):
    """More bytes, pages or seconds than the source's limits allow."""

    code = "collection.source_too_big"
    title = Text(en="{address} exceeds the limit of {limit} {unit}", zh="{address} 超出上限 {limit} {unit}")
    remedy = Text(
        en="Raise the limit in the source's settings if this is expected.",
        zh="若属正常，请在数据源设置中提高上限。",
    )


class AnswerUnusable(Invalid):
    """The other side answered with something that is not the declared kind of data."""

    code = "collection.answer_unusable"
    title = Text(en="The answer of {address} cannot be used: {why}", zh="{address} 的应答无法使用：{why}")
    remedy = Text(
        en="Compare the source's settings with the other side's documentation.",
        zh="请对照对方文档核对数据源设置。",
    )


class DatabaseRefused(Invalid):
    """The department's database refused the query."""

    code = "collection.database_refused"
    title = Text(en="The database of the source refused: {why}", zh="来源数据库拒绝：{why}")
    remedy = Text(
        en="Check the table, the columns and the account's rights.", zh="请检查表名、列名及账号权限。"
    )


class PushKeyReused(Conflict):
    """The idempotency key was used for another body."""

    code = "collection.push_key_reused"
    title = Text(en="The idempotency key {key} was used for other data", zh="幂等键 {key} 已用于其他数据")
    remedy = Text(
        en="Use a new key for new data; the same key only for the same data.", zh="新数据请使用新的幂等键。"
    )


class PushUnusable(Invalid):
    """The body or its content type cannot be taken."""

    code = "collection.push_unusable"
    title = Text(en="What was sent cannot be taken: {why}", zh="发送的内容无法接收：{why}")
    remedy = Text(
        en="Send text/csv, application/json or application/x-ndjson with a header Idempotency-Key.",
        zh="请发送 text/csv、application/json 或 application/x-ndjson，并带 Idempotency-Key 请求头。",
    )


class DiskFull(Unavailable):
    """There is no room left in the state folder."""

    code = "collection.disk_full"
    title = Text(en="There is no room left on the disk of the state folder", zh="状态目录所在磁盘空间不足")
    remedy = Text(
        en="Nothing was changed. Free some space (`cityhall warehouse sweep` helps), then retry.",
        zh="数据未受影响。请清理空间（可运行 cityhall warehouse sweep），然后重试。",
    )


class RunBroke(Unavailable):
    """An unexpected failure inside the platform."""

    code = "collection.run_broke"
    title = Text(
        en="The run failed unexpectedly in stage {stage} ({what})",
        zh="采集任务在 {stage} 阶段意外失败（{what}）",
    )
    remedy = Text(
        en="Nothing was changed. Retry it; if it fails again, report it with the run's number.",
        zh="数据未受影响。请重试；若再次失败，请附任务编号报告。",
    )


class NothingToCollect(NotFound):
    """The source holds nothing new."""

    code = "collection.nothing_to_collect"
    title = Text(en="“{name}” holds nothing to collect", zh="“{name}”中没有可采集的内容")
    remedy = Text(en="Wait for the department's next delivery.", zh="请等待部门下一次报送。")


class AgencyUnclear(Invalid):
    """It cannot be told which agency a file belongs to."""

    code = "collection.agency_unclear"
    title = Text(en="It is unclear which agency owns the data", zh="无法判断数据所属机构")
    remedy = Text(
        en="Name it with --agency (id or unified social credit code).",
        zh="请用 --agency 指定机构（标识或统一社会信用代码）。",
    )


class CorrectionMismatch(Invalid):
    """A corrected row does not belong to the quarantine."""

    code = "collection.correction_mismatch"
    title = Text(en="The corrections do not fit the quarantine: {why}", zh="更正内容与隔离区不符：{why}")
    remedy = Text(
        en="Download the bad rows again and keep the column “line” as it is.",
        zh="请重新下载问题行，并保持“line”列不变。",
    )
