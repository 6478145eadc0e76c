"""What examiners do with marks: record, record a resit, correct."""

from dataclasses import dataclass
from datetime import date

from asyncpg import UniqueViolationError

from training.access import Actor, Permission
from training.courses.queries import parts_asked
from training.courses.rules import PART_WORDS, Part
from training.db import transaction
from training.enrolments.queries import enrolment_session
from training.enrolments.tables import Enrolment
from training.errors import Missing, Refused
from training.exams import queries, rules
from training.exams.queries import Entry
from training.exams.rules import PartResult, Score
from training.exams.tables import Mark
from training.journal import actions as journal
from training.sessions import actions as sessions
from training.sessions.queries import SessionLine, examines, sees_all_results
from training.words import say


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One person's part in one session, held until the transaction ends."""

    session: SessionLine
    enrolment: int
    part: PartResult
    entries: list[Entry]


async def record(enrolment: int, *, part: Part, score: Score, by: Actor, today: date) -> bool:
    """Record the first mark of a part; whether it was new. The same mark again changes nothing.

    Raises Missing, and Refused when another mark is recorded already: that is corrected or sat again.
    """
    async with transaction():
        sheet = await _opened(enrolment, part, by=by, today=today)
        entered = queries.last_entry(sheet.entries, part)
        if entered is not None:
            if entered.score == score:
                return False
            raise Refused(
                say("A mark is recorded already: correct it with a reason, or record a resit."), field="correction"
            )
        await _write(sheet, score, attempt=1, examined_on=rules.exam_day(sheet.session, today=today), by=by)
        await journal.note(by, "mark.recorded", enrolment, part=str(part), attempt=1)
    return True


async def record_resit(enrolment: int, *, part: Part, score: Score, examined_on: date, by: Actor, today: date) -> int:
    """Record another attempt at a part that is not passed; its number. Raises Missing, Refused."""
    async with transaction():
        sheet = await _opened(enrolment, part, by=by, today=today)
        objections = rules.objections_to_another_attempt(sheet.part)
        objections += rules.objections_to_exam_day(sheet.session, examined_on=examined_on, today=today)
        if objections:
            raise Refused(*objections)
        attempt = sheet.part.attempts + 1
        await _write(sheet, score, attempt=attempt, examined_on=examined_on, by=by)
        await journal.note(by, "mark.recorded", enrolment, part=str(part), attempt=attempt)
    return attempt


async def correct(mark: int, *, score: Score, reason: str, by: Actor, today: date) -> None:
    """Replace the mark somebody looked at by a right one. The wrong one stays on record.

    Of two corrections at once one has effect; the other is told to look again. Raises Missing, Refused.
    """
    row = await Mark.select(Mark.enrolment, Mark.part).where(Mark.id == mark).first()
    if row is None:
        raise Missing(f"mark {mark}")
    part = Part(row["part"])
    async with transaction():
        sheet = await _opened(row["enrolment"], part, by=by, today=today)
        before = next((entry for entry in sheet.entries if entry.id == mark), None)
        if before is None:
            raise Refused(say("Somebody has corrected this mark in the meantime: look at it again."))
        objections = rules.objections_to_correcting(
            sheet.session,
            before=before.score,
            after=score,
            reason=reason,
            may_mend=by.may(Permission.CHANGE_TRAINING),
        )
        if objections:
            raise Refused(*objections)
        await _write(
            sheet,
            score,
            attempt=before.attempt,
            examined_on=before.examined_on,
            by=by,
            replaces=mark,
            reason=reason.strip(),
        )
        await journal.note(
            by, "mark.corrected", sheet.enrolment, reason=reason.strip(), part=str(part), attempt=before.attempt
        )


async def _opened(enrolment: int, part: Part, *, by: Actor, today: date) -> _Sheet:
    """The part of an enrolment, if marks may be recorded in it. The session is held, so submitting it waits."""
    session = await sessions.locked(await enrolment_session(enrolment))
    row = await Enrolment.select(Enrolment.person, Enrolment.withdrawn_at).where(Enrolment.id == enrolment).first()
    if row is None:
        raise Missing(f"enrolment {enrolment}")
    may_record = examines(session, by=by)
    if not may_record and not sees_all_results(by):
        raise Missing(f"enrolment {enrolment}")
    objections = rules.objections_to_recording_marks(
        session,
        own=row["person"] == by.person,
        withdrawn=row["withdrawn_at"] is not None,
        examines=may_record,
        today=today,
    )
    if objections:
        raise Refused(*objections)
    asked = await parts_asked(session.course, on=session.starts_on)
    if part not in {one.part for one in asked}:
        raise Refused(say("{part} is not examined in this session.", part=PART_WORDS[part]))
    entries = (await queries.of_enrolments([enrolment])).get(enrolment, [])
    parts = {one.part: one for one in rules.result(asked, entries).parts}
    return _Sheet(session, enrolment, parts[part], entries)


async def _write(
    sheet: _Sheet,
    score: Score,
    *,
    attempt: int,
    examined_on: date,
    by: Actor,
    replaces: int | None = None,
    reason: str = "",
) -> None:
    entry = Mark(
        enrolment=sheet.enrolment,
        part=str(sheet.part.part),
        attempt=attempt,
        mark=score.mark,
        absent=score.absent,
        examined_on=examined_on,
        replaces=replaces,
        reason=reason,
        recorded_by=by.account,
    )
    try:
        await Mark.insert(entry)
    except UniqueViolationError:
        raise Refused(say("Somebody has recorded this mark in the meantime: look at it again.")) from None
