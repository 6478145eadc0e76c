"""What an identity number, a certificate number or a name says, how it is written, and how it is masked."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from training.words import Message, say

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
PROVINCES = frozenset(
    [*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83]
)
LEFT_WORDS = frozenset({"离职", "已离职", "退休", "已退休", "辞退", "已辞退", "调离", "已调离", "辞职", "已辞职"})

_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_EMBEDDED = re.compile(r"T?([0-9]{17}[0-9X])")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]+")
_DOTS = re.compile(r"\s*[·•‧∙・･．.●]\s*")
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff\U00020000-\U0003ffff·])\s+(?=[\u3400-\u9fff\U00020000-\U0003ffff·])")
_NOTE = re.compile(r"^(?P<name>[^()\[\]]+?)\s*[(\[](?P<note>[^()\[\]]*)[)\]]$")


def normal(number: str) -> str:
    """A number as it is stored and compared: half-width, without spaces or a leading apostrophe, `x` and `×` as X."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", number)).lstrip("'’‘`")
    return plain.replace("×", "X").upper()


def damaged(text: str, *, numeric: bool = False) -> bool:
    """Whether a spreadsheet destroyed the number: it keeps 15 digits of a number, so the rest is gone for good.

    `numeric` says that the cell held a number, not text.
    """
    plain = normal(text)
    if _SCIENTIFIC.fullmatch(plain):
        return True
    digits = plain.removesuffix(".0")
    return numeric and digits.isascii() and digits.isdigit() and len(digits) > 15


def check_digit(first_seventeen: str) -> str:
    """The last character of a resident identity number (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, WEIGHTS, strict=True))
    return CHECKS[total % 11]


def id_warnings(number: str, today: date) -> list[Message]:
    """What is odd about a resident identity number: shape, birth date, province, check digit. Nothing is refused."""
    plain = normal(number)
    if not _SHAPE.fullmatch(plain):
        return [say("An identity number has 18 characters: 17 digits, then a digit or X.")]
    warnings = []
    born = birth_date(plain)
    if not born:
        warnings.append(say("The birth date in the identity number does not exist."))
    elif born > today:
        warnings.append(say("The birth date in the identity number, {born}, is in the future.", born=born))
    if int(plain[:2]) not in PROVINCES:
        warnings.append(say("The identity number begins with no known province."))
    if check_digit(plain[:17]) != plain[17]:
        warnings.append(say("The last character of the identity number does not fit the others."))
    return warnings


def birth_date(number: str) -> date | None:
    """The birth date in a resident identity number; None if there is none."""
    plain = normal(number)
    if not _SHAPE.fullmatch(plain):
        return None
    try:
        return date(int(plain[6:10]), int(plain[10:12]), int(plain[12:14]))
    except ValueError:
        return None


def sex(number: str) -> str:
    """`m` or `f` as a resident identity number says, empty when it says nothing."""
    plain = normal(number)
    if not _SHAPE.fullmatch(plain):
        return ""
    return "m" if int(plain[16]) % 2 else "f"


def contradictions(number: str, *, sex_says: str = "", born: date | None = None) -> list[Message]:
    """Where a sex (`m`, `f`) or a birth date that stands beside a resident identity number does not agree with it."""
    found = []
    if sex_says and sex(number) and sex_says != sex(number):
        found.append(say("The sex does not agree with the identity number."))
    inside = birth_date(number)
    if born and inside and born != inside:
        found.append(say("The birth date {born} does not agree with the identity number.", born=born))
    return found


def embedded_id(number: str) -> str | None:
    """The resident identity number inside a certificate number: `T` + identity number, or that number alone."""
    found = _EMBEDDED.fullmatch(normal(number))
    return found[1] if found else None


def mask(number: str) -> str:
    """An identity number or a certificate number that holds one, with its first 3 and last 4 characters only.

    A short number keeps its last 4 at most, and never more than half of itself.
    """
    plain = normal(number)
    prefix = "T" if plain.startswith("T") and embedded_id(plain) else ""
    body = plain[len(prefix) :]
    if len(body) < 11:
        kept = min(4, len(body) // 2)
        return "*" * (len(body) - kept) + body[len(body) - kept :]
    return f"{prefix}{body[:3]}{'*' * (len(body) - 7)}{body[-4:]}"


def tail(number: str) -> str:
    """The last 4 characters, as lists show them."""
    return normal(number)[-4:]


@dataclass(frozen=True, slots=True)
class WrittenName:
    """A name as a spreadsheet writes it: the name itself, a note in brackets, whether the note says the person left."""

    name: str
    note: str = ""
    left: bool = False


def written_name(text: str) -> WrittenName:
    """`张 三` is 张三, `李明（离职）` is 李明 who left, `买买提・吐尔逊` keeps its dot as `·`."""
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", _without_invisible(text))).strip()
    plain = plain.replace("【", "[").replace("】", "]")
    note = ""
    if found := _NOTE.match(plain):
        plain, note = found["name"].strip(), found["note"].strip()
    if not plain.isascii():
        plain = _HAN_GAP.sub("", _DOTS.sub("·", plain))
    return WrittenName(plain, note, note in LEFT_WORDS)


def _without_invisible(text: str) -> str:
    return re.sub(r"[\u200b-\u200f\u2060\ufeff]", "", text)
