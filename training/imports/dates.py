"""Reads a date in every shape people write: serials, texts, months, ranges, and the words that stand for none."""

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from training.calendar import month_end
from training.imports.rules import Code, Finding, quoted
from training.imports.sheets import CellError, Value
from training.words import Message, say

NO_EXPIRY_WORDS = frozenset(
    {"长期", "长期有效", "终身", "终身有效", "永久", "永久有效", "无限期", "长期有效期", "no expiry", "permanent"}
)
EMPTY_WORDS = frozenset(
    {
        "",
        "无",
        "/",
        "-",
        "—",
        "——",
        "–",
        "--",
        "暂无",
        "未知",
        "空",
        "n/a",
        "na",
        "待补",
        "待定",
        "#n/a",
        "无复审",
        "不详",
        "none",
    }
)
IN_PROCESS_WORDS = frozenset(
    {"办理中", "复审中", "考试中", "培训中", "待发证", "换证中", "已报名", "正在办理", "办理", "审核中", "in process"}
)
EARLIEST, LATEST = date(1920, 1, 1), date(2120, 12, 31)
_SERIAL_EARLIEST, _SERIAL_LATEST = date(1930, 1, 1), date(2100, 12, 31)


class Part(StrEnum):
    """How a date that names only a month is completed: an end is the month's last day, a start its first."""

    START = "start"
    END = "end"


class State(StrEnum):
    """Whether there is a date, and if not, why not: no expiry and missing are never the same."""

    KNOWN = "known"
    NO_EXPIRY = "no_expiry"
    MISSING = "missing"
    IN_PROCESS = "in_process"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class ReadDate:
    """One date as read. `starts_on` is the first day of a range, whose last day is `on`."""

    state: State
    on: date | None = None
    precision: str = "day"  # day or month
    starts_on: date | None = None
    findings: tuple[Finding, ...] = ()


MISSING = ReadDate(State.MISSING)

_YEAR = r"(?P<year>\d{4}|\d{2})"
_SEPARATED = re.compile(rf"{_YEAR}\s*[-./、,年·]\s*(?P<month>\d{{1,2}})\s*[-./、,月·]\s*(?P<day>\d{{1,2}})\s*[日号.]?")
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)")
_MONTH = re.compile(r"(?P<year>\d{4})\s*[-./、年·]\s*(?P<month>\d{1,2})\s*月?\s*[.]?")
_SHORT_MONTH = re.compile(r"(?P<year>\d{2})\s*年\s*(?P<month>\d{1,2})\s*月")
_COMPACT_MONTH = re.compile(r"(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])")
_TIME = re.compile(r"(?<=\d)日?[T\s]+\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?秒?)?\s*$")
_LEAD = re.compile(r"^(?:自|从|有效期限?至?|至|到|截止到?|截至)\s*:?\s*")
_TRAIL = re.compile(r"\s*(?:止|起|有效|到期)$")
_JOINED = re.compile(r"\s*(?:至|到|~|—+|–+|-{2,}|→)\s*|\s+-\s+")
_DASHED = re.compile(r"^(?P<first>[^-]+)-(?P<last>[^-]+)$")
_TRIPLE_DASH = re.compile(r"^(?P<first>\d{2,4}-\d{1,2}-\d{1,2})-(?P<last>\d{2,4}-\d{1,2}-\d{1,2})$")
_CHINESE = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "O": 0}
_CHINESE_DATE = re.compile(
    r"(?P<year>[〇零○O一二三四五六七八九]{4})年(?P<month>[一二三四五六七八九十]{1,3})月(?:(?P<day>[一二三四五六七八九十]{1,3})[日号]?)?"
)


def read_date(value: Value, part: Part = Part.START, *, date_1904: bool = False, field: str = "") -> ReadDate:
    """The date in a cell. Nothing is guessed: what has two readings, or none, is refused with what would be right."""
    if value is None:
        return MISSING
    if isinstance(value, CellError):
        return ReadDate(State.MISSING, findings=(Finding(Code.CELL_ERROR, _ERROR, field),))
    if isinstance(value, str):
        return _read_text(value, part, field)
    if isinstance(value, datetime):
        return _within(value.date(), field)
    if isinstance(value, date):
        return _within(value, field)
    if isinstance(value, float | int) and not isinstance(value, bool):
        return _read_number(float(value), part, date_1904, field)
    return _unreadable(str(value), field)


