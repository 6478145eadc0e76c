"""Reads what a cell says: texts, names, numbers, phones, levels, marks. A cell is taken or refused, never guessed."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from training.imports.dates import EMPTY_WORDS, IN_PROCESS_WORDS, NO_EXPIRY_WORDS
from training.imports.rules import Code, Finding, quoted
from training.imports.sheets import CellError, Value
from training.people import rules as people
from training.words import say

ABSENT_WORDS = frozenset({"缺考", "缺席", "请假", "未参加", "未考", "弃考", "absent"})
YES_WORDS = frozenset({"是", "有", "√", "✓", "☑", "合格", "通过", "及格", "y", "yes", "passed"})
NO_WORDS = frozenset({"否", "没有", "×", "☒", "不合格", "未通过", "不及格", "n", "no", "failed"})
LEFT_WORDS = people.LEFT_WORDS
HERE_WORDS = frozenset({"在职", "在岗", "试用", "试用期", "正式", "返聘", "实习", "是", "正常", "休假", "产假", "病假"})
_LONGEST_EMPTY_WORD = 2 * max(map(len, EMPTY_WORDS))  # with spaces between
_EXACT = 1e15  # a spreadsheet keeps 15 digits of a number; beyond that it is not the number that was typed

_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES = re.compile(r"[\s\u3000\xa0]+")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a number says somebody is: `resident_id`, `passport` or `none`."""

    kind: str
    number: str
    findings: tuple[Finding, ...] = ()


NOBODY = Identity("none", "")


@dataclass(frozen=True, slots=True)
class Mark:
    """Points of 100, or absent; `points` is None when absent, missing or refused."""

    points: Decimal | None
    absent: bool = False
    missing: bool = False
    findings: tuple[Finding, ...] = ()


def text(value: Value) -> str:
    """A cell as one line of text, spaces tidied; full-width forms are kept, for they may be part of a name."""
    if value is None or isinstance(value, CellError):
        return ""
    if isinstance(value, str):
        if value.isprintable() and "  " not in value and "_x" not in value:
            return value.strip()
        plain = _ESCAPED.sub(_unescaped, value) if "_x" in value else value
        return _SPACES.sub(" ", _INVISIBLE.sub("", plain)).strip()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time | timedelta):
        return str(value)
    return str(int(value)) if value == value and abs(value) < _EXACT and value == int(value) else f"{value!r}"


def _unescaped(found: re.Match[str]) -> str:
    """The character that a workbook writes as its number; half a character is none."""
    character = chr(int(found[1], 16))
    return "" if "\ud800" <= character <= "\udfff" else character


@lru_cache(maxsize=8192)
def key(value: str) -> str:
    """What two spellings of one name share: half-width, no spaces, small letters."""
    return "".join(unicodedata.normalize("NFKC", value).split()).lower()


def words(value: Value) -> str:
    """A cell's text, or nothing where it holds one of the words for nothing, such as 无 or —."""
    return meant(text(value))


def meant(plain: str) -> str:
    """A text, or nothing where it is one of the words for nothing."""
    return "" if len(plain) <= _LONGEST_EMPTY_WORD and key(plain) in EMPTY_WORDS else plain


def limited(value: str, limit: int, field: str) -> tuple[str, tuple[Finding, ...]]:
    """The text, or a refusal where it is longer than can be kept: nothing is cut silently."""
    if len(value) <= limit:
        return value, ()
    message = say("The text has {length} characters; at most {limit} are kept.", length=len(value), limit=limit)
    return "", (Finding(Code.TEXT_TOO_LONG, message, field),)


