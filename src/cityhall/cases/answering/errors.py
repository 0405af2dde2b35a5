"""What can go wrong with answers; part of the room's errors.

NotFound  EntryUnknown
Invalid   EntryWrong, EntriesRefused, ReplyTellsOfSomebody
"""

from __future__ import annotations

from cityhall.kernel.errors import Invalid, NotFound
from cityhall.kernel.text import Text


class EntryUnknown(NotFound):
    """No entry of the knowledge base with this code is in force."""

    code = "cases.entry_unknown"
    title = Text(en="The knowledge base has no entry {entry} in force", zh="知识库中没有有效条目 {entry}")
    remedy = Text(en="Search for one that answers the question", zh="请检索能答复该问题的条目")


class EntryWrong(Invalid):
    """Something about an entry of the knowledge base that cannot be."""

    code = "cases.entry_wrong"
    title = Text(en="The entry cannot be kept: {what}", zh="条目无法保存：{what}")
    remedy = Text(
        en="Question and answer in both languages; a code of small letters, digits and hyphens; from before to",
        zh="问题和答复须中英文齐全；编号用小写字母、数字和连字符；起始日不晚于终止日",
    )


class EntriesRefused(Invalid):
    """A file of entries that cannot be read."""

    code = "cases.entries_refused"
    title = Text(en="The entries in {file} cannot be loaded", zh="{file} 中的条目无法载入")
    remedy = Text(en="Mend it: {why}", zh="请改正：{why}")


class ReplyTellsOfSomebody(Invalid):
    """A reply for everybody that holds a telephone number, an identity number or the like."""

    code = "cases.reply_tells_of_somebody"
    title = Text(en="The public reply tells of a person: {found}", zh="公开答复含个人信息：{found}")
    remedy = Text(en="Take it out, then publish", zh="请删去后再公开")
