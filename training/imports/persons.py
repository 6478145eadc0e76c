"""Whose row it is: by identity number, by the one in a certificate number, by staff number, or by name and place."""

from collections.abc import Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from training.imports import cells
from training.imports.rules import Code, Finding
from training.words import Message, say


class Known(Protocol):
    """What is read of a person on record: where and as what they work now (empty when nowhere)."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def site(self) -> str: ...
    @property
    def position(self) -> str: ...
    @property
    def identified(self) -> bool: ...


Person = TypeVar("Person", bound=Known)


class Clues(NamedTuple, Generic[Person]):
    """What a row says of its person, and whom each clue leads to.

    `by_id`, `by_number` and `by_staff_number` are whom the identity number, the one inside a certificate number and
    the staff number lead to; `namesakes` are all people at work who have the row's name.
    """

    name: str = ""
    site: str = ""
    position: str = ""
    has_id: bool = False
    has_id_in_number: bool = False
    has_staff_number: bool = False
    ids_differ: bool = False
    by_id: Person | None = None
    by_number: Person | None = None
    by_staff_number: Person | None = None
    namesakes: Sequence[Person] = ()


class Match(NamedTuple, Generic[Person]):
    """The person, when certain; else findings that say why not, with the candidates to choose from."""

    person: Person | None = None
    by_name: bool = False
    findings: tuple[Finding, ...] = ()


def holder(clues: Clues[Person]) -> Match[Person]:
    """Whose certificate or mark a row is. Never by name alone; what contradicts itself is asked."""
    if clues.ids_differ:
        message = say("The identity number in the certificate number is not the one in this row. Correct one of them.")
        return Match(findings=(Finding(Code.NUMBER_NOT_HOLDERS, message, "cert_number"),))
    certain, column = _certain(clues)
    if certain:
        return _named(certain, clues, column)
    fitting = _fitting(clues)
    if column:
        return _unknown(clues, column, fitting)
    if len(fitting) == 1:
        message = say(
            "Found by name, site and position, for want of a number: {name}, {site}, {position}.",
            name=fitting[0].name,
            site=fitting[0].site,
            position=fitting[0].position,
        )
        return Match(fitting[0], by_name=True, findings=(Finding(Code.MATCHED_BY_NAME, message, "name"),))
    return _by_name_alone(clues, fitting)


def member(clues: Clues[Person]) -> Match[Person]:
    """Which person on record a roster row is about; no person and no findings means somebody new."""
    if clues.by_id:
        if clues.by_staff_number and clues.by_staff_number.id != clues.by_id.id:
            message = say(
                "The staff number belongs to {other}, the identity number to {name}. Correct one of them.",
                other=clues.by_staff_number.name,
                name=clues.by_id.name,
            )
            return Match(findings=(Finding(Code.STAFF_NUMBER_TAKEN, message, "employee_no"),))
        return _named(clues.by_id, clues, "id_number")
    if clues.by_staff_number:
        if clues.has_id and clues.by_staff_number.identified:
            message = say(
                "The staff number belongs to {name}, whose identity number is another.", name=clues.by_staff_number.name
            )
            return Match(findings=(Finding(Code.STAFF_NUMBER_TAKEN, message, "employee_no"),))
        return _named(clues.by_staff_number, clues, "employee_no")
    if clues.has_staff_number:
        return Match()
    if clues.has_id:
        return _perhaps_without_id(clues)
    fitting = _fitting(clues)
    if len(fitting) == 1:
        message = say("Found by name, site and position, for want of a number.")
        return Match(fitting[0], by_name=True, findings=(Finding(Code.MATCHED_BY_NAME, message, "name"),))
    if clues.namesakes:
        message = say(
            "Without an identity number it is not certain who this is; {name} is already on record.", name=clues.name
        )
        return Match(findings=(_choice(Code.PERSON_AMBIGUOUS, message, clues.namesakes),))
    return Match()


def _perhaps_without_id(clues: Clues[Person]) -> Match[Person]:
    """A roster row with a new identity number, where the same name is on record without any: the same person?"""
    unidentified = [person for person in clues.namesakes if not person.identified]
    fitting = _fitting(clues._replace(namesakes=unidentified)) if unidentified else []
    if not fitting:
        return Match()
    message = say(
        "{name} is on record at this site in this position without an identity number. Is it the same person?",
        name=clues.name,
    )
    return Match(findings=(_choice(Code.PERSON_AMBIGUOUS, message, fitting),))


def _certain(clues: Clues[Person]) -> tuple[Person | None, str]:
    """Whom the strongest clue leads to, and its column; a clue that leads nowhere still names its column."""
    if clues.has_id:
        return clues.by_id, "id_number"
    if clues.has_id_in_number:
        return clues.by_number, "cert_number"
    if clues.has_staff_number:
        return clues.by_staff_number, "employee_no"
    return None, ""


def _named(person: Person, clues: Clues[Person], column: str) -> Match[Person]:
    if not clues.name or clues.name == person.name or cells.key(clues.name) == cells.key(person.name):
        return Match(person)
    message = say(
        "The number belongs to {known}, but the row says {name}. Is it the same person?",
        known=person.name,
        name=clues.name,
    )
    return Match(findings=(_choice(Code.NAME_DIFFERS, message, (person,)),))


def _unknown(clues: Clues[Person], column: str, fitting: Sequence[Person]) -> Match[Person]:
    if column == "cert_number" and clues.has_staff_number and clues.by_staff_number:
        fitting = (clues.by_staff_number,)
    if len(fitting) >= 1:
        message = say(
            "Nobody on record has this number, but {name} works at this site in this position. Is it the same person?",
            name=clues.name,
        )
        return Match(findings=(_choice(Code.PERSON_AMBIGUOUS, message, fitting, column),))
    message = say("Nobody on record has this number. Import the roster first, or correct the number.")
    return Match(findings=(Finding(Code.PERSON_UNKNOWN, message, column),))


def _by_name_alone(clues: Clues[Person], fitting: Sequence[Person]) -> Match[Person]:
    if len(fitting) > 1:
        message = say(
            "There are {count} people of the name {name} at this site in this position. Choose one.",
            count=len(fitting),
            name=clues.name,
        )
        return Match(findings=(_choice(Code.PERSON_AMBIGUOUS, message, fitting),))
    if clues.namesakes:
        message = say("A name alone does not tell who {name} is. Choose the person.", name=clues.name)
        return Match(findings=(_choice(Code.PERSON_AMBIGUOUS, message, clues.namesakes),))
    message = say("Nobody on record is called {name}. Import the roster first, or correct the name.", name=clues.name)
    return Match(findings=(Finding(Code.PERSON_UNKNOWN, message, "name"),))


def _fitting(clues: Clues[Person]) -> list[Person]:
    """The namesakes who work at the row's site in its position; none where the row does not give both."""
    if not clues.site or not clues.position:
        return []
    place = (cells.key(clues.site), cells.key(clues.position))
    return [known for known in clues.namesakes if (cells.key(known.site), cells.key(known.position)) == place]


def _choice(code: Code, message: Message, people: Sequence[Known], column: str = "name") -> Finding:
    return Finding(code, message, column, tuple(str(person.id) for person in people[:20]))
