"""Bad input gets a coded error with the remedy; nothing hangs, fills the memory or is lost silently."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from tests.collection.decoding.reading import broken, cells, codes, lines, one, staged

from cityhall.collection import errors
from cityhall.collection.decoding import Hints, Limits, stage
from cityhall.kernel.errors import CityhallError

SMALL = Limits(unpacked_bytes=1_000_000, members=20, nesting=2)


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _workbook(fill: dict[tuple[int, int], str]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        for (row, column), text in fill.items():
            sheet.write_string(row, column, text)
    return buffer.getvalue()


def _encrypted_zip() -> bytes:
    content = bytearray(_zip({"a.csv": b"a,b\n1,2\n"}))
    content[6] |= 1  # local header
    content[content.index(b"PK\x01\x02") + 8] |= 1  # directory
    return bytes(content)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
REFUSED: dict[str, tuple[bytes, type[CityhallError]]] = {
    "empty": (b"", errors.EmptyFile),
    "blank": (b" \n\r\n\t\n", errors.EmptyFile),
    "only a mark": (b"\xef\xbb\xbf", errors.EmptyFile),
    "only delimiters": (b",,,\n,,,\n", errors.EmptyFile),
    "zeros": (b"\0" * 5000, errors.BinaryFile),
    "html": (b"<!DOCTYPE html><html><head><title>Sign in</title>", errors.HtmlInsteadOfData),
    "html after a comment": (b"<!-- x -->\n<html><body>Error 500", errors.HtmlInsteadOfData),
    "xml": (b'<?xml version="1.0"?><rows><row/></rows>', errors.NotATable),
    "pdf": (b"%PDF-1.7\n\x00\x01\x02 obj", errors.BinaryFile),
    "binary": (bytes(range(256)) * 40, errors.BinaryFile),
    "encrypted workbook": (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), errors.EncryptedFile),
    "broken xls": (OLE + b"\0" * 4000, errors.BrokenWorkbook),
    "cut xlsx": (_workbook({(0, 0): "a"})[:900], errors.BrokenWorkbook),
    "encrypted zip": (_encrypted_zip(), errors.EncryptedFile),
    "cut zip": (_zip({"a.csv": b"a,b\n1,2\n" * 50})[:60], errors.BrokenArchive),
    "empty zip": (_zip({}), errors.NotATable),
    "cut gzip": (gzip.compress(b"a,b\n1,2\n" * 5000)[:100], errors.BrokenArchive),
    "no rows in json": (b'{"a": {"b": 1}}', errors.NotATable),
    "scalars in json": (b"[1, 2, 3]", errors.NotATable),
    "cut json": (b'[{"a": 1}, {"a"', errors.BrokenDocument),
    "deep json": (b"[" * 200_000, errors.BrokenDocument),
    "deep object": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, errors.BrokenDocument),
    "cut parquet": (b"PAR1" + b"\x01" * 50, errors.BrokenDocument),
    "wide": (
        ",".join(f"c{n}" for n in range(10_000)).encode() + b"\n" + b"1," * 9_999 + b"1\n",
        errors.TooManyColumns,
    ),
    "prose": (
        (
            "这是一段很长的说明文字，用来描述数据的来源、用途以及更新周期，并没有任何表格内容。" * 2 + "\n"
        ).encode()
        * 30,
        errors.NotATable,
    ),
    "twins": (b"a,a,b\n1,2,3\n4,4,6\n", errors.DuplicateHeaders),
}


@pytest.mark.parametrize("case", REFUSED)
def test_is_refused_with_a_code_and_a_remedy(case: str, tmp_path: Path) -> None:
    content, error = REFUSED[case]
    with pytest.raises(error) as refusal:
        staged(tmp_path, content, "某文件")
    assert refusal.value.code.startswith("collection.")
    for language in ("en", "zh"):
        said = refusal.value.say(language)
        assert "某文件" in said and "<" not in said.replace("<html", "")


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    for content in (
        b"x" * 20_000_000,
        b"a,b\n" + b"1," * 10_000_000,
        b"a,b\n1,2\n" * 200_000 + b"y" * 30_000_000,
    ):
        with pytest.raises(errors.LineTooLong):
            staged(tmp_path, content)


ONE_LINE = """
import sys
from pathlib import Path
from cityhall.collection.decoding import stage
from cityhall.collection.errors import LineTooLong
try:
    stage(Path(sys.argv[1]), "long.csv", Path(sys.argv[2]))
