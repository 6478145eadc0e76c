"""Who might be enrolled in a session: found by name, or in need of what it leads to; and why somebody cannot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from training.access import Actor
from training.enrolments import queries, rules
from training.people import directory
from training.people.queries import PersonSeen, in_sight, now_at
from training.people.tables import Person
from training.sessions.queries import SessionLine
from training.words import Message

MOST_FOUND = 20

CHOSEN = """
SELECT p.id, p.name, p.pinyin, p.staff_number, p.hired_on, p.left_on, p.employer,
       a.site, s.name AS site_name, a.position, o.name AS position_name
FROM person p
{}
WHERE p.id = ANY({}) AND {}
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who is not in the session, or is; `objections` say why they cannot be enrolled."""

    person: PersonSeen
    objections: tuple[Message, ...]


async def found(session: SessionLine, q: str, *, by: Actor, today: date) -> list[Candidate]:
    """The people whom a few typed letters or digits may mean, likeliest first."""
    people = await directory.suggestions(q, by=by, today=today, limit=MOST_FOUND)
    if not people:
        return []
    ids = [person.id for person in people]
    enrolled = await queries.enrolled(session.id)
    clashes = await queries.clashes(ids, session, session=session.id)
    return [
        Candidate(
            person,
            tuple(
                rules.objections_to_enrolling(
                    session,
                    seats_left=session.seats_left,
                    enrolled=person.id in enrolled,
                    left_on=person.left_on,
                    clashes=clashes.get(person.id, ()),
                    today=today,
                )
            ),
        )
        for person in people
    ]


async def chosen(people: Sequence[int], *, by: Actor, today: date) -> list[PersonSeen]:
    """These people in the order given, each once; whoever is out of sight is left out."""
    if not people:
        return []
    rows = await Person.raw(CHOSEN, now_at(today), list(people), in_sight(by, today))
    found = {row["id"]: PersonSeen(**row) for row in rows}
    return [found[person] for person in dict.fromkeys(people) if person in found]
