"""How plausible is a decoded text? Each character gets a mark for what it is and what stands beside it.

Legal bytes prove little: GB18030 and Latin-1 accept almost anything. People, however, write with common characters in
runs of one script, so the right encoding reads like language and the wrong ones like noise.
"""

from __future__ import annotations

# The 500 most frequent characters of modern Chinese, their traditional forms, and words of tables and places.
COMMON_CHINESE = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所"
    "民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日"
    "那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想"
    "已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指"
    "几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权"
    "收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集"
    "温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支"
    "般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属"
    "圆包火住调满县局照参红细引听该铁价严镇乡村街巷楼室址姓性别男女民族电话手机编码序备注类型状态经纬坐标社区居委医院企业登记"
    "這個國時來們對會發動過說產種麼還間樣與關線內數無質氣變條沒結問學經進電體應點從開兩實現義軍題黨員總設長頭資邊級圖統較將"
    "組見計別論運農幾區強決戰則處隊給門規熱領東導壓爭濟階術極聯認權證轉單風帶場車務萬達議聲報鬥類離華確張馬節話許廣記縣鄉鎮"
    "號臺灣里鄰戶統計辦縣街弄編碼稱狀態緯種營業廳醫療歷"
)
COMMON_JAPANESE = frozenset(
    "県市町村区丁目番号年月日時分者数合計男女人口世帯別名称所在地住所電話施設学校駅円税込事故発生警察署料"
)
HALF_KATAKANA = range(0xFF61, 0xFFA0)
LATIN_SIGNS = frozenset("¡¿«»€‘’“”–—…•°²³§©®ªº·£")


def plausibility(text: str) -> float:
    """The mean mark of the non-ASCII characters of `text`, about -4 (noise) to +2 (language); 0 when there
    are none."""
    total = 0.0
    seen = 0
    before = " "
    for at, char in enumerate(text):
        if char > "\x7f":
            after = text[at + 1] if at + 1 < len(text) else " "
            total += _mark(char, before, after)
            seen += 1
        before = char
    return total / seen if seen else 0.0


def _mark(char: str, before: str, after: str) -> float:
    code = ord(char)
    if 0x4E00 <= code <= 0x9FFF:
        return _hanzi(char, before, after)
    if 0x3040 <= code <= 0x30FF:
        return _kana(before, after)
    if 0xAC00 <= code <= 0xD7A3:
        return _hangul(before, after)
    if 0xA0 <= code <= 0x24F:
        return _latin(char, before, after)
    if code in HALF_KATAKANA:
        return 0.3 if ord(before) in HALF_KATAKANA or ord(after) in HALF_KATAKANA else -1.0
    if 0x3000 <= code <= 0x303F or 0xFF01 <= code <= 0xFF5E or 0x2010 <= code <= 0x203B:
        return 0.8
    if code < 0xA0 or 0xE000 <= code <= 0xF8FF or code in (0xFFFD, 0xFEFF) or code > 0x2FFFF:
        return -4.0
    return -0.5 if code < 0x2E80 else -1.5


def _hanzi(char: str, before: str, after: str) -> float:
    """Common ones are language; one squeezed between Latin letters is two accented letters read as one."""
    mark = 2.0 if char in COMMON_CHINESE or char in COMMON_JAPANESE else 0.2
    if before.isascii() and before.islower() and (after.isascii() and after.islower()):
        mark -= 3.0
    elif "\uac00" <= before <= "\ud7a3" or "\uac00" <= after <= "\ud7a3":
        mark -= 1.5
    return mark


def _kana(before: str, after: str) -> float:
    """Kana come in runs, alone only between characters of a word (の)."""
    beside = ("\u3040" <= before <= "\u30ff") + ("\u3040" <= after <= "\u30ff")
    return (0.2, 1.2, 1.8)[beside] if before > "\x7f" or after > "\x7f" else -0.5


def _hangul(before: str, after: str) -> float:
    beside = ("\uac00" <= before <= "\ud7a3") + ("\uac00" <= after <= "\ud7a3")
    return (0.3, 1.7, 1.95)[beside]


def _latin(char: str, before: str, after: str) -> float:
    """An accented letter belongs between ASCII letters; a run of them is somebody else's script."""
    if char in LATIN_SIGNS or char == "\xa0":
        return 0.5 if before.isascii() or after.isascii() else -1.0
    if not char.isalpha():
        return -1.5
    letters = sum(1 for near in (before, after) if near.isascii() and near.isalpha())
    strange = sum(1 for near in (before, after) if not near.isascii())
    mark = (0.3, 1.2, 1.6)[letters] - 1.2 * strange
    return mark - 0.8 if char.isupper() and before.isascii() and before.islower() else mark
