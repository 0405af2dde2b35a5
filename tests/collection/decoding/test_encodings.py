"""The encoding is found from little and from much, from the end of the file as from its beginning."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.collection.decoding.reading import broken, cells, one

from cityhall.collection.decoding.encodings import detect, judge

SPECIMENS = {
    "gb18030": ["张三", "编号,姓名,地址", "温州市鹿城区五马街道", "1,李四,瓯海区,2021年3月5日"],
    "big5": ["臺北市,高雄市", "鄉鎮市區代碼,人口數", "姓名,地址,電話"],
    "cp932": ["東京都,大阪府", "資料区分,都道府県コード,警察署等コード", "ふりがな,トウキョウタワー"],
    "euc-kr": ["서울특별시,강남구", "이름,주소,전화번호", "부산광역시 해운대구"],
    "cp1252": ["café,naïve", "Zürich;Höngg", "Descripción,Legislación", "Straße in Köln – „alt“"],
    "mac_roman": ["Málaga,Córdoba", "São João da Pesqueira"],
}
CODECS = {"euc-kr": "cp949", "big5": "cp950"}


@pytest.mark.parametrize(
    ("encoding", "text"), [(name, text) for name, texts in SPECIMENS.items() for text in texts]
)
def test_a_few_words_are_enough(encoding: str, text: str) -> None:
    assert judge([text.encode(CODECS.get(encoding, encoding))]).name == encoding


@pytest.mark.parametrize("encoding", SPECIMENS)
def test_all_specimens_together(encoding: str) -> None:
    lines = [text.encode(CODECS.get(encoding, encoding)) for text in SPECIMENS[encoding]]
    assert judge(lines).name == encoding


def test_utf16_is_known_by_its_mark_or_by_its_zeros(tmp_path: Path) -> None:
    text = "id,名称\n1,abc\n2,def\n" * 20
    for codec, name in (("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be")):
        path = tmp_path / codec
        path.write_bytes(text.encode(codec))
        assert detect(path).name == name


def test_chinese_at_the_very_end_of_a_long_ascii_file_counts(tmp_path: Path) -> None:
    rows = "".join(f"{n},street {n}\n" for n in range(400_000))
    table = one(tmp_path, ("id,name\n" + rows).encode() + "400000,温州市鹿城区\n".encode("gb18030"))
    assert table.encoding == "gb18030" and table.rows == 400_001
    assert cells(table)[-1] == ["400000", "温州市鹿城区"]


def test_half_a_character_at_the_end_of_utf16_is_not_lost(tmp_path: Path) -> None:
    table = one(tmp_path, "编号,名称\n1,温州\n2,龙湾".encode("utf-16") + b"\x2d")
    assert table.rows + table.broken_rows == 2
    assert broken(table)[0][1] == "undecodable"
