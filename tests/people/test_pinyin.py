import pytest

from training.people.pinyin import initials, pinyin, reading


@pytest.mark.parametrize(
    ("name", "sound", "letters"),
    [
        ("于海涛", "yu haitao", "yht"),
        ("单雄信", "shan xiongxin", "sxx"),
        ("仇英", "qiu ying", "qy"),
        ("解缙", "xie jin", "xj"),
        ("查良镛", "zha liangyong", "zly"),
        ("曾国藩", "zeng guofan", "zgf"),
        ("任正非", "ren zhengfei", "rzf"),
        ("盖聂", "ge nie", "gn"),
        ("朴树", "piao shu", "ps"),
        ("区德", "ou de", "od"),
        ("尉迟明", "yuchi ming", "ycm"),
        ("欧阳娜娜", "ouyang nana", "oynn"),
        ("万俟雪", "moqi xue", "mqx"),
        ("单于丹", "chanyu dan", "cyd"),
        ("长孙无忌", "zhangsun wuji", "zswj"),
        ("东方", "dong fang", "df"),
        ("吕布", "lv bu", "lb"),
        ("买买提·吐尔逊", "maimaiti tuerxun", "mmttex"),
        ("John Smith", "john smith", "js"),
        ("张", "zhang", "z"),
        ("", "", ""),
    ],
)
def test_names_are_read_as_names(name, sound, letters):
    assert (pinyin(name), initials(name)) == (sound, letters)


def test_other_words_are_read_character_by_character():
    assert reading("瀛海家园3号院") == ("yinghaijiayuan3haoyuan", "yhjy3hy")
