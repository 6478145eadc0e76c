"""A session's people with everything recorded of them, and the training of one person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from training.access import Actor
from training.completion import rules
from training.completion.tables import Completion
from training.courses.queries import Examined, parts_asked, parts_of
from training.courses.rules import asked_on
from training.enrolments import queries as enrolments
from training.enrolments.queries import RosterLine, Training
from training.exams import queries as exams
from training.exams.queries import Entry
from training.exams.rules import Result
from training.exams.rules import result as result_of
from training.sessions.queries import SessionLine
from training.words import Message

COMPLETED = """
SELECT d.id, d.enrolment, d.completed_on, d.certificate, c.number, c.issued_on, c.expires_on, c.revoked_on
FROM completion d
LEFT JOIN certificate c ON c.id = d.certificate
WHERE d.enrolment = ANY({})
"""


@dataclass(frozen=True, slots=True)
class Done:
    """A completion on record, with its certificate where it led to one. `number` is empty while it is not known."""

    id: int
    completed_on: date
    certificate: int | None
    number: str
    expires_on: date | None
    revoked: bool


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One person in a session with their attendance, marks, result and completion.

    `missing` says what stands against completing it; `contradiction`: it is completed and no longer should be.
    """

    person: RosterLine
    own: bool
    entries: tuple[Entry, ...]
    result: Result
    done: Done | None
    missing: tuple[Message, ...]
    settled: bool
    contradiction: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A session with its people. `lines` are those who hold a seat, `withdrawn` those who gave it back."""

    session: SessionLine
    parts: tuple[Examined, ...]
    lines: tuple[SheetLine, ...]
    withdrawn: tuple[RosterLine, ...]

    @property
    def settled(self) -> int:
        return sum(line.settled for line in self.lines)

    @property
    def ready(self) -> tuple[SheetLine, ...]:
        """Those who can be completed and are not yet."""
        return tuple(line for line in self.lines if line.done is None and not line.missing)

    def objections(self, *, today: date) -> list[Message]:
        """What stands against submitting the results; right only on a sheet of everybody."""
        unsettled = len(self.lines) - self.settled
        return rules.objections_to_submitting(self.session, unsettled=unsettled, enrolled=len(self.lines), today=today)


@dataclass(frozen=True, slots=True)
class Trained:
    """One enrolment of a person: the session, what came of it, and the completion. `parts` are those it asks."""

    training: Training
    parts: tuple[Examined, ...]
    result: Result
    done: Done | None


async def sheet(session: SessionLine, *, by: Actor, today: date, everybody: bool = False) -> Sheet:
    """A session's people: of the reader's sites, or `everybody` for those who examine it."""
    roster = await enrolments.roster(session.id, by=by, today=today, everybody=everybody)
    parts = await parts_asked(session.course, on=session.starts_on)
    entries = await exams.of_session(session.id)
    done = await completed([line.enrolment for line in roster])
    lines = [
        _sheet_line(line, by, parts, entries.get(line.enrolment, []), done.get(line.enrolment))
        for line in roster
        if not line.withdrawn
    ]
    return Sheet(session, tuple(parts), tuple(lines), tuple(line for line in roster if line.withdrawn))


async def training_of(person: int, *, by: Actor, today: date) -> list[Trained]:
    """Everything a person was enrolled in, the latest first: of the reader's sites, or the reader themselves."""
    lines = await enrolments.of_person(person, by=by, today=today)
    ids = [line.enrolment for line in lines]
    parts = await parts_of({line.course for line in lines})
    entries = await exams.of_enrolments(ids)
    done = await completed(ids)
    found = []
    for line in lines:
        asked = asked_on(line.starts_on, parts.get(line.course, []))
        result = result_of(asked, entries.get(line.enrolment, []))
        found.append(Trained(line, tuple(asked), result, done.get(line.enrolment)))
    return found


async def completed(enrolment_ids: Collection[int]) -> dict[int, Done]:
    """The completions of these enrolments, by enrolment."""
    if not enrolment_ids:
        return {}
    rows: list[dict[str, Any]] = await Completion.raw(COMPLETED, list(enrolment_ids))
    return {
        row["enrolment"]: Done(
            id=row["id"],
            completed_on=row["completed_on"],
            certificate=row["certificate"],
            number=row["number"] or "",
            expires_on=row["expires_on"],
            revoked=row["revoked_on"] is not None,
        )
        for row in rows
    }


def _sheet_line(
    line: RosterLine, by: Actor, parts: list[Examined], entries: list[Entry], done: Done | None
) -> SheetLine:
    result = result_of(parts, entries)
    own = line.person == by.person
    return SheetLine(
        person=line,
        own=own,
        entries=tuple(entries),
        result=result,
        done=done,
        missing=tuple(rules.objections_to_completing(attendance=line.attendance, result=result, own=own)),
        settled=done is not None or rules.settled(attendance=line.attendance, result=result),
        contradiction=done is not None
        and not done.revoked
        and rules.contradicts(attendance=line.attendance, result=result),
    )
