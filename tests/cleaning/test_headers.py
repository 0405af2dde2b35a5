"""What headers say: codes, keys and elements, told from the words that only look like them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityhall.cleaning.headers import hinted, speaks_of_codes, speaks_of_keys, words_of


@pytest.mark.parametrize(
    "header",
    [
        "provinceCode",
        "cityCode",
        "都道府県コード",
        "縣市代碼",
        "行政区划代码",
        "本票番号",
        "景點編號",
        "资料编码",
        "資料区分",
        "equ_no",
        "card_no",
        "Phone1Number",
        "ResourceAgencyNum",
        "ZIP_Code",
        "fips",
        "GEOCOMP",
        "STATE",
        "area_cd",
        "corporateID",
        "Nr_Kreis",
        "id_str",
        "证件号",
        "乗車別",
    ],
)
def test_headers_of_codes(header: str) -> None:
    assert speaks_of_codes(header)


@pytest.mark.parametrize(
    "header",
    [
        "quantity",
        "人口数",
        "戶數",
        "世帯数",
        "total",
        "Year",
        "year",
        "No",
        "序号",
        "numberoffloors",
        "population",
        "amount",
        "PAID",
        "country_count",
        "価格",
        "total_number",
        "Ja",
        "Hotels",
    ],
)
def test_headers_of_quantities(header: str) -> None:
    assert not speaks_of_codes(header)


def test_a_column_beside_its_names_holds_codes() -> None:
    assert speaks_of_codes("federal_supply", ["federal_supply", "federal_supply_name"])
    assert speaks_of_codes("Nr_Ebene", ["Name_Ebene"]) and not speaks_of_codes("Ebene", ["Ebene", "Name"])


def test_short_hints_are_whole_words() -> None:
    assert hinted("start_lat", ["lat"]) and hinted("INTPTLAT", ["lat"]) and hinted("gpsX", ["gps_x"])
    assert not hinted("Busparkplatz", ["lat"]) and not hinted("Hotel", ["tel"])
    assert hinted("homephone", ["phone"]) and hinted("EmailAddressMain", ["email"])


def test_a_key_is_named_like_one() -> None:
    assert speaks_of_keys("uid") and speaks_of_keys("Unique Key") and speaks_of_keys("身份编号")
    assert not speaks_of_keys("Subways: Total Estimated Ridership") and not speaks_of_keys("Notes")


@given(st.text())
def test_any_header_can_be_asked(header: str) -> None:
    assert speaks_of_codes(header) in (True, False)
    assert all(word == word.lower() and word for word in words_of(header))
    assert not hinted(header, ())
