"""What can go wrong when a file or a feed is collected.

Sections: reading a file (decoding) · sources and runs.
"""

from __future__ import annotations

from cityhall.collection.road_errors import *  # noqa: F403  (the section of sources and runs)
from cityhall.kernel.errors import Conflict, Invalid, LimitExceeded
from cityhall.kernel.text import Text

# --- Reading a file ---------------------------------------------------------------------------------------


class EmptyFile(Invalid):
    """The file has no bytes, or nothing but white space."""

    code = "collection.empty_file"
    title = Text(en="“{file}” is empty", zh="“{file}”是空文件")
    remedy = Text(
        en="Export the table again and check that it has rows", zh="请重新导出表格，并确认其中有数据行"
    )


class HtmlInsteadOfData(Invalid):
    """A web page was sent where a table was expected: usually a sign-in or error page saved under a data
    name."""

    code = "collection.html_instead_of_data"
    title = Text(en="“{file}” is a web page, not data (“{page}”)", zh="“{file}”是网页而不是数据（“{page}”）")
    remedy = Text(
        en="Open it in a browser: it probably asks to sign in or shows an error; download the data file itself. "
        "If it shows the table, open it in a spreadsheet program and save it as XLSX",
        zh="请在浏览器中打开，通常是登录页或错误页；请下载数据文件本身。如显示的就是表格，请用表格软件打开后另存为 XLSX",
    )


class BinaryFile(Invalid):
    """Bytes that are neither text nor a format we read."""

    code = "collection.binary_file"
    title = Text(
        en="“{file}” is not text and not a known table format", zh="“{file}”不是文本，也不是可识别的表格格式"
    )
    remedy = Text(
        en="Send CSV, XLSX, XLS, ODS, JSON, GeoJSON or Parquet, or a zip or gzip of these",
        zh="请提供 CSV、XLSX、XLS、ODS、JSON、GeoJSON、Parquet，或它们的 zip、gzip 压缩包",
    )


class WrongEncoding(Invalid):
    """The encoding that was declared does not fit the bytes."""

    code = "collection.wrong_encoding"
    title = Text(
        en="“{file}” was declared as {declared}, but line {line} is not; the bytes look like {found}",
        zh="“{file}”声明的编码是 {declared}，但第 {line} 行不是；内容看起来是 {found}",
    )
    remedy = Text(en="Leave the encoding out or correct it", zh="请不要指定编码，或更正编码")


class NotATable(Invalid):
    """The content was read but holds no table: a form, a text, a picture of a table."""

    code = "collection.not_a_table"
    title = Text(en="“{file}” is not a table: {why_en}", zh="“{file}”不是数据表：{why_zh}")
    remedy = Text(
        en="Send a sheet with one header row and one row per record, or name the sheet or the header row",
        zh="请提供一行表头、每条记录一行的表格，或指明工作表或表头所在行",
    )


class DuplicateHeaders(Invalid):
    """Two columns have the same name and different values, so nobody can tell which is meant."""

    code = "collection.duplicate_headers"
    title = Text(
        en="“{file}” has several different columns named {names}",
        zh="“{file}”有多个同名但内容不同的列：{names}",
    )
    remedy = Text(
        en="Give each column its own name, or allow renaming to “name_2”",
        zh="请为每一列取不同的名称，或允许自动改名为“名称_2”",
    )


class BrokenWorkbook(Invalid):
    """A spreadsheet that cannot be opened."""

    code = "collection.broken_workbook"
    title = Text(en="The workbook “{file}” is damaged: {detail}", zh="工作簿“{file}”已损坏：{detail}")
    remedy = Text(en="Open it in the spreadsheet program and save it again", zh="请用表格软件打开后重新保存")


class EncryptedFile(Invalid):
    """A workbook or archive that asks for a password."""

    code = "collection.encrypted_file"
    title = Text(en="“{file}” is protected by a password", zh="“{file}”设有密码")
    remedy = Text(en="Save it without a password and send it again", zh="请取消密码后重新提交")


class BrokenArchive(Invalid):
    """A zip, gzip or tar that cannot be unpacked."""

    code = "collection.broken_archive"
    title = Text(en="The archive “{file}” is damaged: {detail}", zh="压缩包“{file}”已损坏：{detail}")
    remedy = Text(en="Pack the files again and send them again", zh="请重新压缩后再提交")


class ArchiveTooLarge(LimitExceeded):
    """Unpacking would take more room, members or levels than allowed: a zip bomb or a mistake."""

    code = "collection.archive_too_large"
    title = Text(
        en="The archive “{file}” unpacks to more than allowed ({what}: {found}, limit {limit})",
        zh="压缩包“{file}”解压后超过限制（{what}：{found}，上限 {limit}）",
    )
    remedy = Text(en="Send the tables in several smaller files", zh="请分成几个较小的文件提交")


class TooManyColumns(LimitExceeded):
    """Wider than any register: usually a matrix or a wrong delimiter."""

    code = "collection.too_many_columns"
    title = Text(
        en="“{file}” has {found} columns, limit {limit}", zh="“{file}”有 {found} 列，上限 {limit} 列"
    )
    remedy = Text(
        en="Turn repeated columns (months, places) into rows, or split the table",
        zh="请把重复的列（月份、地点）转成行，或拆分表格",
    )


class LineTooLong(LimitExceeded):
    """One line (or one record) is longer than any row can be."""

    code = "collection.line_too_long"
    title = Text(
        en="Line {line} of “{file}” is longer than {limit} bytes", zh="“{file}”第 {line} 行超过 {limit} 字节"
    )
    remedy = Text(
        en="Check the line ends and the quotes of the file, or export it again",
        zh="请检查换行符和引号，或重新导出文件",
    )


class FileTooLarge(LimitExceeded):
    """More than can be read in memory for a format that cannot be read in pieces."""

    code = "collection.file_too_large"
    title = Text(
        en="“{file}” is too large: {what} {found}, limit {limit}",
        zh="“{file}”过大：{what} {found}，上限 {limit}",
    )
    remedy = Text(
        en="Send it as CSV, one record per line, or in parts",
        zh="请改用 CSV（每行一条记录），或分成几部分提交",
    )


class BrokenDocument(Invalid):
    """JSON or Parquet that does not parse."""

    code = "collection.broken_document"
    title = Text(en="“{file}” is not valid {format}: {detail}", zh="“{file}”不是有效的 {format}：{detail}")
    remedy = Text(en="Export it again; the download may have been cut off", zh="请重新导出；可能下载时被中断")


class HintNotMet(Invalid):
    """What the caller asked for (a sheet, a header row, a path) is not in the file."""

    code = "collection.hint_not_met"
    title = Text(en="“{file}” has no {what} “{asked}”", zh="“{file}”中没有{what}“{asked}”")
    remedy = Text(en="It has: {found}", zh="可选：{found}")


class FileChanged(Conflict):
    """The file was written to while it was read."""

    code = "collection.file_changed"
    title = Text(en="“{file}” changed while it was read", zh="“{file}”在读取过程中被修改")
    remedy = Text(en="Wait until it is complete and start again", zh="请等文件写完后重新开始")