except LineTooLong:
    status = Path("/proc/self/status").read_text()  # the peak of this program alone, not of who started it
    print(status.split("VmHWM:")[1].split()[0])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is counted in kilobytes on Linux")
def test_a_line_of_two_hundred_megabytes_is_refused_in_flat_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n1,2\n")
        for _ in range(200):
            file.write(b"y" * 1_000_000)
    command = [sys.executable, "-c", ONE_LINE, str(path), str(tmp_path / "out")]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(told.stdout) < 400_000, "kilobytes"


LONG_RECORDS = """
import sys
from pathlib import Path
from cityhall.collection.decoding import stage
(table,) = stage(Path(sys.argv[1]), "long.json", Path(sys.argv[2]))
peak = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
print(table.rows, peak)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is counted in kilobytes on Linux")
@pytest.mark.parametrize("between", ["\n", ",\n"], ids=["lines", "array"])
def test_records_with_long_texts_are_read_in_flat_memory(tmp_path: Path, between: str) -> None:
    path, text = tmp_path / "long.json", "界" * 100_000
    with path.open("w", encoding="utf-8") as file:
        file.write("[" if between != "\n" else "")
        for number in range(400):
            file.write((between if number else "") + f'{{"n": {number}, "shape": "{text}"}}')
        file.write("]" if between != "\n" else "")
    command = [sys.executable, "-c", LONG_RECORDS, str(path), str(tmp_path / "out")]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert told[0] == "400" and int(told[1]) < 450_000, "kilobytes"


def test_a_zip_bomb_is_stopped_by_size_ratio_members_and_levels(tmp_path: Path) -> None:
    zeros = b"a,b\n" + b"0,0\n" * 500_000
    nested = _zip({"a.zip": _zip({"b.zip": _zip({"c.csv": b"a,b\n1,2\n"})})})
    many = _zip({f"{n}.csv": b"a,b\n1,2\n" for n in range(30)})
    for content, what in (
        (_zip({"a.csv": zeros}), "bytes"),
        (nested, "levels"),
        (many, "members"),
        (gzip.compress(zeros), "bytes"),
    ):
        with pytest.raises(errors.ArchiveTooLarge) as refusal:
            staged(tmp_path, content, limits=SMALL)
        assert refusal.value.facts["what"] == what
    with pytest.raises(errors.ArchiveTooLarge) as refusal:
        staged(tmp_path, gzip.compress(b"0" * 80_000_000))
    assert refusal.value.facts["what"] == "ratio"


def test_a_cell_in_the_last_corner_does_not_ask_for_all_memory(tmp_path: Path) -> None:
    with pytest.raises(errors.FileTooLarge):
        staged(tmp_path, _workbook({(0, 0): "a", (1_048_575, 16_383): "z"}))


def test_member_names_are_never_paths(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name in ("../../evil.csv", "/etc/evil.csv"):
            info = tarfile.TarInfo(name)
            info.size = 8
            archive.addfile(info, io.BytesIO(b"a,b\n1,2\n"))
    tables = staged(tmp_path, buffer.getvalue())
    assert [table.name for table in tables] == ["evil", "evil"]
    assert all(tmp_path in file.parents for table in tables for file in table.files)
    assert not (tmp_path.parent / "evil.csv").exists()


def test_a_member_that_is_no_table_is_named_in_a_note(tmp_path: Path) -> None:
    table = one(tmp_path, _zip({"数据.csv": b"a,b\n1,2\n", "page.html": b"<html><title>x</title>"}))
    assert table.name == "数据" and "member_refused" in codes(table)


def test_twins_with_equal_cells_or_with_permission_are_numbered(tmp_path: Path) -> None:
    same = one(tmp_path, b"a,a,b\n1,1,3\n4,4,6\n")
    assert same.columns == ("a", "a_2", "b") and "same_headers" in codes(same)
    content, _ = REFUSED["twins"]
    allowed = one(tmp_path, content, hints=Hints(rename_duplicates=True))
    assert cells(allowed) == [["1", "2", "3"], ["4", "4", "6"]]


def test_a_wrong_declared_encoding_is_refused(tmp_path: Path) -> None:
    chinese = "编号,姓名,地址\n1,张三,温州市鹿城区\n2,李四,瓯海区\n"
    for actual, declared in (
        ("gb18030", "utf-8"),
        ("utf-8", "gb18030"),
        ("gb18030", "latin-1"),
        ("utf-16", "utf-8"),
    ):
        with pytest.raises(errors.WrongEncoding):
            one(tmp_path, chinese.encode(actual), hints=Hints(encoding=declared))
    for actual, declared in (("gb18030", "gbk"), ("utf-8", "utf-8"), ("big5", "big5"), ("utf-16", "utf-16")):
        text = chinese if actual != "big5" else "編號,姓名\n1,張三\n"
        assert one(tmp_path, text.encode(actual), hints=Hints(encoding=declared)).rows == text.count("\n") - 1


def test_an_unknown_encoding_sheet_or_member_is_named(tmp_path: Path) -> None:
    with pytest.raises(errors.HintNotMet):
        one(tmp_path, "名\n".encode(), hints=Hints(encoding="klingon"))
    with pytest.raises(errors.HintNotMet, match="Sheet1"):
        one(tmp_path, _workbook({(0, 0): "a", (1, 0): "b"}), hints=Hints(sheet="表二"))
    with pytest.raises(errors.HintNotMet, match=r"a\.csv"):
        one(tmp_path, _zip({"a.csv": b"a,b\n1,2\n"}), hints=Hints(sheet="b.csv"))


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "growing.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 1000)

    def write(what: str, done: int, total: int) -> None:
        with path.open("ab") as file:
            file.write(b"3,4\n")

    with pytest.raises(errors.FileChanged):
        stage(path, "growing.csv", tmp_path / "staged", progress=write)


def test_lines_that_do_not_decode_are_set_apart_with_their_bytes(tmp_path: Path) -> None:
    good = "".join(f"{n},温州{n}\n" for n in range(500)).encode()
    table = one(tmp_path, "编号,名称\n".encode() + good + b"500,\xff\xfe\xfd\n" + "501,龙湾\n".encode())
    assert table.encoding == "utf-8" and table.rows == 501
    assert broken(table) == [(502, "undecodable", "500,\\xff\\xfe\\xfd")]
    assert lines(table)[-1] == 503 and cells(table)[-1] == ["501", "龙湾"]


def test_a_nul_byte_breaks_its_line_only(tmp_path: Path) -> None:
    rows = [f"{n},x{n}" for n in range(1000)]
    rows[700] = "700,x\0y"
    table = one(tmp_path, ("a,b\n" + "\n".join(rows)).encode())
    assert table.rows == 999 and broken(table) == [(702, "nul_byte", "700,x\\x00y")]


def test_a_stray_quote_costs_no_rows(tmp_path: Path) -> None:
    rows = [f"{n},good,{n * 2}" for n in range(3000)]
    rows[1500] = '1500,"runs away,3000'
    table = one(tmp_path, ("id,text,n\n" + "\n".join(rows) + "\n").encode())
    assert table.rows + table.broken_rows == 3000
    assert table.broken_rows == 0 and cells(table)[1500] == ["1500", '"runs away', "3000"]
    assert lines(table) == list(range(2, 3002))


def test_long_rows_are_set_apart_and_short_rows_are_padded(tmp_path: Path) -> None:
    rows = [f"{n},a,b" for n in range(200)]
    rows[50], rows[60], rows[70] = "50,a,b,surplus", "60,a", "70,a,b,,,"
    table = one(tmp_path, ("id,x,y\n" + "\n".join(rows) + "\n").encode())
    assert broken(table) == [(52, "too_many_cells", "50,a,b,surplus")]
    assert table.rows == 199 and "short_rows" in codes(table)
    assert ["60", "a", ""] in cells(table) and ["70", "a", "b"] in cells(table)
    assert lines(table) == [line for line in range(2, 202) if line != 52]


def test_every_message_of_a_note_is_written_in_both_languages(tmp_path: Path) -> None:
    table = one(tmp_path, b"t\n\na,b\n1,2\n\n3\na,b\n4,5\n\nSource: x\n")
    assert table.notes
    for note in table.notes:
        assert note.text.en and note.text.zh and "{" not in note.text.en + note.text.zh


def test_a_line_that_is_both_too_long_and_undecodable_is_set_apart_quietly(tmp_path: Path) -> None:
    good = "".join(f"{n},温州\n" for n in range(50)).encode()
    table = one(tmp_path, b"a,b\n" + good + b"\xff,x,y,z\n" + good)
    assert table.rows == 100 and broken(table) == [(52, "undecodable", "\\xff,x,y,z")]
