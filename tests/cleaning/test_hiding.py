"""What tells of a person inside running text: found by the elements' patterns and by surroundings, hidden with a mark."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityhall.cleaning.queries import hidden, personal_in


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("我叫张三，电话13805771234，住在人民路12号3幢402室。", "我叫[姓名]，电话[电话]，住在人民路[门牌]。"),
        ("电话 138 0577 1234 或 138-0577-1234", "电话 [电话] 或 [电话]"),
        ("电话１３８０５７７１２３４", "电话[电话]"),
        ("证件11010519491231002X", "证件[证件号码]"),
        ("卡号6212 3456 7890 0000 003", "卡号[卡号]"),
        ("邮箱a.b@example.com。车牌浙C·12345、浙C12345", "邮箱[邮箱]。车牌[车牌]、[车牌]"),
        ("李女士反映邻居王小明先生夜间施工", "[姓名]女士反映邻居[姓名]先生夜间施工"),
        ("联系人：欧阳修 13805771234 13905771234", "联系人：[姓名] [电话] [电话]"),
        ("Mr John Smith, call +8613805771234", "Mr [name], call [telephone]"),
        ("业主陈伟反映，和平路路灯不亮", "业主[姓名]反映，和平路路灯不亮"),
        ("和阳小区二栋3单元501室漏水", "和阳小区[门牌]漏水"),
    ],
)
def test_it_is_hidden(text: str, shown: str) -> None:
    assert hidden(text, personal_in(text)) == shown


@pytest.mark.parametrize(
    "text",
    [
        "请拨打12345或0577-88123456咨询，乘地铁3号线。",
        "国发〔2020〕5号文规定三十个工作日内答复。",
        "由鹿城区住房和城乡建设局于2026年3月5日处理，投诉人希望尽快恢复。",
        "本人于昨日提交，编号20260305001。",
        "Call 12345 between 9 and 17 on working days.",
        "",
    ],
)
def test_it_is_left_alone(text: str) -> None:
    assert hidden(text, personal_in(text)) == text


def test_a_known_name_is_hidden_wherever_it_stands() -> None:
    text = "阿依古丽说阿依古丽家停水"
    assert hidden(text, personal_in(text, ["阿依古丽", ""])) == "[姓名]说[姓名]家停水"
    assert all(one.sure for one in personal_in(text, ["阿依古丽"]))


@given(st.text(max_size=60), st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.text(max_size=60))
def test_a_telephone_number_never_stays(before: str, number: str, after: str) -> None:
    """Whatever stands around it, unless more digits make it another number."""
    text = f"{before}，{number}，{after}"
    assert number not in hidden(text, personal_in(text))


@given(st.text(max_size=200))
def test_what_was_hidden_is_not_found_again(text: str) -> None:
    once = hidden(text, personal_in(text))
    assert not [one for one in personal_in(once) if one.sure]
