"""Finds what tells of a person inside running text, and hides it: numbers and addresses of mail by the standard elements' own
patterns, names and doors of houses by their surroundings.

Numbers are sure. Names are guesses from surnames, titles and what stands before them: somebody must read the text before it is
published.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from cityhall.cleaning.elements.catalogue import Element, elements
from cityhall.kernel.text import Text

# Elements whose values are looked for in text, with what they are called; the longer and stricter first.
_SURE = (
    ("cn_identity_number", "identity"),
    ("bank_card", "card"),
    ("cn_mobile_phone", "phone"),
    ("phone_e164", "phone"),
    ("email", "email"),
    ("cn_plate_number", "plate"),
)
MARKS = {
    "identity": Text(en="[identity number]", zh="[证件号码]"),
    "card": Text(en="[card number]", zh="[卡号]"),
    "phone": Text(en="[telephone]", zh="[电话]"),
    "email": Text(en="[e-mail]", zh="[邮箱]"),
    "plate": Text(en="[plate]", zh="[车牌]"),
    "name": Text(en="[name]", zh="[姓名]"),
    "address": Text(en="[house number]", zh="[门牌]"),
}
_HAN = "\u3400-\u9fff"
# The surnames of 99 of 100 people, those of two characters first.
_SURNAMES = "|".join(
    (
        "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|司徒|夏侯|令狐|宇文|长孙|端木",
        *(
            "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
            "酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊"
            "纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘缪干解应宗丁宣邓郁单杭洪包"
            "诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊惠甄曲家封储靳焦牧谷车侯全班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司黎薄印宿白怀蒲"
            "从鄂索赖卓蔺屠蒙池乔阴闻党翟谭贡劳姬申扶冉宰郦雍桑桂牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎连茹习艾鱼容向古易慎廖终居衡步都耿"
            "满弘匡国文寇广禄阙东欧利师巩聂关荆游权盖益桓公肖付闫代邸覃涂黎苟楚仝尧佟"
        ),
    )
)
_CUES = "我叫|我是|本人|姓名|名叫|叫做|联系人|当事人|业主|住户|户主|申请人|举报人|投诉人|来电人|经办人|患者|邻居|房东|租客|老板"
_TITLES = "先生|女士|小姐|同志|师傅|老师|医生|大爷|大妈|大叔|阿姨|老人|经理|主任|局长|科长|某某|某"
# After a cue, a third character that begins the next word does not belong to the name.
_AFTER = "反来说称的在于向因住和与电要是先女，,。;；、想希投咨询于，"
# Surnames that are more often small words of a sentence.
_WEAK = "于时向和从应常都全解通安平经能家路毛方"
_NAMES = (
    re.compile(rf"(?:{_CUES})(?:[：:]\s?|(?![{_WEAK}]))((?:{_SURNAMES})[{_HAN}](?:(?![{_AFTER}])[{_HAN}])?)"),
    re.compile(rf"(?<![{_HAN}])((?:{_SURNAMES})[{_HAN}]{{0,2}}?)(?={_TITLES})"),
    re.compile(rf"[和与向找被给对及、，。]((?:{_SURNAMES})[{_HAN}]{{0,2}}?)(?={_TITLES})"),
    re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr)\.? ([A-Z][a-z'’-]+(?: [A-Z][a-z'’-]+)?)"),
)
_PART = (
    r"(?:\d+|[一二三四五六七八九十百]+)(?:[-—]\d+)*\s?(?:号楼|号(?![线文令台门])|弄|幢|栋|单元|室|房|楼|层)"
)
_ADDRESS = re.compile(
    rf"(?:(?<=[路街巷弄道村里园苑庄桥区])(?:{_PART})+|(?:{_PART}){{2,}})(?:\d{{3,4}}(?!\d))?"
)


@dataclass(frozen=True, slots=True)
class Personal:
    """Something that tells of a person, by its place in the text; `sure` unless it is a guess."""

    start: int
    end: int
    kind: str
    text: str
    sure: bool


def personal_in(text: str, names: Iterable[str] = ()) -> tuple[Personal, ...]:
    """Everything found, in the order of the text, nothing overlapping; `names` are known to be somebody's."""
    found = [*_sure(text), *_known(text, names), *_guessed(text)]
    kept: list[Personal] = []
    for one in sorted(found, key=lambda it: (not it.sure, it.start - it.end)):
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda it: it.start))


def hidden(text: str, found: Sequence[Personal]) -> str:
    """The text with a mark in the place of everything found, in the language of the text."""
    language = "zh" if re.search(f"[{_HAN}]", text) else "en"
    for one in reversed(found):
        text = f"{text[: one.start]}{MARKS[one.kind].in_language(language)}{text[one.end :]}"
    return text


def _sure(text: str) -> Iterator[Personal]:
    """Values of the elements, in the text as it is and with the blanks and dashes inside numbers left out."""
    plain = "".join(unicodedata.normalize("NFKC", sign) if ord(sign) > 0xFF00 else sign for sign in text)
    plain = plain if len(plain) == len(text) else text
    whole = list(range(len(text)))
    joined = [
        at
        for at, sign in enumerate(plain)
        if not (sign in " -·" and 0 < at < len(plain) - 1 and _inside(plain[at - 1], sign, plain[at + 1]))
    ]
    for places in (whole, joined) if len(joined) < len(whole) else (whole,):
        shown = "".join(plain[at] for at in places)
        for pattern, lengths, kind in _patterns():
            for match in pattern.finditer(shown):
                if not lengths or len(match[0]) in lengths:
                    start, end = places[match.start()], places[match.end() - 1] + 1
                    yield Personal(start, end, kind, text[start:end], sure=True)


def _inside(before: str, sign: str, after: str) -> bool:
    return after.isdigit() and (before.isdigit() or sign == "·")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], frozenset[int], str], ...]:
    """The patterns of the elements for use inside text, with the lengths that they allow."""
    return tuple((_pattern(elements()[code]), _lengths(elements()[code]), kind) for code, kind in _SURE)


def _pattern(element: Element) -> re.Pattern[str]:
    shape = next(step.params["pattern"] for step in element.steps if step.kind == "pattern")
    return re.compile(rf"(?<!\d)(?:{shape})(?!\d)")


def _lengths(element: Element) -> frozenset[int]:
    said = next((step.params["is"] for step in element.steps if step.kind == "length"), ())
    return frozenset([said] if isinstance(said, int) else said)


def _known(text: str, names: Iterable[str]) -> Iterator[Personal]:
    for name in names:
        if len(name.strip()) > 1:
            for match in re.finditer(re.escape(name.strip()), text):
                yield Personal(match.start(), match.end(), "name", match[0], sure=True)


def _guessed(text: str) -> Iterator[Personal]:
    for pattern in _NAMES:
        for match in pattern.finditer(text):
            yield Personal(match.start(1), match.end(1), "name", match[1], sure=False)
    for match in _ADDRESS.finditer(text):
        yield Personal(match.start(), match.end(), "address", match[0], sure=False)
