"""What a course may be, and the words for its kinds and exam parts."""

from collections.abc import Mapping
from enum import StrEnum

from training.words import Message, say

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
