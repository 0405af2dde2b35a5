"""What can go wrong in the ledger."""

from __future__ import annotations

from cityhall.kernel.errors import Conflict, NotFound, Unavailable
from cityhall.kernel.text import Text

__all__ = ["CheckpointBroken", "EntryUnknown", "KeyBroken", "RederivationFailed"]


class KeyBroken(Unavailable):
    """The file of the signing key does not hold 32 bytes in base64."""

    code = "ledger.key_broken"
    title = Text(en="The ledger's signing key in {file} is damaged", zh="{file} 中的账本签名密钥已损坏")
    remedy = Text(
        en="Restore the file from a backup; a new key would not match the checkpoints signed before.",
        zh="请从备份恢复该文件；新密钥无法验证此前签名的检查点。",
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
