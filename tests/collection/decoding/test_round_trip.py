"""What is written in any dialect and encoding is staged cell by cell as it was."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.collection.decoding.reading import cells, lines, one

from cityhall.collection.decoding import Hints

ENCODINGS = {
    "utf-8": "编号姓名温州市鹿城区ÀéЖあ서",
    "utf-8-sig": "编号姓名温州市鹿城区",
    "utf-16": "编号姓名温州市鹿城区",
    "gb18030": "编号姓名温州市鹿城区的一是在",
    "big5": "編號姓名臺北市鄉鎮村里",
    "cp932": "番号氏名東京都ひらがなカタカナ",
    "cp949": "번호이름서울특별시강남구",
    # cp1252 is not here: random runs of accented letters are no language, and are rightly doubted.
}
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def tables(draw: st.DrawFn, letters: str, quoted: bool) -> list[list[str]]:
    """A header of distinct words and rows whose first column is a running number."""
    width = draw(st.integers(2, 6))
    plain = letters + "abcXYZ019.-_"
    text = st.text(plain + (' ,;"\t|' if quoted else " "), max_size=8).filter(
        lambda cell: cell == cell.strip()
    )
    header = [f"{letters[:2]}{chr(97 + at)}" for at in range(width)]
    rows = draw(st.lists(st.lists(text, min_size=width - 1, max_size=width - 1), min_size=1, max_size=25))
    return [header, *([str(number), *row] for number, row in enumerate(rows, 1))]


def _written(rows: list[list[str]], delimiter: str, end: str, quoting: int) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerows(rows)
    return buffer.getvalue()


@SETTINGS
@given(st.data())
def test_any_dialect_in_any_encoding(data: st.DataObject) -> None:
    encoding = data.draw(st.sampled_from(sorted(ENCODINGS)))
    rows = data.draw(tables(ENCODINGS[encoding], quoted=True))
    delimiter = data.draw(st.sampled_from(",;\t|"))
    end = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    quoting = data.draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    content = _written(rows, delimiter, end, quoting).encode(encoding)
    with tempfile.TemporaryDirectory() as folder:
        # Which of several possible readings is meant is another question: here dialect and header are known.
        hints = Hints(
            encoding=None if encoding.startswith("utf") else encoding, delimiter=delimiter, header_row=1
        )
        table = one(Path(folder), content, hints=hints)
        assert table.columns == tuple(rows[0])
        assert cells(table) == rows[1:]
        assert lines(table) == list(range(2, len(rows) + 1))
        assert table.broken_rows == 0


@SETTINGS
@given(st.data())
def test_without_any_hint_when_the_table_is_plain(data: st.DataObject) -> None:
    rows = data.draw(tables(ENCODINGS["utf-8"], quoted=False))
    assume(len(rows) > 3 and all(any(row[at] for row in rows[1:]) for at in range(len(rows[0]))))
    delimiter = data.draw(st.sampled_from(",;\t|"))
    with tempfile.TemporaryDirectory() as folder:
        table = one(Path(folder), _written(rows, delimiter, "\n", csv.QUOTE_MINIMAL).encode())
        assert table.columns == tuple(rows[0])
        assert [row[0] for row in cells(table)] == [row[0] for row in rows[1:]]


@SETTINGS
@given(
    st.lists(st.lists(st.text('ab"\n\r,; 市', max_size=6), min_size=2, max_size=2), min_size=1, max_size=20)
)
def test_line_ends_inside_quotes_keep_cells_and_lines(values: list[list[str]]) -> None:
    rows = [["编号", "甲", "乙"], *([str(number), *cells_] for number, cells_ in enumerate(values, 1))]
    text = _written(rows, ",", "\n", csv.QUOTE_ALL)
    with tempfile.TemporaryDirectory() as folder:
        table = one(Path(folder), text.encode(), hints=Hints(delimiter=",", header_row=1))
        assert cells(table) == rows[1:]
        starts, line = [], 2
        for row in rows[1:]:
            starts.append(line)
            inside = "".join(row)
            line += 1 + sum(cell.count("\n") + cell.count("\r") - cell.count("\r\n") for cell in row)
            assert inside is not None
        assert lines(table) == starts


JSON_VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.text('ab市"\\\n', max_size=5))


@SETTINGS
@given(
    st.lists(
        st.dictionaries(st.sampled_from(["甲", "b", "c.d"]), JSON_VALUES, min_size=1), min_size=1, max_size=10
    )
)
def test_json_lines_and_arrays_give_the_same_cells(records: list[dict[str, object]]) -> None:
    keys = list(dict.fromkeys(key for record in records for key in record))
    wanted = [[_text(record.get(key)) for key in keys] for record in records]
    wanted = [row for row in wanted if any(row)]
    assume(wanted and len(records) > 1)
    array = json.dumps(records, ensure_ascii=False).encode()
    each = "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode()
    for content in (array, each, b'{"page": 1, "data": ' + array + b"}"):
        with tempfile.TemporaryDirectory() as folder:
            table = one(Path(folder), content, "x.json")
            assert table.columns == tuple(keys)
            assert cells(table) == wanted


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value)
