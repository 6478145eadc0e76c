from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.imports.dates import Part, State, read_date
from training.imports.rules import Code
from training.imports.sheets import CellError

FIFTH = date(2024, 3, 5)
AFTERNOON = datetime(2024, 3, 5, 13, 5)  # a cell knows no time zone


def codes(read):
    return tuple(finding.code for finding in read.findings)


@pytest.mark.parametrize(
    "written",
    [
        "2024.3.5", "2024/3/5", "2024-03-05", "2024-3-5", "2024-03-05 00:00:00", "2024/03/05 0:00", "2024年3月5日",
        "2024年03月05日", "2024年3月5号", "20240305", "2024、3、5", "２０２４．３．５", " 2024.3.5 ",
        "'2024.3.5", "2024. 3. 5",
        "2024·3·5", "2024.3.5日", "2024-03-05T08:30:00", "\u30002024.3.5\u3000", "2024\u200b.3.5",
        "有效期至2024年3月5日", "至2024.3.5", "2024.3.5止", "二〇二四年三月五日", "二零二四年三月五日", "45356",
        45356.0, 45356, 20240305.0, AFTERNOON, date(2024, 3, 5), 45356.75,
    ],
)  # fmt: skip
def test_every_shape_of_one_day(written):
    read = read_date(written)

    assert (read.state, read.on, read.precision, read.findings) == (State.KNOWN, FIFTH, "day", ())


@pytest.mark.parametrize(
    ("serial", "date_1904", "expected"),
    [(45356, False, FIFTH), (43894, True, FIFTH), (45356, True, date(2028, 3, 6)), (25569, False, date(1970, 1, 1))],
)
def test_serials_follow_the_date_system(serial, date_1904, expected):
    assert read_date(float(serial), date_1904=date_1904).on == expected


@pytest.mark.parametrize(
    ("written", "year"), [("24.3.5", 2024), ("24-03-05", 2024), ("24年3月5日", 2024), ("99.3.5", 2099)]
)
def test_a_short_year_is_read_with_a_warning(written, year):
    read = read_date(written)

    assert (read.on, codes(read)) == (date(year, 3, 5), (Code.DATE_SHORT_YEAR,))


@pytest.mark.parametrize(
    "written", ["2027年2月", "2027.02", "2027-2", "2027/02", "2027、2", "202702", 202702.0, 2027.02]
)
@pytest.mark.parametrize(("part", "expected"), [(Part.END, date(2027, 2, 28)), (Part.START, date(2027, 2, 1))])
def test_a_month_is_completed_and_says_so(written, part, expected):
    read = read_date(written, part)

    assert (read.on, read.precision, codes(read)) == (expected, "month", (Code.DATE_MONTH_ONLY,))


def test_a_number_that_may_be_january_or_october_is_refused():
    assert codes(read_date(2027.1)) == (Code.DATE_AMBIGUOUS,)
    assert read_date(2027.11).on == date(2027, 11, 1)
    assert read_date(2027.3).on == date(2027, 3, 1)


@pytest.mark.parametrize(
    "written",
    [
        "2020.11.25-2026.11.24", "2020年11月25日至2026年11月24日", "2020-11-25至2026-11-24", "2020-11-25 - 2026-11-24",
        "2020/11/25～2026/11/24", "2020.11.25—2026.11.24", "2020-11-25-2026-11-24", "20201125-20261124",
        "自2020年11月25日至2026年11月24日止", "2020.11.25到2026.11.24",
    ],
)  # fmt: skip
def test_a_range_is_split(written):
    read = read_date(written, Part.END)

    assert (read.starts_on, read.on, codes(read)) == (date(2020, 11, 25), date(2026, 11, 24), (Code.DATE_RANGE,))


def test_a_range_may_have_no_end():
    read = read_date("2020.11.25-长期", Part.END)

    assert (read.state, read.starts_on, read.on) == (State.NO_EXPIRY, date(2020, 11, 25), None)


def test_a_range_that_ends_before_it_begins_is_refused():
    assert codes(read_date("2026.11.24-2020.11.25")) == (Code.DATE_ORDER,)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("2024.2.30", "“2024.2.30”: the month 2024-02 has 29 days."),
        ("2023.2.29", "“2023.2.29”: the month 2023-02 has 28 days."),
        ("2026/13/02", "“2026/13/02”: there is no month 13. Is it 2026-02-13?"),
        ("2026.13.13", "“2026.13.13”: there is no month 13."),
        ("20240231", "“20240231”: the month 2024-02 has 29 days."),
        ("2024.0.5", "“2024.0.5”: there is no month 0."),
        ("2027.13", "“2027.13”: there is no month 13."),
    ],
)
def test_an_impossible_date_is_refused_with_what_is_wrong(written, sentence):
    read = read_date(written)

    assert (read.state, codes(read), str(read.findings[0].message)) == (
        State.UNREADABLE,
        (Code.DATE_IMPOSSIBLE,),
        sentence,
    )


@pytest.mark.parametrize(
    "written", ["下个月", "3/5/2024", "2024", 2024.0, "abc", 12.5, float("nan"), 1e12, time(8, 0), True, -5.0]
)
def test_what_is_no_date_is_refused(written):
    read = read_date(written)

    assert (read.state, codes(read)) == (State.UNREADABLE, (Code.DATE_UNREADABLE,))


@pytest.mark.parametrize("word", ["长期", "长期有效", "终身", "终身有效", "永久", "无限期", " 长 期 "])
def test_no_expiry_is_a_state_of_its_own(word):
    assert read_date(word, Part.END).state == State.NO_EXPIRY


@pytest.mark.parametrize(
    "word", [None, "", "无", "/", "／", "-", "—", "——", "暂无", "待补", "待定", "N/A", "#N/A", 0, 0.0]
)
def test_missing_is_not_no_expiry(word):
    assert read_date(word, Part.END) == read_date(None)
    assert read_date(word).state == State.MISSING


@pytest.mark.parametrize("word", ["办理中", "复审中", "换证中"])
def test_in_process_is_neither(word):
    assert read_date(word).state == State.IN_PROCESS


def test_an_error_cell_is_missing_and_says_so():
    read = read_date(CellError("#N/A"))

    assert (read.state, codes(read)) == (State.MISSING, (Code.CELL_ERROR,))


DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2099, 12, 31))
SHAPES = ["{y}.{m}.{d}", "{y}/{m:02}/{d:02}", "{y}-{m}-{d}", "{y}年{m}月{d}日", "{y}{m:02}{d:02}", "{y}、{m}、{d}"]


@given(DAYS, st.sampled_from(SHAPES))
def test_any_day_in_any_shape_is_read_back(day, shape):
    assert read_date(shape.format(y=day.year, m=day.month, d=day.day)).on == day


@given(DAYS)
def test_a_serial_of_either_system_is_read_back(day):
    assert read_date(float((day - date(1899, 12, 30)).days)).on == day
    assert read_date(float((day - date(1904, 1, 1)).days), date_1904=True).on == day


@given(st.text(max_size=40))
def test_any_text_gives_a_date_or_says_why_not(text):
    read = read_date(text)

    assert (read.state == State.KNOWN) == (read.on is not None)
    assert read.state != State.UNREADABLE or read.findings


@given(st.floats())
def test_any_number_gives_a_date_or_says_why_not(number):
    read = read_date(number)

    assert read.state in (State.KNOWN, State.MISSING) or read.findings
