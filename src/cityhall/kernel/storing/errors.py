"""What can go wrong where files are kept."""

from __future__ import annotations

from cityhall.kernel.errors import NotFound, Unavailable
from cityhall.kernel.text import Text


class FileMissing(NotFound):
    """Bytes that a version or a receipt refers to are not on the disk."""

    code = "kernel.file-missing"
    title = Text(en="A stored file is missing: {file}", zh="存储的文件缺失：{file}")
    remedy = Text(
        en="Run `cityhall warehouse fsck`, then restore the file from the backup.",
        zh="请运行 `cityhall warehouse fsck`，并从备份中恢复该文件。",
    )


class FileAltered(Unavailable):
    """Bytes in the storage are not those that were kept there."""

    code = "kernel.file-altered"
    title = Text(en="A stored file has been altered: {file}", zh="存储的文件已被改动：{file}")
    remedy = Text(
        en="Run `cityhall warehouse fsck --deep`, then restore the file from the backup.",
        zh="请运行 `cityhall warehouse fsck --deep`，并从备份中恢复该文件。",
    )


class StorageUnreachable(Unavailable):
    """The bucket does not answer, or refuses."""

    code = "kernel.storage-unreachable"
    title = Text(
        en="The storage cannot be used: {address} ({why})",
        zh="无法使用存储：{address}（{why}）",
    )
    remedy = Text(
        en="Nothing was changed; what is at hand keeps serving. Check CITYHALL_STORE, its options and keys, then run it again.",
        zh="没有任何更改，本机已有的数据继续服务。请检查 CITYHALL_STORE 及其选项和密钥后重试。",
    )


class StorageTaken(Unavailable):
    """The bucket's folder holds the files of another city; whoever sweeps it would remove them."""

    code = "kernel.storage-taken"
    title = Text(
        en="The storage belongs to another city: {address} ({owner})",
        zh="该存储属于另一个城市节点：{address}（{owner}）",
    )
    remedy = Text(
        en="Nothing was changed. Give each city a bucket or a prefix of its own (CITYHALL_STORE).",
        zh="没有任何更改。请为每个城市节点使用各自的存储桶或前缀（CITYHALL_STORE）。",
    )


class DiskFull(Unavailable):
    """The disk is full, or a quota or file-size limit was met."""

    code = "kernel.disk-full"
    title = Text(en="There is no room left on the disk", zh="磁盘空间不足")
    remedy = Text(
        en="Nothing was changed. Free space (`cityhall warehouse sweep`, retention), then run it again.",
        zh="没有任何更改。请释放空间（见 `cityhall warehouse sweep` 与保留策略）后重试。",
    )