def name(value: Value, field: str = "name") -> tuple[people.WrittenName, tuple[Finding, ...]]:
    """A person's name, its note taken off: `张 三` is 张三, `李明（离职）` is 李明, who left."""
    if isinstance(value, float | int | date | time | timedelta | CellError):
        message = say("“{cell}” is not a name.", cell=quoted(text(value)) or "#N/A")
        return people.WrittenName(""), (Finding(Code.NAME_UNREADABLE, message, field),)
    plain = words(value)
    if not plain:
        return people.WrittenName(""), (Finding(Code.NAME_MISSING, say("The name is missing."), field),)
    written = people.written_name(plain)
    if not any(character.isalpha() for character in written.name) or len(written.name) > 100:
        message = say("“{cell}” is not a name.", cell=quoted(plain))
        return people.WrittenName(""), (Finding(Code.NAME_UNREADABLE, message, field),)
    if objections := people.objections_to_name(written.name):
        return people.WrittenName(""), tuple(Finding(Code.NAME_UNREADABLE, message, field) for message in objections)
    if written.note and not written.left:
        note = say("The note “{note}” behind the name was left out.", note=written.note)
        return written, (Finding(Code.NAME_NOTE, note, field),)
    return written, ()


DAMAGED = say(
    "The spreadsheet has destroyed this number: it keeps 15 digits and turns the rest into zeros. "
    "Format the cell as text and type the number again."
)
_PASSPORT = re.compile(r"(?=.*\d)[A-Z0-9]{5,20}")


def identity(value: Value, today: date, field: str = "id_number") -> Identity:
    """The identity number in a cell. A damaged one cannot be recovered and is refused by the cell."""
    if value is None or isinstance(value, CellError):
        return NOBODY
    numeric = isinstance(value, float | int) and not isinstance(value, bool)
    if numeric and abs(float(value)) >= _EXACT:  # type: ignore[arg-type]  # numeric says so
        return Identity("none", "", (Finding(Code.ID_DAMAGED, DAMAGED, field),))
    plain = people.normal(words(value))
    if not plain:
        return NOBODY
    if people.damaged(plain, numeric=numeric):
        return Identity("none", "", (Finding(Code.ID_DAMAGED, DAMAGED, field),))
    if len(plain) == 18 and plain[:17].isdigit():
        if plain[17] not in "0123456789X":
            message = say("An identity number ends in a digit or X, not in “{last}”.", last=plain[17])
            return Identity("none", "", (Finding(Code.ID_SHAPE, message, field),))
        doubts = people.id_warnings(plain, today)
        return Identity("resident_id", plain, tuple(Finding(Code.ID_DOUBTFUL, doubt, field) for doubt in doubts))
    if plain.isdigit() and len(plain) != 9:
        message = say(
            "An identity number has 18 characters; this one has {count}. Correct it, or clear the cell.",
            count=len(plain),
        )
        return Identity("none", "", (Finding(Code.ID_SHAPE, message, field),))
    if _PASSPORT.fullmatch(plain) and (len(plain) == 9 or not plain[:10].isdigit()):
        return Identity("passport", plain)
    message = say("“{cell}” is neither an identity number nor a passport number.", cell=quoted(plain))
    return Identity("none", "", (Finding(Code.ID_SHAPE, message, field),))


_BETWEEN_PHONES = re.compile(r"[/、,，;；\n]|\s{2,}|(?<=\d{7})\s(?=1\d{10})|或")
_COUNTRY = re.compile(r"^(?:\+|00)?86(?=1\d{10}$)")


def phone(value: Value, field: str = "phone") -> tuple[str, tuple[Finding, ...]]:
    """A phone number, digits only. What is left out of the cell, a second number or a text, is told."""
    plain = unicodedata.normalize("NFKC", words(value))
    if not plain:
        return "", ()
    first, *others = [part for part in _BETWEEN_PHONES.split(plain) if part.strip()] or [""]
    number = _COUNTRY.sub("", people.phone_number(first))
    if not number or people.objections_to_phone(number):
        message = say("“{cell}” is not a phone number, so it is left out.", cell=quoted(plain))
        return "", (Finding(Code.CELL_LEFT_OUT, message, field),)
    if others:
        return number, (Finding(Code.CELL_LEFT_OUT, say("Of several phone numbers the first is kept."), field),)
    return number, ()


def sex(value: Value) -> str:
    """`m`, `f`, or empty."""
    return {"男": "m", "女": "f", "m": "m", "f": "f", "male": "m", "female": "f", "男性": "m", "女性": "f"}.get(
        key(text(value)), ""
    )


def staff_number(value: Value, field: str = "employee_no") -> tuple[str, tuple[Finding, ...]]:
    return limited(people.normal(words(value)), 40, field)


