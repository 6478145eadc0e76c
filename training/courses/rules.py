"""What a course may be, and the words for its kinds and exam parts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar

from training.words import Message, say

BEGINNING = date.min  # the effective_from of what was always asked
CLASS_HOUR = 45  # minutes
LONGEST = 60_000  # minutes: more than any course lasts, less than a slip of the finger


class Kind(StrEnum):
    SKILL_CLASS = "skill_class"
    POLICY_STUDY = "policy_study"
    INDUCTION = "induction"
    REFRESHER = "refresher"
    EXTERNAL = "external"


class Part(StrEnum):
    THEORY = "theory"
    PRACTICAL = "practical"


KIND_WORDS: dict[Kind, Message] = {
    Kind.SKILL_CLASS: say("Skill class"),
    Kind.POLICY_STUDY: say("Policy study"),
    Kind.INDUCTION: say("Induction"),
    Kind.REFRESHER: say("Refresher"),
    Kind.EXTERNAL: say("Organised by city or district"),
}

PART_WORDS: dict[Part, Message] = {
    Part.THEORY: say("Theory"),
    Part.PRACTICAL: say("Practical"),
}


@dataclass(frozen=True, slots=True)
class Outline:
    """What somebody means a course to be. `leads_to` is a certificate type's id; None: it leads to none."""

    name: str
    kind: Kind
    name_en: str = ""
    leads_to: int | None = None
    minutes: int = 0
    pass_marks: Mapping[Part, int] = field(default_factory=dict)
    summary: str = ""
    active: bool = True


class DatedPart(Protocol):
    """What one part asks from a day on. A pass mark of 0: it is no longer asked."""

    @property
    def part(self) -> str: ...
    @property
    def effective_from(self) -> date: ...
    @property
    def pass_mark(self) -> int: ...


Asked = TypeVar("Asked", bound=DatedPart)


def asked_on(day: date, parts: Iterable[Asked]) -> list[Asked]:
    """The parts that are examined in a session whose first day this is, theory first."""
    in_force: dict[str, Asked] = {}
    for part in sorted(parts, key=lambda one: one.effective_from):
        if part.effective_from <= day:
            in_force[part.part] = part
    return [in_force[part] for part in Part if part in in_force and in_force[part].pass_mark > 0]


def class_hours(minutes: int) -> float:
    """Minutes as class hours of 45 minutes, to one decimal: 1080 minutes are 24 class hours."""
    return round(minutes / CLASS_HOUR, 1)


def minutes_of(hours: float) -> int:
    """Class hours as the minutes that are stored; the inverse of `class_hours` for what it shows."""
    return round(hours * CLASS_HOUR)


def objections_to_course(
    *, name: str, minutes: int, pass_marks: Mapping[Part, int], name_taken: bool = False
) -> list[Message]:
    """What stands against keeping a course like this."""
    objections = []
    if not name.strip():
        objections.append(say("Give the course a name."))
    if name_taken:
        objections.append(say("Another course is already called {name}.", name=name))
    if not 0 <= minutes <= LONGEST:
        objections.append(
            say("Class hours are between 0 and {most}.", most=int(class_hours(LONGEST))),
        )
    objections += [
        say("The pass mark of {part} is between 1 and 100, not {mark}.", part=PART_WORDS[part], mark=mark)
        for part, mark in pass_marks.items()
        if not 1 <= mark <= 100
    ]
    return objections
