"""What an identity number, a certificate number or a name says, how it is written, and how it is masked."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from training.words import Message, say, says

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
PROVINCES = frozenset(
    [*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83]
)
LEFT_WORDS = frozenset({"离职", "已离职", "退休", "已退休", "辞退", "已辞退", "调离", "已调离", "辞职", "已辞职"})
EARLIEST = date(1950, 1, 1)  # before any day of employment
FURTHEST = timedelta(days=366)  # how far ahead somebody is hired, moved or let go

_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_EMBEDDED = re.compile(r"T?([0-9]{17}[0-9X])")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]+")
_DOTS = re.compile(r"\s*[·•‧∙・･．.●]\s*")
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff\U00020000-\U0003ffff·])\s+(?=[\u3400-\u9fff\U00020000-\U0003ffff·])")
_WHOLE_NUMBER = re.compile(r"[0-9]{15}|(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
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


class IdentityKind(StrEnum):
    RESIDENT_ID = "resident_id"
    PASSPORT = "passport"
    NONE = "none"  # not known


class Stay(Protocol):
    """Somebody at a site in a position, from a day (None: since before records began) to a day (None: it lasts)."""

    @property
    def site(self) -> int: ...
    @property
    def position(self) -> int: ...
    @property
    def starts_on(self) -> date | None: ...
    @property
    def ends_on(self) -> date | None: ...


def searched(text: str) -> str:
    """What is typed into a search box as it is compared: half-width, lower case, no spaces, `ü` as `v`."""
    plain = _DOTS.sub("·", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))
    return plain.lower().replace("ü", "v")


def looks_like_number(text: str) -> bool:
    """Whether a search gives a whole identity number, certificate number or phone, which no address may hold."""
    return bool(_WHOLE_NUMBER.search(searched(text)))


def phone_number(text: str) -> str:
    """A phone number as it is stored: digits, with a country's `+`. Odd characters stay, to be refused."""
    return re.sub(r"[()\-–—/.]", "", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))


def mask_phone(number: str) -> str:
    """`138****1402`: the first 3 and the last 4 digits."""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 9 else "*" * max(0, len(number) - 2) + number[-2:]


def objections_to_name(name: str) -> list[Message]:
    """Why a person cannot be called this."""
    if not name:
        return [say("A name is needed.")]
    if any(character.isdigit() for character in name):
        return [say("A name has no digits. Put notes into the remark.")]
    return []


def objections_to_identity(kind: IdentityKind, number: str) -> list[Message]:
    """Why an identity number cannot be kept. An odd one is kept: `id_warnings` points it out."""
    if kind is IdentityKind.NONE:
        return [say("Choose whether this is a resident identity number or a passport number.")] if number else []
    if not number:
        return [say("The number is needed.")]
    if damaged(number):
        return [say("A spreadsheet cut this number short. Type it from the document itself.")]
    if not re.fullmatch(r"[0-9A-Z]{5,20}", number):
        return [say("An identity number has only digits and letters, 5 to 20 of them.")]
    return []


def objections_to_phone(number: str) -> list[Message]:
    """Why this cannot be a phone number."""
    if number and not re.fullmatch(r"\+?[0-9]{5,15}", number):
        return [say("A phone number has 5 to 15 digits.")]
    return []


def objections_to_day(day: date, today: date) -> list[Message]:
    """Why a day of employment is surely a slip of the pen."""
    if day < EARLIEST:
        return [say("{day} is too long ago.", day=day)]
    if day > today + FURTHEST:
        return [say("{day} is more than a year ahead.", day=day)]
    return []


def objections_to_moving(
    *, latest: Stay | None, site: int, position: int, starts_on: date, left_on: date | None, today: date
) -> list[Message]:
    """Why a person cannot begin at a site in a position on a day. `latest` is their latest assignment, if any."""
    if left_on:
        return [say("This person left on {day}. Take them back first.", day=left_on)]
    objections = objections_to_day(starts_on, today)
    if latest and latest.ends_on and starts_on <= latest.ends_on:
        objections.append(say("They are somewhere else until {day}.", day=latest.ends_on))
    elif latest and not latest.ends_on:
        if (latest.site, latest.position) == (site, position):
            objections.append(say("They already work there in this position."))
        if latest.starts_on and starts_on <= latest.starts_on:
            objections.append(
                say(
                    "The latest assignment is from {day}: the new one begins later, or the latest is corrected.",
                    day=latest.starts_on,
                )
            )
    return objections


def adjoining(before: Stay | None, after: Stay) -> bool:
    """Whether one assignment begins the day after another ends."""
    return bool(before and before.ends_on and after.starts_on and after.starts_on - before.ends_on == timedelta(days=1))


def objections_to_undoing_move(stays: Sequence[Stay], *, left_on: date | None) -> list[Message]:
    """Why the latest move, of assignments with the latest first, cannot be taken back."""
    if left_on:
        return [say("This person left on {day}. Take them back first.", day=left_on)]
    if len(stays) < 2 or stays[0].ends_on or not adjoining(stays[1], stays[0]):
        return [say("There is no move to take back.")]
    return []


def objections_to_beginning(
    starts_on: date | None, *, before: Stay | None, adjoins: bool, today: date
) -> list[Message]:
    """Why the present assignment cannot have begun on a day. The one before it, if it adjoins, ends accordingly."""
    if not starts_on:
        return [say("Say when it began: there was another assignment before.")] if before else []
    objections = objections_to_day(starts_on, today)
    earlier = (before.starts_on if adjoins else before.ends_on) if before else None
    if earlier and starts_on <= earlier:
        objections.append(say("It cannot begin before {day} is over: there was another assignment then.", day=earlier))
    return objections


def objections_to_leaving(
    *, last_day: date, left_on: date | None, hired_on: date | None, began_on: date | None, today: date
) -> list[Message]:
    """Why a day cannot be a person's last. `began_on` is when their latest assignment that is not yet to come began."""
    if left_on:
        return [say("This person already left, on {day}.", day=left_on)]
    objections = objections_to_day(last_day, today)
    if hired_on and last_day < hired_on:
        objections.append(say("They were hired on {day}, after that.", day=hired_on))
    elif began_on and last_day < began_on:
        objections.append(say("Their present assignment began on {day}, after that.", day=began_on))
    return objections


def objections_to_undoing_departure(left_on: date | None) -> list[Message]:
    """Why a departure cannot be taken back."""
    return [] if left_on else [say("This person has not left.")]


def objections_to_rehiring(*, left_on: date | None, starts_on: date, today: date) -> list[Message]:
    """Why a person who left cannot begin again on a day."""
    if not left_on:
        return [say("This person has not left.")]
    objections = objections_to_day(starts_on, today)
    if starts_on <= left_on:
        objections.append(say("They left on {day}: they can begin again on a later day.", day=left_on))
    return objections


def objections_to_retiring(people_count: int) -> list[Message]:
    """Why a site cannot be closed or a position taken out of use."""
    if not people_count:
        return []
    return [
        says(
            "{count} person is still there or will be. Move them first.",
            "{count} people are still there or will be. Move them first.",
            people_count,
        )
    ]


def objections_to_revealing(reason: str) -> list[Message]:
    """Why a number stays masked."""
    return [] if reason.strip() else [say("Say what the number is needed for; it goes into the journal.")]