_ERROR = say("The cell shows an error, so it is read as empty.")


@lru_cache(maxsize=16384)
def _read_text(raw: str, part: Part, field: str) -> ReadDate:
    text = re.sub(r"[\u200b-\u200f\u2060\ufeff]", "", unicodedata.normalize("NFKC", raw))
    text = re.sub(r"\s+", " ", text).strip().lstrip("'’‘").strip()
    word = text.lower().replace(" ", "")
    if word in EMPTY_WORDS:
        return MISSING
    if word in NO_EXPIRY_WORDS:
        return ReadDate(State.NO_EXPIRY)
    if word in IN_PROCESS_WORDS:
        return ReadDate(State.IN_PROCESS)
    single = _single(text, part, field)
    if single and single.state != State.UNREADABLE:
        return single
    ranged = _range(text, part, field)
    return ranged or single or _unreadable(raw, field)


def _range(text: str, part: Part, field: str) -> ReadDate | None:
    pieces = _JOINED.split(text, maxsplit=1)
    pieces = [piece for piece in pieces if piece] if len(pieces) == 2 else []
    if len(pieces) != 2:
        dashed = _TRIPLE_DASH.match(text) or _DASHED.match(text)
        if not dashed:
            return None
        pieces = [dashed["first"], dashed["last"]]
    first = _single(pieces[0].strip(), Part.START, field)
    if not first:
        return None
    if pieces[1].replace(" ", "").lower() in NO_EXPIRY_WORDS:
        return ReadDate(State.NO_EXPIRY, starts_on=first.on, findings=first.findings)
    last = _single(pieces[1].strip(), Part.END, field)
    if not last:
        return None
    if first.on is None or last.on is None:
        return first if first.on is None else last
    if last.on < first.on:
        message = say("The range ends on {end}, before it begins on {start}.", end=last.on, start=first.on)
        return ReadDate(State.UNREADABLE, findings=(Finding(Code.DATE_ORDER, message, field),))
    note = say("The cell holds a range: from {start} to {end}.", start=first.on, end=last.on)
    kept = last if part is Part.END else first
    return ReadDate(
        State.KNOWN,
        on=last.on,
        precision=kept.precision,
        starts_on=first.on,
        findings=(Finding(Code.DATE_RANGE, note, field), *first.findings, *last.findings),
    )


def _single(text: str, part: Part, field: str) -> ReadDate | None:
    text = _TIME.sub("", text)
    text = _TRAIL.sub("", _LEAD.sub("", text, count=1)).strip()
    if found := _SEPARATED.fullmatch(text) or _COMPACT.fullmatch(text):
        return _day(found["year"], found["month"], found["day"], text, field)
    if found := _MONTH.fullmatch(text) or _SHORT_MONTH.fullmatch(text) or _COMPACT_MONTH.fullmatch(text):
        return _month(found["year"], found["month"], text, part, field)
    if found := _CHINESE_DATE.fullmatch(text):
        year = "".join(str(_CHINESE[digit]) for digit in found["year"])
        month = str(_chinese_number(found["month"]))
        if found["day"]:
            return _day(year, month, str(_chinese_number(found["day"])), text, field)
        return _month(year, month, text, part, field)
    if text.isascii() and text.isdigit() and len(text) == 5:
        return _read_number(float(text), part, False, field)
    if re.fullmatch(r"(?:19|20)\d\d年?", text):
        message = say(
            "Only the year {year} is given. Write the day, such as {example}.", year=text[:4], example="2024-03-05"
        )
        return ReadDate(State.UNREADABLE, findings=(Finding(Code.DATE_UNREADABLE, message, field),))
    return None


