"""What can go wrong in the ledger."""

from __future__ import annotations

from cityhall.kernel.errors import Conflict, NotFound, Unavailable
from cityhall.kernel.text import Text

__all__ = ["CheckpointBroken", "EntryUnknown", "KeyBroken", "KeyMissing", "KeyOther", "RederivationFailed"]


class KeyBroken(Unavailable):
    """The file of the signing key does not hold 32 bytes in base64."""

    code = "ledger.key_broken"
    title = Text(en="The ledger's signing key in {file} is damaged", zh="{file} 中的账本签名密钥已损坏")
    remedy = Text(
        en="Restore the file from a backup; a new key would not match the checkpoints signed before.",
        zh="请从备份恢复该文件；新密钥无法验证此前签名的检查点。",
    )


class KeyMissing(Unavailable):
    """The log has signed checkpoints, and the key that signed them is not there or cannot be read."""

    code = "ledger.key_missing"
    title = Text(
        en="The ledger's signing key {file} is not there, or this program may not read it",
        zh="账本签名密钥 {file} 不存在，或本程序无权读取",
    )
    remedy = Text(
        en="Restore the file from a backup, readable by the account that runs this program. No new key was made: it would "
        "not match the checkpoints signed before. Entries are recorded meanwhile and numbered later.",
        zh="请从备份恢复该文件，并确保运行本程序的账户可以读取。系统未生成新密钥：新密钥无法验证此前签名的检查点。其间的记录照常保存，稍后定序。",
    )


class KeyOther(Conflict):
    """The newest checkpoint was signed with another key than this node's; nothing was signed."""

    code = "ledger.key_other"
    title = Text(
        en="The ledger refuses to sign: the checkpoint at size {size} was not signed with the key of this node",
        zh="账本拒绝签名：第 {size} 条处的检查点不是用本节点的密钥签名的",
    )
    remedy = Text(
        en="Nothing was changed. All hosts of a city need the same file secrets/ledger: copy it from the host that signed, or "
        "restore it from a backup; then run the verification.",
        zh="未作任何更改。同一城市的所有主机须使用同一个 secrets/ledger 文件：请从签名的主机复制或从备份恢复，再运行账本校验。",
    )


class CheckpointBroken(Conflict):
    """A signed note is malformed, or was not signed by this log's key."""

    code = "ledger.checkpoint_broken"
    title = Text(
        en="A checkpoint of the ledger cannot be trusted ({reason})", zh="账本检查点不可信（{reason}）"
    )
    remedy = Text(
        en="Run the verification of the ledger and compare with a checkpoint kept elsewhere.",
        zh="请运行账本校验，并与保存在别处的检查点比对。",
    )


class RederivationFailed(Conflict):
    """The batch, read back and hashed a second time, does not give the same root; nothing was signed."""

    code = "ledger.rederivation_failed"
    title = Text(
        en="The ledger refuses to sign: the stored entries up to {size} do not give the computed root",
        zh="账本拒绝签名：截至第 {size} 条的已存记录与计算出的根不一致",
    )
    remedy = Text(
        en="Nothing was changed. Run the verification; check the memory and the disk of this machine.",
        zh="未作任何更改。请运行账本校验，并检查本机的内存和磁盘。",
    )


class EntryUnknown(NotFound):
    """No entry has this id."""

    code = "ledger.entry_unknown"
    title = Text(en="There is no ledger entry {entry}", zh="没有账本记录 {entry}")
    remedy = Text(en="Check the id.", zh="请核对标识。")