_LEVELS = (
    (1, ("一级", "1级", "高级技师", "首席")),
    (2, ("二级", "2级", "技师")),
    (3, ("三级", "3级", "高级")),
    (4, ("四级", "4级", "中级")),
    (5, ("五级", "5级", "初级")),
)


def levels(plain: str) -> frozenset[int]:
    """The skill levels a text names, 1 (highest) to 5: 中级, 四级, 4级 and 四级/中级工 are all 4."""
    left = key(plain)
    found = set()
    for number, spellings in _LEVELS:
        for spelling in spellings:
            if spelling in left:
                found.add(number)
                left = left.replace(spelling, "")
    if not found and left in {"1", "2", "3", "4", "5"}:
        found.add(int(left))
    return frozenset(found)


_POINTS = re.compile(r"\+?(\d{1,5}(?:\.\d+)?)分?")
_CHINESE_POINTS = re.compile(r"[零〇一二三四五六七八九十百两]+分?")
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


def mark(value: Value, field: str = "") -> Mark:
    """Points from 0 to 100 with at most one decimal, or absent. Anything else is refused with what would be right."""
    if value is None or isinstance(value, CellError):
        return Mark(None, missing=True)
    if isinstance(value, bool | date | time | timedelta):
        return _refused_mark(text(value), field)
    if isinstance(value, float | int):
        return _points(repr(float(value)), field)
    plain = unicodedata.normalize("NFKC", text(value)).replace(" ", "")
    if plain.lower() in ABSENT_WORDS:
        return Mark(None, absent=True)
    if plain.lower() in EMPTY_WORDS:
        return Mark(None, missing=True)
    if found := _POINTS.fullmatch(plain):
        return _points(found[1], field)
    if _CHINESE_POINTS.fullmatch(plain):
        guess = _chinese_points(plain.rstrip("分"))
        if guess is not None:
            message = say("“{cell}” is not written in digits. Is it {guess}?", cell=quoted(plain), guess=guess)
            return Mark(None, findings=(Finding(Code.MARK_UNREADABLE, message, field),))
    return _refused_mark(plain, field)


def _points(digits: str, field: str) -> Mark:
    try:
        points = Decimal(digits)
    except InvalidOperation:
        return _refused_mark(digits, field)
    if not points.is_finite():
        return _refused_mark(digits, field)
    if not 0 <= points <= 100:
        message = say("A mark is from 0 to 100; this is {mark}.", mark=f"{points:f}".rstrip("0").rstrip(".") or "0")
        return Mark(None, findings=(Finding(Code.MARK_RANGE, message, field),))
    rounded = points.quantize(Decimal("0.1"))
    if rounded != points:
        message = say("A mark has at most one decimal; this is {mark}.", mark=f"{points:f}")
        return Mark(None, findings=(Finding(Code.MARK_RANGE, message, field),))
    return Mark(rounded)


def _refused_mark(plain: str, field: str) -> Mark:
    message = say("“{cell}” is not a mark. Write a number from 0 to 100, or 缺考 for absent.", cell=quoted(plain))
    return Mark(None, findings=(Finding(Code.MARK_UNREADABLE, message, field),))


def _chinese_points(plain: str) -> int | None:
    if plain in ("一百", "百"):
        return 100
    tens, ten, ones = plain.partition("十")
    if ten and (not tens or tens in _DIGITS) and (not ones or ones in _DIGITS):
        return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
    return _DIGITS[plain] if not ten and plain in _DIGITS else None


def status_word(value: Value) -> str:
    """`left`, `here`, `in_process`, `no_expiry`, `yes`, `no`, `empty` or `unknown`: what a status column says."""
    plain = key(text(value))
    for answer, group in (
        ("empty", EMPTY_WORDS),
        ("left", LEFT_WORDS),
        ("here", HERE_WORDS),
        ("in_process", IN_PROCESS_WORDS),
        ("no_expiry", NO_EXPIRY_WORDS),
        ("yes", YES_WORDS),
        ("no", NO_WORDS),
    ):
        if plain in group:
            return answer
    return "unknown"