def _chinese_number(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int("".join(str(_CHINESE[digit]) for digit in text))
    return (_CHINESE[tens] if tens else 1) * 10 + (_CHINESE[ones] if ones else 0)


def _year(text: str, field: str) -> tuple[int, tuple[Finding, ...]]:
    if len(text) == 4:
        return int(text), ()
    year = 2000 + int(text)
    return year, (
        Finding(Code.DATE_SHORT_YEAR, say("The year {short} is read as {year}.", short=text, year=str(year)), field),
    )


def _day(year_text: str, month_text: str, day_text: str, raw: str, field: str) -> ReadDate:
    year, findings = _year(year_text, field)
    month, day = int(month_text), int(day_text)
    message: Message | None = None
    if not 1 <= month <= 12:
        message = say("“{cell}”: there is no month {month}.", cell=raw, month=month)
        if 1 <= day <= 12 and 1 <= month <= monthrange(max(year, 1), day)[1]:
            message = say(
                "“{cell}”: there is no month {month}. Is it {guess}?",
                cell=raw,
                month=month,
                guess=f"{year:04}-{day:02}-{month:02}",
            )
    elif not 1 <= day <= monthrange(max(year, 1), month)[1]:
        message = say(
            "“{cell}”: the month {month} has {days} days.",
            cell=raw,
            month=f"{year:04}-{month:02}",
            days=monthrange(max(year, 1), month)[1],
        )
    if message:
        return ReadDate(State.UNREADABLE, findings=(Finding(Code.DATE_IMPOSSIBLE, message, field),))
    read = _within(date(year, month, day), field) if year else _unreadable(raw, field)
    return ReadDate(read.state, read.on, findings=(*read.findings, *findings))


def _month(year_text: str, month_text: str, raw: str, part: Part, field: str) -> ReadDate:
    year, findings = _year(year_text, field)
    month = int(month_text)
    if not 1 <= month <= 12 or not EARLIEST.year <= year <= LATEST.year:
        message = say("“{cell}”: there is no month {month}.", cell=raw, month=month)
        return ReadDate(State.UNREADABLE, findings=(Finding(Code.DATE_IMPOSSIBLE, message, field),))
    first = date(year, month, 1)
    on = month_end(first) if part is Part.END else first
    note = say("Only the month is given; read as {day}.", day=on)
    return ReadDate(State.KNOWN, on, "month", findings=(Finding(Code.DATE_MONTH_ONLY, note, field), *findings))


def _read_number(number: float, part: Part, date_1904: bool, field: str) -> ReadDate:
    """A serial day of the workbook's date system, or digits that lost their text form: 20240305, 202403, 2027.02."""
    if number == 0:
        return MISSING
    if number != number or abs(number) > 1e9:
        return _unreadable(str(number), field)
    whole = int(number)
    if number == whole and 19_200_101 <= whole <= 21_201_231:
        found = _COMPACT.fullmatch(str(whole))
        return (
            _day(found["year"], found["month"], found["day"], str(whole), field)
            if found
            else _unreadable(str(whole), field)
        )
    if number == whole and _COMPACT_MONTH.fullmatch(str(whole)):
        return _month(str(whole)[:4], str(whole)[4:], str(whole), part, field)
    if number != whole and 1920 <= whole <= 2120:
        return _number_month(number, part, field)
    day = _serial_day(number, date_1904)
    if day is None or not _SERIAL_EARLIEST <= day <= _SERIAL_LATEST:
        return _unreadable(f"{number:g}", field)
    return ReadDate(State.KNOWN, day)


def _serial_day(number: float, date_1904: bool) -> date | None:
    """The day of a serial. Day 60 of the 1900 system is 29 February 1900, which never was; nothing before is read."""
    origin = date(1904, 1, 1) if date_1904 else date(1899, 12, 30)
    return origin + timedelta(days=int(number)) if 0 < number < 200_000 else None


def _number_month(number: float, part: Part, field: str) -> ReadDate:
    text = f"{number:.2f}"
    year, month = text.split(".")
    if month.endswith("0"):
        message = say(
            "The number {number} may be {first} or {second}. Write it as text.",
            number=f"{number:g}",
            first=f"{year}-0{month[0]}",
            second=f"{year}-{month}",
        )
        if month in ("10",):
            return ReadDate(State.UNREADABLE, findings=(Finding(Code.DATE_AMBIGUOUS, message, field),))
        month = "0" + month[0]
    if abs(number - float(text)) > 1e-9:
        return _unreadable(f"{number:g}", field)
    return _month(year, month, f"{number:g}", part, field)


def _within(day: date, field: str) -> ReadDate:
    if EARLIEST <= day <= LATEST:
        return ReadDate(State.KNOWN, day)
    message = say("{day} is too far from today to be meant.", day=day)
    return ReadDate(State.UNREADABLE, findings=(Finding(Code.DATE_IMPOSSIBLE, message, field),))


def _unreadable(raw: str, field: str) -> ReadDate:
    message = say("“{cell}” cannot be read as a date. Write it as {example}.", cell=quoted(raw), example="2024-03-05")
    return ReadDate(State.UNREADABLE, findings=(Finding(Code.DATE_UNREADABLE, message, field),))
