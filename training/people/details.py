"""What is known of a person as a form or a file gives it: cleaned, checked, made ready to be stored."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NoReturn

from piccolo.columns import Column

from training.access import Actor
from training.errors import Missing, Refused
from training.people import numbers, queries, rules
from training.people.pinyin import initials, pinyin
from training.people.rules import IdentityKind
from training.people.tables import Person
from training.words import Message, say

TAKEN = """
    SELECT id, staff_number = {} AS by_staff_number
    FROM person
    WHERE (staff_number = {} OR identity_index = {}) AND id <> {}
    ORDER BY id
    LIMIT 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What is known of a person, as a form gives it. Where a person is corrected, an empty number keeps the old one."""

    name: str
    staff_number: str = ""
    sex: str = ""
    identity_kind: IdentityKind = IdentityKind.NONE
    identity_number: str = ""
    phone: str = ""
    hired_on: date | None = None
    employer: str = ""
    remark: str = ""
    pinyin: str = ""  # empty: as the name sounds by itself
    without_phone: bool = False  # forget the phone that is recorded

    def normal(self) -> "Details":
        """The details as they are stored."""
        return replace(
            self,
            name=rules.written_name(self.name).name,
            staff_number=rules.normal(self.staff_number),
            identity_number=rules.normal(self.identity_number),
            phone=rules.phone_number(self.phone),
            employer=" ".join(unicodedata.normalize("NFKC", self.employer).split()),
            pinyin=" ".join(unicodedata.normalize("NFKC", self.pinyin).lower().split()),
        )


def refuse(objections: list[Message], *, field: str = "") -> None:
    """Raise Refused with the objections, if there are any."""
    if objections:
        raise Refused(*objections, field=field)


def check(details: Details, today: date, *, keeps_identity: bool = False) -> None:
    """Raise Refused for the first field that cannot be stored."""
    refuse(rules.objections_to_name(details.name), field="name")
    if not keeps_identity:
        objections = rules.objections_to_identity(details.identity_kind, details.identity_number)
        refuse(objections, field="identity_number")
    refuse(rules.objections_to_phone(details.phone), field="phone")
    if details.hired_on:
        refuse(rules.objections_to_day(details.hired_on, today), field="hired_on")


def columns(person: int, details: Details) -> dict[str, Any]:
    """A person's row but for id and departure, by column; the id is needed to seal the numbers."""
    short = initials(details.name)
    return {
        "name": details.name,
        "pinyin": details.pinyin or pinyin(details.name),
        # Where somebody says how a name sounds, it is the family name that sounds unlike its character.
        "initials": details.pinyin[:1] + short[1:] if details.pinyin else short,
        "staff_number": details.staff_number or None,
        "sex": details.sex or rules.sex(details.identity_number),
        "hired_on": details.hired_on,
        "employer": details.employer,
        "remark": details.remark,
        **numbers.identity_columns(person, kind=details.identity_kind, number=details.identity_number),
        **numbers.phone_columns(person, details.phone),
    }


def changes(
    stored: Mapping[str, Any], wanted: Mapping[str, Any], details: Details, *, keeps_identity: bool
) -> dict[Column | str, Any]:
    """The columns that a correction changes."""
    kept = {"phone_sealed", "phone_tail"} if not details.phone and not details.without_phone else set()
    # Sealing the same number twice gives two texts: an identity is compared by its index.
    if keeps_identity or (wanted["identity_index"] and wanted["identity_index"] == stored["identity_index"]):
        kept |= {"identity_sealed", "identity_index", "identity_tail"}
    return {name: value for name, value in wanted.items() if name not in kept and value != stored[name]}


async def refuse_duplicate(person: int, details: Details, index: bytes | None, by: Actor, today: date) -> NoReturn:
    """Say whose the number is, as far as the actor may know."""
    staff_number = details.staff_number or None
    rows = await Person.raw(TAKEN, staff_number, staff_number, index, person)
    field = "staff_number" if rows and rows[0]["by_staff_number"] else "identity_number"
    try:
        other = await queries.visible_person(rows[0]["id"] if rows else 0, by=by, today=today)
    except Missing:
        raise Refused(say("Somebody else already has this number."), field=field) from None
    if other.left_on and other.left_on < today:
        raise Refused(
            say(
                "{name}, who left on {day}, already has this number. Take them back instead.",
                name=other.name,
                day=other.left_on,
            ),
            field=field,
        )
    raise Refused(say("{name} already has this number.", name=other.name), field=field)
