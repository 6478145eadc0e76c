"""What HR does with sessions: schedule, change, cancel. People come into them in `enrolments`."""

from datetime import date
from typing import Any

from training.access import Actor
from training.courses.tables import Course
from training.db import transaction
from training.errors import Missing, Refused
from training.journal import actions as journal
from training.sessions import queries, rules
from training.sessions.rules import Plan
from training.sessions.tables import Session

# One process at a time decides whether a trainer or a place is free. Always in the order of the text.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended({}, 7))"


async def schedule(plan: Plan, *, by: Actor, today: date) -> int:
    """Schedule a session; its id. Raises Missing for an unknown course, Refused with every objection."""
    async with transaction():
        course = await Course.select(Course.active).where(Course.id == plan.course).first()
        if course is None:
            raise Missing(f"course {plan.course}")
        await _lock(plan)
        trainer_clashes, place_clashes = await queries.clashes(plan)
        objections = rules.objections_to_scheduling(
            plan,
            course_active=course["active"],
            today=today,
            examiner_fits=await queries.examiner_fits(plan.examiner),
            trainer_clashes=trainer_clashes,
            place_clashes=place_clashes,
        )
        if objections:
            raise Refused(*objections)
        rows = await Session.insert(
            Session({Session.course: plan.course, Session.recorded_by: by.account, **_columns(plan)})
        ).returning(Session.id)
        session: int = rows[0]["id"]
        await journal.note(by, "session.scheduled", session, starts_on=plan.starts_on, seats=plan.seats)
    return session


async def change(session: int, plan: Plan, *, by: Actor, today: date) -> None:
    """Change when, where and by whom a session is held, or its seats; never its course. Raises Missing, Refused.

    Whether the people enrolled have time for it is asked by `enrolments.actions.change_session`, which pages call.
    """
    async with transaction():
        before = await locked(session)
        await _lock(plan)
        trainer_clashes, place_clashes = await queries.clashes(plan, session_id=session)
        kept_examiner = plan.examiner == before.examiner
        objections = rules.objections_to_changing(
            plan,
            before=before,
            booked=before.booked,
            today=today,
            examiner_fits=kept_examiner or await queries.examiner_fits(plan.examiner),
            trainer_clashes=trainer_clashes,
            place_clashes=place_clashes,
        )
        if objections:
            raise Refused(*objections)
        changed = {
            column: value for column, value in _columns(plan).items() if value != getattr(before, column._meta.name)
        }
        if changed:
            await Session.update(changed).where(Session.id == session)
            await journal.note(by, "session.changed", session, changed={column._meta.name for column in changed})


async def cancel(session: int, *, reason: str, by: Actor, today: date) -> None:
    """Call a session off. Its enrolments stay as they were, and no longer count as booked anywhere."""
    async with transaction():
        before = await locked(session)
        if objections := rules.objections_to_cancelling(before, reason=reason):
            raise Refused(*objections, field="reason")
        await Session.update({Session.cancelled_on: today, Session.cancelled_reason: reason.strip()}).where(
            Session.id == session
        )
        await journal.note(by, "session.cancelled", session, reason=reason.strip(), booked=before.booked)


async def locked(session: int) -> queries.SessionLine:
    """The session as it is, held until the transaction ends: nobody else changes it meanwhile. Raises Missing."""
    if not await Session.raw("SELECT id FROM session WHERE id = {} FOR NO KEY UPDATE", session):
        raise Missing(f"session {session}")
    return await queries.session(session)


async def _lock(plan: Plan) -> None:
    for word in sorted({plan.trainer.strip().lower(), plan.place.strip().lower()} - {""}):
        await Session.raw(LOCK, word)


def _columns(plan: Plan) -> dict[Any, Any]:
    return {
        Session.starts_on: plan.starts_on,
        Session.ends_on: plan.ends_on,
        Session.starts_at: plan.starts_at,
        Session.ends_at: plan.ends_at,
        Session.place: plan.place.strip(),
        Session.trainer: plan.trainer.strip(),
        Session.examiner: plan.examiner,
        Session.seats: plan.seats,
        Session.remark: plan.remark.strip(),
    }
