"""Words and formats in both languages."""

from datetime import UTC, date, datetime, time

import pytest

from training.web.kit import languages
from training.words import Named, say, says

ZH = languages.language("zh-Hans")
EN = languages.language("en")
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("until", "zh", "en"),
    [
        (date(2026, 11, 19), "逾期 5 天", "5 days overdue"),
        (date(2026, 11, 23), "逾期 1 天", "1 day overdue"),
        (date(2026, 11, 24), "今天到期", "Last day today"),
        (date(2026, 11, 25), "还剩 1 天", "1 day left"),
        (date(2026, 12, 17), "还剩 23 天", "23 days left"),
        (date(2027, 11, 24), "还剩 365 天", "365 days left"),
        (date(2027, 11, 25), "还有 1 年", "1y left"),
        (date(2028, 4, 24), "还有 1 年 5 个月", "1y 5m left"),
        (date(2028, 4, 23), "还有 1 年 4 个月", "1y 4m left"),
    ],
)
def test_left(until, zh, en):
    assert (ZH.left(until, today=TODAY), EN.left(until, today=TODAY)) == (zh, en)


@pytest.mark.parametrize(
    ("first", "last", "zh", "en"),
    [
        (date(2026, 12, 3), date(2026, 12, 3), "2026-12-03", "3 Dec 2026"),
        (date(2026, 12, 3), date(2026, 12, 5), "2026-12-03 ～ 12-05", "3–5 Dec 2026"),
        (date(2026, 11, 30), date(2026, 12, 5), "2026-11-30 ～ 12-05", "30 Nov – 5 Dec 2026"),
        (date(2026, 12, 30), date(2027, 1, 2), "2026-12-30 ～ 2027-01-02", "30 Dec 2026 – 2 Jan 2027"),
    ],
)
def test_span(first, last, zh, en):
    assert (ZH.span(first, last), EN.span(first, last)) == (zh, en)


def test_day():
    assert (ZH.day(date(2026, 12, 7)), EN.day(date(2026, 12, 7))) == ("2026-12-07", "7 Dec 2026")
    assert (ZH.day(None), EN.day(None)) == ("--", "—")


def test_spoken_day_says_the_year_only_when_it_is_another():
    assert ZH.spoken_day(date(2026, 12, 17), today=TODAY) == "12 月 17 日，周四"
    assert EN.spoken_day(date(2026, 12, 17), today=TODAY) == "Thursday, 17 December"
    assert ZH.spoken_day(date(2027, 1, 4), today=TODAY) == "2027 年 1 月 4 日，周一"
    assert EN.spoken_day(date(2027, 1, 4), today=TODAY) == "Monday, 4 January 2027"


def test_instants_are_shown_in_the_companys_zone():
    evening = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)

    assert ZH.moment(evening) == "2027-01-01 00:30"
    assert EN.moment(evening) == "1 Jan 2027 00:30"
    assert ZH.clock(evening) == "00:30"
    assert ZH.clock(time(9)) == "09:00"
    assert ZH.moment(None) == "--"


def test_months_and_weekdays():
    day = date(2026, 12, 17)

    assert (ZH.month(day), EN.month(day)) == ("12月", "Dec")
    assert (ZH.month_of_year(day), EN.month_of_year(day)) == ("2026 年 12 月", "Dec 2026")
    assert (ZH.weekday(day), EN.weekday(day)) == ("周四", "Thu")
    assert (ZH.short_day(day), EN.short_day(day)) == ("12-17", "17 Dec")


@pytest.mark.parametrize(
    ("number", "shown"), [(1203, "1,203"), (0, "0"), (0.5, "0.5"), (2.0, "2"), (1203.456, "1,203.46"), (None, "--")]
)
def test_number(number, shown):
    assert ZH.number(number) == shown


def test_person():
    assert ZH.person("于海涛", "yu haitao") == "于海涛"
    assert EN.person("于海涛", "yu haitao") == "Yu Haitao 于海涛"
    assert EN.person("尉迟明", "yuchi ming") == "Yuchi Ming 尉迟明"
    assert EN.person("于海涛", "") == "于海涛"


def test_masks_hide_the_middle():
    assert languages.masked_number("T110105198904821") == "T110****4821"
    assert languages.masked_number("BA1234") == "****1234"
    assert languages.masked_number("1234") == "****"
    assert languages.masked_phone("13800001402") == "138 **** 1402"
    assert languages.masked_name("于海涛") == "于*涛"
    assert languages.masked_name("单雪") == "单*"
    assert languages.masked_name("欧阳文静") == "欧*文静"


def test_words_translate_the_sentence_and_its_facts():
    message = says("The window opened {count} day ago.", "The window opened {count} days ago.", 67)

    assert ZH.words(message) == "续证窗口已打开 67 天。"
    assert EN.words(message) == "The window opened 67 days ago."
    assert ZH.words(say("The last valid day is {day}.", day=TODAY)) == "最后有效日是 2026-11-24。"
    assert EN.words(say("{what}: {year}", what=Named("低压电工", "Electrician"), year=2026)) == "Electrician: 2026"
    assert ZH.words(say("{inner}!", inner=say("Valid"))) == "有效!"


def test_named_falls_back_to_chinese():
    assert EN.named(Named("保安员", "")) == "保安员"


@pytest.mark.parametrize(
    ("wishes", "accept", "code"),
    [
        (("en", "zh-Hans"), "zh-CN", "en"),
        ((None, "en"), "zh-CN", "en"),
        (("xx", None), "en-GB,en;q=0.8", "en"),
        ((), "zh-TW,en;q=0.5", "zh-Hans"),
        ((), "en;q=0.5, zh;q=0.9", "zh-Hans"),
        ((), "fr, de", "zh-Hans"),
        ((), "en;q=0", "zh-Hans"),
        ((), "en;q=many", "zh-Hans"),
        ((), "", "zh-Hans"),
    ],
)
def test_negotiated(wishes, accept, code):
    assert languages.negotiated(*wishes, accept=accept) == code


def test_an_unknown_language_is_the_default_one():
    assert languages.language("xx") is ZH


def test_two_catalogues_that_disagree_are_refused(tmp_path):
    for name, chinese in (("one", "有效"), ("two", "生效")):
        (tmp_path / f"{name}.po").write_text(f'msgid "Valid"\nmsgstr "{chinese}"\n', encoding="utf-8")

    with pytest.raises(languages.ConflictingTranslation, match=r"'Valid' in one\.po and two\.po"):
        languages.merged(tmp_path)


def test_two_catalogues_that_agree_are_one(tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.po").write_text('msgid "Valid"\nmsgstr "有效"\n', encoding="utf-8")

    assert languages.merged(tmp_path).gettext("Valid") == "有效"


def test_speaking_lasts_for_its_block():
    with languages.speaking(EN):
        assert languages.spoken() is EN

    assert languages.spoken() is ZH
