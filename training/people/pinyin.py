"""How names sound: pinyin to sort and search by, with the readings that characters have as family names."""

import os
from functools import lru_cache

# The phrase dictionary costs 45 MB and reads words, which names are not.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

from pypinyin import lazy_pinyin

FAMILY_READINGS = {
    "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "曾": "zeng", "任": "ren", "盖": "ge", "朴": "piao",
    "区": "ou", "翟": "zhai", "缪": "miao", "冼": "xian", "洗": "xian", "种": "chong", "折": "she", "逄": "pang",
    "隗": "wei", "员": "yun", "贠": "yun", "薄": "bo", "费": "fei", "葛": "ge", "华": "hua", "纪": "ji", "句": "gou",
    "阚": "kan", "乐": "yue", "宁": "ning", "瞿": "qu", "覃": "qin", "佘": "she", "召": "shao", "沈": "shen",
    "盛": "sheng", "石": "shi", "应": "ying", "宓": "mi", "祭": "zhai", "燕": "yan", "幺": "yao", "訾": "zi",
    "晁": "chao", "晟": "cheng", "车": "che", "茆": "mao", "繁": "po", "秘": "bi", "能": "nai", "臧": "zang",
    "郗": "xi", "乜": "nie", "谌": "chen", "撒": "sa", "都": "du", "钭": "tou", "那": "na", "宿": "su", "殷": "yin",
    "郇": "huan", "强": "qiang", "相": "xiang", "曲": "qu", "合": "ge", "令": "ling", "牟": "mou", "尉": "wei",
    "万": "wan", "重": "chong", "长": "chang", "朱": "zhu", "俞": "yu", "於": "yu", "卜": "bu", "柏": "bai",
    "厦": "xia", "黑": "he", "哈": "ha", "角": "jue", "敦": "dun", "过": "guo", "叶": "ye", "贾": "jia", "大": "da",
    "尹": "yin", "便": "bian", "降": "xiang", "斗": "dou", "杜": "du", "适": "kuo", "亓": "qi", "逯": "lu",
    "邸": "di", "厍": "she", "妫": "gui", "郝": "hao", "鲍": "bao", "褚": "chu", "郏": "jia", "鄢": "yan",
    "筘": "kou", "荀": "xun", "卞": "bian", "藏": "zang", "曹": "cao", "术": "zhu", "干": "gan", "行": "xing",
}  # fmt: skip
DOUBLE_FAMILY_READINGS = {
    "欧阳": "ouyang", "司马": "sima", "上官": "shangguan", "诸葛": "zhuge", "东方": "dongfang", "尉迟": "yuchi",
    "皇甫": "huangfu", "慕容": "murong", "令狐": "linghu", "公孙": "gongsun", "司徒": "situ", "夏侯": "xiahou",
    "长孙": "zhangsun", "宇文": "yuwen", "轩辕": "xuanyuan", "独孤": "dugu", "端木": "duanmu", "万俟": "moqi",
    "澹台": "tantai", "淳于": "chunyu", "单于": "chanyu", "申屠": "shentu", "太史": "taishi", "闻人": "wenren",
    "南宫": "nangong", "呼延": "huyan", "钟离": "zhongli", "百里": "baili", "西门": "ximen", "东郭": "dongguo",
    "公羊": "gongyang", "赫连": "helian", "拓跋": "tuoba", "濮阳": "puyang", "完颜": "wanyan", "纳兰": "nalan",
    "梁丘": "liangqiu", "左丘": "zuoqiu", "谷梁": "guliang", "公冶": "gongye", "宗政": "zongzheng",
    "颛孙": "zhuansun", "鲜于": "xianyu", "闾丘": "lvqiu", "亓官": "qiguan", "司寇": "sikou", "巫马": "wuma",
    "漆雕": "qidiao", "乐正": "yuezheng", "段干": "duangan", "东门": "dongmen", "司空": "sikong", "仲孙": "zhongsun",
    "夹谷": "jiagu", "宰父": "zaifu", "羊舌": "yangshe", "微生": "weisheng", "叱干": "chigan", "贺兰": "helan",
    "呼衍": "huyan", "第五": "diwu", "哥舒": "geshu", "叶赫": "yehe", "欧陽": "ouyang", "司馬": "sima",
}  # fmt: skip


def pinyin(name: str) -> str:
    """`yu haitao` for 于海涛, `ouyang xiu` for 欧阳修: family name, space, given name; ü is v, as it is typed."""
    return " ".join("".join(part) for part in _parts(name))


def initials(name: str) -> str:
    """`yht` for 于海涛: the first letter of every character's reading."""
    syllables = [syllable for part in _parts(name, split_family=True) for syllable in part]
    return "".join(syllable[0] for syllable in syllables if syllable)


def _parts(name: str, *, split_family: bool = False) -> list[list[str]]:
    plain = name.strip().lower()
    if not plain:
        return []
    if plain.isascii():
        return [[word] for word in plain.split()]
    if "·" in plain:
        return [_read(part) for part in plain.split("·") if part]
    if len(plain) > 2 and plain[:2] in DOUBLE_FAMILY_READINGS:
        family = DOUBLE_FAMILY_READINGS[plain[:2]]
        second = lazy_pinyin(plain[1])[0]
        return [[family, second] if split_family else [family], _read(plain[2:])]
    family = FAMILY_READINGS.get(plain[0]) or lazy_pinyin(plain[0])[0]
    return [[family], _read(plain[1:])] if len(plain) > 1 else [[family]]


def _read(text: str) -> list[str]:
    return [syllable.strip() for syllable in lazy_pinyin(text) if syllable.strip()]


def reading(text: str) -> tuple[str, str]:
    """The pinyin and the initials of what is no personal name, such as a site: `yinghaijiayuan`, `yhjy`."""
    syllables = _read(text.strip().lower())
    return "".join(syllables), "".join(s if s.isascii() and not s.isalpha() else s[0] for s in syllables)


def sounds_like(plain: str, *names: str) -> bool:
    """Whether one of the names holds the letters or characters, or begins with them when it is said or abbreviated.

    `plain` is in lower case and has no spaces, as `rules.searched` gives it. For names of a few things, which are read
    over and over: courses, certificate types, pages.
    """
    return any(
        plain in written or sound.startswith(plain) or letters.startswith(plain)
        for written, sound, letters in map(_said, names)
        if written
    )


@lru_cache(maxsize=4000)
def _said(name: str) -> tuple[str, str, str]:
    sound, letters = reading(name)
    return name.lower().replace(" ", ""), sound.replace(" ", ""), letters
